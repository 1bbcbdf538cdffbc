"""What is remembered of bodies: the little that every build needs of each, and the whole of those that are asked for.

Relies on the store. Refuses to read a body that nobody looks at: 10,000 of them are 100 MB.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from afterword.body import Prints
from afterword.memory.records import ATTACHMENTS, BODY, PRINTS, REFERENCES
from afterword.memory.shapes import DIAGNOSTICS, UNREADABLE, from_text, to_text
from afterword.memory.store import Store
from afterword.report import LostMemory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.bodies import Written
    from afterword.body import Attachment, Body, Reference
    from afterword.diagnostics import Diagnostic
    from afterword.links import Answers


NOTHING = "[]"
"""An empty list as it is kept: most parts of most bodies."""

_AT_HAND = 1000
"""How many bodies a process keeps as values: enough for the pages of a list, little beside the whole of them."""


@dataclass(frozen=True, slots=True)
class BodyRecord:
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
        return tuple(_answer(*item) for item in from_text(self.answers))

    def read_diagnostics(self) -> tuple[Diagnostic, ...]:
        return DIAGNOSTICS.read(from_text(self.diagnostics)) if self.diagnostics != NOTHING else ()

    def read_attachments(self) -> tuple[Attachment, ...]:
        return ATTACHMENTS.read(from_text(self.attachments)) if self.attachments != NOTHING else ()

    def read_anchors(self) -> tuple[str, ...]:
        return tuple(from_text(self.anchors))

    def read_references(self) -> tuple[Reference, ...]:
        return REFERENCES.read(from_text(self.references)) if self.references != NOTHING else ()

    def read_problems(self) -> tuple[Diagnostic, ...]:
        return DIAGNOSTICS.read(from_text(self.problems)) if self.problems != NOTHING else ()

    def with_problems(self, problems: tuple[Diagnostic, ...]) -> BodyRecord:
        """The same, with what was found wrong with its references."""
        return replace(self, problems=to_text(DIAGNOSTICS.write(problems)))


def record_body(key: str, written: Written) -> BodyRecord:
    """The record of a body that was just written."""
    body = written.body
    return BodyRecord(
        key,
        to_text(PRINTS.write(written.prints)),
        to_text(written.answers),
        to_text(DIAGNOSTICS.write(body.diagnostics)),
        to_text(ATTACHMENTS.write(body.attachments)),
        to_text(body.anchors),
        to_text(REFERENCES.write(body.references)),
    )


def write_body(body: Body) -> str:
    """A body, with its text, as one text."""
    return to_text(BODY.write(body))


def read_body(path: str, text: str) -> Body:
    """The body of a source, which `write_body` wrote; raises `LostMemory` for anything else."""
    try:
        return BODY.read(from_text(text))
    except UNREADABLE:
        raise LostMemory(path) from None


def write_record(record: BodyRecord) -> str:
    """A record as one text: JSON has no line ends, so its parts are lines."""
    return "\n".join(getattr(record, name) for name in BodyRecord.__slots__)


def read_record(text: str) -> BodyRecord:
    """The record that the store kept."""
    return BodyRecord(*text.split("\n"))


def _answer(kind: str, subject: str, answer: str) -> tuple[str, str, str]:
    return kind, subject, answer


class PrintsOfBodies(Mapping[str, Prints]):
    """The prints of all bodies, by source, each read when it is asked for."""

    def __init__(self, records: Mapping[str, BodyRecord]) -> None:
        self._records = records

    def __getitem__(self, path: str) -> Prints:
        return PRINTS.read(from_text(self._records[path].prints))

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


class Bodies(Mapping[str, "Body"]):
    """All bodies of a build, by source: `fresh` ones as `write_body` wrote them, and those in the store.

    Each is read when it is asked for, and some are kept at hand. It can be sent to another process, where it opens the
    store anew.
    """

    def __init__(self, path: Path | None, epoch: str, fresh: Mapping[str, str], kept: frozenset[str]) -> None:
        self._path = path
        self._epoch = epoch
        self._fresh = fresh
        self._kept = kept
        self._at_hand: dict[str, Body] = {}
        self._store: tuple[int, Store] | None = None

    def __getitem__(self, path: str) -> Body:
        body = self._at_hand.get(path)
        if body is None:
            if len(self._at_hand) == _AT_HAND:
                self._at_hand.clear()
            body = self._at_hand[path] = read_body(path, self._read_text(path))
        return body

    def __iter__(self) -> Iterator[str]:
        return iter(self._fresh.keys() | self._kept)

    def __len__(self) -> int:
        return len(self._fresh.keys() | self._kept)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_store": None, "_at_hand": {}}

    def pack(self) -> Bodies:
        """The same, for a machine that does not have the store: with the texts that it keeps, as if they were fresh."""
        texts = {path: self._read_text(path) for path in self}
        return Bodies(None, self._epoch, texts, frozenset())

    def _read_text(self, path: str) -> str:
        text = self._fresh.get(path)
        if text is None:
            if path not in self._kept:
                raise KeyError(path)
            text = self._open().read("texts", path)
        if text is None:
            raise LostMemory(path)
        return text

    def _open(self) -> Store:
        """A connection of this process: one that was inherited by a fork must not be used."""
        if self._store is None or self._store[0] != os.getpid():
            self._store = os.getpid(), Store(self._path, self._epoch)
        return self._store[1]
