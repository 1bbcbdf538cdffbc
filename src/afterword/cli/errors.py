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
