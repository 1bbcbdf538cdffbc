"""A small blog that is edited at random, and the proof after each build: the site equals that of a clean build.

The blog has templates of its own, short ones that ask every kind of question, so that a build takes milliseconds. Every
edit is a method that takes plain numbers, so that a failing sequence can be read and repeated.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.build.builder import build
from afterword.build.report import Request
from afterword.core.diagnostics import Failure
from tests.conftest import build_without_cache, environ_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.build.report import Report
    from afterword.cache.store import CacheSession
    from afterword.core.diagnostics import Diagnostic

DAYS = ("1772323200", "1772409600", "1780000000")
"""2026-03-01, the day after, and the end of May: between them, posts come due."""

TAGS = ("llm", "python", "Zig", "notes")
TITLES = ("Simple made easy", "Boundaries", "Growing a language", "A & B's -- C", "Über C++")
WORDS = ("weights", "kernel", "hammock", "values", "actors")

TEMPLATES: Mapping[str, str] = {
    "base.html": "{% import 'parts.html' as parts %}<title>{{ page.title }} {{ config.title }}</title>"
    "<link href='{{ asset('look.css') }}'>{% block main %}{% endblock %}{% include 'foot.html' %}",
    "parts.html": "{% macro line(post) %}<li><a href='{{ post.url }}'>{{ post.title }}</a>"
    " {{ post.date|date }}</li>{% endmacro %}"
    "{% macro talk(post) %}{{ post.talk.title }}{% for speaker in post.talk.speakers %}<a href='{{ speaker.url }}'>"
    "{{ speaker.name }}</a>{% endfor %}{{ post.talk.event.url if post.talk.event }}{{ post.talk.date_text }}"
    "{{ post.talk.length_text }}{{ post.talk.age }}{% endmacro %}",
    "foot.html": "<footer>{{ site.posts|length }} {{ site.author }}{% if site.talks %} talks{% endif %}</footer>",
    "post.html": "{% extends 'base.html' %}{% block main %}<h1>{{ post.title }}</h1>{{ post.content }}"
    "{{ post.date|rfc3339 }}{{ post.robots_meta }}{{ post.venue if post.venue is defined }}"
    "{% for tag in post.tags %}<a href='{{ tag.url }}'>{{ tag.name }}</a>{% endfor %}"
    "{% if post.next %}{{ parts.line(post.next) }}{% endif %}{% if post.previous %}{{ post.previous.title }}{% endif %}"
    "{% for other in post.related %}{{ parts.line(other) }}{% endfor %}"
    "{% for part in post.series_posts %}{{ part.title }}{% endfor %}"
    "{% if post.series_part %}{{ post.series_part.number }}/{{ post.series_part.total }} {{ post.series_part.url }}"
    "{% for number, part in post.series_part.shown %}{{ number }} {{ part.title }}{% endfor %}{% endif %}"
    "{% for author in post.author_pages %}{{ author.name }} {{ author.url }}{% endfor %}"
    "{% for row in site.taxonomies if row.own %}{% for term in post[row.plural] %}{{ term.url }}{% endfor %}"
    "{% endfor %}"
    "{% for entry in post.toc %}{{ entry.text }}{% endfor %}{{ post.reading_time }}"
    "{% if post.image %}{{ post.image.url }} {{ post.image.width }}{% endif %}"
    "{% include 'talk.html' %}{% endblock %}",
    "talk.html": "{% if post.talk %}{{ parts.talk(post) }}{% for chapter in post.chapters %}{{ chapter.time }}"
    "{{ chapter.title }}{% endfor %}{% for other in post.see_also %}{{ parts.line(other) }}{% endfor %}"
    "{% for mention in post.backlinks %}{{ mention.title }}: {{ mention.sentence }}{% endfor %}{% endif %}"
    "{% for update in post.updates %}{{ update.text }}{% endfor %}{{ post.updated|rfc3339 }}",
    "talks.html": "{% extends 'base.html' %}{% block main %}{{ site.talks|length }}{% for post in page.posts %}"
    "{{ parts.talk(post) }}{{ post.takeaways|join }}{% endfor %}{% endblock %}",
    "speakers.html": "{% extends 'terms.html' %}",
    "events.html": "{% extends 'terms.html' %}",
    "speaker.html": "{% extends 'base.html' %}{% block main %}{{ page.term.name }}{{ page.term.link }}"
    "{% for post in page.posts %}{{ parts.talk(post) }}{% endfor %}{% endblock %}",
    "event.html": "{% extends 'speaker.html' %}",
    "page.html": "{% extends 'base.html' %}{% block main %}{{ post.content }}{% for post in page.posts %}"
    "{{ post.title }}{% endfor %}{% for term in page.terms %}{{ term.name }}{% endfor %}{% endblock %}",
    "cite.bib": "{% for post in site.talks %}{{ post.talk.title }} & {{ post.date|date }}\n{% endfor %}",
    "feeds/titles.txt": "{% for post in page.posts %}{{ post.title }}\n{% endfor %}{{ site.series|length }}",
    "index.html": "{% extends 'base.html' %}{% block main %}{% for post in page.posts %}{{ parts.line(post) }}"
    "{{ post.excerpt }}{% endfor %}{{ page.number }}/{{ page.total }}{% for post in site.recently_updated[:2] %}"
    "{{ post.title }} {{ post.last_updated|date }}{% endfor %}{% endblock %}",
    "archive.html": "{% extends 'base.html' %}{% block main %}{% for year in site.years %}{{ year.year }}"
    "{% for post in year.posts %}{{ parts.line(post) }}{% endfor %}{{ year.url }}{% for month in year.months %}"
    "{{ month.month }} {{ month.url }} {{ month.posts|length }}{% endfor %}{% endfor %}"
    "{% for post in page.posts %}{{ post.title }}{% endfor %}{% endblock %}",
    "archive-part.html": "{% extends 'archive.html' %}",
    "terms.html": "{% extends 'base.html' %}{% block main %}{% for term in page.terms %}{{ term.name }}"
    " {{ term.count }}{% endfor %}{% endblock %}",
    "term.html": "{% extends 'base.html' %}{% block main %}{{ page.term.name }}{% for post in page.posts %}"
    "{{ post.title }}{{ post.description }}{% endfor %}{% endblock %}",
    "feed.xml": "<feed>{{ site.updated|rfc3339 }}{% for post in page.posts %}<e>{{ post.id }}"
    "{{ post.content|forceescape }}</e>{% endfor %}</feed>",
    "feed.json": "{{ site.posts[:2]|map(attribute='title')|list|tojson }}",
    "sitemap.xml": "<urlset>{% for entry in site.sitemap %}<url>{{ entry.url }} {{ entry.updated }}</url>{% endfor %}"
    "</urlset>",
    "404.html": "{% if site.posts %}{{ site.posts[0].title }}{% else %}nothing{% endif %}",
    "redirect.html": "{{ page.target }}",
}


class Killed(BaseException):
    """The build was ended in the middle."""


@dataclass
class RandomBlog:
    """The blog in a folder, what its files held before, and the options of its next build.

    With a workshop its builds are those of one process, as in `afterword serve`.
    """

    root: Path
    history: list[tuple[str, bytes | None]] = field(default_factory=list)
    day: int = 0
    jobs: int = 1
    drafts: bool = False
    foreign: dict[str, bytes] = field(default_factory=dict)
    cache_session: CacheSession | None = None

    def create(self) -> None:
        """Write the blog as it is in the beginning."""
        for name, text in TEMPLATES.items():
            self.write(f"templates/{name}", text)
        self.write("static/look.css", "a { color: red }")
        self.write(
            "posts/2026-01-01-first.md", "---\ntitle: First\ntags: [llm]\n---\nOne [two](2026-01-02-second.md#part).\n"
        )
        self.write(
            "posts/2026-01-02-second.md", "---\ntitle: Second\ntags: [llm, python]\nseries: S\n---\nTwo.\n\n## Part\n"
        )
        self.write(
            "posts/2026-01-03-third.md", "---\ntitle: Third\ncategories: [talks]\ntags: [Zig]\nseries: S\n---\nThree.\n"
        )
        self.write(
            "posts/2025-06-01-afar.md", "---\ntitle: Afar\nrelated: [second, third]\n---\nNeither near nor alike.\n"
        )
        self.write(
            "posts/2025-05-01-apart.md",
            "---\ntitle: Apart\nunlisted: true\ntags: [llm]\nseries: S\n---\nSee [this](2026-01-01-first.md).\n",
        )
        self.write(
            "posts/2025-04-01-passing.md",
            "---\ntitle: Passing\nexpiryDate: 2026-03-02\ntags: [llm]\n---\nNot for long.\n",
        )
        self.write("pages/about.md", "---\ntitle: About\n---\nAbout [this](../posts/2026-01-01-first.md).\n")
        self.history.clear()

    # Files

    def write(self, path: str, content: str | bytes) -> None:
        file = self.root / path
        self.history.append((path, file.read_bytes() if file.is_file() else None))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def delete(self, path: str) -> None:
        file = self.root / path
        self.history.append((path, file.read_bytes()))
        file.unlink()

    def link(self, path: str, target: str) -> None:
        """Make a symbolic link, in place of the one that is there."""
        file = self.root / path
        self.history.append((path, None))
        file.unlink(missing_ok=True)
        file.symlink_to(target)

    def undo(self) -> None:
        """Take back the last change of a file."""
        if not self.history:
            return
        path, content = self.history.pop()
        if content is None:
            (self.root / path).unlink(missing_ok=True)
        else:
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_bytes(content)

    def posts(self) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.glob("posts/**/*.md"))

    def pick(self, number: int) -> str | None:
        """One of the posts; None where there are none."""
        found = self.posts()
        return found[number % len(found)] if found else None

    # Builds

    def request(self) -> Request:
        return Request(self.root, drafts=self.drafts, jobs=self.jobs)

    @property
    def environ(self) -> dict[str, str]:
        return environ_on(DAYS[self.day])

    def build(self) -> Report | tuple[Diagnostic, ...]:
        """An incremental build: its report, or what it failed with."""
        try:
            return build(self.request(), environ=self.environ, cache_session=self.cache_session)
        except Failure as failure:
            return failure.diagnostics

    def build_clean(self, folder: Path) -> Report | tuple[Diagnostic, ...]:
        """A build of the same blog that remembers nothing, into another folder."""
        shutil.rmtree(folder, ignore_errors=True)
        request = Request(self.root, destination=folder, drafts=self.drafts)
        try:
            return build_without_cache(request, self.environ)
        except Failure as failure:
            return failure.diagnostics

    def kill_a_build(self, moment: int) -> None:
        """Begin a build in a child process and end it at its n-th change of the file system."""
        child = os.fork()
        if child == 0:
            self.cache_session = None
            left = moment

            def count(event: str, _: tuple[object, ...]) -> None:
                nonlocal left
                if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect", "open"):
                    left -= 1
                    if left <= 0:
                        os._exit(9)

            sys.addaudithook(count)
            try:
                self.build()
            finally:
                os._exit(0)
        os.waitpid(child, 0)

    def tree(self, folder: Path) -> dict[str, bytes]:
        """The site in a folder without Afterword's records and the files that others put there."""
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        named = {path.relative_to(folder).as_posix(): path for path in files}
        return {
            name: path.read_bytes()
            for name, path in named.items()
            if not name.startswith(".afterword") and name not in self.foreign
        }

    def mend(self, report: Report) -> tuple[Diagnostic, ...]:
        """What a report says besides of files that were changed by hand and are not wanted any more: these are deleted,
        as the hint says; a clean build, which finds none, cannot know of them."""
        for found in report.diagnostics:
            if found.id == "modified-output":
                Path(found.message.split("`")[1]).unlink()
        return tuple(found for found in report.diagnostics if found.id != "modified-output")

    def check(self) -> None:
        """Build, and compare with a clean build; then build again, which must find nothing to do."""
        site, clean = self.root / "site", self.root.parent / "clean"
        before = self.tree(site)
        report, expected = self.build(), self.build_clean(clean)
        if isinstance(report, tuple) or isinstance(expected, tuple):
            assert report == expected, "both fail alike"
            assert self.tree(site) == before, "a build that fails changes nothing"
            return
        assert self.mend(report) == expected.diagnostics
        assert (report.exit_code, report.skipped, report.pages) == (
            expected.exit_code,
            expected.skipped,
            expected.pages,
        )
        if not expected.published:
            assert self.tree(site) == before, "a build with errors changes nothing"
            return
        assert self.tree(site) == self.tree(clean)
        for name, content in self.foreign.items():
            assert (site / name).read_bytes() == content, "files of others stay"
        again = self.build()
        assert not isinstance(again, tuple)
        assert (dict(again.rendered), again.written, again.removed) == ({}, (), ()), "nothing is left to do"
        assert again.diagnostics == expected.diagnostics, "the diagnostics are the same again"
