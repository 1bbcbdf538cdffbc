"""Updates the search index of a site incrementally: an edit only processes the words that it changes.

The postings of all words are stored in buckets, by the first character of a word's key. An edit changes the postings of
the words that were added to a post, removed, or got another weight. If the order of posts changes, the index is built
from scratch. Shards depend only on the postings, so both ways give the same files.
"""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.build.report import Reason
from afterword.cache.codec import DECODE_ERRORS, CacheCorrupted, from_json, to_json
from afterword.core.fingerprints import digest, digest_bytes
from afterword.core.structs import Serializable
from afterword.output.outputs import Output, Rank, UnchangedContent
from afterword.search.shards import (
    GONE,
    PostingsWriter,
    bucket_of,
    change_postings,
    divide,
    is_one_shard,
    key_of,
    measure,
    reduce,
)
from afterword.search.tokens import COLUMNS, QUERY_RULES, Row, weigh_post
from afterword.site.searchable import FOLDER, list_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.build.cache import BuildCache
    from afterword.build.render_content import Bodies
    from afterword.cache.store import MetaName
    from afterword.core.fingerprints import Known
    from afterword.search.shards import Change, Postings
    from afterword.site.model import Site

_NAME: MetaName = "search"
"""Name of the value that links the index to the cached bodies: both are discarded together."""

_STATE = "state"
INDEX = f"{FOLDER}/index.json"
"""Output that every search loads first."""

NEW = Reason("new", "the search index has not been built for these posts in this order")


class BucketState(Serializable, frozen=True):
    """A bucket: its size, its common words, and the digests of its shards by name.

    Without shards if one shard has all words.
    """

    size: int
    common: tuple[str, ...]
    shards: dict[str, str]


class IndexState(Serializable, frozen=True):
    """The index of a build: the setting, the sources and rows of its posts, and its buckets.

    `whole` is the digest of the only shard if it has all words, or empty.
    """

    mode: str
    paths: tuple[str, ...]
    rows: tuple[Row, ...]
    buckets: dict[str, BucketState]
    whole: str


class _ChangedPostings(Struct, frozen=True):
    """Postings of the buckets that an edit changes, and the words that it adds to or removes from each post."""

    buckets: dict[str, Postings]
    words: dict[str, frozenset[str]]


_Shards: TypeAlias = "Mapping[str, Postings]"


class SearchIndex:
    """The files of the search index.

    `digests` are those of the files, by output, and `written` those of the last build. `reasons` say why files differ
    from the last build. The content of a file is computed when `read` is called.
    """

    def __init__(
        self,
        state: IndexState,
        build_cache: BuildCache,
        fresh: Mapping[str, Postings],
        written: Mapping[str, str],
        reasons: Mapping[str, Reason],
    ) -> None:
        self.written = written
        self.reasons = reasons
        self._state = state
        self._build_cache = build_cache
        self._fresh = fresh
        self._contents: dict[str, bytes] = {}
        shards = _list_shards(state)
        self._table = _encode_table(state, sorted(shards))
        self.digests = {INDEX: digest_bytes(self._table), **{_output_of(name): shards[name] for name in sorted(shards)}}

    def outputs(self, existing: Mapping[str, Known]) -> Iterator[Output]:
        """Yields the files of the index; the content of those in `existing` is not computed."""
        for output, found in self.digests.items():
            rank = Rank.FEED if output == INDEX else Rank.ASSET
            is_same = output in existing and existing[output].digest == found
            yield Output(output, rank, UnchangedContent(found) if is_same else self.read(output))

    def read(self, output: str) -> bytes:
        """Returns the content of a file of the index."""
        if output == INDEX:
            return self._table
        if output not in self._contents:
            name = _name_of(output)
            buckets = [name[0]] if name else sorted(self._state.buckets)
            for bucket, shard in self._divide(buckets).items():
                self._contents[_output_of(bucket)] = _encode_shard(shard)
        return self._contents[output]

    def _divide(self, buckets: list[str]) -> _Shards:
        posts = len(self._state.paths)
        postings = {
            word: text for bucket in buckets for word, text in reduce(self._postings(bucket), posts).postings.items()
        }
        return divide(postings, buckets[0] if not self._state.whole else "")

    def _postings(self, bucket: str) -> Postings:
        fresh = self._fresh.get(bucket)
        return fresh if fresh is not None else _read_bucket(self._build_cache, bucket)


