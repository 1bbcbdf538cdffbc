"""Posts and standalone pages: title, date, URL, terms and talk of a document.

`make_post` creates a `Post` from a `Document`, by Jekyll's rules for file names. A post without a date is an error.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.content.permalinks import Alias, entry_id, locate, read_aliases, read_target
from afterword.content.post_dates import last_change, last_update_day, missing_date, publication_date, with_fixed_offset
from afterword.core.diagnostics import Diagnostic, Place, Places, warning
from afterword.core.files import is_draft_path
from afterword.core.slugs import split_name, titleize
from afterword.core.structs import Serializable, Value
from afterword.core.text import shown
from afterword.core.typography import smartener
from afterword.core.urls import PLAIN_EXTENSIONS, PermalinkFields, is_web
from afterword.front_matter.parser import STAND_IN, Image
from afterword.front_matter.visibility import Visibility
from afterword.markdown.context import TextSyntax
from afterword.talks.model import Talk
from afterword.talks.recordings import is_same_recording
from afterword.talks.resolve import TalkOptions, find_position, resolve_talk
from afterword.talks.transcripts import is_shown
from afterword.talks.updates import Update, find_section_updates, parse_updates

if TYPE_CHECKING:
    from afterword.content.outline import Title
    from afterword.front_matter.parser import Document
    from afterword.talks.updates import NoteReader

_FLAGS = {"yes": True, "true": True, "no": False, "false": False}

Kind: TypeAlias = Literal["post", "page"]

Day: TypeAlias = date
"""A date without a time of day; inside `Post`, `date` is the name of a field."""


class Post(Serializable, frozen=True):
    """A post or standalone page (`kind` "page"): everything except its text.

    Attributes:
        url: root-absolute, percent-encoded, without the base path; `output` is its file in the site.
        id: Jekyll's id, which feeds use: the URL without extension.
        date: aware; None for some pages. `day` is its day in the blog's time zone.
        updated: last change by front matter or dated updates, whichever is later.
        last_updated: day of the last dated update after `day`.
        updates: updates in front matter.
        has_chapters: whether headings have timestamps of the talk's recording.
        related: slugs or paths, as written.
        ignored: ids of diagnostics that are not reported in its file.
        redirect_to: target of the redirect that replaces the page, or empty: root-absolute or a full URL.
    """

    path: str
    kind: Kind
    title: str
    title_link: str
    slug: str
    url: str
    output: str
    id: str
    layout: str
    date: datetime | None
    date_only: bool
    updated: datetime | None
    last_updated: Day | None
    day: Day | None
    draft: bool
    visibility: Visibility
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    description: str
    excerpt: str | None
    image: Image | None
    aliases: tuple[Alias, ...]
    redirect_to: str
    series: str
    pinned: bool
    toc: bool | None
    lang: str
    math: bool
    talk: Talk | None
    takeaways: tuple[str, ...]
    updates: tuple[Update, ...]
    related: tuple[str, ...]
    ignored: tuple[str, ...]
    has_chapters: bool
    extra: Mapping[str, Value]
    places: Places

    def flag(self, key: str) -> bool | None:
        """Returns a boolean from the other front matter keys, or None if it is not one."""
        value = self.extra.get(key)
        return _FLAGS.get(value.lower()) if isinstance(value, str) else value if isinstance(value, bool) else None

    @property
    def place(self) -> Place:
        return Place(self.path, 1)

    @property
    def url_place(self) -> Place:
        """Place of the key that decides its URL, or of the start of the file."""
        return self.places.get("permalink") or self.places.get("slug", self.place)

    @property
    def chapters_output(self) -> str:
        """Output of its chapters file, beside the page; empty without chapters."""
        if not self.has_chapters:
            return ""
        folder, _, name = self.output.rpartition("/")
        own = "chapters.json" if name == "index.html" else f"{name.rpartition('.')[0]}.chapters.json"
        return posixpath.join(folder, own)

    @property
    def transcript_output(self) -> str:
        """Output of the page with the transcript of its talk; empty without a transcript in the blog."""
        if self.talk is None or not is_shown(self.talk.transcript):
            return ""
        return posixpath.join(self.output.removesuffix("index.html").removesuffix(".html"), "transcript/index.html")

    @property
    def named_image(self) -> tuple[str, Place] | None:
        """Its image as written, and the place; None without an image."""
        if self.image is None:
            return None
        place = self.places.get("image.path") or self.places.get("image", self.place)
        return self.image.path, place

    @property
    def excerpt_places(self) -> tuple[tuple[int, Place], ...]:
        """Places of the pieces of its `excerpt`, each with its offset there; empty if unknown."""
        names = (name for name in self.places if name.startswith("excerpt["))
        return tuple(sorted((int(name[8:-1]), self.places[name]) for name in names))

    @property
    def unlisted(self) -> bool:
        """True if it is left out of all lists."""
        return bool(self.visibility.unlisted)

    @property
    def first_day(self) -> Day | None:
        """First day of publication: its date or `publishDate`, whichever is later."""
        return max((day for day in (self.day, self.visibility.appears) if day is not None), default=None)

    def is_future(self, today: Day) -> bool:
        """Returns whether it is published after this day."""
        return self.first_day is not None and self.first_day > today

    def is_expired(self, today: Day) -> bool:
        """Returns whether it has expired on this day."""
        return self.visibility.expires is not None and self.visibility.expires <= today

    @property
    def changed(self) -> datetime | None:
        """Date of the last change, or of publication."""
        return self.updated or self.date


class PostOptions(Struct, frozen=True):
    """Settings that affect the parsing of posts.

    `syntax` decides how texts are parsed, and whether titles and sentences of front matter get smart punctuation.
    """

    permalink: str
    zone: tzinfo
    today: date
    talk_options: TalkOptions = field(default_factory=TalkOptions)
    syntax: TextSyntax = TextSyntax()

    def typeset(self, language: str | None) -> Callable[[str], str]:
        """Returns the function that applies smart punctuation, in the language of the post or the blog."""
        return smartener(language or self.syntax.language, smart=self.syntax.smart)


class _Title(NamedTuple):
    """The title of a document, its text without the title, the diagnostics, and the URL that the title links to."""

    title: str
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
    link: str = ""


class ParsedPost(Struct, frozen=True):
    """Result of parsing a document: its post, or None if it is invalid, and its text without the title."""

    post: Post | None
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


def make_post(document: Document, rules: PostOptions) -> ParsedPost:
    """Creates a post from a document."""
    from afterword.content.outline import read_outline  # with the parser, which most builds need for few posts

    name_date, name_slug = split_name(document.path)
    kind = _kind_of(document)
    matter = document.matter
    syntax = rules.syntax.for_post(math=matter.math, language=matter.lang)
    outline = read_outline(document.text, syntax, has_title=matter.title is not None)
    title, text, title_findings, title_link = _read_title(document, outline.title, name_slug)
    moment, date_only = publication_date(document, name_date, rules.zone, is_page=kind == "page")
    is_dated = moment is not None and moment != STAND_IN
    draft = bool(document.matter.visibility.draft) or is_draft_path(document.path)
    if moment is None and draft and kind == "post":
        moment, date_only = datetime.combine(rules.today, time(), rules.zone), True
    if moment is None and kind == "post":
        return ParsedPost(None, text, (*title_findings, missing_date(document)))
    fields = PermalinkFields(
        date=moment,
        slug=document.matter.slug or name_slug,
        path=posixpath.splitext(document.path.partition("/")[2])[0],
        categories=document.matter.categories,
        collection=document.path.partition("/")[0],
    )
    location = locate(document, kind, fields, rules.permalink)
    if not location.output:
        return ParsedPost(None, text, (*title_findings, *location.diagnostics))
    url, output = location.url, location.output
    if not output.endswith(PLAIN_EXTENSIONS) and any(found.id == "missing-title" for found in title_findings):
        title = ""  # a file needs none
        title_findings = tuple(found for found in title_findings if found.id != "missing-title")
    aliases, problems = read_aliases(document)
    target, target_problems = read_target(document, url)
    day = moment.astimezone(rules.zone).date() if moment else None
    subject = resolve_talk(document, title, outline.paragraph, day, rules.talk_options, title_link)
    video = subject.talk.video if subject.talk is not None else None
    if title_link and video is not None and is_same_recording(video, title_link):
        title_link = ""  # the page links to the recording
    typeset = rules.typeset(matter.lang)
    order = (*_check_order(document, moment, rules), *(_check_names(document) if not draft else ()))
    takeaways, takeaway_findings = _read_takeaways(document, syntax)
    update_day = day if is_dated else None
    updates = parse_updates(matter.updates, document.path, matter.places, update_day, read_note=_note_reader(syntax))
    sections = find_section_updates(outline.headings, _place_finder(document), update_day)
    last_updated = last_update_day(day, (*updates.updates, *sections.updates))
    post = Post(
        path=document.path,
        kind=kind,
        title=typeset(title),
        title_link=title_link,
        slug=fields.slug,
        url=url,
        output=output,
        id=entry_id(url, fields.slug),
        layout=matter.layout or kind,
        date=with_fixed_offset(moment),
        date_only=date_only,
        updated=with_fixed_offset(last_change(matter.updated, last_updated, rules.zone)),
        last_updated=last_updated,
        day=day,
        draft=draft,
        visibility=matter.visibility,
        categories=matter.categories,
        tags=matter.tags,
        authors=matter.authors,
        description=typeset(matter.description),
        excerpt=matter.excerpt,
        image=matter.image,
        aliases=aliases,
        redirect_to=target,
        series=typeset(matter.series),
        pinned=matter.pinned,
        toc=matter.toc,
        lang=matter.lang,
        math=matter.math,
        talk=_typeset_talk(subject.talk, matter.lang, rules),
        takeaways=tuple(map(typeset, takeaways)),
        updates=tuple(replace(update, text=typeset(update.text)) for update in updates.updates),
        related=matter.related,
        ignored=matter.ignored,
        has_chapters=_has_recording(subject.talk) and any(heading.has_stamp for heading in outline.headings),
        extra=matter.extra,
        places=Places.of(document.path, matter.places),
    )
    found = (
        *location.diagnostics,
        *problems,
        *target_problems,
        *subject.diagnostics,
        *takeaway_findings,
        *updates.diagnostics,
        *sections.diagnostics,
    )
    return ParsedPost(post, text, (*title_findings, *order, *location.diagnostics, *found))


def _typeset_talk(talk: Talk | None, language: str, rules: PostOptions) -> Talk | None:
    """Applies smart punctuation to the title of a talk; `language` is that of the post."""
    return replace(talk, title=rules.typeset(talk.lang or language)(talk.title)) if talk is not None else None


def _read_title(document: Document, heading: Title | None, name_slug: str) -> _Title:
    """Returns the title of a document: that of front matter, else the heading that the text begins with.

    `name_slug` is the slug of its file's name, the title of a document that has none.
    """
    if document.matter.title is not None:
        return _Title(document.matter.title, document.text)
    if heading is not None:
        start, end = heading.lines
        lines = document.text.split("\n")
        lines[start:end] = [""] * (end - start)
        place = document.place(*find_position(document.text, heading.written, start))
        if is_web(heading.plain.target):
            return _Title(heading.plain.text, "\n".join(lines), (), heading.plain.target)
        return _Title(heading.plain.text, "\n".join(lines), heading.plain.report_lost("title", place))
    title = titleize(document.matter.slug or name_slug) or document.path
    remark = warning(
        "missing-title",
        "missing title",
        Place(document.path, 1, 1),
        label=f"the file name gives “{title}”",
        hint="add `title: …` to the front matter, or start the text with a `# Heading`",
    )
    return _Title(title, document.text, (remark,))


def _place_finder(document: Document) -> Callable[[str, int], Place]:
    """Returns the function that finds the place of what is written in the text at a line or below."""
    return lambda written, line: document.place(*find_position(document.text, written, line))


def _read_takeaways(document: Document, syntax: TextSyntax) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Returns the takeaways of front matter as plain text, and diagnostics for lost markup."""
    from afterword.content.outline import read_line

    places = document.matter.places
    read = [(read_line(line, syntax), places[f"takeaways[{at}]"]) for at, line in enumerate(document.matter.takeaways)]
    lost = (finding for plain, place in read for finding in plain.report_lost("takeaway", place))
    return tuple(dict.fromkeys(plain.text for plain, _ in read if plain.text)), tuple(lost)


