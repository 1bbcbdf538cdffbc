"""Chapters from files of timed text: WebVTT and SubRip (SRT), one chapter per cue.

The text of a cue is as WebVTT has it ("WebVTT cue text parsing rules"): tags of voices, classes, languages, rubies and
moments are markup, and references like `&lt;` are characters. Relies on `chapters`. Refuses to lose what is no tag of
either format, such as `List<T>`; whether the cues are chapters or what was said is for `transcripts` to tell.
"""

from __future__ import annotations

import re
from html import unescape

from afterword.talks.chapters import Chapter

_STAMP = r"(?:(\d{1,3}):)?(\d{2}):(\d{2})[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*{_STAMP}\s+-->\s+{_STAMP}(?:\s.*)?", re.ASCII)
_TAG = re.compile(
    r"</?(?:(?i:[ibus]|font)|c|v|lang|ruby|rt)(?:[.\s][^>]{0,300})?>"  # SubRip's are HTML's, in any case
    r"|<(?:\d+:)?\d{2}:\d{2}\.\d{3}>"
    r"|\{\\[^{}]*\}",  # positions, which SubRip took over from SubStation Alpha
    re.ASCII,
)
_BLOCK = re.compile(r"\n[ \t]*\n+")


def is_captions(text: str) -> bool:
    """Whether a text is WebVTT or SubRip."""
    lines = text.lstrip("\ufeff \n").split("\n", 3)
    return lines[0].startswith("WEBVTT") or any(_TIMING.fullmatch(line) for line in lines[:2])


def read_captions(text: str) -> tuple[Chapter, ...]:
    """The cues of a WebVTT or SubRip file, in its order."""
    blocks = _BLOCK.split(text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff\n"))
    return tuple(chapter for block in blocks if (chapter := _read_cue(block.split("\n"))) is not None)


def _read_cue(lines: list[str]) -> Chapter | None:
    """The chapter of one block of lines: maybe a name, the timing, then the text."""
    for index, line in enumerate(lines[:2]):
        match = _TIMING.fullmatch(line)
        if match is not None:
            numbers = [int(part or 0) for part in match.groups()]
            start, end = (
                hours * 3600 + minutes * 60 + seconds for hours, minutes, seconds in (numbers[:3], numbers[3:])
            )
            title = " ".join(unescape(_TAG.sub("", " ".join(lines[index + 1 :]))).split())
            return Chapter(start, title, end=end) if title else None
    return None
