"""The resources of a site are the files of its manifest, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.core.files import MANIFEST
from afterword.output.manifest import ManifestEntry, format_record
from afterword.output.outputs import digest_of
from afterword.server.generation import File, Generation, load_resources, refresh_resources
from afterword.server.routing import FileReplaced, prepare_response, route
from tests.conftest import fill

if TYPE_CHECKING:
    from pathlib import Path

PAGE = b"<body>A talk</body>"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one page and one image, beside another file."""
    files = {"posts/x/index.html": PAGE, "chart.png": b"image"}
    fill(tmp_path, {**files, "secret.txt": "not published"})
    entries = [ManifestEntry(path, digest_of(content), len(content)) for path, content in files.items()]
    (tmp_path / MANIFEST).write_bytes(format_record(entries, ""))
    return tmp_path


def test_the_table_is_what_was_published(site: Path) -> None:
    table = load_resources(site)
    assert set(table) == {"/posts/x/index.html", "/chart.png"}
    assert table["/chart.png"].type == "image/png"
    assert table["/chart.png"].tag == digest_of(b"image")


def test_pages_are_served_from_it(site: Path) -> None:
    shown = Generation().with_site(load_resources(site), "")
    assert b"".join(prepare_response(route(shown, "GET", "/posts/x/", {})).chunks()) == PAGE
    assert route(shown, "GET", "/secret.txt", {}).status == 404
    assert route(shown, "GET", f"/{MANIFEST}", {}).status == 404


def test_a_file_that_is_not_as_it_was_published_is_not_served(site: Path) -> None:
    shown = Generation().with_site(load_resources(site), "")
    (site / "posts/x/index.html").write_bytes(PAGE + b"more")
    (site / "chart.png").unlink()
    (site / "chart.png").symlink_to("secret.txt")
    assert load_resources(site) == {}
    for target in ("/posts/x/", "/chart.png"):
        with pytest.raises(FileReplaced):
            prepare_response(route(shown, "GET", target, {}))


def test_the_same_build_again_is_the_same_table(site: Path) -> None:
    shown = Generation().with_site(load_resources(site), "")
    assert shown.with_site(load_resources(site), "") is shown


def test_the_same_content_in_other_files_is_served_and_is_no_news(site: Path) -> None:
    shown = Generation().with_site(load_resources(site), "")
    (site / "copy").write_bytes(PAGE)
    (site / "copy").rename(site / "posts/x/index.html")
    again = shown.with_site(load_resources(site), "")
    assert again.number == shown.number
    assert b"".join(prepare_response(route(again, "GET", "/posts/x/", {})).chunks()) == PAGE


def test_after_half_a_build_each_file_is_served_as_it_is(site: Path) -> None:
    before = load_resources(site)
    (site / "new").write_bytes(b"newer image")
    (site / "new").rename(site / "chart.png")
    (site / "posts/x/index.html").unlink()
    after = refresh_resources(before)
    assert set(after) == {"/chart.png"}
    assert after["/chart.png"].tag == digest_of(b"newer image")
    shown = Generation().with_site(before, "").with_problems("the disk is full", after)
    assert (shown.number, shown.changed_since(1)) == (2, ("/chart.png", "/posts/x/index.html"))
    assert b"".join(prepare_response(route(shown, "GET", "/chart.png", {})).chunks()) == b"newer image"


def test_where_nothing_was_built_there_is_no_table(tmp_path: Path) -> None:
    assert load_resources(tmp_path) == {}
    assert load_resources(tmp_path / "nowhere") == {}


def test_files_are_claims_about_files(site: Path) -> None:
    content = load_resources(site)["/chart.png"].content
    assert isinstance(content, File)
    assert (content.path, content.size) == (str(site / "chart.png"), 5)
