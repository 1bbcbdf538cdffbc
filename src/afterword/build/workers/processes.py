"""Worker pool of local processes.

Each process has its own pipe and gets the next jobs when it has finished the last, so no process waits for a lock
that a dead one holds. Processes are forked if the system can, which shares data without copying it.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import traceback
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.signals import deferred_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")

_PIECES_PER_PROCESS = 8
"""Few enough that sending them costs nothing, many enough that all processes are done at about the same time."""

_WORTH_GIVING_BACK = 1_000
"""The fewest jobs before which memory is given back."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def avoid_forks() -> None:
    """From now on, have processes started by one that does nothing else, and has loaded what a build needs once.

    This is for a process with threads: a fork would have their locks, and no thread to release them.
    """
    multiprocessing.set_start_method("forkserver", force=True)
    multiprocessing.set_forkserver_preload(["afterword.build.pipeline"])


class Processes:
    """Runs jobs in so many processes, which live as long as one `map`."""

    def __init__(self, count: int) -> None:
        self.count = count

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        """The result of each job, in order (`jobs.Executor`). Raises `Failure` where a process is killed."""
        count = min(self.count, len(jobs))
        size = max(1, len(jobs) // (count * _PIECES_PER_PROCESS)) if count else 1
        pieces = [jobs[begin : begin + size] for begin in range(0, len(jobs), size)]
        workers: list[_Worker] = []
        if len(jobs) >= _WORTH_GIVING_BACK:
            _give_back()
        try:
            with _sheltered():
                while len(workers) < count:
                    workers.append(_hire(start, shared, workers))
            for results in _in_order(_run(workers, pieces)):
                yield from results
        finally:  # after a signal as well: the results are not needed
            for worker in workers:
                worker.process.kill()
            for worker in workers:
                worker.process.join()
                worker.pipe.close()


def _give_back() -> None:
    """Hand the memory that is free back to the system, where the allocator would keep it: glibc's does, in pieces
    between what is in use, and that would stay with us as long as the processes live."""
    import ctypes  # imported only where there is much to do: 5 ms

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class _Worker(Struct, frozen=True):
    """A process, and our end of its pipe."""

    process: BaseProcess
    pipe: Connection[Any, Any]


class _Raised(Struct, frozen=True):
    """What a job raised, in place of its results."""

    problem: BaseException


@contextmanager
def _sheltered() -> Iterator[None]:
    """Let no signal come between while processes are started: neither here, where an exception in the middle of a fork
    is lost, nor there, before they have said what they do about it (`_serve`)."""
    if not can_fork():
        resource_tracker.ensure_running()  # else it is started with the first process, and lets signals in again
    with deferred_signals():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def can_fork() -> bool:
    """Whether processes are forked from this one, and so have what it has."""
    return sys.platform == "linux" and multiprocessing.get_start_method(allow_none=True) in (None, "fork")


def _hire(start: Callable[[Shared], Callable[[Job], Result]], shared: Shared, others: Sequence[_Worker]) -> _Worker:
    """Start one more process."""
    context = multiprocessing.get_context("fork") if can_fork() else multiprocessing.get_context()
    ours, theirs = context.Pipe()
    # A fork inherits our ends of all pipes: a process that kept them would never see that we are gone.
    inherited = [ours, *(worker.pipe for worker in others)] if can_fork() else []
    process = context.Process(target=_serve, args=(theirs, inherited, start, shared), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _run(workers: Sequence[_Worker], pieces: Sequence[Sequence[object]]) -> Iterator[tuple[int, Any]]:
    """The number of each piece with its results, as they come."""
    waiting = list(enumerate(pieces))[::-1]
    busy = [worker.pipe for worker in workers]
    with _watched():
        for pipe in busy:
            pipe.send(waiting.pop())
    while busy:
        ready = wait(busy)
        for pipe in [pipe for pipe in busy if pipe in ready]:
            with _watched():
                number, results = pipe.recv()
                if waiting:
                    pipe.send(waiting.pop())
                else:
                    busy.remove(pipe)
            if isinstance(results, _Raised):
                raise results.problem
            yield number, results


@contextmanager
def _watched() -> Iterator[None]:
    """Say so where a process turns out to be dead."""
    try:
        yield
    except (EOFError, ConnectionError):
        message = "a worker process was killed; the system may be out of memory"
        raise Failure(Exit.ENVIRONMENT, error("worker-killed", message, hint="use `--jobs 1`")) from None


def _in_order(numbered: Iterator[tuple[int, Any]]) -> Iterator[Any]:
    """What comes with a number, from 0 on, in the order of these."""
    early: dict[int, Any] = {}
    turn = 0
    for number, found in numbered:
        early[number] = found
        while turn in early:
            yield early.pop(turn)
            turn += 1


def _serve(
    pipe: Connection[Any, Any],
    inherited: Sequence[Connection[Any, Any]],
    start: Callable[[Any], Callable[[Any], Any]],
    shared: object,
) -> None:
    """Be one of the processes: do chunks of jobs until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is sent to all processes: the first one ends the others
    for number in (signal.SIGTERM, signal.SIGHUP):  # not what the first one does, which a fork hands down
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    for other in inherited:
        other.close()
    worker: Callable[[Any], Any] | None = None
    try:
        while True:
            number, jobs = pipe.recv()
            try:
                worker = worker or start(shared)
                results: object = [worker(job) for job in jobs]
            except Exception as problem:  # whatever it is, it is raised where the results are waited for
                results = _Raised(problem)
                problem.add_note("".join(traceback.format_exception(problem)))
            pipe.send((number, results))
    except (EOFError, ConnectionError):
        return
