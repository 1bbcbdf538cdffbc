"""A build may be killed, or fail, at any change of the file system: nothing is torn or lost, and the next one finishes.

Each scenario is run once for every change that publishing makes, in a forked child that dies (or gets an error from the
system) right before it.
"""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Exit, Failure
from tests.publishing import Tree, die, folders, leftovers, put, run_until, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

SITE: Tree = {
    "index.html": b"<h1>Notes</h1>",
    "about/index.html": b"about",
    "posts/a/index.html": b"first",
    "posts/b/index.html": b"second",
    "posts/b/chart.png": b"\x89PNG",
    "style.css": b"body {}",
    "feed.xml": b"<feed/>",
}


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed process loses nothing that the kernel has, so these tests need not wait until the disk has it too."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@dataclass(frozen=True)
class Scenario:
    """A site before and after a build; without one before, the output is not there yet."""

    before: Tree | None
    after: Tree


def without(site: Tree, *paths: str) -> dict[str, bytes]:
    return {path: content for path, content in site.items() if path not in paths}


SCENARIOS = {
    "first build": Scenario(None, SITE),
    "one edit": Scenario(SITE, {**SITE, "posts/a/index.html": b"first, better", "feed.xml": b"<feed>a</feed>"}),
    "pages removed": Scenario(
        SITE, {**without(SITE, "posts/b/index.html", "posts/b/chart.png", "about/index.html"), "index.html": b"fewer"}
    ),
    "pages renamed": Scenario(
        SITE,
        {
            **without(SITE, "posts/a/index.html", "posts/b/index.html", "posts/b/chart.png"),
            "notes/a/index.html": b"first",
            "notes/b/index.html": b"second",
            "notes/b/chart.png": b"\x89PNG",
            "index.html": b"moved",
        },
    ),
    "files and folders swapped": Scenario(
        {**SITE, "talks": b"a file", "tags/llm/index.html": b"llm"},
        {**SITE, "talks/index.html": b"a folder now", "tags": b"a file now"},
    ),
}

LATER = without({**SITE, "index.html": b"later"}, "posts/a/index.html", "about/index.html")
"""A site after one more edit, which removes pages."""


def run_at_every_change(
    tmp_path: Path,
    scenario: Scenario,
    at_change: Callable[[], None],
    build: Callable[[Tree, Path], object] = put,
    *,
    lasting: bool = False,
) -> Iterator[Path]:
    """Run a scenario's build once for each of its changes; give the output as each run left it."""
    prepared = tmp_path / "prepared"
    prepared.mkdir()
    if scenario.before is not None:
        put(scenario.before, prepared / "site")
    for change in count(1):
        work = tmp_path / str(change)
        shutil.copytree(prepared, work)
        site = work / "site"
        if run_until(change, partial(build, scenario.after, site), at_change, lasting=lasting):
            assert change > 1, "the build changed nothing"
            return
        yield site
        shutil.rmtree(work)


def check_whole(site: Path, scenario: Scenario) -> None:
    """Every file is an old or a new one as a whole, and what is in both sites is there."""
    before, after = scenario.before or {}, scenario.after
    found = tree(site)
    for path, content in found.items():
        assert content in (before.get(path), after.get(path)), f"{path} is torn"
    assert before.keys() & after.keys() <= found.keys()
    if scenario.before is None:
        assert found in ({}, after)


def check_exact(site: Path, expected: Tree) -> None:
    """The output holds this site, and no trace of anything else."""
    assert tree(site) == expected
    assert folders(site) == {parent.as_posix() for path in expected for parent in Path(path).parents} - {"."}
    assert leftovers(site) == []


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_a_build_that_is_killed_is_finished_by_the_next(tmp_path: Path, scenario: Scenario) -> None:
    kills = 0
    for site in run_at_every_change(tmp_path, scenario, die):
        check_whole(site, scenario)
        later = site.parent.with_name(f"{site.parent.name}-later") / "site"
        shutil.copytree(site.parent, later.parent)
        put(scenario.after, site)
        check_exact(site, scenario.after)
        put(LATER, later)
        check_exact(later, LATER)
        kills += 1
    assert kills >= 15


def test_a_build_that_is_killed_twice_is_finished_by_the_next(tmp_path: Path) -> None:
    """The second build, of another edit, dies somewhere else than the first."""
    for first, site in enumerate(run_at_every_change(tmp_path, SCENARIOS["pages renamed"], die), 1):
        run_until(1 + first * 7 % 29, partial(put, LATER, site), die)
        put(LATER, site)
        check_exact(site, LATER)


@pytest.mark.parametrize(
    ("name", "number", "lasting"),
    [
        ("first build", errno.ENOSPC, False),
        ("first build", errno.EROFS, True),
        ("one edit", errno.EIO, False),
        ("pages removed", errno.EACCES, False),
        ("pages removed", errno.ENOSPC, True),
        ("files and folders swapped", errno.ENOSPC, False),
    ],
)
def test_an_error_of_the_system_is_a_failure_in_words(tmp_path: Path, name: str, number: int, lasting: bool) -> None:
    scenario = SCENARIOS[name]

    def fail() -> None:
        raise OSError(number, os.strerror(number))

    def build(site: Tree, folder: Path) -> None:
        try:
            put(site, folder)  # which succeeds where the error is in tidying up
        except Failure as failure:
            (diagnostic,) = failure.diagnostics
            expected = [Exit.ENVIRONMENT, True, True]
            reason = os.strerror(number).lower()
            found = [failure.exit_code, str(folder) in diagnostic.message, reason in diagnostic.message]
            assert found == expected, diagnostic.message

    for site in run_at_every_change(tmp_path, scenario, fail, build, lasting=lasting):
        check_whole(site, scenario)
        put(scenario.after, site)
        check_exact(site, scenario.after)


def test_an_error_in_staging_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put(SITE, site)
    before = tree(site)
    missing = tmp_path / "blog/static/gone.png"
    with pytest.raises(Failure, match="does not exist"):
        put({**LATER, "a.css": b"new", "z.png": missing}, site)  # type: ignore[dict-item]
    assert tree(site) == before
    assert leftovers(site) == []
