"""The blogs that the tests look at, and the pages of each that stand for all of their kind."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from afterword.build.builder import build
from afterword.build.report import Request
from tests.bench.posts import write_posts
from tests.conftest import DATA, Blog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parents[2]
MANY = 300
MISSING = "/nothing/is/here/"
"""A page that no blog has: hosts answer with the blog's own page for such."""

ARABIC = """-- afterword.toml --
title = "هوامش"
description = "ملاحظات على محاضرات تستحق المشاهدة مرتين."
author = "الكاتبة"
language = "ar"
-- posts/2026-01-02-note.md --
---
title: ملاحظات على محاضرة عن النماذج اللغوية
description: ساعة واحدة تكفي لرسم خريطة واضحة لما تفعله هذه النماذج.
tags: [نماذج]
talk:
  title: مقدمة
  speaker: ليلى حداد
  event: مؤتمر دمشق 2025
  video: https://www.youtube.com/watch?v=zjkBMFhNj_g
  length: "59:48"
---
هذه فقرة باللغة العربية تُقرأ من اليمين إلى اليسار، وفيها عدد هو 1,024 [0:20].

## الفصل الأول [4:17]

- نقطة أولى
- نقطة ثانية [5:42]

| الجزء | المدة | السؤال الذي يجيب عنه |
| --- | ---: | --- |
| الأول | 12:30 | ما هذا الشيء وكيف يُصنع؟ |

## الفصل الثاني [14:14]

> اقتباس من المحاضرة.
-- posts/2026-01-01-latin.md --
---
title: A post in English
lang: en
---
A paragraph that is read from left to right, in a blog that is not.
"""

JAPANESE = """-- afterword.toml --
title = "余白"
description = "二度見る価値のある講演のノート。"
language = "ja"
-- posts/2026-01-02-note.md --
---
title: 大規模言語モデル入門のノート
description: 一時間で、言語モデルとは何か、どのように作られ、どのように攻撃されるかがわかる。
talk:
  title: 大規模言語モデル入門
  speaker: 山田花子
  video: https://www.youtube.com/watch?v=zjkBMFhNj_g
  length: "59:48"
---
日本語の段落です。行は文字の間で折り返されます[0:20]。講演の動画を見ながら書いたノートを、あとで読み返すための場所です。

## 二つのファイル [4:17]

- 重みとコード
- 量子化 [5:42]

| 部分 | 内容 |
| --- | --- |
| 重み | 百四十ギガバイト |

## 訓練 [14:14]

圧縮のようなものです。
"""

PLAIN = """-- afterword.toml --
title = "Notes"
-- posts/2026-01-02-second.md --
---
title: A second post
tags: [one]
---
Text with `code`.

```python
print("a line of code that is longer than what a narrow screen can show")
```
-- posts/2026-01-01-first.md --
# A first post

Text.
"""

EMPTY = """-- afterword.toml --
title = "Notes"
description = "Nothing so far."
-- drafts/first.md --
# A first draft

A blog needs a source; without one, the build is an error.
"""

IN_ENGLISH = """-- posts/2026-01-01-arabic.md --
---
title: عنوان
description: وصف قصير
lang: ar
categories: [language]
---
هذه فقرة باللغة العربية.

## عنوان فرعي

هذه فقرة ثانية.
"""


@dataclass(frozen=True)
class Site:
    """A blog: how it is built in a folder, which gives that of its site, and one page of each kind that it has."""

    build: Callable[[Path], Path]
    pages: tuple[str, ...]


def _build(root: Path, destination: Path) -> Path:
    found = build(Request(root, destination, cache=False), environ=os.environ)
    assert found.published, found.diagnostics
    return destination


def _build_own(folder: Path) -> Path:
    return _build(ROOT, folder)


def _build_text(text: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "posts").mkdir(parents=True)
        Blog(folder).add(text)
        return _build(folder, folder / "site")

    return make


def _build_example(folder: Path) -> Path:
    shutil.copytree(DATA / "posts", folder / "posts")
    return _build(folder, folder / "site")


def _build_many(folder: Path) -> Path:
    """Notes on talks of which neither speaker nor event is known, so that their table lacks columns."""
    (posts := folder / "posts").mkdir(parents=True)
    for number, post in enumerate(write_posts(MANY)):
        talk = (
            f'talk: {{title: "Talk {number}", video: "https://youtu.be/zjkBMFhNj_g", length: "{10 + number % 80}:00"}}'
        )
        (posts / post.name).write_text(post.text.replace("---\n", f"---\n{talk}\n", 1))
    return _build(folder, folder / "site")


POST = "/posts/karpathy-intro-to-llms/"
_TALKS = ("/talks/", "/speakers/", "/speakers/andrej-karpathy/", "/events/", "/events/pycon-us/")
_LISTS = ("/archive/", "/categories/", "/tags/")

SITES: Mapping[str, Site] = {
    "own": Site(
        _build_own,
        ("/", "/page/2/", POST, *_TALKS, *_LISTS, "/tags/llm/", "/about/", "/style-guide/", MISSING),
    ),
    "example": Site(_build_example, ("/", POST, "/talks/", "/archive/")),
    "many": Site(_build_many, ("/", "/talks/", "/archive/", "/tags/", "/categories/")),
    "arabic": Site(_build_text(ARABIC), ("/", "/posts/note/", "/posts/latin/", "/talks/", "/archive/")),
    "japanese": Site(_build_text(JAPANESE), ("/", "/posts/note/", "/talks/")),
    "plain": Site(_build_text(PLAIN), ("/", "/posts/second/", MISSING)),
    "empty": Site(_build_text(EMPTY), ("/", "/archive/")),
    "in-english": Site(_build_text(IN_ENGLISH), ("/posts/arabic/",)),
}

PAGES = [
    pytest.param(name, url, id=f"{name}{url}", marks=[] if name == "own" else pytest.mark.xdist_group(name))
    for name, site in SITES.items()
    for url in site.pages
]
"""A page of each kind of each blog: its name, and the URL. One process builds a blog that is not ours."""

NOTES = [f"/posts/{path.stem[11:]}/" for path in sorted((ROOT / "posts").glob("*.md"))]
"""The notes of this repository's own blog."""


class _Handler(SimpleHTTPRequestHandler):
    """Serves a site as static hosts do: silently, and with the site's own page for what is not there."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html").read_bytes() if code == 404 else (message or explain or "").encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    """Says nothing when a browser leaves a page that is still being loaded."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(site: Path) -> Iterator[str]:
    """Serve a folder for as long as it is needed: `http://127.0.0.1:…`."""
    with _Server(("127.0.0.1", 0), partial(_Handler, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
