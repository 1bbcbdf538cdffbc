"""`afterword serve` with a fake builder: a saved file changes the response."""

from __future__ import annotations

import socket
import threading
import webbrowser
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error
from afterword.core.fingerprints import stamp_of
from afterword.server.app import ServeOptions, run
from afterword.server.debounce import WatchEvents
from afterword.server.preview import PreviewResult
from tests.serve.conftest import resources, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from afterword.content.file_snapshot import FileSnapshot
    from afterword.server.generation import Resource
    from afterword.server.preview import Outcome
    from afterword.server.state import CurrentSite

SECONDS = 10


class Terminal:
    """Keeps its output, and lets a test wait for it."""

    def __init__(self) -> None:
        self.url = ""
        self.remarks: list[str] = []
        self.outcomes: list[Outcome] = []
        self._told = threading.Condition()

    def show_diagnostic(self, diagnostic: Diagnostic) -> None:
        with self._told:
            self.remarks.append(diagnostic.id)
            self._told.notify_all()

    def show_url(self, url: str, keys: str) -> None:
        with self._told:
            self.url = url
            self._told.notify_all()

    def show_outcome(self, outcome: Outcome) -> None:
        with self._told:
            self.outcomes.append(outcome)
            self._told.notify_all()

    def explain(self, problem: Exception) -> tuple[Diagnostic, ...]:
        return (error("bug", str(problem)),)

    def describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        return "\n".join(f"{found.place}: {found.message}" for found in diagnostics)

    def wait_for(self, condition: Callable[[], object]) -> None:
        with self._told:
            assert self._told.wait_for(lambda: bool(condition()), SECONDS)


class Serving:
    """A blog of one file, which is its only page, served in a thread."""

    def __init__(self, root: Path) -> None:
        self.file = root / "posts/x.md"
        self.file.parent.mkdir()
        self.file.write_text("first")
        self.root = root
        self.events = WatchEvents()
        self.terminal = Terminal()

    base_path = "/notes"
    allowed_hosts: tuple[str, ...] = ()
    previous: Mapping[str, Resource] = MappingProxyType({})
    inputs: FileSnapshot | None = None

    def load_previous(self) -> Mapping[str, Resource]:
        return self.previous

    def build(
        self, origin: str, current: CurrentSite | None = None, inputs: FileSnapshot | None = None
    ) -> PreviewResult:
        self.inputs = inputs
        text = self.file.read_text()
        if text == "broken":
            return PreviewResult(None, "/notes", (error("bad", "this is broken", Place("posts/x.md", 1)),))
        return PreviewResult(resources({"/index.html": f"{text} at {origin}".encode()}), "/notes")

    def start(self, **options: bool | float) -> None:
        """Serves, and waits for the first build."""
        self.begin(**options)
        self.terminal.wait_for(lambda: self.terminal.outcomes)

    def begin(self, **options: bool | float) -> None:
        """Serves, and waits for the URL."""
        chosen = ServeOptions(self.root, port=0, **options)  # type: ignore[arg-type]
        arguments = (chosen, self, self.terminal, self.events)
        self.thread = threading.Thread(target=run, args=arguments, daemon=True)
        self.thread.start()
        self.terminal.wait_for(lambda: self.terminal.url)

    def page(self) -> str:
        with urlopen(self.terminal.url) as response:
            text: str = response.read().decode()
        return text

    def save(self, text: str) -> Outcome:
        """Saves the file. Returns the outcome of the build."""
        count = len(self.terminal.outcomes)
        self.file.write_text(text)
        self.terminal.wait_for(lambda: len(self.terminal.outcomes) > count)
        return self.terminal.outcomes[-1]

    def end(self) -> None:
        self.events.close()
        self.thread.join(SECONDS)
        assert not self.thread.is_alive()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    made = Serving(tmp_path)
    yield made
    made.end()


@pytest.mark.parametrize("options", [{}, {"poll": 0.01}], ids=["events", "polling"])
def test_a_save_becomes_what_is_served(serving: Serving, options: dict[str, float]) -> None:
    serving.start(**options)
    origin = serving.terminal.url.removesuffix("/notes/")
    assert serving.page().startswith(f"first at {origin}<script src=")
    outcome = serving.save("second, longer")
    assert outcome.sources == ("posts/x.md",)
    assert outcome.changed == ("/index.html",)
    assert serving.page().startswith("second, longer")


def test_an_error_leaves_the_last_good_site(serving: Serving) -> None:
    serving.start()
    assert [found.id for found in serving.save("broken").diagnostics] == ["bad"]
    assert serving.page().startswith("first")
    serving.save("mended, at last")
    assert serving.page().startswith("mended")


def test_without_watching_a_build_comes_when_it_is_asked_for(serving: Serving) -> None:
    serving.start(watch=False)
    serving.file.write_text("second, longer")
    assert "first" in serving.page()
    assert "<script" not in serving.page()
    serving.events.request_build()
    serving.terminal.wait_for(lambda: len(serving.terminal.outcomes) == 2)
    assert "second" in serving.page()


@pytest.mark.parametrize("options", [{}, {"poll": 0.01}], ids=["events", "polling"])
def test_a_build_is_handed_the_sweep_that_told_of_the_change(serving: Serving, options: dict[str, float]) -> None:
    serving.start(**options)
    serving.save("longer than before")
    assert serving.inputs is not None
    assert serving.inputs.sources.stamps["posts/x.md"] == stamp_of(serving.file.stat())


