"""Publishing makes an output hold exactly the site, and leaves all other files alone."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import signal
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING

import pytest

from afterword.core import fingerprints as stamps
from afterword.core.diagnostics import Exit, Failure
from afterword.core.fingerprints import Known, stamp_of
from afterword.output import safe_tree as trees
from afterword.output.clean import clean
from afterword.output.destination import check_destination
from afterword.output.diff import find_up_to_date
from afterword.output.outputs import Output, Rank, StagedContent, UnchangedContent, digest_of
from afterword.output.publish import publish
from afterword.output.staging import staging
from tests.publishing import Tree, die, folders, leftovers, make_busy, outputs_of, put, run_until, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from afterword.output.outputs import PublishResult
    from afterword.output.staging import StagingFolder

SITE = {"index.html": b"home", "posts/a/index.html": b"first", "posts/b/index.html": b"second", "style.css": b"css"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The path of a site that does not exist yet. The blog is beside it."""
    (tmp_path / "blog").mkdir()
    return tmp_path / "site"


def refused(folder: Path, files: dict[str, bytes], exit_code: Exit, id: str, *, overwrite: bool = False) -> list[str]:
    """Checks that publishing fails in this way and changes nothing. Returns the messages."""
    before = tree(folder), folders(folder)
    with pytest.raises(Failure) as failure:
        put(files, folder, overwrite=overwrite)
    assert failure.value.exit_code is exit_code
    assert {diagnostic.id for diagnostic in failure.value.diagnostics} == {id}
    assert (tree(folder), folders(folder)) == before
    return [diagnostic.message for diagnostic in failure.value.diagnostics]


# What stands afterwards


def test_a_first_build_makes_the_site(site: Path) -> None:
    done = put(SITE, site)
    assert tree(site) == SITE
    assert (done.written, done.removed, done.diagnostics) == (tuple(sorted(SITE)), (), ())
    assert leftovers(site) == []


def test_the_folders_on_the_way_to_the_output_are_made(site: Path) -> None:
    put(SITE, site / "public/www")
    assert tree(site / "public/www") == SITE


@pytest.mark.parametrize("standing", [True, False])
def test_an_empty_site_is_one_too(site: Path, standing: bool) -> None:
    if standing:
        put(SITE, site)
    put({}, site)
    assert (tree(site), folders(site)) == ({}, set())


def test_the_same_site_again_changes_nothing(site: Path) -> None:
    put(SITE, site)
    before = {path: path.stat() for path in (site, *site.rglob("*")) if path.is_file()}
    done = put(SITE, site)
    assert (done.written, done.removed, done.diagnostics) == ((), (), ())
    assert {path: path.stat() for path in before} == before


def test_only_changed_files_are_written(site: Path) -> None:
    put(SITE, site)
    inode = (site / "index.html").stat().st_ino
    done = put({**SITE, "posts/a/index.html": b"better"}, site)
    assert done.written == ("posts/a/index.html",)
    assert (site / "index.html").stat().st_ino == inode


def test_obsolete_files_are_removed_with_their_folders(site: Path) -> None:
    put(SITE, site)
    done = put({"index.html": b"home", "posts/b/index.html": b"second"}, site)
    assert done.removed == ("posts/a/index.html", "style.css")
    assert tree(site) == {"index.html": b"home", "posts/b/index.html": b"second"}
    assert folders(site) == {"posts", "posts/b"}


def test_files_are_put_in_place_in_the_order_of_their_rank(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put({}, site)
    renamed: list[str] = []
    rename = os.rename

    def note(old: str, new: str, **at: int) -> None:
        renamed.append(new)
        rename(old, new, **at)

    monkeypatch.setattr(os, "rename", note)
    publish([Output(f"{rank.name}", rank, b"x") for rank in reversed(Rank)], site, root=site.parent / "blog")
    names = [rank.name for rank in (Rank.ASSET, Rank.PAGE, Rank.LIST, Rank.FEED)]
    assert renamed == [".afterword-journal", *names, ".afterword-manifest"]


def test_a_file_can_become_a_folder_and_a_folder_a_file(site: Path) -> None:
    put({"talks": b"a file", "tags/a/index.html": b"a", "tags/index.html": b"tags"}, site)
    (site / "tags/empty").mkdir()
    put({"talks/index.html": b"a folder", "tags": b"a file"}, site)
    assert tree(site) == {"talks/index.html": b"a folder", "tags": b"a file"}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_everybody_may_read_the_site(site: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        put(SITE, site)
        put({**SITE, "new/page/index.html": b"new"}, site)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in site.rglob("*") if path.is_file()}
    assert modes == {0o644}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (site, *site.rglob("*")) if path.is_dir()} == {0o755}


