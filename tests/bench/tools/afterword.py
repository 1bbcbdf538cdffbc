"""Afterword, as it is in this repository: once with the theme that all share, once with its own."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.bench.tools.tool import OUTPUT, Installation, Tool, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.posts import Post

COMMAND = (sys.executable, "-m", "afterword")


def _install(_: Path) -> Installation:
    version = run(*COMMAND, "--version").split()[-1]
    return Installation(version, (*COMMAND, "build", "-s", ".", "-d", OUTPUT))


def _place(post: Post) -> str:
    return f"posts/{post.name}"


def _install_with_server(folder: Path) -> Installation:
    return replace(_install(folder), server=(*COMMAND, "serve", "-s", ".", "--port", "{port}"))


AFTERWORD = Tool(
    name="afterword",
    title="Afterword",
    theme="afterword",
    place=_place,
    text=lambda post: post.text,
    install=_install_with_server,
    remembered=(".afterword",),
)

AFTERWORD_THEME = Tool(
    name="afterword-theme",
    title="Afterword, own theme",
    theme="afterword-theme",
    place=_place,
    text=lambda post: post.text,
    install=_install,
    remembered=(".afterword",),
    note=(
        "Afterword's own theme puts more on each page than the small one that all others are measured with: "
        "tables of contents, neighbours, related posts, metadata for search engines, styles and scripts"
    ),
)
