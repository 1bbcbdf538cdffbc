"""Hostile and malformed requests, the same ones in each run."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def hostile_requests(port: int, count: int) -> Iterator[bytes]:
    """Yields requests for files outside the site in many spellings, and malformed requests."""
    chance = random.Random(4000)
    ups = ["..", "%2e%2e", ".%2e", "%252e%252e", "..%00", "%c0%ae%c0%ae", "..;", "...", "%uff0e%uff0e", "%ff"]
    slashes = ["/", "%2f", "%5c", "\\", "//", "%252f", "/./", "%c0%af", ";/"]
    goals = ["etc/passwd", "canary.txt", "afterword.toml", ".git/config", "CON", "posts/x.md", "proc/self/environ"]
    starts = ["/notes/", "/", "/notes/posts/x/", "//", "/notes/__afterword/", "http://localhost/", "", "/%6eotes/"]
    versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "http/1.1", "", "HTTP/1.1 x", "HTTP/1.\u0661"]
    methods = ["GET", "HEAD", "get", "POST", "\x00GET", "G E T", "OPTIONS"]
    hosts = [f"localhost:{port}", f"127.0.0.1:{port}", "evil.example", "", "localhost:" + "9" * 400]
    for _ in range(count):
        way = "".join(chance.choice(ups) + chance.choice(slashes) for _ in range(chance.randint(0, 6)))
        target = chance.choice(starts) + way + chance.choice(goals) + chance.choice(["", "?x", "%00", "#", "%", " "])
        method = chance.choices(methods, [60, *[1] * 6])[0]
        version = chance.choices(versions, [60, *[1] * 7])[0]
        host = chance.choices(hosts, [60, *[2] * 4])[0]
        text = f"{method} {target} {version}\r\nHost: {host}\r\n\r\n"
        data = text.encode("utf-8" if chance.random() < 0.5 else "latin-1", "replace")
        if chance.random() < 0.1:
            at = chance.randrange(len(data))
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        yield data
