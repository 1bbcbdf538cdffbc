"""Open pages, in a real browser, under the policy of published pages: they become what was saved and lose nothing."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from afterword.server.generation import Generation, LiveReload, Resource
from afterword.server.server import Server
from afterword.server.state import CurrentSite
from tests.serve.conftest import TOKEN, resources, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)

NOTES = [
    "<h2 id=one>One</h2>",
    "<p>The first paragraph.</p>",
    "<details><summary>More</summary><p>Hidden.</p></details>",
    "<figure><video muted></video></figure>",
    '<div class="code"><pre>print(1)</pre></div>',
    *(f"<p>Paragraph {number}.</p>" for number in range(60)),
    "<p>The last paragraph.</p>",
]


def page_of(
    notes: list[str], *, title: str = "A talk", sheet: str = "style.1.css", head: str = "", minutes: int = 3
) -> bytes:
    body = "\n".join(notes)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{title}</title>
<meta name="description" content="About {title}">
<link rel="stylesheet" href="/notes/{sheet}">
<link rel="stylesheet" href="/notes/own.css">
<script src="/notes/theme.js" defer></script>
{head}
</head>
<body>
<header><a href="/notes/">Blog</a></header>
<main><article><h1>{title}</h1><p class="meta">{minutes} min</p>
<div class="prose">
{body}
</div>
</article></main>
<footer>The end</footer>
</body>
</html>
""".encode()


THEME = b"""
for (const pre of document.querySelectorAll(".code pre")) {
  const button = document.createElement("button");
  button.textContent = "Copy";
  pre.after(button);
}
document.body.append(document.createElement("dialog"));
document.documentElement.dataset.scheme = "dark";
"""

DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="10"></svg>'

FILES = {
    "/talk/index.html": page_of(NOTES),
    "/other/index.html": page_of(["<p>Another page.</p>"], title="Other"),
    "/404.html": page_of(["<p>Nothing here.</p>"], title="Not found"),
    "/style.1.css": b"h1 { color: rgb(1, 1, 1) }",
    "/own.css": b"h1 { margin-left: 1px }",
    "/theme.js": THEME,
    "/dot.svg": DOT % 10,
}


class Site:
    """A served site, whose files a test changes."""

    def __init__(self, current: CurrentSite, server: Server) -> None:
        self.current = current
        self.server = server
        self.files = dict(FILES)

    def change(self, **changed: bytes) -> None:
        """Show a generation with other content: `talk` is a page, `own_css` a file."""
        names = {"talk": "/talk/index.html", "other": "/other/index.html", "late": "/late/index.html"}
        self.put({names.get(name, f"/{name.replace('_', '.')}"): content for name, content in changed.items()})

    def put(self, changed: dict[str, bytes], *, gone: tuple[str, ...] = ()) -> None:
        """Show a generation with these files changed, and some gone."""
        self.files = {path: data for path, data in {**self.files, **changed}.items() if path not in gone}
        self.current.show(self.current.generation.with_site(resources(self.files), "/notes"))

    def url(self, path: str) -> str:
        return f"{self.server.origin}/notes{path}"


def make_live() -> LiveReload:
    """The script as it is, under a secret that is known."""
    script = files("afterword.server").joinpath("live.js").read_bytes()
    return LiveReload(TOKEN, Resource(script, "text/javascript; charset=utf-8", "live"))


@pytest.fixture
def site() -> Iterator[Site]:
    current = CurrentSite(Generation(live=make_live()))
    server = Server(current, "127.0.0.1", 0)
    server.start()
    made = Site(current, server)
    made.put({})
    yield made
    server.stop()


@pytest.fixture
def tab(chromium: Any, site: Site) -> Iterator[Page]:
    """The talk's page, open and listening; it remembers if it is loaded again, and fails the test if a script does."""
    context = chromium.new_context(viewport={"width": 800, "height": 400})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    open_page(page, site.url("/talk/"))
    yield page
    context.close()
    # What is not there, and a server that has ended, are no mistakes of a script.
    assert [
        error for error in errors if not re.search(r"404|net::ERR_CONNECTION|MIME type \('text/html'\)", error)
    ] == []


