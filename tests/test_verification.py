"""`--verify`: a clean build of the same sources, elsewhere, must give the same site; what differs is named."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from afterword.build import builder
from afterword.build import verify as verification
from afterword.build.builder import build
from afterword.build.report import Report, Request
from afterword.build.site_delta import Delta
from afterword.build.workers.pool import no_progress
from afterword.cli.main import run
from afterword.core.diagnostics import Exit, Place
from afterword.site.related import Edit
from afterword.templates import filters
from tests.conftest import TODAY, Blog, environ_on

if TYPE_CHECKING:
    from afterword.site.model import Site
    from tests.conftest import BlogMaker

FILES = """
-- posts/2026-01-01-first.md --
# First

One.
-- posts/2026-01-02-second.md --
# Second

Two.
-- templates/page.html --
{{ post.title|upper }}
-- pages/about.md --
# About

Me.
"""


def verify(blog: Blog, **options: bool) -> Report:
    request = replace(Request(blog.root, jobs=1, verify=True), **options)
    return build(request, environ=environ_on())


def test_deterministic_site_passes_verification(blog: BlogMaker) -> None:
    made = blog(FILES)
    made.build()
    made.edit("posts/2026-01-01-first.md", "One", "One and a half")
    report = verify(made)
    assert (report.exit_code, report.diagnostics) == (Exit.DONE, ())
    assert set(report.rendered) == {"feed.json", "feed.xml", "index.html", "llms.txt", "posts/first/index.html"}
    assert "One and a half" in made.page("/posts/first/")


def test_nothing_is_left_of_the_clean_build(blog: BlogMaker) -> None:
    made = blog(FILES)
    verify(made)
    assert {path.name for path in (made.root / ".afterword").iterdir()} == {".gitignore", "cache.db", "cache.seal"}


def test_a_build_without_cache_can_be_verified(blog: BlogMaker) -> None:
    made = blog(FILES)
    report = verify(made, cache=False)
    assert (report.exit_code, report.diagnostics) == (Exit.DONE, ())
    assert not (made.root / ".afterword/cache.db").exists()


def test_errors_come_before_any_verification(blog: BlogMaker) -> None:
    report = verify(blog(FILES).edit("posts/2026-01-01-first.md", "One", "[One](nowhere.md)"))
    assert [found.id for found in report.diagnostics] == ["broken-link"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter `moment` that gives another text each time."""
    ticks = count()
    ours = filters.make_filters

    def tick(title: str) -> str:
        return f"{title} at {next(ticks)}"

    monkeypatch.setattr(filters, "make_filters", lambda address: {**ours(address), "moment": tick})


@pytest.mark.usefixtures("clock")
def test_a_filter_that_is_not_pure_is_found_by_its_template(blog: BlogMaker) -> None:
    made = blog(FILES.replace("upper", "moment"))
    made.build()
    report = verify(made)
    assert report.exit_code is Exit.CONTENT
    (found,) = report.diagnostics
    assert (found.id, found.place) == ("nondeterministic-output", Place("templates/page.html"))
    assert found.message == "`about/index.html` differs from a clean build"
    assert "report this bug" in found.hint


def test_an_answer_that_changed_unnoticed_is_named(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    def overlook(site: Site, *_: object, **__: object) -> Delta:
        return Delta(
            site,
            Edit(frozenset(), frozenset(), frozenset()),
            frozenset(),
            order=False,
        )

    made = blog(FILES)
    made.build()
    made.edit("posts/2026-01-01-first.md", "One", "One and a half")
    monkeypatch.setattr("afterword.build.render_pages.compare", overlook)
    report = verify(made)
    assert report.exit_code is Exit.CONTENT
    hints = {found.message.split("`")[1]: found.hint for found in report.diagnostics}
    assert set(hints) == {"feed.json", "feed.xml", "index.html", "llms.txt", "posts/first/index.html"}
    assert hints["posts/first/index.html"].startswith("a change of `posts/2026-01-01-first.md` (")
    assert "report this bug" in hints["feed.xml"]


@pytest.mark.parametrize("damage", ["site/index.html", "site/style.css"])
def test_file_changed_by_another_program_is_reported(
    blog: BlogMaker, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    made = blog(f"{FILES}-- static/style.css --\na {{}}\n")
    made.build()
    report = made.build()

    monkeypatch.setattr(builder, "_build", lambda *_, **__: report)
    made.write(damage, "tampered")
    (found,) = verify(made).diagnostics
    assert damage.removeprefix("site/") in found.message


@pytest.mark.usefixtures("clock")
def test_an_old_cache_is_not_read_without_cache(blog: BlogMaker) -> None:
    """In the old cache the page has another title, which is not why it differs now."""
    made = blog(FILES.replace("upper", "moment"))
    made.build()
    made.edit("pages/about.md", "# About", "# About me")
    (found,) = verify(made, cache=False).diagnostics
    assert found.place == Place("templates/page.html")
    assert "report this bug" in found.hint


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("state", [".afterword", "elsewhere"])
def test_the_cache_is_read_where_the_build_wrote_it(blog: BlogMaker, state: str) -> None:
    made = blog(FILES.replace("upper", "moment"))
    request = Request(made.root, jobs=1, state=made.root / state)
    build(request, environ=environ_on())
    report = build(replace(request, verify=True), environ=environ_on())
    assert [found.place for found in report.diagnostics] == [Place("templates/page.html")]


def test_a_verification_records_no_urls(blog: BlogMaker) -> None:
    made = blog(FILES)
    made.build()
    made.write("afterword.lock", "")
    recorded = (made.root / "afterword.lock").read_bytes()
    request = Request(made.root, jobs=1, verify=True, record_urls=True)
    environ = environ_on()
    verified = verification.verify(request, made.build(), environ, no_progress)
    assert (verified.exit_code, (made.root / "afterword.lock").read_bytes()) == (Exit.DONE, recorded)
    build(request, environ=environ)
    assert (made.root / "afterword.lock").read_bytes() != recorded, "the build itself records them"


@pytest.fixture
def here(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """A blog in the current folder."""
    made = blog(FILES)
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    return made


@pytest.mark.usefixtures("clock")
def test_the_command_says_what_differs(here: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "--verify"]) == 0
    capsys.readouterr()
    here.edit("templates/page.html", "upper", "moment")
    assert run(["build", "--verify"]) == 1
    said = capsys.readouterr().err
    assert "error[nondeterministic-output]: `about/index.html` differs from a clean build" in said
    assert "templates/page.html" in said
    assert here.page("/about/").startswith("About at ")


@pytest.mark.usefixtures("here")
def test_the_command_explains_each_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "--explain"]) == 0
    assert "posts/first/index.html: new page\n" in capsys.readouterr().out
    assert run(["build", "--explain"]) == 0
    assert "no pages rendered" in capsys.readouterr().out
