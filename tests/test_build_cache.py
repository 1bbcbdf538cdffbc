"""Cached values are read back unchanged, and only while their inputs are unchanged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import fields, replace

from afterword.build.cache import BuildCache
from afterword.build.content_cache import (
    BodyRecord,
    Findings,
    decode_anchors,
    decode_findings,
    decode_matter,
    decode_reading,
    decode_record,
    encode_body,
    encode_matter,
    encode_reading,
    encode_record,
    record_body,
)
from afterword.build.last_build import LastBuild, digest_request
from afterword.build.markdown_jobs import RenderedBody
from afterword.build.report import Reason, Request, SkippedPost
from afterword.build.stale_pages import Dependency, Trace
from afterword.cache.codec import DECODE_ERRORS, from_json, to_json
from afterword.cache.store import Store
from afterword.config.schema import LimitSettings
from afterword.content.parse_source import Reading
from afterword.content.permalinks import Alias
from afterword.content.post import Post
from afterword.core.diagnostics import Diagnostic, Place, Places, error, warning
from afterword.core.fingerprints import Stamp
from afterword.core.web_origins import Origin
from afterword.front_matter.model import Image, Visibility
from afterword.front_matter.parser import parse
from afterword.markdown.body import (
    Attachment,
    Body,
    Code,
    ContentDigests,
    ContentMeta,
    Heading,
    LeadImage,
    Reference,
    content_digests,
    content_meta,
)
from afterword.site.queries.recording import Query
from afterword.talks.model import Event, Speaker, Talk
from afterword.talks.partial_dates import PartialDate
from afterword.talks.recordings import Recording
from afterword.talks.timestamps import Length
from afterword.talks.transcripts import TranscriptLine
from afterword.talks.updates import Update

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from afterword.front_matter.model import ParsedMatter

T = TypeVar("T")

PLACE = Place("posts/2026-01-01-ü.md", 3, 4, 5)
DIAGNOSTIC = Diagnostic("an-id", warning("x", "y").severity, "message\n", PLACE, "label", "hint", ((PLACE, "there"),))

RECORDING = Recording("youtube", "https://www.youtube.com/watch?v=x", "x", "https://www.youtube.com", "key", 5)

FULL_POST = Post(
    path="posts/2026-01-01-ü.md",
    kind="page",
    title="A “title” \u2028 of 1",
    title_link="https://example.org/",
    slug="slug",
    url="/posts/%C3%BC/",
    output="posts/ü/index.html",
    id="/posts/%C3%BC",
    layout="post",
    date=datetime(2026, 1, 1, 10, 20, 30, 400, timezone(timedelta(hours=5, minutes=30))),
    date_only=True,
    updated=datetime(2026, 2, 1, tzinfo=UTC),
    last_updated=date(2026, 2, 1),
    day=date(2026, 1, 1),
    draft=True,
    visibility=Visibility(
        "draft: true", "unlisted: yes", date(2026, 1, 2), "publishDate: 2026-01-02", robots=("nofollow",)
    ),
    categories=("talks", "a, b"),
    tags=("C++",),
    authors=("Ada",),
    description="description",
    excerpt="excerpt",
    image=Image("/x.png", "alt", 3, 4),
    aliases=(Alias("/old/", "old/index.html", PLACE),),
    redirect_to="https://elsewhere.example/",
    series="series",
    pinned=True,
    toc=True,
    lang="de",
    math=True,
    talk=Talk(
        title="A talk",
        speakers=(Speaker("Ada", "https://ada.example", "host"),),
        event=Event("PyCon US", "2015", "https://pycon.example"),
        date=PartialDate(2015, 4, 11),
        video=RECORDING,
        length=Length(1500, rounded=True),
        published=PartialDate(2015, 5),
        slides="https://slides.example",
        transcript="talk.vtt",
        also=(RECORDING,),
        start=20,
        kind="keynote",
        inferred=True,
    ),
    takeaways=("One", "Two"),
    updates=(Update(PartialDate(2026, 5), "What changed"),),
    related=("other",),
    ignored=("broken-link",),
    has_chapters=True,
    extra={"venue": "Berlin", "list": (1, (True, "x")), "deep": {"a": {"b": ()}}},
    places=Places("posts/2026-01-01-ü.md", {"title": (3, 4, 5), "tags[0]": (7, 0, 0)}),
)

FULL_BODY = Body(
    html="<p>\u2028</p>",
    excerpt="<p>",
    summary="summary",
    headings=(Heading(2, "id", "text", 60, 90),),
    anchors=("id", "other"),
    words=7,
    references=(Reference("/x/", "part", "x.md#part", PLACE, "A sentence."),),
    attachments=(Attachment("posts/a.csv", "/posts/a.csv", PLACE),),
    remote=(("img-src", Origin("https://x.example")),),
    excerpt_remote=(("img-src", Origin("https://y.example")),),
    takeaways=("One",),
    timestamps=(90,),
    image=LeadImage("/posts/a.png", 4, 3),
    code=(Code("digest", 3, 6),),
    diagnostics=(DIAGNOSTIC,),
    text="text",
    transcript=(TranscriptLine(0, "A line."),),
)


def return_trip(value: T, kind: type[T]) -> T:
    return from_json(to_json(value), kind)


def remember_post(post: Post) -> Post | None:
    """A post that has been written down and read again."""
    return decode_reading(encode_reading(Reading("digest", post))).post


def list_empty(value: Any) -> list[str]:
    """The fields of a value that are as they would be without a word: an example must show something of each."""
    names = value.__struct_fields__
    defaults = dict(zip(reversed(names), reversed(value.__struct_defaults__), strict=False))
    return [name for name in names if getattr(value, name) in ("", (), None, 0, {}, defaults.get(name))]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ContentMeta, content_meta(FULL_BODY)),
        (tuple[Code, ...], FULL_BODY.code),
        (ContentDigests, content_digests(FULL_BODY)),
        (tuple[Diagnostic, ...], (DIAGNOSTIC, error("id", "message"))),
        (
            LastBuild,
            LastBuild(
                "asked", "UTC", "2026-01-01", ("a/**",), "sources", (("new.md", "digest"),), "site",
                ("index.html", "new/index.html"), (("new/index.html", "digest"),), "/blog/site", 3,
                (SkippedPost("x.md", "draft"), SkippedPost("y.md", "future", date(2026, 4, 1))), (DIAGNOSTIC,),
                "http://localhost:4000", ("z.md",),
            ),
        ),
    ],
    ids=["shown", "code", "prints", "diagnostics", "last"],
)  # fmt: skip
def test_cached_value_round_trips(kind: type[Any], value: Any) -> None:
    read = return_trip(value, kind)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("value", [FULL_POST, FULL_BODY], ids=["post", "body"])
def test_the_examples_have_something_in_every_field(value: Post | Body) -> None:
    """A new field is in the example, so that it is known to come back as it was."""
    assert list_empty(value) == []


def test_every_value_comes_back_with_its_type() -> None:
    read = remember_post(FULL_POST)
    for name in Post.__struct_fields__:
        before, after = getattr(FULL_POST, name), getattr(read, name)
        assert repr(after) == repr(before), f"answers are compared by `repr`, and `{name}` has another one"
    assert read == FULL_POST


def test_a_post_with_nothing_in_it_comes_back() -> None:
    empty: dict[str, Any] = dict.fromkeys(("date", "updated", "day", "excerpt", "image", "toc", "talk"))
    post = replace(FULL_POST, **empty, categories=(), aliases=(), extra={}, places=Places("", {}))
    assert remember_post(post) == post


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[1]", '"x"', "[" * 5000, "[[],[],[]]", "7"])
@pytest.mark.parametrize("kind", [Post, ContentMeta, ContentDigests, LastBuild])
def test_invalid_cached_value_is_rejected(kind: type[Any], text: str) -> None:
    with pytest.raises(DECODE_ERRORS):
        from_json(text, kind)


def test_a_value_of_an_unsupported_type_is_not_cached() -> None:
    with pytest.raises(TypeError, match=r"^a complex cannot be cached$"):
        to_json(1j)
    with pytest.raises(DECODE_ERRORS, match="a complex cannot be cached"):
        from_json("1", complex)


@pytest.mark.parametrize("value", [content_meta(FULL_BODY), content_digests(FULL_BODY)], ids=["shown", "prints"])
def test_a_row_with_a_value_more_or_less_is_refused(value: ContentMeta | ContentDigests) -> None:
    for row in (
        to_json(value)[:-1] + ',"more"]',
        to_json([getattr(value, name) for name in value.__struct_fields__[:-1]]),
    ):
        with pytest.raises(DECODE_ERRORS):
            from_json(row, type(value))


def test_a_record_of_a_body_has_all_of_it_but_the_texts() -> None:
    record = replace(record_body("key", WRITTEN), problems=to_json((DIAGNOSTIC,)))
    read = decode_record(encode_record(record))
    assert read == record
    assert read.decode_answers() == WRITTEN.answers
    assert decode_findings(read) == Findings(FULL_BODY.diagnostics, FULL_BODY.attachments, FULL_BODY.references)
    assert decode_anchors({PLACE.path: read}, PLACE.path) == FULL_BODY.anchors
    assert from_json(read.problems, tuple[Diagnostic, ...]) == (DIAGNOSTIC,)
    assert len(encode_record(record).split("\n")) == len(fields(BodyRecord))


def test_two_bodies_have_a_print_in_common_only_where_the_part_is_the_same() -> None:
    before = content_digests(FULL_BODY)
    for field in fields(ContentDigests):
        known = {"words": 8, "image": None}
        other = known[field.name] if field.name in known else type(getattr(FULL_BODY, field.name))()
        after = content_digests(replace(FULL_BODY, **{field.name: other}))
        differing = [
            part.name for part in fields(ContentDigests) if getattr(before, part.name) != getattr(after, part.name)
        ]
        assert differing == [field.name]


# The memory

OLD = Stamp(1, 1_000_000_000, 1_000_000_000, 7)
SWEPT = 100_000_000_000


WRITTEN = RenderedBody(FULL_BODY, content_digests(FULL_BODY), (("page", "posts/x.md", "/x/"),))


def remember(path: Path, stamps: dict[str, Stamp], rules: str = "rules") -> BuildCache:
    return BuildCache(Store(path / "cache.db", "version"), stamps, SWEPT, rules)


def test_a_file_is_known_by_its_stamp(tmp_path: Path) -> None:
    build_cache = remember(tmp_path, {"a.md": OLD})
    build_cache.put_file("a.md", "digest", 3, 4)
    build_cache.commit()
    assert remember(tmp_path, {"a.md": OLD}).digest_of("a.md") == "digest"
    assert remember(tmp_path, {}).digest_of("a.md") is None


@pytest.mark.parametrize("field", Stamp._fields)
def test_a_file_with_any_other_stamp_is_not_known(tmp_path: Path, field: str) -> None:
    build_cache = remember(tmp_path, {"a.md": OLD})
    build_cache.put_file("a.md", "digest")
    build_cache.commit()
    other = OLD._replace(**{field: getattr(OLD, field) + 1})
    assert remember(tmp_path, {"a.md": other}).digest_of("a.md") is None


@pytest.mark.parametrize("field", ["mtime_ns", "ctime_ns"])
def test_a_file_that_was_just_written_is_not_known_by_its_stamp(tmp_path: Path, field: str) -> None:
    fresh = OLD._replace(**{field: SWEPT - 1_000})
    build_cache = remember(tmp_path, {"a.md": fresh})
    build_cache.put_file("a.md", "digest")
    build_cache.commit()
    assert remember(tmp_path, {"a.md": fresh}).digest_of("a.md") is None


def put_reading(build_cache: BuildCache, path: str, reading: Reading) -> None:
    build_cache.put_reading(path, reading, encode_reading(reading))


def test_a_reading_is_known_by_the_rules(tmp_path: Path) -> None:
    build_cache = remember(tmp_path, {})
    put_reading(build_cache, FULL_POST.path, Reading("digest", FULL_POST, (DIAGNOSTIC,)))
    build_cache.commit()
    again = remember(tmp_path, {})
    assert again.readings[FULL_POST.path] == Reading("digest", FULL_POST, (DIAGNOSTIC,))
    assert FULL_POST.path not in remember(tmp_path, {}, "other rules").readings


def test_the_posts_of_the_traces_are_those_that_were_published(tmp_path: Path) -> None:
    build_cache = remember(tmp_path, {})
    assert build_cache.posts is None
    put_reading(build_cache, "a.md", Reading("digest", replace(FULL_POST, path="a.md")))
    put_reading(build_cache, "b.md", Reading("digest", replace(FULL_POST, path="b.md")))
    build_cache.put_meta("published", "a.md")
    build_cache.commit()
    posts = remember(tmp_path, {}).posts
    assert posts is not None
    assert list(posts) == ["a.md"]


def test_where_one_of_the_posts_of_the_traces_is_lost_none_is_known(tmp_path: Path) -> None:
    build_cache = remember(tmp_path, {})
    put_reading(build_cache, "a.md", Reading("digest", replace(FULL_POST, path="a.md")))
    build_cache.put_meta("published", "a.md\nlost.md")
    build_cache.commit()
    assert remember(tmp_path, {}).posts is None


def test_bodies_can_be_put_aside_before_the_build_is_done(tmp_path: Path) -> None:
    first = remember(tmp_path, {})
    first.put_meta("published", "")
    first.put_meta("links", "digest")
    first.commit()
    build_cache = remember(tmp_path, {})
    build_cache.put_body("a.md", record_body("key", WRITTEN), encode_body(WRITTEN.body))
    assert build_cache.flush_bodies()
    texts = build_cache.body_texts({}, ["a.md"])
    assert texts["a.md"] == content_meta(WRITTEN.body)
    assert texts.html["a.md"] == WRITTEN.body.html
    assert build_cache.posts == {}, "this build still knows of the last one"
    killed = remember(tmp_path, {})
    assert list(killed.bodies) == ["a.md"]
    assert killed.posts is None, "the next one does not, unless this one is done"
    assert "links" not in killed.meta
    build_cache.put_meta("published", "")
    build_cache.commit()
    assert remember(tmp_path, {}).posts == {}


def test_a_memory_that_keeps_nothing_puts_nothing_aside() -> None:
    build_cache = BuildCache(Store(None, ""), {}, 0, "rules")
    build_cache.put_body("a.md", record_body("key", WRITTEN), encode_body(WRITTEN.body))
    assert not build_cache.flush_bodies()


def test_traces_and_facts_come_back(tmp_path: Path) -> None:
    trace = Trace("plan", "templates", ("one", "two"), "output", Reason("answer", "a reason\nof two lines"))
    bare = Trace("plan", "", (), "output", Reason("new", "x"))
    queries = [
        Query("rows", ("term", "tag", "c")),
        Query("rows", ("posts",), 3, 5),
        Query("length", ("tags",)),
        Query("config", ("feed.limit",)),
        Query("updated"),
    ]
    dependencies = {str(index): Dependency(query, ("date", "title"), "digest") for index, query in enumerate(queries)}
    build_cache = remember(tmp_path, {})
    build_cache.put_trace("x/index.html", trace)
    build_cache.put_trace("bare", bare)
    build_cache.put_dependencies("", dependencies)
    build_cache.put_dependencies("tag:c", {"c": Dependency(Query("term", ("tag", "c")), (), "digest")})
    build_cache.commit()
    again = remember(tmp_path, {})
    assert again.traces == {"x/index.html": trace, "bare": bare}
    assert again.dependencies_of([""]) == dependencies
    assert set(again.dependencies_of(None)) == {*dependencies, "c"}
    assert set(again.dependencies_of(["tag:c", "never asked"])) == {"c"}


def test_invalid_rows_are_skipped(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache.db", "version")
    rows = {"x": "no such form", "y": "null"}
    store.commit(
        {"files": rows, "posts": rows, "bodies": rows, "pages": rows, "dependencies": rows, "outputs": rows}, {}
    )
    store.close()
    build_cache = remember(tmp_path, {})
    assert (build_cache.files, build_cache.readings, build_cache.bodies, build_cache.traces, build_cache.outputs) == (
        {},
        {},
        {},
        {},
        {},
    )
    assert build_cache.dependencies_of(None) == {}


def test_a_value_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    build_cache = remember(tmp_path, {})
    build_cache.put_meta("images", "[1]")
    build_cache.put_meta("theme", "[")
    build_cache.commit()
    again = remember(tmp_path, {})
    assert again.read_meta("images", list[int]) == [1]
    assert again.read_meta("theme", list[int]) is None
    assert again.read_meta("closures", list[int]) is None
    assert again.read_meta("images", list[str]) is None


@pytest.mark.parametrize(
    "change",
    [{"destination": "x"}, {"base_url": "/x/"}, {"drafts": True}, {"future": True}, {"strict": True}],
    ids=lambda change: next(iter(change)),
)
def test_last_build_of_another_request_is_ignored(tmp_path: Path, change: dict[str, Any]) -> None:
    request = Request(tmp_path)
    assert digest_request(request) != digest_request(replace(request, **change))
    assert digest_request(request) == digest_request(replace(request, jobs=8, overwrite=True, verify=True))


MATTER = """\
---
title: "A title: \\u2028"
date: 2026-02-01 10:00 +05:30
updated: 2026-02-03
tags: [a, b]
draft: false
robots: noindex
image: {path: a.png, width: 3}
excerpt: |
  Two
  lines
