"""The console of a command: writes results and diagnostics, and maps exceptions to exit codes.

Results go to standard output, everything else to standard error. The traceback of a bug is saved in `.afterword`.
"""

from __future__ import annotations

import os
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from afterword import __version__
from afterword.cache.store import make_state_folder
from afterword.cli.terminal import (
    choose_format,
    find_base_url,
    find_width,
    show_progress,
    wants_colour,
    wants_progress,
    write,
)
from afterword.core.diagnostics import IO_ERROR_ID, Diagnostic, Exit, Failure, Severity, error, sort_diagnostics
from afterword.core.files import DENIED, MACHINE_ERRORS, STATE, describe
from afterword.core.fingerprints import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from afterword.build.report import Report
    from afterword.build.workers.pool import Progress
    from afterword.cli.terminal import Format


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
        with path.open("x", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return path if path.is_file() else None
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

    def finish(
        self,
        exit_code: Exit,
        diagnostics: Sequence[Diagnostic],
        done: str = "",
        *,
        failed: bool = False,
        report: Report | None = None,
    ) -> Exit:
        """Writes the diagnostics and the result of a run; returns the exit code.

        `done` is the result as text, for standard output, or for standard error if the run `failed`. `report` has the
        result for JSON.
        """
        self._write_job_summary(done or "nothing was changed\n", diagnostics)
        if self.format == "json":
            from afterword.reporting.json import write_document

            write(sys.stdout, write_document(exit_code, diagnostics, report))
            return exit_code
        self.write_diagnostics(diagnostics)
        if failed:
            write(sys.stderr, done)
        elif done and not self.quiet:
            write(sys.stdout, self._for_log(done))
        return exit_code

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
        where = f"; please report it with `{show_path(kept)}`" if kept is not None else ""
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


def show_path(path: Path) -> str:
    """Returns a path relative to the current folder, if it is inside."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


_ENVIRONMENT = MACHINE_ERRORS | DENIED
"""Errors of the operating system that end a command with `Exit.ENVIRONMENT`."""


def with_console(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """Passes a command its console, made from the options for output, and reports its exceptions.

    The command's folder is its argument `source` or `folder`. Its `base_url` is replaced by that of the environment if
    the option is not given. Diagnostics are `brief` if there is an option to show all.
    """

    @wraps(command)
    def run_command(
        *,
        format_: Format | None = None,
        quiet: bool = False,
        verbose: bool | None = None,
        trace: bool = False,
        **arguments: Any,
    ) -> Exit:
        console = Console(
            root=arguments.get("source") or arguments.get("folder") or Path(),
            format=choose_format(format_, os.environ),
            environ=os.environ,
            quiet=quiet,
            verbose=bool(verbose),
            trace=trace,
            brief=verbose is False,
        )
        origin = ""
        if "base_url" in arguments:
            arguments["base_url"], origin = find_base_url(arguments["base_url"], os.environ)
        try:
            return command(console, **arguments)
        except Exception as problem:  # a user should never see a traceback
            exit_code, diagnostics = explain(problem, console)
            return console.finish(exit_code, sort_diagnostics(_name_origin(found, origin) for found in diagnostics))

    return run_command


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
