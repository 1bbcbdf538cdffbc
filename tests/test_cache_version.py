"""The cache version is the same for the same Afterword, however it is installed, and differs for any other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import pytest

import afterword
from afterword.cache.version import cache_version

PACKAGE = Path(afterword.__file__).parent


def list_file(path: Path, folder: Path) -> str:
    """Returns a file's line in RECORD."""
    content = path.read_bytes()
    digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
    return f"{path.relative_to(folder).as_posix()},sha256={digest},{len(content)}"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with a copy of Afterword, as pip installs it."""
    copy = tmp_path / "afterword"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    files = [list_file(path, tmp_path) for path in copy.rglob("*") if path.is_file()]
    notes = tmp_path / f"afterword-{afterword.__version__}.dist-info"
    notes.mkdir()
    lines = ["../bin/afterword,sha256=of-this-place,200", *files, f"{notes.name}/INSTALLER,sha256=pip,4"]
    (notes / "RECORD").write_text("\n".join([*lines, "afterword/__pycache__/post.cpython-311.pyc,,", ""]))
    return tmp_path


def find_there(folder: Path) -> str:
    """Returns the version of the Afterword in a folder."""
    program = "from afterword.cache.version import cache_version; print(cache_version())"
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.check_output([sys.executable, "-c", program], env=environ, text=True).strip()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_what_is_installed_is_what_it_was_made_of(installed: Path) -> None:
    assert find_there(installed) == cache_version()


def test_the_place_and_the_way_of_an_installation_make_no_difference(installed: Path) -> None:
    [record] = installed.glob("*.dist-info/RECORD")
    edit(record, "of-this-place", "of-that-place")
    edit(record, "INSTALLER,sha256=pip", "INSTALLER,sha256=uv")
    edit(record, "afterword/__pycache__/post.cpython-311.pyc,,\n", "")
    assert find_there(installed) == cache_version()


def test_another_module_makes_another_epoch(installed: Path) -> None:
    [record] = installed.glob("*.dist-info/RECORD")
    edit(record, "afterword/content/post.py,sha256=", "afterword/content/post.py,sha256=x")
    assert find_there(installed) != cache_version()


def test_a_module_that_is_worked_on_makes_another_epoch(installed: Path) -> None:
    [record] = installed.glob("*.dist-info/RECORD")
    record.unlink()
    assert find_there(installed) == cache_version()
    edit(installed / "afterword/content/post.py", "import posixpath", "# Another one.\nimport posixpath")
    assert find_there(installed) != cache_version()
