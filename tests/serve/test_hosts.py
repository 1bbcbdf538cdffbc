"""Requests must name a known host, and must not come from another site."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from afterword.server.request import HostPolicy, check_request
from tests.serve.served import SECONDS, Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import BlogMaker

LOCAL = HostPolicy.of("127.0.0.1")
EVERYWHERE = HostPolicy.of("0.0.0.0", "Laptop")
FORWARDED = HostPolicy.of("0.0.0.0", "box.lan", ["MyBox.local", ".app.github.dev"])

HOSTS = [
    ("localhost:4000", True),
    ("LOCALHOST:4000", True),
    ("127.0.0.1:4000", True),
    ("[::1]:4000", True),
    ("localhost", True),
    ("localhost:", False),
    ("localhost:4001", True),
    ("localhost:8080", True),
    ("127.0.0.1:8080", True),
    ("[::1]:8080", True),
    ("notes.localhost:8080", True),
    ("localhost:65536", False),
    ("notes.localhost.evil.example", False),
    ("evillocalhost:4000", False),
    ("localhost:04000", True),
    ("localhost:4000.", False),
    ("localhost:4000 ", False),
    (" localhost:4000", False),
    ("localhost.:4000", False),
    ("localhost:4000:4000", False),
    ("localhost:99999999999", False),
    ("localhost:\u0664\u0660\u0660\u0660", False),
    ("user@localhost:4000", False),
    ("localhost:4000@evil.example", False),
    ("localhost:4000/", False),
    ("http://localhost:4000", False),
    ("localhost:4000, evil.example", False),
    ("evil.example", False),
    ("evil.example:4000", False),
    ("localhost.evil.example:4000", False),
    ("evil-localhost:4000", False),
    ("127.0.0.1.evil.example:4000", False),
    ("127.0.0.2:4000", False),
    ("127.1:4000", False),
    ("0.0.0.0:4000", False),
    ("192.168.1.5:4000", False),
    ("2130706433:4000", False),
    ("0x7f000001:4000", False),
    ("::1:4000", False),
    ("[::1]", True),
    ("[::]:4000", False),
    ("[::ffff:127.0.0.1]:4000", False),
    ("[::1%25lo]:4000", False),
    ("laptop:4000", False),
    ("", False),
    (":4000", False),
    ("*", False),
    ("\x00", False),
    ("xn--localhost:4000", False),
]


@pytest.mark.parametrize(("host", "admitted"), HOSTS, ids=[repr(host) for host, _ in HOSTS])
def test_a_request_names_this_server(host: str, admitted: bool) -> None:
    refusal = check_request(LOCAL, [host], {})
    assert (refusal is None) is admitted
    assert refusal is None or refusal.status == 421


@pytest.mark.parametrize("hosts", [[], ["localhost:4000", "localhost:4000"], ["localhost:4000", "evil.example"]])
def test_a_request_names_exactly_one_host(hosts: list[str]) -> None:
    refusal = check_request(LOCAL, hosts, {})
    assert refusal is not None
    assert refusal.status == 400


@pytest.mark.parametrize("name", ["x-forwarded-host", "forwarded", "x-host", "x-original-host"])
def test_forwarded_headers_change_nothing(name: str) -> None:
    assert check_request(LOCAL, ["localhost:4000"], {name: "evil.example"}) is None
    assert check_request(LOCAL, ["evil.example"], {name: "localhost:4000"}) is not None


@pytest.mark.parametrize(
    ("authority", "admitted"), [("localhost:4000", True), ("", True), ("evil.example", False), ("localhost", True)]
)
def test_an_absolute_target_names_this_server_too(authority: str, admitted: bool) -> None:
    assert (check_request(LOCAL, ["localhost:4000"], {}, authority=authority) is None) is admitted


@pytest.mark.parametrize(
    ("host", "admitted"),
    [
        ("192.168.1.5:4000", True),
        ("[fe80::1]:4000", True),
        ("localhost:4000", True),
        ("laptop:4000", True),
        ("laptop.local:4000", True),
        ("192.168.1.5:8080", True),
        ("laptop:8080", True),
        ("laptop.evil.example:4000", False),
        ("evil.example:4000", False),
        ("1.2.3:4000", False),
    ],
)
def test_a_server_on_all_addresses_is_asked_by_address_or_by_this_machines_name(host: str, admitted: bool) -> None:
    assert (check_request(EVERYWHERE, [host], {}) is None) is admitted


@pytest.mark.parametrize(
    ("host", "asked"), [("192.168.1.5", "192.168.1.5:4000"), ("fe80::1", "[fe80::1]:4000"), ("Box", "box:4000")]
)
def test_a_server_on_one_address_is_asked_by_it(host: str, asked: str) -> None:
    assert check_request(HostPolicy.of(host), [asked], {}) is None
    assert check_request(HostPolicy.of(host), ["10.0.0.1:4000"], {}) is not None


@pytest.mark.parametrize(
    ("host", "admitted"),
    [
        ("mybox.local:4000", True),
        ("MYBOX.local", True),
        ("mybox.local:443", True),
        ("a.mybox.local:4000", False),
        ("mybox.local.evil.example:4000", False),
        ("silver-disco-4000.app.github.dev", True),
        ("a.b.app.github.dev", True),
        ("app.github.dev", True),
        ("evilapp.github.dev", False),
        ("github.dev", False),
        ("box.lan:4000", True),
        ("box:4000", True),
        ("box.local:4000", True),
        ("evil.example:4000", False),
    ],
)
def test_allowed_hosts_are_answered_and_their_domains_where_they_begin_with_a_dot(host: str, admitted: bool) -> None:
    assert (check_request(FORWARDED, [host], {}) is None) is admitted


@pytest.mark.parametrize(
    ("host", "said"),
    [("mybox.local:4000", "--allowed-host mybox.local"), ("a b", "--host"), ("10.0.0.1:4000", "--host")],
)
def test_a_421_says_what_to_do(host: str, said: str) -> None:
    refusal = check_request(LOCAL, [host], {})
    assert refusal is not None
    assert said in refusal.reason
    assert "a b" not in refusal.reason


@pytest.mark.parametrize(
    ("host", "origin", "admitted"),
    [
        ("x.app.github.dev", "https://x.app.github.dev", True),
        ("localhost:4000", "https://x.app.github.dev", True),
        ("localhost:4000", "https://mybox.local:8443", True),
        ("localhost:4000", "https://evil.example", False),
        ("localhost:4000", "https://mybox.local.evil.example", False),
        ("localhost:4000", "https://x.app.github.dev@evil.example", False),
        ("localhost:4000", "http://localhost:8080", False),
    ],
)
def test_a_page_of_an_allowed_host_may_ask_behind_a_proxy(host: str, origin: str, admitted: bool) -> None:
    assert (check_request(FORWARDED, [host], {"origin": origin}) is None) is admitted


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        ("http://localhost:4000", True),
        ("HTTP://LOCALHOST:4000", True),
        ("http://127.0.0.1:4000", False),
        ("https://localhost:4000", False),
        ("http://localhost:3000", False),
        ("http://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_other_origins_are_refused(origin: str, admitted: bool) -> None:
    assert (check_request(LOCAL, ["localhost:4000"], {"origin": origin}) is None) is admitted


@pytest.mark.parametrize("site", ["cross-site", "same-site", "unheard-of"])
@pytest.mark.parametrize(
    ("mode", "destination", "admitted"),
    [
        ("navigate", "document", True),
        ("navigate", "iframe", False),
        ("navigate", "frame", False),
        ("navigate", "object", False),
        ("no-cors", "script", False),
        ("no-cors", "image", False),
        ("cors", "empty", False),
        ("websocket", "empty", False),
    ],
)
def test_other_sites_may_only_link_here(site: str, mode: str, destination: str, admitted: bool) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": destination}
    assert (check_request(LOCAL, ["localhost:4000"], headers) is None) is admitted
    assert check_request(LOCAL, ["localhost:4000"], headers, page=False) is not None


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_this_site_and_the_address_bar_may_ask_for_anything(site: str) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}
    assert check_request(LOCAL, ["localhost:4000"], headers, page=False) is None


@pytest.fixture
def served(blog: BlogMaker) -> Iterator[Served]:
    settings = '[serve]\nallowed_hosts = ["mybox.local"]\n'
    made = blog(f"-- afterword.toml --\n{settings}-- posts/2026-01-10-x.md --\n# A note\n")
    server = Served(made.root, "--allowed-host", ".example.dev")
    yield server
    server.end()


def test_serve_answers_forwarded_ports_and_the_allowed_names_of_option_and_settings(served: Served) -> None:
    def ask(host: str) -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(served.url).netloc, timeout=SECONDS)
        connection.request("GET", "/", headers={"Host": host})
        response = connection.getresponse()
        return response.status, response.read().decode()

    for host in ("localhost:8080", "[::1]:8080", "mybox.local:8080", "silver-4000.example.dev"):
        assert ask(host)[0] == 200, host
    status, body = ask("evil.example:8080")
    assert status == 421
    assert "afterword serve --allowed-host evil.example" in body


@pytest.mark.parametrize(
    "host", ["127.1", "127.1:4000", "2130706433", "0x7f000001", "0X7F.1", "0x7f.0.0.0x1", "017700000001", "1.2.3:4000"]
)
def test_a_number_is_not_advised_as_a_name(host: str) -> None:
    refusal = check_request(LOCAL, [host], {})
    assert refusal is not None
    assert "afterword serve --host" in refusal.reason
    assert "--allowed-host" not in refusal.reason


@pytest.mark.parametrize("host", ["box1", "4.example", "0xbox", "127.1.evil.example"])
def test_a_name_with_digits_is_advised(host: str) -> None:
    refusal = check_request(LOCAL, [host], {})
    assert refusal is not None
    assert f"--allowed-host {host}" in refusal.reason
