"""Formats a run as a JSON document with fixed keys. It has no times, so equal runs give equal documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from afterword import __version__
from afterword.build.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.build.report import Reason, SkippedPost
    from afterword.core.diagnostics import Diagnostic, Exit, Place

FORMAT = 1
"""Version of the document format; a new key does not change it."""


def write_document(exit_code: Exit, diagnostics: Iterable[Diagnostic], report: Report | None = None) -> str:
    """Formats a run that ended with `exit_code`; `report` is None if the run has changed nothing.

    The key `generated` has the reasons of changed files that are not pages: search index, icons, images.
    """
    shown = report or Report(exit_code, 0, (), (), Path(), {})
    document = {
        "format": FORMAT,
        "afterword": __version__,
        "exit_code": int(exit_code),
        "published": shown.published,
        "destination": str(report.destination) if report is not None else None,
        "pages": shown.pages,
        "rendered": _show_reasons(shown.rendered),
        "generated": _show_reasons(shown.generated),
        "written": list(shown.written),
        "removed": list(shown.removed),
        "unpublished": [_show_skipped(skipped) for skipped in shown.skipped],
        "left_out": list(shown.left_out),
        "placeholder_origin": shown.placeholder_origin or None,
        "diagnostics": [_show_diagnostic(found) for found in diagnostics],
    }
    written = json.dumps(document, indent=2)  # ASCII, so that names of files that are no text cannot break it
    return written.replace("##[", "#\\u0023[") + "\n"  # GitHub's runner takes `##[error]` for a command on any line


def _show_reasons(reasons: Mapping[str, Reason]) -> Mapping[str, Mapping[str, str]]:
    return {output: {"kind": reason.kind, "text": reason.text} for output, reason in sorted(reasons.items())}


def _show_skipped(skipped: SkippedPost) -> Mapping[str, object]:
    day = skipped.day.isoformat() if skipped.day is not None else None
    return {
        "path": skipped.path,
        "reason": skipped.reason,
        "until": day if skipped.reason == "future" else None,
        "since": day if skipped.reason == "expired" else None,
        "because": skipped.because or None,
        "place": _show_place(skipped.place),
    }


def _show_diagnostic(found: Diagnostic) -> Mapping[str, object]:
    return {
        "id": found.id,
        "severity": found.severity.value,
        "message": found.message,
        "place": _show_place(found.place),
        "label": found.label,
        "hint": found.hint,
        "related": [{"place": _show_place(place), "label": label} for place, label in found.related],
    }


def _show_place(place: Place | None) -> Mapping[str, object] | None:
    if place is None:
        return None
    return {"path": place.path, "line": place.line, "column": place.column, "length": place.length}
