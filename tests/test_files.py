"""The gate for reads lets in regular files of the blog, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from afterword.content.scanning import scan
from afterword.core.files import Unreadable, open_regular, read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import BlogMaker


def ids(root: Path) -> list[str]:
    return [diagnostic.id for diagnostic in scan(root).diagnostics]


def test_scan_sorts_sources_by_kind(blog: BlogMaker) -> None:
    made = blog("""
-- posts/b.md --
-- posts/a/index.markdown --
-- posts/a/chart.png --
-- pages/about.md --
-- drafts/soon.md --
-- static/style.css --
-- static/.nojekyll --
-- templates/partials/head.html --
-- README.md --
""")
    sources = scan(made.root)
    assert sources.texts == ("drafts/soon.md", "pages/about.md", "posts/a/index.markdown", "posts/b.md")
    assert sources.attachments == ("posts/a/chart.png",)
    assert sources.static == ("static/.nojekyll", "static/style.css")
    assert sources.templates == ("templates/partials/head.html",)
    assert sources.diagnostics == ()


def test_editors_files_and_excluded_ones_are_left_out(blog: BlogMaker) -> None:
    made = blog("""
-- posts/a.md --
-- posts/a.md~ --
-- posts/.#a.md --
-- posts/#a.md# --
-- posts/.a.md.swp --
-- posts/private/b.md --
-- posts/c.md --
""")
    assert scan(made.root, ["posts/private", "posts/c*"]).texts == ("posts/a.md",)


def test_hidden_static_files_are_left_out_with_a_warning(blog: BlogMaker) -> None:
    made = blog("-- static/.env --\nSECRET\n-- static/.well-known/x --\n-- static/.DS_Store --\n")
    assert scan(made.root).static == ("static/.well-known/x",)
    assert ids(made.root) == ["hidden-file"]
    assert scan(made.root).diagnostics[0].message == "hidden file `.env` is not published"


def test_links_inside_the_blog_are_followed(blog: BlogMaker) -> None:
    made = blog("-- posts/a.md --\n")
    (made.root / "posts/b.md").symlink_to("a.md")
    assert scan(made.root).texts == ("posts/a.md", "posts/b.md")


@pytest.mark.parametrize(
    ("target", "expected"),
    [("/etc/hostname", "symlink-outside"), ("../../outside.md", "symlink-outside"), ("nowhere.md", "broken-symlink")],
)
def test_other_links_are_errors(blog: BlogMaker, target: str, expected: str) -> None:
    made = blog("-- posts/a.md --\n")
    (made.root.parent / "outside.md").write_text("secret")
    (made.root / "posts/b.md").symlink_to(target)
    assert scan(made.root).texts == ("posts/a.md",)
    assert ids(made.root) == [expected]


def test_linked_folders_are_not_followed(blog: BlogMaker) -> None:
    made = blog("-- posts/a.md --\n")
    (made.root / "posts/loop").symlink_to(".")
    assert scan(made.root).texts == ("posts/a.md",)
    assert ids(made.root) == ["symlinked-folder"]


def test_a_content_folder_that_leads_outside_is_an_error(blog: BlogMaker, tmp_path: Path) -> None:
    made = blog("-- pages/about.md --\n")
    (tmp_path / "elsewhere").mkdir()
    (made.root / "posts").symlink_to(tmp_path / "elsewhere")
    assert ids(made.root) == ["symlink-outside"]


def test_a_fifo_is_an_error_and_does_not_hang(blog: BlogMaker) -> None:
    made = blog("-- posts/a.md --\n")
    os.mkfifo(made.root / "posts/b.md")
    assert ids(made.root) == ["unreadable"]
    with pytest.raises(Unreadable, match="not a regular file"):
        open_regular(made.root / "posts/b.md")


def test_names_that_are_not_utf8_are_errors(blog: BlogMaker) -> None:
    made = blog("-- posts/a.md --\n")
    (made.root / "posts" / os.fsdecode(b"\xff.md")).write_bytes(b"")
    (made.root / "posts" / "new\nline.md").write_bytes(b"")
    assert ids(made.root) == ["invalid-file-name", "invalid-file-name"]


def test_a_file_over_its_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"12345")
    assert read(tmp_path / "x", 5) == b"12345"
    with pytest.raises(Unreadable, match="larger than 4 bytes"):
        read(tmp_path / "x", 4)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="does not exist"):
        read(tmp_path / "x", 5)
