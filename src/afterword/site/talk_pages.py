"""Plans the pages of talks: the table, speakers, events, and a chapters file for each talk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from afterword.core.urls import url_of_file
from afterword.site.lists import paginate
from afterword.site.model import FOLDERS
from afterword.site.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.site.model import Site, Term

MOST_ROWS = 2_000
"""So many talks a table holds before it goes on on another page: browsers sort and filter that many at once."""


def plan_talks(site: Site) -> Iterator[Page]:
    """The table of all talks, and the same as data; a page of the blog's own at the table's URL comes first."""
    if not site.talks or not site.config.talks.table:
        return
    table = Page(
        kind="talks",
        url="/talks/",
        output="talks/index.html",
        template="talks.html",
        title="Talks",
        posts=("talks",),
        optional=True,
        indexed=True,
        updated=max((changed for post in site.talks if (changed := post.changed)), default=None),
    )
    yield from paginate(table, len(site.talks), MOST_ROWS)
    yield Page("talks-data", "/talks/index.json", "talks/index.json", "talks.json", posts=("talks",))
    yield Page("talks-data", "/talks/index.csv", "talks/index.csv", "talks.csv", posts=("talks",))


def plan_speakers(site: Site) -> Iterator[Page]:
    """The speakers of talks, and a page with a feed for each."""
    if site.speakers and site.config.talks.speaker_pages:
        yield _index("speakers", "Speakers")
        for term in site.speakers:
            yield from _term_pages(site, term, "speaker.html")


def plan_events(site: Site) -> Iterator[Page]:
    """The events of talks, and a page with a feed for each, which has the editions inside."""
    if site.events and site.config.talks.event_pages:
        yield _index("events", "Events")
        for term in site.events:
            yield from _term_pages(site, term, "event.html")


def _index(kind: Literal["speakers", "events"], title: str) -> Page:
    """The list of all speakers or events; a page of the blog's own at its URL comes first."""
    return Page(kind, f"/{kind}/", f"{kind}/index.html", f"{kind}.html", title=title, optional=True, indexed=True)


def _term_pages(site: Site, term: Term, template: str) -> Iterator[Page]:
    folder = f"{FOLDERS[term.kind]}/{term.slug}"
    yield Page(
        kind=term.kind,
        url=term.url,
        output=f"{folder}/index.html",
        template=template,
        title=term.name,
        posts=("talks", term.kind, term.slug),
        term=(term.kind, term.slug),
        feed_url=term.feed_url,
        indexed=True,
        updated=max((changed for post in term.posts if (changed := post.changed)), default=None),
    )
    yield Page(
        kind="feed",
        url=term.feed_url,
        output=f"{folder}/feed.xml",
        template="feed.xml",
        title=term.name,
        posts=("term", term.kind, term.slug),
        stop=site.config.feed.limit,
        term=(term.kind, term.slug),
    )


def plan_chapters(site: Site) -> Iterator[Page]:
    """A chapters file beside each post and page whose headings are stamped with moments of its talk."""
    if not site.config.talks.chapter_files:
        return
    for post in site.everything:
        if post.chapters_output:
            yield Page(
                kind="chapters",
                url=url_of_file(post.chapters_output),
                output=post.chapters_output,
                template="chapters.json",
                title=post.title,
                post=post.path,
                place=post.url_place,
            )
