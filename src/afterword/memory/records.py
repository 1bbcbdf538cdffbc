"""The shapes of what is remembered of sources: posts and bodies; and when two posts are one."""

from __future__ import annotations

from afterword.body import Attachment, Code, Heading, LeadImage, Prints, Reference, Shown
from afterword.frontmatter import Image
from afterword.memory.shapes import (
    DAY,
    MOMENT,
    PAIRS,
    PLACE,
    PLACES,
    TEXTS,
    VALUES,
    Shape,
    many,
    optional,
    to_text,
)
from afterword.post import Post
from afterword.redirects import Alias
from afterword.talks.given import Given
from afterword.talks.lengths import Length
from afterword.talks.recordings import Recording
from afterword.talks.talk import Event, Speaker, Talk
from afterword.talks.updates import Update

GIVEN = Shape(Given)
RECORDING = Shape(Recording)
TALK = Shape(
    Talk,
    speakers=many(Shape(Speaker)),
    event=optional(Shape(Event)),
    given=optional(GIVEN),
    video=optional(RECORDING),
    length=optional(Shape(Length)),
    published=optional(GIVEN),
    also=many(RECORDING),
)
POST = Shape(
    Post,
    date=MOMENT,
    updated=MOMENT,
    revisited=DAY,
    day=DAY,
    categories=TEXTS,
    tags=TEXTS,
    authors=TEXTS,
    image=optional(Shape(Image)),
    aliases=many(Shape(Alias, place=PLACE)),
    talk=optional(TALK),
    takeaways=TEXTS,
    updates=many(Shape(Update, given=optional(GIVEN))),
    related=TEXTS,
    extra=VALUES,
    places=PLACES,
)
REFERENCES = many(Shape(Reference, place=PLACE))
ATTACHMENTS = many(Shape(Attachment, place=PLACE))
SHOWN = Shape(
    Shown,
    headings=many(Shape(Heading)),
    remote=PAIRS,
    excerpt_remote=PAIRS,
    takeaways=TEXTS,
    image=optional(Shape(LeadImage)),
)
CODE = many(Shape(Code))
PRINTS = Shape(Prints)


def are_alike(one: Post, other: Post) -> bool:
    """Whether two posts say the same at the same lines, which is more than being equal: 1 is not True."""
    return one is other or to_text(POST.write(one)) == to_text(POST.write(other))
