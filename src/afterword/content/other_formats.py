"""Text formats that are not supported, such as reStructuredText, and commands that convert them to Markdown."""

from __future__ import annotations

import posixpath
import shlex

_TARGET = "--to gfm+yaml_metadata_block --standalone --output {}"
_PANDOC = f"pandoc {{}} {_TARGET}"
_COMMANDS = {
    **dict.fromkeys((".rst", ".org", ".textile", ".mediawiki"), _PANDOC),
    **dict.fromkeys(
        (".adoc", ".asciidoc"),
        f"asciidoctor --backend docbook5 --out-file - {{}} | pandoc --from docbook {_TARGET}",
    ),
    **dict.fromkeys((".pdc", ".pandoc", ".mdown", ".mkd", ".mkdn"), "mv {} {}"),
}
_MORE_COMMANDS = dict.fromkeys((".html", ".htm", ".ipynb"), _PANDOC)
"""Those for texts that are more often files for readers."""


def suggest_conversion(path: str, *, is_content: bool = False) -> str:
    """Returns a hint with a command that makes Markdown of a text in another format; empty for other files.

    If the file `is_content`, it is not one for readers, whatever its format.
    """
    stem, suffix = posixpath.splitext(path)
    command = ((_COMMANDS | _MORE_COMMANDS) if is_content else _COMMANDS).get(suffix.lower(), "")
    return f"convert it: `{command.format(shlex.quote(path), shlex.quote(f'{stem}.md'))}`" if command else ""
