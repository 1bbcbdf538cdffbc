"""Digests of answers: whether a question, asked of this edition, still has the answer that a page was made from.

An answer counts only as far as it was read: the digest of a list is that of the columns that were read of its rows.
Relies on every value being plain data with a stable `repr`. Refuses questions that it does not know: they would go
stale unseen.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from afterword.digest import digest
from afterword.query.columns import COLUMNS
from afterword.query.mentions import find_mentions
from afterword.query.questions import TERMS, select, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.post import Post
    from afterword.query.questions import Edition, Question
    from afterword.site import Term


_AT_HAND = 20_000
"""How many values a process keeps at hand: those of some pages of a list, little beside those of all posts."""


class Answers:
    """The digests of one edition's answers. Whoever asks a question twice has to work out its answer again."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._values: dict[tuple[str, str], str] = {}

    def digest_of(self, question: Question, columns: tuple[str, ...]) -> str:
        """The digest of the answer to a question, restricted to these columns."""
        return digest("\0".join(self._parts(question, columns)))

    def _parts(self, question: Question, columns: tuple[str, ...]) -> Iterable[str]:
        match question:
            case ("rows", tuple(selection), int(start), int() | None as stop):
                posts = select(self._edition.site, selection)[start:stop]
                return [self._value(post, column) for post in posts for column in ("path", *columns)]
            case ("length", tuple(selection), int(start), int() | None as stop):
                return [str(self._count(selection, start, stop))]
            case ("any", tuple(selection), int(start), int() | None as stop):
                return [str(self._count(selection, start, stop) > 0)]
            case ("terms", str(name)):
                terms = terms_of(self._edition.site, name)
                return [_read_term(term, column) for term in terms for column in ("slug", *columns)]
            case ("term", str(kind), str(slug)):
                term = self._edition.site.terms.get((kind, slug))
                return [_read_term(term, column) for column in columns] if term is not None else ["absent"]
            case (str(kind), *names):
                return [repr(self._whole(kind, *map(str, names)))]
            case _:
                raise ValueError(f"no such question: {question!r}")

    def _whole(self, kind: str, name: str = "") -> object:
        """The answers that are read as a whole, not by columns."""
        edition = self._edition
        match kind:
            case "years":
                return tuple(edition.site.years)
            case "updated" | "talk_seconds":
                return getattr(edition.site, kind)
            case "sitemap":
                return edition.sitemap_print or edition.sitemap
            case "config":
                return attrgetter(name)(edition.site.config)
            case "mentions":
                return find_mentions(edition, name)
            case "asset":
                asset = edition.assets.get(name)
                return (asset.digest, asset.output) if asset is not None else None
            case _:
                raise ValueError(f"no such question: {kind!r}")

    def _count(self, selection: tuple[str, ...], start: int, stop: int | None) -> int:
        if len(selection) == 1 and selection[0] in TERMS:
            return len(terms_of(self._edition.site, selection[0]))
        return len(select(self._edition.site, selection)[start:stop])

    def _value(self, post: Post, column: str) -> str:
        key = (post.path, column)
        found = self._values.get(key)
        if found is None:
            if len(self._values) == _AT_HAND:
                self._values.clear()
            found = self._values[key] = self._read(post, column)
        return found

    def _read(self, post: Post, name: str) -> str:
        if name == "path":
            return post.path
        column = COLUMNS.get(name)
        if column is None:
            return repr(post.extra[name]) if name in post.extra else "absent"
        return repr((column.key or column.read)(self._edition, post))


def _read_term(term: Term, column: str) -> str:
    return str(len(term.posts)) if column == "count" else str(getattr(term, column, "absent"))
