"""Outputs in which a site would overwrite what a person wrote are refused before anything is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from afterword.cli.main import run
from afterword.core.diagnostics import Exit, Failure
from afterword.output.clean import clean
from afterword.output.destination import check_destination
from afterword.output.outputs import Output, Rank
from afterword.output.publish import publish

REFUSED = {
    "nothing": "",
    "the current folder": ".",
    "the root": "/",
    "the root by a detour": "/tmp/..",
    "two slashes": "//",
    "home": "HOME",
    "home with a slash": "HOME/",
    "what contains home": "HOME/..",
    "a link to home": "TMP/link-to-home",
    "the shell's home": "~",
    "below the shell's home": "~/site",
    "another user's home": "~ann/site",
    "the shell's home in the blog": "BLOG/~/site",
    "the blog": "BLOG",
    "the blog by a detour": "BLOG/posts/..",
    "the blog by a link": "TMP/link-to-blog",
    "the blog by a link and a detour": "TMP/link-to-blog/site/..",
    "what contains the blog": "BLOG/..",
    "what contains what contains the blog": "BLOG/../..",
    "posts": "BLOG/posts",
    "in posts": "BLOG/posts/2026/site",
    "posts in capitals": "BLOG/Posts",
    "pages": "BLOG/pages",
    "drafts that are not there": "BLOG/drafts",
    "in drafts that are not there": "BLOG/drafts/site",
    "templates": "BLOG/templates",
    "static": "BLOG/static",
    "in static": "BLOG/static/img",
    "static by a link": "TMP/link-to-static",
    "where the blog's linked posts are": "TMP/elsewhere/site",
    "git's folder": "BLOG/.git",
    "in git's folder": "BLOG/.git/site",
    "git's folder in capitals": "BLOG/.GIT/hooks",
    "another repository's": "TMP/other/.git",
    "Afterword's cache": "BLOG/.afterword",
    "Afterword's stage": "BLOG/site/.afterword-stage",
    "a file": "BLOG/afterword.toml",
    "in a file": "BLOG/afterword.toml/site",
    "a link to a file": "TMP/link-to-file",
    "a device": "/dev/null",
    "a link to itself": "TMP/loop/site",
    "a NUL": "TMP/a\0b",
    "a name that is too long": "TMP/" + "n" * 300,
    "very many folders": "TMP/" + "n/" * 2000,
    "more folders than a path may have": "TMP/" + "n/" * 101,
    "git's folder, on a Mac": "BLOG/.g\u200cit/site",
    "git's folder, by a short name": "BLOG/GIT~1",
}


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A blog in `work/blog`, with a home and links around it; its `posts` is a link to `elsewhere`."""
    blog = tmp_path / "work/blog"
    for folder in ("home", "elsewhere", "other/.git", "work/blog/pages", "work/blog/templates", "work/blog/static/img"):
        (tmp_path / folder).mkdir(parents=True)
    (blog / ".git/hooks").mkdir(parents=True)
    (blog / "posts").symlink_to(tmp_path / "elsewhere")
    (blog / "site").mkdir()
    (blog / "afterword.toml").write_text("")
    for name, target in {
        "link-to-home": "home",
        "link-to-blog": "work/blog",
        "link-to-static": "work/blog/static",
        "link-to-file": "work/blog/afterword.toml",
        "loop": "loop",
    }.items():
        (tmp_path / name).symlink_to(tmp_path / target)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "other")
    return blog


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """What is below a folder: the mode and the time of the last update of each."""
    return {str(path): (path.lstat().st_mode, path.lstat().st_ctime_ns) for path in folder.rglob("*")}


