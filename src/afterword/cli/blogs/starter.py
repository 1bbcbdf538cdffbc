"""The files of a new blog: settings, an example note on a talk, a publishing workflow and related files.

The texts are in `starter_files/`, where `@NAME@` is replaced. Everything works without a network: the recording of the
example note is computed.
"""

from __future__ import annotations

import io
import json
import math
import re
import wave
from importlib import metadata, resources
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_RATE = 8_000
"""Samples per second of the example recording."""

_TONES = (262, 330, 392)
"""The pitches of its tones in hertz: C, E and G."""

_TONE_SECONDS = 5
_DISTRIBUTION = "afterword"


class NewBlog(Struct, frozen=True):
    """The options of a new blog, from the command line."""

    title: str
    base_url: str
    today: date


def list_files(told: NewBlog) -> Mapping[str, bytes]:
    """Returns the files of a new blog, by path, in display order."""
    folder = f"posts/{told.today.isoformat()}-a-first-talk"
    values = {"DATE": told.today.isoformat(), "TITLE": told.title}
    base_url = f"base_url = {_quote(told.base_url)}" if told.base_url else '# base_url = "https://example.org/"'
    settings = read_file("afterword.toml", {"TITLE": _quote(told.title), "BASE_URL": base_url})
    return {
        "afterword.toml": settings,
        f"{folder}/index.md": read_file("note.md", values),
        f"{folder}/recording.wav": compute_recording(),
        "README.md": read_file("README.md", values),
        "requirements.txt": f"{write_requirement()}\n".encode(),
        "dependencies.txt": read_file("dependencies.txt", {}),
        ".gitignore": read_file("gitignore", {}),
        ".github/workflows/publish.yml": read_file("publish.yml", {}),
    }


def _quote(text: str) -> str:
    """Returns a text as a basic string of TOML, which has all escapes of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_file(name: str, values: Mapping[str, str]) -> bytes:
    """Returns a file of `starter_files`, with the values of its `@NAME@`."""
    text = (resources.files("afterword.cli.blogs") / "starter_files" / name).read_text("utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda match: values.get(match[1], match[0]), text).encode()


def compute_recording() -> bytes:
    """Returns a WAV file of three tones, five seconds each: a recording that needs no network."""
    samples = bytearray()
    for pitch in _TONES:
        for at in range(_RATE * _TONE_SECONDS):
            fade = min(1.0, at / 400, (_RATE * _TONE_SECONDS - at) / 400)
            samples.append(128 + round(40 * fade * math.sin(2 * math.pi * pitch * at / _RATE)))
    written = io.BytesIO()
    with wave.open(written, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(_RATE)
        recording.writeframes(bytes(samples))
    return written.getvalue()


class InstallOrigin(Struct, frozen=True):
    """Where Afterword was installed from: a requirement that installs the same again, or a local path."""

    requirement: str = ""
    path: str = ""


def read_origin() -> InstallOrigin:
    """Returns the origin of this installation (PEP 610); an empty one for a package index."""
    try:
        written = metadata.distribution(_DISTRIBUTION).read_text("direct_url.json")
        found = json.loads(written) if written else {}
    except (metadata.PackageNotFoundError, ValueError):
        return InstallOrigin()
    url = str(found.get("url", ""))
    if url.startswith("file:"):
        return InstallOrigin(path=url)
    if isinstance(vcs := found.get("vcs_info"), dict):
        return InstallOrigin(f"{_DISTRIBUTION} @ {vcs.get('vcs')}+{url}@{vcs.get('commit_id')}")
    digest = next(iter(found.get("archive_info", {}).get("hashes", {}).items()), None)
    fragment = f"#{digest[0]}={digest[1]}" if digest else ""
    return InstallOrigin(f"{_DISTRIBUTION} @ {url}{fragment}" if url else "")


def write_requirement() -> str:
    """Returns the line of `requirements.txt`: the origin of this installation, or its version."""
    return read_origin().requirement or f"{_DISTRIBUTION}=={metadata.version(_DISTRIBUTION)}"


def list_dependencies() -> tuple[str, ...]:
    """Returns the names of the packages that Afterword needs."""
    return tuple(re.findall(r"^([\w.-]+)==", read_file("dependencies.txt", {}).decode(), re.MULTILINE))
