"""Copies of a post that programs leave beside it are not published, and posts in several parts are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.cli.main import run
from afterword.core.diagnostics import Exit, Severity
from tests.conftest import TODAY

if TYPE_CHECKING:
    from afterword.build.report import Report
    from tests.conftest import Blog, BlogMaker

POST = "---\ntitle: Boundaries\n---\nText.\n"
ORIGINAL = "posts/2026-01-15-x.md"

NAMES = [
    "x 2",
    "x copy",
    "x copy 2",
    "x (1)",
    "x(1)",
    "x (conflicted copy 2026-01-15)",
    "x (conflicted copy 2026-01-15 103000)",
    "x (Jane's conflicted copy 2026-01-15)",
    "x (Jane's MacBook (2)'s conflicted copy 2026-01-15)",
    "x (Case Conflict)",
    "x.sync-conflict-20260115-103000-ABCDEFG",
    "x - Copy",
    "x - Copy (2)",
    "x - Kopie",
    "x - 副本",
    "xのコピー 2",
    "x (copy)",
    "x (another copy)",
    "x (3rd copy)",
    "x (copy 1)",
    "x_conflict-20260115-103000",
    "x_DiskStation_Jan-15-103000-2026_Conflict",
    "x.conflict1",
    "x_LOCAL_4711",
    "x~1",
    "x~",
    "x.md (1)",
    "x-copy",
    "x copy 2 (1)",
    "x (1) copy",
    "x.orig",
    "x.bak",
    "x.bak2",
    "x.old",
    "x.BACKUP.1234",
    "x.remote",
    "x-conflict-20260115-101010",
    "x.conflict-20260115",
    "x [conflicted]",
    "x [copy]",
    "x (backup)",
    "x-backup",
    "x (autosaved)",
    "x のコピー",
    "x 拷贝",
    "x - 複製",
    "x (競合 2026-01-15)",
    "x-Kopie",
    "x_kopia",
    "x.copy",
    "x - Kopija (2)",
    "x (weitere Kopie)",
    "x (3e copie)",
    "x (otra copia)",
    "x (Anns in Konflikt stehende Kopie 2026-01-15)",
    "x (copia en conflicto de Ann 2026-01-15)",
    "x (Copie en conflit de Ann 2026-01-15)",
    "x的副本",
    "x의 사본",
    "x conflict",
    "x conflicted",
    "x-conflict",
    "x-DESKTOP-4F7K2QX",
    "x.rej",
    "x.mine",
    "x.theirs",
    "x.r12",
    "x copy(1)",
]


def published(made: Blog) -> list[str]:
    """The posts and pages of the site, by their folders."""
    found = (made.root / "site").glob("posts/*/index.html")
    return sorted(path.parent.name for path in found)


def errors_and_warnings(report: Report) -> list[str]:
    return [f"{found.severity} {found.id}" for found in report.diagnostics if found.severity is not Severity.NOTE]


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_beside_its_original_is_not_published(blog: BlogMaker, name: str) -> None:
    copy = f"posts/2026-01-15-{name}.md"
    made = blog().write(ORIGINAL, POST).write(copy, POST.replace("Text.", "An older text."))

    report = made.build()

    assert published(made) == ["x"]
    (found,) = report.diagnostics
    assert (found.severity, found.id) == (Severity.WARNING, "duplicate-post")
    assert found.message == f"duplicate of `{ORIGINAL}`, with the same title and date: not published"
    assert found.place is not None
    assert (found.place.path, [place.path for place, _ in found.related]) == (copy, [ORIGINAL])
    assert [(skipped.path, str(skipped)) for skipped in report.skipped] == [(copy, f"a copy of `{ORIGINAL}`")]


NAMED_BEFORE = [
    *("Copy of 2026-01-15-x", "Copy (2) of 2026-01-15-x", "Kopie von 2026-01-15-x", "Copia di 2026-01-15-x"),
    *("Kopi af 2026-01-15-x", "Kopia pliku 2026-01-15-x", "“2026-01-15-x”的副本", "Копия 2026-01-15-x"),
    *("Backup of 2026-01-15-x", "Sicherungskopie von 2026-01-15-x"),
]


@pytest.mark.parametrize("name", NAMED_BEFORE)
def test_a_copy_named_before_its_original_is_not_published(blog: BlogMaker, name: str) -> None:
    """Its name has no date, but its front matter or its bytes tell that it is the same."""
    made = blog().write(ORIGINAL, POST).write(f"posts/{name}.md", POST)
    assert errors_and_warnings(made.build()) == ["warning duplicate-post"]
    made.write(ORIGINAL, POST.replace("---\nText", "date: 2026-01-15\n---\nText"))
    made.write(f"posts/{name}.md", POST.replace("---\nText.", "date: 2026-01-15\n---\nOther text."))
    assert errors_and_warnings(made.build()) == ["warning duplicate-post"]
    assert published(made) == ["x"]


COPIES = {
    "a folder": ("2026-01-15-x/index.md", "2026-01-15-x copy/index.md"),
    "a numbered folder": ("2026-01-15-x/index.md", "2026-01-15-x (1)/index.md"),
    "a folder around one": ("talks/2026-01-15-x.md", "talks - Copy/2026-01-15-x.md"),
    "a folder farther up": ("talks/x/2026-01-15-x.md", "talks.orig/x/2026-01-15-x.md"),
    "a folder of a file": ("2026-01-15-x.md", "2026-01-15-x copy/index.md"),
    "a numbered folder of a file": ("2026-01-15-x.md", "2026-01-15-x (1)/index.markdown"),
    "a file of a folder": ("2026-01-15-x/index.md", "2026-01-15-x copy.md"),
    "a file of a folder farther down": ("talks/2026-01-15-x/index.md", "talks/2026-01-15-x - Kopie.md"),
    "another suffix": ("2026-01-15-x.md", "2026-01-15-x copy.markdown"),
    "the other suffix": ("2026-01-15-x.markdown", "2026-01-15-x.bak.md"),
}


@pytest.mark.parametrize("case", COPIES)
def test_a_copy_may_be_in_a_copied_folder_or_end_in_another_suffix(blog: BlogMaker, case: str) -> None:
    original, copy = (f"posts/{path}" for path in COPIES[case])
    made = blog().write(original, POST).write(copy, POST.replace("Text.", "An older text."))

    report = made.build()

    assert errors_and_warnings(report) == ["warning duplicate-post"]
    assert [(skipped.path, str(skipped)) for skipped in report.skipped] == [(copy, f"a copy of `{original}`")]


def test_a_time_of_day_makes_no_other_post_of_a_copy(blog: BlogMaker) -> None:
    """A numbered file of the same day, such as a second note, is a post of its own."""
    timed = POST.replace("---\nText", "date: 2026-01-15 10:00\n---\nText")
    made = blog().write(ORIGINAL, POST).write("posts/2026-01-15-x copy.md", timed)
    made.write("posts/2026-01-15-x 2.md", timed)

    report = made.build()

    assert [skipped.path for skipped in report.skipped] == ["posts/2026-01-15-x copy.md"]
    assert published(made) == ["x", "x-2"]


@pytest.mark.parametrize(
    "name",
    ["x-1", "x_1", "x-2", "x-older", "xcopy", "x.org", "x - remote work", "x backups", "x copying", "x kopieren"],
)
def test_a_name_that_no_program_gives_to_a_copy_is_that_of_a_post(blog: BlogMaker, name: str) -> None:
    made = blog().write(ORIGINAL, POST).write(f"posts/2026-01-15-{name}.md", POST.replace("Text.", "Other text."))
    assert errors_and_warnings(made.build()) == []
    assert len(published(made)) == 2


def test_folders_with_parts_are_posts_of_their_own(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-15-part/index.md --\n# One\n")
    made.write("posts/2026-01-15-part 2/index.md", "# Two\n")
    assert errors_and_warnings(made.build()) == []
    assert len(published(made)) == 2


def test_names_that_may_be_subjects_need_the_same_written_title(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-15-git.md --\nOne.\n").write("posts/2026-01-15-git remote.md", "Two.\n")
    assert errors_and_warnings(made.build()) == ["warning missing-title", "warning missing-title"]


RIGHT = {
    "another title": ("x 2", POST.replace("Boundaries", "Boundaries, part 2")),
    "another title in a copy": ("x - copy", POST.replace("Boundaries", "Values")),
    "another date in a part": ("x 2", POST.replace("---\nText", "date: 2026-01-16\n---\nText")),
    "a subject": ("x-conflict", POST.replace("Boundaries", "Values")),
    "a heading of its own": ("x 2", "# Boundaries, part 2\n\nText.\n"),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_file_with_another_title_or_date_is_a_post_of_its_own(blog: BlogMaker, case: str) -> None:
    name, text = RIGHT[case]
    made = blog().write(ORIGINAL, POST).write(f"posts/2026-01-15-{name}.md", text)

    assert errors_and_warnings(made.build()) == []
    assert len(published(made)) == 2


@pytest.mark.parametrize(
    "name",
    [
        "x (conflicted copy 2026-01-15)",
        "x (Ada's conflicted copy 2026-01-15)",
        "x (conflict 2026-01-15-10-10-10)",
        "x (Case Conflict)",
        "x.sync-conflict-20260115-101010-ABCDEFG",
        "x_conflict-20260115-101010",
        "x.conflict1",
        "x-DESKTOP-AB12CD3",
        "x-laptop-3F4G5H6J-2",
    ],
)
@pytest.mark.parametrize("change", ["title: Values", "title: Boundaries\ndate: 2026-01-20"])
def test_the_other_version_of_a_conflict_is_not_published(blog: BlogMaker, name: str, change: str) -> None:
    made = blog().write(ORIGINAL, POST)
    made.write(f"posts/2026-01-15-{name}.md", POST.replace("title: Boundaries", change))

    report = made.build()

    assert errors_and_warnings(report) == ["warning duplicate-post"]
    assert published(made) == ["x"]


@pytest.mark.parametrize("name", ["x-Anns-MacBook-Pro", "x-Bobs-PC", "x-MacBook-Air-von-Ann", "x-Anns-Mac-mini-2"])
@pytest.mark.parametrize("original", [ORIGINAL, "posts/x.md"])
def test_the_version_of_a_computer_with_an_owner_is_not_published(blog: BlogMaker, name: str, original: str) -> None:
    made = blog().write(original, POST.replace("---\nText", "date: 2026-01-15\n---\nText"))
    made.write(original.replace("x.md", f"{name}.md"), POST.replace("Boundaries", "Values\ndate: 2026-01-20"))
    assert errors_and_warnings(made.build()) == ["warning duplicate-post"]
    assert published(made) == ["x"]


@pytest.mark.parametrize("name", ["x-ANN-PC", "x-my-thinkpad", "x-office-iMac"])
def test_the_name_of_a_computer_alone_needs_the_same_title(blog: BlogMaker, name: str) -> None:
    made = blog().write(ORIGINAL, POST).write(f"posts/2026-01-15-{name}.md", POST.replace("Text.", "Older."))
    assert errors_and_warnings(made.build()) == ["warning duplicate-post"]
    made.edit(f"posts/2026-01-15-{name}.md", "Boundaries", "Values")
    assert errors_and_warnings(made.build()) == []
    assert len(published(made)) == 2


LONG = (
    "A text of more than twenty words, which both of the files have in common, so that one can be told from the other."
)


@pytest.mark.parametrize("name", ["x 2", "x (1)", "x - Copy", "x.bak"])
def test_a_copy_with_another_title_and_nearly_the_same_text_is_not_published(blog: BlogMaker, name: str) -> None:
    post, copy = POST.replace("Text.", LONG), f"posts/2026-01-15-{name}.md"
    made = blog().write(ORIGINAL, post)
    made.write(copy, post.replace("Boundaries", "Values").replace("twenty", "fifteen"))

    (found,) = made.build().diagnostics
    assert found.message == f"duplicate of `{ORIGINAL}`, with nearly the same text: not published"
    assert published(made) == ["x"]

    (found,) = made.edit(copy, "Values", "Values\ndate: 2026-01-20").build().diagnostics
    assert found.message == f"`{copy}` has the name of a copy of `{ORIGINAL}` and its text: it is published"
    made.edit(copy, LONG.replace("twenty", "fifteen"), "A second part with words of its own: " + "part two " * 20)
    assert made.build().diagnostics == ()


CONFLICTING = {
    "s.css": "s (conflicted copy 2026-01-15).css",
    "a/data.json": "a/data.sync-conflict-20260115-103000-ABCDEFG.json",
    "page.html": "page-Anns-MacBook-Pro.html",
    "notes.txt": "notes.txt.conflict1",
}


@pytest.mark.parametrize("folder", ["static", "posts/talk"])
@pytest.mark.parametrize("original", CONFLICTING)
def test_the_other_version_of_any_file_is_not_published(blog: BlogMaker, folder: str, original: str) -> None:
    made = blog().write("posts/talk/index.md", POST.replace("---\nText", "date: 2026-01-15\n---\nText"))
    copy = f"{folder}/{CONFLICTING[original]}"
    made.write(f"{folder}/{original}", "mine").write(copy, "theirs")

    (found,) = made.build().diagnostics
    assert (found.id, found.severity) == ("conflicting-file", Severity.WARNING)
    assert found.message == f"conflicting version of `{folder}/{original}`: not published"
    assert found.place is not None
    assert found.place.path == copy
    assert b"theirs" not in made.tree().values()

    made.remove(f"{folder}/{original}")
    assert made.build().diagnostics == ()
    assert b"theirs" in made.tree().values()


@pytest.mark.parametrize("name", ["photo 2.png", "photo (1).png", "photo copy.png", "photo_conflict_2024.png"])
def test_copies_of_other_files_are_published(blog: BlogMaker, name: str) -> None:
    made = blog().write(ORIGINAL, POST).write("static/data/photo.png", "1").write(f"static/data/{name}", "2")
    made.build()
    assert f"data/{name}" in made.tree()


@pytest.mark.parametrize("name", ["page.html", "style.css", "x.js", "notes.md", "notes.txt", "data.json", "feed.xml"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_merge_conflict_in_a_static_file_is_a_warning(blog: BlogMaker, name: str, line_end: str) -> None:
    conflict = "a\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> branch\n".replace("\n", line_end)
    made = blog().write(ORIGINAL, POST).write(f"static/files/{name}", conflict)
    for _ in range(2):  # the second report is from the cache
        (found,) = made.build().diagnostics
        assert (found.id, found.severity) == ("conflict-marker", Severity.WARNING)
        assert found.place is not None
        assert (found.place.path, found.place.line) == (f"static/files/{name}", 2)
        made.write("posts/2026-01-16-y.md", POST.replace("Boundaries", "Y"))
    made.write(f"static/files/{name}", conflict.replace("<<<<<<< HEAD", "<<<<< HEAD"))
    assert made.build().diagnostics == ()


def test_the_other_version_of_a_conflict_without_an_original_is_a_warning(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-15-x.sync-conflict-20260115-101010-ABCDEFG.md", POST)
    assert errors_and_warnings(made.build()) == ["warning duplicate-post"]


def test_a_copy_with_the_same_title_and_another_date_is_a_warning(blog: BlogMaker) -> None:
    made = blog().write(ORIGINAL, POST)
    made.write("posts/2026-01-15-x copy.md", POST.replace("---\nText", "date: 2026-01-16\n---\nText"))
    assert errors_and_warnings(made.build()) == ["warning duplicate-post"]
    assert len(published(made)) == 2


def test_parts_that_are_titled_by_their_names_are_posts_of_their_own(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-15-part.md --\nOne.\n").write("posts/2026-01-15-part 2.md", "Two.\n")
    assert errors_and_warnings(made.build()) == ["warning missing-title", "warning missing-title"]
    assert len(published(made)) == 2


def test_a_copy_is_one_also_where_both_are_titled_by_their_names(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-15-part.md --\nOne.\n").write("posts/2026-01-15-part copy.md", "Two.\n")
    assert "warning duplicate-post" in errors_and_warnings(made.build())
    assert published(made) == ["part"]


@pytest.mark.parametrize(("first", "second"), [("hard", "hard copy"), ("part", "part - copy"), ("x", "copy of x")])
def test_a_post_with_a_written_title_of_its_own_is_no_copy(blog: BlogMaker, first: str, second: str) -> None:
    made = blog()
    for name in (first, second):
        made.write(f"posts/2026-01-05-{name}.md", f"---\ntitle: {name.capitalize()}\n---\nText of {name}.\n")
    assert "warning duplicate-post" not in errors_and_warnings(made.build())
    assert len(published(made)) == 2


def test_without_an_original_a_copy_is_a_post(blog: BlogMaker) -> None:
    made = blog("-- posts/other/2026-01-15-x.md --\n# Boundaries\n").write("posts/2026-01-15-x copy.md", POST)
    assert errors_and_warnings(made.build()) == []


def test_a_copy_of_a_draft_is_not_published(blog: BlogMaker) -> None:
    """The copy is older than the line that holds its original back."""
    draft = POST.replace("---\nText", "draft: true\n---\nText")
    made = blog().write(ORIGINAL, draft).write("posts/2026-01-15-x 2.md", POST)
    made.write("posts/undated.md", draft.replace("Boundaries", "Undated"))
    made.write("posts/undated copy.md", POST.replace("Boundaries", "Undated\ndate: 2026-01-17"))

    report = made.build()

    assert published(made) == []
    assert {skipped.path: skipped.reason for skipped in report.skipped} == {
        ORIGINAL: "draft",
        "posts/2026-01-15-x 2.md": "copy",
        "posts/undated.md": "draft",
        "posts/undated copy.md": "copy",
    }


def test_a_copy_that_is_a_draft_itself_needs_no_attention(blog: BlogMaker) -> None:
    made = blog().write("drafts/y.md", POST).write("drafts/y 2.md", POST).write(ORIGINAL, POST)
    made.write("posts/2026-01-15-x copy.md", POST.replace("---\nText", "draft: true\n---\nText"))

    assert errors_and_warnings(made.build(strict=True)) == []
    assert published(made) == ["x"]
    assert errors_and_warnings(made.build(drafts=True)) == ["warning duplicate-post", "warning duplicate-post"]


def test_pages_have_copies_too(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n-- pages/about.md --\n# About\n")
    made.write("pages/about (conflicted copy 2026-01-15).md", "# About\n\nOlder.\n")
    assert errors_and_warnings(made.build()) == ["warning duplicate-post"]
    assert [path.name for path in (made.root / "site").glob("about*")] == ["about"]


def test_files_beside_a_post_belong_to_it_whatever_copies_there_are(blog: BlogMaker) -> None:
    made = blog().write("posts/talk/index.md", POST.replace("---\nText", "date: 2026-01-15\n---\nText"))
    made.write("posts/talk/index 2.md", POST.replace("---\nText", "date: 2026-01-15\n---\nOlder text"))
    made.write("posts/talk/slides.pdf", "%PDF").write("posts/talk/slides 2.pdf", "%PDF")

    assert errors_and_warnings(made.build()) == ["warning duplicate-post"]
    assert {path for path in made.tree() if path.endswith(".pdf")} == {
        "posts/talk/slides.pdf",
        "posts/talk/slides 2.pdf",
    }


def test_a_copy_becomes_a_post_and_back(blog: BlogMaker) -> None:
    copy = "posts/2026-01-15-x 2.md"
    made = blog().write(ORIGINAL, POST).write(copy, POST)
    made.build()
    assert published(made) == ["x"]
    made.edit(copy, "Boundaries", "Boundaries, part 2").build()
    assert len(published(made)) == 2
    made.edit(ORIGINAL, "Boundaries", "Boundaries, part 2").build()
    assert published(made) == ["x"]
    made.remove(ORIGINAL).build()
    assert published(made) == ["x-2"]


def test_strict_builds_fail_for_a_copy(blog: BlogMaker) -> None:
    made = blog().write(ORIGINAL, POST).write("posts/2026-01-15-x 2.md", POST)
    assert made.build(strict=True).exit_code is Exit.CONTENT


def test_copies_are_explained_and_counted(
    blog: BlogMaker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = blog().write(ORIGINAL, POST).write("posts/2026-01-15-x 2.md", POST)
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)

    assert run(["why", "posts/2026-01-15-x 2.md"]) == 0
    assert capsys.readouterr().out == (
        "`posts/2026-01-15-x 2.md` is not in the site: a copy of `posts/2026-01-15-x.md`\n"
        "  delete one of the two, or change the title of the copy\n"
    )
    assert run(["build"]) == 0
    assert "\nskipped: 1 copy\n" in capsys.readouterr().out
    made.write("posts/2026-01-15-x 3.md", POST)
    assert run(["build"]) == 0
    assert "\nskipped: 2 copies\n" in capsys.readouterr().out


LEFT = ["x.md~", "x~", "x.md.1", "x.md.orig", "x.orig", "x.rej", "x.bak", "x.mine", "x.md.r12", "x.md_backup"]


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_of_a_source_is_not_published(blog: BlogMaker, name: str) -> None:
    made = blog().write("posts/talk/x.md", POST.replace("---\nText", "date: 2026-01-15\n---\nText"))
    made.write(f"posts/talk/{name}", "secret").write("static/x.md", "x").write(f"static/{name}", "secret")
    assert made.build().published
    assert [path for path in made.tree() if path.endswith(name)] == []


@pytest.mark.parametrize("name", ["db.bak", "patch.rej", "x.pdf", "y.old", "x.1"])
def test_other_files_with_such_names_are_published(blog: BlogMaker, name: str) -> None:
    made = blog().write("posts/talk/x.md", POST.replace("---\nText", "date: 2026-01-15\n---\nText"))
    made.write(f"posts/talk/{name}", "x")
    assert made.build().published
    assert len([path for path in made.tree() if path.endswith(name)]) == 1


@pytest.mark.parametrize("target", ["../posts/p.bak", "../posts/p.md.1", "../posts/p~"])
def test_a_link_to_what_is_left_of_a_source_is_an_error(blog: BlogMaker, target: str) -> None:
    made = blog().write("posts/p.md", POST.replace("---\nText", "date: 2026-01-15\n---\nText"))
    made.write(target.removeprefix("../"), "secret")
    (made.root / "static").mkdir()
    (made.root / "static/a.md").symlink_to(target)
    assert [found.id for found in made.build().diagnostics] == ["private-symlink"]
