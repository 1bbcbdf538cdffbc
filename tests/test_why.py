"""`afterword why`: where a page comes from, why it was last rendered, and why a source is not in the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from afterword.cli.main import run
from tests.conftest import TODAY, Blog

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

FILES = """
-- afterword.toml --
base_url = "https://notes.example/blog/"
exclude = ["posts/private/**", "posts/old.md"]
-- templates/frame.html --
<title>{{ page.title }}</title>{% block main %}{% endblock %}
-- templates/post.html --
{% extends "frame.html" %}{% import "macros.html" as macros %}
{% block main %}<link href="{{ asset('look.css') }}">{{ post.content }}{{ site.posts|length }}{% endblock %}
-- templates/macros.html --
{% macro nothing() %}{% endmacro %}
-- static/look.css --
a { color: red }
-- static/slides.pdf --
%PDF
-- posts/2026-01-01-first.md --
---
title: First
aliases: [/old/]
---
One, with [a table](table.csv).
-- posts/2026-01-02-draft.md --
---
title: Draft
draft: true
---
Two.
-- posts/2026-05-01-later.md --
---
title: Later
---
Three.
-- posts/table.csv --
1,2
-- posts/notes.txt --
Notes.
-- posts/private/2026-01-01-secret.md --
# Secret
-- posts/old.md --
# Old
-- posts/.hidden.md --
# Hidden
-- posts/2026-01-03-saved.md~ --
# Saved
-- notes/2026-01-01-elsewhere.md --
# Elsewhere
"""


class Why(Protocol):
    """Runs `afterword why`; gives the exit code, what it said, and what it complained of."""

    def __call__(self, *arguments: str) -> tuple[int, str, str]: ...


@pytest.fixture
def why(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Why:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(["why", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture
def here(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """A blog in the current folder, whose site is built."""
    made = blog(FILES)
    monkeypatch.chdir(made.root)
    assert made.build().published
    return made


FIRST = """\
`posts/first/index.html` is the page /blog/posts/first/
  from: `posts/2026-01-01-first.md`
  template: `templates/post.html`, with `templates/frame.html`, `templates/macros.html`
  last rendered because new page
  depends on:
    `posts/2026-01-01-first.md` (content)
    `static/look.css`
    the number of the site's posts