def open_page(page: Page, url: str) -> None:
    """Load a page, and wait until it has read its own source and listens."""
    listens = page.expect_response(lambda response: "/events?" in response.url)
    with listens, page.expect_response(lambda response: response.request.resource_type == "fetch"):
        page.goto(url)
    page.evaluate("window.isOld = true")


def is_old(page: Page) -> bool:
    """Whether the page has not been loaded again since it was opened."""
    return bool(page.evaluate("window.isOld === true"))


def wait(page: Page, condition: str) -> None:
    """Wait until an expression is true; `wait_for_function` would need a policy that allows `eval`."""
    from playwright.sync_api import Error

    for _ in range(1_000):
        try:
            if page.evaluate(condition):
                return
        except Error:  # the page is just being loaded again
            pass
        page.wait_for_timeout(10)
    pytest.fail(f"it never came true that {condition}")


def color(page: Page) -> object:
    return page.evaluate("getComputedStyle(document.querySelector('h1')).color")


def edited(index: int, block: str) -> list[str]:
    return [block if number == index else old for number, old in enumerate(NOTES)]


@pytest.mark.parametrize("is_same", [True, False], ids=["as it was", "another"])
def test_a_page_of_an_earlier_run_says_so_until_the_first_build_is_done(chromium: Any, is_same: bool) -> None:
    current = CurrentSite(Generation(base_path="/notes", live=make_live(), fallback=resources(FILES)))
    server = Server(current, "127.0.0.1", 0)
    server.start()
    made = Site(current, server)
    page = chromium.new_page(viewport={"width": 800, "height": 400})
    try:
        open_page(page, made.url("/talk/"))
        wait(page, "document.querySelector('#afterword-early:popover-open') !== null")
        made.change(**({} if is_same else {"talk": page_of(edited(1, "<p>The newest paragraph.</p>"))}))
        wait(page, "document.querySelector('#afterword-early') === null")
        if not is_same:
            wait(page, "document.body.textContent.includes('The newest paragraph.')")
        assert is_old(page)
    finally:
        page.close()
        server.stop()


def test_an_edited_paragraph_changes_and_everything_else_stays(tab: Page, site: Site) -> None:
    tab.evaluate(
        """async () => {
          const canvas = document.createElement("canvas");
          canvas.getContext("2d").fillRect(0, 0, 10, 10);
          window.video = document.querySelector("video");
          video.srcObject = canvas.captureStream(30);
          video.play();
          document.querySelector("details").open = true;
          window.last = document.querySelector(".prose").lastElementChild;
          getSelection().selectAllChildren(last);
          scrollTo(0, 900);
        }"""
    )
    top = tab.evaluate("last.getBoundingClientRect().top")
    site.change(talk=page_of(edited(1, "<p>The first paragraph, <em>edited</em>.</p>"), minutes=4))
    wait(tab, "document.querySelector('.prose p em')?.textContent === 'edited'")
    assert is_old(tab)
    assert tab.evaluate("document.querySelector('.meta').textContent") == "4 min"
    assert tab.evaluate("document.querySelector('video') === video && !video.paused")
    assert tab.evaluate("document.querySelector('details').open")
    assert tab.evaluate("String(getSelection())") == "The last paragraph."
    assert tab.evaluate("last.isConnected")
    assert tab.evaluate("last.getBoundingClientRect().top") == top


