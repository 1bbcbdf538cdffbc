"""A recording is recognised by any form of its URL, and has URLs to watch, to start at a second, and to embed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.talks.recordings import (
    Recording,
    embed_origin,
    embed_url,
    has_start_times,
    has_valid_id,
    is_same_recording,
    media_type,
    parse_recording,
    url_at,
    youtube_recording,
)
from afterword.talks.timestamps import find_url_time

UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
NO_COOKIES = "https://www.youtube-nocookie.com"
ORIGIN = "https%3A%2F%2Fexample.org"
SHORT_UUID = "kkGMgK9ZtnKfYAgnEtQxbv"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=zjkBMFhNj_g",
        "http://youtube.com/watch?v=zjkBMFhNj_g&list=PLx&index=3",
        "https://m.youtube.com/watch?feature=share&v=zjkBMFhNj_g",
        "https://music.youtube.com/watch?v=zjkBMFhNj_g",
        "https://youtu.be/zjkBMFhNj_g?si=abc",
        "https://www.youtube.com/embed/zjkBMFhNj_g",
        "https://www.youtube-nocookie.com/embed/zjkBMFhNj_g?rel=0",
        "https://www.youtube.com/shorts/zjkBMFhNj_g",
        "https://www.youtube.com/live/zjkBMFhNj_g/",
        "https://www.youtube.com/v/zjkBMFhNj_g",
        "youtu.be/zjkBMFhNj_g",
        "www.youtube.com/watch?v=zjkBMFhNj_g",
    ],
)
def test_youtube_in_all_its_forms(url: str) -> None:
    assert parse_recording(url) == Recording("youtube", "https://www.youtube.com/watch?v=zjkBMFhNj_g", "zjkBMFhNj_g")


@pytest.mark.parametrize(
    ("url", "watch", "key"),
    [
        ("https://vimeo.com/36579366", "https://vimeo.com/36579366", ""),
        ("https://player.vimeo.com/video/36579366?dnt=1", "https://vimeo.com/36579366", ""),
        ("https://vimeo.com/channels/staffpicks/36579366", "https://vimeo.com/36579366", ""),
        ("https://vimeo.com/36579366/0a1b2c3d4e", "https://vimeo.com/36579366/0a1b2c3d4e", "0a1b2c3d4e"),
        ("https://player.vimeo.com/video/36579366?h=0a1b2c3d4e", "https://vimeo.com/36579366/0a1b2c3d4e", "0a1b2c3d4e"),
    ],
)
def test_vimeo_with_the_hash_of_an_unlisted_video(url: str, watch: str, key: str) -> None:
    assert parse_recording(url) == Recording("vimeo", watch, "36579366", key=key)


@pytest.mark.parametrize("id", [UUID, SHORT_UUID])
@pytest.mark.parametrize("path", ["w", "videos/watch", "videos/embed"])
def test_peertube_on_any_host(id: str, path: str) -> None:
    watch = f"https://tube.example.org/w/{id}"
    assert parse_recording(f"https://tube.example.org/{path}/{id}") == Recording(
        "peertube", watch, id, "https://tube.example.org"
    )


@pytest.mark.parametrize("url", ["talk.mp4", "/files/talk.webm", "https://example.org/talk.mp3?x=1", "talk.OGV"])
def test_a_media_file_of_ones_own(url: str) -> None:
    assert parse_recording(f"{url}#t=20") == Recording("media", url, start=20)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.destroyallsoftware.com/talks/the-birth-and-death-of-javascript",
        "https://www.youtube.com/playlist?list=PLx",
        "https://www.youtube.com/embed/videoseries?list=PLx",
        "https://www.youtube.com/@channel",
        "https://vimeo.com/event/12",
        "https://notyoutube.com/watch?v=zjkBMFhNj_g",
    ],
)
def test_every_other_page_is_a_plain_link(url: str) -> None:
    recording = Recording("other", url)
    assert parse_recording(url) == recording
    assert url_at(recording, 754) == url
    assert embed_url(recording) == ""
    assert embed_origin(recording) == ""


@pytest.mark.parametrize(
    "text", ["", "a talk", "notes.md", "javascript:alert(1)", "https://[", "ftp://x.org/a.mp4", '"x".mp4']
)
def test_what_is_no_recording(text: str) -> None:
    assert parse_recording(text) is None


@pytest.mark.parametrize(
    ("url", "at"),
    [
        ("https://youtu.be/zjkBMFhNj_g", "https://www.youtube.com/watch?v=zjkBMFhNj_g&t=754s"),
        ("https://vimeo.com/36579366", "https://vimeo.com/36579366#t=754s"),
        (f"https://tube.example.org/w/{UUID}", f"https://tube.example.org/w/{UUID}?start=754"),
        ("talk.mp4", "talk.mp4#t=754"),
    ],
)
def test_a_url_at_a_moment(url: str, at: str) -> None:
    recording = parse_recording(url)
    assert recording is not None
    assert url_at(recording, 754) == at
    assert url_at(recording, 0) == recording.url


@pytest.mark.parametrize(
    ("url", "embed", "origin"),
    [
        (
            "https://youtu.be/zjkBMFhNj_g",
            f"{NO_COOKIES}/embed/zjkBMFhNj_g?autoplay=1&enablejsapi=1&start=754&playsinline=1&rel=0&origin={ORIGIN}",
            NO_COOKIES,
        ),
        (
            "https://vimeo.com/36579366/0a1b2c",
            "https://player.vimeo.com/video/36579366?h=0a1b2c&dnt=1&autoplay=1#t=754s",
            "https://player.vimeo.com",
        ),
        (
            f"https://tube.example.org/w/{UUID}",
            f"https://tube.example.org/videos/embed/{UUID}?start=754&autoplay=1",
            "https://tube.example.org",
        ),
    ],
)
def test_the_player_of_a_host(url: str, embed: str, origin: str) -> None:
    recording = parse_recording(url)
    assert recording is not None
    assert embed_url(recording, 754, origin="https://example.org") == embed
    assert embed_origin(recording) == origin


@pytest.mark.parametrize(("id", "valid"), [("zjkBMFhNj_g", True), ("zjkBMFhNj_", False), ("zjkBMFhNj_gg", False)])
def test_a_youtube_id_has_eleven_characters(id: str, valid: bool) -> None:
    recording = parse_recording(f"https://youtu.be/{id}")
    assert recording == youtube_recording(id)
    assert recording is not None
    assert has_valid_id(recording) is valid


def test_the_same_recording_in_another_form() -> None:
    recording = youtube_recording("zjkBMFhNj_g")
    assert is_same_recording(recording, "https://youtu.be/zjkBMFhNj_g?t=20")
    assert not is_same_recording(recording, "https://youtu.be/kCc8FmEb1nY")
    assert not is_same_recording(recording, "not a url")


@pytest.mark.parametrize(("url", "kind"), [("a.mp3#t=1", "audio"), ("a.webm?x", "video"), ("a.txt", ""), ("mp4", "")])
def test_sound_or_video(url: str, kind: str) -> None:
    assert media_type(url) == kind


HOSTED = st.one_of(
    st.text("abcXYZ019_-", min_size=11, max_size=11).map("https://youtu.be/{}".format),
    st.integers(1, 10**9).map("https://vimeo.com/{}".format),
    st.uuids().map("https://tube.example.org/videos/watch/{}".format),
    st.text("abc019", min_size=1).map("/media/{}.mp4".format),
)


@given(HOSTED, st.integers(1, 100_000))
def test_a_url_at_a_moment_is_read_back(url: str, seconds: int) -> None:
    recording = parse_recording(url)
    assert recording is not None
    again = parse_recording(url_at(recording, seconds))
    assert again is not None
    assert (again.identity, again.url, again.start) == (recording.identity, recording.url, seconds)
    assert parse_recording(recording.url) == recording


@given(HOSTED, st.integers(0, 100_000))
def test_a_player_shows_the_same_recording(url: str, seconds: int) -> None:
    recording = parse_recording(url)
    assert recording is not None
    if player := embed_url(recording, seconds):
        assert is_same_recording(recording, player)
        assert find_url_time(player) == seconds


@given(st.text())
def test_any_text_can_be_asked_for_a_recording(text: str) -> None:
    for written in (text, f"https://youtu.be/{text}", f"https://vimeo.com/{text}"):
        recording = parse_recording(written)
        assert recording is None or recording.url


@pytest.mark.parametrize(
    ("url", "at"),
    [
        ("https://media.ccc.de/v/37c3-1", "https://media.ccc.de/v/37c3-1#t=3754"),
        ("https://open.spotify.com/episode/x?si=1", "https://open.spotify.com/episode/x?si=1&t=3754"),
        ("https://soundcloud.com/a/b", "https://soundcloud.com/a/b#t=1:02:34"),
        ("https://www.twitch.tv/videos/1", "https://www.twitch.tv/videos/1?t=1h2m34s"),
        ("https://www.bilibili.com/video/BV1/", "https://www.bilibili.com/video/BV1/?t=3754"),
        ("https://overcast.fm/+abc", "https://overcast.fm/+abc/1:02:34"),
        ("https://rumble.com/v1-x.html", "https://rumble.com/v1-x.html?start=3754"),
        ("https://www.nicovideo.jp/watch/sm9", "https://www.nicovideo.jp/watch/sm9?from=3754"),
    ],
)
def test_other_hosts_have_start_times_of_their_own(url: str, at: str) -> None:
    recording = parse_recording(url)
    assert recording is not None
    assert has_start_times(recording)
    assert url_at(recording, 3754) == at
    assert url_at(recording, 0) == recording.url


@pytest.mark.parametrize(
    "url",
    ["https://talks.example/1", "https://www.ted.com/talks/x", "https://podcasts.apple.com/us/podcast/x/id1?i=2"],
)
def test_a_host_without_start_times(url: str) -> None:
    recording = parse_recording(url)
    assert recording is not None
    assert not has_start_times(recording)
    assert url_at(recording, 754) == recording.url