def test_a_source_file_is_streamed(site: Path, tmp_path: Path) -> None:
    source = tmp_path / "talk.bin"
    source.write_bytes(bytes(range(256)) * 10_000)
    for content in (source.read_bytes(), b"other"):
        source.write_bytes(content)
        publish([Output("talk.bin", Rank.ASSET, source)], site, root=tmp_path / "blog")
        assert (site / "talk.bin").read_bytes() == content
    assert publish([Output("talk.bin", Rank.ASSET, source)], site, root=tmp_path / "blog").written == ()


def test_the_manifest_can_be_checked_by_anybody(site: Path) -> None:
    put(SITE, site)
    lines = [line.split("  ") for line in (site / ".afterword-manifest").read_text().splitlines()]
    files = {path: (digest, int(size)) for digest, size, path in (line for line in lines if len(line) == 3)}
    assert files == {path: (digest_of(content), len(content)) for path, content in SITE.items()}
    tool = shutil.which("b2sum")
    if tool is None:
        pytest.skip("b2sum is not installed")
    shown = subprocess.run([tool, "-l", "128", "style.css"], cwd=site, capture_output=True, text=True, check=True)
    assert shown.stdout.split()[0] == files["style.css"][0]


def test_the_same_site_has_the_same_manifest(site: Path, tmp_path: Path) -> None:
    put(SITE, site)
    put({**SITE, "index.html": b"else", "gone": b""}, tmp_path / "other")
    put(SITE, tmp_path / "other")
    assert (site / ".afterword-manifest").read_bytes() == (tmp_path / "other/.afterword-manifest").read_bytes()


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "a/",
        "./a",
        "a/.",
        "a\0b",
        "a\nb",
        "a\x7fb",
        "a\udc80",
        ".afterword-manifest",
        "a/.afterword-x",
        ".Afterword-journal",
        "n" * 256,
        "index.html",
        "style.css/inside",
    ],
)
def test_a_path_that_no_site_can_have_is_refused(site: Path, path: str) -> None:
    put(SITE, site)
    outputs = [*outputs_of({**SITE, "index.html": b"changed"}), Output(path, Rank.ASSET, b"x")]
    with pytest.raises(Failure) as failure:
        publish(outputs, site, root=site.parent / "blog")
    assert failure.value.exit_code is Exit.CONTENT
    assert {diagnostic.id for diagnostic in failure.value.diagnostics} == {"invalid-output-path"}
    assert tree(site) == SITE


def test_unusual_names_are_fine(site: Path) -> None:
    names = {"ü/index.html": b"1", "a b/?": b"2", "-rf": b"3", "日本.html": b"4", ".well-known/x": b"5", "a\\b": b"6"}
    put(names, site)
    put({**names, "-rf": b"7"}, site)
    assert tree(site) == {**names, "-rf": b"7"}
    put({}, site)
    assert tree(site) == {}


# Files of others


def test_files_of_others_stay(site: Path) -> None:
    (site / ".git").mkdir(parents=True)
    (site / ".git/config").write_bytes(b"git")
    (site / "CNAME").write_bytes(b"example.com")
    put(SITE, site)
    (site / "posts/a/notes.txt").write_bytes(b"mine")
    put({"index.html": b"home"}, site)
    assert tree(site) == {
        ".git/config": b"git",
        "CNAME": b"example.com",
        "index.html": b"home",
        "posts/a/notes.txt": b"mine",
    }


def test_files_of_others_in_the_way_are_all_named(site: Path) -> None:
    (site / "posts/a").mkdir(parents=True)
    (site / "posts/a/index.html").write_bytes(b"mine")
    (site / "style.css").write_bytes(b"mine")
    messages = refused(site, SITE, Exit.USAGE, "unmanaged-file")
    assert [path in message for path, message in zip(("posts/a/index.html", "style.css"), messages, strict=True)] == [
        True,
        True,
    ]


def test_of_very_many_files_in_the_way_some_are_named(site: Path) -> None:
    site.mkdir()
    files = {f"{number}.html": b"new" for number in range(50)}
    for path in files:
        (site / path).write_bytes(b"mine")
    assert refused(site, files, Exit.USAGE, "unmanaged-file")[-1] == "30 more files were not created by Afterword"


def test_files_of_others_with_the_same_bytes_become_ours(site: Path) -> None:
    site.mkdir()
    (site / "index.html").write_bytes(b"home")
    assert "index.html" not in put(SITE, site).written
    put({}, site)
    assert tree(site) == {}


def test_files_in_the_way_can_be_adopted(site: Path) -> None:
    site.mkdir()
    (site / "index.html").write_bytes(b"mine")
    (site / "style.css").symlink_to("/etc/hostname")
    put(SITE, site, overwrite=True)
    assert tree(site) == SITE
    assert not (site / "style.css").is_symlink()


