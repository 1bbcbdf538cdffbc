"""Symbolic links in a blog publish nothing that is hidden, held back or excluded under its own path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterword.cli.main import run
from afterword.content.scanning import scan
from afterword.core.diagnostics import Exit
from afterword.core.files import Unreadable, open_regular
from tests.conftest import TODAY, Blog

if TYPE_CHECKING:
    from afterword.build.report import Report
    from tests.conftest import BlogMaker

FILES = """
-- afterword.toml --
base_url = "https://notes.example/"
exclude = ["secret/**", "posts/old.md"]
-- pyproject.toml --
-- .env --
PASSWORD=1
-- .git/config --
[core]
-- .cache/a/b.txt --
cached
-- .afterword/cache.db --
remembered
-- site/index.html --
built
-- site/.afterword-manifest --
-- secret/plan.txt --
plan
-- posts/2026-01-01-first.md --
# First

Text.
-- posts/2026-01-02-draft.md --
---
title: Draft
draft: true
---
Unfinished.
-- posts/2026-05-01-later.md --
# Later

Text.
-- posts/old.md --
# Old
-- posts/2026-01-03-saved.md~ --
# Saved
-- posts/2026-01-03-saved.md.orig --
# Saved
-- posts/2026-01-03-saved.markdown.bak2 --
# Saved
-- afterword.toml.bak --
title = "Old"
-- documents/data.bak --
data
-- posts/unfinished/index.md --
---
title: Unfinished
date: 2026-01-04
published: false
---
Text.
-- posts/unfinished/figure.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
-- drafts/secret.md --
# Secret