def describe_file(output: str, build_cache: BuildCache) -> tuple[str, ...]:
    """Describes a file of the last build's search index, as lines; empty for any other file."""
    state = _load_state(build_cache)
    if state is None:
        return ()
    if output == INDEX:
        return (
            f"`{output}` is the table of the search index: what each search begins with",
            f"  made from: the titles, talks and tags of {len(state.paths)} posts and pages",
        )
    for name in _list_shards(state):
        if _output_of(name) == output:
            words = f"the words that begin with `{name}`" if name else "all words"
            origin = f"the texts of {len(state.paths)} posts and pages; it changes with their words"
            return (f"`{output}` is a shard of the search index: {words}", f"  made from: {origin}")
    return ()


def _output_of(name: str) -> str:
    """Returns the output of a shard: `search/words-re.json`, or `search/words.json` if it has all words."""
    return f"{FOLDER}/words-{name}.json" if name else f"{FOLDER}/words.json"


def _name_of(output: str) -> str:
    """Returns the name of the shard of an output."""
    return output.removeprefix(f"{FOLDER}/words").removesuffix(".json").removeprefix("-")


def _encode_shard(shard: Postings) -> bytes:
    """Encodes a shard as JSON: the postings by word."""
    return json.dumps(shard, ensure_ascii=False, separators=(",", ":")).encode()


def _encode_table(state: IndexState, shards: list[str]) -> bytes:
    """Encodes the file that every search loads first: names of shards, common words, rows of posts, rules for words.

    Rows are stored by column, which compresses better.
    """
    common = sorted(word for bucket in state.buckets.values() for word in bucket.common)
    rows = zip_longest(*state.rows, ("",) * len(COLUMNS), fillvalue="")
    posts = {name: column[:-1] for name, column in zip(COLUMNS, rows, strict=True)}
    table = {"shards": shards, "common": common, "posts": posts, **QUERY_RULES}
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()


def update_search_index(site: Site, mode: str, bodies: Bodies, build_cache: BuildCache) -> SearchIndex:
    """Returns the search index of a site and stores it in the cache; `mode` is the setting `search`."""
    documents = list_rows(site)
    paths, rows = tuple(path for path, _ in documents), tuple(row for _, row in documents)
    last = before = _load_state(build_cache)
    if before is not None and before.mode == mode and paths[: len(before.paths)] == before.paths:
        changed_postings = _update_postings(before, paths, rows, bodies, build_cache)
    else:
        before, changed_postings = None, _build_postings(paths, rows, mode, bodies)
    state = _make_state(IndexState(mode, paths, rows, {}, ""), before, changed_postings, build_cache)
    _store(state, before, changed_postings, build_cache)
    written = _list_written(last) if last is not None else {}
    reasons = _explain(state, before, changed_postings)
    return SearchIndex(state, build_cache, changed_postings.buckets, written, reasons)


def _load_state(build_cache: BuildCache) -> IndexState | None:
    """Returns the index of the last build, if it belongs to the cached bodies."""
    text = build_cache.read_search(_STATE) if _NAME in build_cache.meta else None
    if text is None or digest(text) != build_cache.meta[_NAME]:
        return None
    try:
        return from_json(text, IndexState)
    except DECODE_ERRORS:
        return None


def _read_bucket(build_cache: BuildCache, bucket: str) -> Postings:
    """Returns the cached postings of a bucket; raises `CacheCorrupted` if they are missing."""
    text = build_cache.read_search(f"bucket {bucket}")
    try:
        return from_json(text or "", dict[str, str])
    except DECODE_ERRORS:
        raise CacheCorrupted(bucket) from None


def _build_postings(paths: tuple[str, ...], rows: tuple[Row, ...], mode: str, bodies: Bodies) -> _ChangedPostings:
    """Returns the postings of all words of all posts."""
    writer = PostingsWriter()
    for path, row in zip(paths, rows, strict=True):
        writer.add(weigh_post(row, bodies.texts.read_words(path) if mode == "full" else ""))
    buckets: dict[str, dict[str, str]] = {}
    for word, text in writer.write().items():
        buckets.setdefault(bucket_of(word), {})[word] = text
    return _ChangedPostings(dict(buckets), {})


