"""Cached posts and rendered bodies: how they are keyed, encoded and loaded.

`Lookup` is a lazy mapping: it computes a value on access and does not keep it, so a large blog is never in memory as a
whole.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from afterword.cache.codec import DECODE_ERRORS, CacheCorrupted, from_json, to_json
from afterword.cache.store import Store
from afterword.content.parse_source import Reading
from afterword.content.post import Post
from afterword.core.diagnostics import Diagnostic
from afterword.front_matter.model import FrontMatter, ParsedMatter
from afterword.markdown.body import Attachment, Code, ContentDigests, ContentMeta, Reference, content_meta

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from afterword.build.markdown_jobs import RenderedBody
    from afterword.core.structs import Value
    from afterword.markdown.body import Body
    from afterword.site.links import LinkAnswers

T = TypeVar("T")


class Lookup(Mapping[str, T]):
    """Lazy mapping from names to the results of `find`, which raises `KeyError` for unknown names."""

    def __init__(self, names: Collection[str], find: Callable[[str], T]) -> None:
        self._names = names
        self._find = find

    def __getitem__(self, name: str) -> T:
        return self._find(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def encode_reading(reading: Reading) -> str:
    """Encodes a parsed source, without its text."""
    return to_json((reading.digest, reading.post, reading.diagnostics))


def decode_reading(row: str) -> Reading:
    """Decodes a parsed source; raises one of `DECODE_ERRORS` for invalid data."""
    digest, post, diagnostics = from_json(row, tuple[str, Post | None, tuple[Diagnostic, ...]])
    if post is not None and post.extra:
        post = replace(post, extra={name: _freeze(value) for name, value in post.extra.items()})
    return Reading(digest, post, diagnostics)


def encode_matter(parsed: ParsedMatter | None) -> str:
    """Encodes front matter; empty if there is none, or if JSON would change it, as it does offsets with seconds."""
    if parsed is None:
        return ""
    row = f"{parsed.digest}\n{to_json(parsed.matter)}"
    return row if decode_matter(row) == parsed else ""


def decode_matter(row: str) -> ParsedMatter | None:
    """Decodes front matter; returns None for empty text and invalid data."""
    try:
        made_from, text = row.split("\n")
        matter = from_json(text, FrontMatter)
    except DECODE_ERRORS:
        return None
    extra = {name: _freeze(value) for name, value in matter.extra.items()}
    frozen = replace(matter, talk=_freeze(matter.talk), updates=_freeze(matter.updates), extra=extra)
    return ParsedMatter(made_from, frozen)


def is_same_serialized(one: Post, other: Post) -> bool:
    """Returns whether two posts serialize to the same text: stricter than equality, since 1 == True."""
    return one is other or to_json(one) == to_json(other)


def _freeze(data: object) -> Value:
    """Converts JSON data to a `Value`: lists become tuples."""
    if isinstance(data, list):
        return tuple(_freeze(item) for item in data)
    if isinstance(data, dict):
        return {name: _freeze(item) for name, item in data.items()}
    return cast("Value", data)


Part: TypeAlias = Literal["body_meta", "body_html", "body_words"]

EMPTY = "[]"
"""A serialized empty list: the value of most parts of most bodies."""

_MAX_CACHED = 2000
"""Number of bodies whose metadata is kept in memory: enough for some list pages."""


class BodyRecord(Struct, frozen=True):
    """The cached metadata of a body, encoded: each part is decoded on access, since most never are.

    `key` is the digest of everything that the body depends on, except its links. The other fields are JSON: `digests`
    of its parts, `answers` to its link lookups, what every build reads, and `problems` with its references.
    """

    key: str
    digests: str
    answers: str
    diagnostics: str
    attachments: str
    anchors: str
    references: str
    problems: str = EMPTY

    def decode_answers(self) -> LinkAnswers:
        return from_json(self.answers, tuple[tuple[str, str, str], ...])

    def decode_attachments(self) -> tuple[Attachment, ...]:
        return from_json(self.attachments, tuple[Attachment, ...]) if self.attachments != EMPTY else ()


class Findings(Struct, frozen=True):
    """Diagnostics and references of a body, which every build reads."""

    diagnostics: tuple[Diagnostic, ...]
    attachments: tuple[Attachment, ...]
    references: tuple[Reference, ...]


_NO_FINDINGS = Findings((), (), ())


def decode_findings(record: BodyRecord) -> Findings:
    """Decodes the findings of a body."""
    if record.diagnostics == record.attachments == record.references == EMPTY:
        return _NO_FINDINGS
    diagnostics = from_json(record.diagnostics, tuple[Diagnostic, ...])
    return Findings(diagnostics, record.decode_attachments(), from_json(record.references, tuple[Reference, ...]))


def record_body(key: str, written: RenderedBody) -> BodyRecord:
    """Returns the record of a rendered body."""
    body = written.body
    return BodyRecord(
        key=key,
        digests=to_json(written.digests),
        answers=to_json(written.answers),
        diagnostics=to_json(body.diagnostics),
        attachments=to_json(body.attachments),
        anchors=to_json(body.anchors),
        references=to_json(body.references),
    )


class BodyTexts(Struct, frozen=True):
    """Parts of a body that are stored apart from its record, since lists read few of them.

    `meta` is JSON. `html` is the positions of its code blocks, as a line of JSON, followed by the HTML. `words` is the
    text for the search index, or empty.
    """

    meta: str
    html: str
    words: str = ""


def encode_body(body: Body, *, searched: bool = False) -> BodyTexts:
    """Encodes a body; the words for the search index are empty unless `searched`."""
    words = ""
    if searched:
        from afterword.search.tokens import weigh_text  # only for a blog with full-text search

        words = weigh_text(body.text, (heading.text for heading in body.headings))
    return BodyTexts(to_json(content_meta(body)), f"{to_json(body.code)}\n{body.html}", words)


def decode_html(html: str) -> str:
    """Returns the HTML of an encoded body; raises `ValueError` for invalid data."""
    return html[html.index("\n") + 1 :]


def decode_code(path: str, text: str) -> Mapping[str, str]:
    """Returns the highlighted code blocks of an encoded body, by key.

    Raises `CacheCorrupted` for invalid data.
    """
    try:
        html = decode_html(text)
        codes = from_json(text[: text.index("\n")], tuple[Code, ...])
        return {code.made_from: html[code.start : code.end] for code in codes}
    except DECODE_ERRORS:
        raise CacheCorrupted(path) from None


def encode_record(record: BodyRecord) -> str:
    """Encodes a record: one line for each field, since JSON has no line ends."""
    return "\n".join(getattr(record, name) for name in BodyRecord.__struct_fields__)


def decode_record(text: str) -> BodyRecord:
    """Decodes a record."""
    return BodyRecord(*text.split("\n"))


def decode_digests(records: Mapping[str, BodyRecord], path: str) -> ContentDigests:
    """Decodes the digests of the body of a source."""
    return from_json(records[path].digests, ContentDigests)


def decode_anchors(records: Mapping[str, BodyRecord], path: str) -> tuple[str, ...]:
    """Decodes the anchors of the body of a source."""
    return from_json(records[path].anchors, tuple[str, ...])


def _decode_meta(meta: str) -> ContentMeta:
    return from_json(meta, ContentMeta)


class CachedBodies(Mapping[str, ContentMeta]):
    """Metadata of all bodies, by source path: fresh ones, and those in the store.

    Each is read on access, and some are kept in memory, without their HTML. A copy in another process opens the store
    again.
    """

    def __init__(self, path: Path | None, version: str, fresh: Mapping[str, BodyTexts], kept: frozenset[str]) -> None:
        self._path = path
        self._version = version
        self._fresh = fresh
        self._kept = kept
        self._cached: dict[str, ContentMeta] = {}
        self._store: tuple[int, Store] | None = None
        self._inherited: tuple[int, Store] | None = None

    def __getitem__(self, path: str) -> ContentMeta:
        meta = self._cached.get(path)
        if meta is None:
            if len(self._cached) == _MAX_CACHED:
                self._cached.clear()
            meta = self._cached[path] = self._read(path, "body_meta", _decode_meta)
        return meta

    def __iter__(self) -> Iterator[str]:
        return iter(self._fresh.keys() | self._kept)

    def __len__(self) -> int:
        return len(self._fresh.keys() | self._kept)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_store": None, "_inherited": None, "_cached": {}}

    def pack(self) -> CachedBodies:
        """Returns a copy that includes all texts, for a machine without the store."""
        texts = {
            path: BodyTexts(self._read_text(path, "body_meta"), self._read_text(path, "body_html")) for path in self
        }
        return CachedBodies(None, self._version, texts, frozenset())

    @property
    def html(self) -> Mapping[str, str]:
        """HTML of each body, by source path."""
        return Lookup(self, self._read_html)

    def read_words(self, path: str) -> str:
        """Returns the text of a body for the search index."""
        return self._read_text(path, "body_words")

    def _read_html(self, path: str) -> str:
        return self._read(path, "body_html", decode_html)

    def _read(self, path: str, part: Part, decode: Callable[[str], T]) -> T:
        try:
            return decode(self._read_text(path, part))
        except DECODE_ERRORS:
            raise CacheCorrupted(path) from None

    def _read_text(self, path: str, part: Part) -> str:
        fresh = self._fresh.get(path)
        if fresh is not None:
            return str(getattr(fresh, part.removeprefix("body_")))
        if path not in self._kept:
            raise KeyError(path)
        text = self._open().read(part, path)
        if text is None:
            raise CacheCorrupted(path)
        return text

    def _open(self) -> Store:
        """Opens a connection for this process: one from before a fork must not be used."""
        if self._store is None or self._store[0] != os.getpid():
            self._inherited = self._store  # of the process that forked this one, which must not close it
            self._store = os.getpid(), Store(self._path, self._version)
        return self._store[1]
