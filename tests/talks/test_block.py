"""The `talk:` block is parsed with our keys and those of other tools. Each mistake has a diagnostic at its place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Place, Severity
from afterword.core.names import make_names
from afterword.talks.block import ALIASES, KEYS, parse_talk
from afterword.talks.model import Event, Speaker, Talk
from afterword.talks.partial_dates import PartialDate
from afterword.talks.recordings import parse_recording
from afterword.talks.timestamps import Length

if TYPE_CHECKING:
    from afterword.core.structs import Value

PATH = "posts/2026-02-01-x.md"
VIDEO = "https://www.youtube.com/watch?v=zjkBMFhNj_g"


def read(value: Value) -> Talk:
    """Returns the talk of a valid block."""
    found = parse_talk(value, PATH)
    assert found.diagnostics == ()
    assert found.talk is not None
    return found.talk


def complaints(value: Value) -> list[tuple[str, str]]:
    """Returns the ids and hints of the diagnostics of a block."""
    return [(finding.id, finding.hint) for finding in parse_talk(value, PATH).diagnostics]


def test_a_whole_block() -> None:
    talk = read(
        {
            "title": "Intro to Large Language Models",
            "speakers": ("Andrej Karpathy",),
            "event": "AI Security Summit",
            "date": "2023-11-22",
            "video": VIDEO,
            "length": "59:48",
            "slides": "https://example.org/slides.pdf",
            "transcript": "talk.vtt",
            "also": ("https://vimeo.com/1",),
            "start": "0:20",
            "kind": "talk",
        }
    )
    assert talk == Talk(
        title="Intro to Large Language Models",
        speakers=(Speaker("Andrej Karpathy"),),
        event=Event("AI Security Summit"),
        date=PartialDate(2023, 11, 22),
        video=parse_recording(VIDEO),
        length=Length(3588),
        slides="https://example.org/slides.pdf",
        transcript="talk.vtt",
        also=(parse_recording("https://vimeo.com/1"),),  # type: ignore[arg-type]
        start=20,
        kind="talk",
    )


def test_a_url_alone_is_the_short_form() -> None:
    assert read(f"{VIDEO}&t=20") == Talk(video=parse_recording(f"{VIDEO}&t=20"), start=20)


def test_no_block_is_no_talk() -> None:
    assert parse_talk(None, PATH).talk is None


@pytest.mark.parametrize(
    ("written", "speakers"),
    [
        ("Ada Lovelace", ("Ada Lovelace",)),
        ("Ada Lovelace and Grace Hopper", ("Ada Lovelace", "Grace Hopper")),
        ("Ada Lovelace, Grace Hopper & Barbara Liskov", ("Ada Lovelace", "Grace Hopper", "Barbara Liskov")),
        (("Simon and Garfunkel",), ("Simon and Garfunkel",)),
        (("  Ada \n Lovelace ", "Ada Lovelace"), ("Ada Lovelace",)),
        (("Jose\u0301",), ("José",)),
        ("Sandy Anderson", ("Sandy Anderson",)),
        ("Guy L. Steele, Jr., and Ada, Bob", ("Guy L. Steele, Jr.", "Ada", "Bob")),
    ],
)
def test_speakers_as_text_or_list(written: Value, speakers: tuple[str, ...]) -> None:
    assert tuple(speaker.name for speaker in read({"speakers": written}).speakers) == speakers


def test_a_speaker_with_a_link_and_a_role() -> None:
    talk = read({"speakers": ({"name": "Ada", "url": "https://example.org", "role": "host"}, "Grace")})
    assert talk.speakers == (Speaker("Ada", "https://example.org", "host"), Speaker("Grace", item=1))


def test_the_settings_merge_spellings_and_hold_links() -> None:
    speaker_names = make_names(
        {"Ada Lovelace": ("A. Lovelace", "Countess Ada")}, {"Ada Lovelace": "https://example.org/ada"}
    )
    found = parse_talk({"speakers": ("countess ada", "a lovelace", "Grace")}, PATH, None, speaker_names)
    assert found.talk is not None
    assert found.talk.speakers == (Speaker("Ada Lovelace", "https://example.org/ada"), Speaker("Grace", item=2))


@pytest.mark.parametrize(
    ("written", "series", "edition"),
    [
        ("PyCon US 2015", "PyCon US", "2015"),
        ("Clojure/conj 2010", "Clojure/conj", "2010"),
        ("AI Security Summit", "AI Security Summit", ""),
        ("PyCon, 2015", "PyCon", "2015"),
        ("2015", "2015", ""),
        ("PyCon US '15", "PyCon US", "2015"),
        ("CHI’97", "CHI", "1997"),
        ("OOPSLA '98", "OOPSLA", "1998"),
        ("NeurIPS (2024)", "NeurIPS", "2024"),
        ("PyCon US – 2015", "PyCon US", "2015"),
        ("PyCon US-2015", "PyCon US", "2015"),
        ("Season 2014-2015", "Season 2014-2015", ""),
        ("2015 PyCon", "PyCon", "2015"),
        ("2019, IEEE Symposium on Security", "IEEE Symposium on Security", "2019"),
        ("Web 2.0 Expo 2009", "Web 2.0 Expo", "2009"),
        ("Area 51", "Area 51", ""),
        ("Web 2.0", "Web 2.0", ""),
        ("DEF CON 22", "DEF CON 22", ""),
        ("37th Chaos Communication Congress", "37th Chaos Communication Congress", ""),
        ("MIX09", "MIX09", ""),
        ("PyCon US 15", "PyCon US 15", ""),
        ("Rock 'n' Roll", "Rock 'n' Roll", ""),
        ("2001: A Space Odyssey Fest", "2001: A Space Odyssey Fest", ""),
        ("2001 a Space Odyssey Fest", "2001 a Space Odyssey Fest", ""),
        ("Summer of '69", "Summer of '69", ""),
        ("Class of 2015", "Class of 2015", ""),
        ("Master Class 2015", "Master Class", "2015"),
        ("Blade Runner 2049", "Blade Runner 2049", ""),
        ("2038 Problem Day", "2038 Problem Day", ""),
        ({"series": "2020 Vision Summit"}, "2020 Vision Summit", ""),
        ({"series": "PyCon US", "edition": "2015"}, "PyCon US", "2015"),
        ({"name": "PyCon US 2015"}, "PyCon US", "2015"),
    ],
)
def test_an_event_is_a_series_and_an_edition(written: Value, series: str, edition: str) -> None:
    found = parse_talk({"event": written}, PATH, post_date=date(2025, 3, 1))
    assert found.diagnostics == ()
    assert found.talk == Talk(event=Event(series, edition))


@pytest.mark.parametrize(("year", "edition"), [(2025, "2026"), (2024, "1926"), (None, "2026")])
def test_two_digits_mean_no_year_after_the_one_that_follows_the_notes(year: int | None, edition: str) -> None:
    found = parse_talk({"event": "PyCon '26"}, PATH, post_date=date(year, 3, 1) if year is not None else None)
    assert found.talk == Talk(event=Event("PyCon", edition))


def test_every_part_of_a_url_has_letters() -> None:
    assert Speaker("李雷").slug == "李雷"
    assert Speaker("???").slug
    assert Event("C++ Now", "2015").slug == "c-plus-plus-now"
    assert Event("C++ Now", "2015").edition_slug == "2015"


@pytest.mark.parametrize(("imported", "key"), ALIASES.items())
def test_spellings_of_other_tools(imported: str, key: str) -> None:
    values = {"speakers": "Ada", "event": "PyCon", "date": "2023", "published": "2023", "length": "1hr", "video": VIDEO}
    values["lang"] = "de"
    assert read({imported: values[key]}) == read({key: values[key]})


def test_an_id_under_youtube() -> None:
    assert read({"youtube": "zjkBMFhNj_g"}).video == parse_recording(VIDEO)


def test_what_is_empty_is_not_known() -> None:
    assert read(dict.fromkeys(KEYS)) == Talk()


@pytest.mark.parametrize(
    ("value", "id", "hint"),
    [
        ("notes", "invalid-talk", "https://"),
        (("a", "b"), "invalid-talk", "https://"),
        ({"title": ("a",)}, "invalid-talk", ""),
        ({"lenght": "1hr"}, "unknown-key", "did you mean `length`?"),
        ({"speaker": "Ada", "speakers": "Ada"}, "duplicate-key", "remove one"),
        ({"length": "long"}, "invalid-length", "1h56m"),
        ({"date": "2023-11-31"}, "invalid-date", "November 2023"),
        ({"start": "soon"}, "invalid-start", "0:20"),
        ({"kind": ("a",)}, "invalid-talk", "`keynote`"),
        ({"lang": "german"}, "invalid-language", "`de`"),
        ({"video": "on my disk"}, "invalid-video", "full URL"),
        ({"also": ("https://vimeo.com/1", "x")}, "invalid-video", "full URL"),
        ({"video": "https://youtu.be/zjkBMFhNj"}, "invalid-video", "copy"),
        ("https://youtu.be/zjkBMFhNj", "invalid-video", "copy"),
        ({"slides": "javascript:alert(1)"}, "invalid-url", "https://"),
        ({"transcript": "JavaScript://x"}, "invalid-url", "https://"),
        ({"speakers": {"name": "Ada", "url": "javascript:alert(1)"}}, "invalid-url", "https://"),
        ({"event": {"name": "PyCon", "url": "data:text/html,x"}}, "invalid-url", "https://"),
        ({"speakers": {"name": "Ada", "url": "/ada/"}}, "invalid-url", "full URL"),
        ({"event": {"name": "PyCon", "url": "us.pycon.example"}}, "invalid-url", "`https://us.pycon.example`"),
        ({"slides": "https://"}, "invalid-url", "https://"),
        ({"slides": "https:slides"}, "invalid-url", "https://"),
        ({"speakers": ({"naem": "Ada"},)}, "unknown-key", "did you mean `name`?"),
        ({"speakers": ({"url": "https://example.org"},)}, "invalid-speaker", "{name:"),
        ({"event": {"year": "2015"}}, "unknown-key", ""),
        ({"length": "1:30"}, "short-talk", "1:30:00"),
        ({"length": "10:00", "start": "10:00"}, "start-after-end", ""),
        ({"date": "2014", "event": "PyCon US 2015"}, "event-year", ""),
    ],
)
def test_a_mistake(value: Value, id: str, hint: str) -> None:
    assert any(found == id and hint in said for found, said in complaints(value))


def test_all_mistakes_come_at_once_and_the_rest_is_read() -> None:
    found = parse_talk({"title": "T", "length": "long", "date": "never", "start": "soon"}, PATH)
    assert {finding.id for finding in found.diagnostics} == {"invalid-length", "invalid-date", "invalid-start"}
    assert found.talk == Talk(title="T")


@pytest.mark.parametrize(
    ("kind", "read", "medium"),
    [
        ("Keynote", "keynote", "video"),
        ("fireside chat", "fireside chat", "video"),
        ("PhD thesis", "PhD thesis", "text"),
        ("paper", "paper", "text"),
        ("podcast", "podcast", "audio"),
        ("Podcast episode", "Podcast episode", "audio"),
    ],
)
def test_any_kind_is_read(kind: str, read: str, medium: str) -> None:
    found = parse_talk({"kind": kind, "video": "https://example.org/x"}, PATH)
    assert found.diagnostics == ()
    assert found.talk is not None
    assert (found.talk.kind, found.talk.medium) == (read, medium)


@pytest.mark.parametrize("url", ["https://cdn.example/a.mp3", "https://open.spotify.com/episode/x"])
def test_sound_is_heard(url: str) -> None:
    talk = parse_talk(url, PATH).talk
    assert talk is not None
    assert talk.medium == "audio"


def test_a_finding_is_at_the_place_of_its_key_as_far_as_it_is_known() -> None:
    places = {"talk": Place(PATH, 5), "talk.duration": Place(PATH, 7, 13)}
    found = parse_talk({"duration": "long", "date": "never"}, PATH, places)
    assert {finding.id: finding.place for finding in found.diagnostics} == {
        "invalid-length": Place(PATH, 7, 13),
        "invalid-date": Place(PATH, 5),
    }
    assert parse_talk({"date": "never"}, PATH).diagnostics[0].place == Place(PATH, 1)


def test_what_is_only_doubtful_is_a_warning() -> None:
    found = parse_talk({"lenght": "1hr", "length": "1:30", "date": "2014", "event": "PyCon 2015"}, PATH)
    assert {finding.severity for finding in found.diagnostics} == {Severity.WARNING}
