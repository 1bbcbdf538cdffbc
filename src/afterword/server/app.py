"""Runs `afterword serve`: takes the lock of the preview folder, starts server, watcher and keys, and stops them.

The port is taken before the first build, because the site contains its address. The lock is the kernel's (`flock`),
so it ends with the process. A second server for the same blog is an error.
"""

from __future__ import annotations

import os
import secrets
import select
import signal
import sys
import threading
import webbrowser
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from afterword.cache.store import make_state_folder
from afterword.core.diagnostics import IO_ERROR_ID, Exit, Failure, error, note, warning
from afterword.core.files import describe
from afterword.core.fingerprints import digest
from afterword.output.lock import OPEN_FLAGS, read_process_id, try_flock, write_process_id
from afterword.server.debounce import Debouncer, WatchEvents, WatchTimings
from afterword.server.generation import LIVE_SCRIPT, Generation, LiveReload, Resource, media_type
from afterword.server.preview import ErrorReporter, PreviewSession
from afterword.server.server import open_server
from afterword.server.state import CurrentSite
from afterword.server.watcher import BLOG_SOURCES, ChangeDetector, EventDetector, NoDetection, WatchedSources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic
    from afterword.server.preview import Outcome, PreviewBuilder, PreviewResult
    from afterword.server.server import Server


LOCK_NAME = "server"
"""Name of the lock file in the server's folder."""


