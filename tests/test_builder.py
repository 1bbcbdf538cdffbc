"""A build as a whole: what a blog's folder becomes, through the one `build` that every command calls."""

from __future__ import annotations

import gc
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from afterword.build import pipeline
from afterword.build.report import SkippedPost
from afterword.cache.codec import CacheCorrupted
from afterword.core.diagnostics import Exit, Failure, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.build.report import Report, Request
    from tests.conftest import BlogMaker

TWO_POSTS = """
-- posts/2026-01-01-first.md --
---
title: First talk
categories: [llm-basics]
tags: [llm, notes]
---
See the [second](2026-02-01-second.md#part-two).
-- posts/2026-02-01-second.md --
---
title: Second talk
tags: [llm]
---
Hello.

## Part two
More.
"""


CODE = "-- posts/2026-01-01-a.md --\n# A\n\nText.\n\n```python\nx = 'y'\n```\n"


def ids(report: object) -> list[str]:
    return [diagnostic.id for diagnostic in report.diagnostics]  # type: ignore[attr-defined]


def test_a_blog_becomes_a_site(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS)
    report = made.build()
    assert report.exit_code is Exit.DONE
    assert report.diagnostics == ()
    files = set(made.tree())
    assert {
        "index.html",
        "archive/index.html",
        "posts/first/index.html",
        "posts/second/index.html",
        "categories/index.html",
        "categories/llm-basics/index.html",
        "categories/llm-basics/feed.xml",
        "tags/index.html",
        "tags/llm/index.html",
        "tags/llm/feed.xml",
        "tags/notes/index.html",
        "feed.xml",
        "feed.json",
        "sitemap.xml",
        "robots.txt",
        "404.html",
    } <= files


def test_a_link_between_posts_leads_to_the_page(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS)
    made.build(base_url="https://me.github.io/notes/")
    assert 'href="/notes/posts/second/#part-two"' in made.page("/posts/first/")


def test_a_build_can_be_repeated_and_changes_nothing(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS)
    made.build()
    before = made.tree()
    report = made.build()
    assert (report.written, report.removed) == ((), ())
    assert made.tree() == before


def test_a_removed_post_leaves_nothing_behind(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS)
    made.build()
    made.remove("posts/2026-01-01-first.md").build()
    clean = Path(f"{made.root}-clean")
    made.build(destination=clean)
    assert made.tree() == made.tree("../blog-clean")
    assert not (made.root / "site/posts/first").exists()


@pytest.mark.parametrize("jobs", [2, 8])
def test_the_number_of_processes_changes_nothing(blog: BlogMaker, jobs: int, tmp_path: Path) -> None:
    made = blog(TWO_POSTS)
    made.write("posts/2026-02-02-broken-link.md", "---\ntitle: x\n---\n[a](#nowhere) and [b](/nothing/)\n")
    one = made.build(jobs=1)
    many = made.build(jobs=jobs, destination=tmp_path / "many")
    assert made.tree() == made.tree("../many")
    assert one.diagnostics == many.diagnostics


def test_an_error_anywhere_publishes_nothing(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS)
    made.build()
    before = made.tree()
    made.edit("posts/2026-02-01-second.md", "Hello.", "Hello, changed.")
    made.write("posts/2026-02-02-bad.md", "---\ntitle: [no\n---\nText.\n")
    report = made.build()
    assert report.exit_code is Exit.CONTENT
    assert not report.published
    assert made.tree() == before


