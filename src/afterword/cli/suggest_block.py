"""Suggests the `talk:` block of a post for `afterword talk suggest_talk`; guesses are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.content.outline import read_paragraphs
from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, note
from afterword.core.files import Unreadable, read, report_unreadable
from afterword.core.text import decode, find_uncut
from afterword.front_matter.formats import read_matter
from afterword.front_matter.split import split
from afterword.markdown.comments.removal import DEFAULT, remove_comments
from afterword.talks.inference import find_invalid_video_link
from afterword.talks.recordings import find_recording_problem
from afterword.talks.resolve import find_position
from afterword.talks.suggestions import suggest_talk, write_talk_block

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.front_matter.split import SplitSource

LARGEST = 2_000_000
"""Bytes that a post may have to be looked at."""


_HINTS = {
    "toml": 'write each key as `talk.title = "…"`, above the first `[…]`',
    "json": 'write it as `"talk": {"title": "…"}`',
    "header lines": "write `Talk:` and the URL of the recording, or put YAML between two lines `---`",
}
"""Hints for front matter in other formats."""


class Suggested(Struct, frozen=True):
    """A block, with a line end, and its diagnostics."""

    block: str
    diagnostics: tuple[Diagnostic, ...] = ()


def suggest_block(file: Path) -> Suggested:
    """The block for the post in `file`; raises `Failure` where its text links to no recording.

    It is made of the first paragraph that links to a recording on a known host. Keys that are guesses say so, and so is
    said where the post has a block.
    """
    shown = str(file)
    try:
        decoded = decode(shown, read(file, LARGEST, follow=True))
    except Unreadable as problem:
        exit_code = Exit.ENVIRONMENT if problem.is_denied else Exit.USAGE
        raise Failure(exit_code, report_unreadable(problem, "this file", Place(shown))) from None
    if any(diagnostic.is_error for diagnostic in decoded.diagnostics):
        raise Failure(Exit.CONTENT, *decoded.diagnostics)
    parts = split(shown, decoded.text, LARGEST)
    if any(diagnostic.is_error for diagnostic in parts.diagnostics):
        raise Failure(Exit.CONTENT, *parts.diagnostics)
    known = _find_talk(shown, parts)
    remarks = (*_note_talk(known), *_note_format(shown, parts))
    uncommented = remove_comments(shown, parts.text, parts.text_line)
    text = uncommented.text
    paragraphs = read_paragraphs(text, DEFAULT)
    for paragraph in paragraphs:
        if (suggestion := suggest_talk(paragraph)) is not None:
            return Suggested(write_talk_block(suggestion.talk, suggestion.guesses), remarks)
    slips = (find_invalid_video_link(paragraph) for paragraph in paragraphs)
    slip = next((found for found in slips if found is not None), None)
    flaw = find_recording_problem(slip.recording) if slip is not None else None
    if slip is not None and flaw is not None:
        line, column, length = find_position(text, slip.target)
        line, column = find_uncut(uncommented.gaps, line, column)
        place = Place(shown, parts.text_line + line, column + 1, length)
        raise Failure(Exit.CONTENT, error("invalid-video", flaw.message, place, hint=flaw.hint))
    hint = "link to it in the first paragraph: `[Title](https://youtu.be/…)`"
    message = "no link to a recording on a known video host"
    if known is not None:
        message = "no link to a recording on a known video host: nothing to add to `talk`"
    raise Failure(Exit.CONTENT, error("no-talk", message, known or Place(shown), hint=hint))


def _find_talk(path: str, parts: SplitSource) -> Place | None:
    """Returns the place of `talk` in front matter, or None."""
    ignored: list[Diagnostic] = []
    matter = read_matter(parts, path, ignored.append) if parts.matter is not None else None
    return matter.keys.get("talk") if matter is not None else None


def _note_talk(known: Place | None) -> tuple[Diagnostic, ...]:
    """A note on the `talk` that front matter has beside what is suggested, if it has."""
    if known is None:
        return ()
    hint = "copy the missing keys; a second `talk` is an error"
    return (note("has-talk", "the post already has a `talk`", known, hint=hint),)


def _note_format(path: str, parts: SplitSource) -> tuple[Diagnostic, ...]:
    """A note on front matter that is not YAML, as the block is."""
    if (hint := _HINTS.get(parts.format)) is None:
        return ()
    name = parts.format if parts.format == "header lines" else parts.format.upper()
    return (note("other-format", f"the front matter is {name}, but the block is YAML", Place(path, 1), hint=hint),)
