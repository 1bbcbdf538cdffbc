"""Writes lists of posts, tags and talks as text for people and as JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import to_builtins

from afterword.reporting.text import make_visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from afterword.build.queries.listing import Listed
    from afterword.build.queries.urls import UrlRecord


def write_rows(rows: Sequence[Listed]) -> str:
    """Returns one line for each row: the date or number, the name, and details in parentheses."""
    heads = [str(row.posts) if row.posts else row.date for row in rows]
    width = max(map(len, heads), default=0)
    lines = (_write_row(head, width, row) for head, row in zip(heads, rows, strict=True))
    return "".join(f"{make_visible(line)}\n" for line in lines)


def _write_row(head: str, width: int, row: Listed) -> str:
    aligned = head.rjust(width) if row.posts else head.ljust(width)
    about = [", ".join(row.speakers), row.event, row.reason, row.path]
    more = "; ".join(part for part in about if part)
    return f"{aligned}  {row.name}{f' ({more})' if more else ''}"


def write_json(rows: Iterable[Listed]) -> str:
    """Returns the rows as a JSON list of objects; keys without a value are left out."""
    return json.dumps([to_builtins(row) for row in rows], indent=2) + "\n"


def write_urls(record: UrlRecord, *, accepted: bool) -> str:
    """Returns one line for each new and each lost URL, and a summary."""
    done, gone = ("added", "removed") if accepted else ("new", "lost")
    rows = [(done, one) for one in record.new] + [(gone, one) for one in record.lost]
    lines = [f"{word:<7}  {one.url}{f'  ({one.source})' if one.source else ''}" for word, one in rows]
    counts = f"{record.recorded:,} recorded, {len(record.new):,} {done}, {len(record.lost):,} {gone}"
    return "".join(f"{make_visible(line)}\n" for line in (*lines, f"`afterword.lock`: {counts}"))
