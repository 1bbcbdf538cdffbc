"""Front matter keys by which other generators hide, schedule or expire a post.

`FOREIGN_KEYS` is the only list of them: `key_lookup` finds its rows, `visibility` reads front matter by it, the manual
prints it, and the tests build a post for every value in it.

How a row decides:

- A value that has exactly the meaning of an Afterword key is read as that key: `status: draft` is `draft: true`.
- Any other value that keeps a text from readers is an error (`UNSUPPORTED`). The text would be published otherwise.
- A value that hides nothing (`private: false`, `status: published`, an empty one) is accepted without a message.
- `status` and `state` are also keys of blogs' own templates (`state: California`). So only the words of publishing
  workflows count. A word that may be one (`status: in progress`) is a warning; all others mean nothing. `visibility`
  has no other use: each of its values that is not known to be public is an error.
- `hidden: true` is an error, because it differs: Hexo publishes the page and leaves it out of lists, Jekyll leaves it
  out of the home page only, and other tools do not publish it. So is `hiddenFromHomePage: true`: LoveIt still shows the
  post in its archive. Posts that only feeds leave out are a warning.
- Keys that are also plain words (`archived`, `render`, `type`, `live`) decide only by values that their tools document,
  or that can mean nothing else.
- A date that cannot be read is an error, since nothing says whether the day has come. Dates that may also be those of a
  paper, a talk or a product (`published_at`, `available_from`) are an error only if they look like a full date.
- A date of release (`releaseDate`) may be that of a book, but it holds a post back: a post that is late can still be
  published, a text that is early cannot be hidden again.
- A date of publication that is empty, or says that there is none yet (`publishedAt: TBD`), is a warning: Sanity and
  Ghost write `null` for a draft, Hugo publishes the post.
- Tags can be subjects, so `draft` and `private` (Nikola) and `noexport` (Org mode) are a warning there.
- `cascade` holds back the posts below, not the post that it stands in, so each key in it that hides a text is an error.
- A key that has no row, and a value that can only mean a draft (`quality: draft`), is a warning.

A new row needs a tool that documents the key, or a name that has one meaning (`noPublish`).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Effect(Enum):
    """What Afterword does with a value of a foreign key; the text is for the manual."""

    NOTHING = "accepted"
    DRAFT = "a draft"
    UNLISTED = "unlisted"
    APPEARS = "the day on which it appears"
    EXPIRES = "the day from which it is gone"
    NOINDEX = "`noindex`"
    DIRECTIVE = "one more directive for robots"
    NOT_IN_SITEMAP = "not in the sitemap"
    NOT_IN_SEARCH = "not in the search"
    UNCLEAR = "a warning"
    UNSUPPORTED = "an error"
    NOT_A_FLAG = "an error, since it must be a flag"
    NOT_A_DATE = "an error, since it must be a date"


DAY = "a date"
"""The token of a value that is a date, in keys that take one."""

LIKE_A_DATE = "an invalid date"
"""The token of a value that looks like a date and is none, in keys that take one."""

EMPTY = "no value"
"""The token of an empty value, in keys for which one decides."""

ANYTHING = "any other value"
"""The token of all values that a key does not list."""


class ForeignKey(Struct, frozen=True):
    """A key of other generators: its spellings, the generators, and the effect of each value.

    `effects` is by token. A token is `true` or `false` for a flag, `DAY` for a date, `render: never` for an entry of a
    map, and else the value's words in lower case, separated by single spaces. `draft …` stands for each value that
    begins with this word. Values that are not listed have the effect of `ANYTHING`, by default none; `false` and an
    empty value are never among them.

    `is_word` says that its names are common in prose, so that a line with one is not a sign of front matter. The values
    of a key that `is_secret` are not for messages. `pattern` matches further names, folded, of which `names` are
    examples.
    """

    names: tuple[str, ...]
    tools: str
    effects: Mapping[str, Effect]
    is_word: bool = False
    is_secret: bool = False
    pattern: str = ""

    @property
    def takes_dates(self) -> bool:
        return DAY in self.effects

    def find_effect(self, word: str) -> Effect:
        """Returns the effect of a value by its token."""
        found = self.effects.get(word) or self.effects.get(f"{word.partition(' ')[0]} …")
        if found is not None:
            return found
        return Effect.NOTHING if word in ("false", EMPTY) else self.effects.get(ANYTHING, Effect.NOTHING)


_WORDS = {
    "WORKFLOW": """
    draft = draft, drafts, auto draft, wip, work in progress, unpublished, not published, entwurf, brouillon, borrador,
      bozza, rascunho, utkast, udkast, kladde, luonnos, szkic, taslak, черновик, чернетка, 下書き, 草稿, 초안;
    unlisted = unlisted;
    nothing = published, publish, public, featured, scheduled, future;
    unsupported = private, hidden, internal, secret, protected, skip, do not publish, pending, review, in review,
      under review, needs review, ready for review, embargoed …, trash, trashed, deleted, first draft, rough draft,
      draft …, unpublished …, private …, pending …;
    unclear = idea, outline, to do, todo, not started, in progress, drafting, writing, sent, inherit, submission,
      submitted, editing, unfinished, incomplete, not ready, archived, expired, inactive, embargo …, under embargo,
      confidential …, restricted, withheld, on hold, hold, onhold, paused, parked, tbd, needs work, needs editing,
      unreviewed, queued, backlog, planned, stub, offline, not …, awaiting …, waiting …, needs …, concept, koncept,
      in bearbeitung, en cours, privat, privé, privado, privato""",  # `scheduled` and `future` leave it to the date
    "NOT_YET": """
    unclear = EMPTY, false, tbd, tba, tbc, to be announced, to be determined, not …, never, none, n a, unknown,
      undecided, later, soon, next …, pending, upcoming, draft, unpublished, unreleased, todo""",
    "APPEARS": "appears = DAY; not_a_date = INVALID",
    "APPEARS_ONLY": "appears = DAY; not_a_date = INVALID, false, *",
    "EXPIRES": "expires = DAY; not_a_date = INVALID, *; nothing = never, none",
}
"""Effects that several rows share."""

_AUDIENCE = (
    r"(?:members?|subscribers?|patrons?|patreon|supporters?|sponsors?|friends?|family|staff|team|employees?|admins?|editors?"
    r"|email|newsletter|paying|preview|dev|development|local|myself)"
)
_LOCK = r"(?:login|auth|authentication|password|membership|subscription)"
_PUBLISHED = r"(?:publish(?:ed|es|ing)?|publication|pub|releas(?:e|ed|ing)|launch(?:ed|ing)?)"
_SHOWN = r"(?:visible|visibility|display|show|shown|listed|online)"
_WHEN = r"(?:date|datetime|day|time|timestamp|at|on)"
_LEFT_OUT = (
    r"(?:(?:hide|hidden|exclude|excluded|omit|omitted|remove|removed|skip|leaveout|keepout|not|no|notshown|donotshow|dontshow"
    r"|donotlist)(?:from|in|on|of)(?:the)?|no)"
)
_LET_IN = (
    r"(?:show|shown|include|included|list|appears?|display|displayed|visible|index|indexed|add)?(?:in|on|to)(?:the)?"
)
_LISTS = r"(?:list|lists|listing|listings|collection|collections|archives?|postlist|postslist|taxonom(?:y|ies))"
_HOME = r"(?:home|homepage|homelist|frontpage|mainpage|landingpage)"
_FEEDS = r"(?:feeds?|rss|atom|jsonfeed)"
_SEARCH = r"(?:search|searchindex|siteindex|searchresults?|sitesearch)"
_SITE = r"(?:site|website|blog|build|production|prod|web|all|everywhere|export|output|publishing|publication)"
"""Parts of the names of keys."""

_TABLE = rf"""
status, post_status | Pelican, WordPress, Ghost, Nikola | WORKFLOW; unlisted = hidden
state, publish_status, publicationState, workflow, workflow_state, editorial_status | Notion exports, Strapi, Drupal
  | WORKFLOW
  | (?:publish|publishing|publication|article|content|page|post|blog|entry|note|doc|document|writing|draft|editorial
  |edit|workflow|cms|web)(?:ing)?(?:status|state|stage|phase|step)
