"""Markdown as writers know it: what they write, and the HTML, the excerpt and the findings that come of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from afterword.core.diagnostics import Place
from afterword.markdown.body import Heading, Reference
from afterword.markdown.context import MarkdownOptions, TalkContext
from afterword.talks.model import Talk
from afterword.talks.recordings import parse_recording
from afterword.talks.timestamps import Length
from tests.writing import PATH, ids, read_fixtures, say, write

OPTIONS = MarkdownOptions(base_path="/notes", origin="https://me.example")
TALK = TalkContext(Talk(video=parse_recording("https://youtu.be/zjkBMFhNj_g"), length=Length(7200)), {})
"""A talk of two hours."""


@pytest.mark.parametrize(("text", "html"), [pytest.param(*rest, id=title) for title, *rest in read_fixtures(".")])
def test_text_becomes_html(text: str, html: str) -> None:
    assert write(text, OPTIONS).html.rstrip("\n") == html


@pytest.mark.parametrize(
    ("text", "excerpt"), [pytest.param(*rest, id=title) for title, *rest in read_fixtures("excerpts")]
)
def test_a_text_begins_with_its_excerpt(text: str, excerpt: str) -> None:
    separator = "<!--more-->" if "<!--more-->" in text else "\n\n"
    assert write(text, replace(OPTIONS, excerpt_separator=separator)).excerpt == excerpt


@pytest.mark.parametrize(
    ("text", "findings"), [pytest.param(*rest, id=title) for title, *rest in read_fixtures("findings")]
)
def test_what_is_wrong_is_said_where_it_is(text: str, findings: str) -> None:
    assert "\n".join(map(say, write(text, OPTIONS).diagnostics)) == findings


@pytest.mark.parametrize(("text", "html"), [pytest.param(*rest, id=title) for title, *rest in read_fixtures("talks")])
def test_notes_speak_of_moments_of_their_talk(text: str, html: str) -> None:
    assert write(text, OPTIONS, TALK).html.rstrip("\n") == html


@pytest.mark.parametrize(
    ("text", "findings"), [pytest.param(*rest, id=title) for title, *rest in read_fixtures("talks/findings")]
)
def test_what_is_wrong_with_moments_is_said_where_it_is(text: str, findings: str) -> None:
    assert "\n".join(map(say, write(text, OPTIONS, TALK).diagnostics)) == findings


def test_too_many_seconds_are_no_mistake_where_no_talk_is_spoken_of() -> None:
    assert write("Sura [2:60]").diagnostics == ()


def test_a_chapter_is_a_heading_with_a_moment() -> None:
    body = write("## Tool use [27:43–33:32]\n\n## Multimodality", talk_context=TALK)

    assert body.headings == (
        Heading(2, "tool-use", "Tool use", 1663, 2012),
        Heading(2, "multimodality", "Multimodality"),
    )


@pytest.mark.parametrize(
    ("text", "takeaways"),
    [
        ("## Key Takeaways\n\n### One [1:00]\n\n### Two\n\n## Else\n\n### Three", ("One", "Two")),
        ("## TL;DR\n\nIn short:\n\n- **One** — a\n- plain\n- **Two.** b\n\n## Else", ("One", "Two")),
        ("## Summary\n\n- [0:55] **One** — a\n- [1:10] [2:00]: **Two [2:10]** — b\n- [3:00] plain", ("One", "Two")),
        ("## Notes\n\n- **One**", ()),
        ("Text", ()),
    ],
)
def test_takeaways_are_taken_from_the_section_of_that_name(text: str, takeaways: tuple[str, ...]) -> None:
    assert write(text, talk_context=TALK).takeaways == takeaways


def test_points_may_do_without_ids() -> None:
    assert (
        "<li><strong>" in write("- **Run file** a", talk_context=TalkContext(TALK.talk, {}, list_item_ids=False)).html
    )


def test_a_talk_without_a_recording_has_nothing_to_link_to() -> None:
    quotation = "> It dreams.\n>\n> — Ann Lee [16:00]"
    text = f"## Tool use [12:34]\n\nAt [12:34]. At [15:00].\n\nIt is [lossy](#t=5:48).\n\n{quotation}"
    body = write(text, talk_context=TalkContext(Talk(title="A talk"), {}))

    assert '<a class="ts' not in body.html
    assert '<time class="ts" datetime="PT12M34S">12:34</time>' in body.html
    assert '<p>At&nbsp;<time class="ts" datetime="PT12M34S">12:34</time>.' in body.html
    assert '<p>It is <time class="ts label" datetime="PT5M48S">lossy</time>.</p>' in body.html
    assert '<cite>Ann Lee</cite>&nbsp;<time class="ts" datetime="PT16M">16:00</time>' in body.html
    assert body.excerpt == (
        '<p>At&nbsp;<time class="ts" datetime="PT12M34S">12:34</time>. '
        'At&nbsp;<time class="ts" datetime="PT15M">15:00</time>.</p>'
    )


def test_a_recording_beside_the_text_is_published_with_it() -> None:
    recording = parse_recording("talk.mp4")
    assert recording is not None
    talk_context = TalkContext(Talk(video=recording), {"talk.mp4": Place(PATH, 3, 8, 8)})
    body = write("At [12:34].", talk_context=talk_context)

    assert [say(finding) for finding in body.diagnostics] == [
        (
            "warning[broken-link] 3:8+8 file not found: `posts/talk.mp4` (use a path relative to this file, "
            "or `/…` for a file in `static/`)"
        )
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two is [there](2026-01-02-other.md), and more. Three.", "Two is there, and more."),
        ("[There](2026-01-02-other.md)! It is.", "There!"),
        ("本がある。[そこ](2026-01-02-other.md)にある。ほかにも。", "そこにある。"),
        ("- **In** *e.g.* a [list](2026-01-02-other.md)", "a list"),
    ],
)
def test_a_link_knows_its_sentence(text: str, sentence: str) -> None:
    assert [reference.sentence for reference in write(text).references] == [sentence]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It is [there](2026-01-02-other.md) [12:34], and here.", "It is there, and here."),
        ("One. [12:34] At [13:00] it is [there](2026-01-02-other.md) ([14:00]).", "At 13:00 it is there."),
    ],
)
def test_the_sentence_of_a_link_has_no_times_besides(text: str, sentence: str) -> None:
    assert [reference.sentence for reference in write(text, talk_context=TALK).references] == [sentence]


def test_times_of_no_talk_stay_in_a_sentence() -> None:
    (reference,) = write("John [3:16] is [there](2026-01-02-other.md).").references
    assert reference.sentence == "John [3:16] is there."


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            "A model is two files [1:49], he says, and stays with them [1:49–2:28].",
            "A model is two files, he says, and stays with them.",
        ),
        (
            "[4:49]: ten terabytes go in. [5:00] – What comes out is lossy.",
            "ten terabytes go in. What comes out is lossy.",
        ),
        (
            "At [12:34] he says so; from [1:00] to [2:00] he does not.",
            "At 12:34 he says so; from 1:00 to 2:00 he does not.",
        ),
        ("Two files ([1:49]; [2:28]) and [02:49]() code [3:00] and [4:00].", "Two files and code."),
        ("- [0:55] **Two** files — [1:00]\n- [1:10], [1:20] More, [lossy](#t=5:48)", "Two files More, lossy"),
        ("Two [1:49 - 2:28]() files, see [3:00\t—\t4:00]()", "Two files, see 3:00 — 4:00"),
        ("## One [0:20]\n\n[0:55]", ""),
        ("The score was 12:34, `[1:00]` and \\[2:00].", "The score was 12:34, [1:00] and [2:00]."),
    ],
)
def test_a_summary_has_no_times_besides(text: str, summary: str) -> None:
    assert write(text, talk_context=TALK).summary == summary


def test_a_long_sentence_is_cut_around_its_link() -> None:
    (reference,) = write(f"{'before ' * 100}[there](2026-01-02-other.md){' after' * 100}").references

    assert "before there after" in reference.sentence
    assert reference.sentence.startswith("…before ")
    assert reference.sentence.endswith(" after…")
    assert len(reference.sentence) <= 302


def test_html_is_shown_as_text_where_it_is_off() -> None:
    body = write('<b onclick="x()">a</b>\n\n<script>\nx()\n</script>', replace(OPTIONS, html=False))

    assert "<b" not in body.html
    assert "<script" not in body.html
    assert "&lt;b onclick=" in body.html


def test_smart_punctuation_is_a_choice() -> None:
    assert write('"a" -- b...').html == '<p>"a" -- b...</p>\n'
    assert write('"a" -- b... `"c"`', MarkdownOptions(smart=True)).html == '<p>“a” – b… <code>"c"</code></p>\n'


def test_links_of_an_excerpt_lead_to_the_page_of_their_text() -> None:
    body = write("See [below](#end)[^1].\n\n[^1]: Note.\n\n## End", OPTIONS)

    assert body.excerpt == '<p>See <a href="/notes/posts/x/#end">below</a>.</p>'
    assert '<a href="#end">' in body.html


def test_an_excerpt_ends_within_a_line_where_its_separator_stands_there() -> None:
    options = MarkdownOptions(excerpt_separator="[...]")
    body = write("One [two][t] [...] three.[^1]\n\n[t]: /img/logo.png\n[^1]: Note.", options)

    assert body.excerpt == '<p>One <a href="/img/logo.png">two</a></p>'
    assert body.summary == "One two"
    assert len(body.references) == 1


def test_without_the_separator_in_it_the_whole_text_is_the_excerpt() -> None:
    body = write("One.\n\nTwo.", MarkdownOptions(excerpt_separator="\0"))

    assert body.excerpt == "<p>One.</p>\n<p>Two.</p>"
    assert body.summary == "One. Two."


def test_there_are_no_excerpts_where_none_are_wanted() -> None:
    body = write("One.\n\nTwo.", MarkdownOptions(excerpt_separator=""))

    assert (body.excerpt, body.summary) == ("", "")


def test_the_separator_of_an_excerpt_is_not_shown() -> None:
    options = MarkdownOptions(html=False, excerpt_separator="<!--more-->")

    assert write("One.\n<!--more-->\nTwo.", options).html == "<p>One.</p>\n<p>Two.</p>\n"


def test_headings_and_anchors_are_told() -> None:
    body = write('# One *two*\n\n### Three {#own}\n\n<a id="raw"></a>\n\nNote[^n].\n\n[^n]: Text.')

    assert body.headings == (Heading(1, "one-two", "One two"), Heading(3, "own", "Three"))
    assert body.anchors == ("one-two", "own", "raw", "fnref:n", "fn:n")


def test_local_links_are_told_with_their_places() -> None:
    body = write("[a](2026-01-02-other.md#part)\n[b](/about/#we%20two) [c](#here)")

    assert body.references == (
        Reference("/posts/other/", "part", "2026-01-02-other.md#part", Place(PATH, 5, 5, 24), "a b c"),
        Reference("/about/", "we two", "/about/#we%20two", Place(PATH, 6, 5, 16), "a b c"),
        Reference("/posts/x/", "here", "#here", Place(PATH, 6, 27, 5)),
    )


def test_files_beside_a_text_are_attached_to_it() -> None:
    body = write('![a](slide.png) [b](slides.pdf)\n\n<video poster="slide.png"></video>')

    assert [(file.source, file.url, str(file.place)) for file in body.attachments] == [
        ("posts/slide.png", "/posts/x/slide.png", f"{PATH}:5:6"),
        ("posts/slides.pdf", "/posts/x/slides.pdf", f"{PATH}:5:21"),
        ("posts/slide.png", "/posts/x/slide.png", f"{PATH}:7:16"),
    ]


@pytest.mark.parametrize(
    ("text", "directive"),
    [
        ("![a](https://i.example/a.png)", "img-src"),
        ('<img src="https://i.example/a.png">', "img-src"),
        ('<img srcset="slide.png 1x, https://i.example/a.png 2x">', "img-src"),
        ('<iframe src="https://i.example/a"></iframe>', "frame-src"),
        ('<video src="//i.example/a.mp4"></video>', "media-src"),
        ('<audio src="https://i.example/a.mp3"></audio>', "media-src"),
        ('<video poster="https://i.example/a.png"></video>', "img-src"),
        ('<video><source src="https://I.example/a.mp4"></video>', "media-src"),
        ('<embed src="https://i.example/a.pdf">', "object-src"),
        ('text <img alt="" src=https://i.example/a.png>', "img-src"),
    ],
)
def test_what_a_page_loads_from_elsewhere_is_told(text: str, directive: str) -> None:
    assert write(text).remote == ((directive, "https://i.example"),)


@pytest.mark.parametrize("tag", ['<object data="{}"></object>', '<embed src="{}">'])
@pytest.mark.parametrize("url", ["data:text/html,a", "blob:https://i.example/1"])
def test_a_document_in_a_url_is_not_loaded(tag: str, url: str) -> None:
    body = write(tag.format(url))
    assert body.remote == ()
    assert [found.id for found in body.diagnostics] == ["blocked-by-csp"]


def test_the_own_site_and_links_are_not_elsewhere() -> None:
    body = write('![a](https://me.example/a.png) <a href="https://i.example/">b</a>', OPTIONS)

    assert body.remote == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One two, *three*.", 3),
        ("# One\n\n- two\n- three\n\n| four | five |\n|-|-|\n| six | `seven` |", 7),
        ("日本語 and 中文", 6),
        ("```\nnot counted\n```", 0),
        ("", 0),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert write(text).words == words


def test_a_blog_may_do_without_a_content_security_policy() -> None:
    assert write('<p style="x">a</p>', MarkdownOptions(strict_csp=False)).diagnostics == ()


def test_a_text_that_grows_beyond_its_limit_is_refused_at_the_line() -> None:
    text = f"[a]: /{'b' * 20_000}\n\n" + "[a]\n" * 2_000
    body = write(text, MarkdownOptions(growth=2))

    assert body.html == ""
    assert ids(body) == ["too-large"]
    assert body.diagnostics[0].is_error


def test_a_text_of_too_many_elements_is_refused_at_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afterword.markdown.parser.SPARE_TOKENS", 100)
    rows = "|a\n" * 50
    body = write(f"|{'a|' * 50}\n|{'-|' * 50}\n{rows}\nEnd")

    assert body.html == ""
    assert ids(body) == ["too-many-elements"]


def test_a_long_list_is_read_up_to_the_limit_on_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "- [x] a\n" + "- b\n" * 1_500
    body = write(text)
    assert body.html.count("<li>b</li>") == 1_500
    assert body.html.count("checkbox") == 1

    monkeypatch.setattr("afterword.markdown.parser.SPARE_TOKENS", 100)
    body = write(text)
    assert ids(body) == ["too-many-elements"]
    assert body.diagnostics[0].place is not None
    assert body.diagnostics[0].place.line > 600


def test_equal_texts_give_equal_bodies() -> None:
    text = "# A\n\nb[^1] ![c](slide.png)\n\n```py\nd\n```\n\n[^1]: e"

    assert write(text) == write(text)


def test_moments_of_a_recording_whose_host_has_no_start_times_stay_text() -> None:
    video = parse_recording("https://talks.example/1")
    body = write("At [12:34] and [15:00].", talk_context=TalkContext(Talk(video=video), {}))

    assert '<p>At&nbsp;<time class="ts" datetime="PT12M34S">12:34</time>' in body.html
    assert [say(found) for found in body.diagnostics] == [
        (
            "note[unlinked-timestamps] 5:4+7 timestamps are not linked: start times are not supported for "
            "`talks.example` (give the recording on another host as `video`)"
        )
    ]


@pytest.mark.parametrize(("text", "least"), [("- a\n- b\n", 3), ("1. a\n", 3), ("> a\n", 2), ("a\n", 1)])
def test_the_limit_of_nesting_holds_for_simple_blocks(text: str, least: int) -> None:
    for nesting in (1, 2, 3):
        found = [one.id for one in write(text, replace(OPTIONS, nesting=nesting)).diagnostics]
        assert found == ["nesting-limit"] * (nesting < least)
