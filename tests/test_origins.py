"""The origin of a URL is the one that a browser loads it from, or there is none.

What is expected of each URL is what `new URL(…).origin` gives in Chromium, where it is a name that a content security
policy can have.
"""

from __future__ import annotations

import pytest

from afterword.core.web_origins import (
    BLOB,
    DATA,
    InvalidOrigin,
    UnsupportedHost,
    find_origin,
    is_origin,
    read_origin,
    to_punycode,
)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example/x.png", "https://a.example"),
        ("https://a.example", "https://a.example"),
        ("HTTPS://A.Example:8000/b", "https://a.example:8000"),
        ("//a.example/x.png", "https://a.example"),
        ("\\\\a.example\\x.png", "https://a.example"),
        ("https:///a.example/x.png", "https://a.example"),
        ("https:\\\\a.example/x.png", "https://a.example"),
        # What browsers drop.
        (" \x01https://a.example/ ", "https://a.example"),
        ("ht\ntps:/\t/a.exa\rmple/", "https://a.example"),
        # Ports.
        ("https://a.example:443/", "https://a.example"),
        ("http://a.example:80/", "http://a.example"),
        ("http://a.example:443/", "http://a.example:443"),
        ("https://a.example:/", "https://a.example"),
        ("https://a.example:0080/", "https://a.example:80"),
        # Who asks, and where a host ends.
        ("http://me:word@a.example", "http://a.example"),
        ("https://; script-src *@a.example/", "https://a.example"),
        ("https://a.example\\@b.example/", "https://a.example"),
        ("https://a.example?;script-src", "https://a.example"),
        ("https://a.example#;script-src", "https://a.example"),
        # Hosts.
        ("https://a.example./x.png", "https://a.example."),
        ("https://localhost:4000/", "https://localhost:4000"),
        ("https://ex%61mple.com/", "https://example.com"),
        ("https://192.0.2.7/", "https://192.0.2.7"),
        ("https://192.0.2.7./", "https://192.0.2.7"),
        ("https://[2001:DB8::1]:8080/", "https://[2001:db8::1]:8080"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example"),
        ("https://b%C3%BCcher.example/", "https://xn--bcher-kva.example"),
        ("https://bu\u0308cher.example/", "https://xn--bcher-kva.example"),
        ("https://XN--BCHER-KVA.example/", "https://xn--bcher-kva.example"),
        ("https://faß.example/", "https://xn--fa-hia.example"),
        ("https://a\uab70b.example/", "https://xn--ab-y8l.example"),
        ("https://ϲ.example/", "https://xn--4xa.example"),
        ("https://ΟΔΟΣ.example/", "https://xn--pxavbq.example"),
        ("https://例え。テスト/", "https://xn--r8jz45g.xn--zckzah"),
        ("https://\uff41.example/", "https://a.example"),
        ("https://a\xad\u200b\ufe0f.example/", "https://a.example"),
        ("https://نامه\u200cای.example/", "https://xn--mgba3gch31f060k.example"),
        ("https://😀.example/", "https://xn--e28h.example"),
    ],
)
def test_an_origin_is_that_of_a_browser(url: str, origin: str) -> None:
    assert read_origin(url) == origin
    assert is_origin(origin)
    assert read_origin(f"{origin}/") == origin


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "missing `https://`"),
        ("/x.png", "missing `https://`"),
        ("x.png", "missing `https://`"),
        ("mailto:a@b.example", "missing `https://`"),
        ("ftp://a.example/", "missing `https://`"),
        ("https:/a.example/x.png", "missing `https://`"),
        ("https:a.example/x.png", "missing `https://`"),
        ("\xa0https://a.example/", "missing `https://`"),
        ("\u200bhttps://a.example/", "missing `https://`"),
        ("https://", "missing host"),
        ("https://me@/", "missing host"),
        ("https://:80/", "missing host"),
        ("https://g.h; script-src-elem 'unsafe-inline' *; y", "invalid host"),
        ("https://g.h;script-src/", "invalid host"),
        ("https://g.h%3Bscript-src/", "invalid host"),
        ("https://g.h%20*/", "invalid host"),
        ("https://g.h\uff1bscript-src/", "invalid host"),
        ("https://g.h\u3000*/", "invalid host"),
        ("https://g.h\x0b*/", "invalid host"),
        ("https://g.h,*/", "invalid host"),
        ("https://*/", "invalid host"),
        ("https://*.example/", "invalid host"),
        ("https://'none'/", "invalid host"),
        ("https://a..example/", "invalid host"),
        ("https://.example/", "invalid host"),
        ("https://a%ff.example/", "invalid host"),
        ("https://a\u202e.example/", "invalid host"),
        ("https://{{ site.cdn }}/x.png", "invalid host"),
        ("https://" + "ü" * 200_000, "invalid host"),
        ("https://a.example:99999/", "invalid port `99999`"),
        ("https://a.example:PORT/", "invalid port `PORT`"),
        ("https://a.example:80:90/", "invalid port"),
        ("https://a.example:٣/", "invalid port"),
        ("https://a.example:" + "9" * 5_000, "invalid port"),
        ("https://[x", "invalid IPv6 address"),
        ("https://[::1%25eth0]/", "invalid IPv6 address"),
        ("https://[::1]; script-src */", "invalid port"),
        ("https://0x7f.1/", "invalid IPv4 address"),
        ("https://1.2.3.4.5/", "invalid IPv4 address"),
        ("https://a.1/", "invalid IPv4 address"),
    ],
)
def test_what_no_browser_loads_from_a_host_has_no_origin(url: str, fault: str) -> None:
    with pytest.raises(InvalidOrigin, match=f"^{fault}"):
        read_origin(url)
    assert find_origin(url) is None


@pytest.mark.parametrize("url", ["https://my_bucket.example/", "https://_a.b-c.example:8080/", "//A_B/"])
def test_a_host_with_an_underscore_is_one_that_no_policy_names(url: str) -> None:
    with pytest.raises(UnsupportedHost, match="contains `_`"):
        read_origin(url)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/",
        "https://a.example ",
        "https://a.example\n",
        "https://a.example;",
        "https://A.example",
        "https://*",
        "https:",
        "data",
        "*",
        "'self'",
        "'unsafe-inline'",
        "",
    ],
)
def test_nothing_else_has_the_form_of_an_origin(text: str) -> None:
    assert not is_origin(text)
    assert all(map(is_origin, (DATA, BLOB)))


@pytest.mark.parametrize(
    ("url", "spelt"),
    [
        ("https://a.example/ö", "https://a.example/ö"),
        ("https://BÜCHER.example:8080/ö?ü", "https://xn--bcher-kva.example:8080/ö?ü"),
        ("https://me@bücher.example", "https://me@xn--bcher-kva.example"),
        ("https://a\u202eü.example/", "https://a\u202eü.example/"),
        ("/bücher", "/bücher"),
    ],
)
def test_the_letters_of_a_host_are_spelt_in_punycode(url: str, spelt: str) -> None:
    assert to_punycode(url) == spelt