@pytest.mark.parametrize("overwrite", [False, True])
def test_folders_and_links_in_the_way_cannot(site: Path, tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "outside").mkdir()
    (site / "style.css").mkdir(parents=True)
    (site / "style.css/mine").write_bytes(b"mine")
    (site / "posts").symlink_to(tmp_path / "outside")
    messages = refused(site, SITE, Exit.USAGE, "unmanaged-file", overwrite=overwrite)
    assert [str(site / "posts") in messages[0], str(site / "style.css/mine") in messages[1]] == [True, True]
    assert tree(tmp_path / "outside") == {}


@pytest.mark.parametrize("overwrite", [False, True])
def test_the_hint_about_a_file_in_the_way_helps(site: Path, tmp_path: Path, overwrite: bool) -> None:
    """A file with the name of an output can be adopted; a link or a file where a folder must be cannot."""
    (tmp_path / "outside").mkdir()
    site.mkdir()
    (site / "posts").symlink_to(tmp_path / "outside")
    (site / "tags").write_bytes(b"mine")
    (site / "style.css/mine").mkdir(parents=True)
    (site / "style.css/mine/x").write_bytes(b"mine")
    files = {**SITE, "tags/a/index.html": b"tag"}
    with pytest.raises(Failure) as failure:
        put(files, site, overwrite=overwrite)
    assert [found.hint.partition(",")[0] for found in failure.value.diagnostics] == [
        "remove the symbolic link",
        "move it",
        "move it",
    ]
    assert not any("let `--overwrite`" in found.hint for found in failure.value.diagnostics)
    (site / "posts").unlink()
    (site / "tags").unlink()
    shutil.rmtree(site / "style.css")
    put(files, site)
    assert tree(site) == files


def test_a_file_that_was_changed_by_hand_is_restored(site: Path) -> None:
    put(SITE, site)
    (site / "index.html").write_bytes(b"hand")
    (site / "style.css").unlink()
    (site / "posts/a/index.html").unlink()
    (site / "posts/a/index.html").symlink_to("/etc/hostname")
    assert put(SITE, site).written == ("index.html", "posts/a/index.html", "style.css")
    assert tree(site) == SITE


def test_a_file_that_was_changed_by_hand_outlives_its_post(site: Path) -> None:
    put(SITE, site)
    (site / "posts/a/index.html").write_bytes(b"hand")
    done = put({"index.html": b"home"}, site)
    assert tree(site) == {"index.html": b"home", "posts/a/index.html": b"hand"}
    assert [(found.id, "posts/a/index.html" in found.message) for found in done.diagnostics] == [
        ("modified-output", True)
    ]
    assert put({"index.html": b"home"}, site).diagnostics == ()
    refused(site, SITE, Exit.USAGE, "unmanaged-file")


def test_nothing_is_written_or_deleted_through_a_link(site: Path, tmp_path: Path) -> None:
    """A folder of ours that was moved away and linked to is no longer ours."""
    put(SITE, site)
    (site / "posts").rename(tmp_path / "moved")
    (site / "posts").symlink_to(tmp_path / "moved")
    before = tree(tmp_path / "moved")
    refused(site, {**SITE, "posts/a/index.html": b"better"}, Exit.USAGE, "unmanaged-file")
    put({"index.html": b"home"}, site)
    assert tree(tmp_path / "moved") == before
    assert (site / "posts").is_symlink()


def test_a_new_spelling_of_a_name_does_not_delete_the_file(site: Path) -> None:
    """On a file system that ignores case, both names are one file; here, a hard link makes them so."""
    put({"Notes.html": b"notes"}, site)
    os.link(site / "Notes.html", site / "notes.html")
    put({"notes.html": b"notes"}, site)
    assert (site / "notes.html").read_bytes() == b"notes"


# Records


@pytest.mark.parametrize(
    "line",
    [
        b"<<<<<<< HEAD\n",
        b"\xff\xfe\n",
        b"0" * 32 + b"  4  ../outside\n",
        b"0" * 32 + b"  4  /etc/passwd\n",
        b"0" * 31 + b"  4  x\n",
        b"0" * 32 + b"  4  torn",
    ],
)
def test_a_damaged_line_of_a_record_is_passed_over(site: Path, line: bytes) -> None:
    put(SITE, site)
    with (site / ".afterword-manifest").open("ab") as manifest:
        manifest.write(line)
    put({"index.html": b"home"}, site)
    assert tree(site) == {"index.html": b"home"}


