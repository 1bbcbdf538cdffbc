"""The README and the other pages for readers: what they name exists, and what they tell to type works."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from afterword.cli.commands import afterword
from afterword.markdown.writers.headings import heading_id

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "src/afterword/README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

_FENCE = re.compile(r"^(`{3,})[^\n]*\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_IMAGE = re.compile(r'\b(?:src|srcset)="([^"]+)"')
_COMMAND = re.compile(r"(?:`|\$ |run: )afterword ([a-z]+)((?: --?[a-z-]+)*)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_between_pages_resolve(page: Path) -> None:
    text = _CODE.sub("", _FENCE.sub("", page.read_text()))
    links = _LINK.findall(text) + _IMAGE.findall(text)
    local = [link for link in links if not link.startswith("https://")]
    assert [link for link in local if not leads_somewhere(page, link)] == []


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether there is the file that a link of a page names, and the heading."""
    path, _, anchor = link.partition("#")
    file = page.parent / path if path else page
    return file.exists() and (not anchor or anchor in list_anchors(file))


def list_anchors(page: Path) -> set[str]:
    """The ids that GitHub gives the headings of a page, as Afterword does."""
    return {heading_id(heading) for heading in _HEADING.findall(_FENCE.sub("", page.read_text()))}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_make_has_the_targets_that_are_named(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z]+)", page.read_text())) <= targets


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_have_the_options_that_are_named(page: Path) -> None:
    for name, options in _COMMAND.findall(page.read_text()):
        command = afterword.get_command(click.Context(afterword), name)
        assert command is not None
        known = {spelling for parameter in command.params for spelling in parameter.opts + parameter.secondary_opts}
        assert set(options.split()) <= known


def test_the_readme_begins_with_what_to_type() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text().split("\n")[:15])
    assert "make site" in first_screen
    assert "make test" in first_screen
