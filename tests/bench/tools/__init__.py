"""The generators that are compared, one module for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.tools.afterword import AFTERWORD, AFTERWORD_CARDS, AFTERWORD_SEARCH, AFTERWORD_THEME
from tests.bench.tools.eleventy import ELEVENTY
from tests.bench.tools.hugo import HUGO, HUGO_THEME
from tests.bench.tools.pelican import PELICAN

if TYPE_CHECKING:
    from tests.bench.tools.tool import Tool

TOOLS: tuple[Tool, ...] = (
    AFTERWORD,
    AFTERWORD_THEME,
    AFTERWORD_SEARCH,
    AFTERWORD_CARDS,
    HUGO,
    HUGO_THEME,
    ELEVENTY,
    PELICAN,
)
