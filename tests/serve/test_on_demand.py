"""While the first build is at work, a page that is asked for is made alone, and is the page that the build makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pytest

from afterword.build.report import Request
from afterword.server.preview import Preview, PreviewCallbacks
from afterword.server.snapshot import Answer, File
from tests.conftest import TODAY, Blog, BlogMaker

ORIGIN = "http://127.0.0.1:4000"
FILES = """
-- afterword.toml --
title = "Notes"
-- posts/2026-01-01-first.md --
---
tags: [llm]
talk: {title: A talk, speaker: Ada, video: https://youtu.be/abcdefghijk}
---
# First

Text, and a [link](2026-01-02-second.md).
-- posts/2026-01-02-second.md --
---
tags: [llm]
talk: {title: Another talk, speaker: Bob}
---
# Second

```python
print("code")
```
-- posts/2026-01-03-broken.md --
---
title: Broken
layout: broken
---
Text.
-- pages/about.md --
# About
-- static/robots-are.txt --
welcome
-- templates/broken.html --
{{ nothing }}
"""

Early: TypeAlias = Mapping[str, Answer]


@pytest.fixture
def noted(blog: BlogMaker) -> Blog:
    return blog(FILES)


@pytest.fixture
def early(noted: Blog) -> Iterator[Early]:
    """What is offered by a build that fails: one of the templates is broken."""
    preview = Preview(Request(noted.root), environ={"SOURCE_DATE_EPOCH": TODAY})
    offered: list[Early] = []
    assert preview.build(ORIGIN, PreviewCallbacks(frozenset, lambda _: None, offered.append)).answers is None
    yield offered[0]
    preview.close()


def build_clean(noted: Blog) -> Early:
    """The site once the broken template is mended."""
    (noted.root / "templates/broken.html").write_text("mended")
    preview = Preview(Request(noted.root), environ={"SOURCE_DATE_EPOCH": TODAY})
    answers = preview.build(ORIGIN).answers
    preview.close()
    assert answers is not None
    return answers


def content_of(answer: Answer) -> bytes:
    return Path(answer.content.path).read_bytes() if isinstance(answer.content, File) else answer.content


def test_galleys_are_the_pages_that_the_build_makes(noted: Blog, early: Early) -> None:
    site = build_clean(noted)
    made = {path: early[path] for path in site if path not in ("/posts/broken/index.html", "/posts/second/index.html")}
    assert {path: (content_of(answer), answer.type) for path, answer in made.items()} == {
        path: (content_of(site[path]), site[path].type) for path in made
    }
    assert {path: answer.tag for path, answer in made.items()} == {path: site[path].tag for path in made}


def test_mentions_are_known_when_the_build_is_done(noted: Blog, early: Early) -> None:
    site = build_clean(noted)
    galley, page = content_of(early["/posts/second/index.html"]), content_of(site["/posts/second/index.html"])
    assert b"Text, and a" in page
    assert b"Text, and a" not in galley
    assert b"code" in galley


@pytest.mark.parametrize("path", ["/nowhere/index.html", "/posts/broken/index.html"])
def test_what_is_not_in_the_site_and_what_is_broken_are_not_there(early: Early, path: str) -> None:
    assert path not in early
    with pytest.raises(KeyError):
        early[path]


def test_they_are_made_when_they_are_asked_for_by_several_at_once(early: Early) -> None:
    assert len(early) == 0
    paths = ["/index.html", "/posts/first/index.html", "/tags/llm/index.html"] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(early.__getitem__, paths))
    assert found[:3] == found[3:6]
    assert sorted(early) == sorted(set(paths))
