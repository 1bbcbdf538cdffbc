"""Shortens long lists of diagnostics: the first of each kind, with the number of further ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from afterword.core.diagnostics import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from afterword.core.diagnostics import Diagnostic

SHOWN = {Severity.ERROR: 20, Severity.WARNING: 5, Severity.NOTE: 3}
"""Number of diagnostics of a kind to show. Errors stop the build, so more of them are needed at once."""

MAX_UNGROUPED = 5
"""Number of diagnostics of a severity up to which kinds are not counted."""


class Shown(NamedTuple):
    """A diagnostic that is shown, others of the same cause, and how many more of its kind are not shown."""

    found: Diagnostic
    others: int = 0
    same: tuple[Diagnostic, ...] = ()


def show_first(diagnostics: Sequence[Diagnostic]) -> Iterator[Shown]:
    """Yields the first diagnostics of each kind, that is, with the same `id` and severity, in their order.

    Warnings or notes with the same message and hint have the same cause, such as a layout that many posts ask for: only
    the first of them is shown, with the places of the others.
    """
    causes: dict[tuple[object, ...], list[Diagnostic]] = {}
    for found in diagnostics:
        causes.setdefault(_cause_of(found), []).append(found)
    totals = Counter((found.id, found.severity) for found in diagnostics)
    seen: Counter[tuple[str, Severity]] = Counter()
    for found in diagnostics:
        same = causes[_cause_of(found)]
        is_folded = found.severity is not Severity.ERROR and len(same) > 1
        if is_folded and found is not same[0]:
            continue
        kind = found.id, found.severity
        seen[kind] += 1
        totals[kind] -= len(same) if is_folded else 1
        if seen[kind] <= SHOWN[found.severity]:
            is_last = seen[kind] == SHOWN[found.severity]
            yield Shown(found, totals[kind] if is_last else 0, tuple(same[1:]) if is_folded else ())


def _cause_of(found: Diagnostic) -> tuple[object, ...]:
    return found.id, found.severity, found.message, found.hint


def count_by_severity(
    diagnostics: Iterable[Diagnostic], severities: Iterable[Severity] = tuple(Severity)
) -> Iterator[str]:
    """Yields the number of each severity, with the number of each kind if there are many: `7 warnings (7 a)`."""
    counts = Counter((found.severity, found.id) for found in diagnostics)
    for severity in severities:
        kinds = {kind: number for (of, kind), number in counts.items() if of is severity}
        if total := sum(kinds.values()):
            listed = ", ".join(
                f"{number:,} {kind}" for kind, number in sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
            )
            yield f"{total:,} {severity}{'' if total == 1 else 's'}" + (f" ({listed})" if total > MAX_UNGROUPED else "")
