"""The page on which GitHub sums up a job: a file that each step may add Markdown to.

Relies on its name being in `GITHUB_STEP_SUMMARY`
(https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary). Refuses to fail:
a page that cannot be written to is not worth a build.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def append(page: Path, text: str) -> None:
    """Add a text to the page."""
    with suppress(OSError, ValueError), page.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
