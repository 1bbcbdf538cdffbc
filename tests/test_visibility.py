"""Keys that hide, schedule or expire a post: those of Afterword, and those of other generators, row by row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from afterword.cli.main import run
from afterword.core.diagnostics import Exit, Severity
from afterword.front_matter.foreign_keys import FOREIGN_KEYS
from afterword.front_matter.visibility_effects import ANYTHING, DAY, EMPTY, LIKE_A_DATE, Effect
from tests.conftest import DATA, TODAY, Blog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from afterword.build.report import Report
    from tests.conftest import BlogMaker

TOMORROW = "1772409600"
"""2026-03-02."""

ALL_ON_ONE_PAGE = "paginate = 1000\nfeed.limit = 1000\n"
LISTS = ("/", "/archive/", "/tags/x/", "/feed.xml", "/feed.json", "/tags/x/feed.xml")

DIAGNOSED = {
    Effect.SCHEDULED: ("unclear-visibility", Severity.NOTE),
    Effect.UNCLEAR: ("unclear-visibility", Severity.WARNING),
    Effect.POSSIBLE: ("unclear-visibility", Severity.NOTE),
    Effect.SUBJECT: ("unclear-visibility", Severity.WARNING),
    Effect.UNSUPPORTED: ("unsupported-visibility", Severity.ERROR),
    Effect.NOT_A_FLAG: ("invalid-type", Severity.ERROR),
    Effect.NOT_A_DATE: ("invalid-date", Severity.ERROR),
}
"""The effects that are a finding, with its id."""


class Row(NamedTuple):
    """A value of a key of the table, as front matter, and its effect."""

    entry: str
    effect: Effect


def write_value(token: str, effect: Effect) -> str:
    """A value that has this token; a date has its effect on 2026-03-01, and not yet or no more on the day after."""
    if token == DAY:
        return "2026-03-02" if effect is Effect.APPEARS else "2026-03-01"
    if token in (LIKE_A_DATE, ANYTHING, EMPTY):
        return {LIKE_A_DATE: "2026-13-01", ANYTHING: "something else", EMPTY: ""}[token]
    return f"{{{token}}}" if ": " in token else token.replace("…", "of March")


ROWS = [
    Row(f"{name}: {write_value(token, effect)}", effect)
    for key in FOREIGN_KEYS
    for name in key.names
    for token, effect in key.effects.items()
]


def test_no_value_of_a_key_has_two_effects() -> None:
    for key in FOREIGN_KEYS:
        tokens = [token for effect in Effect for token in key.list_tokens(effect)]
        assert len(tokens) == len(set(tokens)) == len(key.effects), key.names


def plant(made: Blog, entries: Iterable[str]) -> None:
    """Write a post for each entry: `posts/p7.md` is titled `Post 7.`, is in the tag `x` and has the entry on line 5."""
    made.write("afterword.toml", ALL_ON_ONE_PAGE)
    made.write("posts/always.md", "---\ntitle: Always\ndate: 2026-01-01\ntags: [x]\n---\nText.\n")
    for number, entry in enumerate(entries):
        date = "" if entry.startswith("date: ") else "date: 2026-01-01"
        tags = "" if entry.startswith(("tag: ", "tags: ")) else "tags: [x]"
        text = f"---\ntitle: Post {number}.\n{date}\n{tags}\n{entry}\n---\nText {number}.\n"
        made.write(f"posts/p{number}.md", text)


def listed(made: Blog, url: str) -> set[int]:
    """The numbers of the posts that a page lists."""
    return {int(number) for number in re.findall(r"Post (\d+)\.", made.page(url))}


def published(made: Blog) -> dict[int, str]:
    """The pages of the posts, by number."""
    pages = ((re.fullmatch(r"posts/p(\d+)/index.html", path), content) for path, content in made.tree().items())
    return {int(match[1]): content.decode() for match, content in pages if match}


def numbers(rows: list[Row], *effects: Effect) -> set[int]:
    return {number for number, row in enumerate(rows) if row.effect in effects}


def skipped(report: Report) -> dict[int, tuple[str, str]]:
    """The posts that are held back, by number, each with the reason and the entry that decides it."""
    return {int(one.path.removeprefix("posts/p")[:-3]): (one.reason, one.because) for one in report.skipped}


def in_sitemap(made: Blog) -> set[int]:
    return {int(number) for number in re.findall(r"/posts/p(\d+)/<", made.page("/sitemap.xml"))}


def robots(page: str) -> str:
    match = re.search(r'<meta name="robots" content="([^"]*)">', page)
    return match[1] if match else ""


def test_each_value_of_the_table_has_its_effect(blog: BlogMaker) -> None:
    rows = [row for row in ROWS if row.effect not in DIAGNOSED]
    made = blog()
    plant(made, [row.entry for row in rows])
    report = made.build(strict=True)
    assert report.diagnostics == ()
    reasons = {Effect.DRAFT: "draft", Effect.APPEARS: "future", Effect.EXPIRES: "expired"}
    expected = {n: (reasons[row.effect], row.entry) for n, row in enumerate(rows) if row.effect in reasons}
    assert skipped(report) == expected
    everything = set(range(len(rows))) - expected.keys()
    pages = published(made)
    assert pages.keys() == everything
    unlisted = numbers(rows, Effect.UNLISTED)
    for url in LISTS:
        assert listed(made, url) == everything - unlisted, url
    unindexed = unlisted | numbers(rows, Effect.NOINDEX)
    directed = numbers(rows, Effect.DIRECTIVE)
    assert {number for number, page in pages.items() if "noindex" in robots(page)} == unindexed
    assert {number for number, page in pages.items() if robots(page)} == unindexed | directed
    kept_out = {number for number in directed if rows[number].entry.endswith(": none")}
    assert in_sitemap(made) == everything - unindexed - numbers(rows, Effect.NOT_IN_SITEMAP) - kept_out


def test_the_day_after_future_posts_are_there_and_an_option_shows_all(blog: BlogMaker) -> None:
    rows = [row for row in ROWS if row.effect in (Effect.DRAFT, Effect.APPEARS, Effect.EXPIRES)]
    made = blog()
    plant(made, [row.entry for row in rows])
    made.build()
    assert not published(made)
    report = made.build(today=TOMORROW)
    assert published(made).keys() == listed(made, "/") == numbers(rows, Effect.APPEARS)
    assert all("Not published yet" not in page for page in published(made).values())
    assert skipped(report).keys() == numbers(rows, Effect.DRAFT, Effect.EXPIRES)
    assert made.build(drafts=True, future=True, expired=True).skipped == ()
    assert all(robots(page) == "noindex" for page in published(made).values())
    assert not in_sitemap(made)


def test_values_that_hide_a_text_elsewhere_are_told_at_the_key(blog: BlogMaker) -> None:
    rows = [row for row in ROWS if row.effect in DIAGNOSED]
    made = blog()
    plant(made, [row.entry for row in rows])
    report = made.build()
    assert report.exit_code is Exit.CONTENT
    assert not report.published
    diagnostics = [found for found in report.diagnostics if found.id != "reserved-key"]
    found = {found.place.path: (found.place.line, found.id, found.severity) for found in diagnostics if found.place}
    assert len(diagnostics) == len(rows)
    assert found == {f"posts/p{number}.md": (5, *DIAGNOSED[row.effect]) for number, row in enumerate(rows)}
    assert all("draft: true" in found.hint for found in diagnostics if found.id.endswith("-visibility"))


@pytest.mark.parametrize(
    "entry",
    [
        row.entry
        for row in ROWS
        if row.effect in DIAGNOSED and "unlisted" not in row.entry and "isDraft" not in row.entry
    ][::9],
)
def test_a_text_that_is_not_published_anyway_is_not_told_of(blog: BlogMaker, entry: str) -> None:
    made = blog(f"-- drafts/a.md --\n---\ntitle: A\n{entry}\n---\nText.\n")
    made.write("posts/b.md", f"---\ntitle: B\ndraft: true\n{entry}\n---\nText.\n")
    made.write("posts/c.md", f"---\ntitle: C\n{entry}\nisDraft: true\n---\nText.\n")
    report = made.build()
    assert [found.id for found in report.diagnostics if found.id != "reserved-key"] == []
    assert len(report.skipped) == 3


HARMLESS = """\
publishDate:
audience: developers
active: true
cascade: {draft: false, layout: wide}
categories: [beer, draft picks]
private: false
private: "no"
private:
hidden: false
public: true
visible: true
status: published
status: Publish
status: "in production"
status: evergreen
status: [[Evergreen]]
status: "[[states/published|Published]]"
status: 1 - published
status: 1
state: 1
state: 0.5
coming_soon: false
pending: false
invisible: no
export: true
export: pdf
status: [seedling, new]
state: California
state: CA
state: NO
visibility: public
archived: false
archived: 2024-01-01
archived: https://web.archive.org/web/2024/https://example.org/
ignore: false
ignore: [unused-file]
password: ""
password:
render: true
render: always
build: {render: always, list: always, publishResources: false}
build: v1.2
headless: false
hide: [navigation, toc]
isDraft: "false"
is_draft: off
wip: 0
publish: true
dg-publish: true
publishDate: 2026-01-01
pubDate: Jul 08 2022
pubDate: Tue, 08 Jul 2025 10:00:00 GMT
publishedAt: 2025-07-08T10:00:00.000Z
published_at: Strange Loop
published_date: 2017
publicationDate: Summer 2017
scheduled: true
scheduled: false
expiryDate:
expiryDate: 2099-01-01
expires: never
robots: index, follow
robots: [Spot, Atlas]
sitemap: {priority: 0.5}
sitemap: true
noindex: false
unlisted: false
listed: true
listen: https://example.org/episode.mp3
publisher: O'Reilly
permalink: /some/where/
type: post
type: talk
Type: Draft beer
post_type: article
stage: production
stage: [design, build]
phase: 2
access: public
access: open
privacy: policy
live: true
live: https://example.org/stream
internal: false
secret: [agent, sauce]
confidential: no
noPublish: false
not_published: no
status: done
status: {value: published}
status: {name: Done, color: green}
status: {project: draft}
publish_status: published
embargo: 2026-01-01
embargo: none
publish_after: 2026-02-01
go_live: 2026-01-01
go_live: true
hiddenInHomeList: false
eleventyExcludeFromCollections: false
params: {author: Ada, toc: true}
params: {draft: false, published: true}
params: {display: false}
extra: {private: false, date: 2099-01-01}
metadata: {type: draft}
hiddenFromHomePage: false
hiddenFromSearch: true
workflow: GitHub Actions
workflow: [build, publish]
workflow: {on: push}
releaseDate: 2026-02-28
releaseDate: in May
deleted: false
deletedAt:
noRender: false
output: html_document
show: true
skip: [a, b]
статус: готово
draft: false
published: true
published: 2026-01-01
kind: talk
progress: 80%
progress: done
labels: [draft beer, notes]
ready: true
approved: by the editor
online: true
online: https://example.org
schedule: weekly
schedule: [{day: 1}]
show_date: false
show_title: false
hide_title: true
nav_exclude: true
hide_footer: true
membersOnly: false
show_in_nav: false
in_menu: false
intent: draft law
version: draft-07
removed_in: 3.14
start_date: 2099-01-01
event_date: 2099-01-01
available_until: 2020-01-01
available_from: Amazon
available_on: 2026-01-01
note: draft horse
hide_title: yes
published_on: Medium
embargoUntil:
expires:
private_page: /members/
_id: 3fa9c1
permissions: CC BY
seo: {title: x, noindex: false}
eleventyComputed: {title: "{{ name }}"}
paper: {draft: 3, published: 2099-01-01}
talk: false

