"""Where and when a post is shown, by its front matter: as a draft, from a day, until a day, in lists, to robots.

`read_visibility` looks at all keys of a front matter by the table in `foreign_keys`. Afterword's own `draft`,
`published` and `unlisted` are read by `parser`, which passes them on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.dates import BadDate, hint_at_date, parse_loose_date
from afterword.core.diagnostics import Diagnostic, Place, error, note, warning
from afterword.core.nodes import List, Map, Node, TextNode
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.front_matter.fields import FURTHER, KEYS, OTHERS, SHARED
from afterword.front_matter.foreign_keys import DRAFT_WORDS
from afterword.front_matter.key_lookup import WRAPPERS, find_foreign_key, find_nested_key, fold_key
from afterword.front_matter.model import Visibility
from afterword.front_matter.visibility_effects import ANYTHING, DAY, EMPTY, LIKE_A_DATE, Effect, ForeignKey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

_FLAGS = {
    **dict.fromkeys(("true", "yes", "on", "y", "1"), "true"),
    **dict.fromkeys(("false", "no", "off", "n", "0"), "false"),
}
"""The words for true and false of YAML 1.1, which most generators read, and of JSON and TOML."""

_NO_WORD = lazy_pattern(r"[\W_]+")
_LIKE_A_DATE = lazy_pattern(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*", re.ASCII | re.DOTALL)

_MILLISECONDS = lazy_pattern(r"[1-9][0-9]{12}", re.ASCII)
"""Milliseconds since 1970 as JavaScript has them, from 2001 on."""

_LINK = lazy_pattern(r"\[\[(?P<target>[^\]|]*)(?:\|(?P<label>[^\]]*))?\]\]")
_NUMBER = lazy_pattern(r"^\d+ (?=\D)")

_WRAPPED = lazy_pattern(rf"\{{?\s*(?:{'|'.join(sorted(WRAPPERS))})\s*:\s+(?P<value>.*?)\s*\}}?", re.IGNORECASE)
"""A map in a format that has none: header lines."""

_KNOWN = frozenset(map(fold_key, (*KEYS, *FURTHER, *SHARED))) | OTHERS
_ANY_KEY = ForeignKey(effects=dict.fromkeys(DRAFT_WORDS, Effect.UNCLEAR))
"""A key without a row: it is unclear what words mean that can only say that the text is a draft."""

_ANY_DRAFT = ForeignKey(effects={"true": Effect.UNCLEAR})
"""The key `draft` in a list of maps that has no row: it may be the state of one of its things."""

_TRUE = frozenset({"true", "yes", "on"})
"""The words for true that say so of a key of any name: `paper: {draft: 1}` has a number."""

_INSTEAD = "write `draft: true` or `unlisted: true` instead, or remove the key"


class ReadVisibility(Struct, frozen=True):
    """The visibility of a post; its latest date of publication; the findings, which a draft need not heed."""

    visibility: Visibility
    published: tuple[datetime, bool] | None
    diagnostics: tuple[Diagnostic, ...]


class _Token(Struct, frozen=True):
    """A value as the table knows it; the entry as written, for messages; the place of the value."""

    word: str
    entry: str
    place: Place
    moment: tuple[datetime, bool] | None = None


def read_visibility(entries: Map, zone: tzinfo, *, draft: str, unlisted: str) -> ReadVisibility:
    """Reads the visibility of a post; `draft` and `unlisted` are entries of Afterword's own keys that are true."""
    tokens: dict[Effect, list[_Token]] = defaultdict(list)
    robots: list[str] = []
    diagnostics: list[Diagnostic] = []
    for name, node, key, place in _list_keys(entries):
        reports: list[Diagnostic | None] = []
        for token in _list_tokens(name, node, key, zone):
            effect = key.find_effect(token.word)
            if effect is Effect.SUBJECT:
                reports.append(_report_subject(token, node, entries))
                continue
            tokens[effect].append(token)
            if effect in (Effect.NOINDEX, Effect.DIRECTIVE):
                robots.append("noindex" if effect is Effect.NOINDEX else token.word)
            reports.append(_report(name, token if not key.is_secret else replace(token, entry=name), effect, place))
        diagnostics += sorted(filter(None, reports), key=lambda found: not found.is_error)[:1]
    diagnostics += _find_misplaced(entries)
    appears = max(tokens[Effect.APPEARS], key=_moment_of, default=None)
    expires = min(tokens[Effect.EXPIRES], key=_moment_of, default=None)
    visibility = Visibility(
        draft=next((token.entry for token in tokens[Effect.DRAFT] if not draft), draft),
        unlisted=next((token.entry for token in tokens[Effect.UNLISTED] if not unlisted), unlisted),
        appears=_day_of(appears, zone),
        appears_by=appears.entry if appears is not None else "",
        expires=_day_of(expires, zone),
        expires_by=expires.entry if expires is not None else "",
        scheduled=next((token.entry for token in tokens[Effect.SCHEDULED]), ""),
        robots=tuple(dict.fromkeys(robots)),
        in_sitemap=not tokens[Effect.NOT_IN_SITEMAP],
        in_search=not tokens[Effect.NOT_IN_SEARCH],
    )
    return ReadVisibility(visibility, appears.moment if appears is not None else None, tuple(diagnostics))


