"""Every command in the guides works, in the order in which the pages have them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.test_import import JEKYLL, VAULT, fill
from tests.test_import_hugo import HUGO
from tests.test_import_pelican import PELICAN

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)

_WRAPPER = """\
#!/bin/sh
# A preview runs until it is stopped: here its options are checked.
if [ "$1" = serve ]; then set -- "$@" --help; fi
exec {python} -m afterword "$@"
"""

_STUBS = {
    "pipx": "#!/bin/sh\nexit 0\n",
    "git": '#!/bin/sh\nif [ "$1" = push ]; then exit 0; fi\nexec /usr/bin/git -c user.name=A -c user.email=a "$@"\n',
}
"""Commands that would reach the network or ask who commits."""


def run_page(page: str, folder: Path, *, ends: set[int]) -> None:
    """Runs all commands of a page in one shell; each must end with one of the exit codes, and the first fails."""
    blocks = _BLOCK.findall((ROOT / "docs" / page).read_text())
    assert blocks
    tools = folder / "bin"
    tools.mkdir()
    for name, text in {"afterword": _WRAPPER.format(python=sys.executable), **_STUBS}.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    script = "".join(re.sub(r"^\$ ", "", block, flags=re.MULTILINE) for block in blocks)
    environ = {**os.environ, "HOME": str(folder), "PATH": f"{tools}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-euc", script], cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode in ends, done.stdout + done.stderr


def test_getting_started(tmp_path: Path) -> None:
    run_page("getting-started.md", tmp_path, ends={0})
    assert (tmp_path / "notes/site/posts/what-i-learned/index.html").exists()
    assert "In one sentence:" in next((tmp_path / "notes/posts").glob("*from-the-template.md")).read_text()


def test_moving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1999999999")
    sound = {name: text for name, text in JEKYLL.items() if "liquid" not in name}
    fill(tmp_path / "my-jekyll-blog", sound)
    fill(tmp_path / "vault", {name: text for name, text in VAULT.items() if "Big" not in name and "photo" not in name})
    fill(tmp_path / "my-hugo-blog", {name: text for name, text in HUGO.items() if "bundle" not in name})
    sound = {
        name: text for name, text in PELICAN.items() if not any(part in name for part in ("links", "2024-03", "my x"))
    }
    fill(tmp_path / "my-pelican-blog", sound)
    (tmp_path / "vault/Small ideas.md").write_text("# Small ideas\n\nText.\n")
    fill(tmp_path / "notes-on-talks", {"b.md": "# [Boundaries](https://youtu.be/yTkzNHF6rMs)\n\nText.\n"})
    run_page("moving.md", tmp_path, ends={0})
    assert "talk:" in (tmp_path / "talks/posts/b.md").read_text()


def test_editors(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    run_page("editors.md", tmp_path, ends={0})
    assert "_AFTERWORD_COMPLETE" in (tmp_path / ".zfunc/_afterword").read_text()
    assert '"$schema"' in (tmp_path / ".vscode/settings.schema.json").read_text()
