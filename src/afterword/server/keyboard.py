"""Reads single keys from the terminal while the server runs (`termios`), and restores the terminal."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@contextlib.contextmanager
def listen(actions: Mapping[str, Callable[[], None]], descriptor: int | None = None) -> Iterator[bool]:
    """Call an action whenever its key is pressed, in a thread; yields whether there is a terminal to listen to.

    Ctrl-C stays what it is. `descriptor` is that of the terminal, by default that of standard input.
    """
    terminal = _standard_input() if descriptor is None else descriptor
    if terminal is None or not _is_ours(terminal):
        yield False
        return
    import termios  # only where there is a terminal, which there is only where there is termios
    import tty

    before = termios.tcgetattr(terminal)
    wake, end = os.pipe()
    thread = threading.Thread(target=_listen, args=(terminal, wake, actions), daemon=True)
    try:
        tty.setcbreak(terminal, termios.TCSANOW)
        thread.start()
        yield True
    finally:
        # First of all, for another Ctrl-C may cut short what follows.
        termios.tcsetattr(terminal, termios.TCSANOW, before)
        os.close(end)
        thread.join()
        os.close(wake)


def _listen(terminal: int, wake: int, actions: Mapping[str, Callable[[], None]]) -> None:
    while True:
        ready, _, _ = select.select([terminal, wake], [], [])
        if wake in ready:
            return
        try:
            pressed = os.read(terminal, 1)
        except OSError:  # the terminal is gone
            return
        if not pressed:
            return
        action = actions.get(pressed.decode(errors="replace"))
        if action is not None:
            action()


def _standard_input() -> int | None:
    try:
        return sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # there is none, or it is a test's
        return None


def _is_ours(terminal: int) -> bool:
    """Whether it is a terminal, and in whose foreground we are: others are stopped for changing it."""
    try:
        return os.isatty(terminal) and os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
