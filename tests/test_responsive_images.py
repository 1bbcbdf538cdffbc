"""Images in several widths: what is published, and what is left as it is; photographs lose their metadata."""

from __future__ import annotations

import re
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from afterword.build.media import image_files

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

needs_pillow = pytest.mark.skipif(find_spec("PIL") is None, reason="Pillow is an extra")

SETTINGS = '-- afterword.toml --\nimages = "responsive"\nbase_url = "https://x.example/n/"\n'
POST = "-- posts/2026-01-01-a/index.md --\n# A\n\n![First](a.jpg)\n\n![Second](/b.png)\n"


def paint(form: str, width: int, height: int, *, orientation: int = 1, mode: str = "RGB") -> bytes:
    """An image with a place and a camera in its metadata."""
    from PIL import Image

    file = BytesIO()
    exif = Image.Exif()
    exif.update({0x0112: orientation, 0x010F: "SecretCam", 0x8825: {1: "N", 2: (52.0, 31.0, 12.0)}})
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    comment = {"comment": b"SecretNote"} if form == "JPEG" else {}
    image.save(file, form, **({"exif": exif} if form in ("JPEG", "PNG") else {}), **comment)
    return file.getvalue()


def pictures(made: Blog) -> list[str]:
    return re.findall("<picture>.*?</picture>", made.page("/posts/a/"))


@needs_pillow
def test_images_are_published_in_several_widths(blog: BlogMaker) -> None:
    from PIL import Image

    made = blog(SETTINGS + POST).write("posts/2026-01-01-a/a.jpg", paint("JPEG", 1800, 900))
    made.write("static/b.png", paint("PNG", 1000, 500, mode="RGBA"))
    assert made.build(strict=True).diagnostics == ()
    first, second = pictures(made)
    assert 'src="/n/posts/a/a.jpg"' in first
    assert 'width="1800" height="900"' in first
    assert re.findall(r"\.(\w+) (\d+w)", first) == [
        ("avif", "480w"),
        ("avif", "960w"),
        ("avif", "1600w"),
        ("jpg", "960w"),
        ("jpg", "1800w"),
    ]
    assert "lazy" not in first
    assert 'loading="lazy"' in second
    assert re.findall(r"\.(\w+) (\d+w)", second) == [("avif", "480w"), ("avif", "1000w")]
    tree = made.tree()
    for url, width in re.findall(r"/n/(images/\S+) (\d+)w", first + second):
        with Image.open(BytesIO(tree[url])) as image:
            assert image.width == int(width)
            assert not image.getexif()
        assert b"Secret" not in tree[url]
    assert "https://x.example/n/images/" in tree["feed.xml"].decode()


@needs_pillow
@pytest.mark.parametrize("talk", ["", "talk: https://www.youtube.com/watch?v=zjkBMFhNj_g\n"], ids=["image", "poster"])
def test_the_image_of_a_post_is_published_in_several_widths(blog: BlogMaker, talk: str) -> None:
    made = blog(f"{SETTINGS}-- posts/2026-01-01-a/index.md --\n---\ntitle: A\nimage: a.jpg\n{talk}---\nText.\n")
    made.write("posts/2026-01-01-a/a.jpg", paint("JPEG", 1800, 900))
    assert made.build(strict=True).diagnostics == ()
    (picture,) = pictures(made)
    assert re.findall(r"\.(\w+) (\d+w)", picture) == [
        ("avif", "480w"),
        ("avif", "960w"),
        ("avif", "1600w"),
        ("jpg", "960w"),
        ("jpg", "1800w"),
    ]
    assert 'class="post-image" src="/n/posts/a/a.jpg" alt=""' in picture
    assert 'width="1800" height="900" fetchpriority="high"' in picture
    assert set(re.findall(r"/n/(images/\S+) ", picture)) <= made.tree().keys()
    assert 'property="og:image" content="https://x.example/n/posts/a/a.jpg"' in made.page("/posts/a/")
    made.write("posts/2026-01-01-a/a.jpg", paint("JPEG", 900, 900))
    assert made.build().published
    assert re.findall(r"\.(\w+) (\d+w)", pictures(made)[0]) == [("avif", "480w"), ("avif", "900w")]
    assert set(re.findall(r"/n/(images/\S+) ", pictures(made)[0])) == {
        path for path in made.tree() if path.startswith("images/")
    }


