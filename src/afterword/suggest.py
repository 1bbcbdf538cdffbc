"""`afterword talk suggest`: the `talk:` block that a post could have, read from its text.

Relies on `talks.suggestions` for the reading and on `fences` to find the text. Refuses to change the post: a block with
guesses in it is for a person to check and to paste.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.diagnostics import Exit, Failure, Place, error
from afterword.fences import split
from afterword.files import Unreadable, read
from afterword.subject import find_place
from afterword.talks.inference import find_slip
from afterword.talks.outline import find_blocks
from afterword.talks.recordings import find_flaw
from afterword.talks.suggestions import suggest, write_block
from afterword.text import decode

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 2_000_000
"""Bytes that a post may have to be looked at."""


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
    blocks = tuple(find_blocks(parts.text))
    for block in blocks:
        if (suggestion := suggest(block, parts.text)) is not None:
            return write_block(suggestion.talk, suggestion.guesses)
    slip = next((found for block in blocks if (found := find_slip(block, parts.text)) is not None), None)
    flaw = find_flaw(slip.recording) if slip is not None else None
    if slip is not None and flaw is not None:
        place = find_place(shown, parts.text, parts.text_line, slip.target)
        raise Failure(Exit.CONTENT, error(flaw.id, flaw.message, place, hint=flaw.hint))
    hint = "link to it where the text first names the talk, as in `[Title](https://youtu.be/…)`"
    message = "this file links to no recording on a video host that Afterword knows"
    raise Failure(Exit.CONTENT, error("no-talk", message, Place(shown), hint=hint))