def _note_reader(syntax: TextSyntax) -> NoteReader:
    """Returns the function that reads the note of an update: its plain text, and what is lost of it."""

    from afterword.content.outline import read_line

    def read_note(note: str, place: Place) -> tuple[str, tuple[Diagnostic, ...]]:
        plain = read_line(note, syntax)
        return plain.text, plain.report_lost("note", place)

    return read_note


def _has_recording(talk: Talk | None) -> bool:
    return talk is not None and talk.video is not None


def _kind_of(document: Document) -> Kind:
    layout = document.matter.layout
    if layout == "page":
        return "page"
    return "page" if document.path.startswith("pages/") and layout != "post" else "post"


def _check_order(document: Document, moment: datetime | None, rules: PostOptions) -> tuple[Diagnostic, ...]:
    updated = document.matter.updated
    if moment is None or updated is None or updated >= moment or STAND_IN in (moment, updated):
        return ()
    day, other = (time.astimezone(rules.zone).date() for time in (moment, updated))
    if day == other:
        return ()
    message = f"`updated` ({other}) is before `date` ({day})"
    place = document.matter.places.get("updated", Place(document.path, 1))
    return (warning("updated-before-date", message, place, hint="correct one of the dates"),)


def _check_names(document: Document) -> tuple[Diagnostic, ...]:
    """Returns a warning for a name that starts with `_`, except `_index`, which names a section in Hugo and Zola."""
    names = document.path.split("/")[1:]
    name = next((name for name in names if name.startswith("_") and posixpath.splitext(name)[0] != "_index"), None)
    if name is None:
        return ()
    message = f"`{shown(name)}` does not hide the text, as a name that begins with `_` does in Jekyll and Astro"
    hint = "move it to `drafts/` if it is not to be published; otherwise rename it"
    return (warning("unclear-visibility", message, Place(document.path), hint=hint),)
