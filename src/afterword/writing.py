"""The bodies of a build: those that are remembered and still right, and those that are written now.

A body follows from its source, its URL, its talk, the Markdown options and the answers to its links. What is wrong with
its links to the rest of the site is found when all are known, and looked for again only where it can have changed.
Relies on `memory` and `bodies`. Refuses to render what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.bodies import BodyJob, Desk, find_talk, make_job, start_writer
from afterword.digest import digest
from afterword.links import Targets, check_references, still_hold
from afterword.memory.bodies import NOTHING, Findings, PrintsOfBodies, read_findings, record_body, write_body
from afterword.memory.shapes import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from afterword.body import Attachment, Prints, Reference
    from afterword.diagnostics import Diagnostic
    from afterword.jobs import Crew
    from afterword.library import Library
    from afterword.links import LinkIndex
    from afterword.memory.bodies import Bodies as KeptBodies
    from afterword.memory.bodies import BodyRecord, BodyTexts
    from afterword.memory.memory import Memory
    from afterword.post import Post
    from afterword.reading import Reader, Reading


AT_ONCE = 2500
"""Of how many bodies the texts are held: where there are more, they wait in the store for the pages that show them."""


FEW = 1000
"""Of how many bodies the code is looked up that was highlighted before: it is most of the work after an edit, but all
that is found has to be held until the bodies are written."""


class Bodies(Struct, frozen=True):
    """All bodies of a build by source: their records, what was found in them, and their texts; `fresh` are those that
    were written now."""

    records: Mapping[str, BodyRecord]
    findings: Mapping[str, Findings]
    texts: KeptBodies
    fresh: frozenset[str]

    @property
    def prints(self) -> Mapping[str, Prints]:
        """The prints of their parts."""
        return PrintsOfBodies(self.records)

    def attachments(self) -> Iterator[Attachment]:
        """The files beside posts that any body refers to."""
        return (attachment for found in self.findings.values() for attachment in found.attachments)

    @property
    def anchors(self) -> Mapping[str, tuple[str, ...]]:
        """Their anchors."""
        return _Anchors(self.records)

    def references(self) -> Iterator[tuple[str, tuple[Reference, ...]]]:
        """The links of each body into the site, by source."""
        return ((path, found.references) for path, found in self.findings.items() if found.references)

    def diagnostics(self) -> Iterator[Diagnostic]:
        """What was found in any body."""
        return (diagnostic for found in self.findings.values() for diagnostic in found.diagnostics)


class Order(Struct, frozen=True):
    """A body to be written, and the digest of what decides it besides the answers to its links."""

    job: BodyJob
    key: str


def start_recorder(desk: Desk) -> Callable[[Order], tuple[BodyRecord, BodyTexts]]:
    """The function that writes bodies, for one process; it gives them as the memory keeps them."""
    write = start_writer(desk)

    def record(order: Order) -> tuple[BodyRecord, BodyTexts]:
        written = write(order.job)
        return record_body(order.key, written), write_body(written.body)

    return record


def write_bodies(
    posts: Collection[Post], library: Library, reader: Reader, desk: Desk, memory: Memory, crew: Crew
) -> Bodies:
    """The bodies of these posts and pages; new ones are handed to the memory."""
    memo = memory.memo
    index = memo.recall(_digest_index, desk.index)
    same_index = memory.meta.get("links") == index
    remembered = library.without_texts().readings  # the memo outlives this step: it must not hold all texts
    readings = {post.path: remembered[post.path] for post in posts}
    keys = memo.recall_each(_find_key, readings, digest(repr(desk.options)), desk.lead_ids)
    known = memory.bodies
    records: dict[str, BodyRecord] = {}
    orders: list[Order] = []
    for post in posts:
        path = post.path
        key, record = keys[path], known.get(path)
        if record is None or record.key != key or not (same_index or _holds(record, post, desk)):
            source = reader.read_text(path, library.readings[path])
            orders.append(Order(make_job(post, source, desk.about(post)), key))
        else:
            records[path] = record
    if len(orders) <= FEW:
        orders = [_with_known_code(order, memory) for order in orders]
    memory.put_meta("links", index)
    # A body that is not in this build is not looked after, so the next one could not tell whether it is still right.
    gone = known.keys() - readings.keys()
    memory.forget_bodies(gone)
    texts: dict[str, BodyTexts] = {}
    kept = set(records)
    written = crew.run("write", start_recorder, orders, desk, elsewhere=lambda: desk)
    for order, (record, text) in zip(orders, written, strict=True):
        path = order.job.path
        records[path], texts[path] = record, text
        memory.put_body(path, record, text)
        if len(texts) == AT_ONCE and memory.put_aside_bodies():
            kept.update(texts)
            texts.clear()
    findings = memo.recall_each(read_findings, records)
    return Bodies(records, findings, memory.body_texts(texts, kept), frozenset(order.job.path for order in orders))


def _digest_index(index: LinkIndex) -> str:
    return digest(repr(index))


def _find_key(reading: Reading, options: str, lead_ids: bool) -> str:
    """The digest of what decides a body besides the answers to its links; `options` is that of the Markdown options."""
    post = reading.post
    assert post is not None, "a source that is published has a post"  # noqa: S101
    about = find_talk(post, lead_ids=lead_ids)
    return digest(reading.digest, post.url, options, repr(about) if about is not None else "")


def _with_known_code(order: Order, memory: Memory) -> Order:
    """The order with the code that its body had when it was last written."""
    known = memory.code_before(order.job.path)
    return replace(order, job=replace(order.job, known=known)) if known else order


def _holds(record: BodyRecord, post: Post, desk: Desk) -> bool:
    return still_hold(record.read_answers(), desk.index.seen_from(post.path, post.url))


def check_links(bodies: Bodies, targets: Targets, memory: Memory) -> tuple[Diagnostic, ...]:
    """What is wrong with the links between pages; news are handed to the memory.

    A link that was good stays so while nothing that could be linked to goes away, and one that was not is looked at
    each time.
    """
    written = memory.memo.recall(_write_targets, targets)
    everything = _has_lost_targets(bodies, targets, written, memory)
    found: list[Diagnostic] = []
    for path, record in bodies.records.items():
        if not (everything or path in bodies.fresh or record.problems != NOTHING):
            continue
        problems = check_references(bodies.findings[path].references, targets, bodies.anchors)
        checked = record.with_problems(problems)
        if checked != record:
            memory.put_body(path, checked)
        found += problems
    memory.put_meta("targets", written)
    return tuple(found)


class _Anchors(Mapping[str, tuple[str, ...]]):
    """The anchors of all bodies, by source."""

    def __init__(self, records: Mapping[str, BodyRecord]) -> None:
        self._records = records

    def __getitem__(self, path: str) -> tuple[str, ...]:
        return self._records[path].read_anchors()

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


def _has_lost_targets(bodies: Bodies, targets: Targets, written: str, memory: Memory) -> bool:
    """Whether a link that led somewhere may lead nowhere, or elsewhere, now."""
    if memory.meta.get("targets") != written:
        before = memory.recall("targets", tuple[dict[str, str], frozenset[str]])
        if before is None:
            return True
        pages, outputs = before
        if any(targets.pages.get(url) != source for url, source in pages.items()) or outputs - targets.outputs:
            return True
    return any(_has_other_anchors(path, bodies, memory.bodies) for path in bodies.fresh)


def _has_other_anchors(path: str, bodies: Bodies, before: Mapping[str, BodyRecord]) -> bool:
    return path not in before or before[path].anchors != bodies.records[path].anchors


def _write_targets(targets: Targets) -> str:
    return to_text([dict(sorted(targets.pages.items())), sorted(targets.outputs)])
