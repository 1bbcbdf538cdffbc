"""A run as Markdown, for the page on which GitHub sums up a job: a heading, what was done, all that there is to say.

What is said stands in one block of code, so that nothing of it can be taken for Markdown or HTML. Pure. Relies on
`text` for the words. Refuses more than GitHub takes (1 MiB of a step): what has no room is counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.diagnostics import Severity
from afterword.reports.summary import count
from afterword.reports.text import Looks, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from afterword.diagnostics import Diagnostic
    from afterword.reports.lines import Look

_ROOM = 900_000


def write_markdown(done: str, diagnostics: Sequence[Diagnostic], look: Look, name: Callable[[str], str]) -> str:
    """The page of a run: `done` says in plain text what came of it, `name` gives the path of a source to show."""
    numbers = [count(number, kind) for kind in Severity if (number := sum(one.severity is kind for one in diagnostics))]
    heading = f"### Afterword: {', '.join(numbers) or 'all is well'}\n\n"
    said = f"{done.rstrip()}\n\n{_write(diagnostics, look, Looks(name=name))}".rstrip()
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", said)), default=0))
    return f"{heading}{fence}text\n{said}\n{fence}\n"


def _write(diagnostics: Sequence[Diagnostic], look: Look, looks: Looks) -> str:
    """The diagnostics as far as there is room."""
    room = _ROOM
    written: list[str] = []
    for at, found in enumerate(diagnostics):
        text = write_text([found], look, looks)
        room -= len(text.encode())
        if room < 0:
            return "\n".join((*written, f"and {len(diagnostics) - at:,} more: the log of this step has all of them\n"))
        written.append(text)
    return "\n".join(written)