def test_a_record_cannot_name_a_file_outside(site: Path, tmp_path: Path) -> None:
    put(SITE, site)
    (tmp_path / "outside").write_bytes(b"css")
    manifest = site / ".afterword-manifest"
    manifest.write_text(manifest.read_text().replace("style.css", "../outside"))
    put(SITE, site)
    assert (tmp_path / "outside").read_bytes() == b"css"


def test_without_its_manifest_a_site_is_of_others(site: Path) -> None:
    put(SITE, site)
    (site / ".afterword-manifest").unlink()
    put(SITE, site)
    assert put({}, site).removed == tuple(sorted(SITE))
    put(SITE, site)
    (site / ".afterword-manifest").unlink()
    refused(site, {"index.html": b"new"}, Exit.USAGE, "unmanaged-file")


@pytest.mark.usefixtures("settled")
def test_without_its_manifest_a_site_with_the_bytes_that_we_wrote_last_is_ours(site: Path) -> None:
    known = dict(put(SITE, site).known)
    (site / ".afterword-manifest").unlink()
    edited = {**SITE, "index.html": b"edited", "posts/a/index.html": b"edited too"}
    assert publish_known(site, outputs_of(edited), known).written == ("index.html", "posts/a/index.html")
    (site / ".afterword-manifest").unlink()
    (site / "index.html").write_bytes(b"by hand")
    with pytest.raises(Failure, match=r"index\.html") as failure:
        publish_known(site, outputs_of(SITE), known)
    assert [found.id for found in failure.value.diagnostics] == ["unmanaged-file", "unmanaged-file"]


def test_without_its_manifest_a_site_that_a_survey_recognizes_is_ours(site: Path) -> None:
    put(SITE, site)
    (site / ".afterword-manifest").unlink()
    up_to_date = find_up_to_date(site, {path: digest_of(content) for path, content in SITE.items()}, {})
    edited = outputs_of({**SITE, "index.html": b"edited"})
    assert publish(edited, site, root=site.parent / "blog", up_to_date=up_to_date).written == ("index.html",)


@pytest.mark.parametrize("name", [".afterword-manifest", ".afterword-journal", ".afterword-stage"])
def test_a_pipe_in_the_place_of_a_record_does_not_hang(site: Path, name: str) -> None:
    put(SITE, site)
    (site / name).unlink(missing_ok=True)
    os.mkfifo(site / name)
    put({**SITE, "index.html": b"new"}, site, overwrite=True)
    assert tree(site) == {**SITE, "index.html": b"new"}


def test_a_pipe_in_the_place_of_the_lock_is_an_error(site: Path) -> None:
    put(SITE, site)
    os.mkfifo(site / ".afterword-lock")
    refused(site, {**SITE, "index.html": b"new"}, Exit.ENVIRONMENT, "locked")


# Folders that are in use


def test_a_folder_in_use_is_removed_by_a_later_build(site: Path) -> None:
    put({**SITE, "notes/deep/a.html": b"a"}, site)
    with pytest.MonkeyPatch.context() as patch:
        make_busy(patch, "deep")
        for _ in range(2):
            done = put(SITE, site)
            assert [found.id for found in done.diagnostics] == ["folder-in-use"]
            assert folders(site) == {"posts", "posts/a", "posts/b", "notes", "notes/deep"}
    assert put(SITE, site).diagnostics == ()
    assert folders(site) == {"posts", "posts/a", "posts/b"}
    assert "folder" not in (site / ".afterword-manifest").read_text()
    assert put(SITE, site).written == ()


