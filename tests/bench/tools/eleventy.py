"""Eleventy, with its plugins for highlighting and feeds."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.bench.tools.tool import THEMES, Installation, Tool, Unavailable, run

if TYPE_CHECKING:
    from pathlib import Path


def _install(folder: Path) -> Installation:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Unavailable("`node` and `npm` are not on the path")
    program = folder / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
    if not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(THEMES / "eleventy" / "package.json", folder)
        run(npm, "install", "--no-fund", "--no-audit", "--silent", folder=folder)
    version = run(node, program, "--version")
    return Installation(version, (node, str(program), "--quiet"), links=(folder / "node_modules",))


ELEVENTY = Tool(
    name="eleventy",
    title="Eleventy",
    theme="eleventy",
    place=lambda post: f"content/posts/{post.name}",
    text=lambda post: post.text,
    install=_install,
    remembered=(".cache",),
    note="Eleventy's `--incremental` works only in its watch mode; each single build is a full build",
)
