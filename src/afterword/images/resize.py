"""Resizes photographs and screenshots for screens of different widths, and removes their metadata."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXTENSIONS = (".jpg", ".jpeg", ".png")
"""Files that are resized. GIF and SVG images stay as they are, as do WebP and AVIF, which are small already."""

WIDTHS = (480, 960, 1_600)
"""Widths in pixels: a telephone, the column of text, and the same on screens with two pixels for one."""

_PILLOW_NAMES = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
_OPTIONS: Mapping[str, Mapping[str, int]] = {
    "avif": {"quality": 60, "speed": 8, "max_threads": 1},  # images are encoded in several processes
    "webp": {"quality": 78},
    "jpg": {"quality": 80},
}
_ORIENTATION = 0x0112


class Variant(Struct, frozen=True):
    """An image in another width and format: `avif`, `webp` or `jpg`. `digest` is that of the file at `path`."""

    path: str
    digest: str
    width: int
    format: str

    def draw(self) -> bytes:
        """Returns the image without metadata, upright; an animation, or what Pillow cannot read, as it is."""
        from PIL import Image, ImageOps

        try:
            with Image.open(self.path) as opened:
                if getattr(opened, "is_animated", False):
                    return Path(self.path).read_bytes()
                profile = opened.info.get("icc_profile") if opened.mode in ("RGB", "RGBA", "L") else None
                image = ImageOps.exif_transpose(opened)
                image = image.convert("RGBA" if image.has_transparency_data and self.format != "jpg" else "RGB")
            size = (self.width, max(1, round(image.height * self.width / image.width)))
            file = BytesIO()
            resized = image.resize(size, Image.Resampling.LANCZOS)
            resized.info.clear()  # Pillow would write comments and XMP from it
            resized.save(file, _PILLOW_NAMES[self.format], icc_profile=profile, **_OPTIONS[self.format])
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return Path(self.path).read_bytes()
        return file.getvalue()


def choose_format() -> str:
    """Returns the format for resized images: `avif`, or `webp` if Pillow was built without it. Imports Pillow."""
    from PIL import features

    return "avif" if features.check("avif") else "webp"


def list_variants(extension: str, width: int, format: str) -> tuple[tuple[int, str], ...]:
    """Returns the widths and formats of the variants of an image with this extension and width; none if it is small.

    The last AVIF file is as wide as the image where that is narrower than the largest width.
    """
    if width < WIDTHS[0] * 1.25:
        return ()
    widths = [wide for wide in WIDTHS if wide < width * 0.9] + ([width] if width <= WIDTHS[-1] else [])
    fallback = [(WIDTHS[1], "jpg")] if extension in (".jpg", ".jpeg") and width > WIDTHS[1] * 1.25 else []
    return (*((wide, format) for wide in widths), *fallback)


class Clean(Struct, frozen=True):
    """A JPEG or PNG file without metadata: the place where a photograph was taken, the camera, comments.

    The pixels are not changed. Of the metadata, the orientation of a JPEG file and the colour profile stay.
    """

    path: str
    digest: str

    def draw(self) -> bytes:
        """Returns the content; that of a file with another structure as it is."""
        data = Path(self.path).read_bytes()
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _clean_png(data)
        return _clean_jpeg(data) if data.startswith(b"\xff\xd8\xff") else data


def _clean_png(data: bytes) -> bytes:
    """Returns a PNG file without the chunks for text, time and Exif (PNG, sections 11.3.3 and 11.3.4)."""
    kept = [data[:8]]
    position = 8
    while position + 12 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        if data[position + 4 : position + 8] not in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"):
            kept.append(data[position:end])
        position = end
    return b"".join(kept)


def _clean_jpeg(data: bytes) -> bytes:
    """Returns a JPEG file without the segments APP1 (Exif, XMP), APP13 (IPTC) and comments (ITU T.81, B.1.1.3)."""
    kept = [data[:2]]
    position = 2
    orientation = 1
    for start, end in _list_segments(data):
        marker = data[start + 1]
        if marker == 0xE1:
            orientation = _read_orientation(data[start + 4 : end]) or orientation
        elif marker not in (0xED, 0xFE):
            kept.append(data[start:end])
        position = end
    if orientation != 1:
        kept.insert(1, _write_orientation(orientation))
    return b"".join((*kept, data[position:]))


def _list_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yields the beginning and end of each segment before the picture itself."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF and data[position + 1] not in (0xDA, 0xD9, 0xFF):
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        yield position, end
        position = end


def _read_orientation(segment: bytes) -> int:
    """Returns the orientation in an Exif segment, 0 if it has none (TIFF 6.0, Exif 2.3)."""
    if not segment.startswith(b"Exif\0\0"):
        return 0
    tiff = segment[6:]
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(count):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == _ORIENTATION and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return 0
    return 0


def _write_orientation(orientation: int) -> bytes:
    """Returns an Exif segment with nothing but the orientation."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
