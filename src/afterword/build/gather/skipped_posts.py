"""Decides which posts a build skips: drafts, future posts and expired posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from afterword.build.report import SkippedPost

if TYPE_CHECKING:
    from datetime import date

    from afterword.content.post import Post


class ContentFilter(Struct, frozen=True):
    """Options to include drafts, future posts and expired posts."""

    drafts: bool = False
    future: bool = False
    expired: bool = False


def skip_reason(post: Post, today: date, include: ContentFilter) -> SkippedPost | None:
    """Returns why a post is skipped in this build, or None."""
    visibility = post.visibility
    if post.draft:
        return _make_skipped(post, "draft", None, visibility.draft) if not include.drafts else None
    if post.is_expired(today) and not include.expired:
        return _make_skipped(post, "expired", visibility.expires, visibility.expires_by)
    if post.is_future(today) and not include.future:
        day = post.first_day
        by_date = f"date: {day}" if "date" in post.places else ""
        return _make_skipped(post, "future", day, visibility.appears_by if day == visibility.appears else by_date)
    return None


def _make_skipped(
    post: Post, reason: Literal["draft", "future", "expired"], day: date | None, because: str
) -> SkippedPost:
    key = because.partition(":")[0]
    return SkippedPost(post.path, reason, day, because, post.places.get(key) or post.places.get(key.partition(".")[0]))
