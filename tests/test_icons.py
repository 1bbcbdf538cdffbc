"""Icons of the site and its web manifest: made of the title or the logo, unless the blog has its own."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from afterword.build.media import icons
from afterword.build.media.icons import find_letter

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POST = "-- posts/2026-01-01-a.md --\n# A\n"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>"

needs_pillow = pytest.mark.skipif(find_spec("PIL") is None, reason="Pillow is an extra")


def links_of(made: Blog, url: str = "/posts/a/") -> list[tuple[str, str]]:
    """The icons that a page links to, as `rel` and URL without digest."""
    found = re.findall(r'<link rel="(icon|apple-touch-icon|manifest)" href="([^"]+)"', made.page(url))
    return [(rel, re.sub(r"\.[0-9a-f]{10}\.", ".", url)) for rel, url in found]


def test_a_blog_has_an_icon_and_a_manifest_without_pillow(blog: BlogMaker) -> None:
    made = blog(POST).write("afterword.toml", 'title = "zen & more"\nbase_url = "/n/"\n[theme]\naccent = "#005f73"\n')
    assert made.build(strict=True).diagnostics == ()
    assert links_of(made) == [("icon", "/n/favicon.svg")]
    assert links_of(made, "/") == [("icon", "/n/favicon.svg"), ("manifest", "/n/site.webmanifest")]
    icon = made.tree()["favicon.svg"].decode()
    assert ">Z</text>" in icon
    assert "#005f73" in icon
    manifest = json.loads(made.tree()["site.webmanifest"])
    assert (manifest["name"], manifest["start_url"]) == ("zen & more", "/n/")
    assert manifest["icons"] == [{"src": "/n/favicon.svg", "sizes": "any", "type": "image/svg+xml"}]


@pytest.mark.parametrize(
    ("title", "letter"),
    [("notes", "N"), ("“Élan”", "É"), ("日本", "日"), ("🎉 party", "P"), ("3 acts", "3"), ("…", "")],
)
def test_the_icon_has_the_first_letter_of_the_title(title: str, letter: str) -> None:
    assert find_letter(title) == letter


@pytest.mark.parametrize("name", ["favicon.ico", "favicon.png", "favicon.svg"])
def test_the_favicon_of_a_blog_wins(blog: BlogMaker, name: str) -> None:
    made = blog(POST).write(f"static/{name}", SVG).write("afterword.toml", '[theme]\nicons = "all"\n')
    assert made.build().published
    assert ("icon", f"/{name}") in links_of(made)
    assert [url for rel, url in links_of(made) if rel == "icon"] == [f"/{name}"]
    assert {path for path in made.tree() if re.fullmatch(r"favicon\.\w+", path)} == {name}


def test_a_logo_is_the_icon(blog: BlogMaker) -> None:
    made = blog(POST).write("static/logo.svg", SVG).write("afterword.toml", '[theme]\nlogo = "logo.svg"\n')
    assert made.build(strict=True).published
    assert links_of(made) == [("icon", "/logo.svg")]
    assert "favicon.svg" not in made.tree()


def test_icons_can_be_off(blog: BlogMaker) -> None:
    made = blog(POST).write("afterword.toml", '[theme]\nicons = "off"\n')
    assert made.build(strict=True).published
    assert links_of(made, "/") == []
    assert "site.webmanifest" not in made.tree()


def test_files_of_the_blog_are_not_replaced(blog: BlogMaker) -> None:
    made = blog(POST).write("static/site.webmanifest", "{}").write("static/apple-touch-icon.png", SVG)
    made.build()
    assert made.tree()["site.webmanifest"] == b"{}"
    assert links_of(made) == [("icon", "/favicon.svg"), ("apple-touch-icon", "/apple-touch-icon.png")]


def test_without_pillow_a_note_says_how_to_get_all_icons(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(icons, "is_pillow_installed", lambda: False)
    made = blog(POST).write("afterword.toml", '[theme]\nicons = "all"\n')
    report = made.build(strict=True)
    assert report.published
    assert [(found.id, found.hint) for found in report.diagnostics] == [
        ("cards-not-installed", "run `pip install 'afterword[cards]'`")
    ]
    assert links_of(made) == [("icon", "/favicon.svg")]


@needs_pillow
def test_all_icons_are_drawn_in_their_sizes(blog: BlogMaker) -> None:
    from PIL import Image

    made = blog(POST).write("afterword.toml", 'base_url = "/n/"\n[theme]\nicons = "all"\naccent = "rebeccapurple"\n')
    assert made.build(strict=True).published
    tree = made.tree()
    sizes = {name: Image.open(BytesIO(tree[name])).size for name in tree if name.endswith((".png", ".ico"))}
    assert sizes == {
        "apple-touch-icon.png": (180, 180),
        "favicon.ico": (48, 48),
        "icon-192.png": (192, 192),
        "icon-512.png": (512, 512),
    }
    assert Image.open(BytesIO(tree["icon-192.png"])).convert("RGB").getpixel((2, 2)) == (102, 51, 153)
    assert links_of(made) == [
        ("icon", "/n/favicon.ico"),
        ("icon", "/n/favicon.svg"),
        ("apple-touch-icon", "/n/apple-touch-icon.png"),
    ]
    assert [icon["sizes"] for icon in json.loads(tree["site.webmanifest"])["icons"]] == ["any", "192x192", "512x512"]


@needs_pillow
def test_a_logo_is_drawn_in_all_sizes_and_again_when_it_changes(blog: BlogMaker) -> None:
    from PIL import Image

    def paint(colour: str) -> bytes:
        file = BytesIO()
        Image.new("RGB", (80, 40), colour).save(file, "PNG")
        return file.getvalue()

    made = blog(POST).write("afterword.toml", '[theme]\nicons = "all"\nlogo = "logo.png"\n')
    made.write("static/logo.png", paint("red"))
    assert made.build(strict=True).published
    assert made.build().written == ()
    made.write("static/logo.png", paint("blue"))
    assert "icon-192.png" in made.build().written
    icon = Image.open(BytesIO(made.tree()["icon-192.png"]))
    assert (icon.getpixel((96, 96)), icon.getpixel((96, 5))) == ((0, 0, 255, 255), (0, 0, 0, 0))