subtitle: Draft
share: true
comments: false
nda: false
nda: signed
classification: k-nearest neighbours
review: positive
list: [a, b]
env: production
tlp: clear
complete: true
hide: [toc]
privat: nein
noteworthy: true
notes: false
incomplete: false
"""
"""Entries that hide nothing, as writers have them."""


def test_a_writer_who_hides_nothing_is_told_nothing(blog: BlogMaker) -> None:
    entries = HARMLESS.splitlines()
    made = blog()
    plant(made, entries)
    report = made.build(strict=True)
    assert report.diagnostics == ()
    assert report.skipped == ()
    assert listed(made, "/") == set(range(len(entries)))
    assert in_sitemap(made) | {entries.index("permalink: /some/where/")} == set(range(len(entries)))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("Status: Draft", "draft"),
        ("STATUS: ' draft '", "draft"),
        ("status: [draft]", "draft"),
        ("status: 📝 Draft", "draft"),
        ("status: [[Draft]]", "draft"),
        ("status: '[[states/draft|Draft]]'", "draft"),
        ("status: '[[states/draft|Being written]]'", "draft"),
        ("status: '[[Draft]]'", "draft"),
        ("status: status/draft", "draft"),
        ("status: '#status/wip'", "draft"),
        ("status: 1 - draft", "draft"),
        ("state: 2. Draft", "draft"),
        ("work-in-progress: true", "draft"),
        ("schedule: 2026-03-02", "future"),
        ("liveFrom: 2026-03-02", "future"),
        ("publishedAt: 1893456000000", "future"),
        ("publishDate: '1893456000000'", "future"),
        ("hideAfter: 2026-02-01", "expired"),
        ("isdraft: yes", "draft"),
        ("status: {value: draft}", "draft"),
        ("status: {name: Draft, color: red}", "draft"),
        ("status: [{value: draft}]", "draft"),
        ("status: Entwurf", "draft"),
        ("status: brouillon", "draft"),
        ("status: 下書き", "draft"),
        ("status: {value: {name: Draft}}", "draft"),
        ("status: {draft: true}", "draft"),
        ("state: {publish: false}", "draft"),
        ("params: {draft: true}", "draft"),
        ("params:\n  status: Draft", "draft"),
        ("extra: {published: false}", "draft"),
        ("metadata: {publishDate: 2099-01-01}", "future"),
        ("publication: {published: 2099-01-01}", "future"),
        ("workflow: draft", "draft"),
        ("workflow: {status: draft}", "draft"),
        ("workflow-state: WIP", "draft"),
        ("releaseDate: 2099-01-01", "future"),
        ("release_on: 2026-03-02", "future"),
        ("visible-from: 2026-03-02", "future"),
        ("deleted: 2026-02-01", "expired"),
        ("deletedAt: 2026-02-01T10:00:00Z", "expired"),
        ("brouillon: true", "draft"),
        ("stat\u00adus: draft", "draft"),
        ("st\u0430tus: draft", "draft"),
        ("publish_status: draft", "draft"),
        ("article-status: Draft", "draft"),
        ("postStatus: draft", "draft"),
        ("type: draft", "draft"),
        ("type: [essay, draft]", "draft"),
        ("stage: Draft", "draft"),
        ("embargo: 2099-01-01", "future"),
        ("embargoUntil: 2026-03-02", "future"),
        ("publish_after: 2099-01-01", "future"),
        ("go_live: 2099-01-01", "future"),
        ("goLiveDate: 2026-03-02", "future"),
        ("Is-Draft: 1", "draft"),
        ("Post Status: draft", "draft"),
        ("Publish Date: 2026-03-02", "future"),
        ("publishdate: 2026-03-02", "future"),
        ("PublishDate: 2026/03/02", "future"),
        ("publish_date: 2 March 2026", "future"),
        ("pubDate: 2026-03-01\npublishDate: 2026-03-02", "future"),
        ("pub-date: 'Mar 02, 2026'", "future"),
        ("expirydate: 2026-02-01", "expired"),
        ("progress: draft", "draft"),
        ("kind: Draft", "draft"),
        ("post_type: draft", "draft"),
        ("noteStatus: draft", "draft"),
        ("Writing Stage: Draft", "draft"),
        ("keep_as_draft: true", "draft"),
        ("postDraft: yes", "draft"),
        ("post_published: false", "draft"),
        ("ghost: {status: draft}", "draft"),
        ("wordpress: {post_status: draft}", "draft"),
        ("notion:\n  Status: Draft", "draft"),
        ("eleventyComputed: {draft: true}", "draft"),
        ("publicado: no", "draft"),
        ("publié: non", "draft"),
        ("entwurf: ja", "draft"),
        ("publishing_date: 2026-03-02", "future"),
        ("dateOfPublication: 2026-03-02", "future"),
        ("publication_datetime: 2026-03-02 10:00", "future"),
        ("embargo_till: 2026-03-02", "future"),
        ("embargo_lifts: 2026-03-02", "future"),
        ("hidden_until: 2026-03-02", "future"),
        ("do_not_publish_before: 2026-03-02", "future"),
        ("showFrom: 2026-03-02", "future"),
        ("launch_day: 2026-03-02", "future"),
        ("available_from: 2026-03-02", "future"),
        ("availableAfter: 2026-03-02 09:00", "future"),
        ("date-available: 2026-03-02", "future"),
        ("expires_after: 2026-02-01", "expired"),
        ("takedown_date: 2026-02-01", "expired"),
        ("show_until: 2026-02-01", "expired"),
        ("expires: 2026-03-01T23:59:59Z", "expired"),
        ("expires: 2026-02-01\nexpiryDate: 2099-01-01", "expired"),
        ("expiryDate: 2026-02-01\npublishDate: 2026-03-02", "expired"),
        ("status: draft\npublishDate: 2026-03-02\ndraft: false", "draft"),
    ],
)
def test_spellings(blog: BlogMaker, entry: str, reason: str) -> None:
    made = blog()
    plant(made, [entry])
    report = made.build(strict=True)
    assert report.diagnostics == ()
    assert [one.reason for one in report.skipped] == [reason]


@pytest.mark.parametrize(
    "entry",
    [
        "status: false",
        "status: 0",
        "state: 0",
        "state: off",
        "publish_status: no",
        "status: WIP - second half missing",
        "status: '1 - wip: the end is missing'",
        "status: don't publish",
        "status: don’t publish",
        "status: unpublish",
        "status: '[[states/private]]'",
        "Invisible: yes",
        "isPending: true",
        "underConstruction: true",
        "onHold: true",
        "export: no",
        "pwd: abc",
        "membersOnly: true",
        "subscribers_only: yes",
        "email_only: true",
        "login_required: true",
        "requiresAuth: true",
        "readyToPublish: false",
        "include_in_build: false",
        "showOnSite: no",
        "hide_from_site: true",
        "showOnHomepage: false",
        "postHidden: true",
        "pagePrivate: true",
        "protect: logged_in",
        "permalink: {build: false}",
        "eleventyComputed: {permalink: false}",
        "nonPublic: true",
        "private: friends",
        "visibility: subscribers",
        "visibility: logged-in users",
        "published: Flase",
        "published: Not yet",
        "published: nope",
        "status: do not publish",
        "status: [idea, private]",
        "status: draft of the second part",
        "_build:\n  render: never",
        "params: {hidden: true}",
        "params: {build: {render: never}}",
        "params: {password: x}",
        "cms: {private: true}",
        "deleted: true",
        "isTrashed: yes",
        "noRender: true",
        "do_not_build: true",
        "output: false",
        "enabled: false",
        "skip: true",
        "Private: TRUE",
        "pubDate: soon",
        "published_at: 2026-02-30",
        "expires: in a week",
        "unlisted:",
        "unlsted: true",
        "publisDate: 2026-03-02",
        "expiryDat: 2026-03-02",
        "Permalink: false",
        "noPublish: true",
        "not_published: true",
        "do-not-publish: until May",
        "Unpublished: yes",
        "access: private",
        "access: Private to the team",
        "access: {value: private}",
        "secret: true",
        "internal: yes",
        "isConfidential: true",
        "live: false",
        "go_live: false",
        "go_live: in May",
        "publish_after: the review",
        "embargo: true",
        "embargo: 2026-02-30",
        "status: embargoed until May",
        "publish_status: private",
        "Darft: true",
        "PUBLISDATE: 2099-01-01",
        "🔒 Private: true",
        "cascade: {draft: true}",
        "cascade: [{build: {render: never}, _target: {path: /x}}]",
        "cascade: {params: {private: true}}",
        "cascade: {publishDate: 2099-01-01}",
        "hidden_post: true",
        "is_private_page: true",
        "sharing: private",
        "passphrase: abc",
        "seo: {private: true}",
    ],
)
def test_what_may_be_meant_to_hide_a_text_is_not_published(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    report = made.build()
    assert any(found.is_error for found in report.diagnostics)
    assert not report.published


@pytest.mark.parametrize(
    "entry",
    [
        "ready: false",
        "approved: false",
        "online: no",
        "is_finished: false",
        "unfinished: true",
        "labels: [draft]",
        "tags: [WIP]",
        "readiness: draft",
        "quality: Entwurf",
        "markers: [unpublished]",
        "owned: [{draft: true}]",
        'eleventyComputed: {permalink: "{% if hidden %}false{% endif %}"}',
        "show_in_feed: false",
        "excludeFromRss: true",
        "remove_after: the conference",
        "status: not final",
        "status: needs review by Ada",
        "paywall: true",
        "status: embargo",
        "status: embargo until May",
        "status: On hold",
        "status: confidential",
        "status: privé",
        "embargo: until May",
        "access: restricted",
        "hiddenFromRss: true",
        "workflow: in progress",
        "active: false",
        "isActive: no",
        "audience: private",
        "audience: internal only",
        "categories: Drafts",
        "tags: draft, python",
        "tags: [draft]",
        "complete: false",
        "isDone: no",
        "needs_review: true",
        "classification: confidential",
        "sensitivity: Internal use",
        "approval: pending",
        "env: dev",
        "not_ready: true",
        "tag: noexport",
        "tags: [status/draft]",
        "publishedAt: null",
        "published_at: TBD",
        "date_published: not yet",
        "_id: drafts.3fa9c1",
        "locked: true",
        "published: The Guardian",
        "published: in Nature",
        "published: O'Reilly",
        "visibility: good",
        "visibility: 15 m",
        "visibility: about ten metres",
    ],
)
def test_a_word_that_may_hide_a_text_is_a_warning(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    report = made.build()
    (found,) = report.diagnostics
    assert (found.id, found.severity) == ("unclear-visibility", Severity.WARNING)
    assert report.published


@pytest.mark.parametrize("entry", ["tags: [notes, draft]", "keywords: [talks, Draft]", "labels: [school, private]"])
def test_a_tag_that_may_be_a_subject_is_a_note_unless_the_title_has_it(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    (found,) = made.build(strict=True).diagnostics
    assert (found.id, found.severity) == ("unclear-visibility", Severity.NOTE)
    made.edit("posts/p0.md", "Post 0.", "On drafting in private")
    assert made.build(strict=True).diagnostics == ()


@pytest.mark.parametrize("status", ["scheduled", "future", "Scheduled"])
def test_a_post_that_waits_for_its_date_is_told_of_once_it_is_published(blog: BlogMaker, status: str) -> None:
    made = blog()
    plant(made, [f"status: {status}"])
    made.write("pages/about.md", f"---\ntitle: About\nstatus: {status}\n---\nText.\n")
    page, post = sorted(made.build().diagnostics, key=lambda found: str(found.place))
    assert (page.severity, page.message) == (
        Severity.WARNING,
        f"`status: {status}` does not hide the post: it has no date",
    )
    assert (post.severity, post.message) == (
        Severity.NOTE,
        f"`status: {status}` does not hide the post: its date is not in the future",
    )
    made.edit("posts/p0.md", "2026-01-01", "2026-03-02").remove("pages/about.md")
    report = made.build(strict=True)
    assert report.diagnostics == ()
    assert skipped(report)[0][0] == "future"


@pytest.mark.parametrize(
    "entry",
    [
        "nda: true",
        "under_nda: yes",
        "not_for_publication: true",
        "doNotShare: true",
        "internal-use-only: true",
        "feed_only: true",
        "tlp: RED",
        "vertraulich: ja",
        "off_the_record: true",
        "hide: all",
    ],
)
def test_a_word_that_can_only_hide_a_text_is_an_error(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    report = made.build()
    (found,) = report.diagnostics
    assert (found.id, found.severity) == ("unsupported-visibility", Severity.ERROR)
    assert not report.published


@pytest.mark.parametrize(
    "entry",
    [
        *("in_search_index: false", "search: false", "search: {exclude: true}", "search_exclude: true"),
        *("indexing: false", "pagefind: false"),
        *("noSearch: true", "hide_from_search: true", "searchable: false", "params: {hiddenFromSearch: true}"),
    ],
)
def test_a_post_that_the_search_leaves_out_is_in_all_lists(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    assert made.build(strict=True).diagnostics == ()
    assert listed(made, "/") == in_sitemap(made) == {0}
    index = [content.decode() for path, content in made.tree().items() if path.startswith("search") and ".js" in path]
    assert "Always" in "".join(index)
    assert "Post 0." not in "".join(index)


@pytest.mark.parametrize(
    ("entry", "is_hidden"),
    [
        ("head: [[meta, {name: robots, content: noindex}]]", True),
        ('head: [[meta, {name: googlebot, content: "noindex, nofollow"}]]', True),
        ("head: {meta: [{name: robots, content: none}]}", True),
        ("meta: [{name: robots, content: noindex}]", True),
        ('head: \'<meta name="robots" content="noindex">\'', True),
        ("html_meta: {robots: noindex}", True),
        ("head: [[link, {rel: canonical, href: 'https://example.org/'}]]", False),
        ("head: [[meta, {name: robots, content: 'index, follow'}]]", False),
        ("head: [[meta, {name: description, content: What noindex does}]]", False),
    ],
)
def test_a_tag_for_robots_in_a_head_is_read(blog: BlogMaker, entry: str, is_hidden: bool) -> None:
    made = blog()
    plant(made, [entry])
    assert made.build(strict=True).diagnostics == ()
    assert ("noindex" in robots(made.page("/posts/p0/"))) is is_hidden


@pytest.mark.parametrize("entry", ["not_in_sitemap: true", "exclude_from_sitemap: true", "in_sitemap: false"])
def test_a_post_that_the_sitemap_leaves_out_is_published(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    assert made.build(strict=True).diagnostics == ()
    assert listed(made, "/") == {0}
    assert not in_sitemap(made)


@pytest.mark.parametrize("entry", ["delisted: true", "hide_from_archive: true", "_discoverable: no", "in_lists: false"])
def test_a_post_that_no_list_has_is_unlisted(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    assert made.build(strict=True).diagnostics == ()
    assert published(made).keys() == {0}
    assert not listed(made, "/")


@pytest.mark.parametrize("entry", ["hiddenInHomeList: true", "hiddenFromHomePage: true", "hideFromHome: yes"])
def test_a_post_that_is_hidden_on_the_home_page_alone_can_be_unlisted(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    (found,) = made.build().diagnostics
    assert found.id == "unsupported-visibility"
    assert "`unlisted: true`" in found.hint


@pytest.mark.parametrize(
    "entry",
    ["password: hunter2", "post_password: [hunter2]", "passwords: {value: hunter2}", "Password: {all: hunter2}"],
)
def test_a_password_is_not_repeated_in_a_message(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    (found,) = made.build().diagnostics
    key = entry.partition(":")[0]
    assert found.message == f"unsupported `{key}`: it does not hide the post"
    assert "hunter2" not in f"{found}"


WITH_PASSWORD = {
    "a text": "---\ntitle: A\npassword: hunter2\n---\nText.\n",
    "several words": "---\ntitle: A\nPost Password: correct hunter2 staple\n---\nText.\n",
    "a soft hyphen": "---\ntitle: A\npass\u00adword: hunter2\n---\nText.\n",
    "a list": "---\ntitle: A\npasswords:\n- hunter2\n- &x\n---\nText.\n",
    "a map in a map": "---\ntitle: A\nparams: {draft: maybe, password: hunter2}\n---\nText.\n",
    "written twice": "---\ntitle: A\npassword: hunter2\npassword: hunter2\n---\nText.\n",
    "a colon in it": "---\ntitle: A\npassword: hunter2: x\n---\nText.\n",
    "a quotation mark too few": '---\ntitle: A\npassword: "hunter2\n---\nText.\n',
    "no fence": "password: hunter2\ntitle: A\n\nText.\n",
    "a second block": "---\ntitle: A\n---\npassword: hunter2\n\nText.\n",
    "TOML in lines": '+++\ntitle = "A"\npassword = """\nhunter2\\\\q\n"""\n+++\nText.\n',
    "a table of TOML": '+++\ntitle = "A"\n[passwords]\nall = hunter2\n+++\nText.\n',
    "JSON": '{"title": "A", "password": "hunter2"}\nText.\n',
    "header lines": "Title: A\nTags: b\nPassword: hunter2\n\nText.\n",
    "a slip": "---\ntitle: A\npassword: hunter2\npasword: x\n---\nText.\n",
}


@pytest.mark.parametrize("form", ["text", "json", "github"])
@pytest.mark.parametrize("text", WITH_PASSWORD.values(), ids=WITH_PASSWORD)
def test_a_password_is_in_no_output(blog: BlogMaker, capsys: pytest.CaptureFixture[str], text: str, form: str) -> None:
    made = blog().write("posts/2026-01-10-a.md", text)
    assert run(["build", "--source", str(made.root), "--format", form]) == Exit.CONTENT
    printed = "".join(capsys.readouterr())
    assert "posts/2026-01-10-a.md" in printed
    assert "hunter2" not in printed


def test_a_frame_shows_the_key_of_a_password(blog: BlogMaker, capsys: pytest.CaptureFixture[str]) -> None:
    made = blog().write("posts/2026-01-10-a.md", WITH_PASSWORD["a text"] + "\nThe word: password: is [free](x.md).\n")
    run(["build", "--source", str(made.root)])
    printed = capsys.readouterr().err
    assert "3 | password: ***\n" in printed
    assert "8 | The word: password: is [free](x.md).\n" in printed or "7 | The word: password: is [free]" in printed


@pytest.mark.parametrize(
    "text",
    [
        "Type: Draft\nStyle: Porter\n\nNotes on a beer.\n",
        "Title: The tempest\nType: Play\nStage: The Globe\n\nNotes.\n",
        "Access: private\n\nNotes on methods in Java.\n",
        "Secret: yes, there is one.\n\nNotes.\n",
    ],
)
def test_keys_that_are_common_words_do_not_make_front_matter_of_prose(blog: BlogMaker, text: str) -> None:
    made = blog().write("posts/2026-01-01-a.md", f"# A\n\n{text}")
    assert made.build(strict=True).diagnostics == ()
    made.write("posts/2026-01-01-a.md", text)
    assert not any(found.is_error for found in made.build().diagnostics)


@pytest.mark.parametrize("words", ["a date", "an invalid date", "any other value"])
def test_the_words_of_the_table_are_no_date(blog: BlogMaker, words: str) -> None:
    made = blog()
    plant(made, [f"publishDate: {words}"])
    assert [(found.id, found.severity) for found in made.build().diagnostics] == [("invalid-date", Severity.ERROR)]


def test_the_key_of_a_map_is_named(blog: BlogMaker) -> None:
    made = blog()
    plant(made, ["build: {list: always, render: never}"])
    (found,) = made.build().diagnostics
    assert (str(found.place), found.message) == (
        "posts/p0.md:5:23",
        "unsupported `build.render: never`: it does not hide the post",
    )


def test_a_value_in_a_map_that_holds_a_post_back_has_a_place(blog: BlogMaker) -> None:
    made = blog()
    plant(made, ["status: {name: Draft, color: red}"])
    (one,) = made.build().skipped
    assert one.because == "status.name: Draft"
    assert one.place is not None
    assert one.place.line == 5


def test_a_date_of_publication_is_the_date_where_there_is_no_other(blog: BlogMaker) -> None:
    made = blog("""
