"""What is remembered of bodies: the little that every build needs of each, and the whole of those that are asked for.

Relies on the store. Refuses to read a body that nobody looks at: 10,000 of them are 100 MB.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from afterword.body import Attachment, Code, Prints, Reference, Shown, take_shown
from afterword.diagnostics import Diagnostic
from afterword.lookup import Lookup
from afterword.memory.shapes import UNREADABLE, from_text, to_text
from afterword.memory.store import Store
from afterword.report import LostMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from afterword.bodies import Written
    from afterword.body import Body
    from afterword.links import Answers


T = TypeVar("T")

Part: TypeAlias = Literal["shown", "whole"]

NOTHING = "[]"
"""An empty list as it is kept: most parts of most bodies."""

_AT_HAND = 2000
"""Of how many bodies a process keeps at hand what lists show: some pages of a list, little beside all bodies."""


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
        return from_text(self.answers, tuple[tuple[str, str, str], ...])

    def read_diagnostics(self) -> tuple[Diagnostic, ...]:
        return from_text(self.diagnostics, tuple[Diagnostic, ...]) if self.diagnostics != NOTHING else ()

    def read_attachments(self) -> tuple[Attachment, ...]:
        return from_text(self.attachments, tuple[Attachment, ...]) if self.attachments != NOTHING else ()

    def read_anchors(self) -> tuple[str, ...]:
        return from_text(self.anchors, tuple[str, ...])

    def read_references(self) -> tuple[Reference, ...]:
        return from_text(self.references, tuple[Reference, ...]) if self.references != NOTHING else ()

    def read_problems(self) -> tuple[Diagnostic, ...]:
        return from_text(self.problems, tuple[Diagnostic, ...]) if self.problems != NOTHING else ()

    def with_problems(self, problems: tuple[Diagnostic, ...]) -> BodyRecord:
        """The same, with what was found wrong with its references."""
        return replace(self, problems=to_text(problems))


class Findings(NamedTuple):
    """What every build looks at of a body: what is wrong with it, and what it refers to."""

    diagnostics: tuple[Diagnostic, ...]
    attachments: tuple[Attachment, ...]
    references: tuple[Reference, ...]


_NO_FINDINGS = Findings((), (), ())


def read_findings(record: BodyRecord) -> Findings:
    """The findings of a body."""
    if record.diagnostics == record.attachments == record.references == NOTHING:
        return _NO_FINDINGS
    return Findings(record.read_diagnostics(), record.read_attachments(), record.read_references())


def record_body(key: str, written: Written) -> BodyRecord:
    """The record of a body that was just written."""
    body = written.body
    return BodyRecord(
        key,
        to_text(written.prints),
        to_text(written.answers),
        to_text(body.diagnostics),
        to_text(body.attachments),
        to_text(body.anchors),
        to_text(body.references),
    )


class BodyTexts(NamedTuple):
    """What there is to keep of a body besides its record, apart for the lists that show little of many bodies: `shown`
    is JSON; `whole` is where the code is, as a line of JSON, and the HTML as it is."""

    shown: str
    whole: str


def write_body(body: Body) -> BodyTexts:
    """The texts of a body."""
    return BodyTexts(to_text(take_shown(body)), f"{to_text(body.code)}\n{body.html}")


def read_shown(shown: str) -> Shown:
    """What pages show of a body besides its HTML; raises one of `UNREADABLE` for what `write_body` did not write."""
    return from_text(shown, Shown)


def read_html(whole: str) -> str:
    """The HTML of a body; raises `ValueError` for what `write_body` did not write."""
    return whole[whole.index("\n") + 1 :]


def read_code(path: str, whole: str) -> Mapping[str, str]:
    """The highlighted code in the body of a source, by what decides it; raises `LostMemory` for what `write_body` did
    not write."""
    try:
        html = read_html(whole)
        codes = from_text(whole[: whole.index("\n")], tuple[Code, ...])
        return {code.made_from: html[code.start : code.end] for code in codes}
    except UNREADABLE:
        raise LostMemory(path) from None


def write_record(record: BodyRecord) -> str:
    """A record as one text: JSON has no line ends, so its parts are lines."""
    return "\n".join(getattr(record, name) for name in BodyRecord.__struct_fields__)


def read_record(text: str) -> BodyRecord:
    """The record that the store kept."""
    return BodyRecord(*text.split("\n"))


class PrintsOfBodies(Mapping[str, Prints]):
    """The prints of all bodies, by source, each read when it is asked for."""

    def __init__(self, records: Mapping[str, BodyRecord]) -> None:
        self._records = records

    def __getitem__(self, path: str) -> Prints:
        return from_text(self._records[path].prints, Prints)

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


class Bodies(Mapping[str, Shown]):
    """What pages show of all bodies, by source: of `fresh` ones as `write_body` wrote them, and those in the store.

    Each is read when it is asked for, and some are kept at hand, without their HTML. It can be sent to another process,
    where it opens the store anew.
    """

    def __init__(self, path: Path | None, epoch: str, fresh: Mapping[str, BodyTexts], kept: frozenset[str]) -> None:
        self._path = path
        self._epoch = epoch
        self._fresh = fresh
        self._kept = kept
        self._at_hand: dict[str, Shown] = {}
        self._store: tuple[int, Store] | None = None

    def __getitem__(self, path: str) -> Shown:
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

    def pack(self) -> Bodies:
        """The same, for a machine that does not have the store: with the texts that it keeps, as if they were fresh."""
        texts = {path: BodyTexts(self._read_text(path, "shown"), self._read_text(path, "whole")) for path in self}
        return Bodies(None, self._epoch, texts, frozenset())

    @property
    def html(self) -> Mapping[str, str]:
        """The whole HTML of each body."""
        return Lookup(self, self._read_html)

    def _read_html(self, path: str) -> str:
        return self._read(path, "whole", read_html)

    def _read(self, path: str, part: Part, read: Callable[[str], T]) -> T:
        try:
            return read(self._read_text(path, part))
        except UNREADABLE:
            raise LostMemory(path) from None

    def _read_text(self, path: str, part: Part) -> str:
        fresh = self._fresh.get(path)
        if fresh is not None:
            return fresh.shown if part == "shown" else fresh.whole
        if path not in self._kept:
            raise KeyError(path)
        text = self._open().read(part, path)
        if text is None:
            raise LostMemory(path)
        return text

    def _open(self) -> Store:
        """A connection of this process: one that was inherited by a fork must not be used."""
        if self._store is None or self._store[0] != os.getpid():
            self._store = os.getpid(), Store(self._path, self._epoch)
        return self._store[1]
