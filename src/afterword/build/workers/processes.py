"""Worker pool of local processes.

Each process has its own pipe for results, so none waits for a lock that a dead process holds. Processes are forked if
the system can, which shares data without copying it. This process then works as well, and its forks share what it has
compiled and loaded. Forks take the numbers of their jobs from a pipe; other processes are sent jobs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from msgspec import Struct

from afterword.core.diagnostics import Exit, Failure, error
from afterword.output.signals import deferred_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")

Make: TypeAlias = "Callable[[], Callable[[Any], Any]]"
"""Returns the worker function."""

Take: TypeAlias = "Callable[[], tuple[int, Sequence[object]] | None]"
"""Returns the number and the jobs of the next chunk; None if there is none."""

_CHUNKS_PER_PROCESS = 16
"""Few enough that sending them is cheap, enough that all processes finish at about the same time."""

_CHUNK = 4
"""Usual number of jobs of a chunk: their results fit into the buffer of a pipe while this process works."""

_MAX_CHUNKS = 1_000
"""Maximum number of chunks: their numbers fit into one page, the smallest buffer that Linux gives a pipe (pipe(7))."""

_NUMBER = 4
"""Number of bytes of the number of a chunk."""

_MIN_JOBS_TO_TRIM = 1_000
"""Minimum number of jobs for which free memory is returned to the system first."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def use_forkserver() -> None:
    """Makes processes start from a fork server that has loaded the build, instead of forking this process.

    For a process with threads: a fork would copy their locks without the threads that release them.
    """
    multiprocessing.set_start_method("forkserver", force=True)
    multiprocessing.set_forkserver_preload(["afterword.build.pipeline"])


