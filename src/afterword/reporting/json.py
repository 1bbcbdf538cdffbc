"""Formats a run as a JSON document with fixed keys. It has no times, so equal runs give equal documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from afterword import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from afterword.build.report import Reason, Report, SkippedPost
    from afterword.core.diagnostics import Diagnostic, Exit, Place

FORMAT = 1
"""Version of the document format; a new key does not change it."""


def write_document(
    exit_code: Exit,
    diagnostics: Iterable[Diagnostic],
    report: Report | None = None,
    *,
    removed: Iterable[str] = (),
    destination: Path | None = None,
) -> str:
    """Formats a run that ended with `exit_code`.

    Without a report, nothing was built: `removed` are the files that the run deleted from the site in `destination`.
    The key `generated` has the reasons of changed files that are not pages: search index, icons, images.
    """
    if report is not None:
        removed, destination = report.removed, report.destination
    document = {
        "format": FORMAT,
        "afterword": __version__,
        "exit_code": int(exit_code),
        "published": report is not None and report.published,
        "destination": str(destination) if destination is not None else None,
        "pages": report.pages if report is not None else 0,
        "rendered": _show_reasons(report.rendered if report is not None else {}),
        "generated": _show_reasons(report.generated if report is not None else {}),
        "written": list(report.written) if report is not None else [],
        "removed": list(removed),
        "unpublished": [_show_skipped(skipped) for skipped in report.skipped] if report is not None else [],
        "left_out": list(report.left_out) if report is not None else [],
        "placeholder_origin": (report.placeholder_origin or None) if report is not None else None,
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
