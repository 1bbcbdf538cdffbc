"""What a text loads from other sites: noted for the content security policies of the pages that show it.

Every tag and every piece of Markdown that makes a browser load a file of another site comes here, with the URL as the
page has it. A URL without an origin is an error at its place, and adds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.diagnostics import error, warning
from afterword.markdown.addresses import classify
from afterword.origins import BLOB, DATA, NoOrigin, UnnamedOrigin, read_origin
from afterword.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.diagnostics import Place
    from afterword.markdown.writer import Writer
    from afterword.origins import Directive, Origin

_INNER: Mapping[str, Origin] = {"data": DATA, "blob": BLOB}
_WEB = ("", "http", "https")


def note_load(writer: Writer, directive: Directive, url: str, where: Callable[[], Place], label: str = "") -> bool:
    """Note that the text loads a full URL, or one that begins with `//`; False, with an error, where it cannot.

    `label` says what the page shows instead.
    """
    _, scheme = classify(url)
    if scheme not in _WEB:
        if scheme in _INNER:
            writer.remote.add((directive, _INNER[scheme]))
        return True
    try:
        origin = read_origin(url)
    except UnnamedOrigin as problem:
        if writer.options.strict_csp:
            _report_unnamed(writer, problem, where())
        return True
    except NoOrigin as problem:
        message = f"{problem}, in the URL `{shown(url)}`"
        hint = "write a full URL, such as `https://example.com/picture.png`"
        writer.report(error("invalid-host", message, where(), label=label, hint=hint))
        return False
    if origin != writer.options.origin:
        writer.remote.add((directive, origin))
    return True


def check_recording_host(writer: Writer) -> None:
    """Warn where pages load the recording of the talk from a host that no policy can name."""
    about = writer.about
    if about is None or about.recording is None or about.place is None or not writer.options.strict_csp:
        return
    try:
        read_origin(about.recording.url)
    except UnnamedOrigin as problem:
        _report_unnamed(writer, problem, about.place)
    except NoOrigin:
        return  # it is a file of this site


def _report_unnamed(writer: Writer, problem: UnnamedOrigin, place: Place) -> None:
    hint = "copy the file into the blog, or set `theme.csp` to `off`"
    message = f"browsers do not load this: {problem}"
    writer.report(warning("blocked-by-csp", message, place, hint=hint))
