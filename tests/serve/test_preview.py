"""The preview is built by the one `build`, with the address of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.build.builder import build
from afterword.build.report import Request
from afterword.content.file_snapshot import take_snapshot
from afterword.core.diagnostics import Failure
from afterword.server.generation import load_resources
from afterword.server.preview import Preview
from tests.conftest import environ_on
from tests.serve.conftest import OpenPages, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.build.report import Report
    from afterword.server.generation import Resource
    from tests.conftest import Blog, BlogMaker

ORIGIN = "http://127.0.0.1:4000"
FILES = """
-- afterword.toml --
base_url = "https://me.example/my%20notes/"
-- posts/2026-01-01-first.md --
# First

Text.
-- posts/2026-01-02-second.md --
# Second

Text.
"""
FIRST = "posts/2026-01-01-first.md"
SECOND = "posts/2026-01-02-second.md"


@pytest.fixture
def noted(blog: BlogMaker) -> Blog:
    return blog(FILES)


@pytest.fixture
def preview(noted: Blog) -> Iterator[Preview]:
    made = Preview(Request(noted.root), environ=environ_on())
    yield made
    made.close()


def read(noted: Blog, path: str) -> str:
    return (noted.root / ".afterword/serve/site" / path).read_text()


def tags(resources: dict[str, Resource]) -> dict[str, str]:
    return {path: resource.tag for path, resource in resources.items()}


def test_the_site_has_the_address_of_the_server_and_its_own_path(noted: Blog, preview: Preview) -> None:
    built = preview.build(ORIGIN)
    assert built.base_path == preview.base_path == "/my notes"
    assert f"{ORIGIN}/my%20notes/posts/first/" in read(noted, "feed.xml")
    assert "me.example" not in read(noted, "posts/first/index.html")


def test_nothing_is_where_it_could_be_published_from(noted: Blog, preview: Preview) -> None:
    preview.build(ORIGIN)
    assert not (noted.root / "site").exists()


def test_what_an_earlier_run_has_built_is_there_at_once(noted: Blog, preview: Preview) -> None:
    assert preview.load_previous() == {}
    built = preview.build(ORIGIN)
    later = Preview(Request(noted.root), environ=environ_on())
    assert later.load_previous() == built.resources
    later.close()


def test_a_path_can_be_asked_for(noted: Blog) -> None:
    preview = Preview(Request(noted.root, base_url="/other/"), environ=environ_on())
    assert preview.base_path == "/other"


@pytest.mark.parametrize(
    "edit",
    [
        lambda noted: noted.edit(FIRST, "Text.", "More text."),
        lambda noted: noted.edit(FIRST, "# First", "# Once"),
        lambda noted: noted.remove(FIRST),
        lambda noted: noted.add("-- posts/2026-01-03-third.md --\n# Third\n"),
        lambda noted: noted.write("static/x.bin", bytes(100)),
        lambda noted: noted,
    ],
    ids=["a body", "a title", "a post less", "a post more", "a file", "nothing"],
)
def test_after_an_edit_there_is_what_was_published(noted: Blog, preview: Preview, edit: object) -> None:
    assert callable(edit)
    preview.build(ORIGIN)
    edit(noted)
    built = preview.build(ORIGIN)
    assert built.resources == load_resources(noted.root / ".afterword/serve/site")


def test_with_an_error_there_is_no_site_and_then_there_is_again(noted: Blog, preview: Preview) -> None:
    preview.build(ORIGIN)
    noted.edit(FIRST, "# First", "---\ntitle: [\n---")
    broken = preview.build(ORIGIN)
    assert broken.resources is None
    assert [found.id for found in broken.diagnostics] == ["yaml-syntax"]
    noted.edit(FIRST, "title: [", "title: First")
    assert preview.build(ORIGIN).resources == load_resources(noted.root / ".afterword/serve/site")


def test_a_file_that_another_program_has_changed_is_put_right_by_the_next_build(noted: Blog, preview: Preview) -> None:
    preview.build(ORIGIN)
    page = noted.root / ".afterword/serve/site/posts/second/index.html"
    good = page.read_text()
    page.write_text("changed by hand")
    noted.edit(FIRST, "Text.", "More text.")
    built = preview.build(ORIGIN)
    assert page.read_text() == good
    assert built.resources == load_resources(noted.root / ".afterword/serve/site")


def test_the_pages_of_sources_are_known_after_an_edit(noted: Blog, preview: Preview) -> None:
    preview.build(ORIGIN)
    noted.edit(FIRST, "Text.", "More text.")
    assert preview.build(ORIGIN).pages[FIRST] == "/my%20notes/posts/first/"


def test_where_there_is_no_blog_there_is_no_preview(blog: BlogMaker) -> None:
    empty = blog()
    with pytest.raises(Failure):
        Preview(Request(empty.root), environ={})


@pytest.mark.parametrize("state", [None, "elsewhere"])
def test_settings_that_are_corrected_at_the_start_do_not_publish_drafts(
    noted: Blog, monkeypatch: pytest.MonkeyPatch, state: str | None
) -> None:
    """The settings are read twice: the second time, to report the errors in posts, too."""
    noted.write("drafts/idea.md", "# Secret\n").write("afterword.toml", "paginate = 0\n")

    def correct_and_build(request: Request, *, environ: Mapping[str, str]) -> Report:
        noted.write("afterword.toml", "paginate = 5\n")
        return build(request, environ=environ)

    monkeypatch.setattr("afterword.server.preview.build", correct_and_build)
    request = Request(noted.root, drafts=True, state=noted.root / state if state else None)
    with pytest.raises(Failure):
        Preview(request, environ=environ_on())
    assert not (noted.root / "site").exists()
    assert not (noted.root / ".afterword/cache.db").exists()


def test_errors_of_settings_come_with_those_of_posts(noted: Blog) -> None:
    noted.write("afterword.toml", "paginate = 0\n").write(FIRST, "---\ntitle: [\n---\n")
    with pytest.raises(Failure) as failure:
        Preview(Request(noted.root, drafts=True), environ=environ_on())
    assert [found.id for found in failure.value.diagnostics] == ["invalid-setting", "yaml-syntax"]


MENTION = "-- posts/2026-01-03-third.md --\n# Third\n\nSee [the second](2026-01-02-second.md).\n"


def test_errors_in_settings_and_posts_are_reported_at_once(noted: Blog, preview: Preview) -> None:
    preview.build(ORIGIN)
    noted.write("afterword.toml", "tilte = 1").edit(FIRST, "# First", "---\ndraft: maybe\n---")
    for fails in (
        lambda: preview.build(ORIGIN),
        lambda: Preview(Request(noted.root), environ=environ_on()),
    ):
        with pytest.raises(Failure) as caught:
            fails()
        assert [found.id for found in caught.value.diagnostics] == ["unknown-setting", "invalid-type"]


@pytest.mark.parametrize(
    ("edit", "new_assets"),
    [
        (lambda noted: noted.edit(SECOND, "Text.", "More text."), 0),
        (lambda noted: noted.edit(SECOND, "# Second", "# Twice"), 0),
        (lambda noted: noted.add(MENTION), 0),
        (lambda noted: noted.write("templates/partials/site-footer.html", b"<footer>Mine.</footer>"), 0),
        (lambda noted: noted.write("static/style.css", b"main { color: #123 }"), 1),
    ],
    ids=["a body", "a title", "a mention", "a template", "the style sheet"],
)
def test_a_page_that_is_requested_is_there_before_the_rest(
    noted: Blog, preview: Preview, edit: object, new_assets: int
) -> None:
    assert callable(edit)
    before = preview.build(ORIGIN).resources
    edit(noted)
    requested = {"/posts/second/index.html", "/posts/second/index.html.html", "/posts/gone/index.html"}
    after = preview.build(ORIGIN, browser := OpenPages(lambda: requested)).resources
    assert before is not None
    assert after is not None
    pages = {
        path: resource.tag for path, resource in browser.shown[0].items() if path not in before or path in requested
    }
    assert len(pages) == 1 + new_assets
    assert pages == {path: after[path].tag for path in pages}
    assert pages["/posts/second/index.html"] != before["/posts/second/index.html"].tag


def test_nothing_is_made_in_advance_where_something_is_wrong(noted: Blog, preview: Preview) -> None:
    preview.build(ORIGIN)
    noted.edit(FIRST, "# First", "---\ntitle: [\n---")
    browser = OpenPages(lambda: {"/posts/first/index.html"})
    assert preview.build(ORIGIN, browser).resources is None
    assert browser.shown == []


def test_a_page_that_cannot_be_printed_is_not_there_in_advance(noted: Blog, preview: Preview) -> None:
    preview.build(ORIGIN)
    noted.write("templates/post.html", b"{{ nothing }}")
    browser = OpenPages(lambda: {"/posts/first/index.html"})
    assert preview.build(ORIGIN, browser).resources is None
    assert "/posts/first/index.html" not in browser.shown[0]


def test_a_server_that_finds_nothing_changed_says_so_once(noted: Blog, preview: Preview) -> None:
    wait_until(lambda: not take_snapshot(noted.root, ()).fresh)
    preview.build(ORIGIN)
    later = Preview(Request(noted.root), environ=environ_on())
    first, second = later.build(ORIGIN), later.build(ORIGIN)
    later.close()
    assert (first.is_repeated, second.is_repeated) == (True, False)
    assert first.resources == second.resources == preview.load_previous()


def test_a_list_of_the_whole_blog_holds_no_page_up(noted: Blog, preview: Preview) -> None:
    preview.build(ORIGIN)
    noted.edit(FIRST, "# First", "# Once")
    requested = {"/archive/index.html", "/index.html", "/posts/first/index.html"}
    preview.build(ORIGIN, browser := OpenPages(lambda: requested))
    assert {path for path in browser.shown[0] if path.endswith(".html")} == {"/index.html", "/posts/first/index.html"}


def test_no_request_waits_for_a_file_that_stays_as_it_is(noted: Blog, preview: Preview) -> None:
    noted.write("static/a.bin", b"a").write("static/b.bin", b"b")
    before = preview.build(ORIGIN).resources
    assert before is not None
    noted.write("static/b.bin", b"c").edit(FIRST, "Text.", "More text.")
    preview.build(ORIGIN, browser := OpenPages())
    assert browser.shown[0]["/a.bin"] == before["/a.bin"]
    assert "/b.bin" not in browser.shown[0]
    assert {path for path in browser.shown[0] if path.endswith(".css")}
    assert all(resource == before[path] for path, resource in browser.shown[0].items())


def test_an_asset_that_changes_meanwhile_is_not_shown_under_its_old_name(noted: Blog, preview: Preview) -> None:
    noted.write("static/style.css", b"main { color: #111 }")
    before = preview.build(ORIGIN).resources
    assert before is not None
    noted.write("static/style.css", b"main { color: #222 }")

    def save_again() -> tuple[str, ...]:
        noted.write("static/style.css", b"main { color: #333 }")
        return ("/posts/first/index.html",)

    preview.build(ORIGIN, browser := OpenPages(save_again))
    assert "/posts/first/index.html" in browser.shown[0]
    assert not {path for path in browser.shown[0].keys() - before.keys() if path.endswith(".css")}


def test_of_many_pages_those_that_were_asked_for_first_are_made(noted: Blog, preview: Preview) -> None:
    noted.add("".join(f"-- posts/2026-02-{day:02}-p{day}.md --\n# P{day}\n" for day in range(1, 15)))
    preview.build(ORIGIN)
    noted.edit(FIRST, "Text.", "More text.")
    requested = tuple(f"/posts/p{day}/index.html" for day in range(14, 0, -1))
    preview.build(ORIGIN, browser := OpenPages(lambda: requested))
    assert [path for path in browser.shown[0] if path.startswith("/posts/")] == list(requested[:8])
