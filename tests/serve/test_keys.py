"""Keys of the terminal are read while we are in the foreground, and the terminal is restored."""

from __future__ import annotations

import contextlib
import os
import pty
import threading
from typing import TYPE_CHECKING

import pytest

from afterword.server import app as keys

if TYPE_CHECKING:
    from collections.abc import Iterator

termios = pytest.importorskip("termios")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Both ends of a terminal with us in its foreground: the keyboard, and what the program reads."""
    typed, read = pty.openpty()
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    yield typed, read
    os.close(typed)
    os.close(read)


def test_a_key_calls_its_action_at_once(terminal: tuple[int, int]) -> None:
    typed, read = terminal
    heard: list[str] = []
    done = threading.Event()
    actions = {"r": lambda: heard.append("r"), "o": lambda: heard.append("o"), "q": done.set}
    with keys.listen(actions, read) as is_listening:
        os.write(typed, b"xr\xffoq")
        assert done.wait(10)
    assert is_listening
    assert heard == ["r", "o"]


def test_the_terminal_is_given_back_as_it_was(terminal: tuple[int, int]) -> None:
    _, read = terminal
    before = termios.tcgetattr(read)
    with contextlib.suppress(KeyboardInterrupt), keys.listen({}, read):
        assert termios.tcgetattr(read) != before
        raise KeyboardInterrupt
    assert termios.tcgetattr(read) == before


def test_ctrl_c_stays_what_it_is(terminal: tuple[int, int]) -> None:
    _, read = terminal
    with keys.listen({}, read):
        assert termios.tcgetattr(read)[3] & termios.ISIG


def test_without_a_terminal_there_are_no_keys() -> None:
    read, write = os.pipe()
    with keys.listen({}, read) as is_listening:
        assert not is_listening
    os.close(read)
    os.close(write)


def test_in_the_background_the_terminal_is_left_alone(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
    _, read = terminal
    before = termios.tcgetattr(read)
    with keys.listen({}, read) as is_listening:
        assert not is_listening
        assert termios.tcgetattr(read) == before
