"""Work that can be spread over processes: the same jobs, the same results, in the same order.

A job is plain data. `shared` data is sent to each process once, where `start` makes a worker of it; the worker is then
called with each job. Results come in the order of the jobs, however many processes there are. Relies on `fork` where
the system has it, so that shared data need not be copied. Refuses to decide what is worth the cost of a process: the
caller says how many.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Progress = Callable[[str, int, int], None]
    """Told what is being done, how many of it are done, and of how many."""

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")

WORTH_A_PROCESS = 64
"""The fewest jobs for which several processes are started by default: below, starting them costs more than it saves."""

_CHUNKS_PER_PROCESS = 8


class Executor(Protocol):
    """Whatever can run jobs: this process, several of them, or a cluster."""

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        """The result of each job, in order. `start` must be importable by name; an exception of a job is raised."""


class Serial:
    """Runs the jobs here, one after the other."""

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        worker = start(shared)
        return (worker(job) for job in jobs)


class Processes:
    """Runs the jobs in so many processes, which live as long as one `map`."""

    def __init__(self, count: int) -> None:
        self.count = count

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        from concurrent.futures import ProcessPoolExecutor  # imported only where processes are used: 15 ms

        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        count = min(self.count, len(jobs)) or 1
        chunk = max(1, len(jobs) // (count * _CHUNKS_PER_PROCESS))
        with ProcessPoolExecutor(count, context, _Worker.begin, (start, shared)) as pool:
            yield from pool.map(_Worker.work, jobs, chunksize=chunk)


def choose_executor(asked: int, jobs: int) -> Executor:
    """The executor for so many jobs: `asked` processes, or, where that is 0, as many as are worth starting."""
    count = asked or (os.cpu_count() or 1 if jobs >= WORTH_A_PROCESS else 1)
    return Processes(count) if count > 1 else Serial()


class Crew:
    """The processes of one build, and somebody who watches them: runs the jobs of each of its phases."""

    def __init__(self, asked: int, progress: Progress) -> None:
        self._asked = asked
        self._progress = progress

    def run(
        self, phase: str, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        """The result of each job, in order, with a word to the progress after each."""
        self._progress(phase, 0, len(jobs))
        results = choose_executor(self._asked, len(jobs)).map(start, jobs, shared) if jobs else iter(())
        for done, result in enumerate(results, 1):
            yield result
            self._progress(phase, done, len(jobs))


class _Worker(Generic[Job, Result]):
    """The one worker of a process of a pool: set when the process begins, called for each of its jobs."""

    current: Callable[[object], object]

    @classmethod
    def begin(cls, start: Callable[[Shared], Callable[[object], object]], shared: Shared) -> None:
        cls.current = start(shared)

    @classmethod
    def work(cls, job: object) -> object:
        return cls.current(job)
