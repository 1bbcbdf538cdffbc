"""The build cache: typed access to the results of earlier builds.

Each stage asks for a result by everything that the result depends on, and adds new results. `commit` writes them to
the store in one transaction.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from msgspec.structs import replace

from afterword.build.content_cache import (
    BodyRecord,
    BodyTexts,
    CachedBodies,
    read_code,
    read_reading,
    read_record,
    write_reading,
    write_record,
)
from afterword.build.report import Reason
from afterword.build.stale_pages import Dependency, Trace
from afterword.cache.codec import DECODE_ERRORS, CacheCorrupted, from_json, to_json
from afterword.core.fingerprints import Known, Stamp, is_settled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from afterword.cache.store import Namespace, Store
    from afterword.content.parse_source import Reading
    from afterword.content.post import Post

T = TypeVar("T")

_BODIES: tuple[Namespace, ...] = ("bodies", "shown", "whole", "words")

_RESTING_ON_BODIES = ("published", "links", "targets", "search")
"""The single values that say of what there was at the end of the last build: its posts, where links could go, and which
search index was made of its words."""

_FactRow: TypeAlias = tuple[tuple[Any, ...], tuple[str, ...], str]
"""A fact as it is kept: its question, columns and digest."""

_MANY = 500
"""Number of rows up to which single reads are faster than reading the whole table."""


class FileRecord(NamedTuple):
    """A source file as it was last seen: its stamp, whether that was settled, its digest, its size in pixels, and its
    flaw as an image."""

    stamp: Stamp
    settled: bool
    digest: str
    width: int = 0
    height: int = 0
    flaw: str = ""


class BuildCache:
    """What is remembered, each namespace read when it is first needed; and what this build adds.

    `memo` is of builds of this process alone. `stamps` are those of the sources now, noted at `swept` (nanoseconds
    since 1970). `rules` is the digest of what decides, besides its bytes, what a source means. `fresh` are the digests
    of sources that this build has read and whose stamps are too young to be believed.
    """

    def __init__(self, store: Store, stamps: Mapping[str, Stamp], swept: int, rules: str) -> None:
        self._store = store
        self.memo = store.memo
        self._stamps = stamps
        self._swept = swept
        self._rules = rules
        self._changed: dict[Namespace, dict[str, str]] = {}
        self._removed: dict[Namespace, set[str]] = {}
        self.fresh: dict[str, str] = {}
        self._read: dict[str, Reading] = {}
        self._is_in_parts = False

    # What was found out before

    @cached_property
    def meta(self) -> Mapping[str, str]:
        """Single values by name."""
        return self._values("meta")

    def memoize(self, name: str, kind: type[T]) -> T | None:
        """A single value of this type; None where there is none."""
        text = self.meta.get(name)
        try:
            return from_json(text, kind) if text is not None else None
        except DECODE_ERRORS:
            return None

    @cached_property
    def files(self) -> Mapping[str, FileRecord]:
        """Source files by path."""
        return self._values("files")

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """Readings without their texts, by path; none where the rules were others."""
        return self._values("posts") if self.meta.get("rules") == self._rules else {}

    @cached_property
    def posts(self) -> Mapping[str, Post] | None:
        """The posts of the site that the traces are of, by path; None where they are not known.

        A build that published nothing may have left newer readings than those that the traces rest on.
        """
        if "published" not in self.meta:
            return None
        published = self.memo.memoize(_split, self.meta["published"])
        known = {path: reading.post for path, reading in self.readings.items() if path in published}
        posts = {path: post for path, post in known.items() if post is not None}
        return posts if len(posts) == len(published) else None

    @cached_property
    def bodies(self) -> Mapping[str, BodyRecord]:
        """Bodies without their texts, by the path of their source."""
        return self._values("bodies")

    @cached_property
    def traces(self) -> Mapping[str, Trace]:
        """Traces of the pages of the published site, by output."""
        return self._values("pages")

    def facts_of(self, subjects: Collection[str] | None) -> Mapping[str, Dependency]:
        """The facts that the pages rest on, by name: those of these subjects, or all."""
        if subjects is None or len(subjects) > _MANY:
            rows = self._facts
        else:
            found = ((subject, self._store.read("facts", subject)) for subject in subjects)
            rows = {subject: text for subject, text in found if text is not None}
        return {name: fact for facts in _decode(rows, _read_facts).values() for name, fact in facts.items()}

    @cached_property
    def _facts(self) -> Mapping[str, str]:
        return self._store.load("facts")

    @cached_property
    def outputs(self) -> Mapping[str, Known]:
        """The files of the site by stamps that can be trusted, as `publish` gave them."""
        return self._values("outputs")

    def unchanged(self, paths: Iterable[str]) -> dict[str, Reading | None]:
        """The readings of files, by path: None for one that is not known, by its stamp, to be unchanged."""
        found: dict[str, Reading | None] = dict.fromkeys(paths)
        files, stamps = self.files, self._stamps
        for path, reading in self.readings.items():
            record = files.get(path)
            if record is None or not record.settled or record.digest != reading.digest:
                continue
            if path in found and record.stamp == stamps.get(path):
                found[path] = reading
        return found

    def digest_of(self, path: str) -> str | None:
        """The digest of a file whose stamp says that it has not changed."""
        record = self.file(path)
        return record.digest if record is not None else None

    def file(self, path: str) -> FileRecord | None:
        """The record of a file whose stamp says that it has not changed."""
        record = self.files.get(path)
        return record if record is not None and record.settled and record.stamp == self._stamps.get(path) else None

    def code_before(self, path: str) -> Mapping[str, str]:
        """The highlighted code of a body as it was last written, by what decides it; none where that is forgotten."""
        whole = self._store.read("whole", path)
        return read_code(path, whole) if whole is not None else {}

    def words_before(self, path: str) -> str:
        """What the search index had of a body as it was last written; raises `CacheCorrupted` where that is lost."""
        words = self._store.read("words", path)
        if words is None:
            raise CacheCorrupted(path)
        return words

    def read_search(self, key: str) -> str | None:
        """A part of the search index of the last build."""
        return self._store.read("search", key)

    def body_texts(self, fresh: Mapping[str, BodyTexts], kept: Iterable[str]) -> CachedBodies:
        """All bodies of a build: fresh ones as texts, and those remembered; each is read when it is asked for."""
        return CachedBodies(self._store.path, self._store.version, fresh, frozenset(kept))

    # What this build adds

    def put_file(self, path: str, digest: str, width: int = 0, height: int = 0, flaw: str = "") -> None:
        """Remember a source file that was read."""
        stamp = self._stamps.get(path)
        if stamp is None:
            return
        record = FileRecord(stamp, is_settled(stamp, self._swept), digest, width, height, flaw)
        if not record.settled:
            self.fresh[path] = digest
        if self.files.get(path) != record:
            self._put("files", path, f"{_write_stamp(stamp)} {record.settled:d} {digest} {width} {height} {flaw}")

    def put_reading(self, path: str, reading: Reading, row: str) -> None:
        """Remember what a source means, which `write_reading` wrote as `row`; a remembered one need not be handed back.

        To later builds of this process it is the very object, but for its text.
        """
        known = self.readings.get(path)
        if known is None or write_reading(known) != row:
            self._put("posts", path, row)
            self._read[path] = replace(reading, text=None)

    def put_body(self, path: str, record: BodyRecord, texts: BodyTexts | None = None) -> None:
        """Remember a body, or with no texts given, a new record of one that is remembered."""
        self._put("bodies", path, write_record(record))
        if texts is not None:
            self._put("shown", path, texts.shown)
            self._put("whole", path, texts.whole)
            self._put("words", path, texts.words)

    def forget_bodies(self, paths: Collection[str]) -> None:
        """Forget these bodies, in this build's commit."""
        for namespace in _BODIES:
            self.forget(namespace, paths)

    def put_search(self, key: str, text: str | None) -> None:
        """Remember a part of the search index; None for one that is gone."""
        if text is None:
            self.forget("search", [key])
        else:
            self._removed.get("search", set()).discard(key)
            self._put("search", key, text)

    def forget_search(self) -> None:
        """Forget the search index, in this build's commit, but for what is put from now on."""
        self.forget("search", self._store.load("search"))

    def put_trace(self, output: str, trace: Trace) -> None:
        """Remember what a page that is published now was made from."""
        made_from = " ".join((trace.plan, trace.templates, trace.output, *trace.facts))
        self._put("pages", output, f"{made_from}\n{trace.reason.kind}\n{trace.reason.text}")

    def put_facts(self, subject: str, facts: Mapping[str, Dependency]) -> None:
        """Remember all facts about a subject that pages rest on."""
        rows = {name: [fact.question, fact.columns, fact.digest] for name, fact in sorted(facts.items())}
        self._put("facts", subject, to_json(rows))

    def put_outputs(self, known: Mapping[str, Known]) -> None:
        """Remember the files of the site; all others are forgotten."""
        for path, found in known.items():
            if self.outputs.get(path) != found:
                self._put("outputs", path, f"{_write_stamp(found.stamp)} {found.digest}")
        self.forget("outputs", self.outputs.keys() - known.keys())

    def put_meta(self, name: str, value: str) -> None:
        """Remember a single value."""
        if self.meta.get(name) != value:
            self._put("meta", name, value)

    def forget(self, namespace: Namespace, keys: Iterable[str]) -> None:
        """Forget rows, in this build's commit."""
        self._removed.setdefault(namespace, set()).update(keys)

    def flush_bodies(self) -> bool:
        """Writes the bodies so far to the store, to keep memory low; returns whether that was done.

        What the last build found out rests on the bodies of that: it is forgotten in the same step, so that a build
        that ends here does not leave the new bodies to be taken for those.
        """
        _ = self.posts  # those of the last build, as long as they are known
        bodies = {namespace: self._changed[namespace] for namespace in _BODIES if namespace in self._changed}
        before, self._store.values = self._store.values, {}
        if not self._store.commit(bodies, {"meta": _RESTING_ON_BODIES}):
            self._store.values = before
            return False
        for namespace in bodies:
            del self._changed[namespace]
        self.meta = {name: value for name, value in self.meta.items() if name not in _RESTING_ON_BODIES}
        self._is_in_parts = True
        return True

    def commit(self) -> None:
        """Write down what this build found out."""
        if self.meta.get("rules") != self._rules:
            self.forget("posts", self._values("posts"))  # read by other rules, also those of sources that are gone
            self.put_meta("rules", self._rules)
        before, self._store.values = self._store.values, {}
        if self._store.commit(self._changed, self._removed) and not self._is_in_parts:
            few = (namespace for namespace in before if len(self._changed.get(namespace, ())) <= _MANY)
            self._store.values = {namespace: self._renew(namespace, before[namespace]) for namespace in few}

    def _values(self, namespace: Namespace) -> Mapping[str, Any]:
        """Returns the values of a namespace, which an earlier build of this process may have read already."""
        values = self._store.values.get(namespace)
        if values is None:
            values = self._store.values[namespace] = _decode(self._store.load(namespace), _READERS[namespace])
        return values

    def _renew(self, namespace: Namespace, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns the values of a namespace after a commit, in the order of the store."""
        changed, removed = self._changed.get(namespace, {}), self._removed.get(namespace, set())
        if not changed and removed.isdisjoint(values):
            return values
        news = self._read if namespace == "posts" else _decode(changed, _READERS[namespace])
        kept = values
        if not removed.isdisjoint(values):
            kept = {key: value for key, value in values.items() if key not in removed}
        renewed = {**kept, **news}
        return renewed if len(kept) == len(renewed) else dict(sorted(renewed.items(), key=lambda item: item[0]))

    def _put(self, namespace: Namespace, key: str, value: str) -> None:
        self._changed.setdefault(namespace, {})[key] = value


def _decode(rows: Mapping[str, str], read: Callable[[str], T | None]) -> Mapping[str, T]:
    """Rows as values; those that cannot be read are as if they were not there."""
    decoded: dict[str, T] = {}
    for key, text in rows.items():
        try:
            value = read(text)
        except DECODE_ERRORS:
            continue
        if value is not None:
            decoded[key] = value
    return decoded


def _split(paths: str) -> frozenset[str]:
    return frozenset(path for path in paths.split("\n") if path)


def _write_stamp(stamp: Stamp) -> str:
    return " ".join(map(str, stamp))


def _read_file(text: str) -> FileRecord:
    size, mtime, ctime, inode, settled, digest, width, height, flaw = text.split(" ")
    stamp = Stamp(int(size), int(mtime), int(ctime), int(inode))
    return FileRecord(stamp, settled == "1", digest, int(width), int(height), flaw)


def _read_known(text: str) -> Known:
    size, mtime, ctime, inode, digest = text.split(" ")
    return Known(Stamp(int(size), int(mtime), int(ctime), int(inode)), digest)


def _read_trace(text: str) -> Trace:
    made_from, kind, reason = text.split("\n", 2)
    plan, templates, output, *facts = made_from.split(" ")
    return Trace(plan, templates, tuple(facts), output, Reason(kind, reason))


def _read_facts(text: str) -> Mapping[str, Dependency]:
    return {name: _read_fact(*fact) for name, fact in from_json(text, dict[str, _FactRow]).items()}


_READERS: Mapping[Namespace, Callable[[str], Any]] = {
    "meta": str,
    "files": _read_file,
    "posts": read_reading,
    "bodies": read_record,
    "pages": _read_trace,
    "outputs": _read_known,
}
"""Decoders of the namespaces that are read as a whole."""


def _read_fact(question: tuple[Any, ...], columns: tuple[str, ...], digest: str) -> Dependency:
    return Dependency(_freeze_question(question), columns, digest)


def _freeze_question(data: tuple[Any, ...]) -> tuple[object, ...]:
    return tuple([tuple(item) if isinstance(item, list) else item for item in data])