@pytest.mark.parametrize("form", REFUSED.values(), ids=REFUSED)
def test_a_dangerous_output_is_refused_and_nothing_is_touched(blog: Path, tmp_path: Path, form: str) -> None:
    replaced = form.replace("HOME", str(tmp_path / "home")).replace("BLOG", str(blog)).replace("TMP", str(tmp_path))
    before = everything(tmp_path)
    with pytest.raises(Failure) as failure:
        check_destination(replaced, blog)
    (diagnostic,) = failure.value.diagnostics
    assert (failure.value.exit_code, diagnostic.id) == (Exit.USAGE, "invalid-destination")
    assert diagnostic.hint
    assert "\0" not in diagnostic.message
    with pytest.raises(Failure):
        publish([Output("index.html", Rank.LIST, b"x")], Path(replaced), root=blog, overwrite=True)
    with pytest.raises(Failure):
        clean(Path(replaced), blog)
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    "form", ["BLOG/site", "BLOG/docs", "BLOG/build/site", "TMP/site", "TMP/work/site", "../site", "BLOG/site/../docs"]
)
def test_other_outputs_are_accepted(blog: Path, tmp_path: Path, form: str) -> None:
    check_destination(form.replace("BLOG", str(blog)).replace("TMP", str(tmp_path)), blog)


SYSTEM = (
    *("/etc", "/etc/nginx", "/etc/site", "/usr", "/usr/", "/usr/bin", "/bin", "/bin/site", "/sbin", "/lib", "/lib64"),
    *("/usr/lib/python3", "/boot", "/dev", "/dev/site", "/proc", "/proc/self", "/sys", "/sys/site", "/var", "/var/lib"),
    *("/var/log", "/var/tmp", "/var/run", "/run", "/home", "/root", "/opt", "/tmp", "/usr/local", "/usr/local/bin"),
    *("/usr/share", "/srv/../etc", "//etc", "/System", "/System/Library/x", "/Library", "/Library/LaunchDaemons"),
    *("/Applications", "/Applications/site", "/Users", "/Volumes", "/private/etc/site", "/private/var"),
    *(
        "/var/spool/cron",
        "/var/spool/cron/crontabs",
        "/var/spool/mail/site",
        "/run/systemd/system",
        "/run/udev/rules.d",
    ),
    *("/var/mail/ann", "/var/log/site", "/var/lib/systemd/x", "/var/backups/site", "/private/var/db/x"),
)
PRIVATE = (
    *("~/.ssh", "~/.ssh/site", "~/.gnupg", "~/.aws/site", "~/.config", "~/.config/systemd/user", "~/.local/share"),
    *("~/Library/LaunchAgents", "~/.local/bin", "/root/.ssh", "/home/ann/.ssh/x", "/home/ann/.config/autostart"),
    *("/Users/ann/Library/Keychains", "/srv/backup/.ssh", "/home/ann/.SSH"),
)
OPEN = (
    *("/var/www", "/var/www/site", "/var/www/html/notes", "/srv", "/srv/www", "/tmp/site", "/var/tmp/site"),
    "/opt/site",
    *("/home/ann", "/home/ann/site", "/root/site", "/usr/share/nginx/html", "/usr/local/www", "/usr/src/app/site"),
    *("/usr/local/apache2/htdocs", "/usr/local/var/www", "/var/lib/nginx/html", "/var/lib/site", "/dev/shm/site"),
    *("/run/user/1000/site", "/run/site", "/mnt", "/site", "/public", "/data/site", "/usr2", "/etcetera/site"),
    *("~/.local/share/site", "~/.cache/site", "~/site", "~/.www", "/home/ann/public_html", "/srv/.config/site"),
    *("/Users/ann/Sites", "/Library/WebServer/Documents", "/Applications/MAMP/htdocs", "/opt/homebrew/var/www"),
    *("/Volumes/disk/site", "/private/tmp/site", "/private/var/folders/a/b/T/site", "/System/Volumes/Data/Users/ann/x"),
)


@pytest.mark.parametrize("folder", SYSTEM)
def test_a_folder_of_the_system_is_refused(blog: Path, folder: str) -> None:
    with pytest.raises(Failure, match="output folder") as failure:  # it may also contain the blog or the home folder
        check_destination(folder, blog)
    (diagnostic,) = failure.value.diagnostics
    assert (failure.value.exit_code, diagnostic.id) == (Exit.USAGE, "invalid-destination")
    assert diagnostic.hint


