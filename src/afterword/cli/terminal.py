"""What the environment says about output: its form, whether it may have colours, whether anybody watches.

Pure: from the variables and from whether a stream is a terminal. Relies on what has become custom: NO_COLOR
(no-color.org), FORCE_COLOR and CLICOLOR_FORCE (bixense.com/clicolors), TERM, CI, and GitHub's own variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Format: TypeAlias = Literal["text", "github", "json"]
"""How diagnostics are written."""


def choose_format(asked: Format | None, environ: Mapping[str, str]) -> Format:
    """The format that was asked for, or else annotations where GitHub runs us, or else text."""
    if asked is not None:
        return asked
    return "github" if environ.get("GITHUB_ACTIONS") == "true" else "text"


def wants_colour(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether to write in colours to a stream; NO_COLOR goes before all that asks for colours."""
    if environ.get("NO_COLOR"):
        return False
    if _is_on(environ, "FORCE_COLOR") or _is_on(environ, "CLICOLOR_FORCE"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"


def wants_progress(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether somebody watches the terminal who wants to see how far a build is."""
    return is_terminal and environ.get("TERM") != "dumb" and not _is_on(environ, "CI")


def find_base_url(asked: str | None, environ: Mapping[str, str]) -> tuple[str | None, str]:
    """The base URL that replaces the one in the settings, if any, and what it comes from.

    The option goes before SITE_URL, and that before BASE_PATH, which is the path alone and may lack its first `/`.
    """
    if asked is not None:
        return asked, "--base-url"
    if url := environ.get("SITE_URL", "").strip():
        return url, "SITE_URL"
    if path := environ.get("BASE_PATH", "").strip("/ "):
        return f"/{path}/", "BASE_PATH"
    return None, ""


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").lower() not in ("", "0", "false")
