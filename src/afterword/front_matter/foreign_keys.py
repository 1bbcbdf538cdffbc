"""Front matter keys by which other generators hide, schedule or expire a post.

`FOREIGN_KEYS` is the only list of them: `key_lookup` finds its rows, `visibility` reads front matter by it, the manual
prints it, and the tests build a post for every value in it.

How a row decides:

- A value that has exactly the meaning of an Afterword key is read as that key: `status: draft` is `draft: true`.
- Any other value that keeps a text from readers is an error (`UNSUPPORTED`). The text would be published otherwise.
- A value that hides nothing (`private: false`, `status: published`, an empty one) is accepted without a message.
- `status` and `state` are also keys of blogs' own templates (`state: California`). So only the words of publishing
  workflows count. A word that may be one (`status: in progress`) is a warning; all others mean nothing. `visibility`
  may be that of a dive (`visibility: 15 m`): a value that names no readers is a warning.
- `hidden: true` is an error, because it differs: Hexo publishes the page and leaves it out of lists, Jekyll leaves it
  out of the home page only, and other tools do not publish it. So is `hiddenFromHomePage: true`: LoveIt still shows the
  post in its archive. Posts that only feeds leave out are a warning.
- Keys that are also plain words (`archived`, `render`, `type`, `live`) decide only by values that their tools document,
  or that can mean nothing else.
- `status: scheduled` holds a post back until its date has come. Then there is a note, without a date a warning.
- A date that cannot be read is an error, since nothing says whether the day has come. Dates that may also be those of a
  paper, a talk or a product (`published_at`, `available_from`) are an error only if they look like a full date.
- A date of release (`releaseDate`) may be that of a book, but it holds a post back: a post that is late can still be
  published, a text that is early cannot be hidden again.
- A date of publication that is empty, or says that there is none yet (`publishedAt: TBD`), is a warning: Sanity and
  Ghost write `null` for a draft, Hugo publishes the post.
- Tags can be subjects. So `draft` and `private` (Nikola) are a warning only as the only tag or in Nikola's form
  (`tags: draft, python`), and among others a note, unless the title has the word. `noexport` (Org mode) and `wip` are
  a warning.
- `share: false` holds back a note (Enveloppe), or leaves out the buttons of a theme (Minimal Mistakes): a note.
- `cascade` holds back the posts below, not its own post, so each key in it that hides a text is an error.
- A key without a row is a warning if its value can only mean a draft: `quality: draft`.

How a row is written: its names and tools, and `word` or `secret` (`ForeignKey`), on the first line; the effects, each
with its values; and a `pattern`, in which white space does not count. Lines that go on are indented further.

A new row needs a tool that documents the key, or a name that has one meaning (`noPublish`).
"""

from __future__ import annotations

import re

from afterword.front_matter.visibility_effects import Effect, ForeignKey

_READERS = """
        private …, privé …, privat …, privado …, members …, member …, membership …, paid …, premium …,
        password …, protected …, hidden …, invisible …, subscribers …, subscriber …, patrons …, supporters …,
        restricted …, internal …, secret …, confidential …, nobody …, friends …, followers …, family …, team
        …, group …, organization …, staff …, admin …, admins …, author …, authors …, editors …, owner …, users
        …, registered …, logged …, tiers …, direct …, shared …, personal …, me …, self …, custom …"""
"""Values that begin with the readers whom a text is for, or say that it has none."""

_DRAFT = """
        draft, drafts, auto draft, work in progress, unpublished, not published, entwurf, brouillon, borrador,
        bozza, rascunho, utkast, udkast, kladde, luonnos, szkic, taslak, черновик, чернетка, 下書き, 草稿, 초안"""
"""Words that say of any key that the text is a draft."""

_PUBLIC = "published, publish, public, featured"
_SCHEDULED = "scheduled, future"
_WITHHELD = """
        private, internal, secret, protected, skip, do not publish, don t publish, dont publish, unpublish,
        pending, review, in review, under review, needs review, ready for review, embargoed …, trash, trashed,
        deleted, first draft, rough draft, draft …, wip …, unpublished …, private …, pending …"""
_UNFINISHED = """
        idea, outline, to do, todo, not started, in progress, drafting, writing, sent, inherit, submission,
        submitted, editing, unfinished, incomplete, not ready, archived, expired, inactive, embargo …, under
        embargo, confidential …, restricted, withheld, on hold, hold, onhold, paused, parked, tbd, needs work,
        needs editing, unreviewed, queued, backlog, planned, stub, offline, not …, awaiting …, waiting …,
        needs …, concept, koncept, in bearbeitung, en cours, privat, privé, privado, privato"""
