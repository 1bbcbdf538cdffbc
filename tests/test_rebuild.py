"""What an edit costs: `rebuild/*.txt` are a blog, an edit, and the exact pages that are rendered for it, with reasons.

A fixture begins with what it shows, and may say `blog: NAME` for the files of `rebuild/blogs/NAME.txt`. Files follow as
`-- path --`, then the edit as lines below `-- edit --`:

    replace PATH: OLD => NEW        delete PATH        move PATH to PATH        touch PATH
    today DATE                      base-url URL       drafts

and as files that are written then. What must come of it is below `-- rendered --`, one line `output: reason` for each
page; below `-- copied --`, the other files that were written; and below `-- removed --`, the files that are gone.

A page is rendered exactly where its bytes change. Where they do not, an indented line says why it had to be rendered
all the same: `same bytes because …`. `AFTERWORD_BLESS=1` writes what comes of each edit into its fixture.
"""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec import Struct
from msgspec.structs import replace

from afterword.build.builder import build
from afterword.build.report import Request
from afterword.core.diagnostics import Exit
from tests.conftest import Blog, build_without_cache, environ_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.build.report import Report

FOLDER = Path(__file__).parent / "rebuild"
FIXTURES = sorted(FOLDER.glob("*.txt"))
OUTCOMES = ("rendered", "copied", "removed")

_SECTION = re.compile(r"^-- (\S+) --\n", re.MULTILINE)
_UNEXPLAINED = "same bytes because ?"


@dataclass(frozen=True)
class Fixture:
    """A blog, an edit of it, and what must come of that."""

    files: Mapping[str, str]
    edit: tuple[str, ...]
    new_files: Mapping[str, str]
    outcome: str
    """The sections of `OUTCOMES`, as they are in the fixture."""

    @property
    def excuses(self) -> dict[str, str]:
        """Why a page is rendered although its bytes stay, by output."""
        lines = self.outcome.splitlines()
        pairs = itertools.pairwise(lines)
        return {line.partition(":")[0]: below.strip() for line, below in pairs if below.startswith("  same bytes")}


class Options(Struct, frozen=True):
    """How the blog is built."""

    environ: Mapping[str, str]
    request: Request

    def build(self) -> Report:
        report = build(self.request, environ=self.environ)
        assert report.exit_code is Exit.DONE, report.diagnostics
        return report


def read_fixture(text: str) -> Fixture:
    """The fixture in a text."""
    head, *parts = _SECTION.split(text)
    sections = list(zip(parts[::2], parts[1::2], strict=True))
    named = re.search(r"^blog: (\S+)$", head, re.MULTILINE)
    files = dict(read_files((FOLDER / "blogs" / f"{named[1]}.txt").read_text())) if named else {}
    names = [name for name, _ in sections]
    begin = names.index("edit")
    end = next((index for index, name in enumerate(names) if name in OUTCOMES), len(names))
    return Fixture(
        files={**files, **dict(sections[:begin])},
        edit=tuple(line for line in sections[begin][1].splitlines() if line),
        new_files=dict(sections[begin + 1 : end]),
        outcome="".join(f"-- {name} --\n{content}" for name, content in sections[end:]),
    )


def read_files(text: str) -> Iterator[tuple[str, str]]:
    """The files of a blog."""
    parts = _SECTION.split(text)
    return zip(parts[1::2], parts[2::2], strict=True)


def apply_edit(line: str, blog: Blog, options: Options) -> Options:
    """Make one edit of a blog, or of how it is built."""
    verb, _, rest = line.partition(" ")
    match verb:
        case "replace":
            path, _, change = rest.partition(": ")
            old, _, new = change.partition(" => ")
            blog.edit(path, old.replace(r"\n", "\n"), new.replace(r"\n", "\n"))
        case "delete":
            blog.remove(rest)
        case "move":
            path, _, target = rest.partition(" to ")
            blog.write(target, (blog.root / path).read_bytes()).remove(path)
        case "touch":
            os.utime(blog.root / rest, (1, 1))
        case "today":
            moment = datetime.fromisoformat(rest).replace(tzinfo=UTC)
            return replace(options, environ=environ_on(f"{moment.timestamp():.0f}"))
        case "base-url":
            return replace(options, request=replace(options.request, base_url=rest))
        case "drafts":
            return replace(options, request=replace(options.request, drafts=True))
        case _:
            raise ValueError(f"no such edit: {line}")
    return options


def write_outcome(report: Report, same: set[str], excuses: Mapping[str, str]) -> str:
    """What a build did, as fixtures write it; `same` are the pages whose bytes were the same before."""
    rendered: list[str] = []
    for output, reason in sorted(report.rendered.items()):
        rendered.append(f"{output}: {reason.text}")
        if output in same:
            rendered.append(f"  {excuses.get(output, _UNEXPLAINED)}")
    copied = sorted(set(report.written) - set(report.rendered))
    lists = zip(OUTCOMES, (rendered, copied, sorted(report.removed)), strict=True)
    return "".join("".join(f"{line}\n" for line in (f"-- {name} --", *lines)) for name, lines in lists if lines)


@pytest.mark.parametrize("path", FIXTURES, ids=[path.stem for path in FIXTURES])
def test_an_edit_renders_exactly_these_pages(tmp_path: Path, path: Path) -> None:
    text = path.read_text()
    fixture = read_fixture(text)
    root = tmp_path / "blog"
    root.mkdir()
    blog = Blog(root)
    options = Options(environ_on(), Request(root, jobs=1))
    write_all(blog, fixture.files)
    options.build()
    before = blog.tree()
    for line in fixture.edit:
        options = apply_edit(line, blog, options)
    write_all(blog, fixture.new_files)
    report = options.build()
    after = blog.tree()

    same = {output for output in report.rendered if before.get(output) == after[output]}
    outcome = write_outcome(report, same, fixture.excuses)
    if os.environ.get("AFTERWORD_BLESS"):
        path.write_text(text.removesuffix(fixture.outcome).rstrip("\n") + f"\n{outcome}")
    else:
        assert outcome == fixture.outcome
    assert _UNEXPLAINED not in outcome, "say in the fixture why the page had to be rendered"
    changed = {output for output, content in after.items() if before.get(output) != content}
    assert changed == set(report.written)
    assert before.keys() - after.keys() == set(report.removed)
    assert after == build_elsewhere(options, tmp_path / "clean")
    assert dict(options.build().rendered) == {}


def write_all(blog: Blog, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        blog.write(name, content)


def build_elsewhere(options: Options, folder: Path) -> Mapping[str, bytes]:
    """The site of a clean build."""
    report = build_without_cache(replace(options.request, destination=folder), options.environ)
    assert report.exit_code is Exit.DONE, report.diagnostics
    return Blog(folder.parent).tree(folder.name)


def test_there_are_fixtures_enough() -> None:
    assert len(FIXTURES) >= 25
