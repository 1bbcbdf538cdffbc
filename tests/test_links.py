"""Links within a site are answered while Markdown is rendered, and checked when all bodies are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Place
from afterword.markdown.body import Reference
from afterword.site.dead_links import Targets, check_references
from afterword.site.links import LinkIndex
from afterword.site.page import Page

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

INDEX = LinkIndex(
    pages={"posts/a.md": "/posts/a/"},
    skipped={"drafts/b.md": "a draft"},
    broken=frozenset({"posts/c.md"}),
    attachments={"posts/talk/img/d.png": (640, 480), "posts/slides.pdf": (0, 0)},
    static={"img/e.png": (10, 20)},
)
LINKS = INDEX.links_from("posts/talk/index.md", "/posts/talk/")


def test_a_source_is_answered_with_its_page() -> None:
    target = LINKS.page("posts/a.md")
    assert target is not None
    assert (target.url, target.held) == ("/posts/a/", "")


def test_a_source_that_is_held_back_says_why() -> None:
    target = LINKS.page("drafts/b.md")
    assert target is not None
    assert target.held == "a draft"


def test_a_broken_source_brings_no_further_errors() -> None:
    assert LINKS.page("posts/c.md") is not None
    assert LINKS.page("posts/d.md") is None


@pytest.mark.parametrize(
    ("path", "url"),
    [("posts/talk/img/d.png", "/posts/talk/img/d.png"), ("posts/slides.pdf", "/posts/talk/slides.pdf")],
)
def test_files_are_beside_the_page_that_refers_to_them(path: str, url: str) -> None:
    target = LINKS.file(path)
    assert target is not None
    assert target.url == url


def test_a_page_without_a_folder_has_its_files_beside_it() -> None:
    target = INDEX.links_from("posts/talk/index.md", "/2026/talk.html").file("posts/talk/img/d.png")
    assert target is not None
    assert (target.url, target.width, target.height) == ("/2026/img/d.png", 640, 480)


def test_static_files_are_known_by_url() -> None:
    target = LINKS.asset("/img/e.png")
    assert target is not None
    assert (target.width, target.height) == (10, 20)
    assert LINKS.asset("/img/f.png") is None


def test_the_nearest_source_is_named_from_here() -> None:
    assert LINKS.near("posts/a.html") == "../a.md"
    assert LINKS.near("posts/talk/e.png") == "/img/e.png"
    assert LINKS.near("posts/elsewhere.md") is None


def test_a_link_is_not_taken_for_one_to_its_own_page() -> None:
    index = LinkIndex(
        pages={"posts/third-talk.md": "/posts/third-talk/"}, skipped={}, broken=frozenset(), attachments={}, static={}
    )
    assert index.links_from("posts/x.md", "/posts/x/").near("posts/thrd-talk.md") == "third-talk.md"
    assert index.links_from("posts/third-talk.md", "/posts/third-talk/").near("posts/thrd-talk.md") is None


PAGES = (
    Page("home", "/", "index.html", "index.html"),
    Page("post", "/posts/caf%C3%A9/", "posts/café/index.html", "post.html", post="posts/café.md"),
    Page("post", "/blog/x", "blog/x.html", "post.html", post="posts/x.md"),
)


def problems(url: str, fragment: str = "") -> list[str]:
    reference = Reference(url, fragment, url, Place("posts/x.md", 3, 7))
    anchors = {"posts/café.md": ("part",), "posts/x.md": ()}
    return [found.id for found in check_references([reference], Targets.of(PAGES, ["img/a.png"]), anchors)]


@pytest.mark.parametrize(
    "url", ["/", "/posts/café/", "/posts/café", "/posts/café/index.html", "/blog/x", "/blog/x.html", "/img/a.png"]
)
def test_link_to_a_served_url_is_valid(url: str) -> None:
    assert problems(url) == []


@pytest.mark.parametrize("url", ["/posts/cafe/", "/img/A.png", "/blog/x/", "/blog/"])
def test_link_to_a_missing_url_is_a_warning(url: str) -> None:
    assert problems(url) == ["broken-link"]


def test_anchors_are_checked_on_pages_with_a_body() -> None:
    assert problems("/posts/café/", "part") == []
    assert problems("/posts/café/", "prat") == ["broken-anchor"]
    assert problems("/posts/café/", "top") == []
    assert problems("/", "anything") == []


HELD_FILES = {
    "an image in front matter": "---\ntitle: A\nimage: ../drafts/s.png\n---\nText.\n",
    "an image in front matter, from the blog's folder": "---\ntitle: A\nimage: drafts/s.png\n---\nText.\n",
    "an image in front matter, in a map": "---\ntitle: A\nimage: {path: ../drafts/s.png}\n---\nText.\n",
    "an image": "# A\n\n![The hall](../drafts/s.png)\n",
    "an image in HTML": '# A\n\n<img src="../drafts/s.png" alt="The hall">\n',
    "a link": "# A\n\n[Slides](../drafts/s.png)\n",
    "a file of a draft elsewhere": "# A\n\n![The hall](later/s.png)\n",
    "a file of a future post": "# A\n\n![The hall](2099-01-01-x/s.png)\n",
}


@pytest.mark.parametrize("text", HELD_FILES.values(), ids=HELD_FILES)
def test_a_file_of_a_draft_is_judged_as_the_draft_is(blog: BlogMaker, text: str) -> None:
    made = blog().write("posts/2026-01-10-a.md", text).write("drafts/d.md", "# D\n\n![](s.png)\n")
    made.write("posts/later/index.md", "---\ndraft: true\n---\n# L\n").write("posts/2099-01-01-x/index.md", "# X\n")
    for folder in ("drafts", "posts/later", "posts/2099-01-01-x"):
        made.write(f"{folder}/s.png", "not an image")

    report = made.build()

    assert [found.id for found in report.diagnostics] == ["draft-file"]
    assert [path for path in made.tree() if path.endswith(".png")] == []
    if "<img" not in text:  # HTML stays as it is written
        assert "s.png" not in (made.root / "site/posts/a/index.html").read_text()
    report = made.build(drafts=True, future=True)
    assert "draft-file" not in [found.id for found in report.diagnostics]
    assert [path for path in made.tree() if path.startswith("posts/a/") and path.endswith(".png")]


def test_a_file_of_a_published_post_may_be_shown_by_another(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-10-a.md", "# A\n\n![](b/s.png)\n").write("drafts/d.md", "# D\n")
    made.write("posts/b/index.md", "---\ndate: 2026-01-11\n---\n# B\n").write("posts/b/s.png", "not an image")
    made.write("posts/s.png", "x").write("posts/2026-01-12-c.md", "# C\n\n![](s.png)\n")
    made.write("posts/2099-01-12-c.md", "# C\n\n![](s.png)\n")
    assert [found.id for found in made.build().diagnostics if found.id == "draft-file"] == []
