"""A cluster gives the same bytes as one process, and its failures are reported.

The clusters are real: a Dask scheduler and workers in their own processes, on this machine. Where Dask is not
installed, the tests that need it are skipped.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import uuid
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from afterword.build import render_content
from afterword.build.builder import build
from afterword.build.report import Request
from afterword.build.workers import dask_cluster as cluster
from afterword.build.workers import pool as jobs
from afterword.build.workers.dask_cluster import DaskExecutor
from afterword.cache import version
from afterword.cli.main import run
from afterword.core.diagnostics import Exit, Failure
from afterword.output.staging import staging_path
from tests.conftest import TODAY, Blog, environ_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from distributed import Client, LocalCluster

    from afterword.build.markdown_jobs import BodyJob, MarkdownContext, RenderedBody
    from tests.conftest import BlogMaker

RICH = (Path(__file__).parent / "blogs" / "rich.txt").read_text()

MISTAKES = """
-- posts/2026-01-06-mistakes.md --
# Mistakes

See [nothing](no-such-post.md), [no heading](#nowhere) and ![no picture](gone.png).

```no-such-language
text
```
-- posts/2026-01-07-more.md --
# More

[That post](2026-01-06-mistakes.md#gone) of [mine](../posts/typo/).
-- templates/index.html --
{{ site.titel }}
"""


@contextmanager
def open_cluster(folder: Path, *, workers: int = 2, threads: int = 1) -> Iterator[LocalCluster]:
    """Runs a scheduler and workers inside the block. The workers are forked from a process that has imported Dask."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    import dask

    with (
        dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}),
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=threads,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            local_directory=str(folder),
        ) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two workers for all tests that leave them as they are."""
    with open_cluster(tmp_path_factory.mktemp("dask")) as opened:
        yield opened


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a few jobs enough for a cluster."""
    monkeypatch.setattr(jobs, "MIN_JOBS_FOR_CLUSTER", 1)


def address_of(opened: LocalCluster) -> str:
    """Returns the scheduler's address in Afterword's form."""
    return str(opened.scheduler_address).removeprefix("tcp://")


@contextmanager
def connect(opened: LocalCluster) -> Iterator[Client]:
    """Opens the test's own connection."""
    from distributed import Client

    with Client(opened.scheduler_address, set_as_default=False) as client:
        yield client


def ids(failure: Failure) -> list[str]:
    return [diagnostic.id for diagnostic in failure.diagnostics]


# The same as without


@pytest.mark.usefixtures("_few")
def test_the_site_is_the_same_to_the_byte(blog: BlogMaker, workers: LocalCluster, tmp_path: Path) -> None:
    made = blog(RICH)
    here = made.build(cache=False)
    there = made.build(cache=False, cluster=address_of(workers), destination=tmp_path / "blog/there")
    assert here.exit_code is there.exit_code is Exit.DONE
    assert len(made.tree()) > 20
    assert made.tree("there") == made.tree("site")
    assert (there.diagnostics, there.rendered) == (here.diagnostics, here.rendered)


@pytest.mark.usefixtures("_few")
def test_what_is_remembered_is_the_same(blog: BlogMaker, workers: LocalCluster) -> None:
    """A build on a cluster leaves nothing to do for one without, nor the other way round."""
    made = blog(RICH)
    assert made.build(cluster=address_of(workers)).rendered
    assert made.build().rendered == {}
    made.edit("posts/2026-01-05-everything.md", "Definition", "Another definition")
    assert made.build().rendered
    assert made.build(cluster=address_of(workers)).rendered == {}


@pytest.mark.usefixtures("_few")
def test_mistakes_are_told_in_the_same_words(blog: BlogMaker, workers: LocalCluster) -> None:
    made = blog(RICH).add(MISTAKES)
    here = made.build(cache=False)
    assert len({diagnostic.id for diagnostic in here.diagnostics}) > 3
    assert made.build(cache=False, cluster=address_of(workers)).diagnostics == here.diagnostics


def forbid(folder: str) -> None:
    """Makes this process fail to open files in a folder."""

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("open", "sqlite3.connect") and str(arguments[0]).startswith(folder):
            raise RuntimeError(f"{arguments[0]} is on another machine")

    sys.addaudithook(watch)


