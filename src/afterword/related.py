"""Posts that others name as related: a warning for each that is not in the site.

Relies on the library for what is held back and what is broken. Refuses to doubt a name that a broken source may have.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from afterword.diagnostics import did_you_mean, warning
from afterword.post import split_name
from afterword.site import names_of
from afterword.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.diagnostics import Diagnostic
    from afterword.library import Library
    from afterword.site import Site


def check_related(site: Site, library: Library) -> Iterator[Diagnostic]:
    """What there is to say of the key `related` of all posts and pages."""
    unknown = [
        (name, post.places.get(f"related[{at}]", post.place))
        for post in site.by_path.values()
        for at, name in enumerate(post.related)
        if name not in site.names
    ]
    absent = _name_absent(library) if unknown else {}
    unlisted = {name for post in site.unlisted for name in names_of(post)}
    for name, place in unknown:
        reason = absent.get(name)
        if name in unlisted:
            message = f"`{shown(name)}` is unlisted, and related posts are a list"
            yield warning("unlisted-page", message, place, label="so it is not shown", hint="link to it in the text")
        elif reason:
            yield warning(
                "link-to-draft",
                f"`{shown(name)}` is not in this build: it is {reason}",
                place,
                label="so it is not shown",
            )
        elif reason is None:
            near = did_you_mean(name, [post.slug for post in site.posts]) or did_you_mean(name, site.names)
            hint = near or "name a post by its slug, its file or its URL"
            yield warning("unknown-related", f"there is no post `{shown(name)}`", place, hint=hint)


def _name_absent(library: Library) -> dict[str, str]:
    """What the posts that are not in this build may be called, with the reason; an empty one for broken sources."""
    reasons = {held.path: str(held) for held in library.held} | dict.fromkeys(library.broken, "")
    names: dict[str, str] = {}
    for path, reason in reasons.items():
        post = library.readings[path].post
        file = posixpath.basename(path)
        known = names_of(post) if post is not None else (path, file, posixpath.splitext(file)[0], split_name(path)[1])
        names.update(dict.fromkeys(known, reason))
    return names