@pytest.mark.parametrize(
    ("notes", "count"),
    [
        ([*NOTES[:2], "<p>One more.</p>", *NOTES[2:]], 63),
        ([*NOTES[:1], *NOTES[2:]], 61),
        ([*NOTES, "<ul><li>a</li></ul>", "<p>One more.</p>"], 63),
        (["<p>One more.</p>", *NOTES], 63),
        (NOTES[:4], 1),
    ],
    ids=["in the middle", "gone", "at the end", "at the beginning", "cut short"],
)
def test_blocks_come_and_go(tab: Page, site: Site, notes: list[str], count: int) -> None:
    tab.evaluate("window.video = document.querySelector('video')")
    site.change(talk=page_of(notes))
    wait(tab, f"document.querySelectorAll('.prose > p').length === {count}")
    assert is_old(tab)
    assert tab.evaluate("document.querySelector('video') === video")


def test_one_edit_follows_another(tab: Page, site: Site) -> None:
    for number in range(5):
        site.change(talk=page_of(edited(1, f"<p id=edit>Edit {number}.</p>")))
        wait(tab, f"document.querySelector('#edit')?.textContent === 'Edit {number}.'")
    site.change(talk=page_of(NOTES))
    wait(tab, "document.querySelector('#edit') === null")
    assert is_old(tab)


def test_what_scripts_added_to_a_block_stays(tab: Page, site: Site) -> None:
    tab.evaluate("window.button = document.querySelector('.code button')")
    site.change(talk=page_of(edited(4, '<div class="code"><pre>print(2)</pre></div>')))
    wait(tab, "document.querySelector('pre').textContent === 'print(2)'")
    assert is_old(tab)
    assert tab.evaluate("document.querySelector('.code button') === button")


def test_a_new_title_is_shown_everywhere(tab: Page, site: Site) -> None:
    site.change(talk=page_of(NOTES, title="A better title"))
    wait(tab, "document.title === 'A better title'")
    wait(tab, "document.querySelector('h1').textContent === 'A better title'")
    assert is_old(tab)
    assert tab.evaluate("document.querySelectorAll('meta[name=description]').length") == 1
    assert tab.evaluate("document.querySelector('meta[name=description]').content") == "About A better title"


def test_a_style_sheet_with_a_digest_in_its_name_is_exchanged(tab: Page, site: Site) -> None:
    assert color(tab) == "rgb(1, 1, 1)"
    page = page_of(NOTES, sheet="style.2.css")
    site.put({"/talk/index.html": page, "/style.2.css": b"h1 { color: rgb(2, 2, 2) }"}, gone=("/style.1.css",))
    wait(tab, "getComputedStyle(document.querySelector('h1')).color === 'rgb(2, 2, 2)'")
    wait(tab, "document.querySelectorAll('link[rel=stylesheet]').length === 2")
    assert is_old(tab)


def test_a_style_sheet_that_is_gone_before_it_is_loaded_is_exchanged_later(tab: Page, site: Site) -> None:
    site.put({"/talk/index.html": page_of(NOTES, sheet="style.2.css", title="Saved once")})
    wait(tab, "document.querySelector('h1').textContent === 'Saved once'")
    assert color(tab) == "rgb(1, 1, 1)", "the page is never without a style sheet"
    page = page_of(NOTES, sheet="style.3.css", title="Saved twice")
    site.put({"/talk/index.html": page, "/style.3.css": b"h1 { color: rgb(3, 3, 3) }"}, gone=("/style.1.css",))
    wait(tab, "getComputedStyle(document.querySelector('h1')).color === 'rgb(3, 3, 3)'")
    wait(tab, "document.querySelectorAll('link[rel=stylesheet]').length === 2")
    assert is_old(tab)


def test_what_becomes_of_a_style_sheet_that_is_not_used_any_more_changes_nothing(tab: Page, site: Site) -> None:
    site.put({"/talk/index.html": page_of(NOTES, sheet="style.2.css"), "/style.2.css": b"h1 { color: rgb(2, 2, 2) }"})
    wait(tab, "getComputedStyle(document.querySelector('h1')).color === 'rgb(2, 2, 2)'")
    later = {"/style.2.css": b"h1 { color: rgb(0, 0, 0) }", "/style.3.css": b"h1 { color: rgb(3, 3, 3) }"}
    site.put({"/talk/index.html": page_of(NOTES, sheet="style.3.css"), **later})
    wait(tab, "getComputedStyle(document.querySelector('h1')).color === 'rgb(3, 3, 3)'")
    site.put({"/talk/index.html": page_of(edited(1, "<p id=edit>Edited.</p>"), sheet="style.3.css")})
    wait(tab, "document.querySelector('#edit') !== null")
    assert is_old(tab)


