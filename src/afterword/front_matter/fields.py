"""The keys of front matter, each with the sentence that documents it, and suggestions for misspelt keys.

Keys of other themes and generators are not reported unless they hide a post (`foreign_keys`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from afterword.core.diagnostics import Diagnostic, Place, error, nearest, warning
from afterword.core.text import describe, shown
from afterword.front_matter.foreign_keys import find_foreign_key, fold_key

if TYPE_CHECKING:
    from collections.abc import Mapping


class FrontMatterKey(NamedTuple):
    """A key: what its value may be, and what it does, both in Markdown."""

    takes: str
    sentence: str


_DATE = "a date"
_TEXT = "text"
_LINE = "one line"
_FLAG = "`true` or `false`"
_LIST = "a list, or one name"

KEYS: Mapping[str, FrontMatterKey] = {
    "title": FrontMatterKey(_LINE, "The title. Without one, a `# heading` that begins the text is the title."),
    "date": FrontMatterKey(
        _DATE, "When it is published; by default the date that the file's name begins with, or that `path` has."
    ),
    "updated": FrontMatterKey(_DATE, "When it was last changed."),
    "last_modified_at": FrontMatterKey(_DATE, "The same as `updated`, which goes before it."),
    "categories": FrontMatterKey(
        _LIST,
        "What it belongs to. One text of several words is split, with a warning. Of a path like `[Sports, Baseball]` "
        "in the list, each name counts.",
    ),
    "category": FrontMatterKey(_LIST, "One more category, which is not split."),
    "tags": FrontMatterKey(_LIST, "What it is about. One text of several words is split, with a warning."),
    "tag": FrontMatterKey(_LIST, "The same as `tags`, but not split; where it is given, `tags` is not used."),
    "description": FrontMatterKey(
        _TEXT, "One line about it, for lists and search engines; by default its takeaways or excerpt."
    ),
    "summary": FrontMatterKey(_TEXT, "The same as `description`, which goes before it."),
    "excerpt": FrontMatterKey(_TEXT, "The excerpt, in Markdown, where it is not the beginning of the text."),
    "author": FrontMatterKey("a name, `{name: …}`, or a list", "Who wrote it, where that is not the blog's author."),
    "authors": FrontMatterKey("a name, `{name: …}`, or a list", "The same as `author`; those of both are taken."),
    "image": FrontMatterKey(
        "a path or URL, or `{path, alt, width, height}`",
        "The picture that stands for it: a file beside it or in `static/`, or a URL. Its size is found out.",
    ),
    "slug": FrontMatterKey(_LINE, "Its name in the URL; by default that of the file, without the date."),
    "permalink": FrontMatterKey(_LINE, "Its URL, or a pattern as in the setting `permalink`."),
    "aliases": FrontMatterKey("a list, or one URL", "Other URLs of the site, which lead here."),
    "redirect_from": FrontMatterKey("a list, or one URL", "The same as `aliases`; those of both are taken."),
    "redirect_to": FrontMatterKey(
        "one URL", "Where its page leads, instead of showing its text; it stays in lists and feeds."
    ),
    "layout": FrontMatterKey(
        _LINE,
        "Its template: `wide` is your `templates/wide.html`. `page` makes it a standalone page, `none` leaves it bare.",
    ),
    "draft": FrontMatterKey(_FLAG, "Whether it is kept out of the site, except with `--drafts`."),
    "published": FrontMatterKey(_FLAG, "The opposite of `draft`: `false` keeps it out of the site."),
    "unlisted": FrontMatterKey(
        _FLAG,
        "Whether it is left out of lists, feeds, the sitemap and search engines. Its page is published, and links to "
        "it work.",
    ),
    "series": FrontMatterKey(_LINE, "The name of a series; its posts link to each other."),
    "pinned": FrontMatterKey(_FLAG, "Whether it comes first on the home page."),
    "toc": FrontMatterKey(_FLAG, "Whether it has a table of contents; by default, where it has enough headings."),
    "lang": FrontMatterKey("a language tag", "Its language, where it is not the blog's: `de`, `pt-BR`."),
    "math": FrontMatterKey(_FLAG, "Whether it has [formulas](writing.md#math), which are rendered then."),
    "talk": FrontMatterKey(
        "the URL of its recording, or keys; or `true` or `false`",
        "The talk that it is about. `true` says that the first paragraph names it, `false` that there is none.",
    ),
    "takeaways": FrontMatterKey(
        _LIST, "What to keep of it, for lists and feeds; by default what its section of that name has."
    ),
    "updates": FrontMatterKey("a list of `{date, note}`", "When it was taken up again, and why."),
    "related": FrontMatterKey(_LIST, "Posts to see also, by their slugs, files or URLs."),
}
"""The keys of front matter that Afterword reads; all others are kept for templates."""

FURTHER: Mapping[str, FrontMatterKey] = {
    "list_item_ids": FrontMatterKey(
        "`false`", "Gives list items that begin in bold no ids, which they have on notes on a talk."
    ),
    "noindex": FrontMatterKey("`true`", "Asks search engines to leave it out."),
    "sitemap": FrontMatterKey("`false`", "Keeps it out of the sitemap."),
}
"""The keys among those others that decide something if they say yes or no, and nothing otherwise."""

SHARED: Mapping[str, FrontMatterKey] = {
    "ignore": FrontMatterKey(
        "a list of ids",
        "Warnings and notes about this file that are [not reported](diagnostics.md), such as `[unused-footnote]`.",
    ),
}
"""The keys that decide something if they are a list, and that other generators have with other values."""

TAKEN = frozenset(
    {
        *(
            "absolute_url",
            "chapters",
            "content",
            "date_only",
            "excerpt_remote",
            "expired",
            "excerpt_text",
            "future",
            "id",
            "backlinks",
            "robots_meta",
            "next",
            "previous",
            "own_description",
        ),
        *(
            "reading_time",
            "remote",
            "last_updated",
            "see_also",
            "series_posts",
            "speaker_names",
            "talk_score",
            "url",
            "words",
            "year",
        ),
    }
)
"""What templates see of every post under a name that is no key: a further key of that name would never be seen."""

OTHERS = frozenset(
    {
        *("comments", "cover", "created", "css", "datecreated", "featured", "featuredimage", "hero", "images"),
        *("keywords", "lastmod", "linktitle", "mathjax", "modified", "ogimage", "pagetemplate", "saveas", "subtitle"),
        *("taxonomies", "template", "thumbnail", "topics", "translation", "translationkey", "weight"),
    }
)
"""Keys of other generators and themes, folded, that do not decide whether a post is published."""

_NO_SLIPS = OTHERS | {"createdat", "createdon", "data", "path", "publisher", "rated", "rating"}
"""Keys, folded, that are no slips although some are near to ours."""

_HOLDING = ("draft", "published", "unlisted", "publishDate", "expiryDate", "password", "visibility")
"""Keys that keep a post back, so that a slip in them is an error."""

_LIKENESS = 0.85
"""How much like a key of other generators or `unlisted` a slip must be: `listen` and `publishing` are other keys."""

_HOLDING_BY_CASE = {name.casefold(): name for name in _HOLDING}

_BY_FOLDED = {fold_key(name): name for name in KEYS if name != "unlisted"}
"""Afterword's keys by what does not depend on their spelling; `unlisted` is read however it is spelled."""


