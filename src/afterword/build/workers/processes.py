"""Worker pool of local processes.

Each process has its own pipe and gets the next jobs when it has finished the last, so no process waits for a lock that
a dead one holds. Processes are forked if the system can, which shares data without copying it. Then this process is one
of those that work: what it has compiled and loaded in one phase, it and its forks have in the next.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import traceback
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.signals import deferred_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")

_CHUNKS_PER_PROCESS = 16
"""Few enough that sending them is cheap, enough that all processes finish at about the same time."""

_MAX_CHUNK = 8
"""Maximum number of jobs of a chunk, so that the results fit into the buffer of a pipe while this process works."""

_AHEAD = 2
"""Number of chunks that a fork has at a time, so that it need not wait while this process works."""

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
        size = max(1, min(_MAX_CHUNK, len(jobs) // (count * _CHUNKS_PER_PROCESS))) if count else 1
        chunks = [jobs[begin : begin + size] for begin in range(0, len(jobs), size)]
        is_forked = can_fork()
        workers: list[_Worker] = []
        if len(jobs) >= _MIN_JOBS_TO_TRIM:
            _trim_memory()
        try:
            work = start(shared) if is_forked else None
            if work is not None and chunks:  # before forking: forks need not compile and load again what this needs
                yield from [work(job) for job in chunks[0]]
            with _signals_blocked():
                while len(workers) < count - is_forked:
                    make = partial(start, shared) if work is None else lambda: work
                    workers.append(_start_worker(make, chunks if is_forked else (), workers))
            pipes = [worker.pipe for worker in workers]
            numbered = _share_chunks(pipes, chunks, work) if work is not None else _send_chunks(pipes, chunks)
            for results in _in_order(numbered, expected=1 if is_forked else 0):
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


def _start_worker(
    make: Callable[[], Callable[[Any], Any]], chunks: Sequence[Sequence[object]], others: Sequence[_Worker]
) -> _Worker:
    context = multiprocessing.get_context("fork") if can_fork() else multiprocessing.get_context()
    ours, theirs = context.Pipe()
    # A fork inherits our ends of all pipes. If it kept them, it would not notice that this process has ended.
    inherited = [ours, *(worker.pipe for worker in others)] if can_fork() else []
    process = context.Process(target=_run_worker, args=(theirs, inherited, make, chunks), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _share_chunks(
    pipes: Sequence[Connection[Any, Any]], chunks: Sequence[Sequence[Job]], work: Callable[[Job], Result]
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yields the number and the results of each chunk but the first; forks run some, and this process the others.

    Forks have the chunks, and are sent numbers only: if both sides sent long messages at once, both would wait.
    """
    waiting = list(range(1, len(chunks)))[::-1]
    running = dict.fromkeys(pipes, 0)
    while waiting or any(running.values()):
        for pipe in pipes:
            while waiting and running[pipe] < _AHEAD:
                _send(pipe, (waiting.pop(), None))
                running[pipe] += 1
        busy = [pipe for pipe in pipes if running[pipe]]
        for pipe in _find_ready(busy, timeout=0 if waiting else None):
            yield _receive(pipe)
            running[pipe] -= 1
        if waiting:
            number = waiting.pop()
            yield number, [work(job) for job in chunks[number]]


def _send_chunks(
    pipes: Sequence[Connection[Any, Any]], chunks: Sequence[Sequence[object]]
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yields the number and the results of each chunk; the processes run all of them."""
    waiting = list(enumerate(chunks))[::-1]
    busy = list(pipes)
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


def _send(pipe: Connection[Any, Any], message: tuple[int, Sequence[object] | None]) -> None:
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


def _in_order(numbered: Iterator[tuple[int, Any]], expected: int) -> Iterator[Any]:
    """Yields numbered results in the order of their numbers, from the `expected` one on."""
    early: dict[int, Any] = {}
    for number, results in numbered:
        early[number] = results
        while expected in early:
            yield early.pop(expected)
            expected += 1


def _run_worker(
    pipe: Connection[Any, Any],
    inherited: Sequence[Connection[Any, Any]],
    make: Callable[[], Callable[[Any], Any]],
    chunks: Sequence[Sequence[object]],
) -> None:
    """Runs chunks of jobs in a worker process until the pipe is closed; `chunks` are those that are not sent.

    `make` returns the worker function.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is sent to all processes; the main process ends the others
    for number in (signal.SIGTERM, signal.SIGHUP):  # a fork inherits the handlers of the main process
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    for other in inherited:
        other.close()
    worker: Callable[[Any], Any] | None = None
    try:
        while True:
            number, jobs = pipe.recv()
            try:
                worker = worker or make()
                results: object = [worker(job) for job in (chunks[number] if jobs is None else jobs)]
            except Exception as problem:  # raised again in the main process
                results = _JobError(problem)
                problem.add_note("".join(traceback.format_exception(problem)))
            pipe.send((number, results))
    except (EOFError, ConnectionError):
        return