-- posts/a.md --
---
title: A
pubDate: Feb 03 2026
---
Text.
-- posts/2026-01-05-b.md --
---
title: B
publishDate: 2026-02-04
---
Text.
-- posts/c.md --
---
title: C
date: 2026-01-06
published_at: 2026-02-05 12:00
---
Text.
-- posts/d.md --
---
title: D
publishDate: 2026-02-31
---
Text.
""")
    assert [found.id for found in made.build().diagnostics] == ["invalid-date"]
    made.remove("posts/d.md").build()
    dates = [re.search(r'datetime="([\d-]+)', made.page(f"/posts/{name}/")) for name in "abc"]
    assert [found and found[1] for found in dates] == ["2026-02-03", "2026-01-05", "2026-01-06"]


def test_pages_are_held_back_like_posts(blog: BlogMaker) -> None:
    made = blog()
    for name, entry in {"a": "status: draft", "b": "publishDate: 2026-03-02", "c": "expires: 2026-01-01"}.items():
        made.write(f"pages/{name}.md", f"---\ntitle: Page {name}\n{entry}\n---\nText.\n")
    made.write("pages/d.md", "---\ntitle: Page d\nunlisted: true\n---\nText.\n")
    made.write("pages/e.md", "---\ntitle: Page e\n---\nText.\n")
    report = made.build()
    assert [one.reason for one in report.skipped] == ["draft", "future", "expired"]
    assert robots(made.page("/d/")) == "noindex"
    menu = re.findall(r"Page \w", made.page("/"))
    assert menu == ["Page e"]
    made.write("pages/f.md", "---\ntitle: Page f\nprivate: true\n---\nText.\n")
    assert not made.build().published


UNLISTED = """
-- afterword.toml --
base_url = "https://notes.example/"
-- posts/2026-01-01-first.md --
---
title: First
tags: [llm]
series: S
talk: {video: https://youtu.be/zjkBMFhNj_g, speakers: [Ada Lovelace], event: PyCon 2025, date: 2025-05-01}
---
It links to [a secret](2026-01-02-secret.md).
-- posts/2026-01-02-secret.md --
---
title: Hushed
unlisted: true
pinned: true
tags: [llm, hushed-tag]
categories: [hushed-category]
series: S
aliases: [/former/]
talk:
  video: https://youtu.be/zjkBMFhNj_h
  speakers: [Ada Lovelace, Hushed Speaker]
  event: Hushed Event 2025
  date: 2025-05-02
updates: [{date: 2026-02-01, note: More.}]
---
It links to [the first](2026-01-01-first.md), and is hushed.

## Chapter [0:10]

And more [12:34].
-- posts/2026-01-03-third.md --
---
title: Third
tags: [llm]
series: S
talk: {video: https://youtu.be/zjkBMFhNj_i, speakers: [Ada Lovelace], event: PyCon 2025, date: 2025-05-03}
---
Text.
"""


def find_texts(made: Blog, word: str) -> list[str]:
    """The files of the site that have a word in their names or texts."""
    return [path for path, content in made.tree().items() if word in f"{path}\n{content.decode()}".lower()]


def test_an_unlisted_post_is_at_its_url_and_nowhere_else(blog: BlogMaker) -> None:
    made = blog(UNLISTED)
    report = made.build()
    assert report.diagnostics == ()
    own = ["former/index.html", "posts/secret/chapters.json", "posts/secret/index.html"]
    assert find_texts(made, "hushed") == own
    linking = {path for path, content in made.tree().items() if b"/posts/secret/" in content} - set(own)
    assert linking == {"posts/first/index.html", "feed.xml", "feed.json"} | {
        path for path in linking if re.match(r"(tags/llm|speakers/ada-lovelace|events/pycon|series/s)/", path)
    }, "only where the text of the first post is"
    page = made.page("/posts/secret/")
    assert robots(page) == "noindex"
    assert "First" in page, "it leads to others"
    assert "Part 0" not in page
    assert "Mentioned in" in page
    assert "secret" not in made.page("/sitemap.xml")
    assert "Mentioned in" not in made.page("/posts/first/")


def test_a_post_that_becomes_unlisted_leaves_all_lists(blog: BlogMaker) -> None:
    made = blog(UNLISTED)
    made.build()
    unlisted = made.tree()
    made.edit("posts/2026-01-02-secret.md", "unlisted: true", "unlisted: false").build()
    assert "tags/hushed-tag/index.html" in made.tree()
    assert "Hushed" in made.page("/")
    assert "Mentioned in" in made.page("/posts/first/")
    made.edit("posts/2026-01-02-secret.md", "unlisted: false", "unlisted: true").build()
    assert made.tree() == unlisted


def test_an_unlisted_post_is_not_shown_as_related(blog: BlogMaker) -> None:
    made = blog(UNLISTED).write("posts/2026-01-04-d.md", "---\ntitle: D\nrelated: [secret, first]\n---\nText.\n")
    (found,) = made.build().diagnostics
    assert (found.id, found.message) == ("unlisted-page", "related post is unlisted: `secret`")
    assert "Hushed" not in made.page("/posts/d/")


def test_links_to_an_expired_post_are_reported(blog: BlogMaker) -> None:
    made = blog()
    plant(made, ["expiryDate: 2026-03-02"])
    made.write("posts/2026-01-02-links.md", "# Links\n\nTo [that one](p0.md).\n")
    assert made.build().diagnostics == ()
    (found,) = made.build(today=TOMORROW).diagnostics
    assert (found.id, found.message) == (
        "link-to-draft",
        "link to an unpublished post: `posts/p0.md` is an expired post, since 2026-03-02",
    )


def test_a_build_on_another_day_is_done_although_no_file_changed(blog: BlogMaker) -> None:
    made = blog()
    plant(made, ["expiryDate: 2026-03-02", "publishDate: 2026-03-02", "title2: x"])
    made.build()
    made.build()
    before = made.tree()
    assert published(made).keys() == {0, 2}
    assert not made.build(today=TOMORROW).is_repeated
    assert published(made).keys() == {1, 2}
    after = made.tree()
    assert made.build_clean(TOMORROW) == after
    made.build()
    assert made.tree() == before


def run_afterword(made: Blog, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.chdir(made.root)
    return run(list(arguments))


def test_the_command_says_what_holds_posts_back(
    blog: BlogMaker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = blog()
    plant(made, ["status: draft", "publishDate: 2026-03-02", "expires: 2026-01-31", "unlisted: true", "private: true"])
    made.remove("posts/p4.md")

    def why(number: int) -> list[str]:
        assert run_afterword(made, monkeypatch, "why", f"posts/p{number}.md") == 0
        return capsys.readouterr().out.splitlines()

    assert run_afterword(made, monkeypatch, "build") == 0
    assert (
        "skipped: 1 draft (include with `--drafts`), 1 future post, due 2026-03-02 (include with `--future`), "
        "1 expired post (include with `--expired`)\n"
    ) in capsys.readouterr().out
    assert why(0) == [
        "`posts/p0.md` is not in the site: a draft",
        "  posts/p0.md:5:9: because of `status: draft`",
        "  include it with `--drafts`",
    ]
    assert why(1) == [
        "`posts/p1.md` is not in the site: a future post, due 2026-03-02",
        "  posts/p1.md:5:14: because of `publishDate: 2026-03-02`",
        "  include it with `--future`",
    ]
    assert why(2) == [
        "`posts/p2.md` is not in the site: an expired post, since 2026-01-31",
        "  posts/p2.md:5:10: because of `expires: 2026-01-31`",
        "  include it with `--expired`",
    ]
    assert "  unlisted: `unlisted: true`" in why(3)
    assert run_afterword(made, monkeypatch, "build", "-E") == 0
    assert "Expired" in made.page("/posts/p2/")
    assert run_afterword(made, monkeypatch, "build", "--buildExpired") == 2
    assert "did you mean `--expired`?" in capsys.readouterr().err


def read_case(name: str) -> Iterator[tuple[str, bytes]]:
    folder = DATA / "cases" / name
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "expect.txt")
    return ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files)


@pytest.mark.parametrize(("name", "reason"), [("key-status-draft", "draft"), ("key-publish-date-ahead", "future")])
def test_cases_of_other_tools_are_held_back(blog: BlogMaker, name: str, reason: str) -> None:
    made = blog()
    for path, content in read_case(name):
        made.write(path, content)
    report = made.build(strict=True)
    assert [one.reason for one in report.skipped] == [reason]
    assert not any(b"Not yet." in content for content in made.tree().values())


def test_a_date_in_another_letter_case_holds_a_post_back(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nDate: 2026-03-02\n---\nText.\n")
    report = made.build()
    assert [found.id for found in report.diagnostics] == ["unknown-key"]
    assert [(one.reason, one.because) for one in report.skipped] == [("future", "Date: 2026-03-02")]


def test_sources_in_a_folder_of_drafts_are_drafts(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/talks/_drafts/2026-01-01-x.md --\n---\ntitle: SECRET\n---\nSECRET\n"
        "-- posts/talks/_drafts/notes.txt --\nSECRET\n-- posts/2026-01-01-y.md --\n---\ntitle: Y\n---\nText.\n"
    )
    report = made.build(strict=True)
    assert report.diagnostics == ()
    assert [str(skipped) for skipped in report.skipped] == ["a draft"]
    assert not find_texts(made, "secret")
    made.build(drafts=True)
    assert find_texts(made, "secret")


@pytest.mark.parametrize("folder", ["posts/drafts", "posts/Drafts", "posts/talks/drafts/2026", "pages/_Drafts"])
def test_a_folder_of_drafts_may_be_anywhere(blog: BlogMaker, folder: str) -> None:
    made = blog(f"-- {folder}/x.md --\n---\ntitle: SECRET\n---\nSECRET\n-- posts/2026-01-01-y.md --\n# Y\n")
    made.write(f"{folder}/x.txt", "SECRET")
    report = made.build(strict=True)
    assert [str(skipped) for skipped in report.skipped] == ["a draft"]
    assert not find_texts(made, "secret")
    made.build(drafts=True)
    assert find_texts(made, "secret")


@pytest.mark.parametrize(
    "path",
    [
        "posts/draft-horses.md",
        "posts/private/index.md",
        "posts/draft/index.md",
        "posts/2026-01-05-a-draft.md",
        "posts/WIPO.md",
    ],
)
def test_a_name_that_is_a_title_is_no_hidden_text(blog: BlogMaker, path: str) -> None:
    made = blog(f"-- {path} --\n---\ntitle: A\ndate: 2026-01-01\n---\nText.\n")
    assert made.build(strict=True).diagnostics == ()


@pytest.mark.parametrize(
    "path",
    [
        "posts/_2026-01-01-x.md",
        "posts/_private/2026-01-01-x.md",
        "posts/unpublished/a.md",
        "posts/talks/Private/a.md",
        "posts/2026-01-01-a.draft.md",
        "posts/2026-01-01-a.WIP/index.md",
        "posts/DRAFT a.md",
        "posts/[draft] a.md",
        "posts/2026-01-01-(Draft) a.md",
        "posts/a (draft).md",
        "posts/a.private.md",
        "posts/Trash/a.md",
        "posts/draft/a.md",
        "posts/talks/WIP/a.md",
        "posts/Entwürfe/a.md",
        "posts/brouillons/a.md",
    ],
)
def test_a_name_that_hides_a_text_elsewhere_is_a_warning(blog: BlogMaker, path: str) -> None:
    made = blog()
    made.write(path, "---\ntitle: A\ndate: 2026-01-01\n---\nText.\n")
    (found,) = made.build().diagnostics
    assert (found.id, found.severity, str(found.place)) == ("unclear-visibility", Severity.WARNING, path)


@pytest.mark.parametrize("title", ["DRAFT: Values", "[WIP] Values", "(draft) Values", "[Unpublished] Values"])
def test_a_title_that_says_that_it_is_a_draft_is_a_warning(blog: BlogMaker, title: str) -> None:
    made = blog(f'-- posts/2026-01-01-a.md --\n---\ntitle: "{title}"\n---\nText.\n')
    (found,) = made.build().diagnostics
    assert (found.id, str(found.place)) == ("unclear-visibility", "posts/2026-01-01-a.md:2:8")
    for right in ("WIP limits", "Draft: the NFL", "Draft horses"):
        made.write("posts/2026-01-01-a.md", f'---\ntitle: "{right}"\n---\nText.\n')
        assert made.build().diagnostics == ()


@pytest.mark.parametrize("title", ["DRAFT: Values", "[WIP] Values", "(draft) Values", "[Unpublished] *Values*"])
def test_a_heading_that_says_that_its_post_is_a_draft_is_a_warning(blog: BlogMaker, title: str) -> None:
    made = blog(f"-- posts/2026-01-01-a.md --\n---\ntags: [a]\n---\n\n# {title}\n\nText.\n")
    (found,) = made.build().diagnostics
    assert (found.id, str(found.place)) == ("unclear-visibility", "posts/2026-01-01-a.md:5:3")
    for right in ("# WIP limits", "# Draft horses", "Text.\n\n# [WIP] A part"):
        made.write("posts/2026-01-01-a.md", f"---\ntitle: Values\n---\n\n{right}\n\nText.\n")
        assert made.build().diagnostics == ()


def test_a_page_named_index_with_an_underscore_is_no_hidden_text(blog: BlogMaker) -> None:
    made = blog("-- pages/about/_index.md --\n---\ntitle: A\npermalink: /about/\n---\nText.\n")
    assert made.build().diagnostics == ()


def test_a_list_of_maps_holds_a_post_back(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n---\ntitle: A\nmeta:\n  - {draft: true}\n---\nText.\n")
    assert [str(skipped) for skipped in made.build().skipped] == ["a draft"]


@pytest.mark.parametrize(
    ("entry", "path", "line"),
    [
        ("taxonomies:\n  tags: [a]\n  draft: true", "taxonomies", 7),
        ("author:\n  name: Ann\n  draft: true", "author", 7),
        ("image: {path: 'https://example.org/a.png', alt: x, draft: true}", "image", 5),
        ("params:\n  meta:\n    draft: yes", "params.meta", 7),
        ("own: {draft: true}", "own", 5),
        ("paper: {a: {b: {isDraft: true}}}", "paper.a.b", 5),
    ],
)
def test_a_draft_flag_in_a_map_is_an_error(blog: BlogMaker, entry: str, path: str, line: int) -> None:
    made = blog()
    plant(made, [entry])
    report = made.build()
    (found,) = [one for one in report.diagnostics if one.is_error]
    assert (found.id, found.place.line if found.place else 0) == ("unsupported-visibility", line)
    assert f"inside `{path}` does not hide this post" in found.message
    assert not report.published


@pytest.mark.parametrize(
    "source",
    [
        '+++\ntitle = "A"\ndate = 2026-01-01\n[taxonomies]\ntags = ["a"]\ndraft = true\n+++\nText.\n',
        '+++\ntitle = "A"\ndate = 2026-01-01\n[extra.author]\ndraft = true\n+++\nText.\n',
        '{"title": "A", "date": "2026-01-01", "fields": {"flags": {"draft": true}}}\n\nText.\n',
    ],
)
def test_a_draft_flag_in_a_table_is_an_error(blog: BlogMaker, source: str) -> None:
    made = blog()
    made.write("posts/a.md", source)
    report = made.build()
    assert [found.id for found in report.diagnostics if found.is_error] == ["unsupported-visibility"]
    assert not report.published


@pytest.mark.parametrize("entry", ["paper: {draft: 1}", "cascade: {draft: false}", "own: {sub: {draft: false}}"])
def test_no_draft_flag_in_a_map_is_told_of_that_hides_nothing(blog: BlogMaker, entry: str) -> None:
    made = blog()
    plant(made, [entry])
    assert made.build(strict=True).diagnostics == ()
