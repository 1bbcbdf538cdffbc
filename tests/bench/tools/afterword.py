"""Afterword, from the wheel of this repository: with the theme of all tools, and with its own theme."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.tools.tool import OUTPUT, ROOT, Installation, Tool, install_from_pypi, run

if TYPE_CHECKING:
    from tests.bench.posts import Post

WHEEL = "wheel"
"""The environment that both share, beside the folders of the tools."""


@cache
def install_wheel(folder: Path, extra: str = "") -> Path:
    """Installs the wheel of this repository as users do, into an environment in `folder`; returns its Python.

    Its requirements stay from one run to the next; the wheel itself is built each time. `pip` compiles all bytecode, as
    it does for the other tools, whatever `PYTHONDONTWRITEBYTECODE` says.
    """
    python = install_from_pypi(folder, f"{ROOT}{extra}")
    with TemporaryDirectory() as made:
        pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check")
        run(*pip, "wheel", "--no-deps", "--wheel-dir", made, ROOT)
        for options in ((), ("--no-deps", "--force-reinstall")):  # requirements may have changed since the last run
            run(*pip, "install", *options, *Path(made).glob("*.whl"))
    return python


def _install(folder: Path, extra: str = "") -> Installation:
    command = (str(install_wheel(folder.parent / f"{WHEEL}{extra}", extra)), "-m", "afterword")
    version = run(*command, "--version").split()[-1]
    return Installation(version, (*command, "build", "-s", ".", "-d", OUTPUT))


def _place(post: Post) -> str:
    return f"posts/{post.name}"


def _install_with_server(folder: Path) -> Installation:
    installation = _install(folder)
    serve = (*installation.command[:3], "serve", "-s", ".", "--port", "{port}")
    return replace(installation, server=serve)


AFTERWORD = Tool(
    name="afterword",
    title="Afterword",
    theme="afterword",
    place=_place,
    text=lambda post: post.text,
    install=_install_with_server,
    remembered=(".afterword",),
    largest=1_000_000,
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
        "Afterword's own theme adds more to each page than the small theme of the other measurements: tables of "
        "contents, links to the next and previous posts, related posts, metadata for search engines, styles and "
        "scripts"
    ),
)

AFTERWORD_SEARCH = replace(
    AFTERWORD_THEME,
    name="afterword-search",
    title="Afterword, own theme, search",
    theme="afterword-search",
    note="With search, Afterword writes an index of all texts; the other tools need another program for this",
    largest=1_000,
)

AFTERWORD_CARDS = replace(
    AFTERWORD_THEME,
    name="afterword-cards",
    title="Afterword, own theme, cards",
    theme="afterword-cards",
    install=partial(_install, extra="[cards]"),
    note="With social cards, Afterword draws an image of 1200 by 630 pixels for each post",
    largest=1_000,
)
