"""Files by which other generators hide the posts of a folder are reported where a post is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POSTS = """\
-- posts/talks/2026-01-01-a.md --
---
title: A
---
Text.
-- posts/2026-01-02-b.md --
---
title: B
---
Text.
"""

HIDING = {
    "posts/talks/_metadata.yml": "title: Talks\ndraft: true\n",
    "posts/_metadata.yaml": "draft: yes\n",
    "posts/talks/_data.yml": "draft: true # not yet\n",
    "posts/talks/_data.json": '{"layout": "post",\n "draft": true}\n',
    "posts/talks/_data.ts": "export const layout = 'post';\nexport const draft = true;\n",
    "posts/talks/_data.js": "export default {\n  draft: true,\n};\n",
    "posts/talks/.meta.yml": "status: draft\n",
    "posts/.meta.yaml": "published: false\n",
    "posts/talks/_dir.yml": "draft: true\n",
    "posts/talks/talks.11tydata.json": '{"eleventyExcludeFromCollections": true}\n',
    "posts/talks/talks.11tydata.js": "module.exports = {\n  permalink: false,\n};\n",
    "posts/posts.11tydata.cjs": "module.exports = { draft: true };\n",
    "posts/talks/2026-01-01-a.11tydata.mjs": "export default { permalink: false }\n",
}
"""Files that hide a post elsewhere, each with its text."""

DOUBTFUL = {
    "posts/talks/talks.json": '{"draft": true}\n',
    "posts/talks/2026-01-01-a.json": '{"permalink": false}\n',
    "posts/talks/_index.md": "+++\ntitle = 'Talks'\ndraft = true\n+++\n",
    "posts/_index.md": "---\ntitle: Posts\ndraft: true\n---\n",
}
"""Files that may hide a post elsewhere."""

RIGHT = {
    "posts/talks/_metadata.yml": "author: Ada\ndraft: false\nformat:\n  draft: true\n",
    "posts/talks/.meta.yml": "tags: [talk]\n",
    "posts/talks/talks.11tydata.json": '{"layout": "post", "tags": ["talks"]}\n',
    "posts/talks/talks.11tydata.js": "// draft: true\nmodule.exports = { layout: 'post' }; /* draft: true */\n",
    "posts/talks/results.json": '{"draft": true}\n',
    "posts/talks/data.yml": "draft: true\n",
    "posts/talks/notes.js": "const a = { draft: true }\n",
}
"""Files that hide nothing."""


def told(made: Blog) -> list[tuple[str, str]]:
    found = made.build().diagnostics
    return [(one.id, one.severity.value) for one in found if one.id not in ("unused-file", "missing-date")]


@pytest.mark.parametrize("path", HIDING)
def test_a_file_that_hides_the_posts_of_a_folder_is_an_error(blog: BlogMaker, path: str) -> None:
    assert told(blog(POSTS).write(path, HIDING[path])) == [("folder-visibility", "error")]


@pytest.mark.parametrize("path", DOUBTFUL)
def test_a_file_that_may_hide_the_posts_of_a_folder_is_a_warning(blog: BlogMaker, path: str) -> None:
    assert told(blog(POSTS).write(path, DOUBTFUL[path])) == [("folder-visibility", "warning")]


@pytest.mark.parametrize("path", RIGHT)
def test_other_files_are_not_told_of(blog: BlogMaker, path: str) -> None:
    made = blog(POSTS).write(path, RIGHT[path])
    assert told(made) == []
    assert not any(".meta" in output for output in made.tree())


@pytest.mark.parametrize("path", HIDING)
def test_a_file_beside_drafts_hides_nothing(blog: BlogMaker, path: str) -> None:
    made = blog(POSTS.replace("---\nText", "draft: true\n---\nText")).write(path, HIDING[path])
    made.write("pages/about.md", "# About\n")
    assert told(made) == []


def test_the_place_is_that_of_the_entry(blog: BlogMaker) -> None:
    made = blog(POSTS).write("posts/talks/_data.json", HIDING["posts/talks/_data.json"])
    (found,) = [one for one in made.build().diagnostics if one.is_error]
    assert str(found.place) == "posts/talks/_data.json:2"
    assert found.message == "`draft: true` in this file does not hide `posts/talks/2026-01-01-a.md`"


def test_a_hidden_file_that_changes_is_read_again(blog: BlogMaker) -> None:
    made = blog(POSTS).write("posts/talks/.meta.yml", "tags: [talk]\n")
    assert told(made) == []
    assert told(made.write("posts/talks/.meta.yml", "draft: true\n")) == [("folder-visibility", "error")]
    assert told(made.remove("posts/talks/.meta.yml")) == []
