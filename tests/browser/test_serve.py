"""`afterword serve`, used: an author saves, and the page beside the editor shows it, at the same place."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import fill
from tests.serve.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

X = "posts/2026-01-01-x.md"
PARAGRAPHS = "\n\n".join(f"Paragraph {number} says enough to fill a line or two of the page." for number in range(60))
FILES = {
    X: "---\ntitle: A talk\ntags: [llm]\n---\nIt begins.\n\n"
    "<details><summary>More</summary>\n\nHidden.\n\n</details>\n\n"
    f"{PARAGRAPHS}\n\nThe word is old.\n",
    "posts/2026-01-02-y.md": "---\ntitle: Another\ntags: [python]\n---\nSomething else.\n",
    "drafts/unfinished.md": "# Not finished\n\nText.\n",
    "posts/2999-01-01-later.md": "# Later\n\nText.\n",
    "afterword.toml": 'title = "Notes"\nbase_url = "https://me.example/notes/"\n',
}

VISIBILITY = """
let isSeen = true;
Object.defineProperty(Document.prototype, "visibilityState", { get: () => isSeen ? "visible" : "hidden" });
window.look = (now) => { isSeen = now; document.dispatchEvent(new Event("visibilitychange")); };
"""
"""Tabs that can be put into the background, which those of a browser without a window never are."""

RECORD = """async () => {
  const canvas = document.createElement("canvas");
  const paint = setInterval(() => canvas.getContext("2d").fillRect(Math.random() * 99, 9, 9, 9), 20);
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const stopped = new Promise((done) => (recorder.onstop = done));
  recorder.start();
  await new Promise((done) => setTimeout(done, 1500));
  recorder.stop();
  await stopped;
  clearInterval(paint);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A blog with the default theme, published below `/notes/`, which is served."""
    running = Served(fill(tmp_path, FILES))
    yield running
    running.end()


@pytest.fixture
def context(chromium: Any) -> Iterator[Any]:
    made = chromium.new_context(viewport={"width": 900, "height": 600})
    yield made
    made.close()


@pytest.fixture
def tab(context: Any, served: Served) -> Callable[[str], Any]:
    """Opens a page of the blog in a tab (see `open_page`)."""
    return lambda path: open_page(context, f"{served.url}{path}")


def open_page(context: Any, url: str) -> Any:
    """Open a page in a tab that listens, in which `window.marked` tells whether it was loaded again."""
    page = context.new_page()
    with (
        page.expect_request(lambda request: "/events?" in request.url),
        page.expect_response(lambda response: response.request.resource_type == "fetch"),
    ):
        page.goto(url, wait_until="load")
    page.evaluate("window.marked = true")
    return page


def is_marked(page: Any) -> bool:
    return bool(page.evaluate("window.marked === true"))


def scroll_down(page: Any) -> float:
    """Scroll to the middle; where that is."""
    return float(page.evaluate("scrollTo({ top: 700, behavior: 'instant' }), scrollY"))


def wait_for_text(page: Any, selector: str, text: str) -> None:
    condition = "([selector, text]) => document.querySelector(selector)?.textContent.includes(text)"
    page.wait_for_function(condition, arg=[selector, text])


@pytest.mark.parametrize(
    ("path", "old", "new", "selector", "shown"),
    [
        (X, "The word is old.", "The word is new.", "main", "The word is new."),
        (X, "title: A talk", "title: A better talk", "h1", "A better talk"),
        (X, "title: A talk", "title: A better talk", "title", "A better talk"),
        (X, "tags: [llm]", "tags: [llm, agents]", "main", "agents"),
        ("afterword.toml", '"Notes"', '"Margins"', "header", "Margins"),
    ],
    ids=["body", "title", "title of the window", "tag", "settings"],
)
def test_an_edit_is_shown_in_place(
    served: Served, tab: Callable[[str], Any], path: str, old: str, new: str, selector: str, shown: str
) -> None:
    page, other = tab("posts/x/"), tab("posts/y/")
    page.evaluate("document.querySelector('details').open = true")
    place = scroll_down(page)
    served.edit(path, old, new)
    wait_for_text(page, selector, shown)
    assert page.evaluate("scrollY") == place
    assert is_marked(page), "it was changed, and not loaded again"
    assert page.evaluate("document.querySelector('details').open")
    assert is_marked(other)


def test_a_selection_stays(served: Served, tab: Callable[[str], Any]) -> None:
    page = tab("posts/x/")
    page.evaluate("getSelection().selectAllChildren([...document.querySelectorAll('main p')].at(5))")
    before = page.evaluate("getSelection().toString()")
    served.edit(X, "The word is old.", "The word is new.")
    wait_for_text(page, "main", "The word is new.")
    assert before
    assert page.evaluate("getSelection().toString()") == before


def test_another_page_is_left_alone(served: Served, tab: Callable[[str], Any]) -> None:
    other = tab("posts/y/")
    requests: list[str] = []
    other.on("request", lambda request: requests.append(request.url))
    served.edit(X, "The word is old.", "The word is new.")
    page = tab("posts/x/")
    wait_for_text(page, "main", "The word is new.")
    assert requests == []
    assert is_marked(other)


def test_a_style_sheet_is_exchanged(served: Served, tab: Callable[[str], Any]) -> None:
    page = tab("posts/x/")
    for color in ("rgb(1, 2, 3)", "rgb(4, 5, 6)"):
        place = scroll_down(page)
        served.write("static/style.css", f"* {{ overflow-anchor: none }} body {{ background: {color} }}")
        condition = "(color) => getComputedStyle(document.body).backgroundColor === color"
        page.wait_for_function(condition, arg=color)
        assert page.evaluate("scrollY") == place
    assert is_marked(page)


def test_a_template_is_shown_at_the_same_place(served: Served, tab: Callable[[str], Any]) -> None:
    page, home = tab("posts/x/"), tab("")
    place = scroll_down(page)
    served.write(
        "templates/post.html",
        "{% extends 'base.html' %}{% block main %}<h1>{{ post.title }}, mine</h1>{{ post.content }}{% endblock %}",
    )
    wait_for_text(page, "h1", "A talk, mine")
    page.wait_for_function("place => scrollY === place", arg=place)
    assert is_marked(home), "it is of another template"


def test_a_renamed_post_is_at_its_new_place(served: Served, tab: Callable[[str], Any]) -> None:
    page, home, draft = tab("posts/x/"), tab(""), tab("posts/unfinished/")
    has_link = "path => document.querySelector(`main a[href$='${path}']`) !== null"
    (served.root / X).rename(served.root / "posts/2026-01-01-z.md")
    page.wait_for_function("() => !document.title.startsWith('A talk')")
    home.wait_for_function(has_link, arg="/notes/posts/z/")
    assert b"A talk" in served.get("/notes/posts/z/")
    (served.root / "posts/2026-01-01-z.md").rename(served.root / X)
    wait_for_text(page, "h1", "A talk")
    home.wait_for_function(has_link, arg="/notes/posts/x/")
    assert is_marked(home)
    assert is_marked(draft)


def test_a_deleted_post_is_gone(served: Served, tab: Callable[[str], Any]) -> None:
    page, home, draft = tab("posts/x/"), tab(""), tab("posts/unfinished/")
    wait_for_text(home, "main", "A talk")
    (served.root / X).unlink()
    page.wait_for_function("() => !document.title.startsWith('A talk')")
    home.wait_for_function("() => !document.querySelector('main').textContent.includes('A talk')")
    assert is_marked(home)
    assert is_marked(draft)


@pytest.mark.parametrize(
    ("path", "good", "bad", "shown"),
    [
        (X, "title: A talk", "title: A talk\ndraft: maybe", f"{X}:3:8"),
        ("templates/404.html", "<p>nothing</p>", "<p>{% if %}</p>", "templates/404.html:1"),
        ("afterword.toml", "title =", "tilte =", "afterword.toml:1:1"),
    ],
    ids=["post", "template", "settings"],
)
def test_a_mistake_is_shown_over_the_last_good_page_until_it_is_mended(
    served: Served, tab: Callable[[str], Any], path: str, good: str, bad: str, shown: str
) -> None:
    if not (served.root / path).exists():
        before = served.builds
        served.write(path, good)
        served.wait_for(lambda: served.builds > before)
    page = tab("posts/x/")
    place = scroll_down(page)
    for _ in range(2):
        served.edit(path, good, bad)
        page.wait_for_selector("#afterword-problems:popover-open")
        problems = page.inner_text("#afterword-problems")
        assert shown in problems
        assert "error[" in problems
        assert page.evaluate("scrollY") == place
        assert "The word is old." in page.inner_text("main")

        fresh = tab("posts/y/")
        assert shown in fresh.inner_text("#afterword-problems")
        fresh.close()

        served.edit(path, bad, good)
        page.wait_for_selector("#afterword-problems", state="detached")
        assert page.evaluate("scrollY") == place
    assert is_marked(page)


def test_a_video_plays_on(served: Served, tab: Callable[[str], Any], context: Any) -> None:
    studio = context.new_page()
    (served.root / "static").mkdir()
    (served.root / "static/clip.webm").write_bytes(base64.b64decode(studio.evaluate(RECORD)))
    served.edit(X, "It begins.", '<video src="/clip.webm" loop muted></video>\n\nIt begins.')
    page = tab("posts/x/")
    page.evaluate(
        """async () => {
          window.video = document.querySelector("video");
          window.interruptions = [];
          const note = (event) => interruptions.push(event.type);
          for (const name of ["pause", "emptied", "abort"]) video.addEventListener(name, note);
          await video.play();
        }"""
    )
    served.edit(X, "The word is old.", "The word is new.\n\nAnd another paragraph.")
    wait_for_text(page, "main", "And another paragraph.")
    assert page.evaluate("video === document.querySelector('video') && !video.paused")
    page.evaluate("new Promise((done) => video.addEventListener('timeupdate', done, { once: true }))")
    assert page.evaluate("interruptions") == []


def test_twelve_tabs_load_and_the_one_that_is_looked_at_is_kept_new(served: Served, context: Any) -> None:
    context.add_init_script(VISIBILITY)
    pages: list[Any] = []
    for number in range(12):
        for page in pages[-1:]:
            page.evaluate("look(false)")
        page = context.new_page()
        page.goto(f"{served.url}posts/{'xy'[number % 2]}/", wait_until="load")
        pages.append(page)
    pages[-1].evaluate("look(false)")
    served.edit(X, "The word is old.", "The word is new.")
    assert "The word is old." in pages[0].inner_text("main"), "the page is not open"
    pages[0].evaluate("look(true)")
    wait_for_text(pages[0], "main", "The word is new.")


def test_twelve_windows_that_are_all_looked_at_become_new(served: Served, chromium: Any) -> None:
    windows = [chromium.new_context() for _ in range(12)]
    try:
        pages = [
            open_page(window, f"{served.url}posts/{'xy'[number % 4 == 3]}/") for number, window in enumerate(windows)
        ]
        for word in ("new", "newer"):
            served.replace(X, (served.root / X).read_text().rsplit("The word is ", 1)[1], f"{word}.\n")
            for page in pages[:3] + pages[4:7] + pages[8:11]:
                wait_for_text(page, "main", f"The word is {word}.")
        assert [is_marked(page) for page in pages] == [True] * 12
    finally:
        for window in windows:
            window.close()


def test_drafts_and_posts_of_the_future_are_marked(served: Served, tab: Callable[[str], Any]) -> None:
    home = tab("")
    badges = home.eval_on_selector_all(".badge", "badges => badges.map(badge => badge.textContent)")
    assert sorted(badges) == ["Draft", "Not published yet"]
    served.replace("drafts/unfinished.md", "Text.", "More text.")
    page = tab("posts/later/")
    assert "Not published yet" in page.inner_text("main")


def test_the_page_that_is_written_is_shown_to_who_wants_that(tmp_path: Path, context: Any) -> None:
    served = Served(fill(tmp_path, FILES), "--navigate")
    try:
        page = context.new_page()
        with page.expect_request(lambda request: "/events?" in request.url):
            page.goto(served.url, wait_until="load")
        served.edit(X, "The word is old.", "The word is new.")
        page.wait_for_url(f"{served.url}posts/x/")
        wait_for_text(page, "main", "The word is new.")
    finally:
        served.end()
