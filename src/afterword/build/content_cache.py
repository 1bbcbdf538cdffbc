"""Cached posts and rendered bodies: how they are keyed, encoded and loaded.

`Lookup` is a lazy mapping: it computes a value on access and does not keep it, so a large blog is never in memory as
a whole.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from afterword.cache.codec import DECODE_ERRORS, CacheCorrupted, from_json, to_json
from afterword.cache.store import Store
from afterword.content.parse_source import Reading
from afterword.content.post import Post
from afterword.core.diagnostics import Diagnostic
from afterword.markdown.body import Attachment, Code, ContentDigests, ContentMeta, Reference, content_meta
from afterword.search.documents import weigh_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from afterword.build.markdown_jobs import RenderedBody
    from afterword.content.parse_source import SourceText
    from afterword.core.structs import Value
    from afterword.markdown.body import Body
    from afterword.site.links import Answers

T = TypeVar("T")


class Lookup(Mapping[str, T]):
    """Lazy mapping from names to the results of `read`; raises `KeyError` for unknown names."""

    def __init__(self, names: Collection[str], read: Callable[[str], T]) -> None:
        self._names = names
        self._read = read

    def __getitem__(self, name: str) -> T:
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def write_reading(reading: Reading) -> str:
    """A reading as it is kept, without its text."""
    return to_json((reading.digest, reading.post, reading.diagnostics))


def read_reading(row: str, text: SourceText | None = None) -> Reading:
    """The reading that `write_reading` wrote; raises one of `DECODE_ERRORS` for anything else."""
    digest, post, diagnostics = from_json(row, tuple[str, Post | None, tuple[Diagnostic, ...]])
    if post is not None and post.extra:
        post = replace(post, extra={name: _freeze(value) for name, value in post.extra.items()})
    return Reading(digest, post, text, diagnostics)


def is_same_serialized(one: Post, other: Post) -> bool:
    """Whether two posts say the same at the same lines, which is more than being equal: 1 is not True."""
    return one is other or to_json(one) == to_json(other)


def _freeze(data: object) -> Value:
    """JSON data as a `Value`: its lists are tuples."""
    if isinstance(data, list):
        return tuple(_freeze(item) for item in data)
    if isinstance(data, dict):
        return {name: _freeze(item) for name, item in data.items()}
    return cast("Value", data)


Part: TypeAlias = Literal["shown", "whole", "words"]

NOTHING = "[]"
"""An empty list as it is kept: most parts of most bodies."""

_AT_HAND = 2000
"""Number of bodies whose metadata is kept in memory: enough for some list pages."""


class BodyRecord(Struct, frozen=True):
    """A body without its text, as the store keeps it: each part is read when it is looked at, most never are.

    `key` is the digest of everything that decides the body besides the answers to its links. The other fields are JSON:
    the `prints` of its parts, those answers, and what every build looks at; `problems` is what was found wrong with its
    references.
    """

    key: str
    prints: str
    answers: str
    diagnostics: str
    attachments: str
    anchors: str
    references: str
    problems: str = NOTHING

    def read_answers(self) -> Answers:
        return from_json(self.answers, tuple[tuple[str, str, str], ...])

    def read_diagnostics(self) -> tuple[Diagnostic, ...]:
        return from_json(self.diagnostics, tuple[Diagnostic, ...]) if self.diagnostics != NOTHING else ()

    def read_attachments(self) -> tuple[Attachment, ...]:
        return from_json(self.attachments, tuple[Attachment, ...]) if self.attachments != NOTHING else ()

    def read_anchors(self) -> tuple[str, ...]:
        return from_json(self.anchors, tuple[str, ...])

    def read_references(self) -> tuple[Reference, ...]:
        return from_json(self.references, tuple[Reference, ...]) if self.references != NOTHING else ()

    def read_problems(self) -> tuple[Diagnostic, ...]:
        return from_json(self.problems, tuple[Diagnostic, ...]) if self.problems != NOTHING else ()

    def with_problems(self, problems: tuple[Diagnostic, ...]) -> BodyRecord:
        """The same, with what was found wrong with its references."""
        return replace(self, problems=to_json(problems))


class Findings(NamedTuple):
    """Diagnostics and references of a body, which every build reads."""

    diagnostics: tuple[Diagnostic, ...]
    attachments: tuple[Attachment, ...]
    references: tuple[Reference, ...]


_NO_FINDINGS = Findings((), (), ())


def read_findings(record: BodyRecord) -> Findings:
    """The findings of a body."""
    if record.diagnostics == record.attachments == record.references == NOTHING:
        return _NO_FINDINGS
    return Findings(record.read_diagnostics(), record.read_attachments(), record.read_references())


def record_body(key: str, written: RenderedBody) -> BodyRecord:
    """The record of a body that was just written."""
    body = written.body
    return BodyRecord(
        key,
        to_json(written.prints),
        to_json(written.answers),
        to_json(body.diagnostics),
        to_json(body.attachments),
        to_json(body.anchors),
        to_json(body.references),
    )


class BodyTexts(NamedTuple):
    """Parts of a body that are cached apart from its record, since lists read few of them: `shown`
    is JSON; `whole` is where the code is, as a line of JSON, and the HTML as it is; `words` is the text for the search
    index, or empty."""

    shown: str
    whole: str
    words: str = ""


def write_body(body: Body, *, searched: bool = False) -> BodyTexts:
    """The texts of a body; `searched` says that the search index needs its words."""
    words = weigh_text(body.text, (heading.text for heading in body.headings)) if searched else ""
    return BodyTexts(to_json(content_meta(body)), f"{to_json(body.code)}\n{body.html}", words)


def read_shown(shown: str) -> ContentMeta:
    """Returns the metadata of a body; raises one of `UNREADABLE` for invalid data."""
    return from_json(shown, ContentMeta)


def read_html(whole: str) -> str:
    """The HTML of a body; raises `ValueError` for what `write_body` did not write."""
    return whole[whole.index("\n") + 1 :]


def read_code(path: str, whole: str) -> Mapping[str, str]:
    """The highlighted code in the body of a source, by what decides it; raises `CacheCorrupted` for what `write_body`
    did not write."""
    try:
        html = read_html(whole)
        codes = from_json(whole[: whole.index("\n")], tuple[Code, ...])
        return {code.made_from: html[code.start : code.end] for code in codes}
    except DECODE_ERRORS:
        raise CacheCorrupted(path) from None


def write_record(record: BodyRecord) -> str:
    """A record as one text: JSON has no line ends, so its parts are lines."""
    return "\n".join(getattr(record, name) for name in BodyRecord.__struct_fields__)


def read_record(text: str) -> BodyRecord:
    """The record that the store kept."""
    return BodyRecord(*text.split("\n"))


class PrintsOfBodies(Mapping[str, ContentDigests]):
    """The prints of all bodies, by source, each read when it is asked for."""

    def __init__(self, records: Mapping[str, BodyRecord]) -> None:
        self._records = records

    def __getitem__(self, path: str) -> ContentDigests:
        return from_json(self._records[path].prints, ContentDigests)

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


class CachedBodies(Mapping[str, ContentMeta]):
    """What pages show of all bodies, by source: of `fresh` ones as `write_body` wrote them, and those in the store.

    Each is read when it is asked for, and some are kept at hand, without their HTML. It can be sent to another process,
    where it opens the store again.
    """

    def __init__(self, path: Path | None, version: str, fresh: Mapping[str, BodyTexts], kept: frozenset[str]) -> None:
        self._path = path
        self._version = version
        self._fresh = fresh
        self._kept = kept
        self._at_hand: dict[str, ContentMeta] = {}
        self._store: tuple[int, Store] | None = None

    def __getitem__(self, path: str) -> ContentMeta:
        shown = self._at_hand.get(path)
        if shown is None:
            if len(self._at_hand) == _AT_HAND:
                self._at_hand.clear()
            shown = self._at_hand[path] = self._read(path, "shown", read_shown)
        return shown

    def __iter__(self) -> Iterator[str]:
        return iter(self._fresh.keys() | self._kept)

    def __len__(self) -> int:
        return len(self._fresh.keys() | self._kept)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_store": None, "_at_hand": {}}

    def pack(self) -> CachedBodies:
        """The same, for a machine that does not have the store: with the texts that it keeps, as if they were fresh."""
        texts = {path: BodyTexts(self._read_text(path, "shown"), self._read_text(path, "whole")) for path in self}
        return CachedBodies(None, self._version, texts, frozenset())

    @property
    def html(self) -> Mapping[str, str]:
        """The whole HTML of each body."""
        return Lookup(self, self._read_html)

    def read_words(self, path: str) -> str:
        """What the search index has of a body."""
        return self._read_text(path, "words")

    def _read_html(self, path: str) -> str:
        return self._read(path, "whole", read_html)

    def _read(self, path: str, part: Part, read: Callable[[str], T]) -> T:
        try:
            return read(self._read_text(path, part))
        except DECODE_ERRORS:
            raise CacheCorrupted(path) from None

    def _read_text(self, path: str, part: Part) -> str:
        fresh = self._fresh.get(path)
        if fresh is not None:
            return str(getattr(fresh, part))
        if path not in self._kept:
            raise KeyError(path)
        text = self._open().read(part, path)
        if text is None:
            raise CacheCorrupted(path)
        return text

    def _open(self) -> Store:
        """A connection of this process: one that was inherited by a fork must not be used."""
        if self._store is None or self._store[0] != os.getpid():
            self._store = os.getpid(), Store(self._path, self._version)
        return self._store[1]
