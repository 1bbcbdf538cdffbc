"""Runs one command, from its arguments to its exit code.

Exit codes are `diagnostics.Exit`, and 130 and 143 for SIGINT and SIGTERM, as shells have it. A user's mistake never
shows a traceback.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from afterword.cli.console import Console
from afterword.cli.errors import explain
from afterword.cli.streams import LOST, fail_output, prepare_streams, silence
from afterword.cli.suggestions import Misspelt
from afterword.cli.terminal import choose_format
from afterword.core.diagnostics import Exit, error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


class Terminated(BaseException):
    """SIGTERM has arrived; like KeyboardInterrupt, it is no `Exception`, so that only the end of the run sees it."""


def main() -> NoReturn:
    """The entry point: runs the command with the arguments of the process, and exits."""
    signal.signal(signal.SIGTERM, _terminate)
    prepare_streams()
    code = run(sys.argv[1:])
    if code in (INTERRUPTED, TERMINATED):
        # Python would wait for threads that wait for processes that have been killed.
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments; returns its exit code."""
    from afterword.cli.commands import afterword

    try:
        code = afterword.main(list(arguments), prog_name="afterword", standalone_mode=False)
    except click.ClickException as problem:
        return _explain(problem)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except SystemExit:  # Click's, where standard output has no reader
        silence(sys.stdout)
        return Exit.DONE
    except Exception as problem:  # a bug before a command could begin, or help that cannot be written
        console = _open_console()
        if isinstance(problem, OSError) and problem.filename is None and problem.errno in LOST:
            silence(sys.stdout)
            problem = fail_output(problem)
        return console.give_up(*explain(problem, console))
    return code if isinstance(code, int) else Exit.DONE


def _explain(problem: click.ClickException) -> Exit:
    """Reports invalid arguments."""
    hint = problem.hint if isinstance(problem, Misspelt) else ""
    if not hint and isinstance(problem, click.UsageError) and problem.ctx is not None:
        hint = f"see `{problem.ctx.command_path} --help`"
    message = problem.format_message().rstrip(".")
    return _open_console().give_up(Exit.USAGE, [error("usage", message[:1].lower() + message[1:], hint=hint)])


def _open_console() -> Console:
    """The console of a run of which no more is known than its environment."""
    return Console(Path(), choose_format(None, os.environ), os.environ)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
