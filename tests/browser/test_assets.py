"""The style sheet and the scripts as they are published mean to a browser what their sources do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterword.templates.strip_assets import strip_script, strip_style

if TYPE_CHECKING:
    from typing import Any

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "static"

RULES = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/\\s+/g, " ").replace(/([,:]) /g, "$1"));
}"""


@pytest.fixture
def page(chromium: Any) -> Any:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_the_style_sheet_has_the_same_rules(page: Any) -> None:
    text = (STATIC / "style.css").read_text()
    rules = page.evaluate(RULES, text)
    assert len(rules) > 5
    assert page.evaluate(RULES, strip_style(text)) == rules


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_scripts_can_be_read(page: Any, path: Path) -> None:
    # a function's body has no exports and no `import.meta`
    text = re.sub(r"\bexport (?=async|class|const|function|let)", "", strip_script(path.read_text())).replace(
        "import.meta", "({})"
    )
    page.evaluate("(text) => void new Function(text)", text)
