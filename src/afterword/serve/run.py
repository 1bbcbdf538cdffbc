"""`afterword serve`, put together: a server, a session, a lookout and the keys of the terminal, until the end.

Relies on whoever calls for the build and for the terminal. The port is taken before anything is built, for what is
built has the address in it. Refuses nothing that its parts do not refuse.
"""

from __future__ import annotations

import secrets
import threading
import webbrowser
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from afterword.diagnostics import note, warning
from afterword.digest import digest
from afterword.serve.answers import LIVE_SCRIPT, Answer, Generation, Live
from afterword.serve.built import Audience
from afterword.serve.ending import ending_on_request
from afterword.serve.keys import listen
from afterword.serve.lookouts import Listening, Polling, Resting
from afterword.serve.media import media_type
from afterword.serve.server import open_server
from afterword.serve.session import Critic, Session
from afterword.serve.stage import Stage
from afterword.serve.watch import Changes, Hints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from afterword.diagnostics import Diagnostic
    from afterword.serve.built import Builder, Built
    from afterword.serve.server import Server
    from afterword.serve.session import Outcome

PORT = 4000
"""The port that is tried first: that of Jekyll."""


class Options(Struct, frozen=True):
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


class Console(Critic, Protocol):
    """Whom to tell what happens, and in which words."""

    def remark(self, diagnostic: Diagnostic) -> None:
        """Something about the server itself."""

    def ready(self, url: str, keys: str) -> None:
        """The site is at `url`, once it is built; `keys` are those that the terminal listens to, or empty."""

    def built(self, outcome: Outcome) -> None:
        """A build is done, the first one or a later one."""


def run(options: Options, builder: Builder, console: Console, hints: Hints | None = None) -> None:
    """Serve until the key `q` is pressed, or the hints are closed.

    Raises `Failure` where no port is free and where there is no blog to build.
    """
    hints = Hints() if hints is None else hints
    stage = Stage(_make_first(options, builder))
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


def _make_first(options: Options, builder: Builder) -> Generation:
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


def _seat(stage: Stage) -> Audience:
    """Those who ask for pages, as a build sees them."""
    has_none = stage.generation.is_empty and not stage.generation.early
    return Audience(stage.list_wanted, stage.advance, stage.offer if has_none else None)


def _url(server: Server) -> str:
    return f"{server.origin}{server.stage.generation.base_path}/"


def _open(url: str, console: Console) -> None:
    if not webbrowser.open(url):
        console.remark(warning("no-browser", "there is no browser to open the site in", hint=f"open {url} in one"))


def _make_lookout(options: Options, hints: Hints, warn: Callable[[Diagnostic], None]) -> Resting | Polling | Listening:
    if not options.watch:
        return Resting()
    return Listening(options.root, hints, warn) if options.poll is None else Polling(options.root, options.poll)


def _remarks(options: Options, server: Server) -> Iterator[Diagnostic]:
    if options.port and server.port != options.port:
        yield note("port-in-use", f"port {options.port} is in use, so the site is at port {server.port}")
    if server.is_public:
        hint = "leave `--host` out to serve for this machine only"
        yield warning("public-server", "others in the network can read this site, drafts included", hint=hint)