"""Words of publishing workflows: for readers; for readers from the date on; not for readers; perhaps not finished."""

_NOT_YET = """
        no value, false, tbd, tba, tbc, to be announced, to be determined, not …, never, none, n a, unknown,
        undecided, later, soon, next …, pending, upcoming, draft, unpublished, unreleased, todo"""
"""Values of a date of publication that say that there is none yet."""

_NOT_SHOWN = "render: never, render: link, render: false, list: never, list: local, list: false"
"""Hugo's build options that keep a page out of the site or its lists."""

_AUDIENCE = (
    r"(?:members?|subscribers?|patrons?|patreon|supporters?|sponsors?|friends?|family|staff|team|employees?|admins?|editors?"
    r"|email|newsletter|paying|preview|dev|development|local|myself|me|internal|intern|feeds?|rss)"
)
_LOCK = r"(?:login|auth|authentication|password|membership|subscription)"
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
_PUBLISHED = r"(?:publish(?:ed|es|ing)?|publication|pub|releas(?:e|ed|ing)|launch(?:ed|ing)?)"
_SHOWN = r"(?:visible|visibility|display|show|shown|listed|online)"
_WHEN = r"(?:date|datetime|day|time|timestamp|at|on)"
"""Parts of the names of keys."""

_STATES = rf"""
status, post_status | Pelican, WordPress, Ghost, Nikola
    draft: {_DRAFT}, wip
    unlisted: unlisted, hidden
    nothing: {_PUBLIC}
    scheduled: {_SCHEDULED}
    unclear: {_UNFINISHED}
    unsupported: false, {_WITHHELD}
state, workflow | Joomla, Drupal
    draft: {_DRAFT}, wip
    unlisted: unlisted
    nothing: {_PUBLIC}, no
    scheduled: {_SCHEDULED}
    unclear: {_UNFINISHED}
    unsupported: false, {_WITHHELD}, hidden
publish_status, publicationState, workflow_state, editorial_status | Notion exports, Strapi, Drupal
    draft: {_DRAFT}, wip
    unlisted: unlisted
    nothing: {_PUBLIC}
    scheduled: {_SCHEDULED}
    unclear: {_UNFINISHED}
    unsupported: false, {_WITHHELD}, hidden
    pattern: (?:publish|publishing|publication|article|content|page|post|blog|entry|note|doc|document|writing|draft|
        editorial|edit|workflow|cms|web)(?:ing)?(?:status|state|stage|phase|step)
type, kind, stage, phase, progress, maturity, condition | custom workflows | word
    draft: draft, drafts, unpublished, not published; unclear: private
visibility | Ghost, WordPress
    draft: draft, unpublished
    unlisted: unlisted
    nothing: public, published, visible, listed, everyone, all, open, world, true
    unclear: any other value
    unsupported: false, none, not public, not visible, not listed, no one, only me, {_READERS}
access, accessLevel, privacy, permissions, sharing, acl | custom workflows | word
    draft: draft, unpublished
    unlisted: unlisted
    unclear: restricted, members, members only, subscribers, site.login: true
    unsupported: private …, hidden, secret, internal …, confidential, nobody
audience, classification, sensitivity, confidentiality, clearance | custom workflows | word
    unclear: private …, internal …, confidential …, members …, me, nobody, secret, top secret, restricted …, nda …,
        not public
tlp, trafficLightProtocol | reports under the Traffic Light Protocol
    unclear: green, tlp green; unsupported: red, amber …, tlp red, tlp amber, tlp amber strict
review, approval, signoff, sign_off | editorial workflows | word
    unclear: false, pending …, needed, required, requested, rejected, open, awaiting …, waiting …
env, environment, environments | custom workflows | word
    unclear: dev, development, local, preview, staging
tags, tag, categories, category, labels, label, topics, keywords, flags | Nikola, Org mode, custom workflows | word
    unclear: status draft, status private, wip, unpublished, noexport; subject: draft, drafts, private
_id | Sanity | word
    unclear: drafts …
isDraft, saveAsDraft, inDraft, draftMode | Hashnode, Astro, Next.js and Sanity blogs
    draft: true; nothing: false; not_a_flag: any other value
draftPost, markedAsDraft, stillDraft | custom workflows
    draft: true
    pattern: [a-z]*(?:as|still|post|page|article|entry|note|own)a?draft|draft(?:post|page|article|entry|note|only|
        flag)
entwurf, brouillon, borrador, bozza, rascunho, черновик, 下書き, 草稿 | custom workflows | word
    draft: true, ja, oui, sí, si, sì, sim, да, はい, 是
privat, privé, privado, privato, intern, vertraulich, geheim, versteckt, confidentiel, confidencial, riservato,
        nicht_veröffentlichen, 非公開, 私密, 机密 | custom workflows | word
    unsupported: true, ja, oui, sí, si, sì, sim, да, はい, 是
veröffentlicht, publié, publicado, pubblicato, опубликовано, 公開, 公开, 发布 | custom workflows | word
    draft: false, nein, non, não, нет, いいえ, 否
wip, work_in_progress | Astro and Gatsby blogs
    draft: true; unclear: any other value
isPublished, dg-publish | Next.js blogs, Obsidian Digital Garden
    draft: false; appears: a date
publish | Obsidian Publish, Quartz, VuePress, Metalsmith
    draft: false, draft
    unlisted: unlisted
    appears: a date
    nothing: true, public
    unsupported: private
    not_a_flag: any other value
noPublish, notPublished, doNotPublish, neverPublish, unpublished, emailOnly, membersOnly, noRender, skipRender,
        noBuild, doNotBuild, excludeFromBuild, hideFromSite, doNotShare, notForPublication | Ghost, custom workflows
    unsupported: true, any other value
    pattern: (?:no|not|non|un|never|dont|donot|skip|without)(?:publish|published|publishing|public)|(?:not(?:for|
        tobe)|donot|dont|never)(?:publication|release|released|share|shared|sharing|distribut(?:e|ed|ion)|
        circulat(?:e|ed|ion))|{_AUDIENCE}only|only(?:for|in|on)?(?:the)?{_AUDIENCE}|{_LOCK}required|(?:requires?|
        needs)(?:a)?{_LOCK}|(?:no|not|never|dont|donot|skip)(?:render|output|build|generate|export)|
        {_LEFT_OUT}{_SITE}
canPublish, readyToPublish, includeInBuild, showOnSite, showInHome | custom workflows and themes
    unsupported: false
    pattern: (?:ready|ok|okay|can|should|may|will|shall|to|allow|cleared|approved)(?:to|for)?(?:be)?(?:publish|
        published|publishing|publication|release)|publish(?:ing)?ready|{_LET_IN}(?:{_SITE}|{_HOME})
hidden, isHidden, private, isPrivate | Hexo, Jekyll, Nanoc, Metalsmith
    unsupported: true, any other value
hiddenPost, privatePage, hiddenInHomeList, hideInHomeList, hiddenFromHomePage, hideFromHome, nda, underNda,
        underEmbargo, internalUseOnly, offTheRecord | PaperMod, LoveIt, FixIt, custom workflows
    unsupported: true
    pattern: (?:is)?(?:hidden|hide|private|secret|internal|protected|archived?)(?:post|page|article|entry)|
        {_LEFT_OUT}{_HOME}|notshow|donotshow|dontshow|(?:is)?(?:under)?nda|(?:for)?internaluse(?:only)?
public, isPublic, visible, isVisible, routable | Logseq, Grav, Next.js blogs
    unsupported: false
headless, archived, isArchived, ignore, ignored, ignorePost | Hugo, Hexo themes, Hashnode, Gatsby and Next.js blogs
    unsupported: true
hide | Hexo and MkDocs themes
    unsupported: true, all, everywhere
permalink, url | Eleventy, Lume
    unsupported: false
deleted, isDeleted, trash, trashed, isTrashed, removed, isRemoved | content management systems | word
    expires: a date; unsupported: true
disabled, isDisabled, skip, exclude, excluded, secret, isSecret, internal, isInternal, internalOnly, confidential,
        isConfidential, invisible, under_construction, pending, on_hold | custom workflows | word
    unsupported: true
enabled, isEnabled, show, display, live, isLive, publishable, output, generate, export | Jekyll collections,
        Wagtail, custom workflows | word
    unsupported: false
active, isActive, ready, approved, online, reviewed, finished, released, shared, shareable, complete, completed,
        done, final, finalized, publication, production, prod, list | custom workflows | word
    unclear: false
share | Enveloppe, Minimal Mistakes | word
    possible: false
paid, premium, paywall, restricted, locked, login, members, unfinished, lock, incomplete, stub, coming_soon,
        unreleased, not_ready, unready, not_done, not_final, hold, paused, queued, suspended, withdrawn, classified,
        proprietary, todo, no_share | custom workflows | word
    unclear: true
    pattern: (?:needs?|to|for)(?:review|edit|editing|approval|revision|work|proofreading)|(?:review|approval)needed
password, passwords, passphrase, passcode, pwd, post_password | Hexo, VuePress, WordPress | secret
    unsupported: true, any other value
encrypt, encrypted | Hexo and Hugo themes | secret
    unsupported: true, any other value
protected, protect | Statamic
    unsupported: true, password, logged in
"""
"""Keys that say whether a post is for readers."""