def test_a_folder_in_use_that_is_needed_again_is_kept(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put({**SITE, "notes/a.html": b"a"}, site)
    with monkeypatch.context() as patch:
        make_busy(patch, "notes")
        put(SITE, site)
        assert put({**SITE, "notes/b.html": b"b"}, site).diagnostics == ()
    assert "folder" not in (site / ".afterword-manifest").read_text()


def test_a_folder_in_use_with_files_of_others_is_left_to_them(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put({**SITE, "notes/a.html": b"a"}, site)
    (site / "notes/mine").write_bytes(b"mine")
    make_busy(monkeypatch, "notes")
    assert put(SITE, site).diagnostics == ()
    assert (site / "notes/mine").exists()


def test_a_folder_in_use_is_not_forgotten_by_a_build_that_is_killed(site: Path) -> None:
    put({**SITE, "notes/a.html": b"a"}, site)
    with pytest.MonkeyPatch.context() as patch:
        make_busy(patch, "notes")
        put(SITE, site)
    change = 0
    while True:
        change += 1
        if run_until(change, partial(put, {**SITE, "index.html": b"%d" % change}, site), die):
            break
    put(SITE, site)
    assert folders(site) == {"posts", "posts/a", "posts/b"}


@pytest.mark.parametrize("folder", ["../outside", "/etc", "posts/../..", ".afterword-stage", ""])
def test_a_record_cannot_name_a_folder_outside(site: Path, tmp_path: Path, folder: str) -> None:
    put(SITE, site)
    (tmp_path / "outside").mkdir()
    with (site / ".afterword-manifest").open("a") as manifest:
        manifest.write(f"folder  {folder}\n")
    put(SITE, site)
    assert (tmp_path / "outside").is_dir()
    assert tree(site) == SITE


# Other blogs


def test_the_site_of_another_blog_is_refused(site: Path, tmp_path: Path) -> None:
    put(SITE, site)
    other = outputs_of({"index.html": b"another", "posts/c/index.html": b"third"})
    with pytest.raises(Failure) as failure:
        publish(other, site, root=tmp_path / "another")
    assert (failure.value.exit_code, failure.value.diagnostics[0].id) == (Exit.USAGE, "other-blog")
    assert tree(site) == SITE
    with pytest.raises(Failure, match="another blog"):
        clean(site, tmp_path / "another")
    publish(other, site, root=tmp_path / "another", overwrite=True)
    assert tree(site) == {"index.html": b"another", "posts/c/index.html": b"third"}


def test_a_blog_may_move_with_its_site(tmp_path: Path) -> None:
    for place, files in (("one", SITE), ("two", {"index.html": b"moved"})):
        if place == "two":
            (tmp_path / "one").rename(tmp_path / "two")
        publish(outputs_of(files), tmp_path / place / "site", root=tmp_path / place / "blog")
        assert tree(tmp_path / place / "site") == files


def test_a_blog_may_move_away_from_its_site(site: Path, tmp_path: Path) -> None:
    put(SITE, site)
    publish(outputs_of({**SITE, "index.html": b"edited"}), site, root=tmp_path / "elsewhere/blog")
    publish(outputs_of({"index.html": b"moved"}), site, root=tmp_path / "elsewhere/blog")
    assert tree(site) == {"index.html": b"moved"}


def test_a_site_in_the_blogs_folder_says_nothing_of_where_it_is(tmp_path: Path) -> None:
    publish(outputs_of(SITE), tmp_path / "blog/docs", root=tmp_path / "blog")
    assert "source" not in (tmp_path / "blog/docs/.afterword-manifest").read_text()


# What is known without reading


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every stamp old enough to be trusted."""
    monkeypatch.setattr(stamps, "SETTLING", -(10**15))


def publish_known(site: Path, outputs: list[Output], known: dict[str, Known]) -> PublishResult:
    return publish(outputs, site, root=site.parent / "blog", known=known)


def list_files(site: Path, files: Mapping[str, bytes]) -> dict[str, Known]:
    """Returns stamp and digest of these files of a site and of its manifest."""
    known = {path: Known(stamp_of((site / path).stat()), digest_of(content)) for path, content in files.items()}
    manifest = site / ".afterword-manifest"
    return {**known, manifest.name: Known(stamp_of(manifest.stat()), digest_of(manifest.read_bytes()))}


def test_stamps_of_files_written_just_now_are_not_trusted(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "SETTLING", 10**15)
    monkeypatch.setattr(stamps, "SETTLING_FINE", 10**15)
    for files in (SITE, SITE, {**SITE, "index.html": b"other"}):
        done = put(files, site)
        assert done.known == {}
        assert done.fresh == list_files(site, files)


@pytest.mark.usefixtures("settled")
def test_stamps_of_files_that_were_written_are_given_back(site: Path) -> None:
    for files in (SITE, {**SITE, "index.html": b"other"}):
        done = put(files, site)
        assert {**done.known, **done.fresh} == list_files(site, files)
        assert done.fresh.keys() <= {".afterword-manifest"}


@pytest.mark.usefixtures("settled")
def test_a_file_that_another_program_changes_at_once_is_not_known(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put({"index.html": b"home"}, site)
    rename = trees.Tree.rename

    def meddle(tree: trees.Tree, old: str, new: str) -> None:
        rename(tree, old, new)
        if new == "index.html":
            (site / new).write_bytes(b"hand")

    monkeypatch.setattr(trees.Tree, "rename", meddle)
    done = put({"index.html": b"new!"}, site)
    assert "index.html" not in {**done.known, **done.fresh}


@pytest.mark.usefixtures("settled")
def test_settled_stamps_are_given_back(site: Path) -> None:
    put(SITE, site)
    known = put(SITE, site).known
    assert known == list_files(site, SITE)


@pytest.mark.usefixtures("settled")
def test_a_known_file_is_not_read(site: Path) -> None:
    put(SITE, site)
    known = dict(put(SITE, site).known)
    path = site / "index.html"
    known["index.html"] = Known(stamp_of(path.stat()), digest_of(b"believed"))
    outputs = outputs_of({**SITE, "index.html": b"believed"})
    assert publish_known(site, outputs, known).written == ()
    assert find_up_to_date(site, {"index.html": digest_of(b"believed")}, known).files.keys() == {"index.html"}


@pytest.mark.usefixtures("settled")
def test_a_known_file_that_was_touched_is_read(site: Path) -> None:
    put(SITE, site)
    known = dict(put(SITE, site).known)
    path = site / "index.html"
    times = path.stat()
    path.write_bytes(b"HOME")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    expected = {path: digest_of(content) for path, content in SITE.items()}
    assert find_up_to_date(site, expected, known).files.keys() == SITE.keys() - {"index.html"}
    assert publish_known(site, outputs_of(SITE), known).written == ("index.html",)


@pytest.mark.usefixtures("settled")
def test_after_an_interruption_no_stamp_is_trusted(site: Path) -> None:
    put(SITE, site)
    known = dict(put(SITE, site).known)
    known["index.html"] = Known(known["index.html"].stamp, digest_of(b"believed"))
    (site / ".afterword-journal").write_bytes(b"")
    assert not find_up_to_date(site, {"index.html": digest_of(b"believed")}, known).files
    assert publish_known(site, outputs_of({**SITE, "index.html": b"believed"}), known).written == ("index.html",)


def test_find_up_to_date_returns_unchanged_files(site: Path, tmp_path: Path) -> None:
    expected = {path: digest_of(content) for path, content in SITE.items()} | {"not/there": digest_of(b"")}
    assert not find_up_to_date(site, expected, {}).files
    put(SITE, site)
    (site / "index.html").write_bytes(b"hand")
    (site / "posts").rename(tmp_path / "moved")
    (site / "posts").symlink_to(tmp_path / "moved")
    assert find_up_to_date(site, expected, {}).files.keys() == {"style.css"}


def test_outputs_that_stand_need_no_bytes(site: Path) -> None:
    put(SITE, site)
    kept = [Output(path, Rank.PAGE, UnchangedContent(digest_of(content))) for path, content in SITE.items()]
    done = publish_known(site, [*kept, Output("new.html", Rank.PAGE, b"new")], {})
    assert done.written == ("new.html",)
    assert tree(site) == {**SITE, "new.html": b"new"}


def test_up_to_date_files_are_trusted_until_another_update(site: Path) -> None:
    put(SITE, site)
    up_to_date = find_up_to_date(site, {path: digest_of(content) for path, content in SITE.items()}, {})
    kept = [Output(path, Rank.PAGE, UnchangedContent(digest_of(content))) for path, content in SITE.items()]
    put({**SITE, "index.html": b"of another build"}, site)
    with pytest.raises(Failure, match=r"index\.html"):
        publish(kept, site, root=site.parent / "blog", up_to_date=up_to_date)


@pytest.mark.parametrize("harm", ["deleted", "changed", "whole site deleted"])
def test_outputs_that_no_longer_stand_are_refused(site: Path, harm: str) -> None:
    put(SITE, site)
    match harm:
        case "deleted":
            (site / "index.html").unlink()
        case "changed":
            (site / "index.html").write_bytes(b"hand")
        case _:
            shutil.rmtree(site)
    kept = Output("index.html", Rank.LIST, UnchangedContent(digest_of(b"home")))
    with pytest.raises(Failure, match=r"index\.html") as failure:
        publish_known(site, [kept, Output("new.html", Rank.PAGE, b"new")], {})
    assert failure.value.exit_code is Exit.ENVIRONMENT
    assert not (site / "new.html").exists()


# Two builds, and interruptions


def holding_lock(site: Path, act: Callable[[], None]) -> None:
    """Runs `act` while another open descriptor has the lock of a folder."""
    descriptor = os.open(site / ".afterword-lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, b"4711\n")
        act()
    finally:
        os.close(descriptor)


def test_a_build_gives_up_waiting_for_another(site: Path) -> None:
    put(SITE, site)

    def build() -> None:
        with pytest.raises(Failure, match="process 4711") as failure:
            publish(outputs_of({}), site, root=site.parent / "blog", wait=0)
        assert failure.value.exit_code is Exit.ENVIRONMENT

    holding_lock(site, build)
    assert tree(site) == SITE


def test_a_first_build_gives_up_waiting_for_another(site: Path) -> None:
    stage = site.with_name(".site.afterword-stage")
    stage.mkdir()

    def build() -> None:
        with pytest.raises(Failure, match="process 4711"):
            publish(outputs_of(SITE), site, root=site.parent / "blog", wait=0)

    holding_lock(stage, build)
    put(SITE, site)
    assert leftovers(site) == []


def test_the_file_of_a_lock_means_nothing(site: Path) -> None:
    put(SITE, site)
    (site / ".afterword-lock").write_bytes(b"1\n")
    put({"index.html": b"home"}, site)
    assert leftovers(site) == []


def test_a_lock_is_let_go_also_when_that_is_interrupted(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(SITE, site)
    unlink = os.unlink

    def interrupt(path: str, **at: int) -> None:
        if path == ".afterword-lock":
            raise KeyboardInterrupt
        unlink(path, **at)

    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", interrupt)
        with pytest.raises(KeyboardInterrupt):
            put({"index.html": b"new"}, site)
    with (site / ".afterword-lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    put(SITE, site)
    assert tree(site) == SITE


@pytest.mark.parametrize("standing", [True, False])
def test_of_builds_at_once_one_is_the_last(site: Path, standing: bool) -> None:
    if standing:
        put(SITE, site)
    versions = [{**SITE, "index.html": b"%d" % number, f"only-{number}.html": b"x"} for number in range(6)]
    with ThreadPoolExecutor(len(versions)) as pool:
        results = list(pool.map(put, versions, repeat(site)))
    assert len(results) == len(versions)
    assert tree(site) in versions
    assert leftovers(site) == []


def before_locking(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Calls a function right before a build first tries to take the lock."""
    waiting = [act]
    flock = fcntl.flock

    def lock(descriptor: int, operation: int) -> None:
        if waiting:
            waiting.pop()()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", lock)


def test_the_lock_of_a_file_that_its_holder_has_removed_is_none(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(SITE, site)
    fsync = os.fsync
    held: list[bool] = []

    def build_another(descriptor: int) -> None:
        with (site / ".afterword-lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.append(True)
        fsync(descriptor)

    before_locking(monkeypatch, (site / ".afterword-lock").unlink)
    monkeypatch.setattr(os, "fsync", build_another)
    put({"index.html": b"new"}, site)
    assert held == [True, True]


def test_a_site_that_is_replaced_while_a_build_waits_is_taken_as_it_then_is(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(SITE, site)

    def replace() -> None:
        site.rename(site.with_name("old"))
        site.mkdir()

    before_locking(monkeypatch, replace)
    put({"index.html": b"new"}, site)
    assert tree(site) == {"index.html": b"new"}
    assert tree(site.with_name("old")) == SITE


@pytest.mark.parametrize("record", [".afterword-lock", ".afterword-journal"])
def test_the_stage_of_a_first_build_that_was_killed_is_removed(site: Path, record: str) -> None:
    stage = site.with_name(".site.afterword-stage")
    (stage / "posts").mkdir(parents=True)
    (stage / "posts/torn.html").write_bytes(b"to")
    (stage / record).write_bytes(b"")
    site.mkdir()
    put(SITE, site)
    assert leftovers(site) == []


# Files that are written to the stage while the site is made


def stage_and_publish(site: Path, files: Tree, meanwhile: Callable[[], None] = lambda: None) -> PublishResult:
    """Publishes a site whose files are written to the staging folder one by one."""
    with staging(site) as stage:
        assert stage is not None
        outputs = [Output(path, Rank.PAGE, stage.write(path, content)) for path, content in files.items()]
        assert all(isinstance(output.content, StagedContent) for output in outputs)
        meanwhile()
        return publish(outputs, site, root=site.parent / "blog", stage=stage)


def test_a_site_that_was_staged_is_the_same(site: Path) -> None:
    assert stage_and_publish(site, SITE).written == tuple(sorted(SITE))
    assert tree(site) == SITE
    assert leftovers(site) == []
    put(SITE, site.with_name("other"))
    manifest = (site / ".afterword-manifest").read_bytes()
    assert manifest == (site.with_name("other") / ".afterword-manifest").read_bytes()


def test_staging_folder_is_removed_after_a_failure(site: Path) -> None:
    def give_up() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        stage_and_publish(site, SITE, give_up)
    assert not site.exists()
    assert leftovers(site) == []


def test_staged_files_are_written_to_a_site_created_meanwhile(site: Path) -> None:
    def make_site() -> None:
        site.mkdir()
        (site / "mine.txt").write_bytes(b"mine")

    stage_and_publish(site, SITE, make_site)
    assert tree(site) == {**SITE, "mine.txt": b"mine"}
    assert leftovers(site) == []


def test_no_staging_folder_for_an_existing_or_locked_site(site: Path) -> None:
    with staging(site), staging(site) as second:
        assert second is None
    put(SITE, site)
    with staging(site) as stage:
        assert stage is None


@pytest.mark.parametrize(
    "path", ["../outside.html", "a/../../outside.html", "index.html", "index.html/inner.html", "posts"]
)
def test_content_that_cannot_be_staged_is_returned(site: Path, path: str) -> None:
    """Another file has the name, or is on the way; or it is no name for an output. Publishing says so."""
    with staging(site) as stage:
        assert stage is not None
        stage.write("index.html", b"home")
        stage.write("posts/a/index.html", b"first")
        assert stage.write(path, b"other") == b"other"
        assert sorted(tree(site.with_name(".site.afterword-stage"))) == ["index.html", "posts/a/index.html"]
    assert not (site.parent / "outside.html").exists()


def test_spawned_process_reopens_the_staging_folder(site: Path) -> None:
    with staging(site) as stage:
        sent = pickle.dumps(stage)
        other: StagingFolder | None = pickle.loads(sent)
        assert other is not None
        content = other.write("posts/a/index.html", b"a")
        assert publish([Output("posts/a/index.html", Rank.PAGE, content)], site, root=site.parent, stage=stage).written
    assert tree(site) == {"posts/a/index.html": b"a"}
    assert pickle.loads(sent) is None, "it is no stage any more"


def test_a_folder_with_the_name_of_the_stage_is_left_alone(site: Path) -> None:
    stage = site.with_name(".site.afterword-stage")
    stage.mkdir()
    (stage / "mine").write_bytes(b"mine")
    with pytest.raises(Failure, match="was not created by Afterword"):
        put(SITE, site)
    site.mkdir()
    put(SITE, site)
    assert (stage / "mine").read_bytes() == b"mine"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(
    ("number", "standing"), [(signal.SIGINT, True), (signal.SIGTERM, True), (signal.SIGINT, False)]
)
def test_a_signal_comes_before_or_after_the_change_as_a_whole(
    tmp_path: Path, number: signal.Signals, standing: bool
) -> None:
    after = {**SITE, "index.html": b"new", "posts/c/index.html": b"third"}
    found = []
    staged: set[str] = set()
    for change in range(1, 100):
        folder = tmp_path / str(change) / "site"
        folder.parent.mkdir()
        if standing:
            put(SITE, folder)
        if run_until(change, partial(interrupted, after, folder), partial(signal.raise_signal, number)):
            break
        assert tree(folder) in (SITE if standing else {}, after)
        staged |= {path.name for path in folder.parent.rglob(".*afterword-stage*/**/*")}
        found.append(tree(folder) == after)
    assert found == sorted(found)
    assert set(found) == {True, False}
    assert staged <= {".afterword-lock"}


def interrupted(site: dict[str, bytes], folder: Path) -> None:
    """Publishes like a command, which SIGTERM interrupts."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        put(site, folder)
    except KeyboardInterrupt:
        return


# Cleaning


def test_clean_removes_the_published_files(site: Path) -> None:
    put(SITE, site)
    cleaned = clean(site, site.parent / "blog")
    assert (cleaned.removed, cleaned.kept, cleaned.diagnostics) == (tuple(sorted(SITE)), (), ())
    assert not site.exists()
    assert clean(site, site.parent / "blog").removed == ()


def test_cleaning_leaves_the_files_of_others(site: Path) -> None:
    put(SITE, site)
    (site / "CNAME").write_bytes(b"example.com")
    (site / "posts/a/index.html").write_bytes(b"hand")
    cleaned = clean(site, site.parent / "blog")
    assert tree(site) == {"CNAME": b"example.com", "posts/a/index.html": b"hand"}
    assert folders(site) == {"posts", "posts/a"}
    assert list(site.glob(".afterword*")) == []
    assert cleaned.kept == ("posts/a/index.html",)
    assert [(found.id, found.severity.value) for found in cleaned.diagnostics] == [
        ("modified-output", "warning"),
        ("kept-folder", "note"),
    ]
    assert "`CNAME`" in cleaned.diagnostics[1].message


def test_cleaning_leaves_a_folder_that_was_never_published_to(site: Path) -> None:
    site.mkdir()
    assert clean(site, site.parent / "blog").removed == ()
    assert site.exists()


def test_clean_removes_leftovers_of_a_killed_build(site: Path) -> None:
    put({"index.html": b"home"}, site)
    (site / "new.html").write_bytes(b"new")
    (site / ".afterword-stage").mkdir()
    (site / ".afterword-journal").write_text(f"{digest_of(b'new')}  3  new.html\n")
    assert clean(site, site.parent / "blog").removed == ("index.html", "new.html")
    assert not site.exists()


def test_a_dangerous_output_is_refused_by_name(site: Path) -> None:
    with pytest.raises(Failure, match="is the blog folder"):
        check_destination(site.parent / "blog", site.parent / "blog")