def check_key(key: str, place: Place) -> Diagnostic | None:
    """The diagnostic for a key that is not one of `KEYS`.

    It is a warning; an error where the key may have been meant to keep a post back, which a slip must not undo.
    """
    if key in TAKEN:
        message = f"reserved key `{key}`: templates cannot read it"
        return warning("reserved-key", message, place, hint="rename the key")
    meant = _misspelt(key)
    if meant is None:
        return None
    message = f"unknown key `{shown(key)}`"
    hint = f"did you mean `{meant}`?"
    odd = next((character for character in key if not (character.isascii() and character.isprintable())), "")
    if odd and odd not in meant:
        message += f" with the character {describe(odd)}"
    if meant in _HOLDING:
        return error("misspelled-visibility", message, place, hint=hint)
    return warning("unknown-key", message, place, hint=hint)


@lru_cache(maxsize=1024)
def _misspelt(key: str) -> str | None:
    """The key that an unknown one was probably meant to be."""
    if fold_key(key) in _NO_SLIPS or key in FURTHER:
        return None
    if find_foreign_key(key) is not None:
        return _BY_FOLDED.get(fold_key(key))
    in_lower_case = key.casefold()
    meant = nearest(in_lower_case, (*_BY_FOLDED.values(), *FURTHER))
    if meant is not None and abs(len(meant) - len(key)) <= 2:
        return meant
    held = nearest(in_lower_case, _HOLDING_BY_CASE, _LIKENESS)
    return _HOLDING_BY_CASE[held] if held is not None else None