def _update_postings(
    before: IndexState, paths: tuple[str, ...], rows: tuple[Row, ...], bodies: Bodies, build_cache: BuildCache
) -> _ChangedPostings:
    """Returns the postings of the buckets with words of changed or appended posts."""
    changes: dict[str, dict[str, list[Change]]] = {}
    words: dict[str, frozenset[str]] = {}
    is_full = before.mode == "full"
    for post, (path, row) in enumerate(zip(paths, rows, strict=True)):
        is_new = post >= len(before.paths)
        if not (is_new or row != before.rows[post] or (is_full and path in bodies.fresh)):
            continue
        old: Mapping[str, int] = {}
        if not is_new:
            old = weigh_post(before.rows[post], build_cache.words_before(path) if is_full else "")
        new = weigh_post(row, bodies.texts.read_words(path) if is_full else "")
        changed = frozenset(word for word in old.keys() | new.keys() if old.get(word) != new.get(word))
        for word in changed:
            in_bucket = changes.setdefault(bucket_of(word), {})
            in_bucket.setdefault(word, []).append((post, new.get(word, GONE)))
        if changed:
            words[path] = changed
    known = {bucket: _read_bucket(build_cache, bucket) if bucket in before.buckets else {} for bucket in changes}
    return _ChangedPostings({bucket: change_postings(known[bucket], changes[bucket]) for bucket in changes}, words)


def _make_state(
    state: IndexState, before: IndexState | None, changed_postings: _ChangedPostings, build_cache: BuildCache
) -> IndexState:
    """Returns the state with its buckets and the digests of its shards."""
    posts = len(state.paths)
    kept = dict(before.buckets) if before is not None else {}
    sizes = {bucket: found.size for bucket, found in kept.items()}
    sizes.update((bucket, measure(postings)) for bucket, postings in changed_postings.buckets.items())
    sizes = {bucket: size for bucket, size in sorted(sizes.items()) if size}
    is_whole = is_one_shard(sum(sizes.values()))
    # What is common depends on the number of posts.
    is_same = before is not None and len(before.paths) == posts and bool(before.whole) == is_whole
    buckets: dict[str, BucketState] = {}
    everything: dict[str, str] = {}
    for bucket, size in sizes.items():
        if is_same and bucket not in changed_postings.buckets and not is_whole:
            buckets[bucket] = kept[bucket]
            continue
        postings = changed_postings.buckets.get(bucket)
        reduced = reduce(postings if postings is not None else _read_bucket(build_cache, bucket), posts)
        shards: dict[str, str] = {}
        if is_whole:
            everything.update(reduced.postings)
        else:
            found = divide(reduced.postings, bucket).items()
            shards = {name: digest_bytes(_encode_shard(shard)) for name, shard in found}
        buckets[bucket] = BucketState(size, reduced.common, shards)
    whole = "".join(digest_bytes(_encode_shard(shard)) for shard in divide(everything).values())
    return IndexState(state.mode, state.paths, state.rows, buckets, whole)


def _store(
    state: IndexState, before: IndexState | None, changed_postings: _ChangedPostings, build_cache: BuildCache
) -> None:
    """Stores the index in the cache."""
    if before is None:
        build_cache.delete_search()
    for bucket, postings in changed_postings.buckets.items():
        build_cache.put_search(f"bucket {bucket}", to_json(postings) if postings else None)
    text = to_json(state)
    build_cache.put_search(_STATE, text)
    build_cache.put_meta(_NAME, digest(text))


def _explain(state: IndexState, before: IndexState | None, changed_postings: _ChangedPostings) -> Mapping[str, Reason]:
    """Returns the reasons why shards changed, by output."""
    old = _list_shards(before) if before is not None else {}
    return {
        _output_of(name): NEW if before is None else _find_reason(name, changed_postings)
        for name, found in _list_shards(state).items()
        if old.get(name) != found
    }


def _list_written(state: IndexState) -> Mapping[str, str]:
    """Returns the digests of the files of a state, by output."""
    shards = _list_shards(state)
    table = _encode_table(state, sorted(shards))
    return {INDEX: digest_bytes(table), **{_output_of(name): found for name, found in shards.items()}}


def _list_shards(state: IndexState) -> Mapping[str, str]:
    if state.whole:
        return {"": state.whole}
    return {name: found for bucket in state.buckets.values() for name, found in bucket.shards.items()}


def _find_reason(name: str, changed_postings: _ChangedPostings) -> Reason:
    paths = [
        path for path, words in changed_postings.words.items() if any(key_of(word).startswith(name) for word in words)
    ]
    if not paths:
        return Reason("search", "the shards of the search index are divided differently")
    more = f" and {len(paths) - 1} others" if len(paths) > 1 else ""
    return Reason("search", f"words of `{paths[0]}`{more} changed")
