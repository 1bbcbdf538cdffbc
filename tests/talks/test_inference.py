"""A talk is inferred from the first paragraph of its notes; speaker and event are only suggested."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.content.outline import read_outline
from afterword.markdown.context import TextSyntax
from afterword.talks import inference
from afterword.talks.block import parse_talk
from afterword.talks.inference import (
    ParagraphLinks,
    RecordingMention,
    Suggestion,
    complete_talk,
    is_talk_notes,
    title_of_talk,
    write_talk_block,
)
from afterword.talks.model import Event, Speaker, Talk
from afterword.talks.partial_dates import PartialDate
from afterword.talks.recordings import parse_recording
from afterword.talks.timestamps import Length

VIDEO = "https://www.youtube.com/watch?v=zjkBMFhNj_g"
EXAMPLE = f"Notes from Andrej Karpathy's [Intro to Large Language Models]({VIDEO}) (Nov 2023, 1hr)."


def read_first(text: str) -> ParagraphLinks:
    return read_outline(text, TextSyntax(), has_title=True).paragraph


def infer_talk(text: str) -> Talk | None:
    return inference.infer_talk(read_first(text))


def find_recording_mention(text: str) -> RecordingMention | None:
    return inference.find_recording_mention(read_first(text))


def suggest_talk(text: str) -> Suggestion | None:
    return inference.suggest_talk(read_first(text))


def test_the_example_needs_no_front_matter() -> None:
    assert is_talk_notes("Notes: Karpathy's Intro to Large Language Models", ["karpathy"])
    assert infer_talk(EXAMPLE) == Talk(
        title="Intro to Large Language Models",
        date=PartialDate(2023, 11),
        video=parse_recording(VIDEO),
        length=Length(3600, rounded=True),
        inferred=True,
    )


@pytest.mark.parametrize(
    ("title", "tags", "is_note"),
    [
        ("Notes: a talk", [], True),
        ("notes: a talk", [], True),
        ("A talk", ["Notes"], True),
        ("A talk", ["talk-notes"], True),
        ("A talk", ["llm"], False),
        ("Notes on a talk", [], False),
    ],
)
def test_what_marks_a_post_as_notes(title: str, tags: list[str], is_note: bool) -> None:
    assert is_talk_notes(title, tags) is is_note


def test_the_settings_name_the_marks() -> None:
    assert is_talk_notes("A talk", ["watched"], marks=["watched"])
    assert not is_talk_notes("A talk", ["notes"], marks=["watched"])


@pytest.mark.parametrize(
    "paragraph",
    [
        "No link at all (Nov 2023, 1hr).",
        "A [page](https://example.org/) (Nov 2023, 1hr).",
        f"`[code]({VIDEO})` only",
        f"![an image]({VIDEO})",
        "A [channel](https://www.youtube.com/@someone)",
        "A [broken id](https://youtu.be/short)",
        "My own [file](talk.mp4)",
    ],
)
def test_a_paragraph_without_a_recording(paragraph: str) -> None:
    assert infer_talk(paragraph) is None


@pytest.mark.parametrize(
    ("behind", "given", "length"),
    [
        ("(Nov 2023, 1hr)", PartialDate(2023, 11), Length(3600, rounded=True)),
        ("\n(Strange Loop, Sept 2011)", PartialDate(2011, 9), None),
        ("(OOPSLA 1998, 54 min)", None, Length(3240, rounded=True)),
        ("(1998; 53:30)", PartialDate(1998), Length(3210)),
        ("(November 22, 2023, about 1 h)", PartialDate(2023, 11, 22), Length(3600, rounded=True)),
        ("(2023-11-22)", PartialDate(2023, 11, 22), None),
        ("by Edsger W. Dijkstra (1998, 54 min)", PartialDate(1998), Length(3240, rounded=True)),
        (", at OOPSLA (1998)", PartialDate(1998), None),
        ("by the way. It is short! (1998)", None, None),
        ("(3588)", None, None),
        (", which I saw (Nov 2023)", None, None),
        (", (22 November 2023, 1 h)", PartialDate(2023, 11, 22), Length(3600, rounded=True)),
        ("— (Nov 2023, 1 h)", PartialDate(2023, 11), Length(3600, rounded=True)),
        ("– by Ada King (1998)", PartialDate(1998), None),
        (" - (1998)", PartialDate(1998), None),
        ("— seen again (1998)", None, None),
        (". (1998)", None, None),
        ("(11/22/2023, one hour)", PartialDate(2023, 11, 22), Length(3600, rounded=True)),
        ("(11/12/2023, half an hour)", None, Length(1800, rounded=True)),
        ("(an hour well spent)", None, None),
        ("(Nov 2023, 1,5 h)", PartialDate(2023, 11), Length(5400, rounded=True)),
        ("(1,5 h, Nov 2023)", PartialDate(2023, 11), Length(5400, rounded=True)),
        ("(2023,1,5 h)", PartialDate(2023), Length(5400, rounded=True)),
        ("(1998,54 min)", PartialDate(1998), Length(3240, rounded=True)),
        ("(Episode 12,45 min)", None, Length(2700, rounded=True)),
        ("(22.11.2023, half an hour)", PartialDate(2023, 11, 22), Length(1800, rounded=True)),
        ("(Nov 2023 – 1 hr)", PartialDate(2023, 11), Length(3600, rounded=True)),
        ("(Nov 2023 — 1,5 h)", PartialDate(2023, 11), Length(5400, rounded=True)),
        ("(Sept 2023 / 1h)", PartialDate(2023, 9), Length(3600, rounded=True)),
        ("(1 h - 1998)", PartialDate(1998), Length(3600, rounded=True)),
        ("(2019 – 2023)", None, None),
        ("(Nov – Dec 2023)", None, None),
        ("(1 – 2 hours)", None, None),
        ("(Nov 2023) (1hr)", PartialDate(2023, 11), Length(3600, rounded=True)),
        ("(1hr) (Nov 2023)", PartialDate(2023, 11), Length(3600, rounded=True)),
        ("(Nov 2023) (3588)", PartialDate(2023, 11), None),
        ("(Nov 2023) (1hr with questions)", PartialDate(2023, 11), None),
        ("(Nov 2023), seen again (1hr)", PartialDate(2023, 11), None),
        ("(Strange Loop) (1hr)", None, Length(3600, rounded=True)),
        ("", None, None),
    ],
)
def test_the_parenthesis_behind_the_link(behind: str, given: PartialDate | None, length: Length | None) -> None:
    talk = infer_talk(f"[T]({VIDEO}) {behind}")
    assert talk is not None
    assert (talk.date, talk.length) == (given, length)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Plain", "Plain"),
        ("*Very* `good` **talk**", "Very good talk"),
        (r"A \[bracket\] \* star", "A [bracket] * star"),
        ("A [nested] one", "A [nested] one"),
        ("Over\ntwo lines", "Over two lines"),
        ("snake_case_name", "snake_case_name"),
    ],
)
def test_the_title_is_the_link_without_markup(text: str, title: str) -> None:
    mention = find_recording_mention(f"See [other](https://example.org) and [{text}](<{VIDEO}> 'a title').")
    assert mention is not None
    assert mention.talk.title == title


BARE = "https://youtu.be/zjkBMFhNj_g?t=20"


@pytest.mark.parametrize(
    ("paragraph", "title"),
    [
        ("Notes on [*Growing* it][Rec], given once (1998)", "Growing it"),
        ("Notes on [Rec][] (1998)", "Rec"),
        ("Notes on [rec] (1998)", "rec"),
        (f"Notes on <{BARE}> (1998)", ""),
        (f"Notes on {BARE} (1998)", ""),
        (f"Notes on a talk: {BARE}.", ""),
        (f"Notes on a talk ({BARE}, 1998)", ""),
        (f"Boundaries ([video]({BARE}), 1998)", ""),
        (f"[Watch it on YouTube]({BARE}) (1998)", ""),
        (f"[![The mess](mess.png)]({BARE}) (1998)", "The mess"),
        (f"[T]({BARE}){{:target='_blank'}} (1998)", "T"),
        (f'<a href="{BARE}">T</a> (1998)', "T"),
        (f"<{BARE}>", ""),
    ],
)
def test_every_form_of_a_link_leads_to_the_recording(paragraph: str, title: str) -> None:
    talk = infer_talk(f'\n[rec]: {BARE} "1998"\n\n# Boundaries\n\n{paragraph}\n\n[x]: /y\n')
    assert talk is not None
    assert (talk.title, talk.video, talk.start) == (title, parse_recording(BARE), 20)
    assert talk.date == (PartialDate(1998) if paragraph.endswith("1998)") and ", given" not in paragraph else None)


def test_what_defines_a_reference_in_code_defines_none() -> None:
    assert infer_talk(f"Notes on [rec].\n\n```\n[rec]: {BARE}\n```\n") is None


@pytest.mark.parametrize(
    "above",
    ["* TOC\n{:toc}", "```\n[x](y)\n\nmore\n```", "Title\n=====", "[x]: https://example.org\n[y]: /z 'Z'", "#", "***"],
)
def test_the_first_paragraph_is_the_first_that_says_something(above: str) -> None:
    assert infer_talk(f"{above}\n\n{EXAMPLE}\n## Next\n") == infer_talk(EXAMPLE)


def test_a_rule_right_below_the_first_paragraph_makes_it_no_heading() -> None:
    assert infer_talk(f"{EXAMPLE}\n---\n\nMore.") == infer_talk(EXAMPLE)


@pytest.mark.parametrize(
    ("title", "talk"),
    [("Notes: Boundaries", "Boundaries"), ("notes:  X", "X"), ("Boundaries", "Boundaries"), ("Notes:", "Notes:")],
)
def test_the_title_of_notes_is_that_of_the_talk_without_the_mark(title: str, talk: str) -> None:
    assert title_of_talk(title) == talk


def test_a_block_is_completed_only_for_the_same_recording() -> None:
    inferred = infer_talk(EXAMPLE)
    block = Talk(video=parse_recording("https://youtu.be/zjkBMFhNj_g"), length=Length(3588))
    assert complete_talk(block, inferred) == Talk(
        title="Intro to Large Language Models", date=PartialDate(2023, 11), video=block.video, length=Length(3588)
    )
    other = Talk(video=parse_recording("https://youtu.be/kCc8FmEb1nY"))
    assert complete_talk(other, inferred) == other
    speaker = (Speaker("Andrej Karpathy"),)
    assert inferred is not None
    assert complete_talk(Talk(speakers=speaker), inferred) == replace(inferred, speakers=speaker, inferred=False)
    assert complete_talk(other, None) == other


@pytest.mark.parametrize(
    ("paragraph", "speaker", "event"),
    [
        (EXAMPLE, "Andrej Karpathy", ""),
        (f"Rich Hickey's *[Easy]({VIDEO})* (Strange Loop, Sept 2011)", "Rich Hickey", "Strange Loop"),
        (
            f"[Paths]({VIDEO}) by Edsger W. Dijkstra, at the ACM Symposium 1972.",
            "Edsger W. Dijkstra",
            "ACM Symposium 1972",
        ),
        (f"Guy Steele’s [Growing]({VIDEO}) (OOPSLA 1998, 54 min)", "Guy Steele", "OOPSLA 1998"),
        (f"[Paths]({VIDEO}) by Ada King & Bob Ray (OOPSLA 1998)", "Ada King & Bob Ray", "OOPSLA 1998"),
        (f"Ada King, Bob Ray and Cy Oz's 1998 talk [Paths]({VIDEO})", "Ada King & Bob Ray & Cy Oz", ""),
        (f"A talk by Gary Bernhardt at PyCon US: [B]({VIDEO}).", "Gary Bernhardt", "PyCon US"),
        (f"Today's [talk]({VIDEO}) was good.", "", ""),
        (f"[Talk]({VIDEO})", "", ""),
    ],
)
def test_guesses_are_made_when_asked_for(paragraph: str, speaker: str, event: str) -> None:
    suggestion = suggest_talk(paragraph)
    assert suggestion is not None
    assert " & ".join(found.name for found in suggestion.talk.speakers) == speaker
    assert (suggestion.talk.event.name if suggestion.talk.event else "") == event
    assert suggestion.guesses == (("speakers",) if speaker else ()) + (("event",) if event else ())
    assert not infer_talk(paragraph).speakers  # type: ignore[union-attr]


def test_nothing_is_suggested_where_nothing_is_linked() -> None:
    assert suggest_talk("Just words.") is None


def test_the_suggested_block() -> None:
    suggestion = suggest_talk(EXAMPLE + " He gave it at the AI Security Summit first.")
    assert suggestion is not None
    assert write_talk_block(suggestion.talk, suggestion.guesses) == (
        "talk:\n"
        "  title: Intro to Large Language Models\n"
        "  speakers: [Andrej Karpathy]  # guess, please check\n"
        "  event: AI Security Summit  # guess, please check\n"
        "  date: 2023-11\n"
        "  video: https://www.youtube.com/watch?v=zjkBMFhNj_g\n"
        "  length: about 1 h\n"
    )


TEXT = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1).map(lambda text: f"x{text}")


@given(title=TEXT, speaker=TEXT, series=TEXT)
def test_a_written_block_is_read_back(title: str, speaker: str, series: str) -> None:
    read = parse_talk(
        {"title": title, "speakers": (speaker,), "event": series, "length": "59:48", "video": VIDEO}, "x.md"
    )
    assert read.talk is not None
    loaded = yaml.load(write_talk_block(read.talk), yaml.BaseLoader)["talk"]
    assert parse_talk({**loaded, "speakers": tuple(loaded["speakers"])}, "x.md").talk == read.talk


def test_an_event_in_a_block_keeps_its_edition() -> None:
    assert "event: PyCon US 2015\n" in write_talk_block(Talk(event=Event("PyCon US", "2015")))


@given(st.text(alphabet="[]()`*_\\! ab<>\nhttps://youtu.be/zjkBMFhNj_g", max_size=200))
def test_any_paragraph_can_be_asked(paragraph: str) -> None:
    mention = find_recording_mention(paragraph)
    assert mention is None or mention.talk.video is not None
