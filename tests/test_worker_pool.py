"""Jobs give the same results in the same order, in one process or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, NamedTuple

import pytest

from afterword.build.workers.pool import Executor, SerialExecutor, choose_executor
from afterword.build.workers.processes import ProcessExecutor
from afterword.core.diagnostics import Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Event


@pytest.fixture(autouse=True)
def forked() -> Iterator[None]:
    """Processes are forked, as in `afterword build`, whatever an earlier test in this process has set."""
    before = multiprocessing.get_start_method(allow_none=True)
    multiprocessing.set_start_method("fork", force=True)
    yield
    multiprocessing.set_start_method(before, force=True)


def start_adder(shared: int) -> Callable[[int], int]:
    def add(job: int) -> int:
        if job < 0:
            raise ValueError(f"{job} is negative")
        return shared + job

    return add


@pytest.mark.parametrize(
    "executor", [SerialExecutor(), ProcessExecutor(2), ProcessExecutor(8)], ids=["serial", "two", "eight"]
)
def test_results_come_in_the_order_of_the_jobs(executor: Executor) -> None:
    assert list(executor.map(start_adder, list(range(2000)), 1000)) == list(range(1000, 3000))


@pytest.mark.parametrize("executor", [SerialExecutor(), ProcessExecutor(2)], ids=["serial", "two"])
def test_no_jobs_have_no_results(executor: Executor) -> None:
    assert list(executor.map(start_adder, [], 1)) == []


@pytest.mark.parametrize("executor", [SerialExecutor(), ProcessExecutor(2)], ids=["serial", "two"])
def test_an_exception_of_a_job_is_raised(executor: Executor) -> None:
    with pytest.raises(ValueError, match="-1 is negative"):
        list(executor.map(start_adder, [1, -1], 1))


def start_sleeper(ours: int) -> Callable[[int], int]:
    """Jobs of which those in other processes, but for the first ones, take longer than any test."""

    def sleep(job: int) -> int:
        threading.Event().wait(0 if os.getpid() == ours or job < 2 else 600)
        return job

    return sleep


def test_stopping_early_does_not_wait_for_the_rest() -> None:
    results = ProcessExecutor(2).map(start_sleeper, list(range(8)), os.getpid())
    assert next(results) == 0
    assert next(results) == 1
    assert len(multiprocessing.active_children()) == 1
    assert isinstance(results, Generator)
    results.close()
    assert multiprocessing.active_children() == []


class Other(NamedTuple):
    """The process that runs a test, and what another one sets when it begins a job."""

    ours: int
    has_begun: Event


def watch_other() -> Other:
    return Other(os.getpid(), multiprocessing.get_context("fork").Event())


def run_elsewhere(other: Other, job: int, act: Callable[[], None]) -> int:
    """Acts in another process; in ours, jobs wait for that once there is another one, so that it has work."""
    if os.getpid() != other.ours:
        other.has_begun.set()
        act()
    elif multiprocessing.active_children():
        other.has_begun.wait(60)
    return job


def start_killer(other: Other) -> Callable[[int], int]:
    """Jobs that kill the other processes, as a system without memory does."""
    return lambda job: run_elsewhere(other, job, lambda: os.kill(os.getpid(), signal.SIGKILL))


def test_a_process_that_is_killed_fails_the_build_and_does_not_hang_it() -> None:
    with pytest.raises(Failure, match="a worker process was killed"):
        list(ProcessExecutor(2).map(start_killer, list(range(100)), watch_other()))
    assert multiprocessing.active_children() == []


def start_failing(other: Other) -> Callable[[int], int]:
    """Jobs that fail in other processes."""

    def fail() -> None:
        raise ValueError("negative")

    return lambda job: run_elsewhere(other, job, fail)


def test_an_exception_says_where_it_was_raised() -> None:
    with pytest.raises(ValueError, match="negative") as caught:
        list(ProcessExecutor(2).map(start_failing, list(range(8)), watch_other()))
    assert any("in fail" in note for note in caught.value.__notes__)


def start_writer(_: int) -> Callable[[int], str]:
    """Jobs whose results are larger than the buffer of a pipe."""
    return lambda job: str(job) * 1_000_000


def test_large_results_do_not_block() -> None:
    results = ProcessExecutor(3).map(start_writer, list(range(60)), 0)
    assert [result[:2] for result in results] == [f"{job}{job}"[:2] for job in range(60)]


def test_a_signal_that_comes_while_processes_are_started_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    fork = os.fork

    def fork_and_interrupt() -> int:
        child = fork()
        if child:
            signal.raise_signal(signal.SIGINT)
        return child

    monkeypatch.setattr(os, "fork", fork_and_interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
    try:
        with pytest.raises(KeyboardInterrupt):
            list(ProcessExecutor(2).map(start_sleeper, list(range(8)), os.getpid()))
    finally:
        signal.signal(signal.SIGINT, before)
    assert multiprocessing.active_children() == []


def run_program(start: str, *lines: str) -> str:
    """Returns the output of a program that starts processes in its own way."""
    program = "\n    ".join(["if __name__ == '__main__':", "import multiprocessing, operator, os", start, *lines])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    return done.stdout


SPAWN = "multiprocessing.set_start_method('spawn')"
AVOID = "from afterword.build.workers.processes import use_forkserver; use_forkserver()"


@pytest.mark.parametrize("start", [SPAWN, AVOID], ids=["spawned", "by another process"])
def test_processes_that_are_no_forks_do_the_same(start: str) -> None:
    """A process with threads, as `serve` is, must not be forked, and some systems cannot fork at all."""
    said = run_program(
        start,
        "from afterword.build.workers.processes import ProcessExecutor",
        "for _ in range(2):",
        "    print(list(ProcessExecutor(2).map(operator.methodcaller, [[3, 1], [2]], 'copy')))",
    )
    assert said == "[[3, 1], [2]]\n" * 2


def test_processes_that_are_no_forks_are_worth_more_jobs() -> None:
    said = run_program(
        AVOID,
        "os.cpu_count = lambda: 2",
        "from afterword.build.workers.pool import choose_executor",
        "print([type(choose_executor(0, jobs)).__name__ for jobs in (200, 1000)])",
        "print(type(choose_executor(2, 10)).__name__)",
    )
    assert said == "['SerialExecutor', 'ProcessExecutor']\nProcessExecutor\n"


def test_few_jobs_are_not_worth_a_process() -> None:
    assert isinstance(choose_executor(0, 10), SerialExecutor)
    assert isinstance(choose_executor(3, 10), ProcessExecutor)
