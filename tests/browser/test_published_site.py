"""A site below a base path, published by the workflow, in a browser: no request fails, and search and talks work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import PATIENCE
from tests.published_site import run_workflow, serve_as_pages

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser


def test_pages_load_below_the_base_path(chromium: Any, tmp_path: Path) -> None:
    blog = tmp_path / "blog"
    with serve_as_pages(blog) as base_url:
        run_workflow(blog, base_url)
        page = chromium.new_page()
        failures: list[str] = []
        page.on("response", lambda answer: failures.append(answer.url) if answer.status >= 400 else None)
        page.on("requestfailed", lambda asked: failures.append(asked.url) if "ABORTED" not in asked.failure else None)
        page.on("pageerror", lambda problem: failures.append(str(problem)))
        for path in ("/", "/posts/a-first-talk/", "/talks/", "/tags/llm/", "/about/", "/style-guide/"):
            page.goto(f"{base_url}{path}", wait_until="load")
            assert page.evaluate("getComputedStyle(document.body).maxWidth || document.styleSheets.length")
        page.goto(f"{base_url}/search/?q=tokenizer")
        result = page.locator("main a[href*='/posts/']").first
        result.wait_for(timeout=PATIENCE)
        assert result.get_attribute("href").startswith(f"{base_url}/posts/")
        page.goto(f"{base_url}/")
        page.locator("main a[href*='/posts/']").first.click()
        page.wait_for_url(f"{base_url}/posts/**")
        assert failures == []
        page.close()