talk: {title: T, speakers: [A, {name: B}], minutes: 3}
updates: [{date: 2026-02-03, note: "*New*"}]
rating: 4
flags: [true, 1, 1.0, "1", null, {a: [b, {c: d}]}]
---
Text
"""


def parse_matter(text: str, zone: tzinfo) -> ParsedMatter | None:
    return parse(PLACE.path, text.encode(), zone=zone, limits=LimitSettings()).parsed


def test_front_matter_is_decoded_as_it_was_parsed() -> None:
    parsed = parse_matter(MATTER, UTC)
    assert parsed is not None
    assert repr(decode_matter(encode_matter(parsed))) == repr(parsed)


@pytest.mark.parametrize("row", ["", "x", "x\n", "x\n{}\n", 'x\n{"title": 3}', 'x\n{"tags": "a"}'])
def test_invalid_front_matter_is_not_decoded(row: str) -> None:
    assert decode_matter(row) is None


def test_a_date_that_json_would_change_is_not_cached() -> None:
    amsterdam = ZoneInfo("Europe/Amsterdam")  # 20 minutes ahead of UTC, less 28 seconds, until 1937
    assert encode_matter(parse_matter("---\ndate: 1930-01-01 10:00\n---\nText\n", amsterdam)) == ""
    assert encode_matter(parse_matter("---\ndate: 2026-01-01 10:00\n---\nText\n", amsterdam)) != ""