type, kind, stage, phase, progress, maturity, condition | custom workflows | word; draft = draft, drafts,
  unpublished, not published
visibility | Ghost, WordPress | draft = draft, unpublished; unlisted = unlisted; nothing = public, published,
  visible, listed, everyone, all, open, world, true; unsupported = private, members, paid, password, hidden, false, *
access, accessLevel, privacy, permissions, sharing, acl | custom workflows | word; draft = draft, unpublished;
  unlisted = unlisted; unsupported = private …, hidden, secret, internal …, confidential, nobody; unclear
  = restricted, members, members only, subscribers, site.login: true
audience | custom workflows | word; unclear = private …, internal …, confidential …, members …, me, nobody
tags, tag, categories, category, labels, label, topics, keywords, flags | Nikola, Org mode, custom workflows | word;
  unclear = draft, drafts, status draft, private, unpublished, noexport
_id | Sanity | word; unclear = drafts …
isDraft, saveAsDraft, inDraft, draftMode | Hashnode, Astro, Next.js and Sanity blogs | draft = true; nothing = false;
  not_a_flag = *
draftPost, markedAsDraft, stillDraft | custom workflows | draft = true
  | [a-z]*(?:as|still|post|page|article|entry|note|own)a?draft|draft(?:post|page|article|entry|note|only|flag)
