"""The worker pool: runs jobs in this process, in several, or on a cluster.

A job is plain data. Shared data is sent to each process once. Results come in the order of the jobs, so the number of
processes changes no byte of a site.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    Progress = Callable[[str, int, int], None]
    """Told what is being done, how many of it are done, and of how many."""

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")

WORTH_A_PROCESS = 64
"""The fewest jobs for which several processes are started by default: below, starting them costs more than it saves."""

WORTH_A_PROCESS_WITHOUT_FORK = 256
"""The same where a process cannot be forked, and so has to be sent all that the jobs share, and begins cold."""

WORTH_A_CLUSTER = 1_000
"""The fewest jobs that are sent to a cluster: below, sending what they share costs more than it saves."""


def silent(_phase: str, _done: int, _total: int) -> None:
    """Progress that is not shown."""


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


def choose_executor(asked: int, jobs: int) -> Executor:
    """The executor for so many jobs: `asked` processes, or, where that is 0, as many as are worth starting."""
    count = asked or os.cpu_count() or 1
    if count == 1 or (not asked and jobs < WORTH_A_PROCESS):
        return Serial()
    from afterword.build.workers.processes import (
        Processes,
        can_fork,  # imported only where processes are used: 15 ms
    )

    if not asked and jobs < WORTH_A_PROCESS_WITHOUT_FORK and not can_fork():
        return Serial()
    return Processes(count)


class WorkerPool:
    """The worker processes of one build and its progress: runs the jobs of each phase.

    `cluster` is the address of a Dask scheduler, whose workers do what is much and can be done elsewhere; or empty.
    """

    def __init__(self, asked: int, progress: Progress = silent, cluster: str = "") -> None:
        self._asked = asked
        self._progress = progress
        self._cluster = cluster

    def run(
        self,
        phase: str,
        start: Callable[[Shared], Callable[[Job], Result]],
        jobs: Sequence[Job],
        shared: Shared,
        elsewhere: Callable[[], Shared] | None = None,
    ) -> Generator[Result]:
        """The result of each job, in order, with a word to the progress after each; closed, it ends the others.

        `elsewhere` gives what the jobs share on a machine that has none of our files, where they can do without these.
        """
        self._progress(phase, 0, len(jobs))
        results = self._map(start, jobs, shared, elsewhere) if jobs else iter(())
        for done, result in enumerate(results, 1):
            yield result
            self._progress(phase, done, len(jobs))

    def _map(
        self,
        start: Callable[[Shared], Callable[[Job], Result]],
        jobs: Sequence[Job],
        shared: Shared,
        elsewhere: Callable[[], Shared] | None,
    ) -> Iterator[Result]:
        if self._cluster and elsewhere is not None and len(jobs) >= WORTH_A_CLUSTER:
            from afterword.build.workers.dask_cluster import Cluster  # with Dask: 0.5 s

            return Cluster(self._cluster).map(start, jobs, elsewhere())
        return choose_executor(self._asked, len(jobs)).map(start, jobs, shared)