@pytest.mark.usefixtures("_few")
def test_workers_need_no_file_of_the_blog(blog: BlogMaker, workers: LocalCluster) -> None:
    """Neither for what is new, nor for what is remembered: the disk is not theirs."""
    made = blog(RICH)
    with connect(workers) as client:
        client.run(forbid, str(made.root))
    assert made.build(cluster=address_of(workers)).exit_code is Exit.DONE
    made.write("templates/post.html", "{{ post.content }} {{ post.previous.excerpt if post.previous }}")
    report = made.build(cluster=address_of(workers))
    assert report.diagnostics == ()
    assert "posts/everything/index.html" in report.rendered
    assert "Definition" in made.page("/posts/everything/")


@pytest.mark.usefixtures("_few")
def test_pages_that_come_do_not_wait_in_memory(blog: BlogMaker, workers: LocalCluster) -> None:
    """Those of a first build are staged as they come."""
    made = blog(RICH)
    staged: list[int] = []

    def count(phase: str, done: int, _: int) -> None:
        if phase == "render":
            pages = [path for path in Path(staging_path(str(made.root / "site"))).rglob("*.*") if path.is_file()]
            staged.append(len([path for path in pages if not path.name.startswith(".afterword")]) - done)

    build(Request(made.root, cluster=address_of(workers)), environ=environ_on(), progress=count)
    assert len(staged) > 20
    assert set(staged) == {0}


def test_few_jobs_are_not_sent_away(blog: BlogMaker) -> None:
    assert blog("-- posts/2026-01-01-a.md --\n# A\n\nText.\n").build(cluster="127.0.0.1:1").exit_code is Exit.DONE


# Jobs


def start_adder(shared: int) -> Callable[[int], int]:
    def add(job: int) -> int:
        if job < 0:
            raise OSError(f"{job} is negative")
        return shared + job

    return add


def test_results_come_in_the_order_of_the_jobs(workers: LocalCluster) -> None:
    assert list(DaskExecutor(address_of(workers)).map(start_adder, list(range(500)), 1000)) == list(range(1000, 1500))


def test_no_jobs_have_no_results_and_need_no_worker() -> None:
    assert list(DaskExecutor("127.0.0.1:1").map(start_adder, [], 1)) == []


def test_an_exception_of_a_job_is_raised(workers: LocalCluster) -> None:
    """As it is, even where it is of the kind that a lost connection would raise."""
    with pytest.raises(OSError, match="-1 is negative"):
        list(DaskExecutor(address_of(workers)).map(start_adder, [1, -1], 1))


ARRIVED: list[int] = []
"""What was sent to this process, a number for each."""


class Sent:
    """Shared data that counts how often it was received."""

    def __reduce__(self) -> tuple[Callable[[], Sent], tuple[()]]:
        return arrive, ()


def arrive() -> Sent:
    ARRIVED.append(1)
    return Sent()


def start_witness(_: Sent) -> Callable[[int], tuple[int, str, int]]:
    """Jobs that tell their process, the worker in it that did them, and how often it was sent what they share."""
    name = uuid.uuid4().hex
    return lambda _: (os.getpid(), name, len(ARRIVED))


@pytest.mark.parametrize(("count", "threads"), [(2, 1), (1, 4)], ids=["two processes", "four threads"])
def test_each_process_is_sent_once_what_all_share_and_begins_once(count: int, threads: int, tmp_path: Path) -> None:
    with open_cluster(tmp_path, workers=count, threads=threads) as opened:
        told = list(DaskExecutor(address_of(opened)).map(start_witness, list(range(400)), Sent()))
    assert len({name for _, name, _ in told}) == len({process for process, _, _ in told})
    assert {arrived for _, _, arrived in told} == {1}


class Taken(list[int]):
    """Jobs that count how many of them were taken."""

    taken = 0

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        self.taken += len(found)
        return found


