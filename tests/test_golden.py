"""Golden sites: whole blogs, and every file of the sites that they become, as they should be.

A blog is in `tests/golden/<name>/`, its site in `tests/golden/<name>.site/`. With AFTERWORD_BLESS=1 the sites are
written again: read the difference before you commit it. Digests in the names of assets count as equal, so that a
change of the style sheet is none of every page.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import Blog, fill

GOLDEN = Path(__file__).parent / "golden"
BLOGS = sorted(path.name for path in GOLDEN.iterdir() if not path.name.endswith(".site"))

_DIGEST = re.compile(r"(?<=\.)[0-9a-f]{10}(?=\.)")
_SCRIPT_HASH = re.compile(r"sha256-[A-Za-z0-9+/=]{44}")


def generalize(text: str) -> str:
    """A text of a site without what depends on the exact bytes of the theme's assets."""
    return _SCRIPT_HASH.sub("sha256-DIGEST", _DIGEST.sub("DIGEST", text))


def read_site(blog: Blog) -> dict[str, str]:
    """The texts of a built site by path; the theme's own assets are there by name only."""
    files = {generalize(path): content for path, content in blog.tree().items()}
    return {path: "" if "DIGEST" in path else generalize(content.decode()) for path, content in files.items()}


@pytest.mark.parametrize("name", BLOGS)
def test_a_blog_becomes_the_very_site(name: str, tmp_path: Path) -> None:
    root = tmp_path / "blog"
    shutil.copytree(GOLDEN / name, root)
    blog = Blog(root)
    assert blog.build().diagnostics == ()
    site, expected = read_site(blog), GOLDEN / f"{name}.site"
    if os.environ.get("AFTERWORD_BLESS"):
        shutil.rmtree(expected, ignore_errors=True)
        fill(expected, site)
    files = (path for path in sorted(expected.rglob("*")) if path.is_file())
    golden = {path.relative_to(expected).as_posix(): path.read_text() for path in files}
    assert sorted(site) == sorted(golden), "the files of the site are exactly those expected"
    for path, text in golden.items():
        assert site[path] == text, path
