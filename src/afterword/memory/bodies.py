"""What is remembered of bodies: the little that every build needs of each, and the whole of those that are asked for.

Relies on the store. Refuses to read a body that nobody looks at: 10,000 of them are 100 MB.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterword.memory.records import ATTACHMENTS, BODY, PRINTS, REFERENCES
from afterword.memory.shapes import DIAGNOSTICS, UNREADABLE, from_text, to_text
from afterword.memory.store import Store
from afterword.report import LostMemory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.bodies import Written
    from afterword.body import Attachment, Body, Prints, Reference
    from afterword.diagnostics import Diagnostic
    from afterword.links import Answers


@dataclass(frozen=True, slots=True)
class BodyRecord:
    """A body without its text: by which key it was made, and what is looked at in every build.

    `key` is the digest of everything that decides it besides the answers to its links. `problems` are what was found
    wrong with its references.
    """

    key: str
    prints: Prints
    answers: Answers
    diagnostics: tuple[Diagnostic, ...]
    attachments: tuple[Attachment, ...]
    anchors: tuple[str, ...]
    references: tuple[Reference, ...]
    problems: tuple[Diagnostic, ...] = ()


def record_body(key: str, written: Written) -> BodyRecord:
    """The record of a body that was just written."""
    body = written.body
    return BodyRecord(
        key,
        written.prints,
        written.answers,
        body.diagnostics,
        body.attachments,
        body.anchors,
        body.references,
    )


def write_record(record: BodyRecord) -> str:
    """A record as the store keeps it."""
    return to_text(
        [
            record.key,
            PRINTS.write(record.prints),
            record.answers,
            DIAGNOSTICS.write(record.diagnostics),
            ATTACHMENTS.write(record.attachments),
            record.anchors,
            REFERENCES.write(record.references),
            DIAGNOSTICS.write(record.problems),
        ]
    )


def read_record(text: str) -> BodyRecord | None:
    """The record that the store kept; None where it cannot be read."""
    try:
        key, prints, answers, diagnostics, attachments, anchors, references, problems = from_text(text)
        return BodyRecord(
            key,
            PRINTS.read(prints),
            tuple(_answer(*item) for item in answers),
            DIAGNOSTICS.read(diagnostics),
            ATTACHMENTS.read(attachments),
            tuple(anchors),
            REFERENCES.read(references),
            DIAGNOSTICS.read(problems),
        )
    except UNREADABLE:
        return None


def _answer(kind: str, subject: str, answer: str) -> tuple[str, str, str]:
    return kind, subject, answer


class Bodies(Mapping[str, "Body"]):
    """All bodies of a build, by source: the fresh ones, and those in the store, each read when it is first asked for.

    It can be sent to another process, where it opens the store anew.
    """

    def __init__(self, path: Path | None, epoch: str, fresh: dict[str, Body], kept: frozenset[str]) -> None:
        self._path = path
        self._epoch = epoch
        self._known = fresh
        self._kept = kept
        self._store: tuple[int, Store] | None = None

    def __getitem__(self, path: str) -> Body:
        body = self._known.get(path)
        if body is None:
            body = self._known[path] = self._read(path)
        return body

    def __iter__(self) -> Iterator[str]:
        return iter(self._known.keys() | self._kept)

    def __len__(self) -> int:
        return len(self._known.keys() | self._kept)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_store": None}

    def _read(self, path: str) -> Body:
        if path not in self._kept:
            raise KeyError(path)
        text = self._open().read("texts", path)
        if text is None:
            raise LostMemory(path)
        try:
            return BODY.read(from_text(text))
        except UNREADABLE:
            raise LostMemory(path) from None

    def _open(self) -> Store:
        """A connection of this process: one that was inherited by a fork must not be used."""
        if self._store is None or self._store[0] != os.getpid():
            self._store = os.getpid(), Store(self._path, self._epoch)
        return self._store[1]
