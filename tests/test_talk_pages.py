"""Notes on talks, built: the header, the table, speakers and events, chapters, mentions, and what is found wrong."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import feedparser
import lxml.html
import pytest

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


def test_the_example_post_is_a_note_on_a_talk_as_it_is(blog: BlogMaker, example_post: str) -> None:
    made = blog().write("posts/2026-02-01-karpathy-intro-to-llms.md", example_post)
    report = made.build()
    assert report.diagnostics == ()
    main = main_of(made.page("/posts/karpathy-intro-to-llms/"))
    header = select(main, "section.talk")[0]
    assert text_of(select(header, ".talk-title")[0]) == "Intro to Large Language Models"
    assert select(header, "a.talk-poster")[0].get("href") == "https://www.youtube.com/watch?v=zjkBMFhNj_g"
    assert "about 1 h" in text_of(header)
    assert "November 2023" in text_of(select(header, ".talk-facts")[0])
    names = {text_of(name) for name in select(header, ".talk-facts dt")}
    assert not names & {"Speaker", "Speakers", "Event"}, "nothing is guessed"
    assert [text_of(item) for item in select(main, ".updates li")] == ["What's Changed Since 2023"]
    (row,) = select(main_of(made.page("/talks/")), "table.talks tbody tr")
    assert text_of(row).startswith("Intro to Large Language Models November 2023 about 1 h 1 February 2026")
    takeaways = [text_of(item) for item in select(main_of(made.page("/")), ".takeaways li")]
    assert takeaways == [
        "LLM = Two Files",
        "Training = Lossy Compression of the Internet",
        "Two-Stage Training",
        "Scaling Laws",
        "LLM as Operating System",
        "Tool Use",
        "Security Challenges",
    ]


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
    titles = [text_of(cell) for cell in select(main, "td.talk")]
    assert titles == ["Intro to Large Language Models", "Let's build GPT"]
    assert text_of(select(main, ".meta")[0]).startswith("2 talks 2 h 56 min")


def test_the_talks_are_there_as_data(talks: Blog) -> None:
    intro, gpt = json.loads(talks.page("/talks/index.json"))
    assert (intro["given"], intro["speakers"], intro["event"]) == ("2023-11", [], None)
    assert gpt["speakers"] == ["Andrej Karpathy", "José Ñandú"]
    assert gpt["notes"] == "https://example.org/notes/posts/gpt/"
    rows = list(csv.DictReader(io.StringIO(talks.page("/talks/index.csv"))))
    assert [row["title"] for row in rows] == [intro["title"], gpt["title"]]
    assert rows[1]["length"] == "6980"


def test_speakers_have_pages_under_the_names_that_the_settings_prefer(talks: Blog) -> None:
    names = [text_of(link) for link in select(main_of(talks.page("/speakers/")), ".terms a")]
    assert names == ["Andrej Karpathy", "José Ñandú"]
    page = talks.page("/speakers/josé-ñandú/")
    assert [text_of(cell) for cell in select(main_of(page), "td.talk")] == ["Let's build GPT"]
    assert 'href="https://karpathy.example/"' in talks.page("/speakers/andrej-karpathy/")
    feed = feedparser.parse(talks.page("/speakers/andrej-karpathy/feed.xml"))
    assert [entry.title for entry in feed.entries] == ["Notes on building GPT"]


def test_events_have_pages_with_their_editions(talks: Blog) -> None:
    main = main_of(talks.page("/events/pycon-us/"))
    assert [text_of(heading) for heading in select(main, "h2")] == ["2023"]
    (link,) = (link for link in select(main_of(talks.page("/posts/gpt/")), ".talk-facts a") if "2023" in link.text)
    path, _, anchor = link.get("href").partition("#")
    assert path == "/notes/events/pycon-us/"
    assert main.xpath(f".//*[@id='{anchor}']")


def test_chapters_are_in_the_header_and_in_a_file(talks: Blog) -> None:
    main = main_of(talks.page("/posts/gpt/"))
    assert [text_of(item) for item in select(main, ".chapters li")] == ["7:52 Reading the data", "34:53 Training"]
    url = "https://example.org/notes/posts/gpt/"
    assert json.loads(talks.page("/posts/gpt/chapters.json")) == {
        "version": "1.2.0",
        "title": "Let's build GPT",
        "chapters": [
            {"startTime": 472, "endTime": 2093, "title": "Reading the data", "url": f"{url}#reading-the-data"},
            {"startTime": 2093, "endTime": 6980, "title": "Training", "url": f"{url}#training"},
        ],
    }


def test_chapters_of_posts_in_one_folder_have_files_of_their_own(blog: BlogMaker) -> None:
    made = blog('-- afterword.toml --\npermalink = "/:title.html"\n')
    for name in ("a", "b"):
        text = "---\ntitle: T\ntalk: https://youtu.be/zjkBMFhNj_g\n---\n## One [0:20]\n"
        made.write(f"posts/2026-01-01-{name}.md", text)
    assert made.build().diagnostics == ()
    assert {"a.chapters.json", "b.chapters.json"} <= made.tree().keys()
    assert 'href="/a.chapters.json"' in made.page("/a.html")


def test_a_page_of_the_blogs_own_comes_before_the_table(blog: BlogMaker) -> None:
    made = blog(BLOG).write("pages/talks.md", "---\ntitle: My talks\n---\nThese.\n")
    assert made.build().diagnostics == ()
    assert "My talks" in made.page("/talks/")


def test_what_mentions_a_post_is_quoted_there(talks: Blog) -> None:
    (mention,) = select(main_of(talks.page("/posts/intro/")), ".mentions li")
    assert text_of(mention) == "Notes on building GPT As in the intro, it all begins with data."


def test_a_dated_update_counts_as_a_change(talks: Blog) -> None:
    (entry,) = (e for e in feedparser.parse(talks.page("/feed.xml")).entries if e.title == "Notes: Intro to LLMs")
    assert entry.updated.startswith("2026-02-20")
    assert "<lastmod>2026-02-20" in talks.page("/sitemap.xml")


def test_search_engines_are_told_of_the_talk(talks: Blog) -> None:
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', talks.page("/posts/gpt/"))[0])
    talk = data["isBasedOn"]
    assert (talk["@type"], talk["name"]) == ("CreativeWork", "Let's build GPT")
    assert [person["name"] for person in talk["creator"]] == ["Andrej Karpathy", "José Ñandú"]
    assert talk["recordedAt"]["name"] == "PyCon US 2023"
    assert talk["hasPart"][0] == {
        "@type": "Clip",
        "name": "Reading the data",
        "startOffset": 472,
        "endOffset": 2093,
        "url": "https://example.org/notes/posts/gpt/?t=472",
    }


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
        ("And more.", "See [it](2026-02-01-intro.md).", {"posts/gpt/index.html", "posts/intro/index.html"}),
    ],
    ids=["a speaker renamed", "a length changed", "a chapter added", "a mention added"],
)
def test_an_edit_rebuilds_what_shows_it(talks: Blog, old: str, new: str, changed: set[str]) -> None:
    talks.edit("posts/2026-01-01-gpt.md", old, new)
    assert changed <= talks.build().rendered.keys()
    incremental = talks.tree()
    talks.build(cache=False)
    assert talks.tree() == incremental


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
        ("bad-youtube-id", "01-a.md:4:10"),
        ("talk-after-notes", "01-a.md:6:9"),
        ("missing-file", "01-a.md:7:15"),
        ("time-beyond-length", "01-a.md:9:4"),
        ("near-duplicate", "03-c.md:3:28"),
        ("moment-without-talk", "04-d.md:4:5"),
    ]


NAMES = (
    *("Łukasz Żal", "Björk", "José Ñandú", "Đỗ Thị Hà", "Þóra Ægisdóttir", "O’Neil & Sons", "J. Smith", "J Smith"),
    *("Андрей Карпатый", "Ирина", "山田太郎", "山田 太郎", "김철수", "أحمد", "שרה", "अनिता", "กมล", "Ἀριστοτέλης"),
    *("...", "!!!", "con", "NUL", "C++", "C#", "😀", "A" * 200, "a/b", "ẞ", "ss", "İpek"),
)


def test_two_thousand_talks_of_speakers_in_many_scripts(blog: BlogMaker) -> None:
    made = blog()
    for number in range(2_000):
        name = json.dumps(NAMES[number % len(NAMES)], ensure_ascii=False)
        event = f"Conf {number % 7} {2000 + number % 20}"
        matter = f"title: T{number}\ntalk: {{title: T{number}, speakers: [{name}], event: {event}, length: '30:00'}}"
        made.write(f"posts/2025-01-{number % 28 + 1:02}-t{number}.md", f"---\n{matter}\n---\nText.\n")
    report = made.build(jobs=2)
    assert {finding.id for finding in report.diagnostics} <= {"near-duplicate"}
    pages = [path for path in made.tree() if path.startswith("speakers/") and path.endswith("/index.html")]
    assert len({path.casefold() for path in pages}) == len(NAMES) + 1
    assert made.page("/talks/").count("<tr>") == 2_001


def test_a_date_that_was_only_inferred_is_not_held_against_the_post(blog: BlogMaker) -> None:
    sentence = "Notes from [A talk](https://www.youtube.com/watch?v=zjkBMFhNj_g) (Nov 2023, 1hr)."
    made = blog().write("posts/2023-02-01-a.md", f"---\ntitle: 'Notes: A'\ntags: [notes]\n---\n{sentence}\n")
    assert made.build().diagnostics == ()
    assert "November 2023" in made.page("/posts/a/")
