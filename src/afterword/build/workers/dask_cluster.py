"""Worker pool on a Dask cluster, for archives that outgrow one machine (extra `afterword[dask]`).

Shared data is sent to each worker once. Jobs go in chunks, and results come in the order of the jobs. If a worker is
lost, the others do its chunks. Workers with another cache version and every other fault of the cluster raise
`Failure`.
"""

from __future__ import annotations

import asyncio
import logging
import platform
import threading
import warnings
from collections import deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

from msgspec import Struct, field

from afterword import __version__
from afterword.cache.version import find_epoch
from afterword.core.diagnostics import Diagnostic, Exit, Failure, error

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Sequence

    from distributed import Client, Future

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")
T = TypeVar("T")

CONNECTING = 10.0
"""Seconds to wait for a scheduler to answer."""

JOINING = 10.0
"""Seconds to wait for the first worker to be there."""

ANSWERING = 60.0
"""Seconds to wait for anything else that a scheduler or a worker says at once, however busy it is."""

LOOKING = 5.0
"""Seconds to wait for results before looking whether anybody is still there to give them."""

LEAVING = 2.0
"""Seconds to wait for the scheduler to take notice that we are gone: if it does not, it will find out."""

_LARGEST_CHUNK = 64
"""The most jobs of a chunk: their results are some megabytes."""

_CHUNKS_PER_WORKER = 8
"""The fewest chunks for each worker, so that all of them end at about the same time."""

_SENT_PER_WORKER = 3
"""How many chunks a worker has at a time: one that it does, and others that have arrived when that is done."""


