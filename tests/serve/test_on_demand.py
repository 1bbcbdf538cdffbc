"""During the first build, a requested page is rendered alone, and equals the page of the build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pytest

from afterword.build.report import Request
from afterword.server.generation import File, Generation, Resource
from afterword.server.preview import Preview
from afterword.server.state import CurrentSite
from tests.conftest import Blog, BlogMaker, environ_on

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

Pages: TypeAlias = Mapping[str, Resource]


@pytest.fixture
def noted(blog: BlogMaker) -> Blog:
    return blog(FILES)


@pytest.fixture
def pages(noted: Blog) -> Iterator[Pages]:
    """The pages on demand of a build that fails: one of the templates is broken."""
    preview = Preview(Request(noted.root), environ=environ_on())
    current = CurrentSite(Generation())
    assert preview.build(ORIGIN, current).resources is None
    yield current.generation.fallback
    preview.close()


def build_clean(noted: Blog) -> Pages:
    """Returns the site after the broken template is corrected."""
    (noted.root / "templates/broken.html").write_text("mended")
    preview = Preview(Request(noted.root), environ=environ_on())
    resources = preview.build(ORIGIN).resources
    preview.close()
    assert resources is not None
    return resources


def content_of(resource: Resource) -> bytes:
    return Path(resource.content.path).read_bytes() if isinstance(resource.content, File) else resource.content


def test_they_are_the_pages_that_the_build_makes(noted: Blog, pages: Pages) -> None:
    site = build_clean(noted)
    left_out = ("/posts/broken/index.html", "/posts/second/index.html", "/search/index.json", "/search/words.json")
    made = {path: pages[path] for path in site if path not in left_out}
    assert {path: (content_of(resource), resource.type) for path, resource in made.items()} == {
        path: (content_of(site[path]), site[path].type) for path in made
    }
    assert {path: resource.tag for path, resource in made.items()} == {path: site[path].tag for path in made}


def test_mentions_are_known_when_the_build_is_done(noted: Blog, pages: Pages) -> None:
    site = build_clean(noted)
    on_demand, page = content_of(pages["/posts/second/index.html"]), content_of(site["/posts/second/index.html"])
    assert b"Text, and a" in page
    assert b"Text, and a" not in on_demand
    assert b"code" in on_demand


@pytest.mark.parametrize("path", ["/nowhere/index.html", "/posts/broken/index.html"])
def test_what_is_not_in_the_site_and_what_is_broken_are_not_there(pages: Pages, path: str) -> None:
    assert path not in pages
    with pytest.raises(KeyError):
        pages[path]


def test_they_are_made_when_they_are_asked_for_by_several_at_once(pages: Pages) -> None:
    assert len(pages) == 0
    paths = ["/index.html", "/posts/first/index.html", "/tags/llm/index.html"] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(pages.__getitem__, paths))
    assert found[:3] == found[3:6]
    assert sorted(pages) == sorted(set(paths))
