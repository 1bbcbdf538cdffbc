"""A blog has at most one server."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Failure
from afterword.server.app import server_lock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import BlogMaker

HOLD = """
import sys
from pathlib import Path
from afterword.server.app import server_lock
with server_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_server_is_refused_and_told_of_the_first(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n")
    with server_lock(made.root / ".afterword/serve"):
        run = subprocess.run(
            [sys.executable, "-m", "afterword", "serve", "-s", made.root, "--port", "0"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 3
    assert f"error[server-running]: another server (process {os.getpid()}) is running for this blog" in run.stderr
    assert "hint: use that server, or stop it first" in run.stderr


def test_the_claim_ends_with_the_process_however_that_ends(tmp_path: Path) -> None:
    held = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert held.stdout is not None
    assert held.stdout.readline() == b"held\n"
    with pytest.raises(Failure), server_lock(tmp_path):
        pass
    held.kill()
    held.communicate()
    with server_lock(tmp_path), pytest.raises(Failure), server_lock(tmp_path):
        pass
    with server_lock(tmp_path):
        pass


def test_where_there_can_be_no_folder_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "serve").write_text("a file")
    with pytest.raises(Failure, match="cannot write to"), server_lock(tmp_path / "serve"):
        pass
