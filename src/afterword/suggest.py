"""`afterword talk suggest`: the `talk:` block that a post could have, read from its text.

Relies on `talks.suggestions` for the reading and on `fences` to find the text. Refuses to change the post: a block with
guesses in it is for a person to check and to paste.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.diagnostics import Exit, Failure, Place, error
from afterword.fences import split
from afterword.files import Unreadable, read
from afterword.talks.suggestions import suggest, write_block
from afterword.text import decode

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 2_000_000
"""Bytes that a post may have to be looked at."""

_BLANK = re.compile(r"\n[ \t]*\n+")


def suggest_block(file: Path) -> str:
    """The block for the post in `file`, with a line end; raises `Failure` where the post links to no recording.

    It is made of the first paragraph that links to a recording on a known host. Keys that are guesses say so.
    """
    shown = str(file)
    try:
        decoded = decode(shown, read(file, LARGEST))
    except Unreadable as problem:
        raise Failure(Exit.USAGE, error("unreadable", f"this file {problem}", Place(shown))) from None
    if decoded.diagnostics:
        raise Failure(Exit.CONTENT, *decoded.diagnostics)
    parts = split(shown, decoded.text, LARGEST)
    if parts.diagnostics:
        raise Failure(Exit.CONTENT, *parts.diagnostics)
    for paragraph in _BLANK.split(parts.text):
        if (suggestion := suggest(paragraph)) is not None:
            return write_block(suggestion.talk, suggestion.guesses)
    hint = "link to it where the text first names the talk, as in `[Title](https://youtu.be/…)`"
    message = "this file links to no recording on a video host that Afterword knows"
    raise Failure(Exit.CONTENT, error("no-talk", message, Place(shown), hint=hint))
