"""The console of a command: writes results, diagnostics and crash reports.

Results go to standard output, everything else to standard error. The traceback of a bug is saved in `.afterword`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword import __version__
from afterword.cache.store import make_state_folder
from afterword.cli.streams import write
from afterword.cli.terminal import choose_format, find_width, wants_colour, wants_progress, watched
from afterword.core.diagnostics import Diagnostic, Exit, Severity, error, sort_diagnostics
from afterword.core.files import STATE
from afterword.core.fingerprints import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from afterword.build.report import Report
    from afterword.build.workers.pool import Progress
    from afterword.check.run import CheckResult
    from afterword.cli.terminal import Format
    from afterword.output.clean import CleanResult

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def describe_bug(problem: BaseException) -> str:
    """The traceback of an exception, below what it happened with."""
    import platform
    import traceback

    return f"Afterword {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n" + "".join(
        traceback.format_exception(problem)
    )


def keep_crash(root: Path, text: str) -> Path | None:
    """Write the text to a file of its own in the blog's `.afterword`; the same text has the same file."""
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
    """Whom a command talks to: how the blog's folder is called, in which format, and how much.

    `quiet` leaves out what is neither an error nor a warning; `verbose` adds reasons; `trace` shows a bug's traceback;
    `brief` shows only the first diagnostics of a kind, in text.
    """

    root: Path
    format: Format
    environ: Mapping[str, str]
    quiet: bool = False
    verbose: bool = False
    trace: bool = False
    brief: bool = False

    def watch(self) -> AbstractContextManager[Progress]:
        """The progress to give to a build."""
        wanted = not self.quiet and self.format == "text"
        return watched(wanted=wanted and wants_progress(self.environ, is_terminal=sys.stderr.isatty()))

    def conclude(self, report: Report, seconds: float, *, strict: bool, explain: bool = False) -> Exit:
        """Writes the result of a build, with `explain` the reason for each page; returns the exit code."""
        from afterword.reporting.summary import explain as explain_report
        from afterword.reporting.summary import list_changes, summarize, summarize_failure

        if report.published:
            done = summarize(report, _shown(report.destination), seconds)
        else:
            done = summarize_failure(report.diagnostics, strict=strict)
        self._sum_up(done, report.diagnostics)
        if self.format == "json":
            from afterword.reporting.json import write_document

            write(sys.stdout, write_document(report.exit_code, report.diagnostics, report))
            return report.exit_code
        self.say(report.diagnostics)
        if not report.published:
            write(sys.stderr, done)
        elif not self.quiet:
            details = explain_report(report) if self.verbose or explain else ""
            details += list_changes(report) if self.verbose else ""
            write(sys.stdout, self._for_log(details + done))
        return report.exit_code

    def conclude_check(self, checked: CheckResult) -> Exit:
        """Says what a check found; returns its exit code."""
        from afterword.reporting.summary import summarize_check

        done = summarize_check(checked.pages, checked.links, checked.diagnostics)
        self._sum_up(done, checked.diagnostics)
        if self.format == "json":
            from afterword.reporting.json import write_document

            write(sys.stdout, write_document(checked.exit_code, checked.diagnostics))
            return checked.exit_code
        self.say(checked.diagnostics)
        self.tell(done.rstrip("\n"))
        return checked.exit_code

    def conclude_cleaning(self, cleaned: CleanResult, site: Path) -> Exit:
        """Writes the result of `clean`; returns the exit code."""
        if self.format == "json":
            return self.give_up(Exit.DONE, cleaned.diagnostics)
        self.say(cleaned.diagnostics)
        if not self.quiet:
            from afterword.reporting.summary import count

            details = [f"deleted {path}" for path in cleaned.removed] if self.verbose else []
            self.tell(*details, f"deleted {count(len(cleaned.removed), 'file')} from `{_shown(site)}`")
        return Exit.DONE

    def write_result(self, text: str, diagnostics: Iterable[Diagnostic] = ()) -> Exit:
        """Writes diagnostics, then the result to standard output as it is; returns the exit code of success."""
        self.say(diagnostics)
        write(sys.stdout, text)
        return Exit.DONE

    def tell(self, *lines: str) -> None:
        """Write lines to standard output, unless only what is wrong is wanted."""
        if not self.quiet:
            from afterword.reporting.text import make_visible

            write(sys.stdout, self._for_log("".join(f"{make_visible(line)}\n" for line in lines)))

    def say(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Write diagnostics to standard error."""
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
        looks = TextStyle(colour=colour, width=find_width(self.environ), name=self._find_from_here, brief=brief)
        text = write_text(wanted, open_line_reader(self.root), looks)
        if self.format == "github":
            text = stop_commands(text) + write_annotations(wanted, self._find_in_workspace)
        else:
            text = self._for_log(f"{text}\n")
        write(sys.stderr, text)

    def give_up(self, exit_code: Exit, diagnostics: Iterable[Diagnostic]) -> Exit:
        """Writes the reason why a command failed; returns the exit code."""
        ordered = sort_diagnostics(diagnostics)
        if exit_code is not Exit.DONE:
            self._sum_up("nothing was changed\n", ordered)
        if self.format == "json":
            from afterword.reporting.json import write_document

            write(sys.stdout, write_document(exit_code, ordered))
        else:
            self.say(ordered)
        return exit_code

    def _sum_up(self, done: str, diagnostics: Sequence[Diagnostic]) -> None:
        """Add what came of a run to the page on which GitHub sums up the job, where it runs us."""
        page = self.environ.get("GITHUB_STEP_SUMMARY")
        if not page or (self.format != "github" and self.environ.get("GITHUB_ACTIONS") != "true"):
            return
        from afterword.reporting.github import append, write_markdown
        from afterword.reporting.text import open_line_reader

        def name(path: str) -> str:
            return self._find_in_workspace(path) or path

        append(Path(page), write_markdown(done, diagnostics, open_line_reader(self.root), name))

    def save_crash_report(self, problem: BaseException) -> Diagnostic:
        """Saves the traceback of a bug, or prints it if that fails; returns the diagnostic."""
        text = describe_bug(problem)
        kept = keep_crash(self.root, text)
        if self.trace or kept is None:
            from afterword.reporting.text import make_visible

            lines = text.rstrip("\n").split("\n")
            write(sys.stderr, self._for_log("".join(f"{make_visible(line)}\n" for line in lines)))
        where = f"; please report it with `{_shown(kept)}`" if kept is not None else ""
        kind = type(problem).__name__
        return error("bug", f"bug in Afterword ({kind}){where}")

    def _for_log(self, text: str) -> str:
        """Lines as they may be written to a log, where GitHub's runner may read them: no text of a blog commands it."""
        if self.format != "github" and self.environ.get("GITHUB_ACTIONS") != "true":
            return text
        from afterword.reporting.github import has_command, stop_commands

        return stop_commands(text) if has_command(text) else text

    def _find_from_here(self, path: str) -> str:
        """The path of a source as seen from the current folder; the default theme's files keep their prefix."""
        from afterword.core.files import DEFAULT

        return path if path.startswith(DEFAULT) else str(self.root / path)

    def _find_in_workspace(self, path: str) -> str | None:
        """The path of a source below GitHub's workspace, if it is there."""
        from afterword.core.files import locate

        workspace = Path(os.path.realpath(self.environ.get("GITHUB_WORKSPACE") or "."))
        source = Path(os.path.realpath(locate(self.root, path)))
        return source.relative_to(workspace).as_posix() if source.is_relative_to(workspace) else None


def _shown(path: Path) -> str:
    """A path as seen from the current folder, where it is in it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


def open_console(
    root: Path, format_: Format | None = None, *, quiet: bool = False, verbose: bool | None = None, trace: bool = False
) -> Console:
    """The console of a command about the blog in `root`; `verbose` is None for commands without that option."""
    chosen = choose_format(format_, os.environ)
    return Console(root, chosen, os.environ, quiet=quiet, verbose=bool(verbose), trace=trace, brief=verbose is False)
