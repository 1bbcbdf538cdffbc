"""Compiled templates are kept for the user, and only where no other user can write."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment

from afterword.build.builder import build
from afterword.build.report import Request
from afterword.cache.version import cache_version
from afterword.templates import environment
from afterword.templates.compiled_templates import prepare_folder
from tests.conftest import TODAY

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POST = "-- posts/2026-01-01-a.md --\n# A\n\nText.\n"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled from now on."""
    names: list[str] = []
    compile_template = Environment._generate

    def note(self: Environment, source: object, name: str, filename: str, *args: object, **given: object) -> object:
        names.append(name)
        return compile_template(self, source, name, filename, *args, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(Environment, "_generate", note)
    return names


def build_anew(made: Blog, cache_home: Path, *, cache: bool = True) -> None:
    """Builds as a new process does, with all pages."""
    environment._make_environment.cache_clear()
    for name in ("site", ".afterword"):
        shutil.rmtree(made.root / name, ignore_errors=True)
    environ = {"SOURCE_DATE_EPOCH": TODAY, "XDG_CACHE_HOME": str(cache_home)}
    assert build(Request(made.root, jobs=1, cache=cache), environ=environ).published


def test_a_template_is_compiled_once(blog: BlogMaker, compiled: list[str], tmp_path: Path) -> None:
    made = blog(POST)
    build_anew(made, tmp_path / "cache")
    assert "post.html" in compiled
    compiled.clear()
    build_anew(made, tmp_path / "cache")
    assert compiled == []
    made.write("templates/post.html", "Own: {{ post.title }}")
    build_anew(made, tmp_path / "cache")
    assert compiled == ["post.html"]
    assert made.page("/posts/a/") == "Own: A"


def test_a_damaged_file_is_compiled_again(blog: BlogMaker, compiled: list[str], tmp_path: Path) -> None:
    made = blog(POST)
    build_anew(made, tmp_path / "cache")
    before = sorted(compiled)
    compiled.clear()
    for file in (tmp_path / "cache/afterword/templates" / cache_version()).iterdir():
        file.write_bytes(b"j2")
    build_anew(made, tmp_path / "cache")
    assert sorted(compiled) == before


def test_the_blog_has_none_and_no_cache_writes_none(blog: BlogMaker, tmp_path: Path) -> None:
    made = blog(POST)
    build_anew(made, tmp_path / "cache", cache=False)
    assert not (tmp_path / "cache").exists()
    build_anew(made, tmp_path / "cache")
    assert {path.name for path in (made.root / ".afterword").iterdir()} <= {".gitignore", "cache.db", "cache.seal"}


def test_the_templates_of_two_blogs_are_kept(blog: BlogMaker, compiled: list[str], tmp_path: Path) -> None:
    made = blog(POST)
    for text in ("One: {{ post.title }}", "Two: {{ post.title }}"):
        made.write("templates/post.html", text)
        build_anew(made, tmp_path / "cache")
    compiled.clear()
    made.write("templates/post.html", "One: {{ post.title }}")
    build_anew(made, tmp_path / "cache")
    assert compiled == []
    assert made.page("/posts/a/") == "One: A"


def test_the_last_versions_are_kept(tmp_path: Path) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    own = Path(prepare_folder(environ))
    others = [own.parent / f"version {number}" for number in range(4)]
    for age, other in enumerate(others):
        other.mkdir()
        os.utime(other, (1_700_000_000 - age, 1_700_000_000 - age))
    assert prepare_folder(environ) == str(own)
    assert set(own.parent.iterdir()) == {own, *others[:3]}


def test_a_folder_with_too_many_templates_is_emptied(tmp_path: Path) -> None:
    folder = Path(prepare_folder({"XDG_CACHE_HOME": str(tmp_path)}))
    for number in range(501):
        (folder / str(number)).touch()
    assert prepare_folder({"XDG_CACHE_HOME": str(tmp_path)}) == str(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("folder", ["afterword", "afterword/templates", "afterword/templates/VERSION"])
def test_a_folder_of_others_is_not_used(tmp_path: Path, folder: str) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    assert prepare_folder(environ)
    place = tmp_path / folder.replace("VERSION", cache_version())
    place.chmod(0o777)
    assert prepare_folder(environ) == ""
    place.chmod(0o700)
    assert prepare_folder(environ)
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    assert prepare_folder(environ) == ""


@pytest.mark.parametrize(
    "environ", [{}, {"HOME": ""}, {"XDG_CACHE_HOME": "relative"}, {"HOME": "/dev/null"}, {"XDG_CACHE_HOME": "/proc/x"}]
)
def test_no_folder_is_no_fault(environ: dict[str, str]) -> None:
    assert prepare_folder(environ) == ""


def test_the_folder_is_in_the_cache_of_the_user(tmp_path: Path) -> None:
    expected = tmp_path / ".cache/afterword/templates" / cache_version()
    assert prepare_folder({"HOME": str(tmp_path)}) == str(expected)
    assert expected.is_dir()
