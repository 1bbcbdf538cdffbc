"""What the random edits of all tests share: the blog, how it is created and removed, and edits of any post."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from afterword.cache.store import CacheSession
from tests.incremental.random_blog import WORDS, RandomBlog

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = st.integers(0, 11)
"""The number of a post, for `RandomBlog.pick`."""

SEQUENCES = int(os.environ.get("AFTERWORD_SEQUENCES", "60"))
"""How many random sequences of edits are tried; `make soak` tries 3,000."""


class BlogEdits(RuleBasedStateMachine):
    """Each rule is one kind of edit; subclasses add others, and say when the blog is built and checked."""

    blog: RandomBlog

    def create_blog(self, *, is_one_process: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="afterword-edits-"))
        self.blog = RandomBlog(self.folder / "blog", cache_session=CacheSession() if is_one_process else None)
        self.blog.create()

    def teardown(self) -> None:
        if self.blog.cache_session is not None:
            self.blog.cache_session.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def change(self, number: int, edit: Callable[[str], str]) -> None:
        path = self.blog.pick(number)
        if path is not None:
            self.blog.write(path, edit((self.blog.root / path).read_text()))

    @rule(number=NUMBER, word=st.sampled_from(WORDS))
    def add_takeaways(self, number: int, word: str) -> None:
        self.change(number, lambda text: f"{text}\n## Key takeaways\n\n- **{word}** and more\n")

    @rule(number=NUMBER)
    def delete_a_post(self, number: int) -> None:
        path = self.blog.pick(number)
        if path is not None:
            self.blog.delete(path)

    @rule()
    def undo(self) -> None:
        self.blog.undo()

    @rule()
    def delete_the_cache(self) -> None:
        shutil.rmtree(self.blog.root / ".afterword", ignore_errors=True)
