"""The shapes of what is remembered: frozen values as JSON and back, field by field.

A shape lists a dataclass's values in the order of its fields; those that JSON does not have, it is told how to write.
Relies on fields that are text, numbers, booleans or None unless said otherwise. Refuses data of another length with
`ValueError`; other malformed data may raise any of `UNREADABLE`: whoever reads takes all of them for "not remembered".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from afterword.diagnostics import Diagnostic, Place, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from afterword.values import Value

T = TypeVar("T")

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
"""What reading malformed data may raise."""


@dataclass(frozen=True, slots=True)
class Coder(Generic[T]):
    """How one kind of value is written as JSON data, and read."""

    write: Callable[[T], object]
    read: Callable[[Any], T]  # JSON data of any form; `read` says which it takes


class Shape(Coder[T]):
    """A dataclass as a list of its fields' values; keywords name the coders of fields that JSON does not have."""

    __slots__ = ()

    def __init__(self, kind: Callable[..., T], **coders: Coder[Any]) -> None:
        names = [field.name for field in fields(cast("Any", kind))]
        steps = [coders.get(name) for name in names]
        coded = [(index, coder) for index, coder in enumerate(steps) if coder is not None]

        def write(value: T) -> object:
            row = [getattr(value, name) for name in names]
            for index, coder in coded:
                row[index] = coder.write(row[index])
            return row

        def read(data: list[Any]) -> T:
            if len(data) != len(names):
                raise ValueError(f"{len(names)} values were to be read, not {len(data)}")
            for index, coder in coded:
                data[index] = coder.read(data[index])
            return kind(*data)

        super().__init__(write, read)


def optional(coder: Coder[T]) -> Coder[T | None]:
    """The same, or None."""
    return Coder(
        lambda value: None if value is None else coder.write(value),
        lambda data: None if data is None else coder.read(data),
    )


def many(coder: Coder[T]) -> Coder[tuple[T, ...]]:
    """A tuple of these."""
    return Coder(
        lambda values: [coder.write(value) for value in values],
        lambda data: tuple([coder.read(item) for item in data]),
    )


def by_name(coder: Coder[T]) -> Coder[Mapping[str, T]]:
    """A mapping from text to these."""
    return Coder(
        lambda values: {name: coder.write(value) for name, value in values.items()},
        lambda data: {name: coder.read(item) for name, item in data.items()},
    )


class Places(Mapping[str, Place]):
    """Places by name, each made when it is looked up: of a post's dozen, most builds need none."""

    __slots__ = ("_data",)

    def __init__(self, data: dict[str, list[Any]]) -> None:
        self._data = data

    def __getitem__(self, name: str) -> Place:
        return PLACE.read(self._data[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


def _freeze(data: Any) -> Value:
    """JSON data as a `Value`: its lists are tuples."""
    if isinstance(data, list):
        return tuple(_freeze(item) for item in data)
    if isinstance(data, dict):
        return {name: _freeze(item) for name, item in data.items()}
    return cast("Value", data)


def _pair(data: Sequence[str]) -> tuple[str, str]:
    first, second = data
    return first, second


TEXTS: Coder[tuple[str, ...]] = Coder(list, tuple)
PAIRS: Coder[tuple[tuple[str, str], ...]] = many(Coder(list, _pair))
MOMENT: Coder[datetime | None] = optional(Coder(datetime.isoformat, datetime.fromisoformat))
DAY: Coder[date | None] = optional(Coder(date.isoformat, date.fromisoformat))
VALUE: Coder[Value] = Coder(lambda value: value, _freeze)
VALUES: Coder[Mapping[str, Value]] = by_name(VALUE)

PLACE = Shape(Place)
PLACES: Coder[Mapping[str, Place]] = Coder(by_name(PLACE).write, Places)
RELATED: Coder[tuple[tuple[Place, str], ...]] = many(
    Coder(lambda pair: [PLACE.write(pair[0]), pair[1]], lambda data: (PLACE.read(data[0]), str(data[1])))
)
DIAGNOSTIC = Shape(Diagnostic, severity=Coder(str, Severity), place=optional(PLACE), related=RELATED)
DIAGNOSTICS = many(DIAGNOSTIC)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_text(data: object) -> str:
    """JSON data as text, always the same for the same data."""
    return _ENCODER.encode(data)


def from_text(text: str) -> Any:
    """The JSON data of a text that `to_text` wrote; raises `ValueError` for what is no JSON, or nested too deep."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