_DATES = rf"""
date, published | Hugo, in any letter case
    appears: a date
pubDate, pubDatetime | Astro, AstroPaper, Hugo
    appears: a date; unclear: no value; not_a_date: an invalid date, false, any other value
publishedAt, publishingDate, dateOfPublication, postDate, releaseDate, launchAt, displayDate | Ghost, dev.to,
        Next.js and Gatsby blogs, Craft, WordPress
    appears: a date; unclear: {_NOT_YET}; not_a_date: an invalid date
    pattern: {_PUBLISHED}(?:{_WHEN}|since)|date(?:of|time)?{_PUBLISHED}|(?:display|post)date(?:time)?
schedule, schedule_date, live_at, active_from | editorial workflows
    appears: a date; not_a_date: an invalid date
    pattern: schedule(?:{_WHEN}|for)|(?:live|active)(?:from|after|since|start|starts|at)
scheduled, scheduledAt, scheduledFor, scheduledDate | Eleventy and Next.js blogs
    appears: a date; nothing: true, false; not_a_date: an invalid date, any other value
    pattern: scheduled(?:{_WHEN}|for|publish|publishing|publication)
publishDate, publishAt, publishAfter, publishUp, visibleFrom, notBefore, embargoUntil, embargo_till, hiddenUntil |
        Hugo, Grav, Sanity, Joomla, editorial workflows
    appears: a date; not_a_date: an invalid date, false, any other value
    pattern: {_PUBLISHED}(?:after|from|up|start|notbefore)|(?:not|dontpublish|donotpublish)before|{_SHOWN}(?:from|
        after|since|start|starts)|embargo(?:ed)?(?:{_WHEN}|until|till?|to|end|ends|lifts?|lifted|expires|expiry)|
        (?:draft|hide|hidden|private|secret|hold|held|locked|unlisted|notpublished|unpublished)(?:until|till?|
        before)
availableFrom, availableAfter | editorial workflows
    appears: a date; not_a_date: an invalid date
    pattern: (?:available|public)(?:from|after|since|start|starts|{_WHEN})|availabilitydate|dateavailable
embargo, embargoed | editorial workflows | word
    appears: a date
    nothing: false, none, never, lifted
    unclear: any other value
    unsupported: true
    not_a_date: an invalid date
goLive, goLiveDate, goLiveAt, goLiveOn, liveFrom | editorial workflows
    appears: a date; nothing: true; unsupported: false; not_a_date: an invalid date, any other value
expiryDate, unpublishDate, expires, expiry, expire, expiration, expiresAt | Hugo, Grav, Craft, Next.js blogs
    expires: a date; nothing: never, none; not_a_date: an invalid date, any other value
    pattern: expir(?:e|es|ed|y|ation|ing)(?:{_WHEN}|after)
unpublishAt, deletedAt, removeAfter, publishDown, visibleUntil, hide_after | Joomla, Strapi, Laravel and Next.js
        blogs, editorial workflows
    expires: a date; unclear: any other value; not_a_date: an invalid date
    pattern: (?:unpublish(?:ed|ing)?|delet(?:e|ed|ion)|trash(?:ed)?|remov(?:e|ed|al)|takedown|hide)(?:{_WHEN}|
        after)|(?:{_PUBLISHED}|{_SHOWN})(?:until|till?|down|notafter)
unpublish | Next.js blogs
    expires: a date; nothing: never, none; unsupported: true; not_a_date: an invalid date, any other value
"""
"""Keys that date, schedule or expire a post."""

