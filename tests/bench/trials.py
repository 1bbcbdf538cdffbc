"""The trials: each tool builds the same blog, in turn, round after round, so that what else the machine does hits all.

In each round a tool builds cold (no output, nothing remembered), then with nothing changed, then with a sentence added
to one post, then with the title and a tag of another changed. Before the first round each builds once untimed; that
build fills the machine's caches of files, its memory is measured and its site is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.checks import Unfair, check_body, check_site, check_title
from tests.bench.measure import Failed, peak_memory, time_command
from tests.bench.posts import Post, write_posts
from tests.bench.tools.tool import OUTPUT, Installation, Tool, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Say = Callable[[str], None]

STEPS = ("cold", "unchanged", "body", "title")


@dataclass(frozen=True, slots=True)
class Entrant:
    """A tool that is installed."""

    tool: Tool
    installation: Installation

    def build(self, blog: Path) -> float:
        """Build a blog; the seconds that it took."""
        return time_command(self.installation.command, blog)


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool did with a blog of so many posts: its peak of memory in bytes, each round's seconds by step."""

    posts: int
    tool: str
    peak: int
    rounds: tuple[Mapping[str, float], ...]

    def seconds(self, step: str) -> list[float]:
        """How long a step took in each round."""
        return [seconds[step] for seconds in self.rounds]

    def median(self, step: str) -> float:
        """The median of a step in seconds; the peak in bytes for `memory`."""
        return self.peak if step == "memory" else median(self.seconds(step))


def install_tools(tools: Iterable[Tool], folder: Path, say: Say) -> tuple[list[Entrant], dict[str, str]]:
    """Those tools that can be installed, each below `folder`; and why the others cannot, by title."""
    entrants, skipped = [], {}
    for tool in tools:
        say(f"installing {tool.title}")
        try:
            entrants.append(Entrant(tool, tool.install(folder / tool.name)))
        except Unavailable as reason:
            skipped[tool.title] = str(reason)
    return entrants, skipped


def run_trials(
    entrants: Sequence[Entrant], count: int, rounds: int, folder: Path, say: Say
) -> tuple[list[Result], dict[str, str]]:
    """Measure all entrants with blogs of `count` posts, in a folder that is made below `folder` and removed again.

    Gives what was found, and why a tool is not in it, by title: its build failed, or made another site.
    """
    say(f"writing {count:,} posts")
    posts = list(write_posts(count))
    peaks: dict[str, int] = {}
    found: dict[str, list[Mapping[str, float]]] = {entrant.tool.name: [] for entrant in entrants}
    skipped: dict[str, str] = {}
    with TemporaryDirectory(prefix="blogs-", dir=folder) as blogs:
        for number in range(rounds + 1):
            for entrant in _turn(entrants, number):
                tool, blog = entrant.tool, Path(blogs, entrant.tool.name)
                if tool.title in skipped:
                    continue
                say(f"{count:,} posts, {f'round {number} of {rounds}' if number else 'untimed'}: {tool.title}")
                try:
                    if number == 0:
                        peaks[tool.name] = _prepare(entrant, blog, posts)
                    else:
                        found[tool.name].append(_run_round(entrant, blog, posts, number))
                except (Failed, Unfair) as reason:
                    skipped[tool.title] = f"with {count:,} posts: {reason}"
    done = [entrant.tool for entrant in entrants if entrant.tool.title not in skipped]
    return [Result(count, tool.name, peaks[tool.name], tuple(found[tool.name])) for tool in done], skipped


def _turn(entrants: Sequence[Entrant], number: int) -> Sequence[Entrant]:
    """The entrants in the order of a round: each round another one begins."""
    first = number % len(entrants) if entrants else 0
    return [*entrants[first:], *entrants[:first]]


def _prepare(entrant: Entrant, blog: Path, posts: Sequence[Post]) -> int:
    """Lay a blog out, build it untimed and check it; gives the most memory, in bytes, that the build had."""
    entrant.tool.lay_out(blog, posts, entrant.installation.links)
    peak = peak_memory(entrant.installation.command, blog)
    check_site(blog / OUTPUT, posts)
    return peak


def _run_round(entrant: Entrant, blog: Path, posts: Sequence[Post], number: int) -> Mapping[str, float]:
    """The seconds of each step. The posts that are edited are from the middle of the blog, other ones in each round."""
    tool, site = entrant.tool, blog / OUTPUT
    tool.set_aside(blog, blog.with_name(f"{blog.name}-{number}"))
    cold = entrant.build(blog)
    unchanged = entrant.build(blog)

    edited, sentence = edit_body(posts[(len(posts) // 3 + 2 * number) % len(posts)], number)
    tool.write(blog, edited)
    body = entrant.build(blog)
    check_body(site, edited, sentence)

    renamed = edit_title(posts[(len(posts) // 2 + 2 * number + 1) % len(posts)], number)
    tool.write(blog, renamed)
    title = entrant.build(blog)
    check_title(site, renamed)
    return {"cold": cold, "unchanged": unchanged, "body": body, "title": title}


def edit_body(post: Post, number: int) -> tuple[Post, str]:
    """A post with one sentence more at its end, and the sentence."""
    sentence = f"This sentence was added in round {number}."
    return replace(post, body=f"{post.body}\n{sentence}\n"), sentence


def edit_title(post: Post, number: int) -> Post:
    """A post with another title, and with another of the common tags in place of its last."""
    tag = next(tag for tag in ("llm", "python", "systems", "databases", "talks") if tag not in post.tags)
    return replace(post, title=f"{post.title} in Round {number}", tags=(*post.tags[:-1], tag))
