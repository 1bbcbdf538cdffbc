"""Standard input, output and error of the process, which may be closed, full, or a broken pipe.

A lost stream never stops a command: its output is dropped. Only if the result of a command cannot be written to
standard output, for example to a full disk, the command fails.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import TextIO

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import MACHINE_ERRORS, describe

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
