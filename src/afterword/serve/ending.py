"""The end of a run that another thread asks for: at once, in the middle of a build as well.

Relies on the way of Ctrl-C, for which everything that the main thread may be doing knows how to end. Refuses to take a
Ctrl-C for such a wish: that one goes on.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def ending_on_request(otherwise: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """A block that ends when the function that it gets is called, from whichever thread.

    Where no signal interrupts the block, for it is not in the main thread, `otherwise` is called instead.
    """
    asked = threading.Event()
    can_interrupt = _can_interrupt()

    def end() -> None:
        if asked.is_set():
            return
        asked.set()
        if can_interrupt:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            otherwise()

    try:
        yield end
    except KeyboardInterrupt:
        if not asked.is_set():
            raise


def _can_interrupt() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
