"""The `build` command: runs a build, and reads plain arguments without Click, which takes longer to load than an
unchanged blog takes to build.

`read_plain` reads options in their full or short form, each as an argument of its own. Everything else (`--help`,
`--jobs`, `-qv`, `--name=value`, mistakes, arguments from the environment) is left to Click. `tests/test_plain_build.py`
compares the two.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterword.cli.console import show_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.cli.console import Console
    from afterword.core.diagnostics import Exit


_ENVIRONMENT = ("AFTERWORD_TRACE", "_AFTERWORD_COMPLETE")
"""Variables that Click reads."""

_FLAGS = {
    **dict.fromkeys(("-D", "--drafts"), "drafts"),
    **dict.fromkeys(("-F", "--future"), "future"),
    **dict.fromkeys(("-E", "--expired"), "expired"),
    **dict.fromkeys(("-q", "--quiet"), "quiet"),
    **dict.fromkeys(("-v", "--verbose"), "verbose"),
    "--strict": "strict",
    "--keep-going": "keep_going",
    "--no-cache": "no_cache",
    "--explain": "explain",
}
_PATHS = {**dict.fromkeys(("-s", "--source"), "source"), **dict.fromkeys(("-d", "--destination"), "destination")}
_TEXTS = dict.fromkeys(("-b", "--base-url"), "base_url")


def read_plain(arguments: Sequence[str], environ: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Returns the arguments of a plain `build` for `run_build`; None if Click must read them."""
    if not arguments or arguments[0] not in ("b", "build") or any(name in environ for name in _ENVIRONMENT):
        return None
    given: dict[str, Any] = {"base_url": None, "verbose": False}
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in _FLAGS:
            given[_FLAGS[argument]] = True
            continue
        name = _PATHS.get(argument) or _TEXTS.get(argument)
        value = next(rest, "")
        if name is None or not value or value.startswith("-"):
            return None
        given[name] = Path(value) if argument in _PATHS else value
    return {**given, "source": find_source(given.get("source"))}


def find_source(source: Path | None) -> Path:
    """Returns the blog's folder: the given one, or that of the blog that the current folder is in."""
    from afterword.config.find_blog import find_blog

    return source if source is not None else find_blog(Path())


def run_build(console: Console, *, no_cache: bool = False, explain: bool = False, **options: Any) -> Exit:
    """Builds the site and writes the result; returns the exit code. `options` are those of `Request`."""
    from afterword.build import builder
    from afterword.build.report import Request
    from afterword.config.find_blog import is_jekyll_folder
    from afterword.reporting.summary import list_changes, list_reasons, summarize, summarize_failure

    request = Request(**options, cache=not no_cache, record_urls=True)
    begun = time.perf_counter()
    with console.watch() as progress:
        folder = None
        if is_jekyll_folder(request.source):
            from afterword.cli.blogs.jekyll_folder import read_in_place  # with the reader of the settings

            request, folder = read_in_place(request)
        report = builder.build(request, environ=os.environ, progress=progress)
    report = folder.translate(report) if folder is not None else report
    seconds = time.perf_counter() - begun
    if not report.published:
        failure = summarize_failure(report.diagnostics, strict=request.strict)
        return console.finish(report.exit_code, report.diagnostics, failure, failed=True, report=report)
    done = summarize(report, show_path(report.destination), seconds)
    if console.verbose:
        done = list_changes(report) + done
    if console.verbose or explain:
        done = list_reasons(report) + done
    return console.finish(report.exit_code, report.diagnostics, done, report=report)
