"""The registry has an entry for every diagnostic that the code can make, and for no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import afterword
from afterword.core.diagnostic_registry import find_similar, load_entries
from afterword.core.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(afterword.__file__).parent
TESTS = Path(__file__).parent
ENTRIES = load_entries()

SEVERITIES = {
    "error": {"error"},
    "warning": {"warning"},
    "note": {"note"},
    "refuse": {"error"},
    "warn": {"warning"},
    "report": {"error"},
    "_say": {"error"},
    "say": {"error", "warning", "note"},
}
"""The functions and methods whose first argument is an id, with the severities that the diagnostic can have."""

IDS_AT = {"parse_entry": 2, "Fault": 3, "RecordingProblem": 0, "report_lazily": 0, "add_lazily": 0}
"""Other calls with an id among their arguments, with its position."""

CONSTANTS = {"DENIED_ID": "permission-denied", "IO_ERROR_ID": "io-error", "ID": "private-symlink"}
"""Names in the code that stand for an id."""

MADE = {"markup-in-note", "markup-in-takeaway", "markup-in-title"}
"""Ids that the code puts together."""

DEFAULTS = {"invalid-setting", "more-diagnostics"}
"""Ids that are the default of a field, or that replace another one."""

PASSED_ON = {"id", "problem.id", "flaw.id", "several.id", "f'markup-in-{name}'"}
"""Ids that the caller gives, or that are put together, as the code has them."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHOWN = re.compile(r"\b(error|warning|note)(?:\[([a-z0-9-]+)\]| ([a-z0-9-]+):)")


def find_calls() -> Iterator[tuple[str, ast.expr, str]]:
    """Each call with an id among its arguments: the name of what is called, the argument, and the place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                at = IDS_AT.get(called, 0)
                if (called in SEVERITIES or called in IDS_AT) and len(node.args) > at:
                    yield called, node.args[at], f"{path.relative_to(PACKAGE)}:{node.lineno}"


def read_ids(node: ast.expr) -> Iterator[str]:
    """The ids that an argument can be; none for a variable, and for a text that is no id."""
    match node:
        case ast.Constant(value=str(text)) if _ID.fullmatch(text):
            yield text
        case ast.Name(id=name) if name in CONSTANTS:
            yield CONSTANTS[name]
        case ast.IfExp(body=one, orelse=other):
            yield from read_ids(one)
            yield from read_ids(other)


CALLS = list(find_calls())
FOUND = [(found, SEVERITIES.get(called, set()), place) for called, node, place in CALLS for found in read_ids(node)]
"""Each id in a call, with the severities that the diagnostic can have there, and the place."""


def find_shown() -> Iterator[tuple[str, str, str]]:
    """The severities and ids of the diagnostics that fixtures of the tests show, with the file."""
    for folder in ("errors", "markdown", "golden"):
        for path in sorted((TESTS / folder).rglob("*")):
            if path.suffix in {".md", ".txt"}:
                for severity, bracketed, bare in _SHOWN.findall(path.read_text()):
                    yield severity, bracketed or bare, str(path.relative_to(TESTS))


def test_every_id_in_the_code_is_registered() -> None:
    assert [f"{place}: {found}" for found, _, place in FOUND if found not in ENTRIES] == []


def test_ids_are_written_out_where_a_diagnostic_is_made() -> None:
    made = [(ast.unparse(node), place) for called, node, place in CALLS if called in {"error", "warning", "note"}]
    known = {repr(name) for name in ENTRIES} | set(CONSTANTS) | PASSED_ON
    assert [f"{place}: {written}" for written, place in made if written not in known] == []


def test_every_registered_id_is_used() -> None:
    assert set(ENTRIES) - {found for found, _, _ in FOUND} - MADE - DEFAULTS == set()


def test_the_registered_severities_are_those_of_the_calls() -> None:
    assert [
        f"{place}: {found} is registered as {', '.join(ENTRIES[found].severity)}"
        for found, severities, place in FOUND
        if found in ENTRIES and severities and not severities & set(ENTRIES[found].severity)
    ] == []


def test_no_severity_is_registered_that_the_code_does_not_give() -> None:
    given: dict[str, set[str]] = {name: set(Severity) for name in MADE | DEFAULTS}
    for found, severities, _ in FOUND:
        given.setdefault(found, set()).update(severities or set(Severity))
    assert [name for name, entry in ENTRIES.items() if not set(entry.severity) <= given[name]] == []


def test_the_diagnostics_in_fixtures_have_a_registered_severity() -> None:
    shown = list(find_shown())
    assert len(shown) > 300
    assert [
        f"{file}: {severity} {found}"
        for severity, found, file in shown
        if found not in ENTRIES or severity not in ENTRIES[found].severity
    ] == []


def test_entries_are_in_alphabetical_order() -> None:
    assert list(ENTRIES) == sorted(ENTRIES)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_is_written_in_sentences(name: str) -> None:
    entry = ENTRIES[name]
    assert _ID.fullmatch(name)
    assert entry.severity == tuple(one for one in Severity if one in entry.severity) != ()
    assert all(text.endswith(".") for text in (entry.title, entry.cause, entry.remedy))
    assert entry.title.count(". ") == 0
    assert "\n" not in entry.title


@pytest.mark.parametrize(
    ("written", "meant"),
    [("brokenlink", "broken-link"), ("Broken_Link", "broken-link"), ("unused-files", "unused-file"), ("xyz", None)],
)
def test_similar_ids_are_found(written: str, meant: str | None) -> None:
    assert next(iter(find_similar(written, ENTRIES)), None) == meant
