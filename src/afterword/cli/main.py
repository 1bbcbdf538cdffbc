"""Runs one command, from its arguments to its exit code.

Exit codes are `diagnostics.Exit`, and 130 and 143 for SIGINT and SIGTERM, as in shells. An error of the user never
shows a traceback.
"""

from __future__ import annotations

import gc
import os
import sys

from afterword import __version__

TYPE_CHECKING = False  # `typing` takes half of the time of `--version`
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType
    from typing import NoReturn

    import click

    from afterword.cli.console import Console
    from afterword.core.diagnostics import Exit

INTERRUPTED = 130
TERMINATED = 143


class Terminated(BaseException):
    """SIGTERM was received. Like KeyboardInterrupt, it is not an `Exception`, so that only `run` handles it."""


def main() -> NoReturn:
    """Runs the command with the arguments of the process, and exits."""
    if sys.argv[1:] == ["--version"] and _write_version():
        sys.exit(0)
    gc.disable()  # loading modules makes no garbage, which the collector would look for some twenty times
    code = run(sys.argv[1:], is_process=True)
    if code in (INTERRUPTED, TERMINATED):
        _exit_at_once(code)
    gc.freeze()  # at the end, Python would look for garbage among all objects: a tenth of a build after an edit
    sys.exit(code)


def run(arguments: Sequence[str], *, is_process: bool = False) -> int:
    """Runs the command with these arguments; returns its exit code. `is_process`: the process has no other task."""
    try:
        if is_process:
            _prepare_process()
        from afterword.cli.build_command import read_plain, run_build
        from afterword.cli.console import with_console

        plain = read_plain(arguments, os.environ)
        return with_console(run_build)(**plain) if plain is not None else _run_with_click(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except Exception as problem:  # a bug before a command could begin, or help that cannot be written
        from afterword.cli.console import explain
        from afterword.cli.terminal import LOST, output_failure, silence

        console = _open_console()
        if isinstance(problem, OSError) and problem.filename is None and problem.errno in LOST:
            silence(sys.stdout)
            problem = output_failure(problem)
        return console.finish(*explain(problem, console))


def _prepare_process() -> None:
    import signal

    from afterword.cli.terminal import prepare_streams

    signal.signal(signal.SIGTERM, _terminate)
    prepare_streams()


def _run_with_click(arguments: Sequence[str]) -> int:
    import click

    from afterword.cli.commands import afterword
    from afterword.cli.terminal import silence

    gc.enable()  # `serve` runs for days
    try:
        code = afterword.main(list(arguments), prog_name="afterword", standalone_mode=False)
    except click.ClickException as problem:
        return _explain(problem)
    except click.Abort:
        return INTERRUPTED
    except SystemExit:  # Click's, where standard output has no reader
        silence(sys.stdout)
        return 0
    return code if isinstance(code, int) else 0


def _write_version() -> bool:
    """Writes the version before anything is loaded; returns False, having written nothing, if that fails."""
    try:
        return os.write(1, f"afterword {__version__}\n".encode()) > 0
    except OSError:
        return False


def _exit_at_once(code: int) -> NoReturn:
    """Calls the exit handlers and ends the process; `sys.exit` would wait for threads of killed processes."""
    import atexit
    from contextlib import suppress

    atexit._run_exitfuncs()  # private, but the same since Python 3.0; `os._exit` calls none of them
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _explain(problem: click.ClickException) -> Exit:
    import click

    from afterword.cli.misspelt import Misspelt
    from afterword.core.diagnostics import Exit, error

    hint = problem.hint if isinstance(problem, Misspelt) else ""
    if not hint and isinstance(problem, click.UsageError) and problem.ctx is not None:
        hint = f"see `{problem.ctx.command_path} --help`"
    message = problem.format_message().rstrip(".")
    return _open_console().finish(Exit.USAGE, [error("usage", message[:1].lower() + message[1:], hint=hint)])


def _open_console() -> Console:
    """Returns a console before the options are known."""
    from pathlib import Path

    from afterword.cli.console import Console
    from afterword.cli.terminal import choose_format

    return Console(Path(), choose_format(None, os.environ), os.environ)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