def test_all_errors_come_in_one_run_sorted_by_place(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-01-01-a.md --
---
title: A
date: 2026-13-01
---
Text.
-- posts/2026-01-02-b.md --
---
title: B
---
[gone](gone.md)
-- posts/c.md --
---
title: C
---
Text.
-- posts/2026-01-04-d.md --
---
title: D
layout: tlak
---
Text.
""")
    report = made.build()
    assert [(str(found.place), found.id) for found in report.diagnostics] == [
        ("posts/2026-01-01-a.md:3:7", "ignored-date"),
        ("posts/2026-01-02-b.md:4:8", "broken-link"),
        ("posts/2026-01-04-d.md:3:9", "layout-not-found"),
        ("posts/c.md:1:1", "missing-date"),
    ]


def test_drafts_and_future_posts_are_held_back(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-03-02-tomorrow.md --
---
title: Tomorrow
---
Text.
-- posts/2026-03-01-today.md --
---
title: Today
date: 2026-03-01 23:00
---
Text.
-- drafts/idea.md --
---
title: Idea
---
-- posts/2026-01-01-hidden.md --
---
title: Hidden
published: false
---
Text.
""")
    report = made.build()
    assert report.skipped == (
        SkippedPost("drafts/idea.md", "draft"),
        SkippedPost(
            "posts/2026-01-01-hidden.md",
            "draft",
            because="published: false",
            place=Place("posts/2026-01-01-hidden.md", 3, 12, 5),
        ),
        SkippedPost("posts/2026-03-02-tomorrow.md", "future", date(2026, 3, 2)),
    )
    assert "Today" in made.page("/")
    for word in (b"Tomorrow", b"Idea", b"Hidden"):
        assert not any(word in content for content in made.tree().values())
    assert made.build(drafts=True, future=True).skipped == ()
    assert all(title in made.page("/") for title in ("Tomorrow", "Idea", "Hidden"))


