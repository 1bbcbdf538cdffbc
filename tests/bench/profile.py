"""Where the time of Afterword's own builds goes, by what is worked on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench import sampling
from tests.bench.measure import time_command
from tests.bench.posts import write_posts
from tests.bench.tools.afterword import AFTERWORD
from tests.bench.tools.tool import OUTPUT
from tests.bench.trials import edit_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.trials import Say


@dataclass(frozen=True, slots=True)
class Profile:
    """The CPU time, in seconds, of builds in one process of a blog of so many posts: by step, and by group."""

    posts: int
    steps: Mapping[str, Mapping[str, float]]


def profile_builds(python: str, count: int, folder: Path, say: Say) -> Profile:
    """Builds a blog of `count` posts cold, and again with one body edited; raises `Failed`.

    `python` is the interpreter that Afterword is installed in.
    """
    say(f"{count:,} posts, profiled")
    posts = list(write_posts(count))
    with TemporaryDirectory(prefix="blogs-", dir=folder) as made:
        blog = Path(made, "blog")
        AFTERWORD.lay_out(blog, posts)
        cold = _sample(python, blog)
        edited, _ = edit_body(posts[len(posts) // 3], 1)
        AFTERWORD.write(blog, edited)
        return Profile(count, {"cold": cold, "body": _sample(python, blog)})


def _sample(python: str, blog: Path) -> Mapping[str, float]:
    found = blog.parent / "samples.json"
    build = ("build", "-s", ".", "-d", OUTPUT, "--jobs", "1", "--quiet")
    command = (python, "-P", sampling.__file__, str(found), *build)
    time_command(command, blog)
    seconds: dict[str, float] = json.loads(found.read_text(encoding="utf-8"))
    return seconds
