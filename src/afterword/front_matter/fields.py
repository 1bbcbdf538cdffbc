"""The keys of front matter, each with the sentence that documents it, and those that are known of other generators.

Keys by which other generators hide a post are in `foreign_keys`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class FrontMatterKey(Struct, frozen=True):
    """A key: what its value may be, and what it does, both in Markdown."""

    takes: str
    sentence: str


def _read(table: str) -> Mapping[str, FrontMatterKey]:
    """Returns the keys of a table with a row for each: its name, what its value may be, and what it does."""
    rows = (row.split(" | ") for row in table.replace("\n    ", " ").strip().split("\n"))
    return {name: FrontMatterKey(takes, sentence) for name, takes, sentence in rows}


KEYS = _read("""
title | one line | Title. Default: the first heading, if the text starts with one.
date | a date | Date of publication. Default: the date in the file name, or in `path` (Zola).
updated | a date | Date of the last update.
last_modified_at | a date | Same as `updated`, which overrides it.
categories | a list, or one name | Categories. Text is split at commas, or else at spaces. In a path such as `[Sports,
    Baseball]`, each name is a category.
category | a list, or one name | An additional category, not split.
tags | a list, or one name | Tags. Text is split at commas, or else at spaces.
tag | a list, or one name | Same as `tags`, not split. Overrides `tags`.
description | text | Description in one sentence, for lists and search engines. Default: takeaways or excerpt.
summary | text | Same as `description`, which overrides it.
excerpt | text | Excerpt, in Markdown. Default: the start of the text.
author | a name, `{name: …}`, or a list | Author. Default: the author of the blog.
authors | a name, `{name: …}`, or a list | Same as `author`. Values of both are used.
image | a path or URL, or `{path, alt, width, height}` | Image of the post: a file next to it or in `static/`, or a
    URL. Width and height are detected.
slug | one line | Name in the URL. Default: the file name without the date.
permalink | one line | URL, or a pattern as in the setting `permalink`.
aliases | a list, or one URL | Other URLs that redirect to this page.
redirect_from | a list, or one URL | Same as `aliases`. Values of both are used.
redirect_to | one URL | URL to which the page redirects. The post stays in lists and feeds.
layout | one line | Template: `wide` uses `templates/wide.html`. `page` makes a standalone page; `none` shows only the
    content.
draft | `true` or `false` | `true` makes the post a draft, which is built only with `--drafts`.
published | `true` or `false` | `false` is the same as `draft: true`.
unlisted | `true` or `false` | `true` leaves the page out of lists, feeds, the sitemap and search engines. It is
    published, and links to it work.
series | one line | Name of a series, which has a page and a feed. Its posts link to each other.
pinned | `true` or `false` | `true` shows the post first on the home page.
toc | `true` or `false` | Table of contents. Default: shown if there are enough headings.
lang | a language tag | Language, if it differs from the blog's: `de`, `pt-BR`.
math | `true` or `false` | `true` renders [formulas](writing.md#math).
talk | the URL of its recording, or keys; or `true` or `false` | The [talk](talks.md) of the post. `true`: the first
    paragraph links to it. `false`: no talk.
takeaways | a list, or text | Takeaways, for lists and feeds. Default: from the section with this title.
updates | a list of `{date, note}` | Dated updates.
related | a list, or one post | Related posts: slugs, files or URLs.
""")
"""The keys of front matter that Afterword reads; all others are kept for templates."""

FURTHER = _read("""
list_item_ids | `false` | Turns off ids of list items that start with bold text, in notes on talks.
noindex | `true` | Asks search engines not to index the page.
sitemap | `false` | Leaves the page out of the sitemap.
""")
"""The keys among those others that decide something if they say yes or no, and nothing otherwise."""

SHARED = _read("""
ignore | a list of ids | Ids of warnings and notes to [ignore](diagnostics.md) in this file, such as
    `[unused-footnote]`.
""")
"""Keys that Afterword reads only if the value is a list; other generators use them with other values."""

_TAKEN = """
    absolute_url author_pages backlinks chapters content date_only excerpt_remote excerpt_text expired feed_id
    future id last_updated markdown_url next own_description previous reading_time remote robots_meta see_also
    series_part series_posts social_card source_path speaker_names talk_score title_link transcript_lines
    transcript_url url words year
"""
TAKEN = frozenset(_TAKEN.split())
"""Names of attributes of posts in templates. A custom key with one of these names could not be read."""

_OTHERS = """
    comments cover created css datecreated featured featuredimage hero images keywords lastmod linktitle mathjax
    modified ogimage pagetemplate saveas subtitle taxonomies template thumbnail topics translation translationkey
    weight
"""
OTHERS = frozenset(_OTHERS.split())
"""Keys of other generators and themes, folded, that do not decide whether a post is published."""

EQUIVALENTS: Mapping[str, str] = {
    **dict.fromkeys(
        ("lastmod", "modified", "update", "updatedat", "updatedon", "lastupdate", "lastupdated"), "updated"
    ),
    **dict.fromkeys(("lastmodified", "modifiedat", "datemodified", "dateupdated", "moddatetime"), "updated"),
    **dict.fromkeys(("cover", "coverimage", "hero", "heroimage", "featuredimage", "featureimage"), "image"),
    **dict.fromkeys(("featureimg", "banner", "thumbnail", "ogimage", "socialimage", "headerimage"), "image"),
    **dict.fromkeys(("metadescription", "seodescription", "abstract", "synopsis"), "description"),
    **dict.fromkeys(("redirects", "redirectfrom", "oldurls", "alias"), "aliases"),
    **dict.fromkeys(("byline", "writer", "postauthor"), "author"),
    **dict.fromkeys(("language", "locale"), "lang"),
}
"""Keys of other generators whose values are text, folded, with Afterword's keys of the same meaning."""
