"""Every path of a site is checked by one rule, whatever asks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.cli.main import run
from afterword.core.diagnostics import Exit, Failure, Place
from afterword.core.output_paths import (
    adjust_name,
    check_location,
    check_output_path,
    find_repository_layouts,
    is_dotgit,
    is_head,
)
from afterword.output.outputs import Output, Rank
from afterword.output.publish import publish
from tests.conftest import TODAY, fill
from tests.publishing import make_busy, put, tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Blog, BlogMaker

GIT = (
    *(".git", ".GIT", ".gIt", ".git.", ".git ", ".git. .", ".git::$INDEX_ALLOCATION", ".git:x"),
    *("git~1", "GIT~1", "git~1.", "git~1 ", "git~1:x", "a\\.git", "a\\git~1", ".git\\config"),
    *(".g\u200cit", ".git\u200d", "\ufeff.git", "\u202e.GIT", ".\u206fgit", ".gi\u200et"),
)
DOTS = (".htaccess", ".github", ".gitx", "..x", "...", ".well-known.", ".Well-Known", ".nojekyll~", "a\\.ssh")
WINDOWS = (
    *("con", "CON", "prn", "aux", "nul", "com1", "COM9", "lpt1", "com¹", "lpt³", "conin$", "CONOUT$"),
    *("con.html", "aux.tar.gz", "nul .txt", "con:x", "NUL.", "name.", "name ", "a\\con", "a.\\b"),
)
FORMS = ("{}", "{}/index.html", "posts/{}", "posts/{}/slides.pdf")

FINE = (
    *("git", "git~2", "git~10", "gitx", "git.git", "x.git", "a.git/HEAD", "github/workflows/x", "agit~1"),
    *(".well-known/security.txt", "x/.well-known/y", ".nojekyll", "a b/c d.txt", "what?.txt", "a\\b", "-rf", "~"),
    *("console", "a-con", "con-", "aux1", "com", "com0", "com10", "lpt", "null.txt", "conin", "prn1", "_con"),
    *("日本/index.html", "résumé.pdf", "n" * 255, "é" * 127, "a/" * 99 + "x", "c#/f", "a\u200cb/x"),
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [*GIT, *DOTS, *WINDOWS], ids=ascii)
def test_no_file_can_have_such_a_name(name: str, form: str) -> None:
    assert check_output_path(form.format(name)) is not None


@pytest.mark.parametrize("path", ["n" * 256, "é" * 128, "a/" * 100 + "x", "a/" * 2000 + "x", "", "a//b", "../x", "a\0"])
def test_no_file_can_have_such_a_path(path: str) -> None:
    assert check_output_path(path) is not None
    assert check_location(path) is not None


@pytest.mark.parametrize("path", FINE, ids=lambda path: ascii(path[:20]))
def test_other_paths_are_valid(path: str) -> None:
    assert check_output_path(path) is None


@given(st.text("aAcCoOnNgGiItT~1.: \\/\u200c\ufeffé-", max_size=12))
def test_a_quick_look_at_a_path_sees_as_much_as_a_close_one(path: str) -> None:
    """Most paths are found valid by an expression for all of their names; each name alone must be too."""
    names = path.split("/")
    assert (check_output_path(path) is None) == all(check_output_path(name) is None for name in names)
    if any(map(is_dotgit, names)):
        assert check_output_path(path) is not None


@pytest.mark.parametrize(
    ("name", "adjusted"),
    [
        ("con", "con-"),
        ("Aux.html", "Aux-.html"),
        ("lpt1 .x", "lpt1- .x"),
        (".NET", "NET"),
        (".git", "git"),
        ("..con", "con-"),
        ("..", ".."),
        ("git~1", "git~1"),
        (".well-known", ".well-known"),
        ("console", "console"),
    ],
)
def test_a_name_that_was_generated_is_adjusted(name: str, adjusted: str) -> None:
    assert adjust_name(name) == adjusted


# Git itself

git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def ask_git(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run git in a folder, without the settings of this machine and without looking above `folder`."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    return subprocess.run(["git", *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False)


@git
@pytest.mark.parametrize("name", [*GIT, "git", "git~2", ".gitx", ".g\u00adit", "x.git", "git~1x", ".git-x"], ids=ascii)
def test_git_rejects_the_same_names(tmp_path: Path, name: str) -> None:
    ask_git("init", "--quiet", folder=tmp_path)
    protect = ("-c", "core.protectNTFS=true", "-c", "core.protectHFS=true")
    entry = f"100644,{'0' * 40},{name}/x"
    added = ask_git(*protect, "update-index", "--add", "--info-only", "--cacheinfo", entry, folder=tmp_path)
    assert ("nvalid path" in added.stderr) is is_dotgit(name)


FOLDERS: Mapping[str, Mapping[str, str]] = {
    "a branch": {"HEAD": "ref: refs/heads/main\n", "objects/x": "", "refs/x": ""},
    "spaces": {"HEAD": "ref:   refs/heads/main", "objects/x": "", "refs/x": ""},
    "no space": {"HEAD": "ref:refs/x", "objects/x": "", "refs/x": ""},
    "a commit": {"HEAD": "0123456789abcdef" * 3, "objects/x": "", "refs/x": ""},
    "a commit in capitals": {"HEAD": "ABCDEF0123" * 4 + "\n", "objects/x": "", "refs/x": ""},
    "elsewhere": {
        "HEAD": "ref: refs/heads/main",
        "commondir": "../rest",
        "../rest/objects/x": "",
        "../rest/refs/x": "",
    },
    "another branch": {"HEAD": "ref: heads/main", "objects/x": "", "refs/x": ""},
    "prose": {"HEAD": "The head of a page.", "objects/x": "", "refs/x": ""},
    "a short commit": {"HEAD": "0123456789abcdef" * 2, "objects/x": "", "refs/x": ""},
    "a mark": {"HEAD": "\ufeffref: refs/heads/main", "objects/x": "", "refs/x": ""},
    "a space before": {"HEAD": " ref: refs/heads/main", "objects/x": "", "refs/x": ""},
    "no objects": {"HEAD": "ref: refs/heads/main", "refs/x": ""},
    "no refs": {"HEAD": "ref: refs/heads/main", "objects/x": ""},
    "files": {"HEAD": "ref: refs/heads/main", "objects": "", "refs": ""},
    "no head": {"config": "", "objects/x": "", "refs/x": ""},
}


@git
@pytest.mark.parametrize("files", FOLDERS.values(), ids=FOLDERS)
def test_git_takes_the_same_folders_for_repositories(tmp_path: Path, files: Mapping[str, str]) -> None:
    folder = fill(tmp_path / "site", files)
    is_repository = ask_git("rev-parse", "--git-dir", folder=folder).returncode == 0
    found = [layout for layout in find_repository_layouts(files) if is_head((folder / layout.head).read_bytes())]
    assert bool(found) is is_repository


# Through the command


@pytest.fixture
def here(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> Blog:
    """A blog in the current folder."""
    made = blog()
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    return made


def add_repository(here: Blog, folder: str) -> Blog:
    """Add the files of a repository whose `config` runs a command: it makes the file `ran` in the blog's folder."""
    return here.add(f"""
-- {folder}/HEAD --
ref: refs/heads/main
-- {folder}/config --
[core]
	repositoryformatversion = 0
	worktree = .
	fsmonitor = touch {here.root}/ran; false
-- {folder}/objects/x --
x
-- {folder}/refs/x --
x
""")