class Cluster:
    """Runs the jobs on the workers of the Dask scheduler at an address, `host:port`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        """The result of each job, in order (`jobs.Executor`); raises `Failure` for what is wrong with the cluster."""
        if not jobs:
            return
        with _hushed(), _Aside() as aside:
            session = aside.run(_join(self.address))
            try:
                aside.run(session.begin(Parcel(start, shared), jobs))
                while session.sent:
                    yield from aside.run(session.receive())
            finally:
                aside.run(session.leave())


class Parcel:
    """What all jobs of a phase share, on its way to the workers; a process has it once, with the worker made of it."""

    def __init__(self, start: Callable[[Any], Callable[[Any], Any]], shared: object) -> None:
        self._start = start
        self._shared = shared
        self._worker: Callable[[Any], Any] | None = None

    def __reduce__(self) -> tuple[type[Parcel], tuple[object, object]]:
        return Parcel, (self._start, self._shared)

    def work(self, jobs: Iterable[Any]) -> list[Any]:
        """The results of these jobs."""
        if self._worker is None:
            self._worker = self._start(self._shared)
        return [self._worker(job) for job in jobs]


_turn = threading.Lock()
"""Taken while jobs are done: Dask may give several threads to a process, and a worker is made for one."""


def _work(parcel: Parcel, jobs: Sequence[Any]) -> list[Any]:
    with _turn:
        return parcel.work(jobs)


class _Session(Struct):
    """A connection to a scheduler, for one `map`: the crew, and the chunks that are out, in order."""

    address: str
    client: Client
    pool: Collection[str] = ()
    parcel: Future | None = None
    chunks: Iterator[Sequence[Any]] = field(default_factory=lambda: iter(()))
    sent: deque[Future] = field(default_factory=deque)

    async def begin(self, parcel: Parcel, jobs: Sequence[Any]) -> None:
        """Send each of the crew what all jobs share, and the first chunks."""
        try:
            self.parcel = await self.client.scatter(parcel, workers=self.pool, broadcast=True, hash=False)
        except (OSError, KeyError) as problem:  # a worker that has gone meanwhile is a key that is not there
            raise self.lose() from problem
        self.chunks = _divide(jobs, len(self.pool))
        for _ in range(len(self.pool) * _SENT_PER_WORKER):
            self._send()

    def _send(self) -> None:
        """Send the next chunk, if there is one."""
        chunk = next(self.chunks, None)
        if chunk is not None:
            self.sent.append(self.client.submit(_work, self.parcel, chunk, workers=self.pool, pure=False))

    async def receive(self) -> Sequence[Any]:
        """The results of the chunk that was sent first; raises what one of its jobs has raised."""
        future = self.sent.popleft()
        answer = asyncio.ensure_future(future.result())
        try:
            while not (await asyncio.wait({answer}, timeout=LOOKING))[0]:
                await self._look()
        finally:
            answer.cancel()
        if answer.cancelled():
            raise self.lose()
        problem = answer.exception()
        if problem is not None and (future.status != "error" or _is_of_dask(problem)):
            raise self.lose(problem) from problem
        self._send()
        results: Sequence[Any] = answer.result()
        return results

    async def _look(self) -> None:
        """Raises `Failure` if no worker is left."""
        try:
            there = await asyncio.wait_for(self.client.nthreads(), ANSWERING)
        except OSError as problem:
            raise self.lose(problem) from problem
        if not set(self.pool) & set(there):
            raise self.lose()

    def lose(self, problem: BaseException | None = None) -> Failure:
        """The diagnostic for a cluster that fails."""
        if self.client.status != "running" or isinstance(problem, OSError):
            what = "the scheduler does not respond"
        elif (last := getattr(problem, "last_worker", None)) is not None:
            what = f"several workers failed on the same job, the last one was `{last.address}`"
        else:
            what = "all workers have stopped"
        message = f"connection to the cluster at `{self.address}` lost: {what}"
        return Failure(Exit.ENVIRONMENT, error("lost-cluster", message, hint="see the logs of the workers"))

    async def leave(self) -> None:
        """Close the connection, upon which the scheduler drops what was sent."""
        with suppress(OSError):
            await self.client.close(timeout=LEAVING)


async def _join(address: str) -> _Session:
    """Connect to a scheduler, and find the crew."""
    try:
        from distributed import Client
    except ImportError:
        hint = "run `pip install 'afterword[dask]'`, here and for each worker"
        missing = error("no-dask", "Dask is not installed", hint=hint)
        raise Failure(Exit.ENVIRONMENT, missing) from None
    client = Client(address, asynchronous=True, set_as_default=False, timeout=CONNECTING)
    session = _Session(address, client)
    try:
        await _connect(client, address)
        session.pool = await _muster(session)
    except BaseException:
        await session.leave()
        raise
    return session


async def _connect(client: Client, address: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions of Dask there; what a site depends on is in the epoch
            await asyncio.wait_for(client, CONNECTING)
    except Exception as problem:  # what is no scheduler can say anything, of which Dask makes anything
        message = f"no Dask scheduler found at `{address}`"
        raise Failure(
            Exit.ENVIRONMENT, error("no-cluster", message, hint="start one with `dask scheduler`")
        ) from problem


async def _muster(session: _Session) -> Collection[str]:
    """The workers that are there, each of which must have what makes the site here."""
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(session.client.wait_for_workers(1), JOINING)
        epochs = await asyncio.wait_for(session.client.run(find_epoch, on_error="return"), ANSWERING)
    except OSError as problem:
        raise session.lose(problem) from problem
    # One that is lost while it is asked answers with an error of the network; it is not there.
    there = {worker: epoch for worker, epoch in epochs.items() if not isinstance(epoch, OSError)}
    if not there:
        message = f"no workers in the cluster at `{session.address}`"
        raise Failure(Exit.ENVIRONMENT, error("no-workers", message, hint="start one with `dask worker`"))
    strangers = [worker for worker, epoch in there.items() if epoch != find_epoch()]
    if strangers:
        raise Failure(Exit.ENVIRONMENT, *map(_reject, strangers))
    return list(there)


def _reject(worker: str) -> Diagnostic:
    message = f"worker `{worker}` has another version of Afterword"
    ours = f"Afterword {__version__} with Python {platform.python_version()}"
    return error(
        "worker-version-mismatch", message, hint=f"install {ours} and the same libraries on the worker, and restart it"
    )


def _divide(jobs: Sequence[Any], workers: int) -> Iterator[Sequence[Any]]:
    """The jobs in chunks, in order."""
    size = max(1, min(_LARGEST_CHUNK, len(jobs) // (workers * _CHUNKS_PER_WORKER)))
    return (jobs[first : first + size] for first in range(0, len(jobs), size))


def _is_of_dask(problem: BaseException) -> bool:
    """Whether an exception is about the cluster rather than about a job."""
    return type(problem).__module__.partition(".")[0] == "distributed"


class _Aside:
    """An event loop in a thread of its own, where the exception that a signal raises cannot come between its tasks."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(LEAVING)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the work results in; it is cancelled where something else comes up meanwhile."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def _wait(self) -> None:
        with self._runner:
            self._runner.run(self._over.wait())


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep Dask from writing in the log what will be said as a diagnostic."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
