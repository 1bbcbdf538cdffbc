"""`afterword.lock` keeps published URLs and feed ids: a build warns when one would be lost."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from afterword.build.builder import build
from afterword.build.published_urls import record as urls
from afterword.build.report import Report, Request
from afterword.cli.main import run
from afterword.core.diagnostics import Exit
from afterword.site.published_urls import format_lock, parse_lock
from tests.conftest import TODAY, environ_on

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

FILES = """
-- afterword.toml --
base_url = "https://old.example/notes/"
-- posts/2026-01-01-one.md --
---
title: One
---
Text.
-- posts/2026-01-02-two.md --
---
title: Two
aliases: [/second/]
---
Text.
-- pages/about.md --
---
title: About
---
Text.
"""

LOCK = """\
/about/ - pages/about.md
/feed.json -
/feed.xml https://old.example/notes/feed.xml
/posts/one/ https://old.example/notes/posts/one posts/2026-01-01-one.md
/posts/two/ https://old.example/notes/posts/two posts/2026-01-02-two.md
/second/ - posts/2026-01-02-two.md
"""


def record(made: Blog) -> str:
    return (made.root / "afterword.lock").read_text().partition("\n")[2]


def publish(made: Blog, *, drafts: bool = False, base_url: str | None = None, strict: bool = False) -> Report:
    request = Request(source=made.root, drafts=drafts, base_url=base_url, strict=strict, record_urls=True)
    return build(request, environ=environ_on())


def accept(made: Blog, *options: str) -> int:
    return run(["urls", "--accept", "-s", str(made.root), *options])


def lost(report: Report) -> list[tuple[str, str]]:
    return [(str(found.place), found.message) for found in report.diagnostics if found.id == "lost-url"]


def ids(made: Blog) -> list[str]:
    return re.findall("<id>(.+)</id>", made.page("/feed.xml"))


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)


@pytest.fixture
def recorded(blog: BlogMaker) -> Blog:
    made = blog(FILES)
    assert accept(made) == Exit.DONE
    return made


def test_accept_records_posts_pages_aliases_and_feeds(recorded: Blog) -> None:
    assert record(recorded) == LOCK


def test_a_blog_without_the_file_gets_none(blog: BlogMaker) -> None:
    made = blog(FILES)
    publish(made)
    assert not (made.root / "afterword.lock").exists()


def test_the_record_changes_no_byte_of_the_site(recorded: Blog) -> None:
    publish(recorded)
    before = recorded.tree()
    recorded.remove("afterword.lock")
    recorded.build()
    assert recorded.tree() == before


def test_a_build_adds_new_urls_in_order(recorded: Blog) -> None:
    recorded.write("posts/2026-01-03-new.md", "---\ntitle: New\n---\nText.\n")
    publish(recorded)
    line = "/posts/new/ https://old.example/notes/posts/new posts/2026-01-03-new.md\n"
    assert record(recorded) == LOCK.replace("/posts/one/", f"{line}/posts/one/", 1)


def test_drafts_are_not_recorded(recorded: Blog) -> None:
    recorded.write("drafts/new.md", "---\ntitle: New\n---\nText.\n")
    publish(recorded, drafts=True)
    assert record(recorded) == LOCK


def test_only_build_writes_the_file(recorded: Blog) -> None:
    recorded.write("posts/2026-01-03-new.md", "---\ntitle: New\n---\nText.\n")
    run(["check", "-s", str(recorded.root)])
    run(["urls", "-s", str(recorded.root)])
    recorded.build()  # as `serve` does
    assert record(recorded) == LOCK


def test_a_changed_url_is_a_warning_at_its_key_with_the_line_to_add(recorded: Blog) -> None:
    recorded.edit("posts/2026-01-01-one.md", "title: One", "title: One\nslug: first")
    report = publish(recorded)
    assert lost(report) == [
        ("posts/2026-01-01-one.md:3:7", "published URL `/posts/one/` has no page or redirect"),
    ]
    assert "`aliases: [/posts/one/]`" in next(found.hint for found in report.diagnostics if found.id == "lost-url")
    assert report.published
    assert record(recorded) == LOCK  # the change may be a mistake
    assert publish(recorded, strict=True).exit_code is Exit.CONTENT


def test_with_the_alias_the_post_keeps_its_feed_id(recorded: Blog) -> None:
    recorded.edit("posts/2026-01-01-one.md", "title: One", "title: One\nslug: first\naliases: [/posts/one/]")
    report = publish(recorded, strict=True)
    assert (report.exit_code, lost(report)) == (Exit.DONE, [])
    assert "https://old.example/notes/posts/one" in ids(recorded)
    assert "https://old.example/notes/posts/first" not in ids(recorded)
    assert "/posts/first/ https://old.example/notes/posts/one posts/2026-01-01-one.md\n" in record(recorded)


def test_a_removed_alias_is_told(recorded: Blog) -> None:
    recorded.edit("posts/2026-01-02-two.md", "aliases: [/second/]\n", "")
    assert lost(publish(recorded)) == [
        ("posts/2026-01-02-two.md:1", "published URL `/second/` has no page or redirect"),
    ]


def test_a_deleted_post_is_told_at_its_line_until_it_is_accepted(recorded: Blog) -> None:
    recorded.remove("posts/2026-01-01-one.md")
    assert lost(publish(recorded)) == [("afterword.lock:5", "published URL `/posts/one/` has no page or redirect")]
    accept(recorded)
    assert lost(publish(recorded)) == []


def test_a_post_that_becomes_a_draft_is_told(recorded: Blog) -> None:
    recorded.edit("posts/2026-01-01-one.md", "title: One", "title: One\ndraft: true")
    message = "published URL `/posts/one/` would be removed: `posts/2026-01-01-one.md` is a draft"
    assert lost(publish(recorded)) == [("posts/2026-01-01-one.md", message)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("static/posts/one/index.html", "<!doctype html>\n<title>One</title>\n"),
        ("pages/one.md", "---\ntitle: One\npermalink: /posts/one/\n---\nText.\n"),
        ("pages/other.md", "---\ntitle: Other\naliases: [/posts/one/]\n---\nText.\n"),
    ],
)
def test_any_file_or_redirect_at_the_url_will_do(recorded: Blog, path: str, text: str) -> None:
    recorded.remove("posts/2026-01-01-one.md").write(path, text)
    assert lost(publish(recorded)) == []


def test_an_expired_post_goes_without_a_warning(recorded: Blog) -> None:
    recorded.edit("posts/2026-01-01-one.md", "title: One", "title: One\nexpiryDate: 2026-02-01")
    assert lost(publish(recorded, strict=True)) == []


def test_a_post_with_errors_is_told_once(recorded: Blog) -> None:
    recorded.edit("posts/2026-01-01-one.md", "title: One", "title: a: b")
    assert [found.id for found in publish(recorded).diagnostics] == ["yaml-syntax"]


def test_a_renamed_source_with_the_same_url_is_no_change(recorded: Blog) -> None:
    recorded.remove("posts/2026-01-01-one.md").write("posts/2026-01-01-one/index.md", "---\ntitle: One\n---\nText.\n")
    assert lost(publish(recorded)) == []


def test_a_moved_base_url_keeps_all_feed_ids(recorded: Blog) -> None:
    recorded.edit("posts/2026-01-01-one.md", "title: One", "title: One\ntags: [python]")
    publish(recorded)
    before, of_tag = ids(recorded), recorded.page("/tags/python/feed.xml")
    recorded.write("afterword.toml", 'base_url = "https://new.example/"\n')
    report = publish(recorded, strict=True)
    assert report.exit_code is Exit.DONE
    assert ids(recorded) == before
    assert re.findall("<id>.+</id>", recorded.page("/tags/python/feed.xml")) == re.findall("<id>.+</id>", of_tag)
    assert 'href="https://new.example/posts/one/"' in recorded.page("/feed.xml")
    assert '"id": "https://old.example/notes/posts/one"' in recorded.page("/feed.json")


def test_a_base_url_of_the_command_line_is_not_recorded(recorded: Blog) -> None:
    recorded.write("posts/2026-01-03-new.md", "---\ntitle: New\n---\nText.\n")
    publish(recorded, base_url="http://localhost:8000/")
    assert "/posts/new/ - posts/2026-01-03-new.md\n" in record(recorded)
    publish(recorded)
    assert "/posts/new/ https://old.example/notes/posts/new " in record(recorded)


def test_incremental_builds_are_as_clean_ones_when_ids_change(recorded: Blog) -> None:
    publish(recorded)
    recorded.edit("afterword.lock", "https://old.example/notes/posts/one", "tag:old.example,2020:one")
    recorded.build()
    incremental = recorded.tree()
    assert "<id>tag:old.example,2020:one</id>" in recorded.page("/feed.xml")
    assert recorded.build_clean() == incremental


def test_urls_that_could_not_be_recorded_are_recorded_by_the_next_build(
    recorded: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded.write("posts/2026-01-03-three.md", "---\ntitle: Three\n---\nText.\n")
    with monkeypatch.context() as patch:
        patch.setattr(urls, "replace_file", Mock(side_effect=PermissionError(13, "Permission denied")))
        for _ in range(2):
            assert [found.id for found in publish(recorded).diagnostics] == ["unwritable"]
    assert publish(recorded).diagnostics == ()
    assert "/posts/three/" in record(recorded)


@pytest.mark.parametrize(
    ("added", "id", "line"),
    [
        ("posts/one/\n", "invalid-lock", 8),
        ("/posts/one/ https://other.example/one\n", "invalid-lock", 8),
        ("<<<<<<< ours\n/a/\n=======\n/b/\n>>>>>>> theirs\n", "merge-conflict", 8),
    ],
)
def test_an_invalid_line_is_an_error_at_its_place(recorded: Blog, added: str, id: str, line: int) -> None:
    recorded.write("afterword.lock", f"# URLs\n{LOCK}{added}")
    found = publish(recorded).diagnostics
    assert [(one.id, one.place.line) for one in found if one.is_error and one.place] == [(id, line)]


def test_accept_writes_nothing_while_sources_have_errors(recorded: Blog) -> None:
    recorded.edit("posts/2026-01-01-one.md", "title: One", "title: a: b")
    assert accept(recorded) == Exit.CONTENT
    assert record(recorded) == LOCK


def test_a_record_is_read_as_it_was_written() -> None:
    lock = parse_lock(LOCK)
    assert format_lock(lock.urls.values()).partition("\n")[2] == LOCK
    assert parse_lock(LOCK + "\n# remark\n" + LOCK).diagnostics == ()  # both sides of a union merge


def test_branches_that_add_posts_merge(recorded: Blog) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null")
        subprocess.run(["git", "-C", recorded.root, *identity, *arguments], check=True, capture_output=True)

    def commit(branch: str, name: str) -> None:
        git("checkout", "-q", "-b", branch, "start")
        recorded.write(f"posts/2026-01-03-{name}.md", f"---\ntitle: {name}\n---\nText.\n")
        publish(recorded)
        git("add", "posts", "afterword.lock")
        git("commit", "-q", "-m", name)

    git("init", "-q", "-b", "start")
    git("add", "afterword.toml", "posts", "pages", "afterword.lock")
    git("commit", "-q", "-m", "start")
    commit("one", "early")
    commit("two", "zebra")
    git("merge", "-q", "--no-edit", "one")
    report = publish(recorded, strict=True)
    assert report.exit_code is Exit.DONE
    assert {"/posts/early/", "/posts/zebra/"} <= {line.split()[0] for line in record(recorded).splitlines()}