entwurf, brouillon, borrador, bozza, rascunho, черновик, 下書き, 草稿 | custom workflows | word; draft = true, ja, oui,
  sí, si, sì, sim, да, はい, 是
veröffentlicht, publié, publicado, pubblicato, опубликовано, 公開, 公开, 发布 | custom workflows | word; draft = false,
  nein, non, não, нет, いいえ, 否
wip | Astro and Gatsby blogs | draft = true; unclear = *
isPublished, dg-publish | Next.js blogs, Obsidian Digital Garden | draft = false; appears = DAY
publish | Obsidian Publish, Quartz, VuePress, Metalsmith | draft = false, draft; nothing = true, public; unlisted
  = unlisted; unsupported = private; appears = DAY; not_a_flag = *
noPublish, notPublished, doNotPublish, neverPublish, unpublished, emailOnly, membersOnly, noRender, skipRender,
  noBuild, doNotBuild, excludeFromBuild, hideFromSite | Ghost, custom workflows | unsupported = true, *
  | (?:no|not|non|un|never|dont|donot|skip|without)(?:publish|published|publishing|public)|{_AUDIENCE}only
  |onlyfor{_AUDIENCE}|{_LOCK}required|(?:requires?|needs)(?:a)?{_LOCK}|(?:no|not|never|dont|donot|skip)(?:render|output
  |build|generate|export)|{_LEFT_OUT}{_SITE}
canPublish, readyToPublish, includeInBuild, showOnSite, showInHome | custom workflows and themes | unsupported
  = false
  | (?:ready|ok|okay|can|should|may|to|allow|cleared|approved)(?:to|for)?(?:be)?(?:publish|published|publishing
  |publication|release)|{_LET_IN}(?:{_SITE}|{_HOME})
hidden, isHidden, private, isPrivate | Hexo, Jekyll, Nanoc, Metalsmith | unsupported = true, *
hiddenPost, privatePage, hiddenInHomeList, hideInHomeList, hiddenFromHomePage, hideFromHome | PaperMod, LoveIt, FixIt
  | unsupported = true
  | (?:is)?(?:hidden|hide|private|secret|internal|protected|archived?)(?:post|page|article|entry)|{_LEFT_OUT}{_HOME}
  |notshow|donotshow|dontshow
public, isPublic, visible, isVisible, routable | Logseq, Grav, Next.js blogs | unsupported = false
headless, hide, archived, isArchived, ignore, ignored, ignorePost | Hugo, Hexo themes, Hashnode, Gatsby and Next.js
  blogs | unsupported = true
