"""Reads single keys from the terminal while the server runs (`termios`), and restores the terminal afterwards."""

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
    """Calls the action of each key that is pressed, in a thread. Yields whether there is a terminal.

    Ctrl-C keeps its meaning. `descriptor` is the terminal, by default standard input.
    """
    terminal = _standard_input() if descriptor is None else descriptor
    if terminal is None or not _is_ours(terminal):
        yield False
        return
    import termios  # not available on all systems
    import tty

    before = termios.tcgetattr(terminal)
    wake, end = os.pipe()
    thread = threading.Thread(target=_listen, args=(terminal, wake, actions), daemon=True)
    try:
        tty.setcbreak(terminal, termios.TCSANOW)
        thread.start()
        yield True
    finally:
        # First, because another Ctrl-C may interrupt the rest.
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
    except (AttributeError, OSError, ValueError):  # missing or replaced, as by pytest
        return None


def _is_ours(terminal: int) -> bool:
    """Returns whether this is a terminal and we are in its foreground. A background process that changes it is
    stopped."""
    try:
        return os.isatty(terminal) and os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