def test_where_nothing_is_watched_a_build_takes_a_sweep_of_its_own(serving: Serving) -> None:
    serving.start(watch=False)
    assert serving.inputs is None


def test_until_the_first_build_there_is_the_site_of_an_earlier_run(serving: Serving) -> None:
    begin = threading.Event()
    serving.previous = resources({"/index.html": b"as it was", "/style.css": b"x"})
    build = serving.build

    def build_later(
        origin: str, current: CurrentSite | None = None, inputs: FileSnapshot | None = None
    ) -> PreviewResult:
        assert current is not None
        assert not current.needs_fallback, "the site of an earlier run is enough"
        assert begin.wait(SECONDS)
        return build(origin)

    serving.build = build_later  # type: ignore[method-assign]
    serving.begin()
    assert serving.page().startswith("as it was<script")
    assert " data-early></script>" in serving.page()
    begin.set()
    serving.terminal.wait_for(lambda: serving.terminal.outcomes)
    assert serving.terminal.outcomes[0].changed == ("/index.html", "/style.css")
    assert serving.page().startswith("first at ")
    assert "data-early" not in serving.page()


def test_in_the_first_build_of_all_there_is_what_the_builder_offers(serving: Serving) -> None:
    begin = threading.Event()
    build = serving.build

    def build_later(
        origin: str, current: CurrentSite | None = None, inputs: FileSnapshot | None = None
    ) -> PreviewResult:
        assert current is not None
        assert current.needs_fallback
        current.set_fallback(resources({"/index.html": b"on demand"}))
        assert begin.wait(SECONDS)
        return build(origin)

    serving.build = build_later  # type: ignore[method-assign]
    serving.begin()
    assert serving.page().startswith("on demand<script")
    assert " data-early></script>" in serving.page()
    begin.set()
    serving.terminal.wait_for(lambda: serving.terminal.outcomes)
    assert "data-early" not in serving.page()


def test_who_waits_for_a_page_gets_it_before_the_build_is_done(serving: Serving) -> None:
    go_on = threading.Event()
    build = serving.build

    def build_slowly(
        origin: str, current: CurrentSite | None = None, inputs: FileSnapshot | None = None
    ) -> PreviewResult:
        assert current is not None
        wait_until(lambda: "/index.html" in current.requested_files())
        current.show_pages(resources({"/index.html": b"in advance"}))
        assert go_on.wait(SECONDS)
        return build(origin, current, inputs)

    serving.start()
    serving.build = build_slowly  # type: ignore[method-assign]
    serving.file.write_text("second, longer")
    while not (page := serving.page()).startswith("in advance"):
        assert page.startswith("first"), "the change has not been seen yet"
    assert len(serving.terminal.outcomes) == 1
    go_on.set()
    serving.terminal.wait_for(lambda: len(serving.terminal.outcomes) == 2)
    assert serving.page().startswith("second, longer")


@pytest.mark.parametrize("edited", [False, True], ids=["as it was", "edited meanwhile"])
def test_what_the_build_after_an_unchanged_start_finds_is_shown(serving: Serving, edited: bool) -> None:
    build = serving.build
    built: list[PreviewResult] = []

    def build_again(
        origin: str, current: CurrentSite | None = None, inputs: FileSnapshot | None = None
    ) -> PreviewResult:
        built.append(replace(build(origin, current, inputs), is_repeated=not built))
        if edited and len(built) == 1:
            serving.file.write_text("second, longer")
        return built[-1]

    serving.build = build_again  # type: ignore[method-assign]
    serving.start()
    wait_until(lambda: len(built) > 1)
    if edited:
        serving.terminal.wait_for(lambda: len(serving.terminal.outcomes) > 1)
        assert serving.terminal.outcomes[1].changed == ("/index.html",)
    else:
        serving.save("second, longer")
        assert [outcome.sources for outcome in serving.terminal.outcomes] == [(), ("posts/x.md",)]
    assert serving.page().startswith("second, longer")


def test_pages_that_do_not_become_new_are_never_those_of_an_earlier_run(serving: Serving) -> None:
    serving.previous = resources({"/index.html": b"as it was"})
    serving.file.write_text("broken")
    serving.start(watch=False)
    with pytest.raises(HTTPError, match="503"):
        serving.page()


def test_where_there_is_no_browser_that_is_said(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    serving.start(open=True)
    serving.terminal.wait_for(lambda: serving.terminal.remarks == ["no-browser"])


def test_another_port_is_said(tmp_path: Path) -> None:
    made = Serving(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        made.events.close()
        run(ServeOptions(tmp_path, port=taken.getsockname()[1]), made, made.terminal, made.events)
    assert made.terminal.remarks == ["other-port"]


def test_serving_for_others_is_warned_of(tmp_path: Path) -> None:
    made = Serving(tmp_path)
    made.events.close()
    run(ServeOptions(tmp_path, host="0.0.0.0", port=0), made, made.terminal, made.events)
    assert made.terminal.remarks == ["public-server"]


def test_where_there_is_no_blog_nothing_is_served(tmp_path: Path) -> None:
    class Nowhere:
        base_path = ""
        allowed_hosts: tuple[str, ...] = ()

        def load_previous(self) -> Mapping[str, Resource]:
            return {}

        def build(
            self, origin: str, current: CurrentSite | None = None, inputs: FileSnapshot | None = None
        ) -> PreviewResult:
            raise Failure(Exit.USAGE, error("no-posts", "there is no blog"))

    with pytest.raises(Failure):
        run(ServeOptions(tmp_path, port=0), Nowhere(), Terminal())
