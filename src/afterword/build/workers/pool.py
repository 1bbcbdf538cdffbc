"""The worker pool: runs jobs in this process, in several processes, or on a cluster.

A job is plain data. Shared data is sent to each process once. Results keep the order of the jobs, so the number of
processes does not change the site.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    Progress = Callable[[str, int, int], None]
    """Called with the name of a phase, the number of finished jobs, and the number of all jobs."""

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")

MIN_JOBS_FOR_PROCESSES = 64
"""Minimum number of jobs for multiple processes by default. Below it, starting them costs more than it saves."""

MIN_JOBS_WITHOUT_FORK = 256
"""The same if processes cannot be forked: shared data must be sent to them, and modules loaded."""

MIN_JOBS_FOR_CLUSTER = 1_000
"""Minimum number of jobs for a cluster. Below it, sending shared data costs more than it saves."""


def no_progress(_phase: str, _done: int, _total: int) -> None:
    """Ignores progress."""


class Executor(Protocol):
    """Runs jobs."""

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        """Yields the result of each job, in order. Raises the exception of a job.

        `start` must be importable by name. It is called once per process with the shared data, and returns the worker
        function.
        """


class SerialExecutor:
    """Runs the jobs one after the other in this process."""

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        worker = start(shared)
        return (worker(job) for job in jobs)


def choose_executor(requested: int, jobs: int) -> Executor:
    """Returns the executor for this number of jobs. `requested` is the number of processes; 0 chooses it."""
    count = requested or os.cpu_count() or 1
    if count == 1 or (not requested and jobs < MIN_JOBS_FOR_PROCESSES):
        return SerialExecutor()
    from afterword.build.workers.processes import ProcessExecutor, can_fork  # imported late: takes 15 ms

    if not requested and jobs < MIN_JOBS_WITHOUT_FORK and not can_fork():
        return SerialExecutor()
    return ProcessExecutor(count)


class WorkerPool:
    """Runs the jobs of a build in worker processes and reports progress.

    `cluster` is the address of a Dask scheduler for large phases, or empty.
    """

    def __init__(self, requested: int, progress: Progress = no_progress, cluster: str = "") -> None:
        self._requested = requested
        self._progress = progress
        self._cluster = cluster

    def run(
        self,
        phase: str,
        start: Callable[[Shared], Callable[[Job], Result]],
        jobs: Sequence[Job],
        shared: Shared,
        remote_shared: Callable[[], Shared] | None = None,
        weight: int = 1,
    ) -> Generator[Result]:
        """Yields the result of each job, in order, and reports progress. Closing the generator stops the workers.

        `remote_shared` returns the shared data for other machines, which do not have our files. A phase without it does
        not run on the cluster. `weight` says how many short jobs one of these is worth.
        """
        self._progress(phase, 0, len(jobs))
        results = self._map(start, jobs, shared, remote_shared, weight) if jobs else iter(())
        for done, result in enumerate(results, 1):
            yield result
            self._progress(phase, done, len(jobs))

    def _map(
        self,
        start: Callable[[Shared], Callable[[Job], Result]],
        jobs: Sequence[Job],
        shared: Shared,
        remote_shared: Callable[[], Shared] | None,
        weight: int,
    ) -> Iterator[Result]:
        if self._cluster and remote_shared is not None and len(jobs) >= MIN_JOBS_FOR_CLUSTER:
            from afterword.build.workers.dask_cluster import DaskExecutor  # imported late, with Dask: takes 0.5 s

            return DaskExecutor(self._cluster).map(start, jobs, remote_shared())
        return choose_executor(self._requested, len(jobs) * weight).map(start, jobs, shared)