@pytest.mark.parametrize("folder", PRIVATE)
def test_a_folder_for_keys_or_settings_is_invalid(blog: Path, folder: str) -> None:
    with pytest.raises(Failure, match="a folder for keys or settings of programs") as failure:
        check_destination(folder.replace("~", str(Path.home())), blog)
    assert failure.value.exit_code == Exit.USAGE


@pytest.mark.parametrize("folder", OPEN)
def test_folders_in_which_sites_are_put_are_accepted(blog: Path, folder: str) -> None:
    check_destination(folder.replace("~", str(Path.home())), blog)


def test_a_blog_in_a_folder_for_settings_has_its_site_there() -> None:
    blog = f"{Path.home()}/.config/blog"
    check_destination(f"{blog}/site", Path(blog))
    with pytest.raises(Failure, match="keys or settings"):
        check_destination(f"{Path.home()}/.config/other", Path(blog))


def test_a_link_to_a_folder_of_the_system_is_refused(blog: Path, tmp_path: Path) -> None:
    (tmp_path / "www").symlink_to("/etc")
    for folder in ("www", "www/site"):
        with pytest.raises(Failure, match="system"):
            check_destination(tmp_path / folder, blog)


def test_a_blog_in_a_folder_of_the_system_has_its_site_there() -> None:
    check_destination("/etc/blog/site", Path("/etc/blog"))
    check_destination("/site", Path("/"))
    for source in ("/etc/blog", "/"):
        with pytest.raises(Failure, match="system"):
            check_destination("/etc/ssh", Path(source))


def test_the_command_says_so(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("/etc", "/usr"):
        for command in ("build", "clean"):
            assert run([command, "--source", str(blog), "-d", folder]) == Exit.USAGE
            assert f"output folder `{folder}` is a system folder" in capsys.readouterr().err
    (blog / "afterword.toml").write_text('destination = "/usr/local"\n')
    assert run(["build", "--source", str(blog)]) == Exit.USAGE
    assert "afterword.toml:1" in capsys.readouterr().err


def test_an_output_may_be_a_link_to_a_folder(blog: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "www")
    publish([Output("index.html", Rank.LIST, b"x")], tmp_path / "link", root=blog)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "www/index.html").read_bytes() == b"x"


def test_folder_is_recognized_by_its_inode(blog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system that ignores case, `WORK/blog` is the blog; here, `stat` says so."""
    really = os.stat

    def stat(path: str, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> os.stat_result:
        return really(str(path).replace("WORK", "work"), dir_fd=dir_fd, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "stat", stat)
    for form in ("WORK", "WORK/blog", "WORK/blog/static/x", "WORK/blog/drafts"):
        with pytest.raises(Failure, match="output folder"):
            check_destination(tmp_path / form, blog)


def test_a_blog_in_the_current_folder_has_its_site_below(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(blog)
    check_destination(Path("site"), Path())
    with pytest.raises(Failure):
        check_destination(Path(), Path())


def test_the_preview_of_a_blog_is_among_its_records(tmp_path: Path) -> None:
    check_destination(tmp_path / ".afterword" / "serve" / "site", tmp_path)


@pytest.mark.parametrize("folder", [".afterword", ".afterword/serve", ".afterword/site", ".afterword/serve/site/x"])
def test_nothing_else_is(tmp_path: Path, folder: str) -> None:
    with pytest.raises(Failure, match="which is reserved"):
        check_destination(tmp_path / folder, tmp_path)


def test_the_file_in_the_way_to_an_output_is_named(blog: Path) -> None:
    records = blog / ".afterword"
    records.write_text("")
    with pytest.raises(Failure) as caught:
        check_destination(records / "serve" / "site", blog)
    (found,) = caught.value.diagnostics
    assert found.message.endswith(f"cannot be used: `{records}` is not a folder")
    assert found.hint == f"move `{records}`, or use another output folder"
