"""What a build says of mistakes: `errors/*.txt` are blogs with exactly the diagnostics that they get.

A file holds cases. A case begins with a line `== what is wrong`; below it each file of the blog has a header
`-- path --`, or `-- path (bytes) --` where `\\x1b` and `\\r` stand for single bytes. Under `-- diagnostics --` is what
the build must say, no more and no less: `path:line:column severity id: message`, with `-` where there is no place, and
the hint, if any, indented below. With AFTERWORD_BLESS=1 the diagnostics are written into the files.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from afterword.core.diagnostics import Diagnostic
    from tests.conftest import BlogMaker

FOLDER = Path(__file__).parent / "errors"

_CASE = re.compile(r"^== (.+)\n", re.MULTILINE)
_FILE = re.compile(r"^-- (\S+)( \(bytes\))? --\n", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True)
class Case:
    """A blog and what its build says."""

    source: Path
    title: str
    files: dict[str, bytes]
    diagnostics: str

    def renew(self, diagnostics: str) -> None:
        """Writes the diagnostics into the file of the case."""
        text = self.source.read_text()
        start = text.index("-- diagnostics --\n", text.index(f"== {self.title}\n")) + len("-- diagnostics --\n")
        end = start + text[start:].index(self.diagnostics) + len(self.diagnostics) if self.diagnostics else start
        new = diagnostics if self.diagnostics or not diagnostics else f"{diagnostics}\n"
        self.source.write_text(text[:start] + new + text[end:])


def read_cases(path: Path) -> Iterator[Case]:
    """The cases of one file."""
    parts = _CASE.split(path.read_text())
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        sections = _FILE.split(body)
        files = {
            name: content.encode().decode("unicode_escape").encode("latin-1") if in_bytes else content.encode()
            for name, in_bytes, content in zip(sections[1::3], sections[2::3], sections[3::3], strict=True)
        }
        diagnostics = files.pop("diagnostics").decode().strip()
        yield Case(path, title, files, diagnostics)


def write(diagnostics: Iterable[Diagnostic]) -> str:
    """Diagnostics as the cases write them."""
    return "\n".join(
        f"{found.place or '-'} {found.severity} {found.id}: {found.message}"
        + (f"\n  {found.hint}" if found.hint else "")
        for found in diagnostics
    )


def find_placeholders(diagnostics: Iterable[Diagnostic]) -> set[str]:
    """Placeholders such as `{what}` that were not replaced: a message may be an f-string without its `f`."""
    texts = (
        text
        for found in diagnostics
        for text in (found.message, found.label, found.hint, *(label for _, label in found.related))
    )
    return {name for text in texts for name in _PLACEHOLDER.findall(text)}


CASES = {f"{path.stem}: {case.title}": case for path in sorted(FOLDER.glob("*.txt")) for case in read_cases(path)}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mistake_is_told_in_these_words(blog: BlogMaker, case: Case) -> None:
    made = blog()
    for path, content in case.files.items():
        made.write(path, content)
    report = made.build()
    if os.environ.get("AFTERWORD_BLESS"):
        case.renew(write(report.diagnostics))
    else:
        assert write(report.diagnostics) == case.diagnostics
    assert find_placeholders(report.diagnostics) == set()
    has_error = any(found.is_error for found in report.diagnostics)
    assert report.exit_code is (Exit.CONTENT if has_error else Exit.DONE)
    assert (made.root / "site").exists() is not has_error


def test_there_is_something_to_say() -> None:
    assert all(case.diagnostics for case in CASES.values())
    assert len(CASES) >= 60
