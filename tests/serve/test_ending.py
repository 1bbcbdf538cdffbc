"""`stoppable` ends a block from any thread. Ctrl-C keeps its meaning."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import pytest

from afterword.server.app import stoppable

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 30


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Handles SIGINT as in a terminal; background processes ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def do_nothing() -> None:
    """Is not called."""


def test_the_main_thread_is_interrupted_where_it_is() -> None:
    others: list[str] = []
    is_done = False
    with stoppable(lambda: others.append("asked")) as end:
        threading.Thread(target=end).start()
        threading.Event().wait(SECONDS)
        is_done = True
    assert not is_done
    assert others == []


def test_asking_again_changes_nothing() -> None:
    with stoppable(do_nothing) as end:
        threading.Thread(target=lambda: (end(), end(), end())).start()
        threading.Event().wait(SECONDS)
    end()


def test_another_thread_is_asked_to_end() -> None:
    asked = threading.Event()

    def run() -> None:
        with stoppable(asked.set) as end:
            end()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(SECONDS)
    assert asked.is_set()


def test_ctrl_c_goes_on() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable(do_nothing):
        signal.raise_signal(signal.SIGINT)