def test_strict_makes_warnings_fail(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\ntilte: B\n---\nText.\n")
    assert made.build().exit_code is Exit.DONE
    assert made.build(strict=True).exit_code is Exit.CONTENT


def test_a_warning_found_while_publishing_fails_a_strict_build(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n-- posts/2026-01-02-b.md --\n# B\n")
    for strict, expected in [(True, Exit.CONTENT), (False, Exit.DONE)]:
        made.write("posts/2026-01-02-b.md", "# B\n").build(overwrite=True)
        made.write("site/posts/b/index.html", "by hand").remove("posts/2026-01-02-b.md")
        report = made.build(strict=strict)
        assert ([found.id for found in report.diagnostics], report.exit_code) == (["modified-output"], expected)
        assert report.published
        assert "/posts/b/" not in made.page("/")
        assert made.build(strict=strict).exit_code is Exit.DONE, "the file is no longer Afterword's"


def test_an_ignored_warning_found_while_publishing_does_not_fail_a_strict_build(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n-- posts/2026-01-02-b.md --\n# B\n")
    made.write("afterword.toml", '[diagnostics]\nignore = ["modified-output"]\n').build()
    made.write("site/posts/b/index.html", "by hand").remove("posts/2026-01-02-b.md")
    report = made.build(strict=True)
    assert (report.diagnostics, report.exit_code) == ((), Exit.DONE)


def test_the_garbage_collector_is_off_for_a_build_after_a_damaged_cache(
    blog: BlogMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = []
    run_pipeline = pipeline.run_pipeline

    def run(request: Request, environ: Mapping[str, str], **options: Any) -> Report:
        states.append(gc.isenabled())
        if len(states) == 1:
            raise CacheCorrupted
        return run_pipeline(request, environ, **options)

    monkeypatch.setattr(pipeline, "run_pipeline", run)
    assert blog("-- posts/2026-01-01-a.md --\n# A\n").build().published
    assert states == [False, False]
    assert gc.isenabled()


def test_two_posts_with_one_url_are_an_error(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-01-01-same.md --
---
title: A
---
Text.
-- posts/2026-01-02-same.md --
---
title: B
---
Text.
""")
    report = made.build()
    assert ids(report) == ["duplicate-output"]
    assert not (made.root / "site").exists()


def test_a_static_file_in_the_way_of_a_page_is_an_error(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nText.\n-- static/POSTS/A --\nx\n")
    assert ids(made.build()) == ["duplicate-output"]


def test_a_blog_can_bring_its_own_robots_and_error_page(blog: BlogMaker) -> None:
    made = blog("""
-- static/robots.txt --
User-agent: none
-- pages/404.md --
---
title: Lost
permalink: /404.html
---
Nothing here.
""")
    assert made.build().diagnostics == ()
    assert made.tree()["robots.txt"] == b"User-agent: none\n"
    assert "Nothing here." in made.page("/404.html")


def test_aliases_redirect(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\naliases: [/old/, /older.html]\n---\nText.\n")
    made.build(base_url="https://example.com/n/")
    for url in ("/old/", "/older.html"):
        assert 'url=/n/posts/a/"' in made.page(url)


def test_a_post_can_lead_elsewhere_and_stays_in_lists(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-01-01-a.md --
---
title: A
redirect_to: https://elsewhere.example/a?b=1&c=2
aliases: [/old/]
---
What it was about.
-- posts/2026-01-02-b.md --
---
title: B
redirect_to: [about#part]
---
-- pages/about.md --
# About

## Part
""")
    report = made.build(base_url="https://example.com/n/")
    assert report.diagnostics == ()
    assert 'content="0; url=https://elsewhere.example/a?b=1&amp;c=2"' in made.page("/posts/a/")
    assert 'rel="canonical" href="https://elsewhere.example/a?b=1&amp;c=2"' in made.page("/posts/a/")
    assert "What it was about." not in made.page("/posts/a/")
    assert "url=https://elsewhere.example/a" in made.page("/old/"), "a former URL leads on at once"
    assert 'url=/n/about#part"' in made.page("/posts/b/")
    assert '<a href="/n/posts/a/">A</a>' in made.page("/")
    assert "What it was about." in made.page("/feed.xml")
    assert "/posts/" not in made.page("/sitemap.xml")


def test_files_beside_a_post_are_copied_beside_its_page(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-01-01-a.md --
---
title: A
---
[slides](slides.pdf)
-- posts/slides.pdf --
PDF
-- posts/talk/2026-01-02-b.md --
---
title: B
---
Text.
-- posts/talk/data/raw.csv --
1,2
-- posts/lonely.txt --
not referred to
""")
    report = made.build()
    files = made.tree()
    assert files["posts/a/slides.pdf"] == b"PDF\n"
    assert files["posts/b/data/raw.csv"] == b"1,2\n"
    assert [(found.id, str(found.place)) for found in report.diagnostics] == [("unused-file", "posts/lonely.txt")]


def test_a_link_to_a_post_that_is_held_back_is_a_warning(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-01-01-a.md --
---
title: A
---
[soon](2027-01-01-b.md)
-- posts/2027-01-01-b.md --
---
title: B
---
Text.
""")
    report = made.build()
    assert report.exit_code is Exit.DONE
    assert [found.severity.value for found in report.diagnostics] == ["warning"]
    assert "soon" in made.page("/posts/a/")
    assert "2027" not in made.page("/posts/a/")


def test_links_to_nothing_are_warnings_with_a_place(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-01-01-a.md --
---
title: A
---
[one](/posts/b/) and [two](#nowhere) and
[three](/static-file.txt) and [four](/posts/a/#part) and [five](/posts/a)

## Part
-- static/static-file.txt --
x
""")
    assert [(found.id, str(found.place)) for found in made.build().diagnostics] == [
        ("broken-link", "posts/2026-01-01-a.md:4:7"),
        ("broken-anchor", "posts/2026-01-01-a.md:4:28"),
    ]


def test_long_lists_are_paginated(blog: BlogMaker) -> None:
    made = blog("-- afterword.toml --\npaginate = 2\n")
    for day in range(1, 6):
        made.write(f"posts/2026-01-0{day}-p{day}.md", f"---\ntitle: Post number {day}\ntags: [t]\n---\nText.\n")
    made.build()
    assert [f"number {day}" in made.page("/page/2/") for day in range(1, 6)] == [False, True, True, False, False]
    assert "number 1<" in made.page("/tags/t/page/3/")
    assert "/page/4/" not in made.page("/page/3/")


def test_templates_of_the_blog_come_first(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS)
    made.write("templates/post.html", "<h1>{{ post.title }}</h1>{{ post.content }}")
    made.build()
    assert made.page("/posts/second/").startswith("<h1>Second talk</h1>")
    assert "<main" in made.page("/")


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        ("{{ post.title|uper }}", "unknown filter `uper`", "did you mean `upper`?"),
        ("{{ ['a']|map('uper')|join }}", "unknown filter `uper`", "did you mean `upper`?"),
        ("{% if post is strin %}{% endif %}", "unknown test `strin`", "did you mean `string`?"),
        ("{{ post.title|xyzzy }}", "unknown filter `xyzzy`", ""),
    ],
)
def test_filters_and_tests_that_there_are_not_are_told_with_the_nearest(
    blog: BlogMaker, template: str, message: str, hint: str
) -> None:
    (found,) = blog(TWO_POSTS).write("templates/post.html", template).build().diagnostics
    assert (str(found.place), found.message, found.hint) == ("templates/post.html:1:15", message, hint)


@pytest.mark.parametrize(
    ("template", "found"),
    [
        (b"<p>\ncaf\xe9", [("templates/post.html:2:4", "not-utf8")]),
        ("<p>".encode("utf-16"), [("templates/post.html:1:1", "not-utf8")]),
    ],
)
def test_a_template_that_is_no_text_is_an_error_at_its_spot(
    blog: BlogMaker, template: bytes, found: list[tuple[str, str]]
) -> None:
    report = blog(TWO_POSTS).write("templates/post.html", template).build()
    assert report.exit_code is Exit.CONTENT
    assert [(str(one.place), one.id) for one in report.diagnostics] == found


@pytest.mark.parametrize(
    ("template", "place", "message"),
    [
        ("{{ post.titel }}", "templates/post.html:1:4", "undefined: `post.titel`"),
        ("\n{{ psot.title }}", "templates/post.html:2:4", "undefined: `psot`"),
        ("\n\n{% if %}", "templates/post.html:3:7", "missing expression before `%}`"),
        (
            "{{ post._post }}",
            "templates/post.html:1:9",
            "names that start with `_` are not available in templates: `_post`",
        ),
        (
            "{{ post['_post'] }}",
            "templates/post.html:1:10",
            "names that start with `_` are not available in templates: `_post`",
        ),
        ("{% include 'nothing.html' %}", "templates/post.html:1:13", "template not found: `nothing.html`"),
        ("{{ asset('stlye.css') }}", "templates/post.html:1:17", "file not found: `static/stlye.css`"),
        ("{{ post.title|date }}", "templates/post.html:1:15", "`date` needs a date, found text"),
        ("{{ 1 / 0 }}", "templates/post.html:1", "division by zero"),
        ("{{ site.posts }}", "templates/post.html:1", "a list of posts cannot be printed"),
        ("{% include 'post.html' %}", "templates/post.html:1", "templates include each other in a cycle"),
    ],
)
def test_mistakes_in_templates_are_found_at_their_line(
    blog: BlogMaker, template: str, place: str, message: str
) -> None:
    report = blog(TWO_POSTS).write("templates/post.html", template).build()
    assert report.exit_code is Exit.CONTENT
    (found,) = report.diagnostics
    assert (str(found.place), found.message) == (place, message)


def test_a_template_that_fails_for_many_pages_is_reported_once(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS).write("templates/post.html", "{{ post.subtitle }}")
    (found,) = made.build().diagnostics
    ((place, label),) = found.related
    assert place.path == "posts/2026-02-01-second.md"
    assert label == "while this was rendered, and 1 other pages"


def test_further_keys_are_for_templates(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nvenue: {city: Berlin}\n---\nText.\n")
    made.write("templates/post.html", "{{ post.venue.city }} {{ post.nothing is defined }}")
    made.build()
    assert made.page("/posts/a/") == "Berlin False"


def test_text_with_braces_is_text(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: '{{ 1 + 1 }}'\n---\n{{ site.url }} and `{% raw %}`\n")
    made.build()
    assert "{{ site.url }} and <code>{% raw %}</code>" in made.page("/posts/a/")
    assert "<title>{{ 1 + 1 }}" in made.page("/posts/a/")


def test_an_unknown_setting_stops_the_build(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS).write("afterword.toml", 'titel = "x"\n')
    with pytest.raises(Failure) as failure:
        made.build()
    assert failure.value.exit_code is Exit.USAGE
    assert failure.value.diagnostics[0].place is not None


def test_a_folder_without_a_blog_is_a_usage_error(blog: BlogMaker) -> None:
    with pytest.raises(Failure) as failure:
        blog("-- README.md --\n").build()
    assert failure.value.exit_code is Exit.USAGE


@pytest.mark.parametrize("file", ["posts/.gitkeep", "pages/cover.svg", "drafts/notes.txt"])
def test_a_blog_without_any_source_is_not_published(blog: BlogMaker, file: str) -> None:
    made = blog().write(file, "").write("static/a.css", "")
    report = made.build()
    (found,) = (one for one in report.diagnostics if one.is_error)
    assert (report.exit_code, found.id) == (Exit.CONTENT, "no-posts")
    assert "afterword new" in found.hint
    assert not (made.root / "site").exists()


def test_the_site_stays_when_the_last_post_is_deleted(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n")
    made.build()
    published = made.tree()
    made.remove("posts/2026-01-01-a.md")
    assert made.build().exit_code is Exit.CONTENT
    assert made.tree() == published


@pytest.mark.parametrize(
    ("path", "front_matter"),
    [("posts/2026-01-01-a.md", "draft: true"), ("drafts/a.md", "title: A"), ("posts/2030-01-01-a.md", "title: A")],
)
def test_a_blog_whose_posts_are_all_skipped_is_a_site(blog: BlogMaker, path: str, front_matter: str) -> None:
    made = blog().write(path, f"---\n{front_matter}\n---\n# A\n")
    report = made.build()
    assert report.exit_code is Exit.DONE
    assert [skipped.path for skipped in report.skipped] == [path]
    assert "index.html" in made.tree()


def test_permalinks_in_the_style_of_jekyll(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS).write("afterword.toml", 'permalink = "date"\n')
    made.build()
    assert "llm-basics/2026/01/01/first.html" in made.tree()
    assert "2026/02/01/second.html" in made.tree()


def test_layout_none_is_the_text_alone(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nlayout: none\n---\nJust this.\n")
    made.build()
    assert made.page("/posts/a/").strip() == "<p>Just this.</p>"


def test_a_pinned_post_comes_first_on_the_home_page(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS).edit("posts/2026-01-01-first.md", "title: First talk", "title: First talk\npinned: true")
    made.build()
    home = made.page("/")
    assert home.index("First talk") < home.index("Second talk")
    feed = made.page("/feed.xml")
    assert feed.index("Second talk") < feed.index("First talk")


def test_links_in_an_excerpt_of_its_own_are_looked_at_too(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nexcerpt: See [gone](gone.md).\n---\nText.\n")
    (found,) = made.build().diagnostics
    assert (found.id, found.place and found.place.line) == ("broken-link", 3)


def test_two_tags_with_one_page_are_one_error(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\ntags: [a b, a-b]\n---\nText.\n")
    assert ids(made.build()) == ["term-slug-conflict"]


def test_what_a_held_back_post_refers_to_is_no_warning(blog: BlogMaker) -> None:
    made = blog(TWO_POSTS)
    made.write("posts/2026-01-03-idea.md", "---\ntitle: Idea\ndraft: true\n---\n[data](idea.csv)\n")
    made.write("posts/idea.csv", "1,2\n")
    assert made.build(strict=True).diagnostics == ()


def test_search_engines_are_asked_in_words_too(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nnoindex: yes\n---\nText.\n")
    made.build()
    assert '<meta name="robots" content="noindex">' in made.page("/posts/a/")
    assert "/posts/a/" not in made.page("/sitemap.xml")


def test_the_ids_of_feed_entries_are_urls(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-café.md --\n---\ntitle: A\n---\nText.\n")
    made.build(base_url="https://x.org/")
    assert "<id>https://x.org/posts/caf%C3%A9</id>" in made.page("/feed.xml")


def test_code_that_was_highlighted_is_plain_once_it_is_too_large(blog: BlogMaker) -> None:
    made = blog(CODE)
    made.build()
    made.add("-- afterword.toml --\n[code]\nmax_block = 3\n").edit("posts/2026-01-01-a.md", "Text.", "More.")

    assert "code-too-large" in ids(made.build())
    assert "x = 'y'" in made.page("/posts/a/")


def test_git_adds_nothing_of_the_cache(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n# A note\n")
    made.build()
    assert (made.root / ".afterword/.gitignore").read_text().splitlines()[-1] == "*"
    subprocess.run(["git", "init", "--quiet", "."], cwd=made.root, check=True)
    command = ["git", "add", "--all", "--dry-run"]
    added = subprocess.run(command, cwd=made.root, capture_output=True, text=True, check=True).stdout
    assert ".afterword/" not in added
    assert "posts/2026-01-01-x.md" in added


def test_a_gitignore_of_ones_own_stays(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n# A note\n-- .afterword/.gitignore --\n!keep\n")
    made.build()
    assert (made.root / ".afterword/.gitignore").read_text() == "!keep\n"