def test_only_so_much_is_sent_as_the_workers_have_at_hand(workers: LocalCluster) -> None:
    """So the results that are here at once are few, however many jobs there are."""
    requested = Taken(range(20_000))
    results = DaskExecutor(address_of(workers)).map(start_adder, requested, 0)
    assert next(results) == 0
    assert requested.taken < 1_000
    assert list(results) == list(range(1, 20_000))
    assert requested.taken == 20_000


# What can be wrong


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Failure) as failed:
        list(DaskExecutor("127.0.0.1:1").map(start_adder, [1], 1))
    [found] = failed.value.diagnostics
    assert (failed.value.exit_code, found.id) == (Exit.ENVIRONMENT, "no-dask")
    assert "pip install 'afterword[dask]'" in found.hint


@pytest.mark.parametrize(
    "executor", ["dask", "dask://", "dask://host", "dask://:8786", "dask://host:99999", "tcp://host:1", "dask://a b:1"]
)
def test_an_executor_must_be_an_address(executor: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "--source", str(tmp_path), "--executor", executor]) == Exit.USAGE
    assert f"invalid executor `{executor}`: expected `processes` or `dask://HOST:PORT`" in capsys.readouterr().err


@pytest.mark.parametrize("executor", ["processes", "dask://127.0.0.1:1", "dask://[::1]:1", "dask://a-b.example:8786"])
def test_an_executor_can_be_named(executor: str, blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nText.\n")
    assert run(["build", "--quiet", "--source", str(made.root), "--executor", executor]) == Exit.DONE


def keep_silent(listener: socket.socket) -> None:
    """What listens says nothing: the connection is made by the system."""


def refuse(listener: socket.socket) -> None:
    listener.close()


@pytest.mark.parametrize("behave", [keep_silent, refuse])
def test_without_a_scheduler_the_build_ends(
    behave: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        behave(listener)
        with pytest.raises(Failure, match=f"no Dask scheduler found at `{address}`") as failed:
            list(DaskExecutor(address).map(start_adder, [1], 1))
    assert (failed.value.exit_code, ids(failed.value)) == (Exit.ENVIRONMENT, ["no-cluster"])


def test_a_worker_is_no_scheduler(workers: LocalCluster) -> None:
    worker = next(iter(workers.scheduler.workers)).removeprefix("tcp://")
    with pytest.raises(Failure, match=f"no Dask scheduler found at `{worker}`"):
        list(DaskExecutor(worker).map(start_adder, [1], 1))


def test_a_scheduler_without_workers_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WORKER_TIMEOUT", 0.01)
    with (
        open_cluster(tmp_path, workers=0) as opened,
        pytest.raises(Failure, match="no workers in the cluster") as failed,
    ):
        list(DaskExecutor(address_of(opened)).map(start_adder, [1], 1))
    assert ids(failed.value) == ["no-workers"]


def turn_strange() -> None:
    """Makes this process have another cache version."""
    setattr(version, "cache_version", lambda: "of another version")  # noqa: B010 - no such function for mypy


def turn_empty() -> None:
    """Makes this process unable to import Afterword."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "afterword"]:
        sys.modules[name] = None  # type: ignore[assignment]


@pytest.mark.parametrize("turn", [turn_strange, turn_empty])
def test_workers_with_another_afterword_are_named(turn: Callable[[], None], tmp_path: Path) -> None:
    with open_cluster(tmp_path) as opened:
        strange = next(iter(opened.scheduler.workers))
        with connect(opened) as client:
            client.run(turn, workers=[strange])
        with pytest.raises(Failure, match=f"`{strange}`") as failed:
            list(DaskExecutor(address_of(opened)).map(start_adder, [1], 1))
    assert ids(failed.value) == ["worker-version-mismatch"]


def start_mortal(spent: Path) -> Callable[[int], int]:
    """Jobs of which one kills its process, the first time."""

    def work(job: int) -> int:
        if not job:
            with suppress(FileExistsError):
                spent.touch(exist_ok=False)
                os.kill(os.getpid(), signal.SIGKILL)
        return job

    return work


def test_where_a_worker_dies_the_others_do_its_work(tmp_path: Path) -> None:
    with open_cluster(tmp_path) as opened:
        results = DaskExecutor(address_of(opened)).map(start_mortal, list(range(200)), tmp_path / "spent")
        assert list(results) == list(range(200))
    assert (tmp_path / "spent").exists()


def start_deadly(_: int) -> Callable[[int], int]:
    """Jobs that kill their process."""

    def work(_: int) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("the process is dead")

    return work


def test_where_all_workers_die_the_build_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CHECK_SECONDS", 0.1)
    with open_cluster(tmp_path) as opened, pytest.raises(Failure, match="lost: all workers") as failed:
        list(DaskExecutor(address_of(opened)).map(start_deadly, list(range(10)), 0))
    assert (failed.value.exit_code, ids(failed.value)) == (Exit.ENVIRONMENT, ["lost-cluster"])


def test_work_that_kills_its_workers_is_given_up(tmp_path: Path) -> None:
    dask = pytest.importorskip("dask", reason="Dask is not installed")
    once = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with once, open_cluster(tmp_path) as opened, pytest.raises(Failure, match="failed on the same job") as failed:
        list(DaskExecutor(address_of(opened)).map(start_deadly, list(range(10)), 0))
    assert ids(failed.value) == ["lost-cluster"]


class Gate:
    """A server at which workers wait until it is opened."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(60)
        self._held = ExitStack()
        self.port = int(self._listener.getsockname()[1])

    def wait(self) -> None:
        """Waits until another worker has connected."""
        self._held.enter_context(self._listener.accept()[0])

    def close(self) -> None:
        """Opens the gate for good."""
        self._listener.close()
        self._held.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    with closing(Gate()) as made:
        yield made


def come_to(port: int) -> None:
    """Waits at a gate until it is open."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as held:
        held.recv(1)


def start_held(port: int) -> Callable[[int], int]:
    """Jobs that wait at a gate, except for the first."""

    def work(job: int) -> int:
        if job:
            come_to(port)
        return job

    return work


def test_where_the_scheduler_goes_the_build_ends(tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CHECK_SECONDS", 0.1)
    with open_cluster(tmp_path) as opened:
        results = DaskExecutor(address_of(opened)).map(start_held, list(range(10)), gate.port)
        assert next(results) == 0
        gate.wait()
        opened.close()
        with pytest.raises(Failure) as failed:
            list(results)
    assert ids(failed.value) == ["lost-cluster"]


def hold(port: int) -> None:
    """Makes all work of this process begin at a gate."""
    module: Any = render_content  # which only imports that function
    before: Callable[[MarkdownContext], Callable[[BodyJob], RenderedBody]] = module.start_body_renderer

    def start(markdown_context: MarkdownContext) -> Callable[[BodyJob], RenderedBody]:
        come_to(port)
        return before(markdown_context)

    module.start_body_renderer = start


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_build_on_a_cluster_and_takes_back_what_was_sent(
    blog: BlogMaker, tmp_path: Path, gate: Gate, number: int, code: int
) -> None:
    made = blog(RICH)
    with open_cluster(tmp_path / "dask") as opened, connect(opened) as client:
        client.run(hold, gate.port)
        build = start_build(made, address_of(opened))
        gate.wait()
        build.send_signal(number)
        out, err = build.communicate(timeout=60)
        assert (build.returncode, out, err.strip()) == (code, "", "")
        assert client.run_on_scheduler(partial(list_work, client.id)) == []
        gate.close()


def start_build(made: Blog, address: str) -> subprocess.Popen[str]:
    program = (
        "import sys; from afterword import cli; from afterword.build.workers import pool; "
        "pool.MIN_JOBS_FOR_CLUSTER = 1; sys.argv[0] = 'afterword'; cli.main()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, "build", "--executor", f"dask://{address}"],
        cwd=made.root,
        env={**os.environ, "SOURCE_DATE_EPOCH": TODAY},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def list_work(ours: str, dask_scheduler: Any) -> list[str]:
    """Returns the tasks of a scheduler after all clients but ours have disconnected."""
    import asyncio

    while dask_scheduler.clients.keys() - {ours, "fire-and-forget"}:
        await asyncio.sleep(0.01)
    return [str(key) for key in dask_scheduler.tasks]
