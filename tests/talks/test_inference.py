"""A talk is read from the first paragraph of notes on it; who spoke and where is guessed only when asked."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from afterword.talks.block import read_talk
from afterword.talks.given import Given
from afterword.talks.inference import complete, find_mention, infer
from afterword.talks.lengths import Length
from afterword.talks.recordings import recognise
from afterword.talks.suggestions import suggest, write_block
from afterword.talks.talk import Event, Speaker, Talk

VIDEO = "https://www.youtube.com/watch?v=zjkBMFhNj_g"
EXAMPLE = f"Notes from Andrej Karpathy's [Intro to Large Language Models]({VIDEO}) (Nov 2023, 1hr)."


def test_the_example_needs_no_front_matter() -> None:
    talk = infer("Notes: Karpathy's Intro to Large Language Models", ["karpathy"], EXAMPLE)
    assert talk == Talk(
        title="Intro to Large Language Models",
        given=Given(2023, 11),
        video=recognise(VIDEO),
        length=Length(3600, rounded=True),
        inferred=True,
    )


@pytest.mark.parametrize(
    ("title", "tags", "is_talk"),
    [
        ("Notes: a talk", [], True),
        ("notes: a talk", [], True),
        ("A talk", ["Notes"], True),
        ("A talk", ["talk-notes"], True),
        ("A talk", ["llm"], False),
        ("Notes on a talk", [], False),
    ],
)
def test_only_posts_marked_as_notes_are_talks(title: str, tags: list[str], is_talk: bool) -> None:
    assert (infer(title, tags, EXAMPLE) is not None) is is_talk


def test_the_settings_name_the_marks() -> None:
    assert infer("A talk", ["watched"], EXAMPLE, marks=["watched"])
    assert infer("A talk", ["notes"], EXAMPLE, marks=["watched"]) is None


@pytest.mark.parametrize(
    "paragraph",
    [
        "No link at all (Nov 2023, 1hr).",
        "A [page](https://example.org/) (Nov 2023, 1hr).",
        f"`[code]({VIDEO})` only",
        f"![an image]({VIDEO})",
        f"\\[escaped]({VIDEO})",
        "A [channel](https://www.youtube.com/@someone)",
        "A [broken id](https://youtu.be/short)",
        "My own [file](talk.mp4)",
    ],
)
def test_a_paragraph_without_a_recording(paragraph: str) -> None:
    assert infer("Notes: x", [], paragraph) is None


@pytest.mark.parametrize(
    ("behind", "given", "length"),
    [
        ("(Nov 2023, 1hr)", Given(2023, 11), Length(3600, rounded=True)),
        ("\n(Strange Loop, Sept 2011)", Given(2011, 9), None),
        ("(OOPSLA 1998, 54 min)", None, Length(3240, rounded=True)),
        ("(1998; 53:30)", Given(1998), Length(3210)),
        ("(November 22, 2023, about 1 h)", Given(2023, 11, 22), Length(3600, rounded=True)),
        ("(2023-11-22)", Given(2023, 11, 22), None),
        ("(3588)", None, None),
        (", which I saw (Nov 2023)", None, None),
        ("", None, None),
    ],
)
def test_the_parenthesis_behind_the_link(behind: str, given: Given | None, length: Length | None) -> None:
    talk = infer("Notes: x", [], f"[T]({VIDEO}) {behind}")
    assert talk is not None
    assert (talk.given, talk.length) == (given, length)


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
    mention = find_mention(f"See [other](https://example.org) and [{text}](<{VIDEO}> 'a title').")
    assert mention is not None
    assert mention.talk.title == title


def test_a_block_is_completed_only_for_the_same_recording() -> None:
    inferred = infer("Notes: x", [], EXAMPLE)
    block = Talk(video=recognise("https://youtu.be/zjkBMFhNj_g"), length=Length(3588))
    assert complete(block, inferred) == Talk(
        title="Intro to Large Language Models", given=Given(2023, 11), video=block.video, length=Length(3588)
    )
    other = Talk(video=recognise("https://youtu.be/kCc8FmEb1nY"))
    assert complete(other, inferred) == other
    assert complete(other, None) == other


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
        (f"Today's [talk]({VIDEO}) was good.", "", ""),
        (f"[Talk]({VIDEO})", "", ""),
    ],
)
def test_guesses_are_made_when_asked_for(paragraph: str, speaker: str, event: str) -> None:
    suggestion = suggest(paragraph)
    assert suggestion is not None
    assert suggestion.talk.speakers == ((Speaker(speaker),) if speaker else ())
    assert (suggestion.talk.event.name if suggestion.talk.event else "") == event
    assert suggestion.guesses == (("speakers",) if speaker else ()) + (("event",) if event else ())
    assert not infer("Notes: x", [], paragraph).speakers  # type: ignore[union-attr]


def test_nothing_is_suggested_where_nothing_is_linked() -> None:
    assert suggest("Just words.") is None


def test_the_suggested_block() -> None:
    suggestion = suggest(EXAMPLE + " He gave it at the AI Security Summit first.")
    assert suggestion is not None
    assert write_block(suggestion.talk, suggestion.guesses) == (
        "talk:\n"
        "  title: Intro to Large Language Models\n"
        "  speakers: [Andrej Karpathy]  # a guess: please check\n"
        "  event: AI Security Summit  # a guess: please check\n"
        "  date: 2023-11\n"
        "  video: https://www.youtube.com/watch?v=zjkBMFhNj_g\n"
        "  length: about 1 h\n"
    )


TEXT = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1).map(lambda text: f"x{text}")


@given(title=TEXT, speaker=TEXT, series=TEXT)
def test_a_written_block_is_read_back(title: str, speaker: str, series: str) -> None:
    read = read_talk(
        {"title": title, "speakers": (speaker,), "event": series, "length": "59:48", "video": VIDEO}, "x.md"
    )
    assert read.talk is not None
    loaded = yaml.load(write_block(read.talk), yaml.BaseLoader)["talk"]
    assert read_talk({**loaded, "speakers": tuple(loaded["speakers"])}, "x.md").talk == read.talk


def test_an_event_in_a_block_keeps_its_edition() -> None:
    assert "event: PyCon US 2015\n" in write_block(Talk(event=Event("PyCon US", "2015")))


@given(st.text(alphabet="[]()`*_\\! ab<>\nhttps://youtu.be/zjkBMFhNj_g", max_size=200))
def test_any_paragraph_can_be_asked(paragraph: str) -> None:
    mention = find_mention(paragraph)
    assert mention is None or mention.talk.video is not None
