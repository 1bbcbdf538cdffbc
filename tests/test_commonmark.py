"""The examples of the CommonMark specification: what Afterword makes of them, but for what it means to do otherwise."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

import html5lib
import pytest

from afterword.markdown.context import FileTarget, MarkdownOptions, PageTarget
from afterword.markdown.render import MarkdownText, render
from tests.conftest import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

SPECIFICATION = DATA / "commonmark" / "spec.json"
OPTIONS = MarkdownOptions(
    schemes=("http", "https", "mailto", "irc", "a+b+c", "made-up-scheme", "localhost"), max_block=0
)
"""All schemes that the examples have, and no colours in code."""

EXCEPTIONS = {
    144: "`;` is no language, so it gets no class",
    608: "bare addresses are links",
    611: "bare addresses are links",
    612: "bare addresses are links",
}
"""The examples with another outcome, and why."""


@dataclass(frozen=True)
class Anything:
    """A site that has whatever is linked to, at the same place."""

    def page(self, path: str) -> PageTarget | None:
        return PageTarget(f"/{path}")

    def file(self, path: str) -> FileTarget | None:
        return FileTarget(f"/{path}")

    def asset(self, url: str) -> FileTarget | None:
        return FileTarget(url)

    def named(self, _name: str) -> tuple[str, ...]:
        return ()

    def near(self, _path: str) -> str | None:
        return None


def examples() -> list[object]:
    return [
        pytest.param(example["markdown"], example["html"], id=f"{example['example']} {example['section']}")
        for example in json.loads(SPECIFICATION.read_text())
        if example["example"] not in EXCEPTIONS
    ]


@pytest.mark.parametrize(("text", "html"), examples())
def test_examples_of_the_specification(text: str, html: str) -> None:
    body = render(MarkdownText(text, "x.md", 1, "/"), OPTIONS, Anything())

    assert normalize(body.html) == normalize(html)


def normalize(html: str) -> str:
    """HTML as a browser understands it, without what Afterword adds to CommonMark's."""
    root = html5lib.parseFragment(html, namespaceHTMLElements=False)
    text = "".join(_write(child) for child in root)
    return re.sub(r"\s+(?=<)|(?<=>)\s+", "", (root.text or "") + text).strip()


def _write(element: Element) -> str:
    return _write_element(element) + (element.tail or "")


def _write_element(element: Element) -> str:
    if not isinstance(element.tag, str):
        return f"<!--{element.text}-->"
    match element.tag, element.get("class"):
        case "div", "heading":  # the link beside a heading
            return _write_element(element[0])
        case "figure", "code":  # the frame of a code block
            return _write_element(element[-1])
        case "figure", _:  # an image by itself, with its title as caption
            element[0].set("title", element[-1].text or "")
            return f"<p>{_write_element(element[0])}</p>"
        case "span", "unlinked":
            raise AssertionError("a link was refused")
    inside = (element.text or "") + "".join(map(_write, element))
    attributes = "".join(f' {name}="{value}"' for name, value in sorted(_attributes(element)))
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    """The attributes that CommonMark has too; local URLs as those that they lead to."""
    added = {"h": {"id"}, "p": {"tabindex", "role", "aria-label"}, "a": {"rel"}, "i": {"decoding", "loading"}}
    for name, value in element.attrib.items():
        if name in ("href", "src"):
            yield name, urljoin("/", unquote(value).replace("\\", "/")) if "://" not in value else unquote(value)
        elif name not in added.get(element.tag[0], ()):
            yield name, value