def test_the_page_that_is_looked_at_is_shown_while_its_site_is_built(tab: Page, site: Site) -> None:
    wait_until(lambda: "/talk/index.html" in site.current.requested_files())
    site.current.begin_update()
    early = {
        "/talk/index.html": page_of(edited(1, "<p id=edit>In advance.</p>"), sheet="style.2.css"),
        "/style.2.css": b"h1 { color: rgb(2, 2, 2) }",
    }
    site.current.show_pages(resources(early))
    wait(tab, "document.querySelector('#edit')?.textContent === 'In advance.'")
    wait(tab, "getComputedStyle(document.querySelector('h1')).color === 'rgb(2, 2, 2)'")
    site.put({**early, "/own.css": b"h1 { color: rgb(3, 3, 3) !important }"}, gone=("/style.1.css",))
    wait(tab, "getComputedStyle(document.querySelector('h1')).color === 'rgb(3, 3, 3)'")
    assert tab.evaluate("document.querySelector('#edit').textContent") == "In advance."
    assert is_old(tab)


def test_a_style_sheet_that_keeps_its_name_is_loaded_again(tab: Page, site: Site) -> None:
    for margin in ("2px", "3px"):
        site.change(own_css=f"h1 {{ margin-left: {margin} }}".encode())
        wait(tab, f"getComputedStyle(document.querySelector('h1')).marginLeft === '{margin}'")
    wait(tab, "document.querySelectorAll('link[rel=stylesheet]').length === 2")
    assert is_old(tab)


def test_a_new_image_is_shown(tab: Page, site: Site) -> None:
    site.change(talk=page_of([*NOTES, '<p><img src="/notes/dot.svg" alt=""></p>']))
    wait(tab, "document.images[0]?.naturalWidth === 10")
    site.change(dot_svg=DOT % 20)
    wait(tab, "document.images[0].naturalWidth === 20")
    assert is_old(tab)


def test_a_new_icon_leaves_the_page_as_it_is(tab: Page, site: Site) -> None:
    icons = '<link rel="icon" href="/notes/dot.svg" type="image/svg+xml"><link rel="manifest" href="/notes/app.json">'
    site.put({"/talk/index.html": page_of(NOTES, head=icons), "/app.json": b"{}"})
    wait(tab, "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/dot.svg'))")
    site.put({"/dot.svg": DOT % 20, "/app.json": b'{"name": "Notes"}'})
    wait(tab, "document.querySelector('link[rel=icon]').href.includes('dot.svg?')")
    assert is_old(tab)


@pytest.mark.parametrize(
    "changed",
    [
        {"talk": page_of(NOTES, head='<script src="/notes/theme.js?2" defer></script>')},
        {"talk": page_of(NOTES, head='<link rel="stylesheet" href="/notes/own.css?2">')},
        {"talk": page_of(NOTES).replace(b'lang="en"', b'lang="de"')},
        {"talk": page_of([*NOTES, '<script src="/notes/theme.js"></script>'])},
        {"theme_js": THEME + b"\n// changed"},
    ],
    ids=["a script", "one more sheet", "the language", "a script in the text", "a script's content"],
)
def test_what_cannot_be_put_in_place_is_loaded_again(tab: Page, site: Site, changed: dict[str, bytes]) -> None:
    site.change(**changed)
    wait(tab, "window.isOld === undefined && document.readyState === 'complete'")


