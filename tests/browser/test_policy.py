"""The content security policy in a browser: nothing that a post says runs, and nothing that it says changes the policy.

A script that ran would leave a word in the page's `data-ran`. All other hosts are answered for on this machine.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from afterword.markdown.context import MarkdownOptions
from afterword.templates.csp import write_policy
from tests.browser.sites import serve
from tests.writing import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import BlogMaker

pytestmark = pytest.mark.browser

RUN = "document.documentElement.dataset.ran = '{}'"
SCRIPT = f"<script>{RUN.format('script')}</script>"
INJECTED = "https://g.h; script-src-elem 'unsafe-inline' *; y"

ATTACKS = {
    "img": f'<img src="{INJECTED}">\n{SCRIPT}',
    "srcset": f"<img srcset=\"https://g.h;script-src-elem&#9;'unsafe-inline' 2x\">\n{SCRIPT}",
    "video": f'<video poster="{INJECTED}" src="{INJECTED}"></video>\n{SCRIPT}',
    "iframe": f'<iframe src="{INJECTED}"></iframe>\n{SCRIPT}',
    "markdown": f"![a](<{INJECTED}>)\n\n{SCRIPT}",
    "user": f"<img src=\"https://;script-src-elem 'unsafe-inline'@g.h/\">\n{SCRIPT}",
}

TRICKS = {
    "a policy of its own": '<meta http-equiv="Content-Security-Policy" content="script-src * \'unsafe-inline\'">',
    "the end of the head": "</head></html><head>",
    "a base": '<base href="https://evil.example/">',
    "an attribute": f'<img src="/none.png" onerror="{RUN.format("onerror")}">',
    "a drawing": f'<svg onload="{RUN.format("svg")}"><script>{RUN.format("in a drawing")}</script></svg>',
    "a frame of text": f'<iframe srcdoc="<script>top.{RUN.format("srcdoc")}</script>"></iframe>',
    "a frame of data": f'<iframe src="data:text/html,<script>top.{RUN.format("data")}</script>"></iframe>',
    "an object of data": f'<object data="data:text/html,<script>top.{RUN.format("object")}</script>"></object>',
    "a script of data": f'<script src="data:text/javascript,{RUN.format("of data")}"></script>',
    "a script of another host": '<script src="https://evil.example/x.js"></script>',
    "a module": f'<script type="module">{RUN.format("module")}</script>',
    "a style sheet": '<link rel="stylesheet" href="https://evil.example/x.css">',
    "a mark of a policy": "policy-0123456789abcdef0123456789abcdef",
    "a frame of a script": f'<iframe src="javascript:top.{RUN.format("javascript")}"></iframe>',
}


@pytest.fixture
def answered(chromium: Any) -> Any:
    """A context in which every other host answers with a script or a style sheet."""
    context = chromium.new_context()
    context.route(re.compile("//[^/]*example/|//g.h"), lambda route: route.fulfill(body=RUN.format("remote")))
    yield context
    context.close()


def open_page(context: Any, url: str) -> Any:
    page = context.new_page()
    page.goto(url, wait_until="load")
    return page


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_the_host_of_a_url_adds_nothing_to_a_policy(answered: Any, tmp_path: Path, text: str) -> None:
    body = write(text, MarkdownOptions(strict_csp=False))
    assert any(found.is_error for found in body.diagnostics) or body.remote == (("img-src", "https://g.h"),)
    policy = write_policy(body.remote, [])
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    (tmp_path / "404.html").write_text("")
    (tmp_path / "index.html").write_text(f"<!doctype html>{meta}<title>A</title>{body.html}")
    (tmp_path / "open.html").write_text(f"<!doctype html><title>A</title>{body.html}")
    with serve(tmp_path) as origin:
        assert open_page(answered, f"{origin}/open.html").evaluate("document.documentElement.dataset.ran") == "script"
        assert open_page(answered, f"{origin}/").evaluate("document.documentElement.dataset.ran") is None


def test_nothing_in_a_post_runs_or_changes_the_policy(answered: Any, blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-plain.md --\n---\ntitle: Plain\n---\nText.\n")
    for number, (name, text) in enumerate(TRICKS.items()):
        made.write(f"posts/2026-01-02-p{number}.md", f"---\ntitle: {name}\n---\nText.\n\n{text}\n\n{SCRIPT}\n")
    assert made.build().published
    with serve(made.root / "site") as origin:
        for number, name in enumerate(TRICKS):
            page = open_page(answered, f"{origin}/posts/p{number}/")
            page.evaluate("new Promise(done => setTimeout(done))")
            assert page.evaluate("document.documentElement.dataset.ran") is None, name
            assert page.evaluate("document.baseURI") == f"{origin}/posts/p{number}/", name
            own = page.evaluate("document.head.querySelector('meta[http-equiv=Content-Security-Policy]').content")
            shown = re.search(r'Content-Security-Policy" content="([^"]*)"', made.page("/posts/plain/"))
            assert shown is not None
            assert own.split("; ")[:3] == unescape(shown[1]).split("; ")[:3], name
