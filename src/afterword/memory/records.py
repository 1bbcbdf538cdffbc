"""The shapes of what is remembered of sources: posts and bodies."""

from __future__ import annotations

from afterword.body import Attachment, Body, Heading, Prints, Reference
from afterword.frontmatter import Image
from afterword.memory.shapes import (
    DAY,
    DIAGNOSTICS,
    MOMENT,
    PAIRS,
    PLACE,
    PLACES,
    TEXTS,
    VALUE,
    VALUES,
    Shape,
    many,
    optional,
)
from afterword.post import Alias, Post

POST = Shape(
    Post,
    date=MOMENT,
    updated=MOMENT,
    day=DAY,
    categories=TEXTS,
    tags=TEXTS,
    authors=TEXTS,
    image=optional(Shape(Image)),
    aliases=many(Shape(Alias, place=PLACE)),
    talk=VALUE,
    extra=VALUES,
    places=PLACES,
)
REFERENCES = many(Shape(Reference, place=PLACE))
ATTACHMENTS = many(Shape(Attachment, place=PLACE))
BODY = Shape(
    Body,
    headings=many(Shape(Heading)),
    anchors=TEXTS,
    references=REFERENCES,
    attachments=ATTACHMENTS,
    remote=PAIRS,
    diagnostics=DIAGNOSTICS,
)
PRINTS = Shape(Prints)