def test_other_pages_are_left_alone(tab: Page, site: Site) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    site.change(other=page_of(["<p>Changed.</p>"], title="Other"))
    site.change(talk=page_of(edited(1, "<p id=edit>Edited.</p>")))
    wait(tab, "document.querySelector('#edit') !== null")
    assert is_old(tab)
    assert asked == [site.url("/talk/")]


def test_a_page_that_was_missing_comes(tab: Page, site: Site) -> None:
    open_page(tab, site.url("/late/"))
    assert tab.title() == "Not found"
    site.change(late=page_of(["<p>Here.</p>"], title="Late"))
    wait(tab, "document.title === 'Late'")


def test_problems_are_shown_over_the_page_and_go_when_mended(tab: Page, site: Site) -> None:
    text = "posts/x.md:3:7: <b>this</b> is no date\n 3 | date: 2024-02-30\n   |       ^^^^^^^^^^"
    tab.evaluate("document.querySelector('a').focus(); scrollTo(0, 500)")
    site.current.show(site.current.generation.with_problems(text))
    overlay = tab.get_by_role("alert")
    overlay.wait_for()
    assert overlay.text_content() == text
    assert overlay.evaluate("overlay => overlay.matches(':popover-open')")
    assert overlay.evaluate("overlay => getComputedStyle(overlay).position") == "fixed"
    assert tab.evaluate("document.activeElement.textContent") == "Blog"
    assert tab.evaluate("scrollY") == 500
    open_page(tab, site.url("/other/"))
    overlay.wait_for()
    site.change()
    overlay.wait_for(state="detached")
    assert is_old(tab)


def test_before_the_first_build_a_page_waits_and_then_comes(chromium: Any, site: Site) -> None:
    current = site.current
    current.show(
        Generation(number=current.generation.number, live=current.generation.live).with_problems("posts/x.md:1:1")
    )
    page = chromium.new_page()
    open_page(page, f"{site.server.origin}/notes/talk/")
    page.get_by_role("alert").wait_for()
    site.put({})
    wait(page, "document.title === 'A talk'")
    page.close()


def test_a_hidden_page_does_not_listen_and_catches_up(tab: Page, site: Site) -> None:
    def become(state: str) -> None:
        tab.evaluate(
            """state => {
              Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )

    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    become("hidden")
    site.change(talk=page_of(edited(1, "<p id=edit>Edited.</p>")))
    assert tab.evaluate("fetch('/notes/own.css').then(() => document.querySelector('#edit'))") is None
    assert asked == [site.url("/own.css")]
    become("visible")
    wait(tab, "document.querySelector('#edit') !== null")
    assert is_old(tab)


def test_the_page_that_is_written_comes_to_the_front(tab: Page, site: Site) -> None:
    changed = {**site.files, "/other/index.html": page_of(["<p>Changed.</p>"], title="Other")}
    site.current.show(site.current.generation.with_site(resources(changed), "/notes", "/notes/other/"))
    tab.wait_for_url(site.url("/other/"))


def test_a_page_outlives_the_server_and_finds_the_next_one(tab: Page, site: Site) -> None:
    port = site.server.port
    site.server.stop()
    live = LiveReload("another-run", Resource(site.current.generation.live.script.content, "text/javascript", "live"))  # type: ignore[union-attr]
    current = CurrentSite(Generation(live=live))
    server = Server(current, "127.0.0.1", port)
    current.show(
        current.generation.with_site(resources({**FILES, "/talk/index.html": page_of(NOTES, title="Again")}), "/notes")
    )
    server.start()
    wait(tab, "document.title === 'Again'")
    server.stop()


def test_many_tabs_of_one_site_all_load(chromium: Any, site: Site) -> None:
    context = chromium.new_context()
    pages = [context.new_page() for _ in range(4)]
    for page in pages:
        open_page(page, site.url("/talk/"))
    site.change(talk=page_of(edited(1, "<p id=edit>Edited.</p>")))
    for page in pages:
        wait(page, "document.querySelector('#edit') !== null")
    context.close()