@needs_pillow
def test_published_files_say_nothing_of_where_they_were_taken(blog: BlogMaker) -> None:
    from PIL import Image, ImageOps

    made = blog(SETTINGS + POST).write("posts/2026-01-01-a/a.jpg", paint("JPEG", 900, 600, orientation=6))
    made.write("static/b.png", paint("PNG", 100, 100))
    made.build()
    tree = made.tree()
    assert not [path for path, content in tree.items() if b"SecretCam" in content]
    with (
        Image.open(BytesIO(tree["posts/a/a.jpg"])) as published,
        Image.open(made.root / "posts/2026-01-01-a/a.jpg") as own,
    ):
        assert dict(published.getexif()) == {0x0112: 6}
        assert published.tobytes() == own.tobytes()
        assert ImageOps.exif_transpose(published).size == (600, 900)
    assert 'width="600" height="900"' in made.page("/posts/a/")
    narrow = next(path for path in tree if path.endswith(".avif"))
    with Image.open(BytesIO(tree[narrow])) as image:
        assert image.height > image.width


@needs_pillow
@pytest.mark.parametrize("name", ["a.gif", "a.svg", "a.webp", "small.jpg"])
def test_other_images_stay_as_they_are(blog: BlogMaker, name: str) -> None:
    made = blog(SETTINGS + f"-- posts/2026-01-01-a/index.md --\n# A\n\n![A]({name})\n")
    suffix = name.partition(".")[2]
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='900' height='900'/>"
    forms = {"gif": ("GIF", 900), "webp": ("WEBP", 900), "jpg": ("JPEG", 400)}
    content = svg if suffix == "svg" else paint(*forms[suffix], 300)
    made.write(f"posts/2026-01-01-a/{name}", content)
    made.build()
    assert pictures(made) == []
    assert suffix == "jpg" or made.tree()[f"posts/a/{name}"] == content


@needs_pillow
def test_an_image_is_made_again_only_when_it_changes(blog: BlogMaker) -> None:
    made = blog(SETTINGS + POST).write("posts/2026-01-01-a/a.jpg", paint("JPEG", 900, 500))
    made.write("static/b.png", paint("PNG", 100, 100))
    made.build()
    before = made.tree()
    assert made.build().written == ()
    made.edit("posts/2026-01-01-a/index.md", "First", "The first")
    assert not [path for path in made.build().written if path.startswith("images/")]
    made.write("posts/2026-01-01-a/a.jpg", paint("JPEG", 800, 500))
    made.build()
    incremental = made.tree()
    assert not {path for path in before if path.startswith("images/")} & incremental.keys()
    assert made.build_clean() == incremental


@needs_pillow
@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 no image \xff\xd9", b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
def test_a_file_that_is_no_image_does_not_stop_a_build(blog: BlogMaker, content: bytes) -> None:
    made = blog(SETTINGS + POST).write("posts/2026-01-01-a/a.jpg", content)
    made.write("static/b.png", paint("PNG", 900, 500)[:2000] + b"IEND\xaeB`\x82")
    assert made.build().published


def test_without_pillow_images_are_published_as_they_are(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_files, "is_pillow_installed", lambda: False)
    made = blog(SETTINGS + "-- posts/2026-01-01-a.md --\n# A\n")
    report = made.build(strict=True)
    assert report.published
    assert [(found.id, found.hint) for found in report.diagnostics] == [
        ("images-not-installed", "run `pip install 'afterword[images]'`")
    ]