_LISTS_AND_ROBOTS = rf"""
unlisted | Docusaurus, Lume
    unlisted: true; nothing: false; not_a_flag: any other value
hideInList, hideFromLists, excludeFromCollections, noList, delisted | Gridea, Hashnode, custom themes
    unlisted: true
    pattern: {_LEFT_OUT}{_LISTS}|(?:de|not)listed
listed, discoverable, showInLists | Gatsby and Next.js blogs, Lektor
    unlisted: false
    pattern: {_LET_IN}{_LISTS}
eleventyExcludeFromCollections | Eleventy
    unlisted: true; unsupported: any other value
hiddenFromFeed, hideFromRss, excludeFromFeeds, noFeed | FixIt, Eleventy blogs
    unclear: true
    pattern: {_LEFT_OUT}{_FEEDS}
show_in_feed, inRss, feed, rss | custom themes
    unclear: false
    pattern: {_LET_IN}{_FEEDS}
hiddenFromSearch, search_exclude, excludeFromSearch, noSearch | FixIt, Just the Docs, Sphinx
    not_in_search: true
    pattern: {_LEFT_OUT}{_SEARCH}|searchexcluded?
search, in_search_index, searchable, indexing, pagefind | Zola, Minimal Mistakes, Material, Hexo, VuePress | word
    not_in_search: false, exclude: true
    pattern: {_LET_IN}{_SEARCH}
robots, meta_robots, googlebot | WordPress, Yoast, Jekyll themes
    noindex: noindex, no index, noindex …, noindex: true, index: false, false
    directive: none, nofollow, noarchive, nosnippet, noimageindex, notranslate
head, meta, metatags, html_meta, header-includes | VuePress, VitePress, Pandoc | word
    noindex: content: noindex, content: noindex nofollow, content: none, robots: noindex, robots: noindex nofollow,
        meta name robots content noindex, meta name robots content noindex nofollow
noindex, robotsNoIndex, hideFromSearchEngines | Hugo and Jekyll themes
    noindex: true
    pattern: {_LEFT_OUT}(?:searchengines?|google|robots|crawlers)
sitemap | Jekyll, Hugo, Eleventy
    not_in_sitemap: false, disable: true, ignore: true, exclude: true
sitemapExclude, excludeFromSitemap | Hugo themes
    not_in_sitemap: true
    pattern: {_LEFT_OUT}sitemap|sitemap(?:exclude|hide|hidden)d?
inSitemap | custom themes
    not_in_sitemap: false
    pattern: {_LET_IN}sitemap
render | Zola, Hugo
    unsupported: false, never, link
build, _build | Hugo
    unsupported: false, never, {_NOT_SHOWN}
cascade | Hugo
    unsupported: draft: true, published: false, unlisted: true, headless: true, hidden: true, private: true, draft,
        publishdate: …, expirydate: …, {_NOT_SHOWN}
eleventyComputed | Eleventy
    unlisted: eleventyexcludefromcollections: true
    nothing: draft: false, eleventyexcludefromcollections: false
    unclear: draft: …, permalink: …, eleventyexcludefromcollections: …
    unsupported: permalink: false
"""
"""Keys that leave a post out of lists, feeds, search and sitemap, or that decide whether it is rendered."""


