"""Front matter that does not open is an error at its fence; what only looks a little like it is text as before."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.config.schema import LimitSettings
from afterword.core.diagnostics import Exit
from afterword.front_matter.detection.rules import find_second
from afterword.front_matter.parser import parse
from afterword.front_matter.split import _KEYS_BELOW, _may_have_second, split

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

KEYS = "title: Notes\ndraft: true\n"
TITLED = "---\ntitle: Notes\n---\n"
FENCED = f"---\n{KEYS}---\n"

UNOPENED = {
    # Something above the fence.
    "a heading above": (2, f"# Notes\n{FENCED}"),
    "a heading and a blank line above": (3, f"# Notes\n\n{FENCED}"),
    "a heading above, and nothing that closes": (3, f"# Notes\n\n---\n{KEYS}\n"),
    "a heading above, and no key that holds back": (3, "# Notes\n\n---\ntitle: Notes\ntags:\n- a\n- b\n---\n"),
    "a heading above, blank lines between the keys": (3, "# Notes\n\n---\ntitle: A\n\ntags: [a]\n\ndraft: yes\n---\n"),
    "a heading above, and a day alone": (3, "# Notes\n\n---\npublishDate: 2099-01-01\n\n"),
    "a heading above, blank lines around the keys": (3, f"# Notes\n\n---\n\n{KEYS}\n---\n"),
    "a heading with an underline above": (4, f"Notes\n=====\n\n{FENCED}"),
    "a paragraph above": (3, f"Some text.\n\n{FENCED}"),
    "a paragraph above that the fence underlines": (2, f"Some text.\n{FENCED}"),
    "an image above": (3, f"![Hall](hall.jpg)\n\n{FENCED}"),
    "nine lines above": (10, "Line.  \n" * 9 + FENCED),
    "a comment above": (2, f"<!-- vim: set ft=markdown -->\n{FENCED}"),
    "two comments above": (3, f"<!-- a -->\n<!-- b -->\n{FENCED}"),
    "a comment of several lines above": (4, f"<!--\nCopyright: me\n-->\n{FENCED}"),
    "a comment of Liquid above": (2, f"{{% comment %}} x {{% endcomment %}}\n{FENCED}"),
    "a letter above": (2, f"x\n{FENCED}"),
    "a backslash above": (2, f"\\\n{FENCED}"),
    "a zero-width space above": (2, f"\u200b\n{FENCED}"),
    "a soft hyphen above": (2, f"\u00ad\n{FENCED}"),
    "a no-break space above": (2, f"\u00a0\n{FENCED}"),
    "a blank line above": (2, f"\n{FENCED}"),
    "a heading above TOML": (2, "# Notes\n+++\ntitle = 'Notes'\ndraft = true\n+++\n"),
    "a blank line above TOML": (2, "\n+++\ntitle = 'Notes'\n+++\n"),
    "a comment above TOML": (2, "<!-- x -->\n+++\ntitle = 'Notes'\n+++\n"),
    "a heading above JSON": (2, '# Notes\n{\n  "title": "Notes",\n  "draft": true\n}\n'),
    "a blank line above JSON": (2, '\n{\n  "title": "Notes"\n}\n'),
    "a zero-width space above JSON in one line": (1, '\u200b{"title": "Notes", "draft": true}\n'),
    # Something on the line of the fence.
    "a zero-width space before the fence": (1, f"\u200b{FENCED}"),
    "a word joiner behind the fence": (1, f"---\u2060\n{KEYS}---\n"),
    "a no-break space behind the fence": (1, f"---\u00a0\n{KEYS}---\n"),
    "an ideographic space behind the fence": (1, f"---\u3000\n{KEYS}---\n"),
    "a no-break space behind both fences": (1, f"---\u00a0\n{KEYS}---\u00a0\n"),
    "an indent": (1, "  ---\n  title: Notes\n  draft: true\n  ---\n"),
    "an indent by four": (1, "    ---\n    title: Notes\n    draft: true\n    ---\n"),
    "an indent by a tab": (1, "\t---\n\ttitle: Notes\n\tdraft: true\n\t---\n"),
    "an indent of the fence alone": (1, f" {FENCED}"),
    "a backslash before the fence": (1, f"\\{FENCED}"),
    "a full stop behind the fence": (1, f"---.\n{KEYS}---\n"),
    "a zero-width space in the fence": (1, f"-\u200b--\n{KEYS}---\n"),
    "a key behind the fence": (1, "--- title: Notes\ndraft: true\n---\n"),
    "a fence of spaced dashes": (1, f"- - -\n{KEYS}---\n"),
    "full-width dashes": (1, f"－－－\n{KEYS}－－－\n"),
    "a number sign before each line": (1, "# ---\n# title: Notes\n# draft: true\n# ---\n"),
    "a quotation around": (1, "> ---\n> title: Notes\n> draft: true\n> ---\n"),
    "two fences": (3, f"---\n{FENCED}"),
    "empty front matter above": (4, f"---\n\n---\n{KEYS}---\n"),
    # A label.
    "a label toml": (1, "---toml\ntitle = 'Notes'\ndraft = true\n---\n"),
    "a label yaml behind a space": (1, f"--- yaml\n{KEYS}---\n"),
    "a comment of YAML behind the fence": (1, f"--- # front matter\n{KEYS}---\n"),
    "a label yml": (1, f"---yml\n{KEYS}---\n"),
    "a label json": (1, '---json\n{\n  "title": "Notes",\n  "draft": true\n}\n---\n'),
    "a label json without braces": (1, '---json\n"title": "Notes",\n"draft": true\n---\n'),
    "a label js": (1, "---js\n{\n  title: 'Notes',\n  draft: true\n}\n---\n"),
    "a label below a heading": (2, f"# Notes\n---yaml\n{KEYS}---\n"),
    "a label of TOML": (1, "+++toml\ntitle = 'Notes'\n+++\n"),
    # Other fences.
    "semicolons": (1, ';;;\n"title": "Notes",\n"draft": true\n;;;\n'),
    "semicolons that close": (1, '"title": "Notes",\n"draft": true\n;;;\n'),
    "four dashes": (1, f"----\n{KEYS}----\n"),
    "four dashes below a heading": (2, f"# Notes\n----\n{KEYS}----\n"),
    "long dashes": (1, f"———\n{KEYS}———\n"),
    "long dashes below a heading": (2, f"# Notes\n———\n{KEYS}———\n"),
    "asterisks": (1, f"***\n{KEYS}***\n"),
    "equals signs": (1, f"===\n{KEYS}===\n"),
    "underscores": (1, f"___\n{KEYS}___\n"),
    "braces": (1, "{\ntitle: Notes,\ndraft: true\n}\n"),
    "braces in one line": (1, "{title: 'Notes', draft: true}\n"),
    "TOML without fences": (1, "title = 'Notes'\ndate = 2026-01-01\n\nText.\n"),
    "JSON without braces": (1, '"title": "Notes",\n"date": "2026-01-01"\n\nText.\n'),
    "nothing opens": (1, f"{KEYS}---\n"),
    "nothing opens and something holds back": (1, "author: Ada\nstatus: draft\n\nText.\n"),
    "nothing opens or closes, and a list in brackets": (1, "title: Notes\ntags: [a, b]\n\nText.\n"),
    "nothing opens or closes, and a list": (1, "title: Notes\ndate: 2026-01-01\ntags:\n- a\ndraft: true\n\nText.\n"),
    # Inside something.
    "a comment around": (2, f"<!--\n{FENCED}-->\n"),
    "a comment around keys": (1, f"<!--\n{KEYS}-->\n"),
    "a comment around one key": (1, "<!-- draft: true -->\n# Notes\n"),
    "a comment around TOML": (2, "<!--\n+++\ntitle = 'Notes'\n+++\n-->\n"),
    "a comment around, below a heading": (4, f"# Notes\n\n<!--\n{FENCED}-->\n"),
    "a code block around": (1, f"```\n{FENCED}```\n"),
    "a code block with a language around": (1, f"```yaml\n{FENCED}```\n"),
    "a code block around keys": (1, f"~~~\n{KEYS}~~~\n"),
    "a code block around TOML": (1, "```toml\n+++\ntitle = 'Notes'\n+++\n```\n"),
    "a comment of Obsidian around": (1, f"%%\n{KEYS}%%\n"),
    # Other generators' lines.
    "Nikola": (1, ".. title: Notes\n.. status: draft\n\nText.\n"),
    "Nikola in a comment": (1, "<!--\n.. title: Notes\n.. slug: notes\n.. status: draft\n-->\n"),
    "Nikola with a byte order mark": (1, "\ufeff.. title: Notes\n\nText.\n"),
    "Org": (1, "#+TITLE: Notes\n#+DRAFT: true\n"),
    "Org in lower case": (1, "#+title: Notes\n\nText.\n"),
    "reStructuredText": (1, ":title: Notes\n:status: draft\n"),
    "Pandoc": (1, "% Notes\n% Ada Lovelace\n% 2026-01-01\n\nText.\n"),
    "Pandoc with a title alone": (1, "% Notes\n\nText.\n"),
    "Pandoc with keys": (1, "% title: Notes\n\nText.\n"),
    "EDN": (2, '{:title "X" :layout :post\n :draft? true}\n\nText.\n'),
    "EDN that hides": (1, '{:title "X" :hidden true :tags ["a"]}\n\nText.\n'),
    "Dropplets": (6, "# Notes\n- Ada\n- @ada\n- 2026/01/01\n- Talks\n- draft\n\nText.\n"),
    "Kirby": (1, "Title: Notes\n\n----\n\nDate: 2026-01-01\n\n----\n\nText: Some text.\n"),
    "Kirby with a status": (
        9,
        "Title: Notes\n\n----\n\nDate: 2026-01-01\n\n----\n\nStatus: draft\n\n----\n\nText: x\n",
    ),
    "a table of keys": (1, "| key | value |\n|---|---|\n| title | Notes |\n| status | draft |\n\nText.\n"),
    "a table of keys in a row": (1, "| title | draft |\n| :-- | --- |\n| Notes | `true` |\n\nText.\n"),
    "a table below a blank line": (2, "\n| draft | true |\n|---|---|\n\nText.\n"),
    "a variable of MDX": (1, "export const draft = true\n\n# Notes\n"),
    "an object of MDX": (3, "import A from './a'\n\nexport const metadata = { title: 'A', draft: true };\n\n# Notes\n"),
    "an object of MDX in lines": (1, "export const meta = {\n  layout: Post,\n  published: false,\n}\n\nText.\n"),
    "a default export of MDX": (1, "export default { status: 'draft' }\n\nText.\n"),
    "a label lua": (1, "---lua\n{title = 'Notes', draft = true}\n---\n\nText.\n"),
    "Nikola below a heading": (3, "# Notes\n\n.. title: Notes\n.. date: 2026-01-01\n\nText.\n"),
    "AsciiDoc": (2, "= Notes\n:draft: true\n\nText.\n"),
    # Header lines that are no longer Pelican's.
    "headers below a blank line": (2, "\nTitle: Notes\nStatus: draft\n\nText.\n"),
    "headers below a zero-width space": (2, "\u200b\nTitle: Notes\nStatus: draft\n\nText.\n"),
    "headers below a comment": (2, "<!-- x -->\nTitle: Notes\nStatus: draft\n\nText.\n"),
    "headers with a state that is not Pelican's": (1, "Title: Notes\nStatus: private\n\nText.\n"),
    "headers with spaces before the colons": (1, "Title : Notes\nStatus : draft\n\nText.\n"),
    "a password": (1, "title: Notes\npassword: x\n\nText.\n"),
    "headers that are indented": (1, "    Title: Notes\n    Status: draft\n\nText.\n"),
    "headers below a heading": (3, "# Notes\n\nTitle: Notes\nStatus: draft\n\nText.\n"),
    "headers without a title": (1, "Date: 2026-01-01\nStatus: draft\n\nText.\n"),
    "headers in two parts": (1, "Title: Notes\nDate: 2026-01-01\n\nStatus: draft\n\nText.\n"),
    # A second block below the first.
    "two blocks": (4, "---\ntitle: Notes\n---\n---\ndraft: true\n---\n"),
    "two blocks, the first with a layout": (4, "---\nlayout: post\n---\n---\ndraft: true\n---\n"),
    "two blocks and a blank line between": (5, "---\ntitle: Notes\n---\n\n---\ndraft: true\n---\n"),
    "two blocks, the second not opened": (4, "---\ntitle: Notes\n---\ndraft: true\n---\n"),
    "two blocks, the second neither opened nor closed": (4, "---\ntitle: Notes\n---\ndraft: true\n\n"),
    "two blocks, the second not closed": (4, "---\ntitle: Notes\n---\n---\nunlisted: true\n\n"),
    "two blocks, blank lines in the second": (4, "---\ntitle: Notes\n---\n---\n\ndraft: true\n\n---\n"),
    "two blocks, the second with four dashes": (4, "---\ntitle: Notes\n---\n----\npublished: false\n----\n"),
    "two blocks, the second with a day": (4, "---\ntitle: Notes\n---\n---\npublishDate: 2099-01-01\n---\n"),
    "two blocks, the second with a date": (4, "---\ntitle: Notes\n---\n---\ndate: 2099-01-01\n---\n"),
    "two blocks, the second with a title": (4, "---\nlayout: post\n---\n---\ntitle: Notes\ntags: [a]\n---\n"),
    "two blocks, dots between": (4, "---\ntitle: Notes\n...\n---\ndraft: true\n---\n"),
    "two blocks, dots alone": (4, "---\ntitle: Notes\n...\nstatus: draft\n...\n"),
    "TOML, then YAML": (4, "+++\ntitle = 'Notes'\n+++\n---\ndraft: true\n---\n"),
    "YAML, then TOML": (4, "---\ntitle: Notes\n---\n+++\ndraft = true\n+++\n"),
    "TOML twice": (4, "+++\ntitle = 'Notes'\n+++\n+++\ndraft = true\n+++\n"),
    "YAML, then JSON": (4, '---\ntitle: Notes\n---\n{"draft": true}\n'),
    "YAML, then JSON in lines": (4, '---\ntitle: Notes\n---\n{\n  "title": "Notes",\n  "draft": true\n}\n'),
    "JSON twice": (2, '{"title": "Notes"}\n{"draft": true}\n'),
    "JSON, then YAML": (2, '{"title": "Notes"}\n---\ndraft: true\n---\n'),
    "header lines, then YAML": (4, "Title: Notes\nDate: 2026-01-10\n\n---\ndraft: true\n---\n"),
    "YAML, then header lines": (4, "---\nlayout: post\n---\nTitle: Notes\nDate: 2026-01-10\nStatus: draft\n\n"),
    # A second block further down.
    "a second block below a heading": (6, f"{TITLED}# Notes\n\n---\nembargo: 2099-01-01\n---\nText.\n"),
    "a second block that underlines a heading": (5, f"{TITLED}Notes\n---\nstatus: draft\n---\nText.\n"),
    "a second block below an image": (6, f"{TITLED}![](a.png)\n\n---\ntitle: B\npublished: false\n\nText.\n"),
    "a second block below a comment": (5, f"{TITLED}<!-- x -->\n---\ndraft: true\n---\nText.\n"),
    "a second block below two comments": (7, f"{TITLED}<!-- x -->\n%% y %%\n\n+++\ndraft = true\n+++\n"),
    "keys below a comment": (5, f"{TITLED}{{% comment %}} x {{% endcomment %}}\ndraft: true\n\nText.\n"),
    "a second block below an empty one": (5, f"{TITLED}---\n---\ndraft: true\n---\n"),
    "a second block of JSON below a heading": (6, f'{TITLED}# Notes\n\n{{"draft": true}}\n\nText.\n'),
    "a map in a second block": (6, f"{TITLED}# Notes\n\n---\nstatus:\n  value: draft\n---\nText.\n"),
    "a second block in a quotation": (5, f"{TITLED}\n> ---\n> draft: true\n> title: B\n> ---\n\nText.\n"),
    "a second block in a quotation below a heading": (6, f"{TITLED}# A\n\n> +++\n> draft = true\n> +++\n\nText.\n"),
    "a second block in a quotation, not closed": (4, f"{TITLED}> ---\n> published: false\n> title: B\n>\n> Text.\n"),
    "a second block in a quotation in a quotation": (4, f"{TITLED}> > ---\n> > draft: true\n> > ---\n\nText.\n"),
    "a quotation below a heading": (3, "# Notes\n\n> ---\n> draft: true\n> title: B\n> ---\n\nText.\n"),
    "list entries below the fence": (4, f"{TITLED}- draft: true\n- tags: a\n\nText.\n"),
    "quoted keys below the fence": (4, f"{TITLED}> draft: true\n>\n> Text.\n"),
    # Properties of Logseq.
    "properties": (1, "title:: Notes\npublic:: false\n\nText.\n"),
    "a property below a heading": (3, "# Notes\n\ndraft:: true\n\nText.\n"),
    "a property in an item": (1, "- draft:: true\n- Text.\n"),
    "a property below front matter": (6, f"{TITLED}# Notes\n\n- draft:: true\n- Text.\n"),
    # Keys in a map.
    "a map above": (3, "# Notes\n\n---\nstatus:\n  value: draft\n---\n"),
    "a map of parameters above": (3, "# Notes\n\n---\nparams:\n  draft: true\n---\n"),
    "a map in braces": (1, "title: Notes\nstatus: {value: draft}\n\nText.\n"),
    # A comment behind the fence.
    "a comment of YAML": (1, "--- # meta\ntitle: Notes\npublishDate: 2099-01-01\n---\n"),
    "a comment of YAML, and a date": (1, "--- # meta\ntitle: Notes\ndate: 2099-01-01\n---\n"),
    "a comment of YAML, and tags": (1, "--- # meta\ntitle: Notes\ntags: [a]\n---\n"),
    "a comment of HTML": (1, "--- <!-- meta -->\ntitle: Notes\nexpiryDate: 2020-01-01\n---\n"),
    "a comment of TOML": (1, "+++ # meta\ntitle = 'Notes'\n+++\n"),
    "a type of YAML": (1, "--- !!map\ntitle: Notes\n---\n"),
    # Marks before the keys.
    "number signs": (1, "# title: Notes\n# draft: true\n---\n"),
    "slashes": (1, "// title: Notes\n// draft: true\n---\n"),
    "items below a heading": (3, "# Notes\n\n---\n- title: Notes\n- draft: true\n---\n"),
    "items": (1, "* title: Notes\n* draft: true\n---\n"),
    "bold names": (1, "**title**: Notes\n**draft**: true\n---\n"),
    "bold names and colons": (1, "__title:__ Notes\n__draft:__ true\n---\n"),
    "numbers": (1, "1. title: Notes\n2. draft: true\n---\n"),
    "numbers in brackets": (1, "1) title: Notes\n2) draft: true\n---\n"),
    "numbers of lines": (1, "1 ---\n2 title: Notes\n3 draft: true\n4 ---\n"),
    "numbers of lines and bars": (1, "  1 | title: Notes\n  2 | embargo: 2099-01-01\n  3 | ---\n"),
    "tasks": (1, "- [ ] title: Notes\n- [x] draft: true\n---\n"),
    "a list of JSON": (1, '[{"title": "Notes", "draft": true}]\n'),
    "a list of JSON in lines": (1, '[\n  {\n    "title": "Notes",\n    "draft": true\n  }\n]\n'),
    "a table of JSON": (1, '{"frontmatter": {"title": "Notes", "draft": true}}\n'),
    "a table of JSON in lines": (1, '{\n  "meta": {\n    "draft": true\n  }\n}\n'),
}
"""Sources, each with the line of the error."""

BELOW = {
    "a state of what the text is on": "\nStatus: draft\n\nText.\n",
    "a state below a heading": "\n# RFC 12\n\nStatus: Draft\n\nText.\n",
    "a sentence about a state": "\nStatus: Draft is what the RFC was called.\n\nText.\n",
    "a state that hides nothing": "\nStatus: Accepted\nDate: 2026-01-01\n\nText.\n",
    "a state in a sentence over lines": "\nStatus: Draft\nand so it stayed.\n\nText.\n",
    "a quoted rule and a note": "> ---\n> Note: a rule above.\n",
    "a quotation about a key": "> draft: true means that it is not published.\n",
    "a list of keys below a sentence": "The keys:\n\n- draft: true\n- title: A\n",
    "a rule": "---\n\nText.\n",
    "a rule directly above text": "---\nText.\n",
    "two rules": "---\n\n---\n\nText.\n",
    "a rule above a note": "---\nNote: it was recorded.\n\nText.\n",
    "a heading": "# A talk\n\n---\nSummary: it was good.\n",
    "a card": "Title: The tempest\nAuthor: Shakespeare\nDate: 1611\n---\n\nText.\n",
    "a card below a blank line": "\nTitle: The tempest\nAuthor: Shakespeare\nDate: 1611\n\nText.\n",
    "a card between rules": "\n---\n\nTitle: The tempest\nAuthor: Shakespeare\n\n---\n\nText.\n",
    "a card of a draft": "\n---\n\nStatus: draft\nAuthor: Ada\n\n---\n\nText.\n",
    "a state that readers shall see": "Status: draft\n\nText.\n",
    "a list of facts": "- title: RFC 12\n- status: draft\n\nText.\n",
    "an example below a heading": f"# Jekyll\n\n```yaml\n{FENCED}```\n",
    "an indented example below a heading": "# Jekyll\n\n    ---\n    draft: true\n    ---\n",
    "an example in code further down": "Text.\n\n" * 10 + f"~~~~\n```\n\n{FENCED}~~~~\n",
    "a note between rules": "# A talk\n\n---\nNote: it was recorded.\n\n---\n\nText.\n",
    "a heading between rules": "# A talk\n\n---\nDraft: true\n---\n\nText.\n",
    "a comment and a rule": "<!-- x -->\n---\n\nText.\n",
    "a comment and a heading": "<!-- x -->\nSummary: it was good.\n---\n\nText.\n",
    "a sentence below a rule": "# A talk\n\n---\n\ndraft: true hides a text.\n",
    "JSON below a heading": '# A talk\n\n{"a": 1}\n\nText.\n',
    "a scope": "# C++\n\nstd:: is a scope, public:: is none.\n",
    "a property of something else": "author:: Ada\n\nText.\n",
    "a code block": f"```yaml\n{FENCED}```\n",
    "an indented example": "\n    ---\n    title: Notes\n    ---\n",
    "a comment": "<!--\ndraft: true\n-->\n\nText.\n",
    "a sentence": "draft: what the word means.\n\nText.\n",
    "a day": "Published: 2020-01-01\n\nText.\n",
    "a sentence behind a label in bold": "**Status:** a draft of the RFC is what we read.\n\nText.\n",
    "a state in bold that hides nothing": "**Status:** published\n\nText.\n",
    "a letter": "Dear Ada,\n\nTitle: A letter\nStatus: draft\n\nText.\n",
    "a key in a list below a heading": "# Keys\n\n- draft: true\n- title: A\n\nText.\n",
    "JSON": '{"a": 1}\n\nText.\n',
    "a link": "[{a}](b) is a set.\n",
    "JSON in a sentence": '{"draft": true} is what the API returns.\n',
    "JSON with a list in a sentence": '{"draft": true, "tags": ["a b"]}: the answer.\n\nText.\n',
    "a list of JSON in a sentence": '[{"published": false}] means that nothing is there.\n',
    "an example in a quotation": "Each file begins so:\n\n> ---\n> title: x\n> draft: true\n> ---\n\nText.\n",
    "an example in a quotation below a sentence": "# Keys\n\nSo:\n> +++\n> draft = true\n> +++\n",
}
"""Texts below front matter that build as they are."""

TEXTS = {
    "a list below a title": "# Notes\n- an idea\n- a draft\n- a review\n- a talk\n- published\n\nText.\n",
    "five steps": "# Steps\n\n- idea\n- outline\n- slides\n- talk\n- draft\n\nText.\n",
    "a heading and a rule above a note": "# A talk\n\n---\nNote: it was recorded.\n\nText.\n",
    "a heading and a rule above several notes": "# A talk\n\n---\n\nAuthor: Ada Lovelace\nDate: 2023\n\n---\n\nText.\n",
    "a rule directly above notes that a blank line ends": "# A talk\n\n---\nAuthor: Ada Lovelace\nDate: 2023\n\n---\n",
    "a comment and a rule above a note": "<!-- a -->\n---\nNote: it was recorded.\n\nText.\n",
    "a comment and a rule above a label": "<!-- a -->\n---\nSummary: it was good.\n\nText.\n",
    "a heading and a rule above a label": "# A talk\n\n---\nSummary: it was good.\n\nText.\n",
    "headings with underlines": "My notes\n--------\n\nSummary: good\n-------------\n\nText.\n",
    "a heading underlined by three dashes, and another": "My notes\n---\nSummary: good\n---\n\nText.\n",
    "a state that readers shall see": "# RFC 12\n\nStatus: draft\n\nText.\n",
    "a state below a rule": "# RFC 12\n\n---\n\nStatus: draft\nAuthor: Ada\n\nText.\n",
    "an example further down": f"# Jekyll\n\nA post begins with front matter:\n\n```yaml\n{FENCED}```\n\nText.\n",
    "an example below the heading": f"# Jekyll\n\n```yaml\n{FENCED}```\n\nText.\n",
    "an indented example": "# Jekyll\n\nA post begins so:\n\n    ---\n    title: Notes\n    draft: true\n    ---\n",
    "a quoted example": "# Jekyll\n\nA post begins so:\n\n> ---\n> title: Notes\n> ---\n",
    "an example in code far down": "# Jekyll\n" + "\nText.\n" * 11 + f"\n```\n{FENCED}```\n",
    "metadata far down that hides nothing": "# Pandoc\n" + "\nText.\n" * 10 + "\n---\ntitle: B\ndraft: false\n...\n",
    "a manifest of Kubernetes in a code block": "```yaml\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n```\n",
    "a pipeline in a code block": "```yaml\n---\nimage: python\nstages: [test]\n```\n\nText.\n",
    "code that has keys": "```python\ntitle = 'Notes'\n```\n\nText.\n",
    "a comment about the file": "<!--\nAuthor: Ada\nDate: 2026-01-01\nLicense: CC0\n-->\n\n# A talk\n",
    "a comment with a title and an author": "<!--\nTitle: Notes\nAuthor: Ada\n-->\n\n# A talk\n",
    "settings of Jekyll in a code block": "```yaml\ntitle: My blog\nauthor: Ada\n```\n\nText.\n",
    "asterisks around two labels": "***\nTitle: The talk\nDate: 2023\n***\n\nText.\n",
    "an indented manifest": "    ---\n    kind: Pod\n    image: x\n\nText.\n",
    "a heading behind a number sign": "# --- A talk ---\n\nText.\n",
    "empty front matter": "---\n---\n# A talk\n",
    "a comment with a title": "<!-- title: Notes -->\n\n# A talk\n",
    "a comment for a linter": "<!-- markdownlint-disable MD013 -->\n# A talk\n\nText.\n",
    "a note": "Note: this talk was not recorded.\n\nText.\n",
    "a secret": "Password: how to choose one.\n\nText.\n",
    "hidden gems": "Hidden: gems\n\nText.\n",
    "a title alone": "Title: a thing\n\nText.\n",
    "a title and a speaker": "Title: A thing\nSpeaker: Ada Lovelace\n\nText.\n",
    "a date and a speaker": "Date: 1843-10-01\nSpeaker: Ada Lovelace\n\nText.\n",
    "a title that is long": "Title: this is a sentence about titles\nthat goes on.\n\nText.\n",
    "a URL": "https://example.org/talk\n\nText.\n",
    "a rule": "----\n\nText.\n",
    "rules around a label": "***\n\nSummary: it was good.\n\n***\n\nText.\n",
    "asterisks around a label": "***\nDate: 2023\n***\n\nText.\n",
    "a table": "Author | Date\n--- | ---\nAda | 1843\n",
    "a table below a heading": "# A talk\n\n| Date |\n|---|\n| 1843 |\n",
    "a table of facts": "| Title | Status |\n|---|---|\n| RFC 12 | draft |\n\nText.\n",
    "a table of states": "| name | status |\n|---|---|\n| RFC 12 | draft |\n\nText.\n",
    "rules of four dashes": "Title: A thing\n\n----\n\nSome text.\n\n----\n\nNote: more.\n",
    "exports of MDX": "export const title = 'A draft'\nexport const year = 2026\n\nText.\n",
    "an export in code": "# MDX\n\n```js\nexport const draft = true\n```\n",
    "an export in a list of code": "```js\nexport const draft = true\n```\n\nText.\n",
    "an emoji": ":date: 1 October 1843\n\nText.\n",
    "attributes": "{: .no_toc title='x' }\n\nText.\n",
    "a Liquid tag": "{% raw %}\n\nText.\n",
    "an object that says nothing": '{"a": 1}\n\nText.\n',
    "braces in prose": "{x: y} is a set.\n\nText.\n",
    "a quotation with a colon": '"Title: a thing" is what it said.\n\nText.\n',
    "a per cent sign": "% of the talk: 50\n\nText.\n",
    "steps": "1. title: write one\n2. draft: write it down\n\nText.\n",
    "steps and a rule": "1. Title: A thing\n2. Draft: 2023\n---\n\nText.\n",
    "numbered facts": "1. publish: every Monday\n2. Draft: on paper\n\n---\n\nText.\n",
    "a list of facts": "- Title: A thing\n- Status: draft\n- Author: Ada\n\nText.\n",
    "facts in bold": "**Title:** A thing  \n**Status:** draft\n\nText.\n",
    "facts in items, and a rule": "- Title: A thing\n- Status: draft\n---\n\nText.\n",
    "facts in bold, and a rule": "**Status:** draft\n\n---\n\nText.\n",
    "headings with a colon": "# Title: a thing\n\n---\n\nText.\n",
    "a day below a rule": "# A talk\n\n---\nPublished: 2020-01-01\n\nText.\n",
    "a day that expires": "Expires: 2027-01-01\n\nText.\n",
    "a rule with a comment": "--- # a rule\n\nText.\n",
    "a signature": "Text.\n\n--\nAda Lovelace\n",
    "an attribution": "Text.\n\n--- Ada Lovelace\n\nDate: 1843\n",
}
"""Sources without front matter that build as they are."""


def findings(source: str) -> list[tuple[int, str, str]]:
    document = parse("posts/2026-01-10-x.md", source.encode(), zone=ZoneInfo("UTC"), limits=LimitSettings())
    return [(found.place.line, found.severity, found.id) for found in document.diagnostics if found.place is not None]


@pytest.mark.parametrize(("line", "source"), UNOPENED.values(), ids=UNOPENED)
def test_front_matter_that_does_not_open_is_an_error_at_its_fence(line: int, source: str) -> None:
    assert findings(f"{source}\nNot yet.\n") == [(line, "error", "invalid-front-matter")]
    assert split("a.md", source, 65536).text == ""


@pytest.mark.parametrize("source", TEXTS.values(), ids=TEXTS)
def test_what_only_looks_a_little_like_it_is_text(source: str) -> None:
    assert findings(source) == []
    assert split("a.md", source, 65536).text == source.removeprefix("---\n---\n")


@pytest.mark.parametrize(
    "text",
    [
        "\n- draft: true\n- title: A\n\nText.\n",
        "\n> draft: true\n>\n> Text.\n",
        "* published: false\nText.\n",
        "\n# draft: true\n\nText.\n",
        "\ndraft: true\n\nText.\n",
        "\nstatus: draft\n\nText.\n",
        "Published: false\n\nText.\n",
        "\n**draft:** true\n\nText.\n",
        "# A talk\n\ndraft: true\n\nText.\n",
        "# A talk\n\n*unlisted:* yes\n\nText.\n",
    ],
)
def test_keys_behind_marks_that_may_be_a_list_are_a_warning(text: str) -> None:
    source = f"{TITLED}{text}"
    assert [found[1:] for found in findings(source)] == [("warning", "possible-front-matter")]
    assert split("a.md", source, 65536).text == text


@pytest.mark.parametrize(
    "source",
    [
        "**draft:** true\n\nText.\n",
        "- draft: true\n\nText.\n",
        "# Notes\n\ndraft: true\n\nText.\n",
        "# Notes\n\n__published__: false\n\nText.\n",
    ],
)
def test_keys_above_a_text_without_front_matter_are_a_warning(source: str) -> None:
    assert [found[1:] for found in findings(source)] == [("warning", "possible-front-matter")]


@pytest.mark.parametrize(
    ("properties", "line"),
    [
        ("\nStatus: Draft\nTags: talks", 3),
        ("Owner: Ada\nPublic: No", 3),
        ("\nStatus: Draft\nPublish date: March 5, 2027", 3),
        ("\nCreated: January 3, 2026 10:00 AM\nStatus: Not started\nPublished: No", 5),
        ("\nCreated: January 3, 2026 10:00 AM\nStatus: Not started", 4),
        ("Publish date:\nStatus: In progress\nTags: a, b", 3),
    ],
)
def test_properties_below_a_title_that_hide_a_page_in_notion_are_a_warning(properties: str, line: int) -> None:
    source = f"# Notes\n{properties}\n\nText.\n"
    assert findings(source) == [(line, "warning", "possible-front-matter")]


@pytest.mark.parametrize(
    "properties",
    [
        "Status: Draft",
        "Speaker: Ada\nYear: 2026",
        "Access: private\nReturns: int",
        "Status: Draft\nand a sentence.\nMore",
        "Speaker: Ada\nStatus: Published",
        "Speaker: Ada\nStatus: Draft is what they called it",
    ],
)
def test_lines_below_a_title_that_hide_nothing_are_text(properties: str) -> None:
    assert findings(f"# Notes\n\n{properties}\n\nText.\n") == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Status: Draft\n\nText.\n", 4),
        ("\nStatus: In review\n\nText.\n", 5),
        ("\nVisibility: Private\n\nText.\n", 5),
        ("\nCreated: January 3, 2026\nStatus: Draft\n\nText.\n", 6),
        ("\n# Notes\n\nStatus: Draft\nTags: a, b\n\nText.\n", 7),
        ("**Status:** draft\n\nText.\n", 4),
        ("**Status: Draft**\n\nText.\n", 4),
        ("\n# Notes\n\n*Visibility*: private\n\nText.\n", 7),
        ("Title: A letter\nStatus: draft\n\nDear Ada,\n", 4),
    ],
)
def test_properties_below_front_matter_that_hide_a_page_are_a_warning(text: str, line: int) -> None:
    assert findings(f"{TITLED}{text}") == [(line, "warning", "possible-front-matter")]


@pytest.mark.parametrize("matter", [TITLED, ""])
@pytest.mark.parametrize("key", ["draft: true", "title: B\nstatus: draft", "author: Ada\npublished: false"])
@pytest.mark.parametrize("end", ["---", "..."])
def test_metadata_of_pandoc_in_a_text_that_hide_it_are_a_warning(matter: str, key: str, end: str) -> None:
    text = f"{matter}# Notes\n" + "\nText.\n" * 20 + "\n~~~\n\n---\ndraft: true\n---\n~~~\n"
    line = text.count("\n") + 2
    assert findings(f"{text}\n---\n{key}\n{end}\n\nMore.\n") == [(line, "warning", "possible-front-matter")]


@pytest.mark.parametrize("matter", ["---\ntitle: Notes\n---\n", "+++\ntitle = 'Notes'\n+++\n", '{"title": "Notes"}\n'])
@pytest.mark.parametrize("text", BELOW.values(), ids=BELOW)
def test_a_text_below_front_matter_is_no_second_block(matter: str, text: str) -> None:
    assert findings(f"{matter}{text}") == []
    assert split("a.md", f"{matter}{text}", 65536).text == text


@pytest.mark.parametrize("name", ["a heading above", "a label toml", "a comment around", "Nikola", "two fences"])
def test_nothing_of_it_is_published(blog: BlogMaker, name: str) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n").write("posts/2026-01-10-x.md", f"{UNOPENED[name][1]}\nNot yet.\n")
    report = made.build()
    assert [str(found.place).partition(":")[0] for found in report.diagnostics] == ["posts/2026-01-10-x.md"]
    assert report.exit_code is Exit.CONTENT
    assert not (made.root / "site").exists()


def test_an_example_of_front_matter_is_shown(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-10-x.md", TEXTS["an example further down"])
    assert made.build(strict=True).exit_code is Exit.DONE
    assert "draft" in made.page("/posts/x/")


PIECES = (
    *("---", "+++", "---toml", ";;;", "```yaml", "```", "<!--", "-->", "***", "{", "}", "", " ", "\u200b", "%%"),
    *("title: A", "draft: true", "Title: A", "Tags: a, b", "Date: 2026-01-01 10:00", "title = 'A'", '"title": "A",'),
    *('{"title": "A"}', ".. title: A", ":title: A", "% A", "- a", "  b: c", "# A", "Text.", "x", "> ---", "..."),
)


@settings(deadline=None)  # the first example imports what finds it
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("\n".join))
def test_a_source_is_taken_apart_or_is_an_error(source: str) -> None:
    parts = split("a.md", source, 65536)
    if any(found.is_error for found in parts.diagnostics):
        assert parts.matter is None
    else:
        assert source.endswith(parts.text)
        assert (parts.matter is not None) or parts.text == source
        assert parts.text_line == source.removesuffix(parts.text).count("\n") + 1 or not parts.text


LINES = (
    *("Text.", "- a", "# A", "", "```", "<!-- c -->", "<!--", "-->", "{", '  "draft": true', "---", "draft: true"),
    *("%%", "/*", "*/", "{% comment %}", "{% endcomment %}", "    title: B", "\u200b", "draft:: true", "[comment]"),
)


def test_what_is_passed_over_as_too_far_below_is_not_found() -> None:
    chance = random.Random(1)
    passed = 0
    for _ in range(4000):
        text = "\n".join(chance.choice(LINES[: chance.choice((3, 4, 4, len(LINES)))]) for _ in range(20))
        if _KEYS_BELOW.search(f"\n{text}") is not None and not _may_have_second(f"\n{text}"):
            passed += 1
            assert find_second("a.md", text, 4) is None, text
    assert passed
