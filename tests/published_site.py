"""A site below a base path, built by the steps of the publishing workflow and served as GitHub Pages would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
BASE = "/x"


def run_workflow(blog: Path, base_url: str) -> None:
    """Creates a blog with `init` and this repository's posts, and runs the commands of its workflow on it."""
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {**os.environ, "PATH": tools, "GITHUB_STEP_SUMMARY": str(blog.parent / "summary.md")}
    subprocess.run(["afterword", "init", blog], env=environ, check=True, capture_output=True)
    shutil.copytree(ROOT / "posts", blog / "posts", dirs_exist_ok=True)
    shutil.copytree(ROOT / "pages", blog / "pages")
    environ |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(blog), "BASE_URL": base_url}
    workflow = yaml.safe_load((blog / ".github/workflows/publish.yml").read_text())
    steps = [step["run"] for step in workflow["jobs"]["build"]["steps"] if "run" in step]
    for step in steps:
        if not step.startswith("python -m pip install"):
            done = subprocess.run(["bash", "-eo", "pipefail", "-c", step], cwd=blog, env=environ, capture_output=True)
            assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


class _Pages(BaseHTTPRequestHandler):
    """Answers as GitHub Pages does: `x` for `x.html`, folders with a slash, `404.html` for the rest."""

    site: Path

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        found = self.site / path.removeprefix(BASE).strip("/")
        if not path.startswith(f"{BASE}/") or any(name.startswith(".") for name in Path(path).parts[1:]):
            self._answer(404, None)
        elif found.is_dir() and not path.endswith("/"):
            self.send_response(301)
            self.send_header("Location", f"{self.path}/")
            self.end_headers()
        else:
            names = [found / "index.html"] if path.endswith("/") else [found, found.with_name(f"{found.name}.html")]
            file = next((name for name in names if name.is_file()), None)
            self._answer(200 if file else 404, file or self.site / "404.html")

    def _answer(self, status: int, file: Path | None) -> None:
        data = file.read_bytes() if file is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", (guess_type(file.name)[0] if file else None) or "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_as_pages(blog: Path) -> Iterator[str]:
    """Serves `site` of a blog that need not be built yet; gives the base URL, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Pages,), {"site": blog / "site"}))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{BASE}"
    finally:
        server.shutdown()
        server.server_close()