def _split(words: str) -> tuple[str, ...]:
    """Returns the words between commas."""
    return tuple(" ".join(word.split()) for word in words.split(","))


def _read_row(row: str) -> ForeignKey:
    """Returns a row of a table. Raises `ValueError` for a value with two effects."""
    head, *lines = row.replace("\n        ", " ").split("\n")
    names, tools, *marks = head.split(" | ")
    effects: dict[str, Effect] = {}
    pattern = ""
    for line in lines:
        if line.startswith("    pattern: "):
            pattern = "".join(line.removeprefix("    pattern: ").split())
            continue
        for name, _, tokens in (part.strip().partition(": ") for part in line.split("; ")):
            for token in _split(tokens):
                if token in effects:
                    raise ValueError(token)
                effects[token] = Effect[name.upper()]
    return ForeignKey(_split(names), tools, effects, pattern, is_word="word" in marks, is_secret="secret" in marks)


def _read(table: str) -> tuple[ForeignKey, ...]:
    return tuple(map(_read_row, re.split(r"\n(?=\S)", table.strip())))


READERS, DRAFT_WORDS, WITHHELD_WORDS, UNFINISHED_WORDS = map(_split, (_READERS, _DRAFT, _WITHHELD, _UNFINISHED))
"""Lists of values that the manual names."""

FOREIGN_DATES = _read(_DATES)
FOREIGN_KEYS = (*_read(_STATES), *FOREIGN_DATES, *_read(_LISTS_AND_ROBOTS))
"""Every foreign key, in the order of the manual. The first row that matches a name counts."""
