"""One run of a command, measured: how long it took by the wall clock, or how much memory it and its children had.

The two are never measured in the same run, so that watching the memory costs no time that is reported. Memory is what
all processes of the command hold at once, with shared pages counted once (the sum of their PSS, read from `/proc` every
20 ms), or what the kernel says that the largest of them had at its peak (`ru_maxrss`), whichever is more; where there
is no `/proc` it is the latter alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INTERVAL = 0.02
"""Seconds between two looks at the memory."""

_PROC = Path("/proc")
_PYTHON_VARIABLES = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONPROFILEIMPORTTIME", "PYTHONDEVMODE"})
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Failed(Exception):  # noqa: N818 - the caller decides whether it is an error
    """A command that failed; the message is the end of what it said."""


def clean_environ() -> dict[str, str]:
    """Returns this process's environment without what makes Python programs slower or finds them other modules."""
    return {name: value for name, value in os.environ.items() if name not in _PYTHON_VARIABLES}


def time_command(command: Sequence[str], folder: Path) -> float:
    """The seconds that a command takes, run in `folder`; raises `Failed`."""
    with tempfile.TemporaryFile() as said:
        environ = clean_environ()
        begin = time.perf_counter()
        status = subprocess.run(command, cwd=folder, env=environ, stdout=said, stderr=said, check=False).returncode
        seconds = time.perf_counter() - begin
        _check(status, said)
    return seconds


def peak_memory(command: Sequence[str], folder: Path) -> int:
    """The most memory, in bytes, that a command has while it runs in `folder`; raises `Failed`."""
    with tempfile.TemporaryFile() as said:
        # A session of its own is how its children are known, also those whose parent has ended.
        process = subprocess.Popen(
            command, cwd=folder, env=clean_environ(), stdout=said, stderr=said, start_new_session=True
        )
        peak = 0
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, sum(_shares_of(process.pid)))
            time.sleep(INTERVAL)
        process.returncode = os.waitstatus_to_exitcode(status)
        _check(process.returncode, said)
    return max(peak, usage.ru_maxrss * _MAXRSS_UNIT)


def _check(status: int, said: IO[bytes]) -> None:
    if status:
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise Failed(" / ".join(line.strip() for line in lines[-3:]))


def _shares_of(session: int) -> Iterator[int]:
    """The proportional set size, in bytes, of every process of a session; one that has just ended has none."""
    for path in _PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError):
            # `stat` of proc(5): after the name, which is in parentheses, come state, parent, group and session.
            if int((path / "stat").read_bytes().rpartition(b")")[2].split()[3]) == session:
                yield _share(path)


def _share(process: Path) -> int:
    for line in (process / "smaps_rollup").read_bytes().splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return 0
