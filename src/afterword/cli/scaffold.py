"""Creates files of a blog: posts for `afterword new`, and the files of other commands.

It never replaces a file, never follows a symbolic link out of the blog, and removes files that it could not write
completely.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date
from typing import TYPE_CHECKING

from afterword.build.report import read_today
from afterword.config import loader as config
from afterword.config.find_blog import is_jekyll_folder
from afterword.core.dates import BadDate, parse_date
from afterword.core.diagnostics import Exit, Failure, Place, error
from afterword.core.files import Unreadable, describe, read, report_unreadable
from afterword.core.slugs import term_slug
from afterword.core.text import FORBIDDEN, decode
from afterword.talks.inference import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


TEMPLATE = "templates/new/post.md"
_LARGEST = 1_000_000


def create_post(
    source: Path,
    title: str,
    environ: Mapping[str, str],
    *,
    date: str = "",
    tags: Iterable[str] = (),
    draft: bool = False,
) -> Path:
    """Creates a post in the blog in `source`, dated today by default; returns its file, or raises `Failure`.

    Uses the blog's template for new posts, if it has one.
    """
    title, names = tidy(title), split_tags(tags)
    if not title:
        raise Failure(Exit.USAGE, error("usage", "the title is empty"))
    day = _read_day(date) if date else None if draft else find_today(source, environ)
    text = f"---\n{write_matter(title, day, names)}---\n\n"
    if (template := _read_template(source)) is not None:
        shown_day = day.isoformat() if day is not None else ""
        values = {"title": title, "slug": term_slug(title), "date": shown_day, "tags": list(names), "draft": draft}
        text = _fill_template(template, values)
    return create_source(source, title, None if draft else day, text)


def _read_day(text: str) -> date:
    try:
        return parse_date(text.strip(), UTC)[0].date()
    except BadDate as problem:
        raise Failure(Exit.USAGE, error("invalid-date", str(problem), hint="use `2026-02-01`")) from None


def find_today(source: Path, environ: Mapping[str, str]) -> date:
    """Returns the day in the time zone of the blog in `source`."""
    settings, _ = config.load(source)
    return read_today(environ, settings.timezone)


def split_tags(written: Iterable[str]) -> tuple[str, ...]:
    """Splits the values of a repeatable option at commas; removes duplicates."""
    names = (tidy(name) for given in written for name in given.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def write_matter(title: str, day: date | None, tags: Iterable[str]) -> str:
    """Returns the lines of the front matter of a new post; a draft may have no date."""
    dated = f"date: {day.isoformat()}\n" if day is not None else ""
    return f"layout: post\ntitle: {quote(title)}\n{dated}tags: [{', '.join(map(quote, tags))}]\n"


def tidy(text: str) -> str:
    """Returns a text as one line, without forbidden characters."""
    return " ".join(FORBIDDEN.sub(" ", text).split())


def _read_template(root: Path) -> str | None:
    """Returns the blog's template for new posts; None if it has none. Raises `Failure` if it cannot be read."""
    if not (root / TEMPLATE).exists():
        return None
    try:
        decoded = decode(TEMPLATE, read(root / TEMPLATE, _LARGEST))
    except Unreadable as problem:
        raise Failure(Exit.CONTENT, report_unreadable(problem, "this template", Place(TEMPLATE))) from None
    if any(found.is_error for found in decoded.diagnostics):
        raise Failure(Exit.CONTENT, *decoded.diagnostics)
    return decoded.text


def _fill_template(template: str, values: Mapping[str, object]) -> str:
    """Returns the text of a new post; raises `Failure` for a mistake in the template."""
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters["yaml"] = _quote
    try:
        return environment.from_string(template).render(values)
    except TemplateSyntaxError as problem:
        place = Place(TEMPLATE, problem.lineno)
        raise Failure(Exit.CONTENT, error("template-syntax", _sentence(problem), place)) from None
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as problem:
        hint = "use the variables `title`, `slug`, `date`, `tags` and `draft`"
        raise Failure(Exit.CONTENT, error("template-error", _sentence(problem), Place(TEMPLATE), hint=hint)) from None


def _quote(value: object) -> str:
    """Returns a value as one line of YAML, in JSON syntax."""
    return json.dumps(value, ensure_ascii=False)


def _sentence(problem: Exception) -> str:
    message = str(problem)
    return (message[:1].lower() + message[1:]).rstrip(".")


def create_source(source: Path, title: str, day: date | None, text: str) -> Path:
    """Creates a post, or a draft if it has no day: drafts are published later. Returns its file.

    In a Jekyll folder it is in `_posts`: with a folder `posts`, the others would not be built.
    """
    name = term_slug(title)
    path = f"posts/{day.isoformat()}-{name}.md" if day is not None else f"drafts/{name}.md"
    return create(source, f"_{path}" if is_jekyll_folder(source) else path, text)


def create(root: Path, path: str, content: str | bytes, *, hint: str = "use another title") -> Path:
    """Creates the file `path` in the blog in `root`, text in UTF-8; returns its path.

    `hint` is for an existing file. Raises `Failure` if the blog is missing, the file exists, or its folder is outside
    the blog (exit 2), and if it cannot be written (exit 3).
    """
    file = root / path
    if not root.is_dir():
        raise Failure(Exit.USAGE, error("no-source", f"folder not found: `{root}`"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.parent.resolve().is_relative_to(root.resolve()):
            problem = error(
                "symlink-outside", "the folder of this file is a symbolic link to outside the blog folder", Place(path)
            )
            raise Failure(Exit.USAGE, problem)
        _write_new(file, content.encode() if isinstance(content, str) else content)
    except FileExistsError:
        raise Failure(Exit.USAGE, error("file-exists", f"file already exists: `{path}`", hint=hint)) from None
    except OSError as problem:
        reason = describe(problem)
        raise Failure(Exit.ENVIRONMENT, error("unwritable", f"cannot write `{path}`: {reason}")) from problem
    return file


def _write_new(file: Path, data: bytes) -> None:
    stream = file.open("xb")
    try:
        with stream:
            stream.write(data)
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise
