"""Marks copies of theme files with the name and digest of the original, and finds outdated ones."""

from __future__ import annotations

from afterword.core.diagnostics import Diagnostic, Place, note
from afterword.core.fingerprints import digest_bytes
from afterword.core.patterns import lazy_pattern

_DIGITS = 12
_MARKS = {".html": ("{#", "#}"), ".xml": ("{#", "#}"), ".json": ("{#", "#}"), ".txt": ("{#", "#}")}
_STATIC_MARKS = {".css": ("/*", "*/"), ".js": ("/*", "*/")}
_MARK = lazy_pattern(r"(?:\{#|/\*) Copied from the theme: (\S+), ([0-9a-f]+)\. [^\n]*(?:#\}|\*/)\n")


def mark_copy(name: str, text: str, *, is_template: bool) -> str:
    """Returns a copy of a theme file, with a first line that names the original and its digest."""
    extension = f".{name.rpartition('.')[2]}"
    marks = (_MARKS if is_template else _STATIC_MARKS).get(extension)
    if marks is None:
        return text
    begin, end = marks
    return f"{begin} Copied from the theme: {name}, {_digest(text)}. `afterword theme diff` compares. {end}\n{text}"


def remove_mark(text: str) -> str:
    """Returns the text of a copy without its first line that names the original."""
    found = _MARK.match(text)
    return text[found.end() :] if found is not None else text


def check_copy(name: str, source: str, text: str, original: str) -> Diagnostic | None:
    """Returns a note if a file is a copy of another version of the theme file `original`."""
    found = _MARK.match(text)
    if found is None or found[1] != name or found[2] == _digest(original):
        return None
    message = f"outdated copy: the theme's `{name}` has changed since"
    hint = f"run `afterword theme diff {name}`"
    return note("outdated-copy", message, Place(source, 1), hint=hint)


def _digest(text: str) -> str:
    return digest_bytes(text.encode())[:_DIGITS]