class ProcessExecutor:
    """Runs jobs in several processes, which live as long as one `map`."""

    def __init__(self, count: int) -> None:
        self.count = count

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        """Yields the result of each job, in order, as `pool.Executor`. Raises `Failure` if a process is killed."""
        count = min(self.count, len(jobs))
        size = min(_CHUNK, len(jobs) // (count * _CHUNKS_PER_PROCESS)) if count else 1
        size = max(1, size, len(jobs) // _MAX_CHUNKS)
        chunks = [jobs[begin : begin + size] for begin in range(0, len(jobs), size)]
        workers: list[_Worker] = []
        if len(jobs) >= _MIN_JOBS_TO_TRIM:
            _trim_memory()
        try:
            run = _run_forked if can_fork() else _run_sent
            for results in _in_order(run(workers, count, chunks, partial(start, shared))):
                yield from results
        finally:  # also after a signal
            for worker in workers:
                worker.process.kill()
            for worker in workers:
                worker.process.join()
                worker.pipe.close()


def _trim_memory() -> None:
    """Returns free memory to the system, if the C library is glibc.

    Its allocator keeps fragmented free memory, which this process would hold as long as the workers run.
    """
    import ctypes  # imported late: takes 5 ms

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class _Worker(Struct, frozen=True):
    """A process, and our end of its pipe."""

    process: BaseProcess
    pipe: Connection[Any, Any]


class _JobError(Struct, frozen=True):
    """The exception of a job, sent instead of results."""

    problem: BaseException


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Blocks signals while processes are started.

    Here, an exception in the middle of a fork would be lost; in the new process, `_run_worker` has not set its handlers
    yet.
    """
    if not can_fork():
        resource_tracker.ensure_running()  # it would unblock signals if the first process started it
    with deferred_signals():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def can_fork() -> bool:
    """Returns whether processes are forked from this one, and so share its memory."""
    return sys.platform == "linux" and multiprocessing.get_start_method(allow_none=True) in (None, "fork")


def _start_worker(make: Make, others: Sequence[_Worker], take: Take | None = None) -> _Worker:
    context = multiprocessing.get_context("fork") if can_fork() else multiprocessing.get_context()
    ours, theirs = context.Pipe()
    # A fork inherits our ends of all pipes. If it kept them, it would not notice that this process has ended.
    inherited = [ours, *(worker.pipe for worker in others)] if can_fork() else []
    process = context.Process(target=_run_worker, args=(theirs, inherited, make, take), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _run_forked(
    workers: list[_Worker], count: int, chunks: Sequence[Sequence[object]], make: Make
) -> Iterator[tuple[int, Any]]:
    """Yields the number and the results of each chunk, as they are finished; this process runs some of them.

    It runs the first one before it forks, so that forks need not compile and load again what this one needs.
    """
    if not chunks:
        return
    work = make()
    yield 0, [work(job) for job in chunks[0]]
    numbers, end = os.pipe()
    os.write(end, b"".join(number.to_bytes(_NUMBER, "big") for number in range(1, len(chunks))))
    os.close(end)

    def take() -> tuple[int, Sequence[object]] | None:
        number = int.from_bytes(os.read(numbers, _NUMBER), "big")
        return (number, chunks[number]) if number else None

    try:
        with _signals_blocked():
            while len(workers) < count - 1:
                workers.append(_start_worker(lambda: work, workers, take))
        pipes = [worker.pipe for worker in workers]
        left = len(chunks) - 1
        while left:
            taken = take()
            if taken is not None:
                number, jobs = taken
                yield number, [work(job) for job in jobs]
                left -= 1
            for pipe in _find_ready(pipes, timeout=0 if taken is not None else None):
                yield _receive(pipe)
                left -= 1
    finally:
        os.close(numbers)


def _run_sent(
    workers: list[_Worker], count: int, chunks: Sequence[Sequence[object]], make: Make
) -> Iterator[tuple[int, Any]]:
    """Yields the number and the results of each chunk, as they are finished; other processes run all of them."""
    with _signals_blocked():
        while len(workers) < count:
            workers.append(_start_worker(make, workers))
    waiting = list(enumerate(chunks))[::-1]
    busy = [worker.pipe for worker in workers]
    for pipe in busy:
        _send(pipe, waiting.pop())
    while busy:
        for pipe in _find_ready(busy):
            yield _receive(pipe)
            if waiting:
                _send(pipe, waiting.pop())
            else:
                busy.remove(pipe)


def _find_ready(busy: Collection[Connection[Any, Any]], timeout: float | None = None) -> Sequence[Connection[Any, Any]]:
    """Returns the pipes, in their order, that have results before the timeout (seconds)."""
    ready = wait(busy, timeout)
    return [pipe for pipe in busy if pipe in ready]


def _send(pipe: Connection[Any, Any], message: tuple[int, Sequence[object]]) -> None:
    with _report_lost_process():
        pipe.send(message)


def _receive(pipe: Connection[Any, Any]) -> tuple[int, Sequence[Any]]:
    """Returns the number and the results of a chunk; raises the exception of its job."""
    with _report_lost_process():
        number, results = pipe.recv()
    if isinstance(results, _JobError):
        raise results.problem
    return number, results


@contextmanager
def _report_lost_process() -> Iterator[None]:
    """Raises `Failure` if a process is dead."""
    try:
        yield
    except (EOFError, ConnectionError):
        message = "a worker process was killed; the system may be out of memory"
        raise Failure(Exit.ENVIRONMENT, error("worker-killed", message, hint="use `--jobs 1`")) from None


def _in_order(numbered: Iterator[tuple[int, Any]]) -> Iterator[Any]:
    """Yields numbered results in the order of their numbers, from 0."""
    early: dict[int, Any] = {}
    expected = 0
    for number, results in numbered:
        early[number] = results
        while expected in early:
            yield early.pop(expected)
            expected += 1


def _run_worker(
    pipe: Connection[Any, Any], inherited: Sequence[Connection[Any, Any]], make: Make, take: Take | None
) -> None:
    """Runs chunks of jobs in a worker process until this is ended.

    `make` returns the worker function, and `take` the next chunk; without it, chunks are received from the pipe.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is sent to all processes; the main process ends the others
    for ended_by in (signal.SIGTERM, signal.SIGHUP):  # a fork inherits the handlers of the main process
        signal.signal(ended_by, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    for other in inherited:
        other.close()
    worker: Callable[[Any], Any] | None = None
    with suppress(EOFError, ConnectionError):
        while (taken := (take or pipe.recv)()) is not None:
            number, jobs = taken
            try:
                worker = worker or make()
                results: object = [worker(job) for job in jobs]
            except Exception as problem:  # raised again in the main process
                results = _JobError(problem)
                problem.add_note("".join(traceback.format_exception(problem)))
            pipe.send((number, results))
        pipe.recv()  # the main process takes a pipe that is closed for a process that was killed