Text.
-- drafts/plan.txt --
plan
-- _drafts/idea.md --
# Idea
-- README.md --
Read me.
-- documents/cv.pdf --
%PDF
-- notes/x.md --
---
title: From notes
date: 2026-01-05
---
Text.
-- notes/held.md --
---
title: Held
date: 2026-01-06
draft: true
---
Text.
-- themes/post.html --
<title>{{ page.title }}</title>{{ post.content }}
-- static/img/a.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>
"""


@pytest.fixture
def linked(blog: BlogMaker) -> Blog:
    """A blog with files of every kind, whose output folder is in the way of no build."""
    return blog(FILES)


def link(made: Blog, path: str, target: str) -> None:
    """Make the symbolic link `path`, as `ln -s TARGET PATH` does."""
    (made.root / path).parent.mkdir(parents=True, exist_ok=True)
    (made.root / path).symlink_to(target)


def build(made: Blog, *, drafts: bool = False) -> Report:
    return made.build(destination=made.root / "site", overwrite=True, drafts=drafts)


PRIVATE = {
    "static/a.txt -> ../.git/config": "a hidden file: `.git/config`",
    "posts/env.txt -> ../.env": "a hidden file: `.env`",
    "pages/env.md -> ../.env": "a hidden file: `.env`",
    "static/deep/a.txt -> ../../.cache/a/b.txt": "a hidden file: `.cache/a/b.txt`",
    "templates/env.html -> ../.env": "a hidden file: `.env`",
    "static/cache.db -> ../.afterword/cache.db": "a hidden file: `.afterword/cache.db`",
    "static/m.txt -> ../site/.afterword-manifest": "a hidden file: `site/.afterword-manifest`",
    "static/out.html -> ../site/index.html": "a file of a built site: `site/index.html`",
    "static/settings.txt -> ../afterword.toml": "the settings: `afterword.toml`",
    "posts/project.txt -> ../pyproject.toml": "the settings: `pyproject.toml`",
    "static/plan.txt -> ../secret/plan.txt": "an excluded file: `secret/plan.txt`",
    "posts/2026-01-07-old.md -> old.md": "an excluded file: `posts/old.md`",
    "static/saved.md -> ../posts/2026-01-03-saved.md~": "an editor backup: `posts/2026-01-03-saved.md~`",
    "static/orig.md -> ../posts/2026-01-03-saved.md.orig": "an editor backup: `posts/2026-01-03-saved.md.orig`",
    "static/bak.md -> ../posts/2026-01-03-saved.markdown.bak2": (
        "an editor backup: `posts/2026-01-03-saved.markdown.bak2`"
    ),
    "posts/old.txt -> ../afterword.toml.bak": "an editor backup: `afterword.toml.bak`",
    "static/s.txt -> ../drafts/secret.md": "a draft: `drafts/secret.md`",
    "posts/2026-01-08-x.md -> ../drafts/secret.md": "a draft: `drafts/secret.md`",
    "posts/plan.txt -> ../drafts/plan.txt": "a draft: `drafts/plan.txt`",
    "templates/plan.html -> ../drafts/plan.txt": "a draft: `drafts/plan.txt`",
    "static/idea.md -> ../_drafts/idea.md": "a draft: `_drafts/idea.md`",
    "static/d.md -> ../posts/2026-01-02-draft.md": "a source that is a draft: `posts/2026-01-02-draft.md`",
    "static/later.md -> ../posts/2026-05-01-later.md": (
        "a source that is a future post, due 2026-05-01: `posts/2026-05-01-later.md`"
    ),
    "posts/2026-01-09-early.md -> 2026-05-01-later.md": (
        "a source that is a future post, due 2026-05-01: `posts/2026-05-01-later.md`"
    ),
    "static/figure.svg -> ../posts/unfinished/figure.svg": (
        "a file that belongs to a source that is a draft: `posts/unfinished/figure.svg`"
    ),
}
"""Links, and what the error says that each of them leads to."""


def test_a_link_to_other_data_with_the_end_of_a_backup_is_published(linked: Blog) -> None:
    link(linked, "static/data.bak", "../documents/data.bak")
    assert build(linked).published
    assert "data.bak" in linked.tree()


@pytest.mark.parametrize("written", PRIVATE)
def test_a_link_to_something_private_is_an_error_at_its_place(linked: Blog, written: str) -> None:
    path, target = written.split(" -> ")
    link(linked, path, target)

    report = build(linked)

    (found,) = [found for found in report.diagnostics if found.is_error]
    assert (report.exit_code, report.published) == (Exit.CONTENT, False)
    assert (found.id, found.message) == ("private-symlink", f"symbolic link to {PRIVATE[written]}")
    assert found.place is not None
    assert found.place.path == path
    assert found.label.startswith("leads to `")
    assert found.hint


RIGHT = {
    "static/readme.md": "../README.md",
    "static/cv.pdf": "../documents/cv.pdf",
    "posts/a.svg": "../static/img/a.svg",
    "posts/x.md": "../notes/x.md",
    "templates/post.html": "../themes/post.html",
    "static/first.md": "../posts/2026-01-01-first.md",
    "static/.well-known/security.txt": "../../README.md",
    "static/.nojekyll": "../README.md",
    "static/again.pdf": "cv.pdf",
    "drafts/again.md": "secret.md",
    "drafts/plan.md": "../drafts/plan.txt",
    "drafts/held.md": "../notes/held.md",
    "drafts/figure.svg": "../posts/unfinished/figure.svg",
    "posts/unfinished/plan.txt": "../../drafts/plan.txt",
}


def test_other_links_are_followed(linked: Blog) -> None:
    for path, target in RIGHT.items():
        link(linked, path, target)
    linked.write("posts/2026-01-10-picture.md", "# Picture\n\n![A](a.svg)\n")

    report = build(linked)

    assert [found for found in report.diagnostics if found.is_error] == []
    assert report.published
    tree = linked.tree()
    assert tree["readme.md"] == tree[".nojekyll"] == tree[".well-known/security.txt"] == b"Read me.\n"
    assert tree["cv.pdf"] == tree["again.pdf"] == b"%PDF\n"
    assert tree["first.md"] == (linked.root / "posts/2026-01-01-first.md").read_bytes()
    assert linked.page("/posts/x/").startswith("<title>From notes</title>")
    assert 'width="4"' in linked.page("/posts/picture/")
    assert not any("secret" in path or "plan" in path or "held" in path for path in tree)


def test_the_stores_of_tools_that_replace_files_by_links_may_be_linked_to(linked: Blog) -> None:
    annex, pnpm = ".git/annex/objects/Xx/Yy/KEY/KEY", "node_modules/.pnpm/htmx@2/node_modules/htmx/htmx.js"
    linked.write(annex, "a recording").write(pnpm, "script").write("node_modules/.keep", "")
    link(linked, "node_modules/htmx", ".pnpm/htmx@2/node_modules/htmx")
    link(linked, "static/talk.ogg", f"../{annex}")
    link(linked, "static/htmx.js", "../node_modules/htmx/htmx.js")
    linked.write("static/mounted/..2026_02_28_10_30_00.123456/a.txt", "mounted")
    link(linked, "static/mounted/..data", "..2026_02_28_10_30_00.123456")
    link(linked, "static/mounted/a.txt", "..data/a.txt")

    assert build(linked).published
    assert linked.tree()["mounted/a.txt"] == b"mounted"
    assert linked.tree()["talk.ogg"] == b"a recording"
    assert linked.tree()["htmx.js"] == b"script"


def test_drafts_may_be_linked_to_where_drafts_are_published(linked: Blog) -> None:
    link(linked, "static/s.txt", "../drafts/secret.md")
    link(linked, "static/d.md", "../posts/2026-01-02-draft.md")

    assert build(linked, drafts=True).published
    assert not build(linked).published


def test_every_link_of_a_chain_counts(linked: Blog) -> None:
    link(linked, "notes/second", "../.env")
    link(linked, "static/first", "../notes/second")
    link(linked, ".hidden/alias", "../README.md")
    link(linked, "static/through.md", "../.hidden/alias")
    link(linked, "tools", ".cache/a")
    link(linked, "static/folder.txt", "../tools/b.txt")
    link(linked, "static/absolute", str(linked.root / ".env"))

    report = build(linked)

    errors = [found for found in report.diagnostics if found.is_error]
    said = {found.place.path: (found.message, found.label) for found in errors if found.place}
    assert said == {
        "static/absolute": ("symbolic link to a hidden file: `.env`", "leads to `.env`"),
        "static/first": ("symbolic link to a hidden file: `.env`", "leads to `notes/second`, then to `.env`"),
        "static/folder.txt": (
            "symbolic link to a hidden file: `.cache/a/b.txt`",
            "leads to `tools`, then to `.cache/a/b.txt`",
        ),
        "static/through.md": (
            "symbolic link to a hidden file: `.hidden/alias`",
            "leads to `.hidden/alias`, then to `README.md`",
        ),
    }


def test_a_file_that_is_a_draft_under_another_link_is_a_draft(linked: Blog) -> None:
    link(linked, "posts/held.md", "../notes/held.md")
    link(linked, "static/held.md", "../notes/held.md")

    (found,) = [found for found in build(linked).diagnostics if found.is_error]

    assert found.message == "symbolic link to a source that is a draft: `notes/held.md`"
    assert found.place is not None
    assert found.place.path == "static/held.md"


def test_links_in_a_circle_lead_nowhere(linked: Blog) -> None:
    link(linked, "static/a", "b")
    link(linked, "static/b", "a")

    assert [found.id for found in build(linked).diagnostics if found.is_error] == ["broken-symlink", "broken-symlink"]


@pytest.mark.parametrize(
    ("folder", "target", "expected"),
    [
        ("pages", "notes/pages", []),
        ("pages", ".cache/pages", ["private-symlink"]),
        ("pages", "secret/pages", ["private-symlink"]),
        ("pages", "drafts", ["private-symlink"]),
        ("pages", "nowhere", ["broken-symlink"]),
        ("static", ".git", ["private-symlink"]),
    ],
)
def test_the_folders_of_a_blog_may_be_links_to_others(
    blog: BlogMaker, folder: str, target: str, expected: list[str]
) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n-- afterword.toml --\nexclude = ['secret']\n")
    for existing in ("notes/pages", ".cache/pages", "secret/pages", "drafts", ".git"):
        made.write(f"{existing}/about.md", "# About\n\nText.\n")
    link(made, folder, target)

    report = made.build()

    assert [found.id for found in report.diagnostics if found.is_error] == expected
    assert (made.root / "site/about/index.html").exists() is not bool(expected)


def test_a_linked_folder_is_excluded_by_either_path(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n-- content/one.md --\n# One\n-- content/two.md --\n# Two\n")
    made.write("content/three.md", "# Three\n").write("afterword.toml", "exclude = ['content/one.md', 'pages/two.md']")
    link(made, "pages", "content")

    assert made.build().published
    assert sorted(path.name for path in (made.root / "site").iterdir() if path.name in ("one", "two", "three")) == [
        "three"
    ]


def test_a_link_that_is_led_elsewhere_is_looked_at_again(linked: Blog) -> None:
    link(linked, "static/x.txt", "../README.md")
    assert build(linked).published
    (linked.root / "static/x.txt").unlink()
    link(linked, "static/x.txt", "../documents/cv.pdf")
    assert build(linked).published
    assert linked.tree()["x.txt"] == b"%PDF\n"
    (linked.root / "static/x.txt").unlink()
    link(linked, "static/x.txt", "../.env")
    assert not build(linked).published


def test_a_link_to_another_name_of_the_same_file_is_looked_at_again(linked: Blog) -> None:
    """Both names are hard links of one file, so its stamp is the same."""
    os.link(linked.root / "README.md", linked.root / ".private")
    link(linked, "static/x.txt", "../README.md")
    assert build(linked).published
    (linked.root / "static/x.txt").unlink()
    link(linked, "static/x.txt", "../.private")
    assert not build(linked).published


def test_a_link_is_judged_again_when_its_target_becomes_a_draft(linked: Blog) -> None:
    link(linked, "static/first.md", "../posts/2026-01-01-first.md")
    assert build(linked).published
    linked.write("posts/2026-01-01-first.md", "---\ntitle: First\ndraft: true\n---\nText.\n")
    assert not build(linked).published
    linked.write("posts/2026-01-01-first.md", "---\ntitle: First\n---\nText.\n")
    assert build(linked).published


def test_a_file_that_becomes_a_link_is_not_opened(linked: Blog) -> None:
    """As it may, between the scan of the folder and the reading of the file."""
    link(linked, "posts/2026-01-11-link.md", "../.env")
    with pytest.raises(Unreadable, match="became a symbolic link"):
        open_regular(linked.root / "posts/2026-01-11-link.md")


def test_what_is_opened_is_what_was_checked(linked: Blog) -> None:
    link(linked, "posts/x.md", "../notes/x.md")
    sources = scan(linked.root)
    assert sources.links["posts/x.md"] == ("notes/x.md",)


def test_why_says_what_is_wrong_with_a_link(
    linked: Blog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    link(linked, "static/a.txt", "../.git/config")
    link(linked, "posts/2026-01-08-x.md", "../drafts/secret.md")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.chdir(linked.root)

    assert run(["why", "static/a.txt"]) == 0
    assert capsys.readouterr().out == (
        "`static/a.txt` is not in the site: symbolic link to a hidden file: `.git/config`\n"
    )
    assert run(["why", str(Path("posts") / "2026-01-08-x.md")]) == 0
    assert "posts/2026-01-08-x.md: symbolic link to a draft: `drafts/secret.md`\n" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["static/x.txt", "static/deep/x.md", "posts/x.txt"])
def test_a_link_to_a_source_with_comments_is_an_error(blog: BlogMaker, path: str) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nText. %%SECRET%%\n")
    link(made, path, f"{'../' * path.count('/')}posts/2026-01-01-a.md")
    assert [found.id for found in made.build().diagnostics if found.is_error] == ["private-symlink"]
    made.edit("posts/2026-01-01-a.md", " %%SECRET%%", "")
    assert [found.id for found in made.build().diagnostics if found.is_error] == []
