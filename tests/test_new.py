"""New posts and notes: what `afterword new` writes, its errors, and that a build reads what it wrote."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from afterword.cli.scaffold import create, create_post
from afterword.cli.talk_notes import create_notes, escape_markdown, read_pasted
from afterword.core.diagnostics import Exit, Failure
from afterword.core.text import FORBIDDEN
from tests.conftest import TODAY, environ_on
from tests.writing import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Blog, BlogMaker

ENVIRON = environ_on()
URL = "https://www.youtube.com/watch?v=zjkBMFhNj_g"

PASTED = """\
A talk for a general audience.

Part 1: LLMs
0:00 Intro
0:20 LLM Inference
4:17 LLM Training
Part 2: LLM Security
45:43 LLM Security Intro
46:14 Jailbreaks (https://example.org/paper)

Corrections:
57:00 it is 140 GB, not 104
"""


def begin(blog: Blog, **told: str | tuple[str, ...]) -> str:
    """The text of new notes."""
    return create_notes(blog.root, environ=ENVIRON, **{"url": URL, **told})[0].read_text()  # type: ignore[arg-type]


def test_a_post_of_today(blog: BlogMaker) -> None:
    file = create_post(blog().root, 'C++: "zero  cost"', ENVIRON)
    assert file.name == "2026-03-01-c-plus-plus-zero-cost.md"
    assert file.read_text() == ('---\nlayout: post\ntitle: "C++: \\"zero cost\\""\ndate: 2026-03-01\ntags: []\n---\n\n')


def test_today_is_that_of_the_blogs_time_zone(blog: BlogMaker) -> None:
    there = blog('-- afterword.toml --\ntimezone = "Pacific/Auckland"\n')
    at_noon = environ_on(str(int(TODAY) + 12 * 3600))
    assert create_post(there.root, "Tomorrow", at_noon).name == "2026-03-02-tomorrow.md"


def test_notes_with_a_heading_for_each_chapter(blog: BlogMaker) -> None:
    text = begin(
        blog(),
        title="Intro to Large Language Models",
        speakers=("Andrej Karpathy",),
        event="AI Security Summit 2023",
        date="Nov 2023",
        pasted=PASTED,
    )
    assert text == (
        """\
---
layout: post
title: "Notes: Intro to Large Language Models"
date: 2026-03-01
tags: [notes]
talk:
  title: Intro to Large Language Models
  speakers: [Andrej Karpathy]
  event: AI Security Summit 2023
  date: 2023-11
  video: https://www.youtube.com/watch?v=zjkBMFhNj_g
---

Notes on [Intro to Large Language Models](https://www.youtube.com/watch?v=zjkBMFhNj_g) by Andrej Karpathy.

## Part 1: LLMs

### Intro [0:00]

### LLM Inference [0:20]

### LLM Training [4:17]

## Part 2: LLM Security

### LLM Security Intro [45:43]

### Jailbreaks [46:14]

<https://example.org/paper>

## Corrections

- [57:00] it is 140 GB, not 104
"""
    )


@pytest.mark.parametrize(
    "pasted",
    [
        "0:00 Intro\n1:00 Tools\n2:00–2:30 End\n",
        "WEBVTT\n\n00:00.000 --> 01:00.000\nIntro\n\n01:00.000 --> 02:00.000\nTools\n\n02:00.000 --> 02:30.000\nEnd\n",
        (
            "1\n00:00:00,000 --> 00:01:00,000\nIntro\n\n2\n00:01:00,000 --> 00:02:00,000\nTools\n\n"
            "3\n00:02:00,000 --> 00:02:30,000\nEnd\n"
        ),
        json.dumps(
            {
                "chapters": [
                    {"startTime": 0, "title": "Intro", "endTime": 60},
                    {"startTime": 60, "title": "Tools"},
                    {"startTime": 120, "title": "End", "endTime": 150},
                ]
            }
        ),
    ],
    ids=["description", "WebVTT", "SubRip", "Podcasting chapters"],
)
def test_every_form_of_chapters_gives_the_same_headings(blog: BlogMaker, pasted: str) -> None:
    text = begin(blog(), title="T", pasted=pasted)
    assert text.endswith("\n\n## Intro [0:00]\n\n## Tools [1:00]\n\n## End [2:00–2:30]\n")


def test_the_ends_of_ranges_are_kept(blog: BlogMaker) -> None:
    there = blog()
    pasted = "0:00–1:00 Intro\n1:00 - 1:30: Tools\n2:00 End\n\nCorrections:\n1:10-1:20 it is 140 GB\n"
    text = begin(there, title="T", pasted=pasted)
    assert text.endswith(
        "\n\n## Intro [0:00–1:00]\n\n## Tools [1:00–1:30]\n\n## End [2:00]\n\n"
        "## Corrections\n\n- [1:10–1:20] it is 140 GB\n"
    )
    assert there.build().diagnostics == ()
    chapters = json.loads(there.page("/posts/t/chapters.json"))["chapters"]
    assert [chapter.get("endTime") for chapter in chapters] == [60, 90, None]


def test_speakers_are_told_apart_as_in_a_block(blog: BlogMaker) -> None:
    text = begin(blog(), title="T", speakers=("Ada Lovelace and  Bob", "Bob", " "))
    assert "  speakers: [Ada Lovelace, Bob]\n" in text


@pytest.mark.parametrize(
    "pasted",
    [
        "Chapters:\nFirst\n0:00 List<T>\n1:00 Why a -> b >\nThen\n2:00–2:30 Ask & tell\n",
        (
            "WEBVTT\n\n00:00.000 --> 01:00.000\n<v Ann>List&lt;T&gt;</v>\n\n"
            "01:00.000 --> 02:00.000\nWhy a -&gt; b &gt;\n\n"
            "02:00.000 --> 02:30.000\n<c.loud>Ask</c> &amp; tell\n"
        ),
    ],
    ids=["description", "WebVTT"],
)
def test_headings_say_all_that_titles_say(blog: BlogMaker, pasted: str) -> None:
    text = begin(blog(), title="T", pasted=pasted)
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#") and "[" in line]
    assert headings == [r"List\<T> [0:00]", "Why a -> b > [1:00]", "Ask & tell [2:00–2:30]"]
    assert ("## First" in text) == pasted.startswith("Chapters")


@pytest.mark.parametrize(
    "row",
    [
        "00:{minutes:02}:{seconds:02}.000 --> 00:{minutes:02}:{seconds:02}.900\nand so it goes\n",
        "{minutes}:{seconds:02}\nand so it goes",
        "[{minutes}:{seconds:02}] and so it goes",
    ],
    ids=["WebVTT", "times on lines of their own", "times before the words"],
)
def test_a_transcript_is_told_from_chapters(blog: BlogMaker, row: str) -> None:
    rows = [row.format(minutes=time // 60, seconds=time % 60) for time in range(600)]
    pasted = "\n".join(["WEBVTT\n", *rows] if "-->" in row else rows)
    there = blog()
    with pytest.raises(Failure) as failure:
        create_notes(there.root, URL, ENVIRON, title="T", pasted=pasted)
    (found,) = failure.value.diagnostics
    assert (found.id, found.message) == (
        "no-chapters",
        "the text is a transcript, not a list of chapters",
    )
    assert "`transcript`" in found.hint
    assert not list(there.root.iterdir())


def test_a_row_that_does_not_fit_is_named(blog: BlogMaker) -> None:
    pasted = "0:00 Intro\n1:00 Tools\n1:30 More\n0:02 Slip\n2:00 End\n"
    file, findings = create_notes(blog().root, URL, ENVIRON, title="T", pasted=pasted)
    assert "Slip" not in file.read_text()
    assert [(found.id, found.message) for found in findings] == [
        ("chapter-skipped", "chapter skipped because its time is out of order: 0:02 Slip")
    ]


def test_of_two_rows_at_one_moment_the_first_is_kept_and_the_other_named(blog: BlogMaker) -> None:
    pasted = "0:00 Intro\n1:00 Tools\n1:00 Agents\n2:00 End\n"
    file, findings = create_notes(blog().root, URL, ENVIRON, title="T", pasted=pasted)
    text = file.read_text()
    assert "## Tools [1:00]" in text
    assert "Agents" not in text
    message = "duplicate chapter time 1:00: this chapter is not listed: Agents"
    assert [(found.id, found.message) for found in findings] == [("chapter-skipped", message)]


def test_without_a_title_the_talk_is_called_by_its_url(blog: BlogMaker) -> None:
    file, findings = create_notes(blog().root, "https://youtu.be/zjkBMFhNj_g?t=20", ENVIRON)
    assert file.name == "2026-03-01-zjkbmfhnj-g.md"
    assert 'start: "0:20"' in file.read_text()
    assert [found.id for found in findings] == ["no-talk-title"]


@pytest.mark.parametrize(
    ("url", "id", "hint"),
    [
        ("https://youtu.be/", "invalid-video", "`https://youtu.be/zjkBMFhNj_g`"),
        ("https://www.youtube.com/watch?v=", "invalid-video", "`https://youtu.be/zjkBMFhNj_g`"),
        ("https://vimeo.com/abc", "invalid-video", "`https://vimeo.com/36579366`"),
        ("https://youtu.be/zjkBMFhNj", "invalid-video", "copy"),
        ("zjkBMFhNj_g", "invalid-video", "`https://youtu.be/zjkBMFhNj_g`"),
        ("a talk", "invalid-video", "full URL"),
        ("https://youtu.be/zjkBMFhNj_g?t=foo", "invalid-start", "`t=754`"),
    ],
)
def test_a_url_that_is_no_recordings_is_refused(blog: BlogMaker, url: str, id: str, hint: str) -> None:
    there = blog()
    with pytest.raises(Failure) as failure:
        create_notes(there.root, url, ENVIRON)
    (found,) = failure.value.diagnostics
    assert found.id == id
    assert hint in found.hint
    assert not list(there.root.iterdir())


@pytest.mark.parametrize(
    "url", ["https://a.example/\udcff.mp4", "https://a.example/\x1b[31m.mp4", "https://g.h;x/a.mp4", "\ud800.mp3"]
)
def test_a_url_that_no_source_can_hold_is_refused(blog: BlogMaker, url: str) -> None:
    with pytest.raises(Failure) as failure:
        create_notes(blog().root, url, ENVIRON)
    assert [found.id for found in failure.value.diagnostics] == ["invalid-video"]


@pytest.mark.parametrize(
    "told", ["A\udcff: b", 'A "\x1b[31m" \\ b', "A\u202e\u2066 # b", "- A\n---\nb: c", "{A}\ufffe\ufeff"]
)
def test_what_is_told_of_a_talk_is_yaml_whatever_it_holds(blog: BlogMaker, told: str) -> None:
    there = blog()
    text = begin(there, title=told, speakers=(told,), event=told)
    matter = text.split("---\n")[1]
    assert all(letter.isprintable() for line in matter.splitlines() for letter in line)
    block = yaml.load(matter, yaml.BaseLoader)
    assert block["talk"]["title"] == " ".join(FORBIDDEN.sub(" ", told).split())
    assert there.build().published


@pytest.mark.parametrize("url", ["https://example.org/a:", "https://example.org/a#b", "{a}.mp4", "@a.mp4"])
def test_every_url_is_read_back(blog: BlogMaker, url: str) -> None:
    block = yaml.load(begin(blog(), url=url, title="T").split("---\n")[1], yaml.BaseLoader)
    assert block["talk"]["video"] == url


@pytest.mark.parametrize(
    ("url", "found"),
    [("https://vimeo.com/event/12", []), ("https://www.youtube.com/playlist?list=PLx", ["not-a-video"])],
)
def test_what_shows_several_videos_is_no_slip(blog: BlogMaker, url: str, found: list[str]) -> None:
    file, findings = create_notes(blog().root, url, ENVIRON, title="T")
    assert f"video: {url}" in file.read_text().replace('"', "")
    assert [finding.id for finding in findings] == found


def test_a_text_of_chapters_that_is_not_there_is_told_with_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="does not exist") as failure:
        read_pasted(tmp_path / "nothing.txt")
    assert failure.value.exit_code is Exit.USAGE
    assert "`-`" in failure.value.diagnostics[0].hint


def test_what_is_wrong_is_said_at_once_and_nothing_is_written(blog: BlogMaker) -> None:
    there = blog()
    with pytest.raises(Failure) as failure:
        create_notes(there.root, "https://youtu.be/short", ENVIRON, date="someday", pasted="no times")
    assert [found.id for found in failure.value.diagnostics] == ["invalid-video", "invalid-date", "no-chapters"]
    assert failure.value.exit_code is Exit.USAGE
    assert not list(there.root.iterdir())


def test_a_file_that_is_there_is_not_replaced(blog: BlogMaker) -> None:
    there = blog("-- posts/2026-03-01-again.md --\nmine\n")
    with pytest.raises(Failure, match="file already exists") as failure:
        create_post(there.root, "Again", ENVIRON)
    assert failure.value.exit_code is Exit.USAGE
    assert (there.root / "posts/2026-03-01-again.md").read_text() == "mine\n"


def test_a_folder_that_leads_out_of_the_blog_is_not_written_to(blog: BlogMaker, tmp_path: Path) -> None:
    there, elsewhere = blog(), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (there.root / "posts").symlink_to(elsewhere)
    with pytest.raises(Failure, match="symbolic link to outside"):
        create_post(there.root, "Title", ENVIRON)
    assert not list(elsewhere.iterdir())


def test_a_link_that_leads_nowhere_is_not_followed(blog: BlogMaker, tmp_path: Path) -> None:
    there = blog("-- posts/other.txt --\n")
    (there.root / "posts/x.md").symlink_to(tmp_path / "target")
    with pytest.raises(Failure, match="already exists"):
        create(there.root, "posts/x.md", "text")
    assert not (tmp_path / "target").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_the_environments_fault(blog: BlogMaker) -> None:
    there = blog("-- posts/other.txt --\n")
    (there.root / "posts").chmod(0o555)
    with pytest.raises(Failure, match="cannot write") as failure:
        create_post(there.root, "Title", ENVIRON)
    assert failure.value.exit_code is Exit.ENVIRONMENT


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="folder not found"):
        create_post(tmp_path / "nowhere", "Title", ENVIRON)


def test_what_was_written_builds_without_a_word(blog: BlogMaker) -> None:
    there = blog()
    file = create_post(there.root, "A plain post", ENVIRON)
    file.write_text(f"{file.read_text()}Text.\n")
    begin(there, title="Notes & <queries>: 'why'", speakers=("Zoë O'Hara", "李雷"), pasted=PASTED)
    report = there.build(strict=True)
    assert report.exit_code is Exit.DONE, report.diagnostics


def test_a_new_post_without_text_passes_a_strict_build(blog: BlogMaker) -> None:
    there = blog()
    create_post(there.root, "A plain post", ENVIRON)
    report = there.build(strict=True)
    assert report.exit_code is Exit.DONE
    assert [found.id for found in report.diagnostics] == ["empty-post"]


TITLES = st.text(st.sampled_from("aZ9é _*`[](){}<>&;#~!|\\\"'.-:^$=+@/\n"), min_size=1, max_size=30)


@given(TITLES)
def test_a_title_is_shown_as_it_was_written(title: str) -> None:
    shown = " ".join(title.split())
    assert write(f"## a {escape_markdown(title)}\n").headings[0].text == f"a {shown}".rstrip()


@pytest.mark.parametrize(
    "title",
    [
        "[=]",
        "Why [x=1] holds",
        "$$*$$",
        r"[\alpha]",
        "[a] and [b^2]",
        "$$$x_1$$$",
        "a ==b== c",
        ":tada: x",
        "%%x%%",
        "<9@9>",
    ],
)
def test_a_title_with_markup_of_other_tools_is_text(title: str) -> None:
    assert write(f"## a {escape_markdown(title)}\n").headings[0].text == f"a {title}"


@given(TITLES)
def test_a_correction_is_shown_as_it_was_written(title: str) -> None:
    shown = " ".join(title.split())
    assert write(f"- a {escape_markdown(title)}\n").summary == f"a {shown}".rstrip()