def is_answer(text: str) -> bool:
    """Returns whether a text is one of the words for true and false."""
    return text.casefold() in _FLAGS


def is_date(node: Node, zone: tzinfo) -> bool:
    """Returns whether a value is a date."""
    return isinstance(node, TextNode) and _read_moment(node.value, zone) is not None


def _moment_of(token: _Token) -> datetime:
    assert token.moment is not None, "only dates have these effects"  # noqa: S101
    return token.moment[0]


def _day_of(token: _Token | None, zone: tzinfo) -> date | None:
    return _moment_of(token).astimezone(zone).date() if token is not None else None


def _list_keys(entries: Map) -> Iterator[tuple[str, Node, ForeignKey, Place]]:
    """Yields each foreign key with its name, also of those in maps (`params.draft`), its value, row and place."""
    for name, node in entries.entries.items():
        is_own = fold_key(name) in _KNOWN
        key = find_foreign_key(name, by_form=not is_own) if name != "date" else None
        is_unknown = key is None and not is_own
        is_list = isinstance(node, List) and name.casefold() != "cascade"
        if key is not None or is_unknown:
            yield name, node, key or _ANY_KEY, entries.keys[name]
        for entry in node.items if isinstance(node, List) else (node,):
            if not isinstance(entry, Map):
                continue
            for inner, value in entry.entries.items():
                nested = find_nested_key(inner, name)
                if nested is None and is_list and fold_key(inner) == "draft":
                    nested = _ANY_DRAFT
                if nested is not None:
                    yield f"{name}.{inner}", value, nested, entry.keys[inner]


def _list_tokens(name: str, node: Node, key: ForeignKey, zone: tzinfo) -> Iterator[_Token]:
    """Yields the tokens of a value: none for an empty one, one for each item of a list and each entry of a map.

    An entry that wraps the value (`status: {value: draft}`) has the token of the value, and a map in a map has those of
    its entries.
    """
    match node:
        case TextNode():
            yield from _read_text(name, node, key, zone)
        case List():
            for item in node.items:
                tokens = [*_list_tokens(name, item, key, zone)]
                if isinstance(item, List) and not tokens:
                    tokens = [_Token("list", f"{name}: […]", item.place)]
                yield from tokens
        case Map():
            for inner, value in node.entries.items():
                is_wrapper = inner.lower() in WRAPPERS and not isinstance(value, List)
                if is_wrapper or isinstance(value, Map):
                    yield from _list_tokens(f"{name}.{inner}", value, key, zone)
                    continue
                for item in value.items if isinstance(value, List) else ():
                    if isinstance(item, Map):  # `head: {meta: [{…}]}`
                        yield from _list_tokens(f"{name}.{inner}", item, key, zone)
                written = value.value if isinstance(value, TextNode) else "…"
                yield _Token(
                    f"{inner.lower()}: {_to_word(written)}", f"{name}.{inner}: {shown(written)}", node.keys[inner]
                )


def _read_text(name: str, node: TextNode, key: ForeignKey, zone: tzinfo) -> Iterator[_Token]:
    wrapped = _WRAPPED.fullmatch(node.value.strip()) if node.plain and ":" in node.value else None
    text = wrapped["value"] if wrapped is not None else node.value.strip()
    if node.is_null or (not text and not node.unread):
        yield _Token(EMPTY, f"{name}: {shown(text)}".rstrip(), node.place)
        return
    if node.unread:
        return
    entry = f"{name}: {shown(text)}"
    if key.takes_dates:
        moment = _read_moment(text, zone)
        if moment is not None or _LIKE_A_DATE.fullmatch(text):
            yield _Token(DAY if moment is not None else LIKE_A_DATE, entry, node.place, moment)
            return
    words = (_find_word(part, key) for part in text.split(","))
    yield from (_Token(word, entry, node.place) for word in words if word)


