"""`serve` in a Jekyll folder: any of its files may change, and messages are about them."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterword.cli.blogs.jekyll_preview import JekyllSources
from tests.serve.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOG = Path(__file__).parents[1] / "data/jekyll/blog"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    shutil.copytree(BLOG, tmp_path / "blog")
    served = Served(tmp_path / "blog")
    try:
        yield served
    finally:
        served.end(signal.SIGKILL)


def test_changes_of_a_jekyll_folder_reach_the_preview(served: Served) -> None:
    served.replace("_posts/2014-01-02-plain.md", "just", "freshly changed")
    served.wait_for_page("/blog/2014/01/02/plain.html", b"freshly changed")
    served.replace("_includes/box.html", "Box", "Crate")
    served.wait_for_page("/blog/2014/01/15/liquid.html", b"<i>Crate</i>")
    served.write("new/page.md", "---\ntitle: New\n---\nA new page.\n")
    served.wait_for_page("/blog/new/page.html", b"A new page.")
    served.replace("_config.yml", "title: My Jekyll blog", "title: Renamed")
    served.wait_for_page("/blog/", b"Renamed")
    served.replace("_posts/2014-01-08-slug.md", "title: Slug", 'title: "Slug')
    served.wait_for(lambda: "_posts/2014-01-08-slug.md:2" in served.problems())
    assert not (served.root / "site").exists()


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("_config.yml", True),
        ("_posts/a/2014-01-02-x.md", True),
        ("pages/about.md", True),
        (".well-known/x", True),
        ("afterword.lock", True),
        ("_site/index.html", False),
        ("site/index.html", False),
        (".afterword/jekyll/posts/x.md", False),
        (".git/index", False),
        ("_posts/.x.md.swp", False),
        ("_posts/x.md~", False),
    ],
)
def test_the_sources_of_a_jekyll_folder(path: str, is_one: bool) -> None:
    assert JekyllSources().is_source(path) is is_one
