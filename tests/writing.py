"""What the tests of Markdown share: a small site to link to, and readers of fixtures and of HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.markdown.context import FileTarget, MarkdownOptions, PageTarget, TalkContext
from afterword.markdown.render import MarkdownText, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.body import Body

FIXTURES = Path(__file__).parent / "markdown"
PATH = "posts/2026-01-01-x.md"
URL = "/posts/x/"

_FIXTURE = re.compile(r"(?P<title>[^\n]+)\n\.\n(?P<text>.*?)\n\.\n(?P<expected>.*?)\n?\.\n+", re.DOTALL)


@dataclass(frozen=True)
class SmallSite:
    """A site with a few posts and files, as a body sees it (`markdown.Links`)."""

    def page(self, path: str) -> PageTarget | None:
        return {
            "posts/2026-01-02-other.md": PageTarget("/posts/other/"),
            "posts/2026-01-03-draft.md": PageTarget("", "a draft"),
            "pages/about.md": PageTarget("/about/"),
        }.get(path)

    def file(self, path: str) -> FileTarget | None:
        return {
            "posts/slide.png": FileTarget("/posts/x/slide.png", 640, 480),
            "posts/slides.pdf": FileTarget("/posts/x/slides.pdf"),
        }.get(path)

    def asset(self, url: str) -> FileTarget | None:
        return {"/img/logo.png": FileTarget("/img/logo.png", 32, 16)}.get(url)

    def named(self, name: str) -> tuple[str, ...]:
        return {
            "other": ("posts/2026-01-02-other.md",),
            "draft": ("posts/2026-01-03-draft.md",),
            "about": ("pages/about.md",),
            "twice": ("pages/about.md", "static/img/logo.png"),
            "slide.png": ("posts/slide.png",),
            "slides.pdf": ("posts/slides.pdf",),
            "logo.png": ("static/img/logo.png",),
        }.get(name.lower(), ())

    def near(self, path: str) -> str | None:
        return "slide.png" if path == "posts/slid.png" else None


def write(text: str, options: MarkdownOptions | None = None, talk_context: TalkContext | None = None) -> Body:
    """Render a text as the post `posts/2026-01-01-x.md`, whose front matter ends on line 4."""
    chosen = options or MarkdownOptions()
    return render(MarkdownText(text, PATH, 5, URL, talk_context), chosen, SmallSite())


def say(diagnostic: Diagnostic) -> str:
    """A diagnostic on one line: `warning[id] 5:3+2 message (hint)`, the columns underlined behind the place."""
    place = diagnostic.place
    assert place is not None
    assert place.path == PATH
    where = f"{place.line}:{place.column}+{place.length}" if place.column else str(place.line)
    hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
    return f"{diagnostic.severity}[{diagnostic.id}] {where} {diagnostic.message}{hint}"


def ids(body: Body) -> list[str]:
    """The ids of a body's diagnostics, in order."""
    return [diagnostic.id for diagnostic in body.diagnostics]


def read_fixtures(folder: str) -> Iterator[tuple[str, str, str]]:
    """Every `title . text . expected .` of a folder's files: the name of file and case, the text, what is expected."""
    for path in sorted((FIXTURES / folder).glob("*.md")):
        content = path.read_text()
        found = list(_FIXTURE.finditer(content))
        assert "".join(match[0] for match in found).strip() == content.strip(), f"{path.name} is not all fixtures"
        for match in found:
            yield f"{path.stem}: {match['title']}", match["text"], match["expected"]
