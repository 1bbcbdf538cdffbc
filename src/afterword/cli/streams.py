"""Standard input, output and error of the process, which may be closed, full, or a pipe that has no reader.

A lost stream never loses a command's work: what was to be written is dropped. Only the result of a command that cannot
be written to standard output, because a disk is full for example, is a failure.
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
"""The errors by which a stream cannot be written to; EBADF is that of one which is open for reading only."""


def prepare_streams() -> None:
    """Makes the standard streams usable, whatever the process was started with.

    The number of a closed stream is taken by the null device: otherwise the next file that is opened, a file of the
    site for example, gets that number, and is written to. A stream that does not block is made to wait for its reader.
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
    """Opens the null device under a number, for this process and those that it starts."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    os.dup2(descriptor, number)
    if descriptor != number:
        os.close(descriptor)


def write(stream: TextIO, text: str) -> None:
    """Writes a text at once. Raises `Failure` if standard output cannot be written to, except for want of a reader."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
    except OSError as problem:
        silence(stream)
        if stream is sys.stdout:
            raise fail_output(problem) from problem


def fail_output(problem: OSError) -> Failure:
    """The failure of a command whose result could not be written."""
    message = f"cannot write to standard output: {describe(problem)}"
    return Failure(Exit.ENVIRONMENT, error("stdout-error", message))


def silence(stream: TextIO) -> None:
    """Leads a stream to the null device, so that Python does not fail to write the rest when it ends."""
    with suppress(OSError, ValueError):
        _open_null(stream.fileno())
