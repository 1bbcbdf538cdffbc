"""The recipes of the manual do what they say, under the policy that they leave in place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.sites import ROOT, _build, serve
from tests.conftest import Blog

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

_MANUAL = (ROOT / "docs/customizing.md").read_text()
_RECIPE = re.compile(r"^### ([^\n]+)\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^`([\w./-]+)`[^`]*:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)

RECIPES = {name: dict(_FILE.findall(text)) for name, text in _RECIPE.findall(_MANUAL)}

FAKES = {
    "https://giscus.app/client.js": """
        document.head.insertAdjacentHTML("beforeend", '<link rel="stylesheet" href="https://giscus.app/default.css">');
        document.currentScript.insertAdjacentHTML("afterend", '<iframe src="https://giscus.app/widget"></iframe>');
    """,
    "https://utteranc.es/client.js": """
        document.currentScript.insertAdjacentHTML("afterend", '<div class="utterances">'
          + '<iframe class="utterances-frame" src="https://utteranc.es/utterances.html"></iframe></div>');
    """,
    "https://gc.zgo.at/count.js": """
        const { goatcounter } = document.currentScript.dataset;
        navigator.sendBeacon(goatcounter + "?beacon");
        new Image().src = goatcounter + "?image";
    """,
    "https://plausible.io/js/script.js": 'fetch("https://plausible.io/api/event", { method: "POST", body: "{}" });',
}
"""What the scripts of others load, as far as a policy sees it; they are not asked."""

EXPECTED = {
    "Add a style sheet": [],
    "Change fonts": [],
    "Comments with giscus": ["https://giscus.app/default.css", "https://giscus.app/widget"],
    "Comments with utterances": ["https://utteranc.es/utterances.html"],
    "Analytics with GoatCounter": [
        "https://ada.goatcounter.com/count?beacon",
        "https://ada.goatcounter.com/count?image",
    ],
    "Analytics with Plausible": ["https://plausible.io/api/event"],
    "Search with Pagefind": [],
}


def test_every_recipe_is_tried() -> None:
    assert RECIPES.keys() == EXPECTED.keys()
    assert all("afterword.toml" in files for files in RECIPES.values())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recipe_works_under_the_policy(tmp_path: Path, visit: Visitor, name: str) -> None:
    made = Blog(tmp_path).write("posts/2026-01-01-a.md", "---\ntitle: A\n---\n> A quotation.\n")
    for font in ("literata", "inter"):
        made.write(f"static/fonts/{font}.woff2", "")
    for path, text in RECIPES[name].items():
        made.write(path, text)
    site = _build(tmp_path, tmp_path / "site")
    asked: list[str] = []

    def answer(route: object, request: object) -> None:
        url = request.url  # type: ignore[attr-defined]
        asked.append(url)
        kind = "text/css" if url.endswith(".css") else "text/javascript" if url in FAKES else "text/html"
        route.fulfill(  # type: ignore[attr-defined]
            body=FAKES.get(url, ""), content_type=kind, headers={"Access-Control-Allow-Origin": "*"}
        )

    with serve(site) as origin:
        visited = visit("about:blank")
        page = visited.page
        page.route(re.compile(r"^https://"), answer)
        page.goto(f"{origin}/posts/a/")
        for url in EXPECTED[name]:
            if url not in asked:
                page.wait_for_event("request", lambda request, url=url: request.url == url)
        assert not [text for text in visited.complaints if "Content Security Policy" in text]
        if name == "Add a style sheet":
            colours = page.evaluate(
                "[getComputedStyle(document.querySelector('blockquote')).borderInlineStartColor,"
                " getComputedStyle(document.querySelector('.when'), '::before').borderBlockStartColor]"
            )
            assert colours[0] == colours[1]
        if name == "Search with Pagefind":
            page.goto(f"{origin}/search/")
            assert page.evaluate("document.querySelector('#pagefind') !== null")
            page.evaluate("WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))")
        if name == "Change fonts":
            family = page.evaluate("getComputedStyle(document.body).fontFamily")
            assert family.startswith(("Literata", '"Literata"'))
            assert any("literata" in url for url in visited.requests)