permalink, url | Eleventy, Lume | unsupported = false
deleted, isDeleted, trash, trashed, isTrashed, removed, isRemoved | content management systems | word; unsupported
  = true; expires = DAY
disabled, isDisabled, skip, exclude, excluded, secret, isSecret, internal, isInternal, internalOnly, confidential,
  isConfidential | custom workflows | word; unsupported = true
enabled, isEnabled, show, display, live, isLive, publishable, output, generate | Jekyll collections, Wagtail, custom
  workflows | word; unsupported = false
active, isActive, ready, approved, online, reviewed, finished, released | custom workflows | word; unclear = false
paid, premium, paywall, restricted, locked, login, members, unfinished, incomplete, stub | custom workflows | word;
  unclear = true
password, passwords, passphrase, post_password | Hexo, VuePress, WordPress | secret; unsupported = true, *
encrypt, encrypted, protected, protect | Hexo and Hugo themes, Statamic | unsupported = true, password, logged in
date, published | Hugo, in any letter case | appears = DAY
pubDate, pubDatetime | Astro, AstroPaper, Hugo | APPEARS_ONLY; unclear = EMPTY
publishedAt, publishingDate, dateOfPublication, postDate, releaseDate, launchAt, displayDate | Ghost, dev.to, Next.js
  and Gatsby blogs, Craft, WordPress | APPEARS; NOT_YET
  | {_PUBLISHED}(?:{_WHEN}|since)|date(?:of|time)?{_PUBLISHED}|(?:display|post)date(?:time)?
scheduled, scheduledAt, scheduledFor, scheduledDate | Eleventy and Next.js blogs | APPEARS_ONLY; nothing = true,
  false | scheduled(?:{_WHEN}|for|publish|publishing|publication)
publishDate, publishAt, publishAfter, publishUp, visibleFrom, notBefore, embargoUntil, embargo_till, hiddenUntil |
  Hugo, Grav, Sanity, Joomla, editorial workflows | APPEARS_ONLY
  | {_PUBLISHED}(?:after|from|up|start|notbefore)|(?:not|dontpublish|donotpublish)before|{_SHOWN}(?:from|after|since
  |start|starts)|embargo(?:ed)?(?:{_WHEN}|until|till?|to|end|ends|lifts?|lifted|expires|expiry)|(?:draft|hide|hidden
  |private|secret|hold|held|locked|unlisted|notpublished|unpublished)(?:until|till?|before)
availableFrom, availableAfter | editorial workflows | APPEARS
  | (?:available|public)(?:from|after|since|start|starts|{_WHEN})|availabilitydate|dateavailable
embargo, embargoed | editorial workflows | APPEARS; word; nothing = false, none, never, lifted; unsupported = true;
  unclear = *
goLive, goLiveDate, goLiveAt, goLiveOn, liveFrom | editorial workflows | APPEARS_ONLY; nothing = true; unsupported
  = false
expiryDate, unpublishDate, expires, expiry, expire, expiration, expiresAt | Hugo, Grav, Craft, Next.js blogs |
  EXPIRES | expir(?:e|es|ed|y|ation|ing)(?:{_WHEN}|after)
unpublishAt, deletedAt, removeAfter, publishDown, visibleUntil | Joomla, Strapi, Laravel and Next.js blogs, editorial
  workflows | expires = DAY; not_a_date = INVALID; unclear = *
  | (?:unpublish(?:ed|ing)?|delet(?:e|ed|ion)|trash(?:ed)?|remov(?:e|ed|al)|takedown)(?:{_WHEN}|after)|(?:{_PUBLISHED}
  |{_SHOWN})(?:until|till?|down|notafter)
unpublish | Next.js blogs | EXPIRES; unsupported = true
unlisted | Docusaurus, Lume | unlisted = true; nothing = false; not_a_flag = *
hideInList, hideFromLists, excludeFromCollections, noList, delisted | Gridea, Hashnode, custom themes | unlisted
  = true | {_LEFT_OUT}{_LISTS}|(?:de|not)listed