def build(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run `afterword build --strict`; its exit code and what it says."""
    code = run(["build", "--strict"])
    return code, capsys.readouterr().err


def assert_nothing_runs(here: Blog) -> None:
    for folder in [path for path in (here.root / "site").rglob("*") if path.is_dir()]:
        ask_git("status", folder=folder)
    assert not (here.root / "ran").exists()


@git
def test_the_repository_that_is_tried_here_would_run_a_command(here: Blog) -> None:
    add_repository(here, "trap")
    ask_git("status", folder=here.root / "trap")
    assert (here.root / "ran").exists()


@git
@pytest.mark.parametrize(
    "permalink",
    [
        "/.git/",
        "/notes/.Git/",
        "/.git%20/",
        "/git~1/",
        '"/.g\\u200cit/"',
        "/%2Egit/",
        "/notes/",
        "/a/b/",
        "/.nojekyll/",
    ],
)
def test_a_post_publishes_no_repository(here: Blog, permalink: str, capsys: pytest.CaptureFixture[str]) -> None:
    here.add(f"-- posts/x/2026-01-01-x.md --\n---\ntitle: X\npermalink: {permalink}\n---\nText.\n")
    add_repository(here, "posts/x")
    code, said = build(capsys)
    assert code == Exit.CONTENT
    assert ("posts/x/2026-01-01-x.md:3:12" in said) or ("posts/x/HEAD" in said)
    assert_nothing_runs(here)


@git
def test_static_files_make_no_repository_of_the_site(here: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    here.add("-- posts/2026-01-01-x.md --\n# X\n\nText.\n")
    add_repository(here, "static")
    assert build(capsys)[0] == Exit.CONTENT
    here.write("static/HEAD", "The head of a page.\n")
    assert build(capsys)[0] == Exit.DONE
    assert_nothing_runs(here)
    here.write("static/HEAD", "ref: refs/heads/main\n")
    code, said = build(capsys)
    assert (code, "static/HEAD" in said) == (Exit.CONTENT, True)
    assert (here.root / "site/HEAD").read_text() == "The head of a page.\n"


def test_all_invalid_paths_of_a_blog_are_told_at_once(here: Blog) -> None:
    here.add("""
-- afterword.toml --
permalink = "/:categories/:title/"
-- posts/2026-01-01-a.md --
---
title: A
permalink: /.ssh/
---
Text.
-- posts/2026-01-02-b.md --
---
title: B
slug: lpt9
---
Text.
-- posts/2026-01-03-git~1.md --
# C
-- posts/2026-01-04-d.md --
---
title: D
categories: [git~1]
redirect_from: [/d/, /prn/d/]
---
Text.
-- posts/e/2026-01-05-e.md --
# E
-- posts/e/con/slides.pdf --
-- static/.well-known/conin$ --
""")
    here.write(f"static/{'a/' * 100}x", "")
    found = {str(finding.place)[:30]: finding.id for finding in here.build().diagnostics if finding.is_error}
    assert found == {
        "posts/2026-01-01-a.md:3:12": "invalid-permalink",
        "posts/2026-01-02-b.md:3:7": "invalid-permalink",
        "posts/2026-01-03-git~1.md:1": "invalid-permalink",
        "posts/2026-01-04-d.md:3:13": "invalid-permalink",
        "posts/e/con/slides.pdf": "invalid-output-path",
        "static/.well-known/conin$": "invalid-output-path",
        "static/a/a/a/a/a/a/a/a/a/a/a/a": "invalid-output-path",
    }


def test_very_deep_folders_are_no_bug(here: Blog) -> None:
    here.add("-- posts/2026-01-01-x.md --\n# X\n").write("static/y.txt", "")
    deep = ["static" + "/a" * depth for depth in range(1, 1100)]  # Python's own limit is 1,000 calls
    for path in deep:
        os.mkdir(path)  # noqa: PTH102 - `Path` would take seconds
    file = Path(deep[-1], "x")
    file.write_text("")
    try:
        assert [found.id for found in here.build().diagnostics] == ["invalid-output-path"]
    finally:
        file.unlink()
        os.removedirs(deep[-1])  # pytest would do it recursively


@pytest.mark.parametrize("permalink", [f"/{'a/' * 2000}", f"/{'a/' * 100}", f"/{'a/' * 100}:title/"])
def test_very_deep_permalinks_are_no_bug(here: Blog, permalink: str) -> None:
    here.add(
        f"-- posts/2026-01-01-x.md --\n---\ntitle: X\npermalink: {permalink}\naliases: [{permalink}]\n---\nText.\n"
    )
    (found,) = here.build().diagnostics
    assert (found.id, found.place and found.place.line) == ("invalid-permalink", 3)
    assert len(found.message) < 250


def test_a_very_deep_output_is_refused(here: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    here.add("-- posts/2026-01-01-x.md --\n# X\n")
    for depth in (101, 2000):
        assert run(["build", "-d", "a/" * depth]) == Exit.USAGE
        assert "more than 100 folders deep" in capsys.readouterr().err
    assert not (here.root / "a").exists()


@pytest.mark.parametrize("permalink", ["/.git/:title/", "/con/:title/", "/.x/:year/:title/"])
def test_the_setting_has_its_place_too(here: Blog, permalink: str) -> None:
    here.add(f'-- posts/2026-01-01-x.md --\n# X\n-- afterword.toml --\npermalink = "{permalink}"\n')
    with pytest.raises(Failure) as failure:
        here.build()
    (found,) = (one for one in failure.value.diagnostics if one.is_error)
    assert (failure.value.exit_code, found.place) == (Exit.USAGE, Place("afterword.toml", 1, 1, 9))


def test_names_that_a_blog_gave_by_chance_are_adjusted(here: Blog) -> None:
    here.add("""
-- afterword.toml --
permalink = "/:categories/:title:output_ext"
-- posts/2026-01-01-CON.md --
---
title: Con
tags: [CON, aux, .NET]
---
Text.
-- posts/2026-01-02-.net-tips.md --
---
title: Tips
categories: [.NET, nul]
---
[Con](2026-01-01-CON.md)
-- pages/aux/lpt1.md --
# Printers
-- pages/aux/slides.pdf --
""")
    report = here.build(strict=True)
    assert report.exit_code is Exit.DONE
    assert [finding.id for finding in report.diagnostics] == ["adjusted-url"] * 3
    pages = here.tree().keys()
    assert {"CON-.html", "net/nul-/net-tips.html", "aux-/lpt1-/index.html", "tags/con-/index.html"} <= pages
    assert {"tags/aux-/feed.xml", "tags/net/index.html", "categories/nul-/index.html"} <= pages
    here.write("posts/2026-01-03-other.md", "# Other\n\nText.\n")
    assert here.build().diagnostics == report.diagnostics


def test_a_base_path_is_not_a_path_of_the_site(here: Blog) -> None:
    here.add('-- posts/2026-01-01-x.md --\n# X\n-- afterword.toml --\nbase_url = "https://example.org/aux/.x/"\n')
    assert here.build(strict=True).exit_code is Exit.DONE


@pytest.mark.parametrize("name", ["a?b.pdf", "a|b.pdf", "a:b.pdf", "a*b.pdf"])
def test_a_file_beside_a_post_may_have_any_other_name(here: Blog, name: str) -> None:
    here.add("-- posts/x/2026-01-01-x.md --\n# X\n").write(f"posts/x/{name}", "PDF")
    link = name.replace("?", "%3F")
    for text in ("Text.\n", f"[Slides](<./{link}>)\n"):
        here.write("posts/x/2026-01-01-x.md", f"# X\n\n{text}")
        assert here.build(strict=True).exit_code is Exit.DONE
        assert (here.root / "site/posts/x" / name).read_text() == "PDF"


@pytest.mark.parametrize("lost", [[".afterword-manifest"], [".afterword-manifest", "../.afterword/cache.db"]])
def test_a_site_without_its_manifest_is_adopted_if_all_bytes_are_ours(here: Blog, lost: list[str]) -> None:
    here.add("-- posts/2026-01-01-x.md --\n# X\n\nText.\n").build()
    before = here.tree()
    for name in lost:
        (here.root / "site" / name).unlink()
    report = here.build(strict=True)
    assert (report.exit_code, report.written, here.tree()) == (Exit.DONE, (), before)
    here.edit("posts/2026-01-01-x.md", "Text.", "Another text.")
    assert "posts/x/index.html" in here.build().written


def test_only_files_that_another_program_changed_need_to_be_adopted(here: Blog) -> None:
    here.add("-- posts/2026-01-01-x.md --\n# X\n\nText.\n").build()
    (here.root / "site/.afterword-manifest").unlink()
    here.edit("posts/2026-01-01-x.md", "Text.", "Another text.")
    here.write("site/feed.xml", "by hand")
    with pytest.raises(Failure) as failure:
        here.build()
    (found,) = (one for one in failure.value.diagnostics if one.is_error)
    assert (found.id, "site/feed.xml" in found.message, "--overwrite" in found.hint) == ("unmanaged-file", True, True)
    here.remove("site/feed.xml")
    assert here.build(strict=True).exit_code is Exit.DONE


def test_the_next_build_of_a_blog_removes_a_folder_that_was_in_use(here: Blog) -> None:
    here.add("-- posts/2026-01-01-x.md --\n# X\n-- posts/2026-01-02-y.md --\n# Y\n").build()
    here.remove("posts/2026-01-02-y.md")
    with pytest.MonkeyPatch.context() as patch:
        make_busy(patch, "y")
        assert [found.id for found in here.build().diagnostics] == ["folder-in-use"]
        assert (here.root / "site/posts/y").is_dir()
    assert here.build().diagnostics == ()
    assert not (here.root / "site/posts/y").exists()
    assert here.build().is_repeated


# At the gate


@pytest.mark.parametrize("path", [".git/HEAD", "a/GIT~1/x", ".htaccess", "con.html", "a/b ", "a/" * 100 + "x"])
def test_the_gate_lets_no_invalid_path_through(tmp_path: Path, path: str) -> None:
    with pytest.raises(Failure) as failure:
        publish([Output(path, Rank.ASSET, b"x")], tmp_path / "site", root=tmp_path / "blog")
    assert [found.id for found in failure.value.diagnostics] == ["invalid-output-path"]
    assert not (tmp_path / "site").exists()


REPOSITORY = {"x/HEAD": b"ref: refs/heads/main\n", "x/objects/a": b"", "x/refs/a": b""}


@pytest.mark.parametrize("standing", [False, True])
def test_the_gate_lets_no_repository_through(tmp_path: Path, standing: bool) -> None:
    site = tmp_path / "site"
    if standing:
        put({path: content for path, content in REPOSITORY.items() if path != "x/refs/a"}, site)
    before = tree(site)
    with pytest.raises(Failure, match="Git repository"):
        put(REPOSITORY, site)
    assert tree(site) == before


def test_nothing_is_written_into_a_repository_that_is_there(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put({"index.html": b"home"}, site)
    for folder in ("objects/info", "refs/heads"):
        (site / "notes.git" / folder).mkdir(parents=True)
    (site / "notes.git/HEAD").write_text("ref: refs/heads/main\n")
    put({"index.html": b"new home", "notes/index.html": b"notes"}, site)
    for path in ("notes.git/commondir", "notes.git/hooks/post-checkout", "notes.git/index.html"):
        with pytest.raises(Failure, match="is a Git repository") as failure:
            put({"index.html": b"new home", path: b"x"}, site)
        assert failure.value.exit_code is Exit.USAGE


@pytest.mark.parametrize("head", ["file", "link", "folder", "prose"])
def test_files_of_others_can_complete_a_repository(tmp_path: Path, head: str) -> None:
    site = tmp_path / "site"
    put({"index.html": b"home"}, site)
    match head:
        case "file":
            (site / "HEAD").write_text("ref: refs/heads/main\n")
        case "link":
            (site / "HEAD").symlink_to("refs/heads/main")
        case "folder":
            (site / "HEAD").mkdir()
        case _:
            (site / "HEAD").write_text("The head of a page.\n")
    files = {"index.html": b"home", "objects/a": b"", "refs/a": b""}
    if head in ("file", "link"):
        with pytest.raises(Failure, match="Git repository"):
            put(files, site)
        assert (tree(site).keys() - {"HEAD"}) == {"index.html"}
    else:
        put(files, site)
    is_repository = shutil.which("git") is not None and ask_git("rev-parse", "--git-dir", folder=site).returncode == 0
    assert not is_repository


def test_files_that_are_about_to_be_deleted_make_no_repository(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put({"objects/a": b"", "refs/a": b""}, site)
    put({"HEAD": b"ref: refs/heads/main\n"}, site)
    assert tree(site).keys() == {"HEAD"}
    put({"objects/a": b"", "refs/a": b""}, site)
    assert tree(site).keys() == {"objects/a", "refs/a"}


def test_what_an_earlier_version_published_is_removed(tmp_path: Path) -> None:
    """The manifest may list paths that are invalid today; they are ours all the same."""
    site = tmp_path / "site"
    put({"index.html": b"home", "git/HEAD": b"ref: refs/heads/main\n"}, site)
    (site / "git").rename(site / ".git")
    manifest = site / ".afterword-manifest"
    manifest.write_text(manifest.read_text().replace("git/HEAD", ".git/HEAD"))
    put({"index.html": b"home"}, site)
    assert not (site / ".git").exists()


ROOT_FILES = (
    *("_headers", "_redirects", "CNAME", "web.config", "vercel.json", "netlify.toml", "staticwebapp.config.json"),
    *("sw.js", "service-worker.js", "robots.txt", "_worker.js", "_routes.json", "ads.txt", "app-ads.txt"),
    *("_worker.js/index.js", "security.txt", "sub/Web.config"),
)


def write_post_with_file(made: Blog, name: str, permalink: str) -> None:
    """Writes a post in a folder of its own, with a file."""
    made.write("posts/x/2026-01-10-x.md", f"---\ntitle: X\npermalink: {permalink}\n---\nText.\n")
    made.write(f"posts/x/{name}", "text\n")


@pytest.mark.parametrize("name", ROOT_FILES)
def test_a_file_of_a_post_is_no_setting_of_the_host(blog: BlogMaker, name: str) -> None:
    made = blog()
    write_post_with_file(made, name, "/x.html")

    report = made.build()

    (found,) = [found for found in report.diagnostics if found.id == "server-config-file"]  # `robots.txt` also collides
    assert (found.id, found.place) == ("server-config-file", Place(f"posts/x/{name}"))
    assert found.hint == "rename it, or move it to `static/` to apply it to the whole site"
    assert not report.published


def test_a_link_to_such_a_file_adds_no_error(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-10-x.md", "---\ntitle: X\npermalink: /x.html\n---\n[It](_headers).\n")
    made.write("posts/_headers", "text\n").write("posts/2026-01-11-y.md", "# Y\n\n[It](_headers) and [X](/x.html).\n")
    assert [found.id for found in made.build().diagnostics] == ["server-config-file"]


@pytest.mark.parametrize("key", ["permalink", "aliases"])
@pytest.mark.parametrize(
    "url", ["/_headers", "/_redirects", "/_worker.js", "/netlify.toml", "/vercel.json", "/ads.txt"]
)
def test_a_page_is_no_setting_of_the_host(blog: BlogMaker, key: str, url: str) -> None:
    made = blog(f"-- posts/2026-01-10-x.md --\n---\ntitle: X\n{key}: {url}\n---\nText.\n")

    report = made.build()

    found = next(found for found in report.diagnostics if found.id == "server-config-file")
    assert found.place is not None
    assert found.place.path == "posts/2026-01-10-x.md"
    assert not report.published


@pytest.mark.parametrize("url", ["/cname", "/_headers/", "/x/_headers", "/headers", "/notes/sw.js", "/CNAME/"])
def test_a_page_with_a_similar_url_is_like_others(blog: BlogMaker, url: str) -> None:
    made = blog(f"-- posts/2026-01-10-x.md --\n---\ntitle: X\npermalink: {url}\n---\nText.\n")
    assert made.build().diagnostics == ()


@pytest.mark.parametrize("name", ["_headers", "_redirects", "CNAME", "robots.txt", "sw.js", "netlify.toml"])
def test_in_a_folder_of_the_site_such_a_file_is_like_others(blog: BlogMaker, name: str) -> None:
    made = blog()
    write_post_with_file(made, name, "/x/")
    assert [found.id for found in made.build().diagnostics if found.is_error] == []
    assert f"x/{name}" in made.tree()


@pytest.mark.parametrize("name", [*ROOT_FILES[:-3], "_worker.js/index.js"])
def test_static_files_may_be_settings_of_the_host(blog: BlogMaker, name: str) -> None:
    made = blog("-- posts/2026-01-10-x.md --\n# X\n").write(f"static/{name}", "text\n")
    assert made.build().diagnostics == ()
    assert name in made.tree()


@pytest.mark.parametrize("name", ["headers.txt", "figure.svg", "config.json", "CNAME.txt", "my-robots.txt"])
def test_other_files_of_a_post_may_be_at_the_root(blog: BlogMaker, name: str) -> None:
    made = blog()
    write_post_with_file(made, name, "/x.html")
    assert [found.id for found in made.build().diagnostics if found.is_error] == []
    assert name in made.tree()
