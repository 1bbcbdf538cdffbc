"""The console of a command, also of `serve`: writes results and diagnostics, and maps exceptions to exit codes.

Results go to standard output, everything else to standard error. The traceback of a bug is saved in `.afterword`.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword import __version__
from afterword.cache.store import make_state_folder
from afterword.cli.terminal import choose_format, find_width, show_progress, wants_colour, wants_progress, write
from afterword.core.diagnostics import IO_ERROR_ID, Diagnostic, Exit, Failure, Severity, error, sort_diagnostics
from afterword.core.files import DENIED, MACHINE_ERRORS, STATE, describe
from afterword.core.fingerprints import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from afterword.build.report import Report
    from afterword.build.workers.pool import Progress
    from afterword.check.run import CheckResult
    from afterword.cli.terminal import Format
    from afterword.core.diagnostics import Diagnostic
    from afterword.output.clean import CleanResult
    from afterword.server.preview import Outcome


_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def describe_bug(problem: BaseException) -> str:
    """Returns the traceback of an exception, after the versions and the platform."""
    import platform
    import traceback

    return f"Afterword {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n" + "".join(
        traceback.format_exception(problem)
    )


def save_crash(root: Path, text: str) -> Path | None:
    """Saves a crash report in the blog's `.afterword`; the same text has the same file name."""
    path = root / STATE / f"crash-{digest(text)[:12]}.txt"
    try:
        make_state_folder(path.parent)
        descriptor = os.open(path, _CREATE, 0o644)
    except OSError:
        return path if path.is_file() else None
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path


