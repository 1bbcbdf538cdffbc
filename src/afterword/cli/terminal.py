"""The standard streams, which may be closed, full or a broken pipe; output format, colours, base URL and progress.

A lost stream never stops a command: its output is dropped. Only if the result of a command cannot be written to
standard output, for example to a full disk, the command fails.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal, TextIO, TypeAlias

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import MACHINE_ERRORS, describe
from afterword.output.signals import deferred_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.progress import Progress as RichProgress

    from afterword.build.workers.pool import Progress


LOST = MACHINE_ERRORS | {errno.EBADF}
"""Errors of a stream that cannot be written to; EBADF if it is open for reading only."""


def prepare_streams() -> None:
    """Makes the standard streams usable.

    The null device takes the number of a closed stream: otherwise the next opened file, such as one of the site, would
    get that number and be written to. A non-blocking stream is made blocking.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.set_blocking(number, True)
        except OSError:
            _open_null(number)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Unicode still shows every message


def _open_null(number: int) -> None:
    """Opens the null device with a descriptor number, for this process and its children."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    os.dup2(descriptor, number)
    if descriptor != number:
        os.close(descriptor)


def write(stream: TextIO, text: str) -> None:
    """Writes and flushes a text. Raises `Failure` if standard output fails, except for a broken pipe."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as problem:
        silence(stream)
        if stream is sys.stdout:
            raise output_failure(problem) from problem


def output_failure(problem: OSError) -> Failure:
    """Returns the failure of a command whose result could not be written."""
    message = f"cannot write to standard output: {describe(problem)}"
    return Failure(Exit.ENVIRONMENT, error("stdout-error", message))


def silence(stream: TextIO) -> None:
    """Redirects a stream to the null device, so that Python's flush at exit does not fail."""
    with suppress(OSError, ValueError):
        _open_null(stream.fileno())


Format: TypeAlias = Literal["text", "github", "json"]
"""Formats of diagnostics."""


def choose_format(requested: Format | None, environ: Mapping[str, str]) -> Format:
    """Returns the requested format, or else annotations in GitHub Actions, or else text."""
    if requested is not None:
        return requested
    return "github" if environ.get("GITHUB_ACTIONS") == "true" else "text"


def wants_colour(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Returns whether to write colours to a stream; NO_COLOR has priority."""
    if environ.get("NO_COLOR"):
        return False
    if _is_on(environ, "FORCE_COLOR") or _is_on(environ, "CLICOLOR_FORCE"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"


def wants_progress(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Returns whether to show the progress of a build."""
    return is_terminal and environ.get("TERM") != "dumb" and not _is_on(environ, "CI")


def find_width(environ: Mapping[str, str]) -> int:
    """Returns `COLUMNS` or the width of the terminal at standard error; 105 for a file or pipe."""
    requested = environ.get("COLUMNS", "")
    if requested.isdecimal() and int(requested):
        return int(requested)
    try:
        return os.get_terminal_size(2).columns or _WIDTH
    except OSError:
        return _WIDTH


def find_base_url(requested: str | None, environ: Mapping[str, str]) -> tuple[str | None, str]:
    """Returns the base URL that replaces the one in the settings, or None, and its origin.

    The option has priority over SITE_URL, and that over BASE_PATH, which is only a path and may lack its first `/`.
    """
    if requested is not None:
        return requested, "--base-url"
    if url := environ.get("SITE_URL", "").strip():
        return url, "SITE_URL"
    if path := environ.get("BASE_PATH", "").strip("/ "):
        return f"/{path}/", "BASE_PATH"
    return None, ""


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").lower() not in ("", "0", "false")


_WIDTH = 105

BAR_DELAY = 0.5
"""Seconds of a build before a progress bar is shown."""

_PHASES = {"read": "Reading", "write": "Markdown", "render": "Pages", "publish": "Publishing"}


class Bar:
    """A progress bar on standard error, for the current phase."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._drawn: RichProgress | None = None

    def __call__(self, phase: str, done: int, total: int) -> None:
        if self._drawn is None:
            if self._clock() - self._begun < BAR_DELAY:
                return
            drawn = _make_bar()
            with deferred_signals():  # Ctrl-C between these would leave the cursor hidden
                drawn.start()
                self._drawn = drawn
        task, label = self._drawn.tasks[0], _PHASES.get(phase, phase)
        is_new = task.description != label
        self._drawn.update(task.id, description=label, completed=done, total=total, refresh=is_new)

    def stop(self) -> None:
        """Removes the bar."""
        if self._drawn is not None:
            self._drawn.stop()


def _make_bar() -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=8)
    bar.add_task("")
    return bar


@contextmanager
def show_progress(*, wanted: bool) -> Iterator[Progress]:
    """Yields the progress callback of a build: a bar if `wanted`."""
    if not wanted:
        yield lambda _phase, _done, _total: None
        return
    bar = Bar()
    try:
        yield bar
    finally:
        bar.stop()
