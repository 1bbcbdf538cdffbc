"""Runs `afterword serve`: takes the lock of the preview folder, starts server and watcher, and stops them.

The port is taken before the first build, because the site contains its address. The lock is the kernel's (`flock`),
so it ends with the process. A second server for the same blog is an error.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import threading
import webbrowser
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from afterword.cache.store import make_state_folder
from afterword.core.diagnostics import IO_ERROR_ID, Exit, Failure, error, note, warning
from afterword.core.fingerprints import digest
from afterword.server.change_detection import Listening, Polling, Resting
from afterword.server.keyboard import listen
from afterword.server.media_types import media_type
from afterword.server.server import open_server
from afterword.server.session import ErrorReporter, PreviewCallbacks, Session
from afterword.server.snapshot import LIVE_SCRIPT, Answer, Generation, Live
from afterword.server.state import CurrentSite
from afterword.server.watcher import Changes, Hints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic
    from afterword.server.server import Server
    from afterword.server.session import Builder, Built, Outcome

NAME = "server"
"""The file that is locked, in the server's folder."""

_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Be the one server whose folder this is; raises `Failure` where there is one already, or no such folder can be."""
    try:
        make_state_folder(folder)
        descriptor = os.open(folder / NAME, _OPEN, 0o644)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Failure(Exit.ENVIRONMENT, error(IO_ERROR_ID, f"`{folder}` cannot be written to: {reason}")) from problem
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).strip()
        who = f" (process {int(holder)})" if holder.isdigit() else ""
        hint = "use that server, or stop it first"
        raise Failure(
            Exit.ENVIRONMENT, error("server-running", f"another server{who} is running for this blog", hint=hint)
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"%d\n" % os.getpid())


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


PORT = 4000
"""The port that is tried first: that of Jekyll."""


class ServeOptions(Struct, frozen=True):
    """How to serve the blog in `root`. `poll` is every how many seconds to look at sources, None for events.

    `open` opens the site in a browser, and `navigate` has open pages go to the page that was written. The server also
    answers under `allowed_hosts`, beside those of the settings.
    """

    root: Path
    host: str = "127.0.0.1"
    port: int = PORT
    watch: bool = True
    poll: float | None = None
    open: bool = False
    navigate: bool = False
    allowed_hosts: tuple[str, ...] = ()


class ServerConsole(ErrorReporter, Protocol):
    """Whom to tell what happens, and in which words."""

    def remark(self, diagnostic: Diagnostic) -> None:
        """Something about the server itself."""

    def ready(self, url: str, keys: str) -> None:
        """The site is at `url`, once it is built; `keys` are those that the terminal listens to, or empty."""

    def built(self, outcome: Outcome) -> None:
        """A build is done, the first one or a later one."""


def run(options: ServeOptions, builder: Builder, console: ServerConsole, hints: Hints | None = None) -> None:
    """Serve until the key `q` is pressed, or the hints are closed.

    Raises `Failure` where no port is free and where there is no blog to build.
    """
    hints = Hints() if hints is None else hints
    stage = CurrentSite(_make_first(options, builder))
    server = open_server(stage, options.host, options.port, (*options.allowed_hosts, *builder.allowed_hosts))
    lookout = _make_lookout(options, hints, console.remark)

    def open_site() -> None:
        # A browser in the terminal stays until it is left, and some others take seconds to begin.
        threading.Thread(target=_open, args=(_url(server), console), daemon=True).start()

    def build() -> Built:
        # Pages that do not become new by themselves must not be early ones.
        return builder.build(server.origin, _seat(stage) if options.watch else None, lookout.hand_over())

    try:
        server.start()
        for diagnostic in _remarks(options, server):
            console.remark(diagnostic)
        session = Session(stage, build, console, navigate=options.navigate)
        # From before the first build on, so that a save during it is not missed.
        changes = Changes(lookout, hints, noticed=stage.announce, dismissed=stage.resume)
        with (
            ending_on_request(hints.close) as end,
            listen({"r": hints.ask, "o": open_site, "q": end}) as has_keys,
        ):
            console.ready(_url(server), "roq" if has_keys else "")
            if options.open:
                open_site()
            console.built(first := session.begin())
            if options.watch and (again := session.warm_up()) is not None and _has_news(again, first):
                console.built(again)
            while (change := changes.wait()) is not None:
                console.built(session.follow(change))
    finally:
        server.stop()
        lookout.stop()


def _make_first(options: ServeOptions, builder: Builder) -> Generation:
    """What there is before the first build: without live pages, nothing that would have to become new."""
    if not options.watch:
        return Generation(base_path=builder.base_path)
    return Generation(base_path=builder.base_path, live=load_live(), early=builder.look())


def load_live() -> Live:
    """The script of this package, and a secret for this run."""
    script = files(__package__).joinpath(LIVE_SCRIPT).read_bytes()
    return Live(secrets.token_hex(16), Answer(script, media_type(LIVE_SCRIPT), digest(script)))


def _has_news(outcome: Outcome, before: Outcome) -> bool:
    return bool(outcome.changed) or outcome.diagnostics != before.diagnostics


def _seat(stage: CurrentSite) -> PreviewCallbacks:
    """Those who ask for pages, as a build sees them."""
    has_none = stage.generation.is_empty and not stage.generation.early
    return PreviewCallbacks(stage.list_wanted, stage.advance, stage.offer if has_none else None)


def _url(server: Server) -> str:
    return f"{server.origin}{server.stage.generation.base_path}/"


def _open(url: str, console: ServerConsole) -> None:
    if not webbrowser.open(url):
        console.remark(warning("no-browser", "no browser found", hint=f"open {url} in a browser"))


def _make_lookout(
    options: ServeOptions, hints: Hints, warn: Callable[[Diagnostic], None]
) -> Resting | Polling | Listening:
    if not options.watch:
        return Resting()
    return Listening(options.root, hints, warn) if options.poll is None else Polling(options.root, options.poll)


def _remarks(options: ServeOptions, server: Server) -> Iterator[Diagnostic]:
    if options.port and server.port != options.port:
        yield note("other-port", f"port {options.port} is in use; using port {server.port}")
    if server.is_public:
        hint = "to serve only this machine, omit `--host`"
        yield warning("public-server", "the preview, including drafts, is reachable from the network", hint=hint)
