"""Worker pool on a Dask cluster, for blogs that are too large for one machine (extra `afterword[dask]`).

Shared data is sent to each worker once. Jobs are sent in chunks, and results keep the order of the jobs. If a worker is
lost, the others run its chunks. A worker with another cache version, and every other failure of the cluster, raises
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
from afterword.cache.version import cache_version
from afterword.core.diagnostics import Diagnostic, Exit, Failure, error

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Sequence

    from distributed import Client, Future

Shared = TypeVar("Shared")
Job = TypeVar("Job")
Result = TypeVar("Result")
T = TypeVar("T")

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for the connection to a scheduler."""

WORKER_TIMEOUT = 10.0
"""Seconds to wait for the first worker."""

REPLY_TIMEOUT = 60.0
"""Seconds to wait for a reply of a scheduler or worker, however busy it is."""

CHECK_SECONDS = 5.0
"""Seconds to wait for results before checking whether workers are left."""

CLOSE_TIMEOUT = 2.0
"""Seconds to wait for the scheduler when the connection is closed. It notices by itself, too."""

_MAX_CHUNK = 64
"""Maximum number of jobs in a chunk. Their results have some megabytes."""

_CHUNKS_PER_WORKER = 8
"""Minimum number of chunks per worker, so that all finish at about the same time."""

_SENT_PER_WORKER = 3
"""Number of chunks that a worker has at a time: the current one, and the next ones."""


