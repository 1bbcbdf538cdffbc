"""The terminal output of `afterword serve`: the address, the result of each build, and new diagnostics."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from afterword.cli.console import explain
from afterword.core.diagnostics import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from afterword.cli.console import Console
    from afterword.core.diagnostics import Diagnostic
    from afterword.server.preview import Outcome

_KEYS = {"r": "r: rebuild", "o": "o: open in browser", "q": "q: quit"}
_SHOWN = 3


class ServeConsole:
    """Output of one run of the server (`server.app.ServerConsole`)."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown_before: frozenset[Diagnostic] = frozenset()

    def show_diagnostic(self, diagnostic: Diagnostic) -> None:
        """Writes diagnostics of the server."""
        self._console.say([diagnostic])

    def show_url(self, url: str, keys: str) -> None:
        """Writes the URL and the keys."""
        ways = ", ".join(_KEYS[key] for key in keys) or "press Ctrl-C to stop"
        self._tell(f"serving {url} ({ways})")

    def show_outcome(self, outcome: Outcome) -> None:
        """Prints what a build did, and its new diagnostics."""
        self._console.say(found for found in outcome.diagnostics if found not in self._shown_before)
        self._shown_before = frozenset(outcome.diagnostics)
        self._tell(*_tell(outcome, verbose=self._console.verbose))

    def _tell(self, *lines: str) -> None:
        """Writes lines to standard output; a failure is ignored, so that the server runs on."""
        with suppress(Failure):
            self._console.tell(*lines)

    def explain(self, problem: Exception) -> tuple[Diagnostic, ...]:
        """Returns the diagnostics for an exception, as for `build`."""
        _, diagnostics = explain(problem, self._console)
        return diagnostics

    def describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        """Formats diagnostics as plain text."""
        from afterword.reporting.text import open_line_reader, write_text

        return write_text(diagnostics, open_line_reader(self._console.root))


def _tell(outcome: Outcome, *, verbose: bool) -> Iterator[str]:
    """Yields the result of a build as one line; with `verbose`, also each changed file."""
    from afterword.reporting.summary import count, write_seconds

    what = f"{_list_sources(outcome.sources)}: " if outcome.sources else ""
    took = f"in {write_seconds(outcome.seconds)}"
    if any(found.is_error for found in outcome.diagnostics):
        shown = "showing the last good version" if outcome.has_site else "no site to show yet"
        yield f"{what}build failed {took}; {shown}"
    else:
        did = f"{count(len(outcome.changed), 'file')} changed" if outcome.changed else "nothing changed"
        yield f"{what}{did}, {took}"
    if verbose:
        yield from (f"changed {path}" for path in outcome.changed)


def _list_sources(sources: tuple[str, ...]) -> str:
    more = len(sources) - _SHOWN
    return ", ".join(sources[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
