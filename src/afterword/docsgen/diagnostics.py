"""Generates the page about diagnostics from `core.registry`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.registry import load_entries, name_severities

if TYPE_CHECKING:
    from afterword.core.registry import Entry

_INTRODUCTION = """# Diagnostics

Each error, warning and note has an id, which its message shows in brackets:

```
warning[unused-file]: unused file: no post links to it, so it is not published
  posts/diagram.svg
  hint: link to it, or move it to `static/`
```

`afterword explain unused-file` prints the entry of this page.

- An **error** stops the build: the page would be wrong, lose text, break a URL or publish what should stay hidden.
- A **warning** is probably a mistake. With `--strict`, it fails the build.
- A **note** is information.

## Ignoring warnings

To ignore warnings and notes in one file, list their ids in its front matter:

```yaml
ignore: [unused-footnote, broken-link]
```

To ignore them in the whole blog, list them in the [settings](settings.md):

```toml
[diagnostics]
ignore = ["unused-file"]
```

Ignored warnings do not fail a build with `--strict`. Errors cannot be ignored.

## All diagnostics

"""


def document_diagnostics() -> str:
    """Returns the page, in Markdown."""
    sections = (_document(name, entry) for name, entry in load_entries().items())
    return (_INTRODUCTION + "".join(sections)).rstrip("\n") + "\n"


def _document(name: str, entry: Entry) -> str:
    severities = name_severities(entry).capitalize()
    return f"### `{name}`\n\n{severities}. **{entry.title}**\n\n{entry.cause}\n\n{entry.remedy}\n\n"
