"""Suggests the `talk:` block of a post for `afterword talk suggest`; guesses are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.content.outline import read_paragraphs
from afterword.core.diagnostics import Exit, Failure, Place, error, note
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

    from afterword.core.diagnostics import Diagnostic
    from afterword.front_matter.split import SplitSource

MAX_SIZE = 2_000_000
"""Maximum size of a post, in bytes."""


_HINTS = {
    "toml": 'write each key as `talk.title = "…"`, above the first `[…]`',
    "json": 'write it as `"talk": {"title": "…"}`',
    "header lines": "write `Talk:` and the URL of the recording, or put YAML between two lines `---`",
}
"""Hints for front matter in other formats."""


def suggest_block(file: Path) -> tuple[str, tuple[Diagnostic, ...]]:
    """Returns the block for the post in `file`, and diagnostics; raises `Failure` if its text links to no recording.

    It is inferred from the first paragraph that links to a recording on a known host. Guessed keys are marked. If the
    post has a `talk` already, there is a note.
    """
    path = str(file)
    parts = _read_post(file)
    known = _find_talk(path, parts)
    uncommented = remove_comments(path, parts.text, parts.text_line)
    paragraphs = read_paragraphs(uncommented.text, DEFAULT)
    for paragraph in paragraphs:
        if (suggestion := suggest_talk(paragraph)) is not None:
            block = write_talk_block(suggestion.talk, suggestion.guesses)
            return block, (*_report_existing_talk(known), *_report_format(path, parts))
    invalid_link = next(filter(None, map(find_invalid_video_link, paragraphs)), None)
    url_problem = find_recording_problem(invalid_link[0]) if invalid_link is not None else None
    if invalid_link is not None and url_problem is not None:
        line, column, length = find_position(uncommented.text, invalid_link[1])
        line, column = find_uncut(uncommented.gaps, line, column)
        place = Place(path, parts.text_line + line, column + 1, length)
        raise Failure(Exit.CONTENT, error("invalid-video", url_problem.message, place, hint=url_problem.hint))
    message = "no link to a recording on a known video host"
    if known is not None:
        message += ": nothing to add to `talk`"
    hint = "link to it in the first paragraph: `[Title](https://youtu.be/…)`"
    raise Failure(Exit.CONTENT, error("no-talk", message, known or Place(path), hint=hint))


def _read_post(file: Path) -> SplitSource:
    path = str(file)
    try:
        decoded = decode(path, read(file, MAX_SIZE, follow=True))
    except Unreadable as problem:
        exit_code = Exit.ENVIRONMENT if problem.is_denied else Exit.USAGE
        raise Failure(exit_code, report_unreadable(problem, "this file", Place(path))) from None
    parts = split(path, decoded.text, MAX_SIZE)
    for diagnostics in (decoded.diagnostics, parts.diagnostics):
        if any(found.is_error for found in diagnostics):
            raise Failure(Exit.CONTENT, *diagnostics)
    return parts


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
