"""Transcripts of talks: WebVTT, SubRip and plain text as lines, each with the moment at which it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.core.structs import Serializable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EXTENSIONS = (".vtt", ".srt", ".txt")
"""Files that are shown as pages."""

_LONGEST = 30
"""Seconds after which a line ends with the next sentence, and twice that after which it ends anywhere."""

_BLANK = lazy_pattern(r"\n\s*\n")
_TIME = lazy_pattern(r"[\[(]?(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,]\d+)?[\])]?(?:\s+(.*))?")
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।")


class TranscriptLine(Serializable, frozen=True):
    """A line of a transcript, and the second at which it begins; None if that is not known."""

    seconds: int | None
    text: str


def is_shown(transcript: str) -> bool:
    """Returns whether the transcript of a talk is a file of the blog that is shown as a page."""
    return "://" not in transcript and not transcript.startswith("//") and transcript.lower().endswith(EXTENSIONS)


def parse_transcript(text: str) -> tuple[TranscriptLine, ...]:
    """Returns the lines of a transcript. Captions are joined to lines of about half a minute."""
    from afterword.talks.chapters import is_timed_text, parse_timed_text  # only for a post with a transcript

    if is_timed_text(text):
        return tuple(_join((cue.seconds, cue.title) for cue in parse_timed_text(text)))
    text = text.replace("\r\n", "\n").strip("\ufeff \n")
    timed = tuple(_read_timed_lines(text))
    if len(timed) > 1:
        return tuple(_join(timed))
    paragraphs = (" ".join(paragraph.split()) for paragraph in _BLANK.split(text))
    return tuple(TranscriptLine(None, paragraph) for paragraph in paragraphs if paragraph)


def _read_timed_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yields the lines of a text whose lines begin with times, as YouTube shows them, or follow a line with one."""
    seconds, words = None, []
    for line in text.split("\n"):
        found = _TIME.fullmatch(line.strip())
        if found is None:
            words.append(line)
            continue
        if seconds is not None:
            yield seconds, " ".join(words)
        elif any(map(str.strip, words)):
            return  # a text that only mentions a time
        hours, minutes, rest = (int(part or 0) for part in found.groups()[:3])
        seconds, words = hours * 3600 + minutes * 60 + rest, [found[4] or ""]
    if seconds is not None:
        yield seconds, " ".join(words)


def _join(cues: Iterable[tuple[int, str]]) -> Iterator[TranscriptLine]:
    """Joins captions, and leaves out words that a rolling caption repeats from the one before."""
    start, words, last = 0, "", ""
    for seconds, written in cues:
        said = " ".join(written.split())
        text = said.removeprefix(last).strip() if last and said.startswith(last) else said
        last = said
        length = seconds - start
        if words and (length >= 2 * _LONGEST or (length >= _LONGEST and words.endswith(_SENTENCE_ENDS))):
            yield TranscriptLine(start, words)
            words = ""
        if not words:
            start = seconds
        words = f"{words} {text}".strip()
    if words:
        yield TranscriptLine(start, words)
