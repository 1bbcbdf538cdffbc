"""Suggests the `talk:` block of a post for `afterword talk suggest_talk`; guesses are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.content.outline import read_paragraphs
from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, note
from afterword.core.files import Unreadable, read, report_unreadable
from afterword.core.text import decode, find_uncut
from afterword.front_matter.parser import read_matter
from afterword.front_matter.split import split
from afterword.markdown.comments.removal import DEFAULT, remove_comments
from afterword.talks.inference import find_invalid_video_link, suggest_talk, write_talk_block
from afterword.talks.recordings import find_recording_problem
from afterword.talks.resolve import find_position

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.front_matter.split import SplitSource

MAX_SIZE = 2_000_000
"""Maximum size of a post, in bytes."""


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
    """Returns the block for the post in `file`; raises `Failure` if its text links to no recording.

    It is inferred from the first paragraph that links to a recording on a known host. Guessed keys are marked. If the
    post has a `talk` already, there is a note.
    """
    shown = str(file)
    try:
        decoded = decode(shown, read(file, MAX_SIZE, follow=True))
    except Unreadable as problem:
        exit_code = Exit.ENVIRONMENT if problem.is_denied else Exit.USAGE
        raise Failure(exit_code, report_unreadable(problem, "this file", Place(shown))) from None
    if any(diagnostic.is_error for diagnostic in decoded.diagnostics):
        raise Failure(Exit.CONTENT, *decoded.diagnostics)
    parts = split(shown, decoded.text, MAX_SIZE)
    if any(diagnostic.is_error for diagnostic in parts.diagnostics):
        raise Failure(Exit.CONTENT, *parts.diagnostics)
    known = _find_talk(shown, parts)
    findings = (*_report_existing_talk(known), *_report_format(shown, parts))
    uncommented = remove_comments(shown, parts.text, parts.text_line)
    text = uncommented.text
    paragraphs = read_paragraphs(text, DEFAULT)
    for paragraph in paragraphs:
        if (suggestion := suggest_talk(paragraph)) is not None:
            return Suggested(write_talk_block(suggestion.talk, suggestion.guesses), findings)
    slips = (find_invalid_video_link(paragraph) for paragraph in paragraphs)
    invalid_link = next((found for found in slips if found is not None), None)
    url_problem = find_recording_problem(invalid_link[0]) if invalid_link is not None else None
    if invalid_link is not None and url_problem is not None:
        line, column, length = find_position(text, invalid_link[1])
        line, column = find_uncut(uncommented.gaps, line, column)
        place = Place(shown, parts.text_line + line, column + 1, length)
        raise Failure(Exit.CONTENT, error("invalid-video", url_problem.message, place, hint=url_problem.hint))
    hint = "link to it in the first paragraph: `[Title](https://youtu.be/…)`"
    message = "no link to a recording on a known video host"
    if known is not None:
        message = "no link to a recording on a known video host: nothing to add to `talk`"
    raise Failure(Exit.CONTENT, error("no-talk", message, known or Place(shown), hint=hint))


def _find_talk(path: str, parts: SplitSource) -> Place | None:
    ignored: list[Diagnostic] = []
    matter = read_matter(parts, path, ignored.append) if parts.matter is not None else None
    return matter.keys.get("talk") if matter is not None else None


def _report_existing_talk(known: Place | None) -> tuple[Diagnostic, ...]:
    if known is None:
        return ()
    hint = "copy the missing keys; a second `talk` is an error"
    return (note("has-talk", "the post already has a `talk`", known, hint=hint),)


def _report_format(path: str, parts: SplitSource) -> tuple[Diagnostic, ...]:
    """Returns a note if front matter is not YAML, which the block is."""
    if (hint := _HINTS.get(parts.format)) is None:
        return ()
    name = parts.format if parts.format == "header lines" else parts.format.upper()
    return (note("other-format", f"the front matter is {name}, but the block is YAML", Place(path, 1), hint=hint),)