listed, discoverable, showInLists | Gatsby and Next.js blogs, Lektor | unlisted = false | {_LET_IN}{_LISTS}
eleventyExcludeFromCollections | Eleventy | unlisted = true; unsupported = *
hiddenFromFeed, hideFromRss, excludeFromFeeds, noFeed | FixIt, Eleventy blogs | unclear = true | {_LEFT_OUT}{_FEEDS}
show_in_feed, inRss | custom themes | unclear = false | {_LET_IN}{_FEEDS}
hiddenFromSearch, search_exclude, excludeFromSearch, noSearch | FixIt, Just the Docs, Sphinx | not_in_search = true
  | {_LEFT_OUT}{_SEARCH}|searchexcluded?
search, in_search_index, searchable, indexing | Zola, Minimal Mistakes, Material, Hexo | word; not_in_search = false,
  exclude: true | {_LET_IN}{_SEARCH}
robots, meta_robots, googlebot | WordPress, Yoast, Jekyll themes | noindex = noindex, no index, noindex …,
  noindex: true, index: false, false; directive = none, nofollow, noarchive, nosnippet, noimageindex, notranslate
noindex, robotsNoIndex, hideFromSearchEngines | Hugo and Jekyll themes | noindex = true
  | {_LEFT_OUT}(?:searchengines?|google|robots|crawlers)
sitemap | Jekyll, Hugo, Eleventy | not_in_sitemap = false, disable: true, ignore: true, exclude: true
sitemapExclude, excludeFromSitemap | Hugo themes | not_in_sitemap = true
  | {_LEFT_OUT}sitemap|sitemap(?:exclude|hide|hidden)d?
inSitemap | custom themes | not_in_sitemap = false | {_LET_IN}sitemap
render | Zola, Hugo | unsupported = false, never, link
build, _build | Hugo | unsupported = render: never, render: link, render: false, false, never, list: never,
  list: local, list: false
cascade | Hugo | unsupported = draft: true, published: false, unlisted: true, headless: true, hidden: true,
  private: true, draft, publishdate: …, expirydate: …, render: never, render: link, render: false, list: never,
  list: local, list: false
eleventyComputed | Eleventy | unsupported = permalink: false; unlisted = eleventyexcludefromcollections: true;
  nothing = draft: false, eleventyexcludefromcollections: false; unclear = draft: …, permalink: …,
  eleventyexcludefromcollections: …
"""
"""A row is on a line and on those below it that are indented: names | tools | effects | pattern.

Effects are separated by semicolons, `effect = values`, or a name of `_WORDS`. `DAY`, `INVALID`, `EMPTY` and `*` are the
tokens of values; `word` and `secret` are properties of the key. The last effect of a value counts.
"""

_TOKENS = {"DAY": DAY, "INVALID": LIKE_A_DATE, "EMPTY": EMPTY, "*": ANYTHING}


def _read_effects(written: str) -> dict[str, Effect]:
    effects: dict[str, Effect] = {}
    for cell in " ".join(written.split()).split("; "):
        name, _, values = cell.partition(" = ")
        if values:
            effects.update((_TOKENS.get(value, value), Effect[name.upper()]) for value in values.split(", "))
        elif name not in ("word", "secret"):
            effects.update(_read_effects(_WORDS[name]))
    return effects


def _read_row(row: str) -> ForeignKey:
    names, tools, effects, *pattern = (" ".join(cell.split()) for cell in row.split("|", 3))
    properties = effects.split("; ")
    return ForeignKey(
        tuple(names.split(", ")),
        tools,
        _read_effects(effects),
        is_word="word" in properties,
        is_secret="secret" in properties,
        pattern="".join(pattern).replace(" ", ""),
    )


FOREIGN_KEYS = tuple(map(_read_row, re.split(r"\n(?! )", _TABLE.strip())))
"""Every foreign key, in the order of the manual."""

DRAFT_WORDS = {word for word, effect in _read_effects("WORKFLOW").items() if effect is Effect.DRAFT} - {"wip"}
"""Words that say of any key that the text is a draft."""
