"""Only who names this server is answered, and no other site."""

from __future__ import annotations

import pytest

from afterword.serve.hosts import Door, check

LOCAL = Door.of("127.0.0.1", 4000)
EVERYWHERE = Door.of("0.0.0.0", 4000, "Laptop")

HOSTS = [
    ("localhost:4000", True),
    ("LOCALHOST:4000", True),
    ("127.0.0.1:4000", True),
    ("[::1]:4000", True),
    ("localhost", False),
    ("localhost:", False),
    ("localhost:4001", False),
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
    ("[::1]", False),
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
    refusal = check(LOCAL, [host], {})
    assert (refusal is None) is admitted
    assert refusal is None or refusal.status == 421


@pytest.mark.parametrize("hosts", [[], ["localhost:4000", "localhost:4000"], ["localhost:4000", "evil.example"]])
def test_a_request_names_exactly_one_host(hosts: list[str]) -> None:
    refusal = check(LOCAL, hosts, {})
    assert refusal is not None
    assert refusal.status == 400


@pytest.mark.parametrize("name", ["x-forwarded-host", "forwarded", "x-host", "x-original-host"])
def test_forwarded_headers_change_nothing(name: str) -> None:
    assert check(LOCAL, ["localhost:4000"], {name: "evil.example"}) is None
    assert check(LOCAL, ["evil.example"], {name: "localhost:4000"}) is not None


@pytest.mark.parametrize(
    ("authority", "admitted"), [("localhost:4000", True), ("", True), ("evil.example", False), ("localhost", False)]
)
def test_an_absolute_target_names_this_server_too(authority: str, admitted: bool) -> None:
    assert (check(LOCAL, ["localhost:4000"], {}, authority=authority) is None) is admitted


@pytest.mark.parametrize(
    ("host", "admitted"),
    [
        ("192.168.1.5:4000", True),
        ("[fe80::1]:4000", True),
        ("localhost:4000", True),
        ("laptop:4000", True),
        ("laptop.local:4000", True),
        ("192.168.1.5:4001", False),
        ("evil.example:4000", False),
        ("1.2.3:4000", False),
    ],
)
def test_a_server_on_all_addresses_is_asked_by_address_or_by_this_machines_name(host: str, admitted: bool) -> None:
    assert (check(EVERYWHERE, [host], {}) is None) is admitted


@pytest.mark.parametrize(
    ("host", "asked"), [("192.168.1.5", "192.168.1.5:4000"), ("fe80::1", "[fe80::1]:4000"), ("Box", "box:4000")]
)
def test_a_server_on_one_address_is_asked_by_it(host: str, asked: str) -> None:
    assert check(Door.of(host, 4000), [asked], {}) is None
    assert check(Door.of(host, 4000), ["10.0.0.1:4000"], {}) is not None


def test_on_port_80_the_port_need_not_be_named() -> None:
    assert check(Door.of("127.0.0.1", 80), ["localhost"], {}) is None
    assert check(Door.of("127.0.0.1", 80), ["localhost:80"], {}) is None


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
    assert (check(LOCAL, ["localhost:4000"], {"origin": origin}) is None) is admitted


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
    assert (check(LOCAL, ["localhost:4000"], headers) is None) is admitted
    assert check(LOCAL, ["localhost:4000"], headers, page=False) is not None


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_this_site_and_the_address_bar_may_ask_for_anything(site: str) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}
    assert check(LOCAL, ["localhost:4000"], headers, page=False) is None