@contextmanager
def server_lock(folder: Path) -> Iterator[None]:
    """Holds the lock of the server's folder. Raises `Failure` if another server has it, or the folder is not
    writable."""
    try:
        make_state_folder(folder)
        descriptor = os.open(folder / LOCK_NAME, OPEN_FLAGS, 0o644)
    except OSError as problem:
        reason = describe(problem)
        raise Failure(Exit.ENVIRONMENT, error(IO_ERROR_ID, f"cannot write to `{folder}`: {reason}")) from problem
    try:
        if not try_flock(descriptor):
            holder = read_process_id(descriptor)
            message = f"another server{f' (process {holder})' if holder else ''} is running for this blog"
            hint = "use that server, or stop it first"
            raise Failure(Exit.ENVIRONMENT, error("server-running", message, hint=hint))
        write_process_id(descriptor)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def stoppable(otherwise: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Yields a function that ends the block, from any thread.

    If the block cannot be interrupted by a signal, because it is not in the main thread, `otherwise` is called instead.
    """
    requested = threading.Event()
    is_main = threading.current_thread() is threading.main_thread()
    can_interrupt = is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def end() -> None:
        if requested.is_set():
            return
        requested.set()
        if can_interrupt:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            otherwise()

    try:
        yield end
    except KeyboardInterrupt:
        if not requested.is_set():
            raise


SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread that builds lets another one answer a request: a tenth of Python's default."""

DEFAULT_PORT = 4000
"""The port that is tried first, as in Jekyll."""


class ServeOptions(Struct, frozen=True):
    """Options of the server for the blog in `root`.

    Attributes:
        watch: whether to rebuild when sources change.
        poll: seconds between polls; None to use file events.
        open: whether to open the site in a browser.
        navigate: whether open pages go to the page whose source was saved.
        allowed_hosts: host names to answer to, in addition to those of the settings.
        sources: the files in `root` that are watched.
    """

    root: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    watch: bool = True
    poll: float | None = None
    open: bool = False
    navigate: bool = False
    allowed_hosts: tuple[str, ...] = ()
    sources: WatchedSources = BLOG_SOURCES


class ServerConsole(ErrorReporter, Protocol):
    """Output of the server."""

    def show_diagnostic(self, diagnostic: Diagnostic) -> None:
        """Shows a diagnostic about the server itself."""

    def show_url(self, url: str, keys: str) -> None:
        """Shows the URL of the site. `keys` are the keys that the terminal reacts to; may be empty."""

    def show_outcome(self, outcome: Outcome) -> None:
        """Shows the result of a build."""


def run(
    options: ServeOptions, builder: PreviewBuilder, console: ServerConsole, events: WatchEvents | None = None
) -> None:
    """Serves until the key `q` is pressed or `events` is closed.

    Raises `Failure` if no port is free or there is no blog.
    """
    events = WatchEvents() if events is None else events
    current = CurrentSite(_first_generation(options, builder))
    server = open_server(current, options.host, options.port, (*options.allowed_hosts, *builder.allowed_hosts))
    detector = _make_detector(options, events, console.show_diagnostic)

    def build() -> PreviewResult:
        # Without live reload no page is shown before the build ends: it would not be updated.
        return builder.build(server.origin, current if options.watch else None, detector.pop_snapshot())

    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        server.start()
        for diagnostic in _startup_diagnostics(options, server):
            console.show_diagnostic(diagnostic)
        session = PreviewSession(current, build, console, navigate=options.navigate)
        # Created before the first build, so that a save during it is not missed.
        debouncer = Debouncer(detector, events, on_event=current.begin_update, on_no_change=current.cancel_update)
        open_site = partial(_open_site, server, console)
        with (
            stoppable(events.close) as stop,
            listen({"r": events.request_build, "o": open_site, "q": stop}) as has_keys,
        ):
            console.show_url(_url(server), "roq" if has_keys else "")
            if options.open:
                open_site()
            _run_builds(session, debouncer, console, warm_up=options.watch)
    finally:
        server.stop()
        detector.stop()


def _run_builds(session: PreviewSession, debouncer: Debouncer, console: ServerConsole, *, warm_up: bool) -> None:
    """Builds the site, and again after each change, until the events are closed."""
    console.show_outcome(first := session.build_first())
    again = session.warm_up() if warm_up else None
    if again is not None and (again.changed or again.diagnostics != first.diagnostics):
        console.show_outcome(again)
    while (change := debouncer.wait()) is not None:
        console.show_outcome(session.rebuild(change))


def _first_generation(options: ServeOptions, builder: PreviewBuilder) -> Generation:
    """Returns the generation before the first build. Without live reload it is empty, because pages would not be
    updated."""
    if not options.watch:
        return Generation(base_path=builder.base_path)
    return Generation(base_path=builder.base_path, live=load_live_reload(), fallback=builder.load_previous())


def load_live_reload() -> LiveReload:
    """Loads the script, with a new secret for this run."""
    script = files(__package__).joinpath(LIVE_SCRIPT).read_bytes()
    return LiveReload(secrets.token_hex(16), Resource(script, media_type(LIVE_SCRIPT), digest(script)))


def _url(server: Server) -> str:
    return f"{server.origin}{server.current.generation.base_path}/"


def _open_site(server: Server, console: ServerConsole) -> None:
    """Opens a browser in a thread: one in the terminal blocks until it is left, and others take seconds to start."""

    def open_browser() -> None:
        if not webbrowser.open(url := _url(server)):
            console.show_diagnostic(warning("no-browser", "no browser found", hint=f"open {url} in a browser"))

    threading.Thread(target=open_browser, daemon=True).start()


def _make_detector(options: ServeOptions, events: WatchEvents, warn: Callable[[Diagnostic], None]) -> ChangeDetector:
    if not options.watch:
        return NoDetection(options.root)
    if options.poll is not None:
        return ChangeDetector(options.root, WatchTimings.polling(options.poll), options.sources)
    return EventDetector(options.root, events, warn, options.sources)


def _startup_diagnostics(options: ServeOptions, server: Server) -> Iterator[Diagnostic]:
    if options.port and server.port != options.port:
        yield note("other-port", f"port {options.port} is in use; using port {server.port}")
    if server.is_public:
        hint = "to serve only this machine, omit `--host`"
        yield warning("public-server", "the preview, including drafts, is reachable from the network", hint=hint)


@contextmanager
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
        if (action := actions.get(pressed.decode(errors="replace"))) is not None:
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
