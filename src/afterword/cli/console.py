"""How a command says things: results on standard output, everything else on standard error, in the form asked for.

Relies on `reports` for the texts, and on `streams` to write them: without a reader, the work goes on.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.cli.crashes import describe_bug, keep_crash
from afterword.cli.progress import watched
from afterword.cli.streams import write
from afterword.cli.terminal import wants_colour, wants_progress
from afterword.diagnostics import Diagnostic, Exit, Severity, error, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from afterword.cli.terminal import Format
    from afterword.jobs import Progress
    from afterword.publish import Cleaned
    from afterword.report import Report


class Console(Struct, frozen=True):
    """Whom a command talks to: how the blog's folder is called, in which format, and how much.

    `quiet` leaves out what is neither an error nor a warning; `verbose` adds reasons; `trace` shows a bug's traceback.
    """

    root: Path
    format: Format
    environ: Mapping[str, str]
    quiet: bool = False
    verbose: bool = False
    trace: bool = False

    def watch(self) -> AbstractContextManager[Progress]:
        """The progress to give to a build."""
        wanted = not self.quiet and self.format == "text"
        return watched(wanted=wanted and wants_progress(self.environ, is_terminal=sys.stderr.isatty()))

    def conclude(self, report: Report, seconds: float, *, strict: bool, explain: bool = False) -> Exit:
        """Say what a build did; `explain` adds why each page was rendered; returns the build's exit code."""
        from afterword import reports

        if report.published:
            done = reports.summarize(report, _shown(report.destination), seconds)
        else:
            done = reports.summarize_failure(report.diagnostics, strict=strict)
        self._sum_up(done, report.diagnostics)
        if self.format == "json":
            write(sys.stdout, reports.write_document(report.exit_code, report.diagnostics, report))
            return report.exit_code
        self.say(report.diagnostics)
        if not report.published:
            write(sys.stderr, done)
        elif not self.quiet:
            details = reports.explain(report) if self.verbose or explain else ""
            details += reports.list_changes(report) if self.verbose else ""
            write(sys.stdout, self._for_log(details + done))
        return report.exit_code

    def conclude_cleaning(self, cleaned: Cleaned, site: Path) -> Exit:
        """Say what cleaning did; returns its exit code."""
        if self.format == "json":
            return self.give_up(Exit.DONE, cleaned.diagnostics)
        self.say(cleaned.diagnostics)
        if not self.quiet:
            from afterword.reports.summary import count

            details = [f"removed {path}" for path in cleaned.removed] if self.verbose else []
            self.tell(*details, f"removed {count(len(cleaned.removed), 'file')} from `{_shown(site)}`")
        return Exit.DONE

    def hand_over(self, text: str, diagnostics: Iterable[Diagnostic] = ()) -> Exit:
        """Write what was asked for to standard output, as it is, after what there is to say about it; all is well."""
        self.say(diagnostics)
        write(sys.stdout, text)
        return Exit.DONE

    def tell(self, *lines: str) -> None:
        """Write lines to standard output, unless only what is wrong is wanted."""
        if not self.quiet:
            from afterword.reports.visible import make_visible

            write(sys.stdout, self._for_log("".join(f"{make_visible(line)}\n" for line in lines)))

    def say(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Write diagnostics to standard error."""
        wanted = [found for found in diagnostics if not self.quiet or found.severity is not Severity.NOTE]
        if not wanted:
            return
        from afterword import reports  # with what it needs to draw: only where there is something to say

        colour = self.format == "text" and wants_colour(self.environ, is_terminal=sys.stderr.isatty())
        looks = reports.Looks(colour=colour, name=self._find_from_here)
        text = reports.write_text(wanted, reports.open_lines(self.root), looks)
        if self.format == "github":
            text = reports.stop_commands(text) + reports.write_annotations(wanted, self._find_in_workspace)
        else:
            text = self._for_log(f"{text}\n")
        write(sys.stderr, text)

    def give_up(self, exit_code: Exit, diagnostics: Iterable[Diagnostic]) -> Exit:
        """Say why a command cannot go on; returns its exit code."""
        ordered = in_order(diagnostics)
        if exit_code is not Exit.DONE:
            self._sum_up("nothing was done\n", ordered)
        if self.format == "json":
            from afterword.reports import write_document

            write(sys.stdout, write_document(exit_code, ordered))
        else:
            self.say(ordered)
        return exit_code

    def _sum_up(self, done: str, diagnostics: Sequence[Diagnostic]) -> None:
        """Add what came of a run to the page on which GitHub sums up the job, where it runs us."""
        page = self.environ.get("GITHUB_STEP_SUMMARY")
        if not page or (self.format != "github" and self.environ.get("GITHUB_ACTIONS") != "true"):
            return
        from afterword.cli.pages import append
        from afterword.reports import open_lines, write_markdown

        def name(path: str) -> str:
            return self._find_in_workspace(path) or path

        append(Path(page), write_markdown(done, diagnostics, open_lines(self.root), name))

    def keep_bug(self, problem: BaseException) -> Diagnostic:
        """Keep the traceback of a bug, or show it where that cannot be done; returns what there is to say of it."""
        text = describe_bug(problem)
        kept = keep_crash(self.root, text)
        if self.trace or kept is None:
            from afterword.reports.visible import make_visible

            lines = text.rstrip("\n").split("\n")
            write(sys.stderr, self._for_log("".join(f"{make_visible(line)}\n" for line in lines)))
        where = f"; send its makers `{_shown(kept)}`" if kept is not None else ""
        kind = type(problem).__name__
        return error("bug", f"this is a bug of Afterword ({kind}){where}")

    def _for_log(self, text: str) -> str:
        """Lines as they may be written to a log, where GitHub's runner may read them: no text of a blog commands it."""
        if self.format != "github" and self.environ.get("GITHUB_ACTIONS") != "true":
            return text
        from afterword.reports import has_command, stop_commands

        return stop_commands(text) if has_command(text) else text

    def _find_from_here(self, path: str) -> str:
        """The path of a source as seen from the current folder; the default theme's files keep their prefix."""
        from afterword.files import DEFAULT

        return path if path.startswith(DEFAULT) else str(self.root / path)

    def _find_in_workspace(self, path: str) -> str | None:
        """The path of a source below GitHub's workspace, if it is there."""
        from afterword.files import locate

        workspace = Path(os.path.realpath(self.environ.get("GITHUB_WORKSPACE") or "."))
        source = Path(os.path.realpath(locate(self.root, path)))
        return source.relative_to(workspace).as_posix() if source.is_relative_to(workspace) else None


def _shown(path: Path) -> str:
    """A path as seen from the current folder, where it is in it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)
