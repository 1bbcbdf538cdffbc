"""Whatever is edited, in whatever order: an incremental build gives the site, and the messages, of a clean one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from afterword.build import render_content as writing
from afterword.search import shards as index
from afterword.site import related
from tests.incremental.blog_edits import NUMBER, SEQUENCES, BlogEdits
from tests.incremental.random_blog import DAYS, TAGS, TEMPLATES, TITLES, WORDS

if TYPE_CHECKING:
    from unittest import TestCase

SPEAKERS = ("Ada", "A. Da", "A Da", "Łukasz Żal", "山田太郎")
"""Names of which two share a slug, and one is an alias in some settings."""

PAGES = ("index", "tags", "archive", "series", "authors", "topics", "tags/llm", "series/s")
"""Standalone pages that take the place of Afterword's own."""

SHARES = 4

ORIGINALS = [
    (module, name, getattr(module, name))
    for module, name in [
        (writing, "MAX_IN_MEMORY"),
        (index, "LIMIT"),
        (index, "MIN_POSTS"),
        (related, "MAX_LISTED_PARTS"),
    ]
]
"""Limits that a sequence changes, with their values."""


class Edits(BlogEdits):
    """Each rule is one kind of edit; after every so many of them, the blog is built and checked."""

    @initialize(
        pace=st.sampled_from([1, 1, 2, 4]),
        is_one_process=st.booleans(),
        at_once=st.sampled_from([writing.MAX_IN_MEMORY, 2]),
        shard=st.sampled_from([(index.LIMIT, index.MIN_POSTS), (1_000, 3), (300, 3)]),
        most_parts=st.sampled_from([related.MAX_LISTED_PARTS, 2]),
    )
    def create(self, pace: int, is_one_process: bool, at_once: int, shard: tuple[int, int], most_parts: int) -> None:
        self.pace = pace
        writing.MAX_IN_MEMORY = at_once
        index.LIMIT, index.MIN_POSTS = shard
        related.MAX_LISTED_PARTS = most_parts
        self.edits = 0
        self.create_blog(is_one_process=is_one_process)
        self.blog.check()

    def teardown(self) -> None:
        for module, name, value in ORIGINALS:
            setattr(module, name, value)
        super().teardown()

    @invariant()
    def build_and_check(self) -> None:
        self.edits += 1
        if self.edits % self.pace == 0:
            self.blog.check()

    # Builds

    @rule(moment=st.integers(1, 60))
    def kill_a_build_and_build(self, moment: int) -> None:
        self.blog.kill_a_build(moment)
        self.blog.check()

    @rule(jobs=st.sampled_from([1, 2, 3]))
    def use_other_jobs(self, jobs: int) -> None:
        self.blog.jobs = jobs

    @rule(day=st.integers(0, len(DAYS) - 1))
    def step_the_clock(self, day: int) -> None:
        self.blog.day = day

    @rule()
    def toggle_drafts(self) -> None:
        self.blog.drafts = not self.blog.drafts

    # Posts

    def change_matter(self, number: int, key: str, value: str) -> None:
        def edit(text: str) -> str:
            _, matter, body = text.split("---\n", 2)
            lines = [line for line in matter.splitlines() if not line.startswith(f"{key}:")]
            return "---\n" + "".join(f"{line}\n" for line in [*lines, f"{key}: {value}"] if line) + "---\n" + body

        self.change(number, edit)

    @rule(number=NUMBER, day=st.integers(1, 28), tag=st.sampled_from(TAGS))
    def add_a_post(self, number: int, day: int, tag: str) -> None:
        text = f"---\ntitle: {TITLES[number % len(TITLES)]}\ntags: [{tag}]\n---\n{WORDS[number % len(WORDS)]}\n"
        self.blog.write(f"posts/2026-02-{day:02}-p{number}.md", text)

    @rule(number=NUMBER, mark=st.sampled_from([" 2", " copy"]), word=st.sampled_from(["", "An older text.\n"]))
    def leave_a_copy(self, number: int, mark: str, word: str) -> None:
        path = self.blog.pick(number)
        if path is not None:
            text = (self.blog.root / path).read_text()
            self.blog.write(f"{path.removesuffix('.md')}{mark}.md", text + word)

    @rule(number=NUMBER, elsewhere=st.sampled_from(["", "look.css", "../.env", "../drafts/d1.md", "../nowhere"]))
    def link_a_static_file(self, number: int, elsewhere: str) -> None:
        path = self.blog.pick(number)
        if elsewhere or path is not None:
            self.blog.link("static/linked.txt", elsewhere or f"../{path}")

    @rule(number=NUMBER, word=st.sampled_from(WORDS))
    def edit_a_body(self, number: int, word: str) -> None:
        self.change(number, lambda text: f"{text}\nMore about {word}.\n")

    @rule(number=NUMBER, word=st.sampled_from(WORDS))
    def edit_an_excerpt(self, number: int, word: str) -> None:
        self.change(
            number,
            lambda text: text.replace("---\n", f"---\n{word} first.\n\n", 2).replace(
                f"---\n{word} first.\n\n", "---\n", 1
            ),
        )

    @rule(number=NUMBER, word=st.sampled_from(WORDS))
    def add_a_heading(self, number: int, word: str) -> None:
        self.change(number, lambda text: f"{text}\n## On {word}\n")

    @rule(number=NUMBER, word=st.sampled_from(WORDS), language=st.sampled_from(["json", "json {1}", "ini", "no-such"]))
    def add_code(self, number: int, word: str, language: str) -> None:
        self.change(number, lambda text: f'{text}\n```{language}\n{{"{word}": "é"}}\n```\n')

    @rule(number=NUMBER)
    def change_languages(self, number: int) -> None:
        self.change(number, lambda text: text.replace("```json", "```ini"))

    @rule(number=NUMBER)
    def rename_headings(self, number: int) -> None:
        self.change(number, lambda text: text.replace("## Part", "## Portion"))

    @rule(number=NUMBER, title=st.sampled_from(TITLES))
    def edit_a_title(self, number: int, title: str) -> None:
        self.change_matter(number, "title", title)

    @rule(
        number=NUMBER,
        date=st.sampled_from(
            ["2025-12-31", "2026-01-02", "2026-01-02 10:00 +0200", "2026-01-02 08:00 +0000", "2026-03-02", "2026-04-01"]
        ),
    )
    def edit_a_date(self, number: int, date: str) -> None:
        self.change_matter(number, "date", date)

    @rule(number=NUMBER, tags=st.lists(st.sampled_from(TAGS), unique=True, max_size=3))
    def edit_tags(self, number: int, tags: list[str]) -> None:
        self.change_matter(number, "tags", f"[{', '.join(tags)}]")

    @rule(number=NUMBER, category=st.sampled_from(["talks", "papers"]))
    def edit_categories(self, number: int, category: str) -> None:
        self.change_matter(number, "categories", f"[{category}]")

    @rule(number=NUMBER, slug=st.sampled_from(["one", "two", "three", "about"]))
    def edit_a_slug(self, number: int, slug: str) -> None:
        self.change_matter(number, "slug", slug)

    @rule(number=NUMBER, series=st.sampled_from(["S", "T", ""]))
    def edit_a_series(self, number: int, series: str) -> None:
        self.change_matter(number, "series", f'"{series}"')

    @rule(number=NUMBER, author=st.sampled_from(["A", "B", "b", ""]))
    def edit_an_author(self, number: int, author: str) -> None:
        self.change_matter(number, "author", f'"{author}"')

    @rule(number=NUMBER, topics=st.lists(st.sampled_from(["Types", "Tools", "C++"]), unique=True, max_size=2))
    def edit_topics(self, number: int, topics: list[str]) -> None:
        self.change_matter(number, "topics", f"[{', '.join(topics)}]")

    @rule(name=st.sampled_from(PAGES), word=st.sampled_from(WORDS))
    def write_a_page_in_the_place_of_another(self, name: str, word: str) -> None:
        self.blog.write(f"pages/{name}.md", f"# {word}\n")

    @rule(name=st.sampled_from(PAGES))
    def delete_such_a_page(self, name: str) -> None:
        if (self.blog.root / f"pages/{name}.md").exists():
            self.blog.delete(f"pages/{name}.md")

    @rule(suffix=st.sampled_from(["bib", "txt", "xml"]), layout=st.sampled_from(["cite", "cite.bib"]))
    def write_a_file_of_another_format(self, suffix: str, layout: str) -> None:
        self.blog.write("pages/cite.md", f"---\npermalink: /talks.{suffix}\nlayout: {layout}\n---\n")

    @rule(number=NUMBER, pinned=st.booleans())
    def pin_a_post(self, number: int, pinned: bool) -> None:
        self.change_matter(number, "pinned", str(pinned).lower())

    @rule(number=NUMBER, draft=st.booleans())
    def toggle_a_draft(self, number: int, draft: bool) -> None:
        self.change_matter(number, "draft", str(draft).lower())

    @rule(number=NUMBER, unlisted=st.booleans())
    def toggle_an_unlisted_post(self, number: int, unlisted: bool) -> None:
        self.change_matter(number, "unlisted", str(unlisted).lower())

    @rule(
        number=NUMBER,
        key=st.sampled_from(["publishDate", "expiryDate"]),
        day=st.sampled_from(["", "2026-02-28", "2026-03-02", "2026-04-01"]),
    )
    def edit_when_a_post_is_there(self, number: int, key: str, day: str) -> None:
        self.change_matter(number, key, day)

    @rule(number=NUMBER, alias=st.sampled_from(["/old/", "/older/", "/posts/first/"]))
    def edit_aliases(self, number: int, alias: str) -> None:
        self.change_matter(number, "aliases", f"[{alias}]")

    @rule(number=NUMBER, key=st.sampled_from(["search", "noindex"]), answer=st.booleans())
    def edit_what_is_found(self, number: int, key: str, answer: bool) -> None:
        self.change_matter(number, key, str(answer).lower())

    @rule(number=NUMBER, value=st.sampled_from(["Berlin", "1", "true", "{a: 1, b: 2}", "{b: 2, a: 1}"]))
    def add_a_further_key(self, number: int, value: str) -> None:
        self.change_matter(number, "venue", value)

    @rule(
        number=NUMBER,
        ids=st.sampled_from(
            ["broken-anchor, broken-link", "unknown-language", "duplicate-post", "no-such-id", "invalid-date"]
        ),
    )
    def ignore_diagnostics(self, number: int, ids: str) -> None:
        self.change_matter(number, "ignore", f"[{ids}]")

    @rule(number=st.integers(0, 1), title=st.sampled_from(TITLES), date=st.sampled_from(["", "date: 2026-01-05\n"]))
    def write_a_draft(self, number: int, title: str, date: str) -> None:
        self.blog.write(f"drafts/d{number}.md", f"---\ntitle: {title}\n{date}---\nNot yet.\n")

    @rule(number=NUMBER)
    def comment_on_front_matter(self, number: int) -> None:
        self.change(number, lambda text: text.replace("---\n", "---\n# a comment\n", 1))

    @rule(number=NUMBER, other=NUMBER)
    def link_to_another(self, number: int, other: int) -> None:
        target = self.blog.pick(other)
        if target is not None:
            self.change(number, lambda text: f"{text}\n[there](/{target}#part) and [here](#part)\n")

    @rule(number=NUMBER, name=st.sampled_from(["renamed", "again"]))
    def rename_a_post(self, number: int, name: str) -> None:
        path = self.blog.pick(number)
        if path is not None:
            content = (self.blog.root / path).read_bytes()
            self.blog.delete(path)
            self.blog.write(f"posts/{Path(path).name[:10]}-{name}.md", content)

    @rule(number=NUMBER)
    def move_a_post(self, number: int) -> None:
        path = self.blog.pick(number)
        if path is not None:
            content = (self.blog.root / path).read_bytes()
            self.blog.delete(path)
            self.blog.write(f"posts/deep/{Path(path).name}", content)

    @rule(number=NUMBER)
    def edit_with_the_same_size_and_time(self, number: int) -> None:
        path = self.blog.pick(number)
        if path is None:
            return
        file = self.blog.root / path
        before = file.stat()
        self.blog.write(path, file.read_text().swapcase() if number % 2 else file.read_text().replace("e", "a"))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(number=NUMBER)
    def touch(self, number: int) -> None:
        path = self.blog.pick(number)
        if path is not None:
            (self.blog.root / path).touch()

    @rule(number=NUMBER, mistake=st.sampled_from(["date: 2026-13-01", "tags: [[]]", "title: [a]", "layout: nothing"]))
    def make_a_mistake(self, number: int, mistake: str) -> None:
        self.change(number, lambda text: text.replace("---\n", f"---\n{mistake}\n", 1) if mistake not in text else text)
        self.blog.check()
        self.blog.undo()

    # Talks

    @rule(
        number=NUMBER,
        speakers=st.lists(st.sampled_from(SPEAKERS), unique=True, max_size=2),
        event=st.sampled_from(["", "PyCon 2015", "PyCon 2016", "Strange Loop 2011"]),
        given=st.sampled_from(["", "2015", "2015-04", "2015-04-11"]),
        length=st.sampled_from(["", "30:00", "about 1 h"]),
    )
    def edit_a_talk(self, number: int, speakers: list[str], event: str, given: str, length: str) -> None:
        keys = {"speakers": f"[{', '.join(speakers)}]", "event": event, "date": given, "length": f'"{length}"'}
        block = ", ".join(f"{key}: {value}" for key, value in keys.items() if value.strip('[]"'))
        video = f"https://youtu.be/zjkBMFhNj_{number % 3}"
        self.change_matter(number, "talk", f"{{video: {video}{f', {block}' if block else ''}}}")

    @rule(number=NUMBER, time=st.sampled_from(["0:00", "12:34", "29:59"]))
    def add_a_chapter(self, number: int, time: str) -> None:
        self.change(number, lambda text: f"{text}\n## Chapter [{time}]\n\nHe says so [{time}].\n")

    @rule(number=NUMBER, day=st.integers(1, 28))
    def add_an_update(self, number: int, day: int) -> None:
        self.change(number, lambda text: f"{text}\n## Update 2026-03-{day:02}\n\nMore.\n")

    @rule(number=NUMBER, other=NUMBER)
    def mention_another(self, number: int, other: int) -> None:
        target = self.blog.pick(other)
        if target is not None:
            self.change(number, lambda text: f"{text}\nAs in [the other](/{target}), it is so. And more.\n")

    @rule(number=NUMBER, slug=st.sampled_from(["first", "second", "third", "p1"]))
    def name_a_related_post(self, number: int, slug: str) -> None:
        self.change_matter(number, "related", f"[{slug}]")

    # Everything else

    @rule(name=st.sampled_from(sorted(TEMPLATES)), word=st.sampled_from(WORDS))
    def edit_a_template(self, name: str, word: str) -> None:
        text = (
            (self.blog.root / "templates" / name).read_text()
            if (self.blog.root / "templates" / name).exists()
            else TEMPLATES[name]
        )
        if name.endswith(".xml"):
            edited = text.replace(">", f"><!-- {word} -->", 1)  # what cannot be parsed is not published
        elif name.endswith(".json") or len(word) % 2:
            edited = f"{text}{{# {word} #}}"
        else:
            edited = f"{word}{text}"
        self.blog.write(f"templates/{name}", edited)

    @rule(name=st.sampled_from(["404.html", "terms.html", "foot.html"]))
    def delete_a_template(self, name: str) -> None:
        if (self.blog.root / "templates" / name).exists():
            self.blog.delete(f"templates/{name}")

    @rule(
        name=st.sampled_from(["partials/post-end", "partials/head-end", "post"]),
        text=st.sampled_from(
            [
                "<p>{{ page.title }}</p>",
                '<script src="https://x.example/x.js"></script>',
                '{% extends "theme:post.html" %}{% block aside %}{{ site.posts|length }}{% endblock %}',
            ]
        ),
    )
    def write_a_hook(self, name: str, text: str) -> None:
        if name == "post" or "extends" not in text:
            self.blog.write(f"templates/{name}.html", text)

    @rule(word=st.sampled_from(WORDS))
    def break_a_template(self, word: str) -> None:
        self.blog.write("templates/term.html", f"{{{{ {word}_x }}}}")
        self.blog.check()
        self.blog.undo()

    @rule(
        setting=st.sampled_from(
            [
                'title = "T"',
                "paginate = 2",
                "list_limit = 2",
                'taxonomies = { topic = "topics" }\nauthor = "B"',
                'feed.formats = ["rss", "ics"]',
                'base_url = "https://x.org/n/"',
                "related_posts = 1",
                'author = "A"',
                'diagnostics.ignore = ["broken-anchor", "unknown-language"]',
                'permalink = "date"',
                'talks.speakers = [{ name = "Ada", aliases = ["A. Da"] }]',
                "talks.table = false",
                "talks.speaker_pages = false",
                "markdown.smart_punctuation = true",
                'search = "titles"',
                'theme.accent = "#123456"',
                'theme.csp = { script = ["https://x.example"] }',
                'theme.edit_url = "https://x.example/:path"',
                'search = "off"',
                "",
            ]
        )
    )
    def edit_settings(self, setting: str) -> None:
        self.blog.write("afterword.toml", f"{setting}\n")

    @rule(word=st.sampled_from(WORDS))
    def edit_an_asset(self, word: str) -> None:
        self.blog.write("static/look.css", f"/* {word} */")

    @rule(word=st.sampled_from(WORDS))
    def add_a_static_file(self, word: str) -> None:
        self.blog.write(f"static/{word}.txt", word)

    @rule(word=st.sampled_from(WORDS))
    def delete_a_static_file(self, word: str) -> None:
        if (self.blog.root / f"static/{word}.txt").exists():
            self.blog.delete(f"static/{word}.txt")

    @rule(number=NUMBER, word=st.sampled_from(WORDS))
    def put_a_file_beside_a_post(self, number: int, word: str) -> None:
        self.blog.write("posts/slides.txt", word)
        self.change(number, lambda text: f"{text}\n[slides](slides.txt)\n")

    @rule(number=NUMBER, width=st.integers(1, 3), is_there=st.booleans())
    def name_an_image(self, number: int, width: int, is_there: bool) -> None:
        shot = "posts/shot.svg"
        if is_there:
            self.blog.write(shot, f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="1"></svg>')
        elif (self.blog.root / shot).exists():
            self.blog.delete(shot)
        self.change_matter(number, "image", "shot.svg")

    # Damage

    @rule(place=st.integers(0, 10_000_000), value=st.integers(0, 255))
    def damage_the_cache(self, place: int, value: int) -> None:
        cache = self.blog.root / ".afterword/cache.db"
        if cache.is_file() and (data := bytearray(cache.read_bytes())):
            data[place % len(data)] = value
            cache.write_bytes(data)

    @rule(part=st.integers(0, 10))
    def cut_the_cache_off(self, part: int) -> None:
        cache = self.blog.root / ".afterword/cache.db"
        if cache.is_file():
            os.truncate(cache, cache.stat().st_size * part // 10)

    @rule(number=NUMBER, word=st.sampled_from(WORDS))
    def tamper_with_the_site(self, number: int, word: str) -> None:
        site = self.blog.root / "site"
        files = sorted([*site.rglob("*.html"), *site.glob("search/*.json")])
        if files:
            files[number % len(files)].write_text(word)

    @rule(number=NUMBER)
    def delete_from_the_site(self, number: int) -> None:
        site = self.blog.root / "site"
        files = sorted([*site.rglob("*.html"), *site.glob("search/*.json")])
        if files:
            files[number % len(files)].unlink()

    @rule(word=st.sampled_from(WORDS))
    def put_a_foreign_file_into_the_site(self, word: str) -> None:
        site = self.blog.root / "site"
        if site.is_dir():
            self.blog.foreign[f"foreign-{word}.txt"] = word.encode()
            (site / f"foreign-{word}.txt").write_text(word)


def share(number: int) -> type[TestCase]:
    """A part of the sequences, as a test of its own, so that several processes try them."""
    machine: type[Edits] = type(f"Edits{number}", (Edits,), {})
    case: type[TestCase] = machine.TestCase
    case.settings = settings(  # type: ignore[attr-defined]
        max_examples=-(-SEQUENCES // SHARES),
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return case


TestEdits1, TestEdits2, TestEdits3, TestEdits4 = map(share, range(1, SHARES + 1))