"""


@pytest.mark.parametrize(
    "target",
    [
        "posts/first/index.html",
        "site/posts/first/index.html",
        "./site/posts/first/index.html",
        "/blog/posts/first/",
        "/blog/posts/first",
        "/posts/first/index.html",
        "/blog/posts/first/?x=1#part",
        "https://notes.example/blog/posts/first/",
        # as `serve` prints it
        "http://localhost:4000/blog/posts/first/",
        "http://127.0.0.1:8123/blog/posts/first/",
        "http://[::1]:4000/posts/first/index.html",
    ],
)
@pytest.mark.usefixtures("here")
def test_a_page_is_found_by_its_file_and_by_its_url(why: Why, target: str) -> None:
    assert why(target) == (0, FIRST, "")


def test_a_source_is_found_with_all_its_pages(here: Blog, why: Why) -> None:
    code, out, _ = why(str(here.root / "posts/2026-01-01-first.md"))
    assert code == 0
    assert out.startswith(FIRST)
    assert "`old/index.html` is the page /blog/old/\n  from: an alias of `posts/2026-01-01-first.md`" in out


def test_the_last_reason_is_remembered(here: Blog, why: Why) -> None:
    here.edit("posts/2026-01-01-first.md", "One", "One and a half").build()
    here.build()
    assert "last rendered because `posts/2026-01-01-first.md` changed (content)" in why("/posts/first/")[1]


def test_a_list_comes_from_all_posts(here: Blog, why: Why) -> None:
    code, out, _ = why("feed.xml", "-s", str(here.root))
    assert code == 0
    assert "from: the posts of the blog" in out
    assert "template: `theme:templates/feed.xml`" in out


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "posts/2026-01-02-draft.md",
            ("a draft\n  posts/2026-01-02-draft.md:3:8: because of `draft: true`\n  include it with `--drafts`"),
        ),
        ("posts/2026-05-01-later.md", "a future post, due 2026-05-01\n  include it with `--future`"),
        ("posts/private/2026-01-01-secret.md", "excluded by the setting `exclude`: `posts/private/**`"),
        ("posts/old.md", "excluded by the setting `exclude`: `posts/old.md`"),
        ("posts/.hidden.md", "names that start with a dot are skipped"),
        ("posts/2026-01-03-saved.md~", "editor backup, or file of the operating system"),
        ("notes/2026-01-01-elsewhere.md", "posts and pages are in `posts`, `pages`, `drafts`"),
        ("posts/notes.txt", "no published post links to it\n  posts and pages end in `.md` or `.markdown`"),
        ("posts", "not a regular file"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_source_that_is_not_in_the_site_has_a_reason(why: Why, target: str, said: str) -> None:
    assert why(target) == (0, f"`{target}` is not in the site: {said}\n", "")


@pytest.mark.parametrize(
    ("path", "option"), [("posts/2026-01-02-draft.md", "--drafts"), ("posts/2026-05-01-later.md", "--future")]
)
@pytest.mark.usefixtures("here")
def test_one_can_ask_about_a_site_that_has_more(why: Why, path: str, option: str) -> None:
    code, out, _ = why(path, option)
    assert code == 0
    assert f"from: `{path}`" in out
    assert "not rendered yet" in out


def test_a_post_with_mistakes_says_which(here: Blog, why: Why) -> None:
    here.write("posts/undated.md", "---\ntitle: Undated\n---\nNo date.\n")
    code, out, _ = why("posts/undated.md")
    assert code == 0
    assert out.startswith("`posts/undated.md` is not in the site: it has errors\n")
    assert "date" in out.splitlines()[1]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "templates/macros.html",
            "`templates/macros.html` is a template of: `posts/first/index.html`\n",
        ),
        ("static/slides.pdf", "`static/slides.pdf` is copied to `slides.pdf`\n"),
        (
            "posts/table.csv",
            ("`posts/table.csv` is copied to /blog/posts/first/table.csv: `posts/2026-01-01-first.md` links to it\n"),
        ),
    ],
)
@pytest.mark.usefixtures("here")
def test_other_sources_say_what_becomes_of_them(why: Why, target: str, said: str) -> None:
    assert why(target) == (0, said, "")


@pytest.mark.usefixtures("here")
def test_an_asset_says_who_asks_for_it(why: Why) -> None:
    first, second = why("static/look.css")[1].splitlines()
    assert first == "`static/look.css` is copied to `look.css`"
    assert second.startswith("`static/look.css` is published as `look.")
    assert second.endswith("used by: `posts/first/index.html`")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("/style.css", "`theme:static/style.css` is published as `style."),
        ("theme.js", "`theme:static/theme.js` is published as `theme."),
        ("frame.html", "`templates/frame.html` is a template of: `posts/first/index.html`"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_file_is_found_without_its_folder(why: Why, target: str, said: str) -> None:
    code, out, _ = why(target)
    assert (code, out.startswith(said)) == (0, True), out


@pytest.mark.parametrize(
    ("target", "meant"),
    [("posts/2026-01-01-frist.md", "posts/2026-01-01-first.md"), ("/blog/posts/frist/", "/blog/posts/first/")],
)
@pytest.mark.usefixtures("here")
def test_what_there_is_not_was_perhaps_misspelt(why: Why, target: str, meant: str) -> None:
    code, out, err = why(target)
    assert (code, out) == (2, "")
    assert f"no page, source or output file matches `{target}`" in err
    assert f"did you mean `{meant}`?" in err


@pytest.mark.usefixtures("here")
def test_a_page_of_another_site_is_not_ours(why: Why) -> None:
    assert why("https://elsewhere.example/blog/posts/first/")[0] == 2


def test_without_a_build_there_is_less_to_say(blog: BlogMaker, why: Why) -> None:
    made = blog(FILES)
    code, out, _ = why("/posts/first/", "-s", str(made.root))
    assert code == 0
    assert "not rendered yet, or not in the cache" in out
    assert not (made.root / ".afterword").exists()
    assert not (made.root / "site").exists()


def test_a_damaged_cache_is_as_good_as_none(here: Blog, why: Why) -> None:
    cache = here.root / ".afterword/cache.db"
    cache.write_bytes(cache.read_bytes()[:8192])
    code, out, _ = why("/posts/first/")
    assert code == 0
    assert "from: `posts/2026-01-01-first.md`" in out


def test_there_must_be_a_blog(tmp_path_factory: pytest.TempPathFactory, why: Why) -> None:
    assert why("x", "-s", str(tmp_path_factory.mktemp("empty")))[0] == 2


def test_skipped_post_is_found_by_its_url(here: Blog, why: Why) -> None:
    here.write("posts/2026-01-09-later.md", "---\ntitle: Later\ndraft: true\n---\nText.\n").build()
    for target in ("/blog/posts/later/", "/posts/later/", "http://localhost:4000/blog/posts/later/"):
        code, out, _ = why(target)
        assert (code, out.splitlines()[0]) == (0, "`posts/2026-01-09-later.md` is not in the site: a draft")
        assert "include it with `--drafts`" in out


def test_a_file_with_a_digest_in_its_name_is_found(here: Blog, why: Why) -> None:
    here.build()
    style = next(path for path in here.tree() if path.startswith("style."))
    for target in (f"site/{style}", f"/blog/{style}"):
        code, out, _ = why(target)
        assert code == 0
        assert f"is published as `{style}`" in out


@pytest.mark.parametrize("name", ["templates/base.html", "static/style.css"])
def test_files_of_the_theme_are_found_without_its_prefix(here: Blog, why: Why, name: str) -> None:
    here.build()
    code, out, _ = why(name)
    assert (code, out.startswith(f"`theme:{name}`")) == (0, True)


def test_a_page_outside_of_pages_is_told_where_it_belongs(here: Blog, why: Why) -> None:
    here.write("about.md", "# About\n")
    assert "move it to `pages/about.md`" in why("about.md")[1]
