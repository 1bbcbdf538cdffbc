"""The site as the server needs it: built by the one `build`, into its own output, at its own address.

What is served is never what is published, for it has this machine's address in it. Relies on `builder`; refuses to
build in any way of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from afterword import config
from afterword.builder import build, silent
from afterword.serve.built import Built
from afterword.serve.table import read_table
from afterword.urls import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.jobs import Progress
    from afterword.report import Request

FOLDER = ".afterword/serve"
"""Where, in the blog's folder, the server keeps its site and what is remembered of its builds."""


def make_preview(
    request: Request, origin: str, *, environ: Mapping[str, str], progress: Progress = silent
) -> Callable[[], Built]:
    """The build of a blog for the server at `origin`; `request.base_url` is the address where it will be published.

    What is made raises `Failure` as `builder.build` does.
    """
    folder = request.source / FOLDER

    def preview() -> Built:
        base_path = read_base_path(request)
        here = replace(request, destination=folder / "site", state=folder, base_url=f"{origin}{base_path}/")
        report = build(here, environ=environ, progress=progress)
        answers = read_table(report.destination) if report.published else None
        return Built(answers, unquote(base_path), report.diagnostics)

    return preview


def read_base_path(request: Request) -> str:
    """The path below which the blog will be published, percent-encoded; empty for the root of a host."""
    settings, _ = config.load(request.source)
    if request.base_url is not None:
        settings = config.with_base_url(settings, request.base_url)
    return Address.of(settings.base_url).base_path
