"""Finds files that are ignored but probably should not be: other letter case, Jekyll's names, foreign settings."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from afterword.core.diagnostics import Place, error, nearest, note, warning
from afterword.core.files import CONFIG_FILES, CONTENT_FOLDERS, ROOT_FILES, Unreadable, find_exclusion, locate, read
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic

_RECOGNIZED = {name.casefold(): name for name in (*CONTENT_FOLDERS, "static", "templates", *CONFIG_FILES)}

_SIMILAR_NAMES = {"_posts": "posts", "_drafts": "drafts", "post": "posts", "page": "pages", "template": "templates"}
"""Jekyll's names for our folders, and the singular."""

_FOREIGN_SETTINGS = {
    "_config.yml": "`url` and `baseurl` become `base_url`, `lang` becomes `language`",
    "_config.yaml": "`url` and `baseurl` become `base_url`, `lang` becomes `language`",
    "afterword.yaml": "settings are TOML",
    "afterword.yml": "settings are TOML",
    "hugo.toml": "`baseURL` becomes `base_url`, `languageCode` becomes `language`",
    "hugo.yaml": "`baseURL` becomes `base_url`, `languageCode` becomes `language`",
    "pelicanconf.py": "`SITENAME` becomes `title`, `SITEURL` becomes `base_url`, `DEFAULT_LANG` becomes `language`",
}
"""Settings files of other generators, and how to convert them."""


_FOR_STATIC = frozenset(
    {
        *("robots.txt", "CNAME", "favicon.ico", "favicon.png", "favicon.svg", "apple-touch-icon.png", "ads.txt"),
        *("humans.txt", "site.webmanifest", "manifest.webmanifest", "_redirects", "_headers"),
    }
)
"""Files that hosts and browsers look for at the root of a site."""

_MISPLACED = {
    **dict.fromkeys(("about.md", "contact.md", "now.md", "projects.md"), ("pages/", "pages")),
    "404.md": ("pages/", "the page"),
    "index.md": ("pages/", "the home page"),
    "index.html": ("templates/index.html", "the home page"),
    **dict.fromkeys(("_layouts", "_includes", "layouts"), ("templates/", "layouts")),
    **dict.fromkeys(("_data", "_sass", "_pages", "_plugins"), ("", "")),
    **dict.fromkeys(("assets", "images", "img"), ("static/", "images and other files")),
    **dict.fromkeys(("content", "notes", "blog", "_notes", "articles"), ("posts/", "posts")),
}
"""Names that other generators use: where their content belongs here (empty for none), and what it is."""

_POST = lazy_pattern(r"\d{4}-\d\d?-\d\d?\b.*\.(?:md|markdown)")
"""Matches the name of a post."""

_DOMAINS = ("static/CNAME", "CNAME")
_MAX_DOMAIN = 4_096
"""Maximum number of bytes to read from it."""

