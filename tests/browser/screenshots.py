"""Pictures of the pages: `python -m tests.browser.screenshots build/screenshots` makes one of every kind of page.

Each is taken at three widths and in both colour schemes; `index.html` shows all of them on one sheet. With `--readme`,
the folder gets the few pictures of this repository's own blog that the README shows.
"""

from __future__ import annotations

import argparse
import base64
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.conftest import CHROMIUM, FLAGS, POST
from tests.browser.sites import SITES, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTHS = {360: 740, 768: 1024, 1280: 900}
"""The widths of the pictures, and the heights of the screens they are of."""

SCHEMES = ("light", "dark")
TALLEST = 6_000
"""Pixels of a page that a picture shows."""

README = {"note": POST}
README_SIZE = {"width": 1280, "height": 800}
README_LIMIT = 150_000
QUALITIES = (90, 80, 70, 60)


@dataclass(frozen=True)
class Picture:
    """A page of a blog at a width and in a scheme, and the name of the file."""

    site: str
    url: str
    width: int
    scheme: str

    @property
    def name(self) -> str:
        page = self.url.strip("/").replace("/", "-") or "home"
        return f"{self.site}-{page}-{self.width}-{self.scheme}.png"


def list_pictures(wanted: str) -> list[Picture]:
    """All pictures of the blogs; `wanted` is a part of the names of those to take."""
    found = (
        Picture(name, url, width, scheme)
        for name, site in SITES.items()
        for url in site.pages
        for width in WIDTHS
        for scheme in SCHEMES
    )
    return [picture for picture in found if wanted in picture.name]


@contextmanager
def run_chromium() -> Iterator[Any]:
    """A running Chromium."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        raise SystemExit("there is no Chromium (on Debian: apt-get install chromium)")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--hide-scrollbars"])
        yield browser
        browser.close()


@contextmanager
def serve_site(name: str) -> Iterator[str]:
    """One of the blogs, built and served."""
    with tempfile.TemporaryDirectory() as folder, serve(SITES[name].build(Path(folder) / name)) as origin:
        yield origin


def take_pictures(browser: Any, folder: Path, pictures: list[Picture]) -> None:
    """Take the pictures."""
    for name in dict.fromkeys(picture.site for picture in pictures):
        with serve_site(name) as origin:
            page = browser.new_page(reduced_motion="reduce")
            for picture in (picture for picture in pictures if picture.site == name):
                page.set_viewport_size({"width": picture.width, "height": WIDTHS[picture.width]})
                page.emulate_media(color_scheme=picture.scheme)
                page.goto(f"{origin}{picture.url}", wait_until="load")
                height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                clip = {"x": 0, "y": 0, "width": picture.width, "height": max(height, WIDTHS[picture.width])}
                page.screenshot(path=str(folder / picture.name), full_page=True, clip=clip)
            page.close()


def write_sheet(folder: Path, pictures: list[Picture]) -> None:
    """Write `index.html`: a row for each page, with all its pictures side by side."""
    rows: dict[tuple[str, str], list[Picture]] = {}
    for picture in pictures:
        rows.setdefault((picture.site, picture.url), []).append(picture)
    body = "\n".join(
        f"<h2>{escape(site)}: {escape(url)}</h2>\n<p>"
        + "\n".join(
            f'<a href="{shot.name}"><img src="{shot.name}" width="{shot.width // 3}" loading="lazy" '
            f'alt="{shot.width} px, {shot.scheme}"></a>'
            for shot in shots
        )
        + "</p>"
        for (site, url), shots in rows.items()
    )
    style = "body{font:16px sans-serif;margin:2rem;background:#888}p{display:flex;gap:1rem;align-items:start}"
    head = f'<!doctype html>\n<meta charset="utf-8">\n<title>Screenshots</title>\n<style>{style}</style>'
    (folder / "index.html").write_text(f"{head}\n{body}\n")


def take_readme_pictures(browser: Any, folder: Path) -> None:
    """Take the pictures of the README, each as small as it may be."""
    with serve_site("own") as origin:
        for name, url in README.items():
            for scheme in SCHEMES:
                page = browser.new_page(viewport=README_SIZE, color_scheme=scheme, reduced_motion="reduce")
                page.goto(f"{origin}{url}", wait_until="load")
                (folder / f"{name}-{scheme}.webp").write_bytes(_compress(page))
                page.close()


def _compress(page: Any) -> bytes:
    """A picture of the page in the best quality that is within the limit."""
    session = page.context.new_cdp_session(page)
    content = b""
    for quality in QUALITIES:
        data = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})["data"]
        content = base64.b64decode(data)
        if len(content) <= README_LIMIT:
            break
    return content


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", metavar="NAME", help="pictures with this in their names: own-home, -360-")
    parser.add_argument("--readme", action="store_true", help="the pictures of the README instead")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with run_chromium() as browser:
        if options.readme:
            take_readme_pictures(browser, options.folder)
        else:
            pictures = list_pictures(options.only)
            take_pictures(browser, options.folder, pictures)
            write_sheet(options.folder, pictures)


if __name__ == "__main__":
    main()