class Console(Struct, frozen=True):
    """Output of a command: the blog's folder, the format, and the verbosity.

    `quiet` shows only errors and warnings; `verbose` adds reasons; `trace` shows the traceback of a bug; `brief` shows
    only the first diagnostics of a kind, in text.
    """

    root: Path
    format: Format
    environ: Mapping[str, str]
    quiet: bool = False
    verbose: bool = False
    trace: bool = False
    brief: bool = False

    def watch(self) -> AbstractContextManager[Progress]:
        """Returns the progress callback of a build, as a context manager."""
        wanted = not self.quiet and self.format == "text"
        return show_progress(wanted=wanted and wants_progress(self.environ, is_terminal=sys.stderr.isatty()))

    def conclude(self, report: Report, seconds: float, *, strict: bool, explain: bool) -> Exit:
        """Writes the result of a build, with `explain` the reason for each page; returns the exit code."""
        from afterword.reporting.summary import explain as explain_report
        from afterword.reporting.summary import list_changes, summarize, summarize_failure

        if report.published:
            done = summarize(report, _shown(report.destination), seconds)
        else:
            done = summarize_failure(report.diagnostics, strict=strict)
        self._write_job_summary(done, report.diagnostics)
        if self.format == "json":
            from afterword.reporting.json import write_document

            write(sys.stdout, write_document(report.exit_code, report.diagnostics, report))
            return report.exit_code
        self.write_diagnostics(report.diagnostics)
        if not report.published:
            write(sys.stderr, done)
        elif not self.quiet:
            details = explain_report(report) if self.verbose or explain else ""
            details += list_changes(report) if self.verbose else ""
            write(sys.stdout, self._for_log(details + done))
        return report.exit_code

    def conclude_check(self, checked: CheckResult) -> Exit:
        """Writes the result of a check; returns the exit code."""
        from afterword.reporting.summary import summarize_check

        done = summarize_check(checked.pages, checked.links, checked.diagnostics)
        self._write_job_summary(done, checked.diagnostics)
        if self.format == "json":
            from afterword.reporting.json import write_document

            write(sys.stdout, write_document(checked.exit_code, checked.diagnostics))
            return checked.exit_code
        self.write_diagnostics(checked.diagnostics)
        self.print_lines(done.rstrip("\n"))
        return checked.exit_code

    def conclude_cleaning(self, cleaned: CleanResult, site: Path) -> Exit:
        """Writes the result of `clean`; returns the exit code."""
        if self.format == "json":
            from afterword.reporting.json import write_document

            ordered = sort_diagnostics(cleaned.diagnostics)
            write(sys.stdout, write_document(Exit.DONE, ordered, removed=cleaned.removed, destination=site))
            return Exit.DONE
        self.write_diagnostics(cleaned.diagnostics)
        if not self.quiet:
            from afterword.reporting.summary import count

            details = [f"deleted {path}" for path in cleaned.removed] if self.verbose else []
            self.print_lines(*details, f"deleted {count(len(cleaned.removed), 'file')} from `{_shown(site)}`")
        return Exit.DONE

    def write_result(self, text: str, diagnostics: Iterable[Diagnostic] = ()) -> Exit:
        """Writes diagnostics, then the unchanged result to standard output; returns the exit code of success."""
        self.write_diagnostics(diagnostics)
        write(sys.stdout, text)
        return Exit.DONE

    def print_lines(self, *lines: str) -> None:
        """Writes lines to standard output, except with `quiet`."""
        if not self.quiet:
            from afterword.reporting.text import make_visible

            write(sys.stdout, self._for_log("".join(f"{make_visible(line)}\n" for line in lines)))

    def write_diagnostics(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Writes diagnostics to standard error."""
        wanted = [found for found in diagnostics if not self.quiet or found.severity is not Severity.NOTE]
        if not wanted:
            return
        from afterword.reporting.github import stop_commands, write_annotations
        from afterword.reporting.text import (
            TextStyle,
            open_line_reader,
            write_text,  # with what it needs to draw: only where there is something to say
        )

        colour = self.format == "text" and wants_colour(self.environ, is_terminal=sys.stderr.isatty())
        brief = self.brief and self.format == "text"
        style = TextStyle(colour=colour, width=find_width(self.environ), name=self._path_from_here, brief=brief)
        text = write_text(wanted, open_line_reader(self.root), style)
        if self.format == "github":
            text = stop_commands(text) + write_annotations(wanted, self._path_in_workspace)
        else:
            text = self._for_log(f"{text}\n")
        write(sys.stderr, text)

    def report_failure(self, exit_code: Exit, diagnostics: Iterable[Diagnostic]) -> Exit:
        """Writes the reason why a command failed; returns the exit code."""
        ordered = sort_diagnostics(diagnostics)
        self._write_job_summary("nothing was changed\n", ordered)
        if self.format == "json":
            from afterword.reporting.json import write_document

            write(sys.stdout, write_document(exit_code, ordered))
        else:
            self.write_diagnostics(ordered)
        return exit_code

    def _write_job_summary(self, done: str, diagnostics: Sequence[Diagnostic]) -> None:
        """Adds the result of a run to the job summary of GitHub Actions."""
        page = self.environ.get("GITHUB_STEP_SUMMARY")
        if not page or (self.format != "github" and self.environ.get("GITHUB_ACTIONS") != "true"):
            return
        from afterword.reporting.github import append, write_markdown
        from afterword.reporting.text import open_line_reader

        def name(path: str) -> str:
            return self._path_in_workspace(path) or path

        append(Path(page), write_markdown(done, diagnostics, open_line_reader(self.root), name))

    def save_crash_report(self, problem: BaseException) -> Diagnostic:
        """Saves the traceback of a bug, or prints it if that fails; returns the diagnostic."""
        text = describe_bug(problem)
        kept = save_crash(self.root, text)
        if self.trace or kept is None:
            from afterword.reporting.text import make_visible

            lines = text.rstrip("\n").split("\n")
            write(sys.stderr, self._for_log("".join(f"{make_visible(line)}\n" for line in lines)))
        where = f"; please report it with `{_shown(kept)}`" if kept is not None else ""
        kind = type(problem).__name__
        return error("bug", f"bug in Afterword ({kind}){where}")

    def _for_log(self, text: str) -> str:
        """Returns text for a log in which GitHub's runner finds no commands."""
        if self.format != "github" and self.environ.get("GITHUB_ACTIONS") != "true":
            return text
        from afterword.reporting.github import has_command, stop_commands

        return stop_commands(text) if has_command(text) else text

    def _path_from_here(self, path: str) -> str:
        """Returns the path of a source from the current folder; files of the default theme keep their prefix."""
        from afterword.core.files import DEFAULT

        return path if path.startswith(DEFAULT) else str(self.root / path)

    def _path_in_workspace(self, path: str) -> str | None:
        """Returns the path of a source in GitHub's workspace, or None."""
        from afterword.core.files import locate

        workspace = Path(os.path.realpath(self.environ.get("GITHUB_WORKSPACE") or "."))
        source = Path(os.path.realpath(locate(self.root, path)))
        return source.relative_to(workspace).as_posix() if source.is_relative_to(workspace) else None


def _shown(path: Path) -> str:
    """Returns a path relative to the current folder, if it is inside."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


def open_console(
    root: Path,
    format_: Format | None = None,
    *,
    quiet: bool = False,
    verbose: bool = False,
    trace: bool,
    brief: bool = False,
) -> Console:
    """Returns the console of a command for the blog in `root`."""
    chosen = choose_format(format_, os.environ)
    return Console(root, chosen, os.environ, quiet=quiet, verbose=verbose, trace=trace, brief=brief)


_ENVIRONMENT = MACHINE_ERRORS | DENIED
"""Errors of the operating system that end a command with `Exit.ENVIRONMENT`."""


class Ending(Struct):
    """The exit code of a command."""

    exit_code: Exit = Exit.DONE


@contextmanager
def handle_errors(console: Console, *, url_from: str = "") -> Iterator[Ending]:
    """Yields an `Ending` for the exit code; reports an exception and sets its exit code.

    `url_from` is the origin of the base URL, for messages about it.
    """
    ending = Ending()
    try:
        yield ending
    except Exception as problem:  # a user should never see a traceback
        exit_code, diagnostics = explain(problem, console)
        ending.exit_code = console.report_failure(exit_code, [_name_origin(found, url_from) for found in diagnostics])


def explain(problem: Exception, console: Console) -> tuple[Exit, tuple[Diagnostic, ...]]:
    """Returns the exit code and the message for an exception. Saves a crash report if it is a bug."""
    match problem:
        case Failure():
            return problem.exit_code, problem.diagnostics
        case MemoryError():
            return Exit.ENVIRONMENT, (error("out-of-memory", "out of memory"),)
        case OSError() if problem.errno in _ENVIRONMENT:
            reason = describe(problem)
            message = f"`{problem.filename}`: {reason}" if problem.filename else reason
            return Exit.ENVIRONMENT, (error(IO_ERROR_ID, message),)
        case _:
            return Exit.BUG, (console.save_crash_report(problem),)


def _name_origin(found: Diagnostic, url_from: str) -> Diagnostic:
    if found.id != "invalid-base-url" or url_from in ("", "--base-url"):
        return found
    return replace(found, hint=f"correct the environment variable `{url_from}`; {found.hint}")


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
        from afterword.reporting.text import open_line_reader, write_text

        return write_text(diagnostics, open_line_reader(self._console.root))


def _describe_outcome(outcome: Outcome, *, verbose: bool) -> Iterator[str]:
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
    more = len(sources) - _MAX_SOURCES
    return ", ".join(sources[:_MAX_SOURCES]) + (f" and {more} more" if more > 0 else "")
