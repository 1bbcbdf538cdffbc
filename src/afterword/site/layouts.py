"""Layouts: the template that a post or page asks for, and the one that it gets if there is no such template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.diagnostics import did_you_mean, warning
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic


def list_layouts(templates: Iterable[str]) -> tuple[str, ...]:
    """Returns the layouts that the templates of these names make: `post` for `post.html`."""
    return tuple(sorted(name.removesuffix(".html") for name in templates if name.endswith(".html") and "/" not in name))


def find_template(post: Post, layouts: Collection[str] | None) -> str:
    """Returns the template of a post or page: that of its layout, or that of its kind if the layout is unknown.

    Without `layouts`, every layout is taken for known.
    """
    is_known = layouts is None or post.layout in layouts
    return f"{post.layout if is_known else post.kind}.html"


def report_unknown_layouts(posts: Iterable[Post], layouts: Collection[str]) -> Iterator[Diagnostic]:
    """Yields one warning for each unknown layout, at its first place: other generators' layouts are in all posts."""
    unknown: dict[str, list[Post]] = {}
    for post in posts:
        if post.layout not in layouts:
            unknown.setdefault(post.layout, []).append(post)
    for layout, users in unknown.items():
        first = min(users, key=lambda post: post.path)
        others = f", here and in {len(users) - 1:,} more" if len(users) > 1 else ""
        yield warning(
            "layout-not-found",
            f"layout `{shown(layout)}` not found: no template `{shown(layout)}.html`{others}",
            first.places.get("layout", first.place),
            label=f"shown with `{first.kind}.html`",
            hint=did_you_mean(layout, layouts) or f"use `layout: {first.kind}`, or add the template to `templates/`",
        )
