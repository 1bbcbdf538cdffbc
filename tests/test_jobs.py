"""Jobs give the same results in the same order, in one process or in several."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Generator
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

import pytest

from afterword.jobs import Executor, Processes, Serial, choose_executor

if TYPE_CHECKING:
    from collections.abc import Callable


def start_adder(shared: int) -> Callable[[int], int]:
    def add(job: int) -> int:
        if job < 0:
            raise ValueError(f"{job} is negative")
        return shared + job

    return add


@pytest.mark.parametrize("executor", [Serial(), Processes(2), Processes(8)], ids=["serial", "two", "eight"])
def test_results_come_in_the_order_of_the_jobs(executor: Executor) -> None:
    assert list(executor.map(start_adder, list(range(500)), 1000)) == list(range(1000, 1500))


@pytest.mark.parametrize("executor", [Serial(), Processes(2)], ids=["serial", "two"])
def test_no_jobs_have_no_results(executor: Executor) -> None:
    assert list(executor.map(start_adder, [], 1)) == []


@pytest.mark.parametrize("executor", [Serial(), Processes(2)], ids=["serial", "two"])
def test_an_exception_of_a_job_is_raised(executor: Executor) -> None:
    with pytest.raises(ValueError, match="-1 is negative"):
        list(executor.map(start_adder, [1, -1], 1))


def start_sleeper(_: int) -> Callable[[int], int]:
    """Jobs that take longer than any test, but for the first."""

    def sleep(job: int) -> int:
        threading.Event().wait(600 if job else 0)
        return job

    return sleep


def test_whoever_stops_early_does_not_wait_for_the_rest() -> None:
    results = Processes(2).map(start_sleeper, list(range(8)), 0)
    assert next(results) == 0
    assert isinstance(results, Generator)
    sleepers = multiprocessing.active_children()
    assert len(sleepers) == 2
    results.close()
    assert len(wait([sleeper.sentinel for sleeper in sleepers], timeout=0)) == 2, "both have ended"


def test_few_jobs_are_not_worth_a_process() -> None:
    assert isinstance(choose_executor(0, 10), Serial)
    assert isinstance(choose_executor(3, 10), Processes)
