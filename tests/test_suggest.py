"""The block that `afterword talk suggest` prints for a post."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from afterword.cli.suggest_block import suggest_block
from afterword.core.diagnostics import Exit, Failure

if TYPE_CHECKING:
    from pathlib import Path

POST = """\
---
title: "Notes: Growing a Language"
---

# Notes

Some words first.

Guy Steele's [Growing a Language](https://youtu.be/_ahvzDzKdB0) (OOPSLA 1998, 54 min) is about itself.
"""


def suggest(folder: Path, text: str) -> str:
    file = folder / "post.md"
    file.write_text(text)
    block, found = suggest_block(file)
    assert found == ()
    return block


def test_guesses_are_marked(tmp_path: Path) -> None:
    assert suggest(tmp_path, POST) == (
        """\
talk:
  title: Growing a Language
  speakers: [Guy Steele]  # guess, please check
  event: OOPSLA 1998  # guess, please check
  video: https://www.youtube.com/watch?v=_ahvzDzKdB0
  length: about 54 min
"""
    )


@pytest.mark.parametrize("title", ["A\u202eb", "A\u2067b\u2069", 'A "b": \u200b\ufeff'])
def test_what_a_terminal_would_act_on_is_an_escape(tmp_path: Path, title: str) -> None:
    block = suggest(tmp_path, f"---\ntitle: A\n---\nSee [{title}](https://youtu.be/_ahvzDzKdB0).\n")
    assert re.search("[\u2028-\u202e\u2066-\u2069\ufeff]", block) is None
    assert yaml.load(block, yaml.BaseLoader)["talk"]["title"] == title


def test_the_example_post(tmp_path: Path, example_post: str) -> None:
    assert suggest(tmp_path, example_post) == (
        """\
talk:
  title: Intro to Large Language Models
  speakers: [Andrej Karpathy]  # guess, please check
  date: 2023-11
  video: https://www.youtube.com/watch?v=zjkBMFhNj_g
  length: about 1 h
"""
    )


VIDEO = "https://youtu.be/_ahvzDzKdB0"


@pytest.mark.parametrize(
    "text",
    [
        f"Guy Steele's [Growing a Language][1] (1998).\n\n[1]: {VIDEO}\n",
        f"Guy Steele's [Growing a Language] (1998).\n\n[growing a language]: <{VIDEO}> 'video'\n",
        f"Guy Steele's talk: <{VIDEO}> (1998)\n",
        f"Guy Steele's talk: {VIDEO} (1998)\n",
        f"- Guy Steele's talk ({VIDEO}, 1998)\n",
        f'Guy Steele\'s <a href="{VIDEO}">Growing a Language</a> (1998).\n',
        '<iframe src="https://www.youtube.com/embed/_ahvzDzKdB0" allowfullscreen></iframe> (1998)\n',
    ],
)
def test_a_link_in_any_form_is_one(tmp_path: Path, text: str) -> None:
    block = suggest(tmp_path, text)
    assert "  date: 1998\n  video: https://www.youtube.com/watch?v=_ahvzDzKdB0\n" in block
    assert ("title: Growing a Language" in block) is ("Growing" in text)


def test_a_link_after_many_words_is_one(tmp_path: Path) -> None:
    many = "- [x](/y) and more\n" * 1_000
    assert "video: " in suggest(tmp_path, f"{many}- [this]({VIDEO})\n")


def test_a_link_in_code_is_none(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no link to a recording"):
        suggest(tmp_path, f"Write it so:\n\n```markdown\nNotes on\n\n[this]({VIDEO})\n```\n")


def test_a_link_to_a_video_that_cannot_be_is_told_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="invalid YouTube id `_ahvzDzKdB`") as failure:
        suggest(tmp_path, "---\ntitle: x\n---\n\nSee [this](https://youtu.be/_ahvzDzKdB).\n")
    (found,) = failure.value.diagnostics
    assert (found.id, str(found.place)) == ("invalid-video", f"{tmp_path / 'post.md'}:5:12")


def test_a_post_that_links_to_no_recording(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no link to a recording") as failure:
        suggest(tmp_path, "A [page](https://example.org/).\n")
    assert failure.value.exit_code is Exit.CONTENT


def test_a_text_that_adds_nothing_to_the_talk_of_its_front_matter(tmp_path: Path) -> None:
    """No note speaks of a suggestion where there is none."""
    with pytest.raises(Failure, match="nothing to add to `talk`") as failure:
        suggest(tmp_path, f"---\ntitle: x\ntalk: {{video: {VIDEO}}}\n---\n\nSome notes.\n")
    (found,) = failure.value.diagnostics
    assert (found.id, str(found.place)) == ("no-talk", f"{tmp_path / 'post.md'}:3:1")


@pytest.mark.parametrize(
    ("text", "id"), [("---\ntitle: x\n", "unclosed-front-matter"), ("\x00", "not-utf8"), ("", "empty-file")]
)
def test_a_file_that_is_no_post(tmp_path: Path, text: str, id: str) -> None:
    with pytest.raises(Failure) as failure:
        suggest(tmp_path, text)
    assert [found.id for found in failure.value.diagnostics] == [id]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="does not exist") as failure:
        suggest_block(tmp_path / "nothing.md")
    assert failure.value.exit_code is Exit.USAGE


@pytest.mark.parametrize(
    ("matter", "message", "hint"),
    [
        ("+++\ntitle = 'Notes'\n+++\n", "the front matter is TOML, but the block is YAML", "talk.title"),
        ('{"title": "Notes"}\n', "the front matter is JSON, but the block is YAML", '"talk":'),
        ("Title: Notes\nSlug: notes\n\n", "the front matter is header lines, but the block is YAML", "`Talk:`"),
    ],
)
def test_a_block_for_another_format_is_told(tmp_path: Path, matter: str, message: str, hint: str) -> None:
    file = tmp_path / "post.md"
    file.write_text(matter + POST.partition("# Notes")[2])
    block, found = suggest_block(file)
    assert block.startswith("talk:\n  title: Growing a Language\n")
    (told,) = found
    assert (told.id, told.message) == ("other-format", message)
    assert hint in told.hint


def test_a_talk_in_toml_is_found(tmp_path: Path) -> None:
    file = tmp_path / "post.md"
    file.write_text("+++\ntitle = 'Notes'\n[talk]\ntitle = 'A'\n+++\n" + POST.partition("# Notes")[2])
    found = [(told.id, told.place.line) for told in suggest_block(file)[1] if told.place is not None]
    assert ("has-talk", 3) in found