OTHER_EXTENSIONS = (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd")
"""Extensions of Markdown, in lower case; only `.md` and `.markdown`, in lower case, are recognized."""


def find_unrecognized(root: Path, exclude: Iterable[str]) -> tuple[str, ...]:
    """Returns the names of unrecognized files in the folder `root`, sorted, without those that match `exclude`."""
    patterns = tuple(exclude)
    try:
        names = sorted(os.listdir(root))  # noqa: PTH208 - names are all that is wanted
    except OSError:  # a folder may be one to enter and not to list: what is read has names
        return ()
    return tuple(name for name in names if _is_unrecognized(name) and find_exclusion(name, patterns) is None)


def report_unrecognized(
    names: Iterable[str], *, has_settings: bool, published: Collection[str]
) -> Iterator[Diagnostic]:
    """Yields diagnostics for unrecognized files; settings of other generators only if there are none of ours.

    `published` are the static files; those of `ROOT_FILES` can lie beside the settings.
    """
    for name in names:
        if (intended := intended_name(name)) is not None:
            kind = "file" if intended in CONFIG_FILES else "folder"
            hint = f"rename it to `{intended}`, or add it to `exclude`"
            yield warning("misnamed-folder", f"{kind} `{name}` is ignored", Place(name), hint=hint)
        elif name in _FOR_STATIC:
            message, hint = f"`{name}` is not published", f"move it to `static/{name}`"
            if name in published:
                message, hint = (
                    f"`{name}` belongs in `static/`",
                    f"move it to `static/{name}`; it is published from there",
                )
            elif name in ROOT_FILES and f"static/{name}" in published:
                hint = f"remove it: `static/{name}` is published"
            yield warning("misnamed-folder", message, Place(name), hint=hint)
        elif name in _MISPLACED:
            yield _report_misplaced(name, *_MISPLACED[name])
        elif _POST.fullmatch(name) is not None:
            yield _report_misplaced(name, "posts/", "it")
        elif not has_settings and name in _FOREIGN_SETTINGS:
            hint = f"move the settings to `afterword.toml`: {_FOREIGN_SETTINGS[name]}"
            yield warning("unsupported-config", f"`{name}` is ignored", Place(name), hint=hint)


def hint_at_posts(source: Path) -> str:
    """Returns a hint to rename a folder, for a folder without posts; how to begin a blog if none is misnamed."""
    for name in find_unrecognized(source, ()):
        if name == "_posts":
            return f"for a Jekyll blog, run `afterword import jekyll {source}`"
        if intended_name(name) in CONTENT_FOLDERS:
            return f"rename the folder `{name}` to `{intended_name(name)}`"
    return "create a blog with `afterword init`, or pass the folder of one with `--source`"


def report_empty(sources: Collection[str]) -> Iterator[Diagnostic]:
    """Yields an error if the blog has no source: no post and no page, not even a draft."""
    if not sources:
        hint = 'put Markdown files in `posts/`; `afterword new "Title of the talk"` writes the first one'
        yield error("no-posts", "nothing to publish: no posts and no pages", hint=hint)


def intended_name(name: str) -> str | None:
    """Returns the recognized name that a similar name probably means, or None."""
    intended = _SIMILAR_NAMES.get(name) or _RECOGNIZED.get(name.casefold())
    if intended is None and name.endswith(".toml"):
        intended = nearest(name, ("afterword.toml",))
    return intended if intended != name else None


def _is_unrecognized(name: str) -> bool:
    is_known = name in _FOREIGN_SETTINGS or name in _FOR_STATIC or name in _MISPLACED
    return is_known or intended_name(name) is not None or _POST.fullmatch(name) is not None


def _report_misplaced(name: str, place: str, what: str) -> Diagnostic:
    """Returns a note, not a warning: many folders of such a name are not part of the blog."""
    hint = f"move {what} to `{place}`, or add `{name}` to `exclude`" if place else f"add `{name}` to `exclude`"
    return note("not-read", f"`{name}` is ignored", Place(name), hint=hint)


def report_extensions(attachments: Iterable[str]) -> Iterator[Diagnostic]:
    """Yields warnings for Markdown files beside posts with an unrecognized extension."""
    for path in attachments:
        stem, extension = posixpath.splitext(path)
        if extension.lower() in OTHER_EXTENSIONS:
            hint = f"rename it to `{posixpath.basename(stem)}.md`"
            yield warning("misnamed-folder", f"`{shown(path)}` is not read as Markdown", Place(path), hint=hint)


_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
"""Hosts of previews, which say nothing about the published site."""


def check_domain(root: Path, static: Iterable[str], base_url: str) -> Iterator[Diagnostic]:
    """Yields a warning if the file `CNAME`, for GitHub Pages, names another host than the base URL."""
    path = next((path for path in _DOMAINS if path in static), None)
    if path is None:
        return
    try:
        written = read(locate(root, path), _MAX_DOMAIN)
    except Unreadable:
        return  # it is reported with all static files
    domain = shown(written.decode(errors="replace").strip().lower())
    host = (urlsplit(base_url).hostname or "").lower()
    if domain and host not in ("", domain, *_LOCAL_HOSTS):
        message = f"`CNAME` has the host `{domain}`, `base_url` has the host `{host}`"
        hint = f'set `base_url = "https://{domain}/"`, or correct `CNAME`'
        yield warning("other-domain", message, Place(path, 1, 1), hint=hint)
