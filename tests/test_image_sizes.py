"""The sizes of images, in pages and in feeds: found out, completed, and found out again when a file changes."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from afterword.build.static_files import measure

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Blog, BlogMaker

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"></svg>\n'


def put(blog: BlogMaker, text: str) -> Blog:
    """A blog with a post, and two pictures of 40 by 20 pixels: one beside it, one in `static/`."""
    made = blog().write("afterword.toml", 'base_url = "https://example.org/n/"\n')
    made.write("posts/x/frame.svg", PICTURE.format(40, 20)).write("static/logo.svg", PICTURE.format(40, 20))
    return made.write("posts/x/2026-01-02-x.md", f"# A talk\n\n{text}\n")


@pytest.mark.parametrize("text", ["![A frame](frame.svg){width=20}", '<p><img src="frame.svg" alt="" width="20"></p>'])
def test_one_dimension_gives_the_other_in_the_page_and_in_feeds(blog: BlogMaker, text: str) -> None:
    made = put(blog, text)
    assert made.build(strict=True).published
    feed = json.loads(made.page("/feed.json"))["items"][0]["content_html"]
    for place in (made.page("/posts/x/"), unescape(made.page("/feed.xml")), feed):
        [image] = re.findall(r"<img [^>]*frame[^>]*>", place)
        assert dict(re.findall(r'(width|height)="(\d+)"', image)) == {"width": "20", "height": "10"}


@pytest.mark.parametrize("src", ["frame.svg", "/logo.svg"])
def test_an_image_in_html_follows_its_file(blog: BlogMaker, src: str) -> None:
    made = put(blog, f'<figure><img src="{src}" alt=""></figure>')
    assert made.build(strict=True).published
    assert '<img width="40" height="20" src=' in made.page("/posts/x/")
    made.write(f"posts/x/{src}" if src == "frame.svg" else f"static{src}", PICTURE.format(64, 16))
    assert made.build(strict=True).published
    assert '<img width="64" height="16" src=' in made.page("/posts/x/")


def test_a_damaged_photograph_is_not_read_to_its_end(tmp_path: Path) -> None:
    size = bytes.fromhex("ffc0001108001400280301110002110103110100")
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8" + b"0" * 1_000 + size)
    (tmp_path / "b.jpg").write_bytes(b"\xff\xd8" + b"0" * 4_000_000 + size)
    assert measure(tmp_path / "a.jpg") == (40, 20)
    assert measure(tmp_path / "b.jpg") == (0, 0)
