"""The trial of servers times what it says, and its tables say what was found."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.bench import serving
from tests.bench.document import TITLES
from tests.bench.report import write_services, write_targets
from tests.bench.serving import Service, run_serving
from tests.bench.tools.hugo import HUGO
from tests.bench.tools.tool import Installation
from tests.bench.trials import Entrant

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        text = Path("content" + self.path.rstrip("/") + ".md").read_text()
        first = text.split("tags: [")[1].split(",")[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"<a href='/tags/{first}/'>{text}".encode())

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
"""A server that shows sources as they are."""


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_REST", 0)
    monkeypatch.setattr(serving, "_QUIET", 0)


def enter(program: str) -> Entrant:
    return Entrant(HUGO, Installation("1", (), server=(sys.executable, "-c", program, "{port}")))


def say_nothing(_: str) -> None:
    """The progress of a benchmark without a terminal."""


def test_starts_and_saves_are_timed(tmp_path: Path) -> None:
    [service], skipped = run_serving([enter(PROGRAM)], 3, 4, tmp_path, say_nothing)
    assert skipped == {}
    assert (service.posts, service.tool, len(service.saves)) == (3, "hugo", 4)
    assert min(service.first, service.again, *service.saves) > 0
    assert list(tmp_path.iterdir()) == []


def test_a_tool_without_a_server_takes_no_part(tmp_path: Path) -> None:
    assert run_serving([Entrant(HUGO, Installation("1", ()))], 2, 1, tmp_path, say_nothing) == ([], {})


def test_a_server_that_ends_is_left_out(tmp_path: Path) -> None:
    services, skipped = run_serving([enter("")], 2, 1, tmp_path, say_nothing)
    assert services == []
    assert skipped["Hugo"].startswith("its server with 2 posts: it does not serve ")


OURS = Service(1_000, "afterword", 3.0, 0.5, (0.06, 0.08, 0.3))
HUGOS = Service(1_000, "hugo", 2.0, 1.5, (0.8, 0.4))


def test_saves_are_medians_and_compared() -> None:
    rows = [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in write_services([OURS, HUGOS], TITLES).splitlines()
    ]
    assert rows[2:] == [
        ["1,000 posts, Afterword", "3.00 s", "500 ms", "80 ms (60 ms to 300 ms)", ""],
        ["1,000 posts, Hugo", "2.00 s", "1.50 s", "600 ms (400 ms to 800 ms)", "0.13×"],
    ]


def test_targets_of_servers_are_judged() -> None:
    slow = replace(OURS, posts=10_000, again=1.2)
    rows = write_targets([], TITLES, [OURS, HUGOS, slow]).splitlines()
    assert [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows[2:]] == [
        ["a save served, 1,000 posts", "80.00 ms", "100 ms", "yes"],
        ["a save served, 1,000 posts, against Hugo", "0.13×", "0.1×", "no"],
        ["a save served, 10,000 posts", "80.00 ms", "200 ms", "yes"],
        ["first page after a second start, 10,000 posts", "1.20 s", "1 s", "no"],
    ]
