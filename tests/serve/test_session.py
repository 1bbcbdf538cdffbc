"""Builds become generations: what fails leaves the last good site, what changes nothing is no news."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, warning
from afterword.server.session import Built, Session
from afterword.server.snapshot import File, Generation
from afterword.server.sse import news_since
from afterword.server.state import CurrentSite
from afterword.server.watcher import Change
from tests.serve.conftest import SITE, answers, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BROKEN = error("invalid-date", "this is no date", Place("posts/x.md", 3, 7))
ODD = warning("odd", "this is odd")


class Plain:
    """Says what is the matter in one line each."""

    def explain(self, problem: Exception) -> tuple[Diagnostic, ...]:
        return problem.diagnostics if isinstance(problem, Failure) else (error("bug", str(problem)),)

    def describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        return "\n".join(f"{found.place}: {found.message}" for found in diagnostics)


def site(**files: bytes) -> Built:
    names = {"x": "/posts/x/index.html", "style": "/style.css"}
    pages = {"posts/x.md": "/notes/posts/x/"}
    return Built(answers({**SITE, **{names[name]: data for name, data in files.items()}}), "/notes", (), pages)


def session(*results: Built | Exception, navigate: bool = False) -> tuple[Session, CurrentSite]:
    """A session whose builds give these results, one after the other."""
    stage = CurrentSite(Generation())
    left = list(results)

    def build() -> Built:
        result = left.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    clock = iter(range(100))
    return Session(stage, build, Plain(), navigate=navigate, clock=lambda: float(next(clock))), stage


EDIT = Change(("posts/x.md",))


def test_the_first_build_is_the_first_generation() -> None:
    made, stage = session(site())
    outcome = made.begin()
    assert stage.generation.number == 1
    assert set(outcome.changed) == set(SITE)
    assert outcome.seconds == 1


def test_an_edit_changes_what_it_changes() -> None:
    made, stage = session(site(), site(x=b"new"))
    made.begin()
    outcome = made.follow(EDIT)
    assert (outcome.sources, outcome.changed) == (("posts/x.md",), ("/posts/x/index.html",))
    assert stage.generation.number == 2


def test_a_build_that_changes_nothing_is_no_news() -> None:
    made, stage = session(site(), site())
    made.begin()
    before = stage.generation
    assert made.follow(EDIT).changed == ()
    assert stage.generation is before


@pytest.mark.parametrize(
    "broken", [Built(None, "", (ODD, BROKEN)), Failure(Exit.USAGE, BROKEN)], ids=["content", "settings"]
)
def test_an_error_leaves_the_last_good_site_with_what_is_the_matter(broken: Built | Failure) -> None:
    made, stage = session(site(), broken, site(x=b"new"))
    made.begin()
    before = stage.generation
    outcome = made.follow(EDIT)
    assert BROKEN in outcome.diagnostics
    assert outcome.changed == ()
    assert stage.generation.problems == "posts/x.md:3:7: this is no date"
    assert stage.generation.answers == before.answers
    mended = made.follow(EDIT)
    assert mended.changed == ("/posts/x/index.html",)
    assert stage.generation.problems == ""


def test_a_mended_error_is_news_though_the_site_is_as_before() -> None:
    made, stage = session(site(), Built(None, "", (BROKEN,)), site())
    made.begin()
    made.follow(EDIT)
    assert made.follow(EDIT).changed == ()
    assert (stage.generation.number, stage.generation.problems) == (3, "")


def test_the_same_error_twice_is_not_told_twice() -> None:
    made, stage = session(site(), Built(None, "", (BROKEN,)), Built(None, "", (BROKEN,)))
    made.begin()
    made.follow(EDIT)
    made.follow(EDIT)
    assert stage.generation.number == 2


def test_after_a_first_build_that_did_nothing_another_one_reads_what_edits_need() -> None:
    made, stage = session(replace(site(), is_repeated=True), site(), site(x=b"new"))
    made.begin()
    before = stage.generation
    outcome = made.warm_up()
    assert outcome is not None
    assert outcome.changed == ()
    assert stage.generation is before
    assert made.warm_up() is None
    assert made.follow(EDIT).changed == ("/posts/x/index.html",)


def test_after_a_first_build_that_read_everything_nothing_more_is_done() -> None:
    made, _ = session(site())
    made.begin()
    assert made.warm_up() is None


def test_what_an_earlier_run_has_left_is_no_news_where_it_is_as_it_was() -> None:
    first = Generation(early=answers({**SITE, "/style.css": b"old"}))
    assert first.is_empty
    assert first.or_early().is_early
    second = first.with_site(answers(SITE), "")
    assert (second.number, second.changes_since(0)) == (1, ("/style.css",))
    assert not second.or_early().is_early
    same = Generation(early=answers(SITE)).with_site(answers(SITE), "")
    assert (same.number, same.changes_since(0)) == (1, ())


def test_what_an_earlier_run_has_left_is_shown_below_the_problems_of_the_first_build() -> None:
    shown = Generation(early=answers(SITE)).with_problems("this is no date").or_early()
    assert shown.answers == answers(SITE)
    assert shown.problems == "this is no date"


def test_a_blog_with_errors_can_be_served_from_the_start() -> None:
    made, stage = session(Built(None, "", (BROKEN,)), site())
    made.begin()
    assert stage.generation.is_empty
    assert stage.generation.problems
    made.follow(EDIT)
    assert not stage.generation.is_empty


def test_where_there_is_no_blog_nothing_is_served() -> None:
    made, _ = session(Failure(Exit.USAGE, BROKEN))
    with pytest.raises(Failure):
        made.begin()


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
    made, stage = session(site(), site(x=b"new"), navigate=navigate)
    made.begin()
    made.follow(change)
    assert stage.generation.focus == focus


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
    made, stage = session(site(), problem, site(x=b"new"))
    made.begin()
    before = stage.generation
    outcome = made.follow(EDIT)
    assert [found.is_error for found in outcome.diagnostics] == [True]
    assert said in stage.generation.problems
    assert stage.generation.answers == before.answers
    assert made.follow(EDIT).changed == ("/posts/x/index.html",)
    assert stage.generation.problems == ""


def test_a_bug_in_the_first_build_does_not_end_the_server() -> None:
    made, stage = session(RuntimeError("an oversight"), site())
    made.begin()
    assert stage.generation.is_empty
    assert "an oversight" in stage.generation.problems
    made.follow(EDIT)
    assert not stage.generation.is_empty


def test_whoever_waits_goes_on_after_every_build() -> None:
    made, stage = session(site(), site(), Built(None, "", (BROKEN,)), Failure(Exit.USAGE, BROKEN))
    steps: list[Callable[[], object]] = [made.begin, *[lambda: made.follow(EDIT)] * 3]
    for step in steps:
        stage.announce()
        step()
        assert stage.settled(0) is stage.generation
        assert not stage._is_awaited


def advancing(stage: CurrentSite, result: Built | Exception, *, x: bytes, navigate: bool = False) -> Session:
    """A session whose next build shows a page in advance, and then gives this result."""

    def build() -> Built:
        stage.advance({"/posts/x/index.html": answers({"": x})[""]})
        if isinstance(result, Exception):
            raise result
        return result

    return Session(stage, build, Plain(), navigate=navigate, clock=lambda: 0.0)


def shown(stage: CurrentSite) -> tuple[int, bytes | File]:
    """Which generation changed the page last, and its content now."""
    generation = stage.generation
    return generation.changed["/posts/x/index.html"], generation.answers["/posts/x/index.html"].content


def test_a_page_in_advance_is_a_generation_of_its_own_and_no_news_later() -> None:
    made, stage = session(site())
    made.begin()
    outcome = advancing(stage, site(x=b"new", style=b"new"), x=b"new").follow(EDIT)
    assert outcome.changed == ("/posts/x/index.html", "/style.css")
    assert shown(stage) == (2, b"new")
    assert stage.generation.changes_since(2) == ("/style.css",)


@pytest.mark.parametrize(("since", "focus"), [(0, ""), (1, "/notes/posts/x/"), (2, "/notes/posts/x/")])
def test_the_page_that_was_written_is_shown_to_who_missed_what_was_in_advance(since: int, focus: str) -> None:
    made, stage = session(site())
    made.begin()
    advancing(stage, site(x=b"new", style=b"new"), x=b"new", navigate=True).follow(EDIT)
    assert stage.generation.number == 3
    assert news_since(stage.generation, since, "/notes/talks/").focus == focus


def test_where_nothing_else_has_changed_the_site_is_as_it_was_shown_in_advance() -> None:
    made, stage = session(site())
    made.begin()
    assert advancing(stage, site(x=b"new"), x=b"new").follow(EDIT).changed == ("/posts/x/index.html",)
    assert (stage.generation.number, *shown(stage)) == (2, 2, b"new")


@pytest.mark.parametrize(
    "broken", [Built(None, "", (BROKEN,)), Failure(Exit.USAGE, BROKEN)], ids=["content", "failure"]
)
def test_a_page_in_advance_goes_with_the_build_that_fails(broken: Built | Failure) -> None:
    made, stage = session(site())
    made.begin()
    before = stage.generation.answers["/posts/x/index.html"].content
    assert advancing(stage, broken, x=b"new").follow(EDIT).diagnostics == (BROKEN,)
    assert shown(stage) == (3, before)


def test_who_wants_a_page_is_known_and_waits_for_that_page_alone() -> None:
    stage = CurrentSite(Generation().with_site(answers(SITE), ""))
    stage.announce()
    went: list[bytes | File] = []

    def wait(name: str) -> None:
        went.append(stage.settled(10, [name]).answers[name].content)

    waiters = [threading.Thread(target=wait, args=(name,)) for name in ("/posts/x/index.html", "/style.css")]
    for waiter in waiters:
        waiter.start()
    wait_until(lambda: set(stage.list_wanted()) == {"/posts/x/index.html", "/style.css"})
    stage.advance(answers({"/posts/x/index.html": b"new"}))
    waiters[0].join(10)
    assert went == [b"new"]
    assert set(stage.list_wanted()) == {"/style.css"}
    stage.show(stage.generation)
    waiters[1].join(10)
    assert len(went) == 2
    assert not stage.list_wanted()


def test_who_looks_at_a_page_is_told_of_it_in_advance() -> None:
    stage = CurrentSite(Generation().with_site(answers(SITE), ""))
    told: list[Generation | None] = []
    looker = threading.Thread(target=lambda: told.append(stage.newer_than(1, 10, ["/posts/x/index.html"])))
    looker.start()
    wait_until(stage.list_wanted)
    stage.announce()
    stage.advance(answers({"/posts/x/index.html": b"new"}))
    looker.join(10)
    assert told == [stage.generation]


def test_there_is_nothing_in_advance_of_the_first_site() -> None:
    stage = CurrentSite(Generation(early=answers(SITE)))
    stage.announce()
    stage.advance(answers({"/posts/x/index.html": b"new"}))
    assert stage.generation == Generation(early=answers(SITE))


def has_waiters(stage: CurrentSite, count: int) -> bool:
    return sum(stage._wanted.values()) == count


def test_who_came_last_is_first_among_those_who_want_something() -> None:
    stage = CurrentSite(Generation().with_site(answers(SITE), ""))
    stage.announce()
    waiters = []
    for count, name in enumerate(["/a.html", "/b.html", "/a.html"], 1):
        waiters.append(threading.Thread(target=stage.settled, args=(10, [name])))
        waiters[-1].start()
        wait_until(partial(has_waiters, stage, count))
    assert stage.list_wanted() == ("/a.html", "/b.html")
    stage.show(stage.generation)
    for waiter in waiters:
        waiter.join(10)
    assert stage.list_wanted() == ()
