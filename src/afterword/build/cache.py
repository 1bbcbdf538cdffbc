"""The build cache: typed access to the results of earlier builds.

Each stage asks for a result by everything that the result depends on, and adds new results. `commit` writes them to
the store in one transaction.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from afterword.build.content_cache import (
    BodyRecord,
    BodyTexts,
    CachedBodies,
    decode_code,
    decode_reading,
    decode_record,
    encode_reading,
    encode_record,
)
from afterword.build.stale_pages import Dependency, Trace
from afterword.cache.codec import DECODE_ERRORS, CacheCorrupted, from_json, to_json
from afterword.core.fingerprints import Known, Stamp, is_settled
from afterword.core.structs import Serializable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from afterword.cache.store import MetaName, Namespace, Store
    from afterword.content.parse_source import Reading
    from afterword.content.post import Post

T = TypeVar("T")

_SOURCES: tuple[Namespace, ...] = ("posts", "matter")
_BODIES: tuple[Namespace, ...] = ("bodies", "body_meta", "body_html", "body_words")

_BODY_DEPENDENT: tuple[MetaName, ...] = ("published", "links", "targets", "search")
"""Values that depend on the bodies of the last build. They are deleted if bodies are stored before the site is.

Add the name of each new value of this kind.
"""

_MANY = 500
"""Number of rows up to which single reads are faster than reading the whole table."""


class FileRecord(Serializable, frozen=True):
    """Cached data of a source file: stamp, whether the stamp is settled, digest, size in pixels, and image flaw."""

    stamp: Stamp
    settled: bool
    digest: str
    width: int
    height: int
    flaw: str


class BuildCache:
    """The cached results of earlier builds, loaded on first access, and the new results of this one.

    `memo` holds results of builds of this process. `stamps` are the current stamps of the sources, taken at `swept`
    (Unix time in ns). `options_digest` is that of everything except its bytes that affects how a source is parsed.
    `fresh` are digests of sources that this build has read and whose stamps are not settled.
    """

    def __init__(self, store: Store, stamps: Mapping[str, Stamp], swept: int, options_digest: str) -> None:
        self._store = store
        self.memo = store.memo
        self._stamps = stamps
        self._swept = swept
        self._options_digest = options_digest
        self._changed: dict[Namespace, dict[str, str]] = {}
        self._removed: dict[Namespace, set[str]] = {}
        self.fresh: dict[str, str] = {}
        self._read: dict[str, Reading] = {}
        self._is_in_parts = False

    # What was found out before

    @cached_property
    def meta(self) -> Mapping[MetaName, str]:
        """Single values by name."""
        return cast("Mapping[MetaName, str]", self._values("meta"))

    def read_meta(self, name: MetaName, kind: type[T]) -> T | None:
        """Returns a single value of this type, or None."""
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
        """Parsed sources without their text, by path; empty if the parsing options changed."""
        return self._values("posts") if self.meta.get("parse options") == self._options_digest else {}

    @cached_property
    def posts(self) -> Mapping[str, Post] | None:
        """Posts of the site that the traces belong to, by path; None if unknown.

        A build that published nothing may have stored newer readings than those of the traces.
        """
        if "published" not in self.meta:
            return None
        published = self.memo.memoize(_split, self.meta["published"])
        known = {path: reading.post for path, reading in self.readings.items() if path in published}
        posts = {path: post for path, post in known.items() if post is not None}
        return posts if len(posts) == len(published) else None

    @cached_property
    def bodies(self) -> Mapping[str, BodyRecord]:
        """Body records, by source path."""
        return self._values("bodies")

    @cached_property
    def traces(self) -> Mapping[str, Trace]:
        """Traces of the pages of the published site, by output."""
        return self._values("pages")

    def dependencies_of(self, subjects: Collection[str] | None) -> Mapping[str, Dependency]:
        """Returns the dependencies of these subjects by id; None for all."""
        if subjects is None or len(subjects) > _MANY:
            rows = self._dependencies
        else:
            found = ((subject, self._store.read("dependencies", subject)) for subject in subjects)
            rows = {subject: text for subject, text in found if text is not None}
        return {
            name: dependency
            for dependencies in _decode(rows, partial(from_json, kind=dict[str, Dependency])).values()
            for name, dependency in dependencies.items()
        }

    @cached_property
    def _dependencies(self) -> Mapping[str, str]:
        return self._store.load("dependencies")

    @cached_property
    def outputs(self) -> Mapping[str, Known]:
        """Known files of the site with trusted stamps, as returned by `publish`."""
        return self._values("outputs")

    def unchanged(self, paths: Iterable[str]) -> dict[str, Reading | None]:
        """Returns the cached reading of each path, or None if its file may have changed."""
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
        """Returns the digest of a file, or None if it may have changed."""
        record = self.file(path)
        return record.digest if record is not None else None

    def file(self, path: str) -> FileRecord | None:
        """Returns the record of a file, or None if it may have changed."""
        record = self.files.get(path)
        return record if record is not None and record.settled and record.stamp == self._stamps.get(path) else None

    def matter_before(self, path: str) -> str:
        """Returns the encoded front matter of a cached reading; empty if there is none."""
        return self._store.read("matter", path) or ""

    def code_before(self, path: str) -> Mapping[str, str]:
        """Returns the highlighted code blocks of a cached body by key; empty if there is none."""
        html = self._store.read("body_html", path)
        return decode_code(path, html) if html is not None else {}

    def words_before(self, path: str) -> str:
        """Returns the indexed words of a cached body; raises `CacheCorrupted` if they are missing."""
        words = self._store.read("body_words", path)
        if words is None:
            raise CacheCorrupted(path)
        return words

    def read_search(self, key: str) -> str | None:
        """Returns a part of the cached search index, or None."""
        return self._store.read("search", key)

    def body_texts(self, fresh: Mapping[str, BodyTexts], kept: Iterable[str]) -> CachedBodies:
        """Returns all bodies of a build: fresh ones, and cached ones that are read on access."""
        return CachedBodies(self._store.path, self._store.version, fresh, frozenset(kept))

    # What this build adds

    def put_file(self, path: str, digest: str, width: int = 0, height: int = 0, flaw: str = "") -> None:
        """Adds a source file that was read."""
        stamp = self._stamps.get(path)
        if stamp is None:
            return
        record = FileRecord(stamp, is_settled(stamp, self._swept), digest, width, height, flaw)
        if not record.settled:
            self.fresh[path] = digest
        if self.files.get(path) != record:
            self._put("files", path, to_json(record))

    def delete_sources(self, paths: Collection[str]) -> None:
        """Deletes parsed sources with this build's commit."""
        for namespace in _SOURCES:
            self.delete(namespace, paths)

    def put_reading(self, path: str, reading: Reading, row: str) -> None:
        """Adds a parsed source; `row` is its serialized form.

        Later builds of this process reuse the object itself.
        """
        known = self.readings.get(path)
        if known is None or encode_reading(known) != row:
            self._put("posts", path, row)
            self._read[path] = reading

    def put_matter(self, path: str, row: str) -> None:
        """Adds the encoded front matter of a source, or deletes it if `row` is empty."""
        if row:
            self._put("matter", path, row)
        else:
            self.delete("matter", [path])

    def put_body(self, path: str, record: BodyRecord, texts: BodyTexts | None = None) -> None:
        """Adds a body, or, without texts, a new record of a cached one."""
        self._put("bodies", path, encode_record(record))
        if texts is not None:
            self._put("body_meta", path, texts.meta)
            self._put("body_html", path, texts.html)
            self._put("body_words", path, texts.words)

    def delete_bodies(self, paths: Collection[str]) -> None:
        """Deletes bodies with this build's commit."""
        for namespace in _BODIES:
            self.delete(namespace, paths)

    def put_search(self, key: str, text: str | None) -> None:
        """Adds a part of the search index, or deletes it if `text` is None."""
        if text is None:
            self.delete("search", [key])
        else:
            self._removed.get("search", set()).discard(key)
            self._put("search", key, text)

    def delete_search(self) -> None:
        """Deletes the search index with this build's commit, except parts that are added afterwards."""
        self.delete("search", self._store.load("search"))

    def put_trace(self, output: str, trace: Trace) -> None:
        """Adds the trace of a published page."""
        self._put("pages", output, to_json(trace))

    def put_dependencies(self, subject: str, dependencies: Mapping[str, Dependency]) -> None:
        """Adds all dependencies of a subject."""
        self._put("dependencies", subject, to_json(dict(sorted(dependencies.items()))))

    def put_outputs(self, known: Mapping[str, Known]) -> None:
        """Replaces the known files of the site."""
        for path, found in known.items():
            if self.outputs.get(path) != found:
                self._put("outputs", path, to_json(found))
        self.delete("outputs", self.outputs.keys() - known.keys())

    def put_meta(self, name: MetaName, value: str) -> None:
        """Adds a single value."""
        if self.meta.get(name) != value:
            self._put("meta", name, value)

    def delete_meta(self, name: MetaName) -> None:
        """Deletes a single value with this build's commit."""
        self.delete("meta", [name])

    def delete(self, namespace: Namespace, keys: Iterable[str]) -> None:
        """Deletes rows with this build's commit."""
        self._removed.setdefault(namespace, set()).update(keys)

    def flush_bodies(self) -> bool:
        """Writes the bodies so far to the store, to limit memory; returns whether it could.

        Results that depend on the previous bodies are deleted in the same transaction, so a build that stops here
        leaves a consistent cache.
        """
        _ = self.posts  # those of the last build, as long as they are known
        bodies = {namespace: self._changed[namespace] for namespace in _BODIES if namespace in self._changed}
        before, self._store.values = self._store.values, {}
        if not self._store.commit(bodies, {"meta": _BODY_DEPENDENT}):
            self._store.values = before
            return False
        for namespace in bodies:
            del self._changed[namespace]
        self.meta = {name: value for name, value in self.meta.items() if name not in _BODY_DEPENDENT}
        self._is_in_parts = True
        return True

    def commit(self, *, without_site: bool = False) -> None:
        """Writes the new results to the store, in one transaction; `without_site` if none was published with them."""
        if without_site:
            self.delete_meta("published")
        if self.meta.get("parse options") != self._options_digest:
            for namespace in _SOURCES:
                self.delete(namespace, self._values("posts"))  # also those of sources that are gone
            self.put_meta("parse options", self._options_digest)
        before, self._store.values = self._store.values, {}
        if self._store.commit(self._changed, self._removed) and not self._is_in_parts:
            few = (namespace for namespace in before if len(self._changed.get(namespace, ())) <= _MANY)
            self._store.values = {namespace: self._renew(namespace, before[namespace]) for namespace in few}

    def _values(self, namespace: Namespace) -> Mapping[str, Any]:
        """Returns the values of a namespace, shared by the builds of this process."""
        values = self._store.values.get(namespace)
        if values is None:
            values = self._store.values[namespace] = _decode(self._store.load(namespace), _DECODERS[namespace])
        return values

    def _renew(self, namespace: Namespace, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns the values of a namespace after a commit, in the order of the store."""
        changed, removed = self._changed.get(namespace, {}), self._removed.get(namespace, set())
        if not changed and removed.isdisjoint(values):
            return values
        news = self._read if namespace == "posts" else _decode(changed, _DECODERS[namespace])
        kept = values
        if not removed.isdisjoint(values):
            kept = {key: value for key, value in values.items() if key not in removed}
        renewed = {**kept, **news}
        return renewed if len(kept) == len(renewed) else dict(sorted(renewed.items(), key=lambda item: item[0]))

    def _put(self, namespace: Namespace, key: str, value: str) -> None:
        self._changed.setdefault(namespace, {})[key] = value


def _decode(rows: Mapping[str, str], decode: Callable[[str], T]) -> Mapping[str, T]:
    """Decodes rows; invalid rows are skipped."""
    decoded: dict[str, T] = {}
    for key, text in rows.items():
        try:
            decoded[key] = decode(text)
        except DECODE_ERRORS:
            continue
    return decoded


def _split(paths: str) -> frozenset[str]:
    return frozenset(path for path in paths.split("\n") if path)


_DECODERS: Mapping[Namespace, Callable[[str], Any]] = {
    "meta": str,
    "files": partial(from_json, kind=FileRecord),
    "posts": decode_reading,
    "bodies": decode_record,
    "pages": partial(from_json, kind=Trace),
    "outputs": partial(from_json, kind=Known),
}
"""Decoders of the namespaces that are loaded as a whole."""