def _find_word(text: str, key: ForeignKey) -> str:
    """Returns the token of a text; for a key of states, without link, path and number, if these hide what it means.

    `[[states/draft|In the drawer]]`, `status/draft` and `1 - draft` are drafts.
    """
    whole = _to_word(text, key)
    if key.effects.get("draft") is not Effect.DRAFT or key.find_effect(whole) is not Effect.NOTHING:
        return whole
    link = _LINK.fullmatch(text.strip())
    parts = (link["target"] or "", link["label"] or "") if link is not None else (text,)
    words = [_NUMBER.sub("", _to_word(part.rpartition("/")[2], key)) for part in parts]
    return next((word for word in words if word and key.find_effect(word) is not Effect.NOTHING), whole)


def _read_moment(text: str, zone: tzinfo) -> tuple[datetime, bool] | None:
    if _MILLISECONDS.fullmatch(text) is not None:
        return datetime.fromtimestamp(int(text) // 1000, UTC), False
    try:
        return parse_loose_date(text, zone)
    except BadDate:
        return None


def _to_word(text: str, key: ForeignKey = _ANY_KEY) -> str:
    words = _NO_WORD.sub(" ", text.casefold()).strip()
    if words in (DAY, LIKE_A_DATE, EMPTY, ANYTHING):
        return f"`{words}`"  # the words of a token, as written
    return words if words in key.effects else _FLAGS.get(words, words)


def _find_misplaced(entries: Map) -> Iterator[Diagnostic]:
    """Yields an error for each `draft: true` in a map in which it does not decide, as below a table of TOML.

    Keys in `cascade` are those of other posts. So may be those in lists of maps.
    """
    for name, node in entries.entries.items():
        if isinstance(node, Map) and fold_key(name) != "cascade":
            yield from _find_flags(node, name, name)


def _find_flags(entries: Map, outer: str, path: str) -> Iterator[Diagnostic]:
    for name, node in entries.entries.items():
        if isinstance(node, Map):
            yield from _find_flags(node, name, f"{path}.{name}")
            continue
        decides = outer == path and find_nested_key(name, outer) is not None
        if decides or fold_key(name) not in ("draft", "isdraft"):
            continue
        if isinstance(node, TextNode) and node.value.strip().casefold() in _TRUE:
            message = f"`{name}` inside `{shown(path)}` does not hide this post"
            hint = "move it to the top, above every map or table, as `draft: true` (in TOML `draft = true`)"
            yield error("unsupported-visibility", message, entries.keys[name], hint=hint)


def _report_subject(token: _Token, node: Node, entries: Map) -> Diagnostic | None:
    """Returns the finding about a tag that may be the subject of a post: a note among other tags, or a warning."""
    message, hint = f"`{token.entry}` does not hide the post", "to hide the post, write `draft: true`"
    name, _, written = token.entry.partition(": ")
    is_one_of_several = len(node.items) > 1 if isinstance(node, List) else "," in written and name == "keywords"
    if not is_one_of_several:
        return warning("unclear-visibility", message, token.place, hint=f"{hint}; otherwise change `{name}`")
    title = entries.entries.get("title")
    words = f"{title.value if isinstance(title, TextNode) else ''} {entries.place.path}".casefold()
    return note("unclear-visibility", message, token.place, hint=hint) if token.word[:5] not in words else None


def _report(name: str, token: _Token, effect: Effect, key_place: Place) -> Diagnostic | None:
    """Returns the finding about a value, if its effect is one."""
    value = token.entry.partition(": ")[2]
    match effect:
        case Effect.UNSUPPORTED:
            place = token.place if token.entry.startswith(f"{name}.") else key_place
            message = f"unsupported `{token.entry}`: it does not hide the post"
            return error("unsupported-visibility", message, place, hint=_INSTEAD)
        case Effect.UNCLEAR | Effect.POSSIBLE:
            make, hint = (warning, "; otherwise rename the key") if effect is Effect.UNCLEAR else (note, "")
            hint = f"to hide the post, write `draft: true`{hint}"
            return make("unclear-visibility", f"`{token.entry}` does not hide the post", key_place, hint=hint)
        case Effect.NOT_A_FLAG:
            message = f"`{name}` must be `true` or `false`, found `{value}`"
            return error("invalid-type", message, token.place)
        case Effect.NOT_A_DATE:
            return error("invalid-date", f"invalid date `{value}` in `{name}`", token.place, hint=hint_at_date(value))
        case _:
            return None
