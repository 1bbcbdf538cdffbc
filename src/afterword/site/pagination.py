"""Splits a list page into pages of a fixed length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.site.queries.selections import select, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.site.model import Site
    from afterword.site.page import Page


def continue_list(first: Page, site: Site) -> Iterator[Page]:
    """Yields a list page and its continuations at `page/2/` by default; only the first is in the sitemap."""
    size = first.stop
    if size is None:
        yield first
        return
    count = len(select(site, first.posts)) if first.posts else len(terms_of(site, first.taxonomy))
    total = max(1, -(-count // size))
    paths = [
        "",
        *(site.config.paginate_path.strip("/").replace(":num", f"{number}/") for number in range(2, total + 1)),
    ]
    folder = first.output.removesuffix("index.html")
    urls = [f"{first.url}{path}" for path in paths]
    for index, url in enumerate(urls):
        yield replace(
            first,
            url=url,
            output=f"{folder}{paths[index]}index.html" if index else first.output,
            start=index * size,
            stop=(index + 1) * size,
            number=index + 1,
            total=total,
            previous_url=urls[index - 1] if index else "",
            next_url=urls[index + 1] if index + 1 < total else "",
            indexed=first.indexed and index == 0,
        )
