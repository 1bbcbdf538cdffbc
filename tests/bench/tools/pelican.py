"""Pelican, which remembers the posts that it has read between builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.tools.tool import Installation, Tool, install_from_pypi, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.posts import Post


def _install(folder: Path) -> Installation:
    python = install_from_pypi(folder, "pelican[markdown]")
    version = run(python, "-m", "pelican", "--version")
    return Installation(version, (str(python), "-m", "pelican", "--quiet", "--settings", "pelicanconf.py"))


def _text(post: Post) -> str:
    """A post with the metadata of Python-Markdown, which is what Pelican reads: lines, not YAML."""
    return f"Title: {post.title}\nCategory: {post.category}\nTags: {', '.join(post.tags)}\n\n{post.body}"


PELICAN = Tool(
    name="pelican",
    title="Pelican",
    theme="pelican",
    place=lambda post: f"content/posts/{post.name}",
    text=_text,
    install=_install,
    remembered=("cache",),
    note="Pelican caches the parsed posts (`CACHE_CONTENT`, `LOAD_CONTENT_CACHE`) and writes all pages again",
)
