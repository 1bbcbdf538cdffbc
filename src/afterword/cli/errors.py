"""Maps exceptions to exit codes and messages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import IO_ERROR_ID, Diagnostic, Exit, Failure, error
from afterword.core.files import DENIED, MACHINE_ERRORS, describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.cli.console import Console

_ENVIRONMENT = MACHINE_ERRORS | DENIED
"""The errors of the operating system that end a command with `Exit.ENVIRONMENT`."""


class Ending(Struct):
    """The exit code that a command ends with."""

    exit_code: Exit = Exit.DONE


@contextmanager
def handle_errors(console: Console, *, url_from: str = "") -> Iterator[Ending]:
    """Let the block say how it ends; say it for the block where that is by an exception.

    `url_from` is where a base URL came from, for messages about it.
    """
    ending = Ending()
    try:
        yield ending
    except Exception as problem:  # a user should never see a traceback
        exit_code, diagnostics = explain(problem, console)
        ending.exit_code = console.give_up(exit_code, [_name_origin(found, url_from) for found in diagnostics])


def explain(problem: Exception, console: Console) -> tuple[Exit, tuple[Diagnostic, ...]]:
    """The exit code and the message for an exception that was not caught.

    Of a bug, the traceback is kept.
    """
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
