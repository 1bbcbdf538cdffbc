"""The work of `afterword serve`: starts the server with a preview of the blog, and writes its output."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from afterword.build.report import Request
from afterword.build.workers.processes import use_forkserver
from afterword.cli.blogs.jekyll_preview import find_sources, open_preview
from afterword.cli.console import explain
from afterword.core.diagnostics import Exit, Failure
from afterword.reporting.summary import count, write_seconds
from afterword.reporting.text import open_line_reader, write_text
from afterword.server import app
from afterword.server.preview import PREVIEW_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from afterword.cli.console import Console
    from afterword.core.diagnostics import Diagnostic
    from afterword.server.preview import Outcome


def serve_blog(
    console: Console,
    *,
    source: Path,
    port: int | None,
    poll: int | None,
    base_url: str | None,
    drafts: bool,
    future: bool,
    expired: bool,
    **options: Any,
) -> Exit:
    """Serves until the user stops the server. `poll` is in milliseconds; `options` are those of `app.ServeOptions`."""
    use_forkserver()  # threads answer requests
    request = Request(source, base_url=base_url, drafts=drafts, future=future, expired=expired)
    serving = app.ServeOptions(
        root=source,
        port=app.DEFAULT_PORT if port is None else port,
        poll=poll / 1000 if poll is not None else None,
        sources=find_sources(source),
        **options,
    )
    preview = open_preview(request, os.environ, console.watch)
    with closing(preview), app.server_lock(source / PREVIEW_FOLDER):
        app.run(serving, preview, ServeConsole(console))
    return Exit.DONE


_KEYS = {"r": "r: rebuild", "o": "o: open in browser", "q": "q: quit"}
_MAX_SOURCES = 3


class ServeConsole:
    """Output of one run of the server (`server.app.ServerConsole`)."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown_before: frozenset[Diagnostic] = frozenset()

    def show_diagnostic(self, diagnostic: Diagnostic) -> None:
        self._console.write_diagnostics([diagnostic])

    def show_url(self, url: str, keys: str) -> None:
        ways = ", ".join(_KEYS[key] for key in keys) or "press Ctrl-C to stop"
        self._print_lines(f"serving {url} ({ways})")

    def show_outcome(self, outcome: Outcome) -> None:
        self._console.write_diagnostics(found for found in outcome.diagnostics if found not in self._shown_before)
        self._shown_before = frozenset(outcome.diagnostics)
        self._print_lines(*_describe_outcome(outcome, verbose=self._console.verbose))

    def _print_lines(self, *lines: str) -> None:
        """Writes lines to standard output; a failure is ignored, so that the server runs on."""
        with suppress(Failure):
            self._console.print_lines(*lines)

    def explain(self, problem: Exception) -> tuple[Diagnostic, ...]:
        """Returns the diagnostics for an exception, as for `build`."""
        _, diagnostics = explain(problem, self._console)
        return diagnostics

    def describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        """Formats diagnostics as plain text."""
        return write_text(diagnostics, open_line_reader(self._console.root))


def _describe_outcome(outcome: Outcome, *, verbose: bool) -> Iterator[str]:
    """Yields the result of a build as one line; with `verbose`, also each changed file."""
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
    more = len(sources) - _MAX_SOURCES
    return ", ".join(sources[:_MAX_SOURCES]) + (f" and {more} more" if more > 0 else "")
