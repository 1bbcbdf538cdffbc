"""Work that can be spread over processes: the same jobs, the same results, in the same order.

A job is plain data. `shared` data is sent to each process once, where `start` makes a worker of it; the worker is then
called with each job. Results come in the order of the jobs, however many processes there are. Relies on `fork` where
the system has it, so that shared data need not be copied. Refuses to decide what is worth the cost of a process: the
caller says how many.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.process import BaseProcess

    Progress = Callable[[str, int, int], None]
    """Told what is being done, how many of it are done, and of how many."""

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")

WORTH_A_PROCESS = 64
"""The fewest jobs for which several processes are started by default: below, starting them costs more than it saves."""

WORTH_A_CLUSTER = 1_000
"""The fewest jobs that are sent to a cluster: below, sending what they share costs more than it saves."""

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
        with ProcessPoolExecutor(count, context, _begin, (start, shared)) as pool:
            results: Iterator[Result] = pool.map(_work, jobs, chunksize=chunk)
            try:
                yield from results
            except BaseException:  # a signal as well: nobody waits for results that nobody wants
                pool.shutdown(wait=False, cancel_futures=True)
                _end(multiprocessing.active_children())
                raise


def _end(processes: Sequence[BaseProcess]) -> None:
    """Kill the processes and see each of them end. They are left to the pool's own thread to reap: two may not."""
    from multiprocessing.connection import wait

    for process in processes:
        process.kill()
    alive = {process.sentinel for process in processes}
    while alive:
        alive.difference_update(ended for ended in wait(alive) if isinstance(ended, int))


def choose_executor(asked: int, jobs: int, cluster: str = "") -> Executor:
    """The executor for so many jobs: `asked` processes, or, where that is 0, as many as are worth starting.

    Where there is a `cluster`, it has all jobs but those that are too few to be sent away.
    """
    if cluster and jobs >= WORTH_A_CLUSTER:
        from afterword.cluster import Cluster  # with Dask: 0.5 s

        return Cluster(cluster)
    count = asked or (os.cpu_count() or 1 if jobs >= WORTH_A_PROCESS else 1)
    return Processes(count) if count > 1 else Serial()


class Crew:
    """The processes of one build, and somebody who watches them: runs the jobs of each of its phases.

    `cluster` is the address of a Dask scheduler, whose workers do them instead; empty for none.
    """

    def __init__(self, asked: int, progress: Progress, cluster: str = "") -> None:
        self._asked = asked
        self._cluster = cluster
        self._progress = progress

    def run(
        self, phase: str, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        """The result of each job, in order, with a word to the progress after each."""
        self._progress(phase, 0, len(jobs))
        results = choose_executor(self._asked, len(jobs), self._cluster).map(start, jobs, shared) if jobs else iter(())
        for done, result in enumerate(results, 1):
            yield result
            self._progress(phase, done, len(jobs))


_worker: Callable[[Any], Any] | None = None
"""The worker of this process, where it is one of a pool; jobs and results are of whatever kinds `start` knows."""


def _begin(start: Callable[[Any], Callable[[Any], Any]], shared: object) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is sent to all processes: the first one ends the others
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not the first one's own, which a fork hands down
    _worker = start(shared)


def _work(job: object) -> Any:
    assert _worker is not None, "a pool begins each of its processes"  # noqa: S101
    return _worker(job)
