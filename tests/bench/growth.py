"""How the time of a build grows with one part of a blog: the CPU time with n of it, with 2n and with 4n."""

from __future__ import annotations

import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.measure import clean_environ

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from tests.bench.trials import Say

SETTINGS = 'title = "Notes"\nbase_url = "https://example.com/"\nsearch = "off"\n'
ROUNDS = 2
PARAGRAPH = "The parser joins every token, but **no** rule of the `grammar` needs it, so it is read once.\n\n"


@dataclass(frozen=True, slots=True)
class Growth:
    """The seconds of CPU time for n, 2n and 4n of something, each less those of a blog with one post."""

    name: str
    count: int
    seconds: tuple[float, float, float]


def _write_posts(count: int, matter: Callable[[int], str] = lambda _: "", body: str = PARAGRAPH) -> Iterator[str]:
    for number in range(count):
        yield f"---\ntitle: Post {number}\ndate: 2026-01-{number % 28 + 1:02}\n{matter(number)}---\n{body}"


def _write_links(count: int, target: str) -> Iterator[str]:
    yield from _write_posts(1, body="".join(f"- [a part]({target.format(number)})\n" for number in range(count)))


def _write_tags(count: int) -> Iterator[str]:
    """Ten tags for each post."""
    return _write_posts(count // 10, lambda number: f"tags: [{', '.join(f't{10 * number + n}' for n in range(10))}]\n")


CASES: Mapping[str, tuple[int, str, Callable[[int], Iterator[str]]]] = {
    "posts with one tag": (1_000, "", lambda count: _write_posts(count, lambda _: "tags: [talks]\n")),
    "list pages": (500, "paginate = 2\n", lambda count: _write_posts(2 * count)),
    "tags": (2_000, "", _write_tags),
    "kB in one post": (1_000, "", lambda count: _write_posts(1, body=PARAGRAPH * (1_000 * count // len(PARAGRAPH)))),
    "links in one post": (10_000, "", lambda count: _write_links(count, "https://example.org/{}")),
    "posts of one series": (1_000, "", lambda count: _write_posts(count, lambda _: "series: Notes\n")),
    "dead links": (10_000, "", lambda count: _write_links(count, "/nowhere/{}/")),
}
"""What grows: its name, its largest count, the settings of the blog, and the function that writes the posts."""


def measure_growth(
    python: str, folder: Path, say: Say, *, names: Collection[str] = CASES, largest: float = 1.0, rounds: int = ROUNDS
) -> list[Growth]:
    """Builds the blogs of the cases with these names, in Afterword's own theme; `largest` scales their counts.

    `python` is the interpreter that Afterword is installed in. The best of some `rounds` counts.
    """
    found = []
    for name in names:
        most, settings, write = CASES[name]
        say(f"growth: {name}")
        counts = [max(10, int(most * largest) // part) for part in (4, 2, 1)]
        with TemporaryDirectory(prefix="growth-", dir=folder) as made:
            blogs = [Path(made, str(number)) for number in range(4)]
            for blog, texts in zip(blogs, (_write_posts(1), *map(write, counts)), strict=True):
                lay_out(blog, settings, texts)
            base, *seconds = [min(_build(python, blog) for _ in range(rounds)) for blog in blogs]
        once, twice, fourfold = (max(each - base, 0.0) for each in seconds)
        found.append(Growth(name, counts[0], (once, twice, fourfold)))
    return found


def lay_out(blog: Path, settings: str, texts: Iterator[str]) -> None:
    """Writes a blog with these settings and posts."""
    (blog / "posts").mkdir(parents=True)
    (blog / "afterword.toml").write_text(SETTINGS + settings, encoding="utf-8")
    for number, text in enumerate(texts):
        (blog / "posts" / f"post-{number}.md").write_text(text, encoding="utf-8")


def _build(python: str, blog: Path) -> float:
    """Returns the CPU seconds of a cold build in one process; it may end with errors, as for dead links."""
    command = (python, "-m", "afterword", "build", "-s", ".", "-d", "site", "--jobs", "1", "--no-cache", "--quiet")
    quiet = subprocess.DEVNULL
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=blog, env=clean_environ(), stdout=quiet, stderr=quiet, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
