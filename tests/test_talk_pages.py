"""Notes on talks, built: the header, the table, speakers and events, chapters, mentions, and what is found wrong."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import feedparser
import lxml.html
import pytest

from afterword.core.diagnostics import Exit

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

BLOG = """
-- afterword.toml --
base_url = "https://example.org/notes/"

[[talks.speakers]]
name = "Andrej Karpathy"
aliases = ["A. Karpathy"]
url = "https://karpathy.example/"
-- posts/2026-01-01-gpt.md --
---
title: Notes on building GPT
tags: [llm]
talk:
  title: Let's build GPT
  speakers: [A. Karpathy, "José Ñandú"]
  event: PyCon US 2023
  date: 2023-01-17
  video: https://youtu.be/kCc8FmEb1nY
  length: "1:56:20"
  slides: https://slides.example/
---
Built from scratch. As in [the intro](2026-02-01-intro.md), it all begins with data. And more.

## Reading the data [7:52]

- **Characters** — 65 of them [8:30]

## Training [34:53]
-- posts/2026-02-01-intro.md --
---
title: "Notes: Intro to LLMs"
tags: [llm, notes]
---
Notes from [Intro to Large Language Models](https://youtu.be/zjkBMFhNj_g) (Nov 2023, 1hr).

## Update 2026-02-20

More came.
-- posts/2026-02-02-plain.md --
---
title: No talk
---
A plain post.
"""

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>'


def main_of(page: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(page).find(".//main")


def select(element: lxml.html.HtmlElement, path: str) -> list[lxml.html.HtmlElement]:
    """The elements inside one that a path of tags and classes leads to: `section.talk li`."""
    steps = []
    for part in path.split():
        tag, _, name = part.partition(".")
        steps.append((tag or "*") + (f"[contains(concat(' ', @class, ' '), ' {name} ')]" if name else ""))
    found: list[lxml.html.HtmlElement] = element.xpath(".//" + "//".join(steps))
    return found


def text_of(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def titles_of(main: lxml.html.HtmlElement) -> list[str]:
    """The talks that a table lists."""
    return [text_of(link) for link in main.xpath(".//td[@class='talk']/a")]


def dependencies_of(main: lxml.html.HtmlElement) -> dict[str, str]:
    """What the foot of notes says of their talk."""
    return {text_of(fact[0]): text_of(fact[1]) for fact in select(main, "dl.facts")[0]}


def chapters_of(main: lxml.html.HtmlElement) -> list[str]:
    """The entries of the contents that begin chapters, each with its moment."""
    return [f"{text_of(stamp)} {text_of(stamp.getnext())}" for stamp in select(main, "nav.toc a.ts")]


def updates_of(main: lxml.html.HtmlElement) -> list[str]:
    return [text_of(item) for item in main.xpath(".//section[@id='page:updates']//li")]


def test_the_example_post_is_a_note_on_a_talk_as_it_is(blog: BlogMaker, example_post: str) -> None:
    made = blog().write("posts/2026-02-01-karpathy-intro-to-llms.md", example_post)
    report = made.build()
    assert report.diagnostics == ()
    main = main_of(made.page("/posts/karpathy-intro-to-llms/"))
    (watch,) = select(main, "a.watch")
    assert watch.get("href") == "https://www.youtube.com/watch?v=zjkBMFhNj_g"
    assert text_of(watch) == "Watch ≈ 1 h"
    assert text_of(select(main, "p.meta")[0]) == "November 2023 1 min read llm-basics"
    assert dependencies_of(main) == {
        "Title": "Intro to Large Language Models",
        "Given": "November 2023",
        "Length": "≈ 1 h",
        "Recording": "YouTube",
    }, "nothing is guessed"
    assert updates_of(main) == ["What’s Changed Since 2023"]
    (row,) = select(main_of(made.page("/talks/")), "table.talks tbody tr")
    assert text_of(row) == "Nov 2023 Intro to Large Language Models karpathy, llm, notes ≈ 1 h 1 Feb 2026"
    takeaways = [text_of(item) for item in select(main_of(made.page("/")), ".takeaways li")]
    assert takeaways == ["LLM = Two Files", "Training = Lossy Compression of the Internet", "Two-Stage Training"]


@pytest.mark.parametrize(
    ("length", "seconds"), [('length: "59:48"', ["3588"]), ("length: 1hr", ["4500"]), ("kind: talk", [])]
)
@pytest.mark.parametrize("video", ["https://youtu.be/kCc8FmEb1nY", "/talk.webm"])
def test_the_player_knows_where_a_talk_must_have_ended(
    blog: BlogMaker, video: str, length: str, seconds: list[str]
) -> None:
    made = blog().write("static/talk.webm", "")
    made.write("posts/2026-01-01-a.md", f"---\ntitle: A\ntalk:\n  video: {video}\n  {length}\n---\nText.\n")
    assert made.build().diagnostics == ()
    assert main_of(made.page("/posts/a/")).xpath(".//@data-length") == seconds


def test_a_blog_without_talks_has_no_pages_of_them(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n---\ntitle: X\n---\nText.\n")
    made.build()
    assert [path for path in made.tree() if path.split("/")[0] in ("talks", "speakers", "events")] == []
    assert "Talks" not in made.page("/")
    assert "frame-src" not in made.page("/posts/x/")


@pytest.fixture
def talks(blog: BlogMaker) -> Blog:
    made = blog(BLOG)
    report = made.build()
    assert [str(finding) for finding in report.diagnostics] == []
    return made


def test_only_the_page_with_the_player_may_open_frames(talks: Blog) -> None:
    assert "frame-src https://www.youtube-nocookie.com" in talks.page("/posts/gpt/")
    for url in ("/", "/talks/", "/posts/plain/", "/speakers/andrej-karpathy/"):
        assert "frame-src" not in talks.page(url)


def test_talks_are_in_the_order_in_which_they_were_given(talks: Blog) -> None:
    main = main_of(talks.page("/talks/"))
    assert titles_of(main) == ["Intro to Large Language Models", "Let’s build GPT"]
    assert text_of(select(main, "p.data")[0]).startswith("2 h 56 min in all.")


def test_the_talks_are_there_as_data(talks: Blog) -> None:
    intro, gpt = json.loads(talks.page("/talks/index.json"))
    assert (intro["given"], intro["speakers"], intro["event"]) == ("2023-11", [], None)
    assert gpt["speakers"] == ["Andrej Karpathy", "José Ñandú"]
    assert gpt["notes"] == "https://example.org/notes/posts/gpt/"
    rows = list(csv.DictReader(io.StringIO(talks.page("/talks/index.csv"))))
    assert [row["title"] for row in rows] == [intro["title"], gpt["title"]]
    assert rows[1]["length"] == "6980"


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ('+1 for "this", please', '\'+1 for "this", please'),
        ("-1 is not a prime", "'-1 is not a prime"),
        ("@ada on engines", "'@ada on engines"),
        (" =1+1", "'=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("1 - 1 = 0", "1 - 1 = 0"),
        ('a,b"c', 'a,b"c'),
        ("a;=1+1;", "a;=1+1;"),
    ],
)
def test_no_cell_is_a_formula(blog: BlogMaker, title: str, cell: str) -> None:
    made = blog("-- afterword.toml --\nmarkdown.smart_punctuation = false\n")
    made.write("posts/2026-01-01-a.md", f"---\ntitle: A\ntalk: {{title: {json.dumps(title)}}}\n---\nText.\n").build()
    (row,) = csv.DictReader(io.StringIO(made.page("/talks/index.csv"), newline=""))
    assert row["title"] == cell
    assert ";" not in title or f'"{cell}"' in made.page("/talks/index.csv")
    (talk,) = json.loads(made.page("/talks/index.json"))
    assert talk["title"] == title.strip()


HOSTILE = "</script><!-- <script> ]]> \u2028 \u202e ' \" \\ & {{ 1 }} =1"


def test_no_value_ends_what_it_stands_in(blog: BlogMaker) -> None:
    said = json.dumps(HOSTILE)
    made = blog("-- afterword.toml --\nmarkdown.smart_punctuation = false\n").write(
        "posts/2026-01-01-a.md",
        f"---\ntitle: {said}\ndescription: {said}\ntags: [{said}]\nauthors: [{said}]\ntakeaways: [{said}]\n"
        f"talk: {{title: {said}, speakers: [{said}], event: {said}, video: https://youtu.be/zjkBMFhNj_g}}\n---\n"
        "## A `</script>` [1:23]\n\n## B [2:34]\n",
    )
    assert made.build(base_url="https://example.org/").published
    title = " ".join(HOSTILE.split())
    (talk,) = json.loads(made.page("/talks/index.json"))
    assert (talk["title"], talk["event"], talk["takeaways"]) == (title, title, [title])
    assert json.loads(made.page("/posts/a/chapters.json"))["chapters"][0]["title"] == "A </script>"
    assert json.loads(made.page("/feed.json"))["items"][0]["title"].split() == title.split()
    page = lxml.html.fromstring(made.page("/posts/a/"))
    (data,) = page.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(data)["isBasedOn"]["name"] == title
    for raw in (made.page(url) for url in ("/talks/index.json", "/posts/a/chapters.json", "/feed.json")):
        assert raw.isascii()
        assert "</" not in raw


def test_speakers_have_pages_under_the_names_that_the_settings_prefer(talks: Blog) -> None:
    names = [text_of(link) for link in select(main_of(talks.page("/speakers/")), ".people a")]
    assert names == ["Andrej Karpathy", "José Ñandú"]
    page = talks.page("/speakers/josé-ñandú/")
    assert titles_of(main_of(page)) == ["Let’s build GPT"]
    assert 'href="https://karpathy.example/"' in talks.page("/speakers/andrej-karpathy/")
    feed = feedparser.parse(talks.page("/speakers/andrej-karpathy/feed.xml"))
    assert [entry.title for entry in feed.entries] == ["Notes on building GPT"]


def test_spellings_of_names_that_differ_in_spaces_need_one_alias(blog: BlogMaker) -> None:
    made = blog(
        """
-- afterword.toml --
[[talks.speakers]]
name = "Jane Smith"
aliases = ["J.P. Smith"]
[[talks.events]]
name = "PyCon US"
-- posts/2026-01-01-a.md --
---
title: A
talk: {title: A, speaker: J. P. Smith, event: Py-Con US 2015}
---
Text.
-- posts/2026-01-02-b.md --
---
title: B
talk: {title: B, speaker: JP  Smith, event: PyConUS 2016}
---
Text.
"""
    )
    assert made.build().diagnostics == ()
    for listing, name in (("speakers", "Jane Smith"), ("events", "PyCon US")):
        assert [text_of(link) for link in select(main_of(made.page(f"/{listing}/")), ".people a")] == [name]


def test_events_have_pages_with_their_editions(talks: Blog) -> None:
    main = main_of(talks.page("/events/pycon-us/"))
    assert [text_of(heading) for heading in select(main, "tr.edition th")] == ["2023"]
    (link,) = (link for link in select(main_of(talks.page("/posts/gpt/")), "dl.facts a") if "2023" in link.text)
    path, _, anchor = link.get("href").partition("#")
    assert path == "/notes/events/pycon-us/"
    assert main.xpath(f".//*[@id='{anchor}']")


@pytest.mark.parametrize(
    ("settings", "series"),
    [
        ("", []),
        ('[[talks.events]]\nname = "PyCon US"\nurl = "https://pycon.example/"', ["https://pycon.example/"]),
    ],
)
def test_the_link_of_an_edition_is_not_that_of_the_event(blog: BlogMaker, settings: str, series: list[str]) -> None:
    made = blog().write("afterword.toml", settings)
    for year, url in (("2015", "https://us.pycon.example/2015/"), ("2016", "")):
        talk = f"talk: {{title: T, event: {{name: PyCon US {year}, url: '{url}'}}}}"
        made.write(f"posts/2026-01-01-in-{year}.md", f"---\ntitle: T\n{talk}\n---\nText.\n")
    assert made.build().diagnostics == ()
    main = main_of(made.page("/events/pycon-us/"))
    header, *_ = select(main, "header.list-header")
    assert [a.get("href") for a in header.iter("a") if "//" in a.get("href")] == series
    editions = {
        heading.text.strip(): [link.get("href") for link in heading] for heading in select(main, "tr.edition th")
    }
    assert list(editions.items()) == [("2016", []), ("2015", ["https://us.pycon.example/2015/"])]


def test_an_event_is_one_however_its_year_is_written(blog: BlogMaker) -> None:
    made = blog()
    for at, name in enumerate(("PyCon US 2011", "PyCon US '12", "2013 PyCon US", "PyCon US (2014)")):
        made.write(f"posts/2014-01-01-{at}.md", f'---\ntitle: T\ntalk: {{title: T, event: "{name}"}}\n---\nText.\n')
    assert made.build().diagnostics == ()
    assert [text_of(link) for link in select(main_of(made.page("/events/")), ".people a")] == ["PyCon US"]
    headings = select(main_of(made.page("/events/pycon-us/")), "tr.edition th")
    assert [text_of(heading) for heading in headings] == ["2014", "2013", "2012", "2011"]


def test_talks_of_no_edition_come_last_and_alone_need_no_heading(talks: Blog) -> None:
    talks.write("posts/2026-03-01-x.md", "---\ntitle: X\ntalk: {title: X, event: PyCon US}\n---\nText.\n").build()
    main = main_of(talks.page("/events/pycon-us/"))
    assert [text_of(heading) for heading in select(main, "tr.edition th")] == ["2023", "Other"]
    talks.edit("posts/2026-01-01-gpt.md", "PyCon US 2023", "PyCon US").build()
    main = main_of(talks.page("/events/pycon-us/"))
    assert select(main, "tr.edition") == []
    assert titles_of(main) == ["Let’s build GPT", "X"]


def test_columns_without_content_are_left_out(blog: BlogMaker) -> None:
    made = blog()
    for number in range(1, 8):
        made.write(
            f"posts/2026-01-0{number}-t{number}.md", f"---\ntitle: T{number}\ntalk: {{length: '5:00'}}\n---\nText.\n"
        )
    assert made.build().diagnostics == ()
    assert not select(main_of(made.page("/talks/")), "form"), "a few talks are seen at a glance"
    made.write("posts/2026-01-08-t8.md", "---\ntitle: T8\ntalk: {length: '5:00'}\n---\nText.\n").build()
    main = main_of(made.page("/talks/"))
    assert [text_of(heading) for heading in select(main, "thead th")] == ["Talk", "Length", "Noted"]
    choices = [field.get("name") for field in select(main, "form.talk-filter select")]
    assert choices == ["length", "sort"], "a list of one choice chooses nothing"


def test_the_page_of_a_speaker_names_others_only_where_there_are_some(talks: Blog) -> None:
    talks.write("posts/2026-03-01-x.md", "---\ntitle: X\ntalk: {title: X, speaker: Ada}\n---\nText.\n").build()
    for speaker, shown in (("ada", False), ("andrej-karpathy", True)):
        headings = [text_of(heading) for heading in select(main_of(talks.page(f"/speakers/{speaker}/")), "thead th")]
        assert ("Speaker" in headings) is shown


def test_lists_of_talks_lead_to_each_other(talks: Blog) -> None:
    for kind in ("talks", "speakers", "events"):
        tabs = select(main_of(talks.page(f"/{kind}/")), "nav.tabs a")
        assert [text_of(tab) for tab in tabs] == ["Talks 2", "Speakers 2", "Events 1"]
        assert [tab.get("href") for tab in tabs if tab.get("aria-current")] == [f"/notes/{kind}/"]
    home = select(main_of(talks.page("/")), "header.masthead a")
    assert [text_of(link) for link in home] == ["2 notes", "2 speakers", "3 posts"]


def test_talks_are_drawn_to_scale(blog: BlogMaker) -> None:
    made = blog()
    text = "At [1:00] and [10:00].\n\n## A [2:00]\n\n## B [1:00]\n"
    made.write("posts/2026-01-01-a.md", f"---\ntitle: A\ntalk: {{video: /a.mp4, length: '5:00'}}\n---\n{text}")
    made.write("static/a.mp4", "").build()
    paths = [path.get("d") for path in main_of(made.page("/posts/a/")).iter("path")]
    assert paths == ["M0 6V9.5H300V6", "M60 1V10M120 1V10"], (
        "what is a chapter is no other moment, nor is what is beyond"
    )
    made.edit("posts/2026-01-01-a.md", "length: '5:00'", "length: 9 min").build()
    paths = [path.get("d") for path in main_of(made.page("/posts/a/")).iter("path")]
    assert paths == ["M600 6V10", "M0 6V9.5H600V6", "M60 1V10M120 1V10"], "a rounded length may be short of a moment"
    made.edit("posts/2026-01-01-a.md", ", length: 9 min", "").build()
    assert [*main_of(made.page("/")).iter("svg")] == []


def test_chapters_are_in_the_contents_and_in_a_file(talks: Blog) -> None:
    main = main_of(talks.page("/posts/gpt/"))
    assert chapters_of(main) == ["7:52 Reading the data", "34:53 Training"]
    url = "https://example.org/notes/posts/gpt/"
    assert json.loads(talks.page("/posts/gpt/chapters.json")) == {
        "version": "1.2.0",
        "title": "Let’s build GPT",
        "chapters": [
            {"startTime": 472, "endTime": 2093, "title": "Reading the data", "url": f"{url}#reading-the-data"},
            {"startTime": 2093, "endTime": 6980, "title": "Training", "url": f"{url}#training"},
        ],
    }


@pytest.mark.parametrize(
    ("heading", "id"),
    [
        ("## [20:00] Scaling", "scaling"),
        ("## [20:00–21:00] – Scaling", "scaling"),
        ("[20:00] Scaling\n---", "scaling"),
        ("## Scaling [20:00] {#laws}", "laws"),
        ("## Scaling {#laws} [20:00]", "laws"),
        ("## Scaling {: #laws} [20:00] ##", "laws"),
        ("## [20:00] Scaling {#laws}", "laws"),
    ],
)
def test_a_chapter_may_have_its_time_in_several_places(blog: BlogMaker, heading: str, id: str) -> None:
    matter = "---\ntitle: A\ntoc: true\ntalk: https://youtu.be/zjkBMFhNj_g\n---\n"
    made = blog().write("posts/2026-01-01-a.md", f"{matter}{heading}\n\nText.\n\n## End\n")
    assert made.build().diagnostics == ()
    main = main_of(made.page("/posts/a/"))
    assert [text_of(item) for item in select(main, "nav.toc li")] == ["20:00 Scaling", "End"]
    (chapter,) = json.loads(made.page("/posts/a/chapters.json"))["chapters"]
    assert (chapter["startTime"], chapter["title"]) == (1200, "Scaling")
    assert chapter["url"].endswith(f"/posts/a/#{id}")


def test_of_chapters_that_begin_together_the_first_is_listed(talks: Blog) -> None:
    talks.edit("posts/2026-01-01-gpt.md", "## Training", "## Looking at it [7:52]\n\n## Training")
    assert [(found.id, str(found.place)) for found in talks.build().diagnostics] == [
        ("chapter-order", "posts/2026-01-01-gpt.md:19:18")
    ]
    assert chapters_of(main_of(talks.page("/posts/gpt/"))) == ["7:52 Reading the data", "34:53 Training"]
    chapters = json.loads(talks.page("/posts/gpt/chapters.json"))["chapters"]
    assert [(chapter["startTime"], chapter["endTime"]) for chapter in chapters] == [(472, 2093), (2093, 6980)]


def test_points_quotations_and_ranges_of_notes(blog: BlogMaker) -> None:
    made = blog().write(
        "posts/2026-01-01-a.md",
        "---\ntitle: A\ntalk: https://youtu.be/zjkBMFhNj_g\n---\n## TL;DR\n\n- [0:55] [1:10] **Two** files\n\n"
        "> It dreams — Ann Lee [16:00]\n\nAll of it [15:00–12:00].\n",
    )
    report = made.build()
    assert [(found.id, str(found.place)) for found in report.diagnostics] == [
        ("invalid-timestamp", "posts/2026-01-01-a.md:11:11")
    ]
    main = main_of(made.page("/posts/a/"))
    assert [item.get("id") for item in select(main, ".prose li")] == ["point-two"]
    assert [text_of(name) for name in select(main, "figure.quotation cite")] == ["Ann Lee"]
    assert [text_of(item) for item in select(main_of(made.page("/")), ".takeaways li")] == ["Two"]


def test_chapters_of_posts_in_one_folder_have_files_of_their_own(blog: BlogMaker) -> None:
    made = blog('-- afterword.toml --\npermalink = "/:title.html"\n')
    for name in ("a", "b"):
        text = "---\ntitle: T\ntalk: https://youtu.be/zjkBMFhNj_g\n---\n## One [0:20]\n"
        made.write(f"posts/2026-01-01-{name}.md", text)
    assert made.build().diagnostics == ()
    assert {"a.chapters.json", "b.chapters.json"} <= made.tree().keys()
    assert 'href="/a.chapters.json"' in made.page("/a.html")


def test_without_a_recording_there_is_no_file_of_chapters(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\ntalk: {title: T, event: X}\n---\n## One [0:20]\n")
    assert [finding.id for finding in made.build().diagnostics] == ["timestamp-without-video"]
    assert "posts/a/chapters.json" not in made.tree()
    assert "chapters" not in made.page("/posts/a/")


def test_a_standalone_page_can_be_about_a_talk(talks: Blog) -> None:
    talks.add(
        """
-- pages/tokenizer.md --
---
title: The tokenizer
tags: [llm]
talk:
  title: Let's build the GPT Tokenizer
  speakers: Andrej Karpathy
  date: 2024-02
  video: https://youtu.be/zduSFxRajkE
---
## Byte pairs [23:50]

Merged at [30:36].

## Update 2026-02-01

More.
-- posts/2026-02-03-pointer.md --
---
title: Pointer
---
It all comes from [the tokenizer](../pages/tokenizer.md).
"""
    )
    assert talks.build().diagnostics == ()
    page = talks.page("/tokenizer/")
    main = main_of(page)
    assert select(main, "a.watch")[0].get("data-host") == "youtube"
    assert chapters_of(main) == ["23:50 Byte pairs"]
    speaker, recording = select(main, "dl.facts a")
    assert speaker.get("href") == "/notes/speakers/andrej-karpathy/"
    assert text_of(recording) == "YouTube"
    assert [stamp.get("data-t") for stamp in select(main, ".prose a.ts")] == ["1430", "1836"]
    assert updates_of(main) == ["Update 2026-02-01 1 February 2026"]
    assert "frame-src https://www.youtube-nocookie.com" in page
    assert json.loads(talks.page("/tokenizer/chapters.json"))["chapters"][0]["startTime"] == 1430
    assert 'href="/notes/tokenizer/chapters.json"' in page
    assert "Notes on building GPT" in [text_of(link) for link in main.xpath(".//section[h2='See also']//a")]
    assert [text_of(item) for item in select(main, ".mentions li a")] == ["Pointer"]
    titles = titles_of(main_of(talks.page("/talks/")))
    assert "Let's build the GPT Tokenizer" not in titles, "the table is of posts"


def test_a_page_of_the_blogs_own_comes_before_the_table(blog: BlogMaker) -> None:
    made = blog(BLOG).write("pages/talks.md", "---\ntitle: My talks\n---\nThese.\n")
    assert made.build().diagnostics == ()
    assert "My talks" in made.page("/talks/")


def test_what_mentions_a_post_is_quoted_there(talks: Blog) -> None:
    (mention,) = select(main_of(talks.page("/posts/intro/")), ".mentions li")
    assert text_of(mention) == "Notes on building GPT As in the intro, it all begins with data."


def test_each_post_that_mentions_another_is_named_once(talks: Blog) -> None:
    text = "---\ntitle: No talk\n---\nSo [it](2026-02-01-intro.md) says. [Again](2026-02-01-intro.md), and\n\n"
    talks.write("posts/2026-02-02-plain.md", f"{text}* [again](2026-02-01-intro.md)\n")
    assert talks.build().diagnostics == ()
    mentions = [text_of(mention) for mention in select(main_of(talks.page("/posts/intro/")), ".mentions li")]
    assert mentions == [
        "No talk So it says.",
        "Notes on building GPT As in the intro, it all begins with data.",
    ]


def test_a_link_in_html_within_a_text_mentions_a_post(talks: Blog) -> None:
    text = '---\ntitle: No talk\n---\nWords. See <A class="x" href="/posts/intro/">it</A>, says<br><b>Ada</b>. More.\n'
    talks.write("posts/2026-02-02-plain.md", text)
    assert talks.build().diagnostics == ()
    mentions = [text_of(mention) for mention in select(main_of(talks.page("/posts/intro/")), ".mentions li")]
    assert mentions[0] == "No talk See it, says Ada."


def test_a_full_url_of_the_blog_mentions_a_post_and_is_not_checked(blog: BlogMaker) -> None:
    made = blog(
        """
-- posts/2026-01-01-target.md --
---
title: Target
talk: https://youtu.be/zjkBMFhNj_g
---
Text.
-- posts/2026-01-02-a.md --
---
title: A
---
See [it](https://Example.org/notes/posts/target/#x). [Another](https://example.org/posts/target/) is beside this blog.
-- posts/2026-01-03-b.md --
---
title: B
---
See [none](https://example.org/notes/none/) and [another](https://example.com/notes/posts/target/).
"""
    )
    assert made.build(base_url="https://example.org/notes/").diagnostics == ()
    mentions = select(main_of(made.page("/posts/target/")), ".mentions li")
    assert [text_of(mention) for mention in mentions] == ["A See it."]


def test_a_post_on_no_talk_shows_what_it_names_as_related(talks: Blog) -> None:
    talks.edit("posts/2026-02-02-plain.md", "title: No talk", "title: No talk\nrelated: [intro]")
    assert talks.build().exit_code is Exit.DONE
    (section,) = main_of(talks.page("/posts/plain/")).xpath(".//section[h2='See also']")
    assert [link.get("href") for link in section.iter("a")] == ["/notes/posts/intro/"]
    talks.edit("posts/2026-02-01-intro.md", "Notes: Intro to LLMs", "Notes: An intro")
    assert talks.build().exit_code is Exit.DONE
    assert "An intro" in talks.page("/posts/plain/")


def test_update_sections_stand_out(talks: Blog) -> None:
    main = main_of(talks.page("/posts/intro/"))
    assert [text_of(heading) for heading in select(main, "div.update h2")] == ["Update 2026-02-20"]


@pytest.mark.parametrize(
    ("video", "pictures"),
    [
        ("https://youtu.be/kCc8FmEb1nY", {".talk-poster img": 1, "video": 0, ".post-image": 1}),
        ("/talk.webm", {".talk-poster img": 0, "video": 1, ".post-image": 0}),
        ("/talk.mp3", {".talk-poster img": 0, "video": 0, ".post-image": 1}),
    ],
)
def test_the_image_of_a_post_is_the_poster_of_its_recording(talks: Blog, video: str, pictures: dict[str, int]) -> None:
    talks.edit("posts/2026-01-01-gpt.md", "tags: [llm]", "tags: [llm]\nimage: {path: /a.svg, alt: A frame}")
    talks.edit("posts/2026-01-01-gpt.md", "https://youtu.be/kCc8FmEb1nY", video)
    talks.write("static/a.svg", SVG)
    for name in ("talk.webm", "talk.mp3"):
        talks.write(f"static/{name}", "")
    assert talks.build().diagnostics == ()
    main = main_of(talks.page("/posts/gpt/"))
    assert {path: len(select(main, path)) for path in pictures} == pictures
    assert [media.get("poster") for media in select(main, "video")] == ["/notes/a.svg"] * pictures["video"]


def test_a_dated_update_counts_as_a_change(talks: Blog) -> None:
    (entry,) = (e for e in feedparser.parse(talks.page("/feed.xml")).entries if e.title == "Notes: Intro to LLMs")
    assert entry.updated.startswith("2026-02-20")
    assert "<lastmod>2026-02-20" in talks.page("/sitemap.xml")


def test_what_was_revisited_is_listed_on_the_home_page_the_last_update_first(talks: Blog) -> None:
    talks.edit("posts/2026-02-02-plain.md", "No talk", "No talk\nupdates: [{date: 2026-02-25, note: Mended}]")
    talks.edit("posts/2026-01-01-gpt.md", "Built from", "## Update 2025-12-31\n\nBuilt from")
    talks.edit("afterword.toml", "base_url", "paginate = 2\nbase_url")
    assert [finding.id for finding in talks.build().diagnostics] == ["update-before-date"]
    (section,) = main_of(talks.page("/")).xpath(".//section[h2='Recently revisited']")
    assert [text_of(item) for item in select(section, "li")] == [
        "25 Feb 2026 No talk",
        "20 Feb 2026 Notes: Intro to LLMs",
    ]
    assert "Recently revisited" not in talks.page("/page/2/")


def test_an_update_of_a_draft_without_a_date_is_not_too_early(talks: Blog) -> None:
    talks.write("drafts/x.md", "---\ntitle: X\n---\n## Update 2026-01-01\n")
    assert talks.build(drafts=True).diagnostics == ()


def test_a_blog_in_which_nothing_was_revisited_does_not_say_so(talks: Blog) -> None:
    talks.edit("posts/2026-02-01-intro.md", "## Update 2026-02-20", "## Updates")
    talks.build()
    assert "revisited" not in talks.page("/")


TAKEN = """
-- afterword.toml --
base_url = "https://example.org/"
-- posts/2026-01-01-described.md --
---
title: Described
description: How a model is made.
talk: https://youtu.be/zjkBMFhNj_g
---
The beginning.

## Key takeaways

- **Two files** are a model.
- **Training** compresses.
-- posts/2026-01-02-taken.md --
---
title: Taken
takeaways: [Keep this, And that]
---
The beginning.
-- posts/2026-01-03-plain.md --
---
title: Plain
---
The beginning.
"""


def test_takeaways_stand_behind_a_description_in_feeds_and_where_a_post_is_shared(blog: BlogMaker) -> None:
    made = blog(TAKEN)
    assert made.build().diagnostics == ()
    said = {
        "Described": "How a model is made. · Two files · Training",
        "Taken": "Keep this · And that",
        "Plain": "The beginning.",
    }
    assert {entry.title: entry.summary for entry in feedparser.parse(made.page("/feed.xml")).entries} == said
    assert {item["title"]: item["summary"] for item in json.loads(made.page("/feed.json"))["items"]} == said
    for title, summary in said.items():
        head = lxml.html.fromstring(made.page(f"/posts/{title.lower()}/"))
        assert head.xpath("//meta[@property='og:description' or @name='description']/@content") == [summary] * 2


def test_a_description_has_no_times_besides(blog: BlogMaker) -> None:
    matter = '---\ntitle: "Notes: A"\ntalk: https://youtu.be/zjkBMFhNj_g\n---\n'
    made = blog().write("posts/2026-01-01-a.md", f"{matter}[1:49]: two files [2:28], as he says at [3:00].\n")
    assert made.build().diagnostics == ()
    said = "two files, as he says at 3:00."
    head = lxml.html.fromstring(made.page("/posts/a/"))
    assert head.xpath("//meta[@property='og:description' or @name='description']/@content") == [said] * 2
    assert [entry.summary for entry in feedparser.parse(made.page("/feed.xml")).entries] == [said]
    assert "2:28" in text_of(select(main_of(made.page("/posts/a/")), ".prose")[0])


def test_updates_are_announced_with_the_newest_first_and_those_without_a_date_last(blog: BlogMaker) -> None:
    made = blog(
        """
-- posts/2026-01-01-a.md --
---
title: A
talk: https://youtu.be/zjkBMFhNj_g
updates: [{date: 2026-03, note: Third}, {date: 2026-05-01, note: Fifth}]
---
## What has changed

## Update 2026-04-01

## Errata

## Update 2026-02-01
"""
    )
    assert made.build().diagnostics == ()
    main = main_of(made.page("/posts/a/"))
    assert [link.get("href") for link in select(main, "p.media-links a")][:1] == ["#page:updates"]
    assert updates_of(main) == [
        "Fifth 1 May 2026",
        "Update 2026-04-01 1 April 2026",
        "Third March 2026",
        "Update 2026-02-01 1 February 2026",
        "What has changed",
        "Errata",
    ]


def test_takeaways_and_notes_of_updates_are_shown_without_their_markup(blog: BlogMaker) -> None:
    made = blog(
        """
-- posts/2026-01-01-a.md --
---
title: A
takeaways: ["**Two** files: `List<int>`, 2 * 3 & *more*", "~~Old~~ <b>new</b> <script>", 42]
updates: [{date: 2026-02-01, note: "`x` is **not** <i>y</i> & <script>"}]
---
The beginning.
"""
    )
    assert made.build().diagnostics == ()
    takeaways = ["Two files: List<int>, 2 * 3 & more", "Old new <script>", "42"]
    assert [text_of(item) for item in select(main_of(made.page("/")), ".takeaways li")] == takeaways
    (entry,) = json.loads(made.page("/feed.json"))["items"]
    assert entry["summary"] == " · ".join(takeaways)
    page = made.page("/posts/a/")
    assert updates_of(main_of(page)) == ["x is not y & <script> 1 February 2026"]
    head = lxml.html.fromstring(page)
    assert head.xpath("//meta[@property='og:description']/@content") == [" · ".join(takeaways)]


def based_on(page: str) -> Any:
    (data,) = lxml.html.fromstring(page).xpath("//script[@type='application/ld+json']/text()")
    return json.loads(data)["isBasedOn"]


def test_search_engines_are_told_of_the_talk(talks: Blog) -> None:
    talk = based_on(talks.page("/posts/gpt/"))
    assert (talk["@type"], talk["name"]) == ("CreativeWork", "Let’s build GPT")
    assert [person["name"] for person in talk["creator"]] == ["Andrej Karpathy", "José Ñandú"]
    assert talk["recordedAt"]["name"] == "PyCon US 2023"
    assert talk["hasPart"][0] == {
        "@type": "Clip",
        "name": "Reading the data",
        "startOffset": 472,
        "endOffset": 2093,
        "url": "https://example.org/notes/posts/gpt/?t=472",
    }


def test_a_recording_of_which_enough_is_known_is_a_video_for_search_engines(talks: Blog) -> None:
    talks.edit("posts/2026-01-01-gpt.md", "tags: [llm]", "tags: [llm]\nimage: /gpt.svg")
    talks.edit("posts/2026-01-01-gpt.md", "  slides:", "  published: 2023-01-18\n  slides:")
    talks.write("static/gpt.svg", SVG)
    assert talks.build().diagnostics == ()
    page = talks.page("/posts/gpt/")
    video = based_on(page)
    assert {key: value for key, value in video.items() if key not in ("creator", "hasPart", "recordedAt")} == {
        "@type": "VideoObject",
        "name": "Let’s build GPT",
        "thumbnailUrl": "https://example.org/notes/gpt.svg",
        "uploadDate": "2023-01-18",
        "duration": "PT1H56M20S",
        "dateCreated": "2023-01-17",
        "url": "https://www.youtube.com/watch?v=kCc8FmEb1nY",
        "embedUrl": "https://www.youtube-nocookie.com/embed/kCc8FmEb1nY?enablejsapi=1&start=0&playsinline=1&rel=0",
    }
    assert [clip["startOffset"] for clip in video["hasPart"]] == [472, 2093]
    assert dependencies_of(main_of(page))["Published"] == "18 January 2023"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  published: 2023-01-18\n", ""),
        ("published: 2023-01-18", "published: 2023-01"),
        ("image: /gpt.svg\n", ""),
        ("  video: https://youtu.be/kCc8FmEb1nY\n", ""),
    ],
    ids=["no day", "only the month", "no picture", "no recording"],
)
def test_without_one_of_the_facts_it_is_only_a_work(talks: Blog, old: str, new: str) -> None:
    talks.edit("posts/2026-01-01-gpt.md", "tags: [llm]\n", "tags: [llm]\nimage: /gpt.svg\n")
    talks.edit("posts/2026-01-01-gpt.md", "  slides:", "  published: 2023-01-18\n  slides:")
    talks.write("static/gpt.svg", SVG).edit("posts/2026-01-01-gpt.md", old, new)
    talks.build()
    work = based_on(talks.page("/posts/gpt/"))
    assert (work["@type"], work["timeRequired"]) == ("CreativeWork", "PT1H56M20S")
    assert not {"uploadDate", "thumbnailUrl", "embedUrl", "duration"} & work.keys()


@pytest.mark.parametrize(
    ("setting", "gone"),
    [
        ("table", {"talks/index.html", "talks/index.json", "talks/index.csv"}),
        ("speaker_pages", {"speakers/index.html", "speakers/andrej-karpathy/feed.xml"}),
        ("event_pages", {"events/index.html", "events/pycon-us/index.html"}),
        ("chapter_files", {"posts/gpt/chapters.json"}),
    ],
)
def test_each_kind_of_page_can_be_turned_off(talks: Blog, setting: str, gone: set[str]) -> None:
    assert gone <= talks.tree().keys()
    talks.edit("afterword.toml", "[[talks", f"[talks]\n{setting} = false\n\n[[talks")
    assert talks.build().diagnostics == ()
    assert not gone & talks.tree().keys()


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ('"José Ñandú"', '"José Nandu"', {"talks/index.html", "posts/gpt/index.html", "speakers/index.html"}),
        ('"1:56:20"', '"1:56:21"', {"talks/index.html", "posts/gpt/index.html", "posts/gpt/chapters.json"}),
        ("## Training", "## Scaling [20:00]\n\n## Training", {"posts/gpt/index.html", "posts/gpt/chapters.json"}),
        ("As in [the intro]", "And in [the intro]", {"posts/gpt/index.html", "posts/intro/index.html"}),
    ],
    ids=["a speaker renamed", "a length changed", "a chapter added", "a mention edited"],
)
def test_an_edit_rebuilds_what_shows_it(talks: Blog, old: str, new: str, changed: set[str]) -> None:
    talks.edit("posts/2026-01-01-gpt.md", old, new)
    assert changed <= talks.build().rendered.keys()
    incremental = talks.tree()
    assert talks.build_clean() == incremental


def test_what_is_wrong_is_said_at_its_place(blog: BlogMaker) -> None:
    made = blog(
        """
-- posts/2026-01-01-a.md --
---
title: A
talk:
  video: https://youtu.be/short
  length: "59:48"
  date: 2027
  transcript: none.vtt
---
At [1:00:00].
-- posts/2026-01-02-b.md --
---
title: B
talk: {title: B, speakers: [Jose Garcia], event: Strange Loop}
---
See [12:34].
-- posts/2026-01-03-c.md --
---
title: C
talk: {title: C, speakers: ["José García"]}
---
-- posts/2026-01-04-d.md --
---
title: D
---
See [12:34].
"""
    )
    found = [(finding.id, str(finding.place).removeprefix("posts/2026-01-")) for finding in made.build().diagnostics]
    assert found == [
        ("invalid-video", "01-a.md:4:10"),
        ("talk-after-notes", "01-a.md:6:9"),
        ("broken-link", "01-a.md:7:15"),
        ("timestamp-out-of-range", "01-a.md:9:4"),
        ("timestamp-without-video", "02-b.md:5:5"),
        ("near-duplicate", "03-c.md:3:29"),
        ("timestamp-without-video", "04-d.md:4:5"),
    ]


def test_a_name_much_like_another_is_told_at_its_own_place_behind_two_spellings_of_one(blog: BlogMaker) -> None:
    made = blog(
        """\
-- afterword.toml --
[[talks.speakers]]
name = "Ann Lee"
aliases = ["annlee"]
-- posts/2026-01-01-a.md --
---
title: A
talk: {title: A, speakers: [Bob Ray]}
---
-- posts/2026-01-02-b.md --
---
title: B
talk: {title: B, speakers: [annlee, "A n n Lee", "BobRay"]}
---
"""
    )
    (found,) = made.build().diagnostics
    assert (found.id, str(found.place)) == ("near-duplicate", "posts/2026-01-02-b.md:3:50")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("transcript: none.vtt", 15),
        ("slides: none.pdf", 11),
        ("video: none.mp4", 10),
        ("media: none.mp4", 10),
        ("also: [https://vimeo.com/36579366, none.mp4]", 38),
        ("also: none.mp4", 9),
    ],
)
def test_a_file_that_a_talk_names_and_that_is_missing_is_an_error_at_its_place(
    blog: BlogMaker, line: str, column: int
) -> None:
    made = blog(f"-- posts/2026-01-01-a.md --\n---\ntitle: A\ntalk:\n  title: T\n  {line}\n---\nText.\n")
    (found,) = made.build().diagnostics
    assert (found.id, str(found.place)) == ("broken-link", f"posts/2026-01-01-a.md:5:{column}")
    assert "file not found: `posts/none." in found.message


def test_files_of_a_talk_are_published_beside_its_page(blog: BlogMaker) -> None:
    block = "talk: {video: a.webm, also: [b.mp4], slides: c.pdf, transcript: d.vtt}"
    made = blog(f"-- posts/talk/2026-01-01-a.md --\n---\ntitle: A\n{block}\n---\nAt [0:20].\n")
    for name in ("a.webm", "b.mp4", "c.pdf", "d.vtt"):
        made.write(f"posts/talk/{name}", name)
    assert made.build().diagnostics == ()
    assert {f"posts/a/{name}" for name in ("a.webm", "b.mp4", "c.pdf", "d.vtt")} <= made.tree().keys()
    page = made.page("/posts/a/")
    main = main_of(page)
    assert select(main, "video")[0].get("src") == "/posts/a/a.webm"
    assert select(main, ".prose a.ts")[0].get("href") == "/posts/a/a.webm#t=20"
    links = [link.get("href") for link in select(main, "p.media-links a")]
    assert links == ["/posts/a/c.pdf", "/posts/a/transcript/", "#page:talk"]
    assert [link.get("href") for link in select(main, "dl.facts a")] == ["/posts/a/a.webm", "/posts/a/b.mp4"]


def test_a_block_may_leave_the_recording_to_the_first_paragraph(talks: Blog) -> None:
    talks.edit("posts/2026-02-01-intro.md", "tags: [llm, notes]", "talk: {speakers: Andrej Karpathy}")
    assert talks.build().diagnostics == ()
    table = json.loads(talks.page("/talks/index.json"))
    (intro,) = [talk for talk in table if talk["title"] == "Intro to Large Language Models"]
    assert (intro["given"], intro["length"]) == ("2023-11", 3600)
    assert intro["speakers"] == ["Andrej Karpathy"]
    assert intro["video"] == "https://www.youtube.com/watch?v=zjkBMFhNj_g"


@pytest.mark.parametrize("word", ["false", "no"])
def test_notes_can_say_that_they_are_on_no_talk(talks: Blog, word: str) -> None:
    talks.edit("posts/2026-02-01-intro.md", "tags: [llm, notes]", f"tags: [llm, notes]\ntalk: {word}")
    assert talks.build().diagnostics == ()
    assert "page:talk" not in talks.page("/posts/intro/")


def test_a_post_without_a_mark_can_say_that_it_is_on_a_talk(talks: Blog) -> None:
    talks.edit("posts/2026-02-01-intro.md", '"Notes: Intro to LLMs"\ntags: [llm, notes]', "LLMs\ntalk: true")
    assert talks.build().diagnostics == ()
    assert dependencies_of(main_of(talks.page("/posts/intro/")))["Title"] == "Intro to Large Language Models"


def test_notes_that_link_to_an_address_alone_name_their_talk_in_the_title(talks: Blog) -> None:
    talks.edit("posts/2026-02-01-intro.md", "from [Intro to Large Language Models](https://youtu.be/zjkBMFhNj_g)", "on")
    talks.edit("posts/2026-02-01-intro.md", "(Nov 2023, 1hr).", "<https://youtu.be/zjkBMFhNj_g> (Nov 2023, 1hr).")
    assert talks.build().diagnostics == ()
    assert dependencies_of(main_of(talks.page("/posts/intro/")))["Title"] == "Intro to LLMs"


def test_a_link_to_ones_own_recording_with_a_time_is_a_moment(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/2026-01-01-a.md --\n---\ntitle: A\ntalk: a.webm\n---\n[Here](a.webm#t=0:20), [not](a.webm#t=x).\n"
    )
    made.write("posts/a.webm", "film")
    (found,) = made.build().diagnostics
    assert (found.id, str(found.place)) == ("invalid-timestamp", "posts/2026-01-01-a.md:5:30")
    assert select(main_of(made.page("/posts/a/")), ".prose a.ts")[0].get("href") == "/posts/a/a.webm#t=20"


NAMES = (
    *("Łukasz Żal", "Björk", "José Ñandú", "Đỗ Thị Hà", "Þóra Ægisdóttir", "O’Neil & Sons", "J. Smith", "J Smith"),
    *("Андрей Карпатый", "Ирина", "山田太郎", "山田 太郎", "김철수", "أحمد", "שרה", "अनिता", "กมล", "Ἀριστοτέλης"),
    *("...", "!!!", "con", "NUL", "C++", "C#", "😀", "A" * 200, "a/b", "ẞ", "ss", "İpek"),
)


def test_two_thousand_talks_of_speakers_in_many_scripts(blog: BlogMaker) -> None:
    aliases = {"J. Smith": ["J Smith", "Jay Smith"], "山田太郎": ["山田 太郎"], "Андрей Карпатый": ["А. Карпатый"]}
    tables = (
        f"[[talks.speakers]]\nname = {json.dumps(name)}\naliases = {json.dumps(aliases[name])}\n" for name in aliases
    )
    made = blog().write("afterword.toml", f"related_posts = 0\nsearch = 'off'\n{''.join(tables)}")
    made.write("templates/post.html", "{{ post.content }}")  # 2,000 pages of which nothing is asked here
    spellings = (*NAMES, "Jay Smith", "А. Карпатый")
    for number in range(2_000):
        name = json.dumps(spellings[number % len(spellings)], ensure_ascii=False)
        event = f"Conf {number % 7} {2000 + number % 20}"
        matter = f"title: T{number}\ntalk: {{title: T{number}, speakers: [{name}], event: {event}, length: '30:00'}}"
        made.write(f"posts/2025-01-{number % 28 + 1:02}-t{number}.md", f"---\n{matter}\n---\nText.\n")
    found = made.build(jobs=2).diagnostics
    assert [finding.id for finding in found] == ["near-duplicate"], "of `ẞ` and `ss`"
    folders = [path.split("/")[1] for path in made.tree() if re.fullmatch("speakers/[^/]+/index.html", path)]
    assert len({unicodedata.normalize("NFC", folder).casefold() for folder in folders}) == len(NAMES) - 2
    assert all(re.search(r"\w", folder) for folder in folders)
    shown = [text_of(link) for link in select(main_of(made.page("/speakers/")), ".people a")]
    assert set(shown) == set(NAMES) - {"J Smith", "山田 太郎"}
    assert made.page("/talks/").count("<tr>") == 2_001


def test_beyond_what_a_browser_sorts_at_once_the_table_goes_on_on_another_page(
    talks: Blog,
) -> None:
    talks.write("afterword.toml", f"list_limit = 1\n{(talks.root / 'afterword.toml').read_text()}")
    talks.build()
    first, second = main_of(talks.page("/talks/")), main_of(talks.page("/talks/page/2/"))
    assert titles_of(first) == ["Intro to Large Language Models"]
    assert titles_of(second) == ["Let’s build GPT"]
    assert select(first, "nav.pager a")[0].get("href") == "/notes/talks/page/2/"
    assert len(json.loads(talks.page("/talks/index.json"))) == 2


def test_a_date_that_was_only_inferred_is_not_held_against_the_post(blog: BlogMaker) -> None:
    sentence = "Notes from [A talk](https://www.youtube.com/watch?v=zjkBMFhNj_g) (Nov 2023, 1hr)."
    made = blog().write("posts/2023-02-01-a.md", f"---\ntitle: 'Notes: A'\ntags: [notes]\n---\n{sentence}\n")
    assert made.build().diagnostics == ()
    assert "November 2023" in made.page("/posts/a/")


@pytest.mark.parametrize(
    ("talk", "button"),
    [
        ("{title: A, kind: paper, video: 'https://arxiv.example/abs/1'}", ("Read", "Read on arxiv.example")),
        ("{title: A, kind: podcast, video: 'https://overcast.fm/+a'}", ("Listen", "Listen on overcast.fm")),
        ("{title: A, video: 'https://open.spotify.com/episode/a'}", ("Listen", "Listen on open.spotify.com")),
        ("{title: A, kind: fireside chat, video: 'https://youtu.be/zjkBMFhNj_g'}", ("Watch", "Watch on YouTube")),
    ],
)
def test_the_button_says_how_the_recording_is_followed(blog: BlogMaker, talk: str, button: tuple[str, str]) -> None:
    made = blog().write("posts/2026-01-01-a.md", f"---\ntitle: A\ntalk: {talk}\n---\nText.\n")
    made.build(strict=True)
    (watch,) = select(main_of(made.page("/posts/a/")), "a.watch")
    assert (text_of(watch), watch.get("title")) == button


def test_a_kind_of_the_writers_own_is_shown(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-01-a.md", "---\ntitle: A\ntalk: {title: B, kind: fireside chat}\n---\nText.\n")
    made.build(strict=True)
    main = main_of(made.page("/posts/a/"))
    assert dependencies_of(main)["Title"] == "B (fireside chat)"
    assert text_of(select(main, ".meta span")[0]) == "Fireside chat"


def test_the_language_of_a_talk_is_that_of_its_title(blog: BlogMaker) -> None:
    talk = '{title: Ein "Vortrag", lang: de}'
    made = blog().write("posts/2026-01-01-a.md", f"---\ntitle: A\ntalk: {talk}\n---\nText.\n")
    made.build(strict=True)
    page = made.page("/posts/a/")
    assert '<span lang="de" dir="ltr">Ein „Vortrag“</span>' in page
    assert '"inLanguage": "de"' in page


@pytest.mark.parametrize(
    ("keys", "speakers", "has_video"),
    [
        ("speaker: Ada Lovelace", ["Ada Lovelace"], False),
        ("speakers: [Ada Lovelace, {name: Bob Smith}]", ["Ada Lovelace", "Bob Smith"], False),
        ("presenter: Ada Lovelace\nmedia: https://youtu.be/zjkBMFhNj_g", ["Ada Lovelace"], True),
        (
            "talk: https://youtu.be/zjkBMFhNj_g\nspeaker: Ada Lovelace and Bob Smith",
            ["Ada Lovelace", "Bob Smith"],
            True,
        ),
        ("talk: {speaker: Bob Smith}\nspeaker: Ada Lovelace", ["Bob Smith"], False),
        ("talk: false\nspeaker: Ada Lovelace", [], False),
        ("speaker: {rate: 3}\nmedia: photo", [], False),
        ("speakers: 2\nmedia: https://example.org/", [], False),
    ],
)
def test_speakers_and_recording_may_be_named_outside_the_block(
    blog: BlogMaker, keys: str, speakers: list[str], has_video: bool
) -> None:
    made = blog().write("posts/2026-01-01-a.md", f"---\ntitle: A\n{keys}\n---\nText.\n")
    made.build(strict=True)
    main = main_of(made.page("/posts/a/"))
    assert [text_of(link) for link in select(main, ".meta a")] == speakers
    assert bool(select(main, "a.watch")) == has_video


def test_a_url_as_the_text_of_a_link_is_no_title_of_a_talk(blog: BlogMaker) -> None:
    link = "https://youtu.be/zjkBMFhNj_g"
    made = blog().write("posts/2026-01-01-a.md", f"---\ntitle: A\ntags: [notes]\n---\n[{link}]({link}) (54 min)\n")
    made.build(strict=True)
    assert dependencies_of(main_of(made.page("/posts/a/")))["Title"] == "A"


def test_a_recording_in_the_text_is_a_link_that_opens_its_player(blog: BlogMaker) -> None:
    text = "![A talk](https://youtu.be/zjkBMFhNj_g?t=90) [![x](https://vimeo.com/1)](https://example.org/)\n"
    made = blog().write("posts/2026-01-01-a.md", f"---\ntitle: A\n---\n{text}")
    made.write("posts/2026-01-02-b.md", "---\ntitle: B\n---\nText.\n")
    made.build(strict=True)
    page = made.page("/posts/a/")
    (link,) = main_of(page).xpath(".//a[@data-player]")
    assert (text_of(link), link.get("href")) == ("A talk", "https://www.youtube.com/watch?v=zjkBMFhNj_g&t=90s")
    assert "start=90" in link.get("data-player")
    assert "frame-src https://www.youtube-nocookie.com" in page
    assert ("/embeds." in page, "/embeds." in made.page("/posts/b/")) == (True, False)
    assert "data-player" not in made.page("/feed.xml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## One\n\n# Two\n\n## Three\n", ["#one", "#two", "#three"]),
        ("# The post\n\n## One\n\n# Two\n", ["#one", "#two"]),
        ("Text.\n\n# One\n\n# Two\n\n#### Four\n", ["#one", "#two"]),
    ],
)
def test_contents_list_headings_of_the_first_level(blog: BlogMaker, text: str, expected: list[str]) -> None:
    made = blog().write("posts/2026-01-01-a.md", f"---\ntitle: The post\ntoc: true\n---\n{text}")
    made.build()
    links = select(main_of(made.page("/posts/a/")), "nav.toc a")
    assert [link.get("href") for link in links] == expected
