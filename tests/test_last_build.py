"""The last build as a whole: when its report still stands, and when the work is done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.build import cache, last_build, pipeline
from afterword.content import file_snapshot
from afterword.core import fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.core.fingerprints import Stamp
    from tests.conftest import Blog, BlogMaker

POST = "posts/2026-01-01-a.md"
PAGE = "site/posts/a/index.html"


@pytest.fixture
def young(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """A blog with one post, which is too young for its stamp to be believed, as is its whole site.

    All stamps are the same, so they tell nothing.
    """
    made = blog(f"-- {POST} --\n# A\n\nText.\n")
    post = (made.root / POST).stat().st_ino

    def be_the_same(_: Iterable[Stamp]) -> str:
        return "the same"

    monkeypatch.setattr(file_snapshot.FileSnapshot, "digest", "the same")
    monkeypatch.setattr(last_build, "digest_stamps", be_the_same)
    monkeypatch.setattr(pipeline, "digest_stamps", be_the_same)
    for module in (file_snapshot, cache):
        monkeypatch.setattr(module, "is_settled", lambda stamp, _: stamp.inode != post)
    monkeypatch.setattr(fingerprints, "is_settled", lambda _, taken: taken < 0)
    made.build()
    return made


def test_young_files_are_known_by_their_bytes(young: Blog) -> None:
    assert young.build().is_repeated
    (young.root / POST).touch()
    assert young.build().is_repeated


@pytest.mark.parametrize("path", [POST, PAGE, "site/.afterword-manifest"])
def test_other_bytes_of_a_young_file_are_noticed(path: str, young: Blog) -> None:
    before = (young.root / path).read_bytes()
    (young.root / path).write_bytes(before.replace(b"x", b"s"))
    assert not young.build().is_repeated
    made = young.tree()
    assert young.build_clean() == made


@pytest.mark.parametrize("path", [POST, PAGE, "site/.afterword-manifest"])
def test_a_young_file_that_is_gone_is_missed(path: str, young: Blog) -> None:
    (young.root / path).unlink()
    assert not young.build().is_repeated
