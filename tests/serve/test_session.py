"""A build becomes a generation. An error keeps the last good site, and without a change there is no new generation."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, warning
from afterword.server.debounce import Change
from afterword.server.generation import File, Generation
from afterword.server.preview import PreviewResult, PreviewSession
from afterword.server.sse import update_since
from afterword.server.state import CurrentSite
from tests.serve.conftest import SITE, resources, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BROKEN = error("invalid-date", "this is no date", Place("posts/x.md", 3, 7))
ODD = warning("odd", "this is odd")


class Plain:
    """Describes each diagnostic in one line."""

    def explain(self, problem: Exception) -> tuple[Diagnostic, ...]:
        return problem.diagnostics if isinstance(problem, Failure) else (error("bug", str(problem)),)

    def describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        return "\n".join(f"{found.place}: {found.message}" for found in diagnostics)


def site(**files: bytes) -> PreviewResult:
    names = {"x": "/posts/x/index.html", "style": "/style.css"}
    pages = {"posts/x.md": "/notes/posts/x/"}
    return PreviewResult(
        resources({**SITE, **{names[name]: data for name, data in files.items()}}), "/notes", (), pages
    )


def session(*results: PreviewResult | Exception, navigate: bool = False) -> tuple[PreviewSession, CurrentSite]:
    """Returns a session whose builds have these results."""
    current = CurrentSite(Generation())
    left = list(results)

    def build() -> PreviewResult:
        result = left.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    clock = iter(range(100))
    return PreviewSession(current, build, Plain(), navigate=navigate, clock=lambda: float(next(clock))), current


EDIT = Change(("posts/x.md",))


def test_the_first_build_is_the_first_generation() -> None:
    made, current = session(site())
    outcome = made.build_first()
    assert current.generation.number == 1
    assert set(outcome.changed) == set(SITE)
    assert outcome.seconds == 1


def test_an_edit_changes_what_it_changes() -> None:
    made, current = session(site(), site(x=b"new"))
    made.build_first()
    outcome = made.rebuild(EDIT)
    assert (outcome.sources, outcome.changed) == (("posts/x.md",), ("/posts/x/index.html",))
    assert current.generation.number == 2


def test_a_build_that_changes_nothing_is_no_news() -> None:
    made, current = session(site(), site())
    made.build_first()
    before = current.generation
    assert made.rebuild(EDIT).changed == ()
    assert current.generation is before


@pytest.mark.parametrize(
    "broken", [PreviewResult(None, "", (ODD, BROKEN)), Failure(Exit.USAGE, BROKEN)], ids=["content", "settings"]
)
def test_an_error_leaves_the_last_good_site_with_what_is_the_matter(broken: PreviewResult | Failure) -> None:
    made, current = session(site(), broken, site(x=b"new"))
    made.build_first()
    before = current.generation
    outcome = made.rebuild(EDIT)
    assert BROKEN in outcome.diagnostics
    assert outcome.changed == ()
    assert current.generation.problems == "posts/x.md:3:7: this is no date"
    assert current.generation.resources == before.resources
    mended = made.rebuild(EDIT)
    assert mended.changed == ("/posts/x/index.html",)
    assert current.generation.problems == ""


def test_a_mended_error_is_news_though_the_site_is_as_before() -> None:
    made, current = session(site(), PreviewResult(None, "", (BROKEN,)), site())
    made.build_first()
    made.rebuild(EDIT)
    assert made.rebuild(EDIT).changed == ()
    assert (current.generation.number, current.generation.problems) == (3, "")


def test_the_same_error_twice_is_not_told_twice() -> None:
    made, current = session(site(), PreviewResult(None, "", (BROKEN,)), PreviewResult(None, "", (BROKEN,)))
    made.build_first()
    made.rebuild(EDIT)
    made.rebuild(EDIT)
    assert current.generation.number == 2


def test_after_a_first_build_that_did_nothing_another_one_reads_what_edits_need() -> None:
    made, current = session(replace(site(), is_repeated=True), site(), site(x=b"new"))
    made.build_first()
    before = current.generation
    outcome = made.warm_up()
    assert outcome is not None
    assert outcome.changed == ()
    assert current.generation is before
    assert made.warm_up() is None
    assert made.rebuild(EDIT).changed == ("/posts/x/index.html",)


def test_after_a_first_build_that_read_everything_nothing_more_is_done() -> None:
    made, _ = session(site())
    made.build_first()
    assert made.warm_up() is None


def test_what_an_earlier_run_has_left_is_no_news_where_it_is_as_it_was() -> None:
    first = Generation(fallback=resources({**SITE, "/style.css": b"old"}))
    assert first.is_empty
    assert first.or_fallback().is_fallback
    second = first.with_site(resources(SITE), "")
    assert (second.number, second.changed_since(0)) == (1, ("/style.css",))
    assert not second.or_fallback().is_fallback
    same = Generation(fallback=resources(SITE)).with_site(resources(SITE), "")
    assert (same.number, same.changed_since(0)) == (1, ())


def test_what_an_earlier_run_has_left_is_shown_below_the_problems_of_the_first_build() -> None:
    shown = Generation(fallback=resources(SITE)).with_problems("this is no date").or_fallback()
    assert shown.resources == resources(SITE)
    assert shown.problems == "this is no date"


def test_a_blog_with_errors_can_be_served_from_the_start() -> None:
    broken = PreviewResult(None, "", (BROKEN,))
    made, current = session(broken, site(), broken)
    assert not made.build_first().has_site
    assert current.generation.is_empty
    assert current.generation.problems
    made.rebuild(EDIT)
    assert not current.generation.is_empty
    assert made.rebuild(EDIT).has_site


def test_the_site_of_an_earlier_run_counts_as_a_site() -> None:
    made, current = session(PreviewResult(None, "", (BROKEN,)))
    current.set_fallback(resources(SITE))
    assert made.build_first().has_site


def test_where_there_is_no_blog_nothing_is_served() -> None:
    made, _ = session(Failure(Exit.USAGE, BROKEN))
    with pytest.raises(Failure):
        made.build_first()


@pytest.mark.parametrize(
    ("navigate", "change", "focus"),
    [
        (True, EDIT, "/notes/posts/x/"),
        (True, Change(("templates/base.html",)), ""),
        (True, Change(()), ""),
        (False, EDIT, ""),
    ],
)
def test_the_page_that_was_written_is_shown_to_who_wants_that(navigate: bool, change: Change, focus: str) -> None:
    made, current = session(site(), site(x=b"new"), navigate=navigate)
    made.build_first()
    made.rebuild(change)
    assert current.generation.focus == focus


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Failure(Exit.ENVIRONMENT, error("io-error", "the disk is full")), "the disk is full"),
        (OSError(28, "no space left"), "no space left"),
        (RuntimeError("an oversight"), "an oversight"),
    ],
    ids=["foreseen", "system", "bug"],
)
def test_whatever_happens_in_a_build_the_next_one_is_tried(problem: Exception, said: str) -> None:
    made, current = session(site(), problem, site(x=b"new"))
    made.build_first()
    before = current.generation
    outcome = made.rebuild(EDIT)
    assert [found.is_error for found in outcome.diagnostics] == [True]
    assert said in current.generation.problems
    assert current.generation.resources == before.resources
    assert made.rebuild(EDIT).changed == ("/posts/x/index.html",)
    assert current.generation.problems == ""


def test_a_bug_in_the_first_build_does_not_end_the_server() -> None:
    made, current = session(RuntimeError("an oversight"), site())
    made.build_first()
    assert current.generation.is_empty
    assert "an oversight" in current.generation.problems
    made.rebuild(EDIT)
    assert not current.generation.is_empty


def test_waiting_clients_go_on_after_every_build() -> None:
    made, current = session(site(), site(), PreviewResult(None, "", (BROKEN,)), Failure(Exit.USAGE, BROKEN))
    steps: list[Callable[[], object]] = [made.build_first, *[lambda: made.rebuild(EDIT)] * 3]
    for step in steps:
        current.begin_update()
        step()
        assert current.wait_until_current(0) is current.generation
        assert not current._is_updating


def advancing(
    current: CurrentSite, result: PreviewResult | Exception, *, x: bytes, navigate: bool = False
) -> PreviewSession:
    """Returns a session whose next build shows a page before it ends with this result."""

    def build() -> PreviewResult:
        current.show_pages({"/posts/x/index.html": resources({"": x})[""]})
        if isinstance(result, Exception):
            raise result
        return result

    return PreviewSession(current, build, Plain(), navigate=navigate, clock=lambda: 0.0)


def shown(current: CurrentSite) -> tuple[int, bytes | File]:
    """Returns the generation that last changed the page, and its content."""
    generation = current.generation
    return generation.changed["/posts/x/index.html"], generation.resources["/posts/x/index.html"].content


def test_a_page_in_advance_is_a_generation_of_its_own_and_no_news_later() -> None:
    made, current = session(site())
    made.build_first()
    outcome = advancing(current, site(x=b"new", style=b"new"), x=b"new").rebuild(EDIT)
    assert outcome.changed == ("/posts/x/index.html", "/style.css")
    assert shown(current) == (2, b"new")
    assert current.generation.changed_since(2) == ("/style.css",)


@pytest.mark.parametrize(("since", "focus"), [(0, ""), (1, "/notes/posts/x/"), (2, "/notes/posts/x/")])
def test_the_page_that_was_written_is_shown_to_who_missed_what_was_in_advance(since: int, focus: str) -> None:
    made, current = session(site())
    made.build_first()
    advancing(current, site(x=b"new", style=b"new"), x=b"new", navigate=True).rebuild(EDIT)
    assert current.generation.number == 3
    assert update_since(current.generation, since, "/notes/talks/").focus == focus


def test_where_nothing_else_has_changed_the_site_is_as_it_was_shown_in_advance() -> None:
    made, current = session(site())
    made.build_first()
    assert advancing(current, site(x=b"new"), x=b"new").rebuild(EDIT).changed == ("/posts/x/index.html",)
    assert (current.generation.number, *shown(current)) == (2, 2, b"new")


@pytest.mark.parametrize(
    "broken", [PreviewResult(None, "", (BROKEN,)), Failure(Exit.USAGE, BROKEN)], ids=["content", "failure"]
)
def test_a_page_in_advance_goes_with_the_build_that_fails(broken: PreviewResult | Failure) -> None:
    made, current = session(site())
    made.build_first()
    before = current.generation.resources["/posts/x/index.html"].content
    assert advancing(current, broken, x=b"new").rebuild(EDIT).diagnostics == (BROKEN,)
    assert shown(current) == (3, before)


def test_who_wants_a_page_is_known_and_waits_for_that_page_alone() -> None:
    current = CurrentSite(Generation().with_site(resources(SITE), ""))
    current.begin_update()
    went: list[bytes | File] = []

    def wait(name: str) -> None:
        went.append(current.wait_until_current(10, [name]).resources[name].content)

    waiters = [threading.Thread(target=wait, args=(name,)) for name in ("/posts/x/index.html", "/style.css")]
    for waiter in waiters:
        waiter.start()
    wait_until(lambda: set(current.requested_files()) == {"/posts/x/index.html", "/style.css"})
    current.show_pages(resources({"/posts/x/index.html": b"new"}))
    waiters[0].join(10)
    assert went == [b"new"]
    assert set(current.requested_files()) == {"/style.css"}
    current.show(current.generation)
    waiters[1].join(10)
    assert len(went) == 2
    assert not current.requested_files()


def test_who_looks_at_a_page_is_told_of_it_in_advance() -> None:
    current = CurrentSite(Generation().with_site(resources(SITE), ""))
    told: list[Generation | None] = []
    looker = threading.Thread(target=lambda: told.append(current.wait_for_newer(1, 10, ["/posts/x/index.html"])))
    looker.start()
    wait_until(current.requested_files)
    current.begin_update()
    current.show_pages(resources({"/posts/x/index.html": b"new"}))
    looker.join(10)
    assert told == [current.generation]


def test_there_is_nothing_in_advance_of_the_first_site() -> None:
    current = CurrentSite(Generation(fallback=resources(SITE)))
    current.begin_update()
    current.show_pages(resources({"/posts/x/index.html": b"new"}))
    assert current.generation == Generation(fallback=resources(SITE))


def has_waiters(current: CurrentSite, count: int) -> bool:
    return sum(current._requested.values()) == count


def test_who_came_last_is_first_among_those_who_want_something() -> None:
    current = CurrentSite(Generation().with_site(resources(SITE), ""))
    current.begin_update()
    waiters = []
    for count, name in enumerate(["/a.html", "/b.html", "/a.html"], 1):
        waiters.append(threading.Thread(target=current.wait_until_current, args=(10, [name])))
        waiters[-1].start()
        wait_until(partial(has_waiters, current, count))
    assert current.requested_files() == ("/a.html", "/b.html")
    current.show(current.generation)
    for waiter in waiters:
        waiter.join(10)
    assert current.requested_files() == ()
