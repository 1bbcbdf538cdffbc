"""A program of its own: runs `afterword` and writes down where its CPU time goes: a JSON object of seconds by group.

    python sampling.py FILE build --jobs 1 ...

Every millisecond or so of CPU time (`SIGPROF`), the innermost frame that belongs to a group counts for that; what
happens while a module is imported counts as starting.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SECONDS = 0.001

STARTING = "start-up: imports"
OTHER = "everything else"

GROUPS = {
    "highlighting code": ("/pygments/", "/afterword/markdown/writers/code.py", "/afterword/markdown/fast/lexers.py"),
    "Markdown": ("/markdown_it/", "/mdurl/", "/afterword/markdown/", "/afterword/build/markdown_jobs.py"),
    "front matter and talks": (
        "/yaml/",
        "/afterword/front_matter/",
        "/afterword/content/outline.py",
        "/afterword/talks/",
        *(f"/afterword/{name}.py" for name in ("content/parse_source", "content/post", "core/dates")),
    ),
    "pages: templates": (
        "/jinja2/",
        "/markupsafe/",
        "templates/",
        "/afterword/site/queries/",
        *(f"/afterword/site/{name}.py" for name in ("template_objects", "talk_objects")),
    ),
    "cache": (
        "/sqlite3/",
        "/msgspec/",
        "/afterword/cache/",
        *(f"/afterword/build/{name}.py" for name in ("cache", "content_cache", "stale_pages")),
        *(f"/afterword/build/{name}.py" for name in ("site_delta", "last_build")),
    ),
    "reading and writing files": (
        "/afterword/output/",
        *(f"/afterword/core/{name}.py" for name in ("files", "fingerprints")),
        *(f"/afterword/content/{name}.py" for name in ("file_snapshot", "scanning")),
        "/afterword/build/static_files.py",
    ),
    "the site as a whole": (
        "/afterword/site/",
        *(f"/afterword/build/{name}.py" for name in ("pipeline", "load_content", "render_content", "render_pages")),
    ),
}
"""What a frame belongs to, by what its file's name has in it."""


def name_group(frame: FrameType | None) -> str:
    """The group that a moment belongs to, by the frame that runs then."""
    files = list(_files_of(frame))
    if any(file.startswith("<frozen importlib") for file in files):
        return STARTING
    found = (group for file in files for group, parts in GROUPS.items() if any(part in file for part in parts))
    return next(found, OTHER)


def _files_of(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back


def main() -> None:
    """Run the command line behind the first argument, and write to the file that this names."""
    output, *sys.argv[1:] = sys.argv[1:]
    samples: Counter[str] = Counter()
    signal.signal(signal.SIGPROF, lambda _, frame: samples.update((name_group(frame),)))
    signal.setitimer(signal.ITIMER_PROF, SECONDS, SECONDS)
    try:
        from afterword.cli.main import main as run

        run()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        each = time.process_time() / max(1, samples.total())  # a system's timer may be slower than what is asked for
        found = {group: count * each for group, count in samples.items()}
        Path(output).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
