"""How a command can end: done, with something to say, for want of something, or with a bug.

Relies on `Failure` for everything that was foreseen. Refuses to let an exception be the last word.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterword.diagnostics import Diagnostic, Exit, Failure, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.cli.console import Console

_ENVIRONMENT = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}
)
"""The system's errors that are the machine's matter: permissions, disks, and what it has run out of."""


@dataclass(slots=True)
class Ending:
    """The exit code that a command ends with."""

    exit_code: Exit = Exit.DONE


@contextmanager
def concluding(console: Console, *, url_from: str = "") -> Iterator[Ending]:
    """Let the block say how it ends; say it for the block where that is by an exception.

    `url_from` is where a base URL came from, for messages about it.
    """
    ending = Ending()
    try:
        yield ending
    except Failure as failure:
        diagnostics = [_name_origin(found, url_from) for found in failure.diagnostics]
        ending.exit_code = console.give_up(failure.exit_code, diagnostics)
    except MemoryError:
        ending.exit_code = console.give_up(Exit.ENVIRONMENT, [error("no-memory", "there is not enough memory")])
    except OSError as problem:
        if problem.errno not in _ENVIRONMENT:
            ending.exit_code = console.own_up(problem)
            return
        reason = (problem.strerror or str(problem)).lower()
        message = f"`{problem.filename}`: {reason}" if problem.filename else reason
        ending.exit_code = console.give_up(Exit.ENVIRONMENT, [error("system", message)])
    except Exception as problem:  # whatever it is, nobody should have to read a traceback
        ending.exit_code = console.own_up(problem)


def _name_origin(found: Diagnostic, url_from: str) -> Diagnostic:
    if found.id != "bad-base-url" or url_from in ("", "--base-url"):
        return found
    return replace(found, hint=f"it comes from the environment variable `{url_from}`")