class DaskExecutor:
    """Runs jobs on the workers of the Dask scheduler at an address, `host:port`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def map(
        self, start: Callable[[Shared], Callable[[Job], Result]], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        """Yields the result of each job, in order, as `pool.Executor`. Raises `Failure` for failures of the cluster."""
        if not jobs:
            return
        with _dask_logging_disabled(), _EventLoopThread() as loop:
            session = loop.run(_open_session(self.address))
            try:
                loop.run(session.begin(SharedWork(start, shared), jobs))
                while session.sent:
                    yield from loop.run(session.receive())
            finally:
                loop.run(session.close())


class SharedWork:
    """The worker function and shared data of a phase. The worker is created once per process."""

    def __init__(self, start: Callable[[Any], Callable[[Any], Any]], shared: object) -> None:
        self._start = start
        self._shared = shared
        self._worker: Callable[[Any], Any] | None = None

    def __reduce__(self) -> tuple[type[SharedWork], tuple[object, object]]:
        return SharedWork, (self._start, self._shared)

    def work(self, jobs: Iterable[Any]) -> list[Any]:
        """Returns the results of jobs."""
        if self._worker is None:
            self._worker = self._start(self._shared)
        return [self._worker(job) for job in jobs]


_lock = threading.Lock()
"""Held while jobs run: Dask may use several threads in a process, but a worker is not thread-safe."""


def _run_chunk(shared_work: SharedWork, jobs: Sequence[Any]) -> list[Any]:
    with _lock:
        return shared_work.work(jobs)


class _ClusterSession(Struct):
    """A connection to a scheduler for one `map`: its workers, and the chunks that were sent, in order."""

    address: str
    client: Client
    workers: Collection[str] = ()
    shared_work: Future | None = None
    chunks: Iterator[Sequence[Any]] = field(default_factory=lambda: iter(()))
    sent: deque[Future] = field(default_factory=deque)

    async def begin(self, shared_work: SharedWork, jobs: Sequence[Any]) -> None:
        """Sends the shared data to all workers, and the first chunks."""
        try:
            self.shared_work = await self.client.scatter(shared_work, workers=self.workers, broadcast=True, hash=False)
        except (OSError, KeyError) as problem:  # `KeyError`: a worker was lost
            raise self.lost_error() from problem
        self.chunks = _split(jobs, len(self.workers))
        for _ in range(len(self.workers) * _SENT_PER_WORKER):
            self._send()

    def _send(self) -> None:
        chunk = next(self.chunks, None)
        if chunk is not None:
            self.sent.append(self.client.submit(_run_chunk, self.shared_work, chunk, workers=self.workers, pure=False))

    async def receive(self) -> Sequence[Any]:
        """Returns the results of the oldest chunk. Raises the exception of a job."""
        future = self.sent.popleft()
        result_task = asyncio.ensure_future(future.result())
        try:
            while not (await asyncio.wait({result_task}, timeout=CHECK_SECONDS))[0]:
                await self._check_workers()
        finally:
            result_task.cancel()
        if result_task.cancelled():
            raise self.lost_error()
        problem = result_task.exception()
        if problem is not None and (future.status != "error" or _is_of_dask(problem)):
            raise self.lost_error(problem) from problem
        self._send()
        results: Sequence[Any] = result_task.result()
        return results

    async def _check_workers(self) -> None:
        """Raises `Failure` if no worker is left."""
        try:
            threads = await asyncio.wait_for(self.client.nthreads(), REPLY_TIMEOUT)
        except OSError as problem:
            raise self.lost_error(problem) from problem
        if not set(self.workers) & set(threads):
            raise self.lost_error()

    def lost_error(self, problem: BaseException | None = None) -> Failure:
        """Returns the error for a failing cluster."""
        if self.client.status != "running" or isinstance(problem, OSError):
            what = "the scheduler does not respond"
        elif (last := getattr(problem, "last_worker", None)) is not None:
            what = f"several workers failed on the same job, the last one was `{last.address}`"
        else:
            what = "all workers have stopped"
        message = f"connection to the cluster at `{self.address}` lost: {what}"
        return Failure(Exit.ENVIRONMENT, error("lost-cluster", message, hint="see the logs of the workers"))

    async def close(self) -> None:
        """Closes the connection. The scheduler then discards what was sent."""
        with suppress(OSError):
            await self.client.close(timeout=CLOSE_TIMEOUT)


async def _open_session(address: str) -> _ClusterSession:
    """Connects to a scheduler and finds its workers."""
    try:
        from distributed import Client
    except ImportError:
        hint = "run `pip install 'afterword[dask]'`, here and for each worker"
        missing = error("no-dask", "Dask is not installed", hint=hint)
        raise Failure(Exit.ENVIRONMENT, missing) from None
    client = Client(address, asynchronous=True, set_as_default=False, timeout=CONNECT_TIMEOUT)
    session = _ClusterSession(address, client)
    try:
        await _connect(client, address)
        session.workers = await _find_workers(session)
    except BaseException:
        await session.close()
        raise
    return session


async def _connect(client: Client, address: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Dask may have another version there
            await asyncio.wait_for(client, CONNECT_TIMEOUT)
    except Exception as problem:  # if it is not a scheduler, Dask raises anything
        message = f"no Dask scheduler found at `{address}`"
        raise Failure(
            Exit.ENVIRONMENT, error("no-cluster", message, hint="start one with `dask scheduler`")
        ) from problem


async def _find_workers(session: _ClusterSession) -> Collection[str]:
    """Returns the workers. Each must have the cache version of this build."""
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(session.client.wait_for_workers(1), WORKER_TIMEOUT)
        versions = await asyncio.wait_for(session.client.run(cache_version, on_error="return"), REPLY_TIMEOUT)
    except OSError as problem:
        raise session.lost_error(problem) from problem
    # A worker that is lost meanwhile answers with a network error.
    alive = {worker: version for worker, version in versions.items() if not isinstance(version, OSError)}
    if not alive:
        message = f"no workers in the cluster at `{session.address}`"
        raise Failure(Exit.ENVIRONMENT, error("no-workers", message, hint="start one with `dask worker`"))
    outdated = [worker for worker, version in alive.items() if version != cache_version()]
    if outdated:
        raise Failure(Exit.ENVIRONMENT, *map(_other_version, outdated))
    return list(alive)


def _other_version(worker: str) -> Diagnostic:
    message = f"worker `{worker}` has another version of Afterword"
    ours = f"Afterword {__version__} with Python {platform.python_version()}"
    return error(
        "worker-version-mismatch", message, hint=f"install {ours} and the same libraries on the worker, and restart it"
    )


def _split(jobs: Sequence[Any], workers: int) -> Iterator[Sequence[Any]]:
    """Splits the jobs into chunks, in order."""
    size = max(1, min(_MAX_CHUNK, len(jobs) // (workers * _CHUNKS_PER_WORKER)))
    return (jobs[first : first + size] for first in range(0, len(jobs), size))


def _is_of_dask(problem: BaseException) -> bool:
    """Returns whether an exception comes from the cluster, not from a job."""
    return type(problem).__module__.partition(".")[0] == "distributed"


class _EventLoopThread:
    """An event loop in its own thread, so that the exception of a signal does not interrupt its tasks."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(CLOSE_TIMEOUT)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Returns the result of a coroutine. Cancels it if this thread is interrupted."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def _wait(self) -> None:
        with self._runner:
            self._runner.run(self._stop.wait())


@contextmanager
def _dask_logging_disabled() -> Iterator[None]:
    """Disables logging, because errors of Dask are reported as diagnostics."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
