"""What no other generator calls an error is a warning or nothing here, and the page is as the writer meant it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from afterword.cli.main import run
from afterword.core.diagnostics import Exit

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

PATH = "posts/2026-01-05-talk.md"


def put(blog: BlogMaker, matter: str, text: str = "Text.\n", path: str = PATH) -> Blog:
    return blog().write(path, f"---\ntitle: A talk\n{matter}---\n{text}")


def ids(made: Blog) -> list[str]:
    """Builds a blog, which must be published; returns its findings as `severity id`."""
    report = made.build()
    assert report.exit_code is Exit.DONE
    return [f"{found.severity} {found.id}" for found in report.diagnostics]


@pytest.mark.parametrize("date", ["2026-13-01", "soon", "0000-00-00", "5/1/2026"])
def test_an_invalid_date_is_replaced_by_that_of_the_file_name(blog: BlogMaker, date: str) -> None:
    made = put(blog, f"date: {date}\n")
    assert ids(made) == ["warning ignored-date"]
    assert "2026-01-05" in made.page("/posts/talk/")


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("Feb 1, 2026", "2026-02-01"),
        ("2019-12-01-19:48", "2019-12-01"),
        ("20260201", "2026-02-01"),
        ("31/01/2026", "2026-01-31"),
    ],
)
@pytest.mark.parametrize("path", ["posts/talk.md", "posts/2026-01-05-talk.md"])
def test_a_date_in_another_format_is_read_if_it_has_one_meaning(
    blog: BlogMaker, path: str, date: str, day: str
) -> None:
    made = put(blog, f"date: {date}\n", path=path)
    assert ids(made) == ["warning guessed-date"]
    assert f'datetime="{day}' in made.page("/posts/talk/")


@pytest.mark.parametrize("date", ["Jan 5, 2199", "3/4/2199"])
def test_a_post_is_not_published_before_a_date_in_another_format(blog: BlogMaker, date: str) -> None:
    made = put(blog, f"date: {date}\n")
    made.build()
    assert not (made.root / "site/posts/talk").exists()


def test_an_invalid_date_is_an_error_where_no_name_has_one(blog: BlogMaker) -> None:
    assert put(blog, "date: soon\n", path="posts/talk.md").build().exit_code is Exit.CONTENT


@pytest.mark.parametrize("key", ["updated", "last_modified_at"])
def test_an_invalid_date_of_a_change_is_ignored(blog: BlogMaker, key: str) -> None:
    assert ids(put(blog, f"{key}: 2026-02-30\n")) == ["warning ignored-date"]


@pytest.mark.parametrize("layout", ["talk", "presentation", "psot"])
def test_an_unknown_layout_is_one_message_for_all_its_posts(
    blog: BlogMaker, capsys: pytest.CaptureFixture[str], layout: str
) -> None:
    made = put(blog, f"layout: {layout}\n")
    made.write("posts/2026-01-06-b.md", f"---\ntitle: B\nlayout: {layout}\n---\nText.\n")
    assert run(["build", "-s", str(made.root)]) == 0
    said = capsys.readouterr().err
    assert said.count(f"layout `{layout}` not found") == 1
    assert re.search(r"also at: \S*posts/2026-01-06-b.md:3:9\n", said)
    assert "<h1" in made.page("/posts/b/")


def test_a_template_that_comes_is_used(blog: BlogMaker) -> None:
    made = put(blog, "layout: talk\n")
    made.build()
    made.write("templates/talk.html", "My talk: {{ post.title }}")
    assert ids(made) == []
    assert made.page("/posts/talk/") == "My talk: A talk"


@pytest.mark.parametrize(
    "lines",
    [
        "layout: post\nlayout: post\n",
        "tags: [a, b]\ntags:\n- a\n- b\n",
        "talk: {title: T}\ntalk:\n  title: T\n",
        "description:\ndescription: ~\n",
    ],
)
def test_a_key_with_the_same_value_twice_is_a_warning(blog: BlogMaker, lines: str) -> None:
    assert ids(put(blog, lines)) == ["warning repeated-key"]


@pytest.mark.parametrize("lines", ["layout: post\nlayout: page\n", "tags: [a]\ntags: [a, b]\n"])
def test_a_key_with_two_values_is_an_error(blog: BlogMaker, lines: str) -> None:
    assert "duplicate-key" in [found.id for found in put(blog, lines).build().diagnostics if found.is_error]


def test_tags_that_differ_in_case_have_one_page(blog: BlogMaker) -> None:
    made = put(blog, "tags: [P2P]\n").write("posts/2026-01-06-b.md", "---\ntitle: B\ntags: [p2p]\n---\nText.\n")
    made.write("posts/2026-01-07-c.md", "---\ntitle: C\ntags: [p2p]\n---\nText.\n")
    assert ids(made) == ["warning term-slug-conflict"]
    page = made.page("/tags/p2p/")
    assert all(f'href="/posts/{name}/"' in page for name in ("talk", "b", "c"))
    made.write("posts/2026-01-07-c.md", "---\ntitle: C\ntags: [P2P]\n---\nText.\n")
    made.build()
    assert "P2P" in made.page("/posts/b/"), "the name of a tag is the spelling of most posts"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("[The slides](slides.pdf)\n", "The slides"),
        ("[A post](2026-01-01-gone.md#part)\n", "A post"),
        ("![A hall](hall.png)\n", "A hall"),
        ("[A source](../gone/file.zip)\n", "A source"),
    ],
)
def test_a_dead_relative_link_is_a_warning_as_a_dead_absolute_one(blog: BlogMaker, text: str, kept: str) -> None:
    made = put(blog, "", text)
    assert ids(made) == ["warning broken-link"]
    assert kept in made.page("/posts/talk/")


@pytest.mark.parametrize("image", ["hall.png", "/img/hall.png", "{path: ../hall.png, alt: A hall}"])
def test_an_image_that_is_not_found_is_a_warning(blog: BlogMaker, image: str) -> None:
    assert ids(put(blog, f"image: {image}\n")) == ["warning broken-link"]


@pytest.mark.parametrize("alias", ["/posts/Talk/", "/Posts/talk/", "/posts/talk/", "posts/TALK/index.html"])
def test_an_alias_that_equals_its_page_but_for_case_is_no_page(blog: BlogMaker, alias: str) -> None:
    assert ids(put(blog, f"redirect_from: [{alias}, /old/, /Old/]\n")) == []


@pytest.mark.parametrize(
    ("talk", "start"),
    [
        ("https://www.youtube.com/watch?v=zjkBMFhNj_g?t=285", 285),
        ("https://youtu.be/zjkBMFhNj_g?si=abc?t=1m5s", 65),
        ("<https://youtu.be/zjkBMFhNj_g>", 0),
        ("<https://www.youtube.com/watch?v=zjkBMFhNj_g&t=30>", 30),
        ("'{title: T, video: \"<https://youtu.be/zjkBMFhNj_g?t=7>\"}'", 7),
    ],
)
def test_a_recording_is_recognised_in_copied_urls(blog: BlogMaker, talk: str, start: int) -> None:
    made = put(blog, f"talk: {talk.strip(chr(39))}\n", "## One [1:00]\n")
    assert ids(made) == []
    page = made.page("/posts/talk/")
    assert "watch?v=zjkBMFhNj_g" in page
    assert "t=285" not in page or start == 285


@pytest.mark.parametrize("character", ["\x0b", "\x00", "\x1b"])
def test_a_control_character_is_shown_as_a_replacement(blog: BlogMaker, character: str) -> None:
    made = put(blog, "", f"One{character}two.\n")
    assert ids(made) == ["warning control-character"]
    assert "One\ufffdtwo." in made.page("/posts/talk/")


@pytest.mark.parametrize(
    "speakers",
    [
        "[Ada Lovelace, '']",
        "[Ada Lovelace, ~]",
        "[Ada Lovelace, ' ']",
        "[Ada Lovelace, {name: ''}]",
        "[{name: , url: }, Ada Lovelace]",
    ],
)
def test_an_empty_name_among_speakers_is_left_out(blog: BlogMaker, speakers: str) -> None:
    made = put(blog, f"talk: {{title: T, speakers: {speakers}}}\n")
    assert ids(made) == ["warning empty-speaker"]
    assert "Ada Lovelace" in made.page("/posts/talk/")


@pytest.mark.parametrize("line", ["[Audience]: Yes.", "[Speaker 2]: No!", "[Q]: Really?"])
def test_text_that_is_read_as_a_link_definition_is_told(blog: BlogMaker, line: str) -> None:
    assert ids(put(blog, "", f"Before.\n\n{line}\n\nAfter.\n")) == ["warning text-as-definition"]


def test_each_line_of_a_dialogue_is_told_once(blog: BlogMaker) -> None:
    text = "[Audience]: Yes.\n\n[Audience]: No.\n"
    assert ids(put(blog, "", text)) == ["warning text-as-definition"] * 2


@pytest.mark.parametrize("line", ["[a]: /x/", "[a]: https://example.org/", "[a]: page.html", "[a]: #part"])
def test_a_link_definition_without_use_is_nobodys_mistake(blog: BlogMaker, line: str) -> None:
    assert ids(put(blog, "", f"Text.\n\n{line}\n")) == []


def test_a_scheme_that_is_not_allowed_is_a_warning(blog: BlogMaker) -> None:
    made = put(blog, "", "[chat](irc://irc.example.org/x) and [run](javascript:alert(1))\n")
    assert ids(made) == ["warning unsafe-link"] * 2
    assert "javascript:" not in made.page("/posts/talk/")


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("lastmod: 2026-01-06", "updated"),
        ("modified: 2026-01-06", "updated"),
        ("updated_at: 2026-01-06", "updated"),
        ("heroImage: /a.png", "image"),
        ("cover: a.png", "image"),
        ("synopsis: What it says.", "description"),
    ],
)
def test_a_key_of_another_generator_is_a_note_with_the_key_that_has_its_meaning(
    blog: BlogMaker, line: str, own: str
) -> None:
    (found,) = put(blog, f"{line}\n").build(strict=True).diagnostics
    assert found.id == "unused-key"
    assert found.hint.startswith(f"rename the key to `{own}`")


@pytest.mark.parametrize("lines", ["lastmod: 2026-01-06\nupdated: 2026-01-06\n", "cover: true\n", "modified:\n"])
def test_a_key_of_another_generator_beside_ours_is_nothing(blog: BlogMaker, lines: str) -> None:
    assert put(blog, lines).build(strict=True).diagnostics == ()


@pytest.mark.parametrize(
    ("date", "id", "meant"),
    [
        ("2026/01/10", "guessed-date", "`2026-01-10`"),
        ("Jan 12, 2026", "guessed-date", "`2026-01-12`"),
        ("10.01.2026", "guessed-date", "`2026-01-10`"),
        ("20260110", "guessed-date", "`2026-01-10`"),
        ("2016-03-21 12:00 EDT", "guessed-date", "`2016-03-21 12:00 -04:00`"),
        ("31/01/2026", "guessed-date", "`2026-01-31`"),
        ("01/02/2026", "invalid-date", "`2026-02-01` or `2026-01-02`"),
    ],
)
def test_the_hint_at_a_date_in_another_format_is_the_date_that_was_meant(
    blog: BlogMaker, date: str, id: str, meant: str
) -> None:
    (found,) = put(blog, f"date: {date}\n", path="posts/talk.md").build().diagnostics
    assert (found.id, found.hint) == (id, f"write {meant}")


@pytest.mark.parametrize(
    ("link", "hint"),
    [
        ("[core](example.org)", "write `https://example.org`"),
        ("[w](www.example.org/a)", "write `https://www.example.org/a`"),
        ("[z](/notes/posts/b/)", "did you mean `/posts/b/`? write URLs without the base path"),
        ("![x](/notes/x.png)", "did you mean `/x.png`? write URLs without the base path"),
        ("[m](module.py)", "use a path relative to this file"),
    ],
)
def test_the_hint_at_a_broken_link_says_what_to_write(blog: BlogMaker, link: str, hint: str) -> None:
    made = put(blog, "", f"{link}\n").write("afterword.toml", 'base_url = "https://a.example/notes/"\n')
    made.write("posts/2026-01-06-b.md", "---\ntitle: B\n---\nText.\n").write("static/x.png", "x")
    found = next(found for found in made.build().diagnostics if found.id == "broken-link")
    assert hint in found.hint


def test_a_file_whose_name_is_a_date_is_a_post(blog: BlogMaker) -> None:
    made = blog("-- posts/2024-05-01.md --\n---\ntitle: A day\n---\nText.\n")
    assert made.build(strict=True).diagnostics == ()
    assert "2024-05-01" in made.page("/posts/2024-05-01/")


def test_a_layout_with_the_suffix_of_its_template_is_that_layout(blog: BlogMaker) -> None:
    made = put(blog, "layout: wide.html\n").write("templates/wide.html", "Wide: {{ post.title }}")
    assert ids(made) == []
    made.edit("posts/2026-01-05-talk.md", "wide.html", "wdie.html")
    (found,) = made.build().diagnostics
    assert found.message == "layout `wdie.html` not found: no template `wdie.html`"
    assert found.hint == "did you mean `wide`?"


def test_tags_as_in_jekyll_are_several_without_a_message(blog: BlogMaker) -> None:
    assert ids(put(blog, "tags: a b c\n")) == []


def test_a_misspelled_key_of_an_author_is_suggested(blog: BlogMaker) -> None:
    (found,) = put(blog, "author: {nam: Ada}\n").build().diagnostics
    assert (found.id, found.hint) == ("missing-key", "did you mean `name` instead of `nam`?")


@pytest.mark.parametrize(
    ("value", "hint"), [("site.title", "write the text itself"), ("site.baseurl", "write the URL")]
)
def test_the_hint_at_a_value_of_the_site_in_a_post_fits_it(blog: BlogMaker, value: str, hint: str) -> None:
    (found,) = put(blog, "", f"A {{{{ {value} }}}} b.\n").build().diagnostics
    assert found.hint.startswith(hint)


@pytest.mark.parametrize(("length", "ids_"), [("45 s", []), ("2m 30s", []), ("2:30", ["warning short-talk"])])
def test_a_short_talk_whose_length_names_its_seconds_is_meant(blog: BlogMaker, length: str, ids_: list[str]) -> None:
    talk = f"talk: {{title: T, video: https://youtu.be/zjkBMFhNj_g, length: '{length}'}}\n"
    assert ids(put(blog, talk)) == ids_
