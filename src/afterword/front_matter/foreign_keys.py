"""Front matter keys by which other generators hide, schedule or expire a post.

`FOREIGN_KEYS` is the only list of them: `visibility` reads front matter by it, the manual prints it, and the tests
build a post for every value in it.

How a row decides:

- A value that has exactly the meaning of an Afterword key is read as that key: `status: draft` is `draft: true`.
- Any other value that keeps a text from readers is an error (`UNSUPPORTED`). The text would be published otherwise.
- A value that hides nothing (`private: false`, `status: published`, an empty one) is accepted without a message.
- `status` and `state` are also keys of blogs' own templates (`state: California`). So only the words of publishing
  workflows count. A word that may be one (`status: in progress`) is a warning; all others mean nothing. `visibility`
  has no other use: each of its values that is not known to be public is an error.
- `hidden: true` is an error, because it differs: Hexo publishes the page and leaves it out of lists, Jekyll leaves it
  out of the home page only, and other tools do not publish it.
- `archived`, `hide`, `ignore`, `render` and `headless` hide a text only with the values that their tools document.
- A date that cannot be read is an error, since nothing says whether the day has come. Dates of publication that may
  also be those of a paper or a talk (`published_at`, `datePublished`) are an error only if they look like a full date.

- A map that only groups keys (`CONTAINERS`) is read as if its keys were outside it: `params: {draft: true}` is a draft.
- `hiddenFromHomePage: true` is an error like `hidden: true`: LoveIt still shows the post in its archive, and
  `unlisted: true` does not. Posts that only feeds leave out are a warning.
- Nikola reads the tags `draft` and `private` as a status, and Org mode does not export what has the tag `noexport`. A
  tag can also be a subject, so these are a warning.
- `cascade` holds back the posts below, not the post that it stands in, so each key in it that hides a text is an error.
- A key of a date of publication that is empty, or says that there is none yet (`publishedAt: TBD`), is a warning:
  Sanity and Ghost write `null` for a draft, Hugo publishes the post.
- A date of release (`releaseDate`) may be that of a book, but it holds a post back: a post that is late can still be
  published, a text that is early cannot be hidden again.
- Keys that are also plain words (`type`, `access`, `live`) decide only by the values that can mean nothing else.

- A key that has no row, and a value that can only mean a draft (`quality: draft`), is a warning.

A new row needs a tool that documents the key, or a name that has one meaning (`noPublish`). In keys, only letters and
digits count, in any case; a letter of another script that looks like a Latin one counts as that. A word for the post
may stand before a name (`postHidden`). A row with a `pattern` is also that of all keys of this form: its names are
examples.
"""

from __future__ import annotations

from afterword.front_matter.key_effects import ANYTHING, DAY, EMPTY, LIKE_A_DATE, Effect, ForeignKey


def _each(effect: Effect, *tokens: str) -> dict[str, Effect]:
    return dict.fromkeys(tokens, effect)


_IF_TRUE = {"true": Effect.UNSUPPORTED}
_IF_FALSE = {"false": Effect.UNSUPPORTED}
_UNLESS_FALSE = {"true": Effect.UNSUPPORTED, ANYTHING: Effect.UNSUPPORTED}
_DRAFT_FLAG = {"true": Effect.DRAFT, "false": Effect.NOTHING, ANYTHING: Effect.NOT_A_FLAG}

_WORKFLOW = {
    **_each(Effect.DRAFT, "draft", "drafts", "auto draft", "wip", "work in progress", "unpublished", "not published"),
    **_each(Effect.DRAFT, "entwurf", "brouillon", "borrador", "bozza", "rascunho", "utkast", "udkast", "kladde"),
    **_each(Effect.DRAFT, "luonnos", "szkic", "taslak", "черновик", "чернетка", "下書き", "草稿", "초안"),
    **_each(Effect.UNLISTED, "unlisted"),
    **_each(Effect.NOTHING, "published", "publish", "public", "featured", "scheduled", "future"),
    **_each(Effect.UNSUPPORTED, "private", "hidden", "internal", "secret", "protected", "skip", "do not publish"),
    **_each(Effect.UNSUPPORTED, "pending", "review", "in review", "under review", "needs review", "ready for review"),
    **_each(Effect.UNSUPPORTED, "embargoed …", "trash", "trashed", "deleted", "first draft", "rough draft"),
    **_each(Effect.UNSUPPORTED, "draft …", "unpublished …", "private …", "pending …"),
    **_each(
        Effect.UNCLEAR,
        "idea",
        "outline",
        "to do",
        "todo",
        "not started",
        "in progress",
        "drafting",
        "writing",
        "sent",
        "inherit",
        "submission",
        "submitted",
    ),
    **_each(Effect.UNCLEAR, "editing", "unfinished", "incomplete", "not ready", "archived", "expired", "inactive"),
    **_each(Effect.UNCLEAR, "embargo …", "under embargo", "confidential …", "restricted", "withheld", "on hold"),
    **_each(Effect.UNCLEAR, "hold", "onhold", "paused", "parked", "tbd", "needs work", "needs editing", "unreviewed"),
    **_each(
        Effect.UNCLEAR, "queued", "backlog", "planned", "stub", "offline", "not …", "awaiting …", "waiting …", "needs …"
    ),
    **_each(
        Effect.UNCLEAR, "concept", "koncept", "in bearbeitung", "en cours", "privat", "privé", "privado", "privato"
    ),
}
"""The words of publishing workflows. `scheduled` and `future` leave it to the date."""

DRAFT_WORDS = frozenset(word for word, effect in _WORKFLOW.items() if effect is Effect.DRAFT) - {"wip"}
"""Words that say of any key that the text is a draft."""

_STAGES = _each(Effect.DRAFT, "draft", "drafts", "unpublished", "not published")

_AUDIENCES = {
    **_each(Effect.DRAFT, "draft", "unpublished"),
    **_each(Effect.UNLISTED, "unlisted"),
    **_each(Effect.NOTHING, "public", "published", "visible", "listed", "everyone", "all", "open", "world", "true"),
    **_each(Effect.UNSUPPORTED, "private", "members", "paid", "password", "hidden", "false"),
    ANYTHING: Effect.UNSUPPORTED,
}

_APPEARS = {DAY: Effect.APPEARS, LIKE_A_DATE: Effect.NOT_A_DATE}
_APPEARS_ONLY = {**_APPEARS, "false": Effect.NOT_A_DATE, ANYTHING: Effect.NOT_A_DATE}
_NOT_YET = {
    **_each(
        Effect.UNCLEAR, EMPTY, "false", "tbd", "tba", "tbc", "to be announced", "to be determined", "not …", "never"
    ),
    **_each(Effect.UNCLEAR, "none", "n a", "unknown", "undecided", "later", "soon", "next …", "pending", "upcoming"),
    **_each(Effect.UNCLEAR, "draft", "unpublished", "unreleased", "todo"),
}
"""Values that say that a day of publication is not known yet."""
_EMBARGO = {
    **_APPEARS,
    **_each(Effect.NOTHING, "false", "none", "never", "lifted"),
    "true": Effect.UNSUPPORTED,
    ANYTHING: Effect.UNCLEAR,
}
_GOES_LIVE = {**_APPEARS, "true": Effect.NOTHING, "false": Effect.UNSUPPORTED, ANYTHING: Effect.NOT_A_DATE}
_EXPIRES = {
    DAY: Effect.EXPIRES,
    LIKE_A_DATE: Effect.NOT_A_DATE,
    **_each(Effect.NOTHING, "never", "none"),
    ANYTHING: Effect.NOT_A_DATE,
}

_AUDIENCE = (
    r"(?:members?|subscribers?|patrons?|patreon|supporters?|sponsors?|friends?|family|staff|team|employees?|admins?|editors?"
    r"|email|newsletter|paying|preview|dev|development|local|myself)"
)
_LOCK = r"(?:login|auth|authentication|password|membership|subscription)"
_PUBLISHED = r"(?:publish(?:ed|es|ing)?|publication|pub|releas(?:e|ed|ing)|launch(?:ed|ing)?)"
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

FOREIGN_KEYS = (
    ForeignKey(
        ("status", "post_status"), "Pelican, WordPress, Ghost, Nikola", {**_WORKFLOW, "hidden": Effect.UNLISTED}
    ),
    ForeignKey(
        ("state", "publish_status", "publicationState", "workflow", "workflow_state", "editorial_status"),
        "Notion exports, Strapi, Drupal",
        _WORKFLOW,
        pattern=r"(?:publish|publishing|publication|article|content|page|post|blog|entry|note|doc|document|writing|draft"
        r"|editorial|edit|workflow|cms|web)(?:ing)?(?:status|state|stage|phase|step)",
    ),
    ForeignKey(
        ("type", "kind", "stage", "phase", "progress", "maturity", "condition"),
        "custom workflows",
        _STAGES,
        is_word=True,
    ),
    ForeignKey(("visibility",), "Ghost, WordPress", _AUDIENCES),
    ForeignKey(
        ("isDraft", "saveAsDraft", "inDraft", "draftMode"), "Hashnode, Astro, Next.js and Sanity blogs", _DRAFT_FLAG
    ),
    ForeignKey(
        ("draftPost", "markedAsDraft", "stillDraft"),
        "custom workflows",
        {"true": Effect.DRAFT},
        pattern=r"[a-z]*(?:as|still|post|page|article|entry|note|own)a?draft|draft(?:post|page|article|entry|note|only|flag)",
    ),
    ForeignKey(
        ("entwurf", "brouillon", "borrador", "bozza", "rascunho", "черновик", "下書き", "草稿"),
        "custom workflows",
        _each(Effect.DRAFT, "true", "ja", "oui", "sí", "si", "sì", "sim", "да", "はい", "是"),
        is_word=True,
    ),
    ForeignKey(
        ("veröffentlicht", "publié", "publicado", "pubblicato", "опубликовано", "公開", "公开", "发布"),
        "custom workflows",
        _each(Effect.DRAFT, "false", "nein", "non", "não", "нет", "いいえ", "否"),
        is_word=True,
    ),
    ForeignKey(("wip",), "Astro and Gatsby blogs", {"true": Effect.DRAFT, ANYTHING: Effect.UNCLEAR}),
    ForeignKey(
        ("isPublished", "dg-publish"),
        "Next.js blogs, Obsidian Digital Garden",
        {"false": Effect.DRAFT, DAY: Effect.APPEARS},
    ),
    ForeignKey(
        ("noPublish", "notPublished", "doNotPublish", "neverPublish", "unpublished", "emailOnly", "membersOnly"),
        "Ghost, custom workflows",
        _UNLESS_FALSE,
        pattern=r"(?:no|not|non|un|never|dont|donot|skip|without)(?:publish|published|publishing|public)"
        rf"|{_AUDIENCE}only|onlyfor{_AUDIENCE}|{_LOCK}required|(?:requires?|needs)(?:a)?{_LOCK}",
    ),
    ForeignKey(
        ("noRender", "skipRender", "noBuild", "doNotBuild", "excludeFromBuild", "hideFromSite"),
        "custom workflows",
        _UNLESS_FALSE,
        pattern=rf"(?:no|not|never|dont|donot|skip)(?:render|output|build|generate|export)|{_LEFT_OUT}{_SITE}",
    ),
    ForeignKey(
        ("canPublish", "readyToPublish", "includeInBuild", "showOnSite"),
        "custom workflows",
        _IF_FALSE,
        pattern=r"(?:ready|ok|okay|can|should|may|to|allow|cleared|approved)(?:to|for)?(?:be)?(?:publish|published"
        rf"|publishing|publication|release)|{_LET_IN}{_SITE}",
    ),
    ForeignKey(
        ("ready", "approved", "online", "reviewed", "finished", "released"),
        "custom workflows",
        {"false": Effect.UNCLEAR},
        is_word=True,
    ),
    ForeignKey(
        ("paid", "premium", "paywall", "restricted", "locked", "login", "members", "unfinished", "incomplete", "stub"),
        "custom workflows",
        {"true": Effect.UNCLEAR},
        is_word=True,
    ),
    ForeignKey(("output", "generate"), "Jekyll collections, custom workflows", _IF_FALSE, is_word=True),
    ForeignKey(
        ("deleted", "isDeleted", "trash", "trashed", "isTrashed", "removed", "isRemoved"),
        "content management systems",
        {**_IF_TRUE, DAY: Effect.EXPIRES},
        is_word=True,
    ),
    ForeignKey(("disabled", "isDisabled", "skip", "exclude", "excluded"), "custom workflows", _IF_TRUE, is_word=True),
    ForeignKey(("enabled", "isEnabled", "show", "display"), "custom workflows", _IF_FALSE, is_word=True),
    ForeignKey(
        ("publish",),
        "Obsidian Publish, Quartz, VuePress, Metalsmith",
        {
            **_each(Effect.DRAFT, "false", "draft"),
            **_each(Effect.NOTHING, "true", "public"),
            **_each(Effect.UNLISTED, "unlisted"),
            **_each(Effect.UNSUPPORTED, "private"),
            DAY: Effect.APPEARS,
            ANYTHING: Effect.NOT_A_FLAG,
        },
    ),
    ForeignKey(("date", "published"), "Hugo, in any letter case", {DAY: Effect.APPEARS}),
    ForeignKey(("publishDate", "publishAt"), "Hugo, Grav, Sanity", _APPEARS_ONLY),
    ForeignKey(("pubDate", "pubDatetime"), "Astro, AstroPaper, Hugo", {**_APPEARS_ONLY, EMPTY: Effect.UNCLEAR}),
    ForeignKey(
        ("publishedAt", "publishingDate", "dateOfPublication", "postDate", "releaseDate", "launchAt", "displayDate"),
        "Ghost, dev.to, Next.js and Gatsby blogs, Craft, WordPress",
        {**_APPEARS, **_NOT_YET},
        pattern=rf"{_PUBLISHED}(?:{_WHEN}|since)|date(?:of|time)?{_PUBLISHED}|(?:display|post)date(?:time)?",
    ),
    ForeignKey(
        ("scheduled", "scheduledAt", "scheduledFor", "scheduledDate"),
        "Eleventy and Next.js blogs",
        {**_APPEARS, **_each(Effect.NOTHING, "true", "false"), ANYTHING: Effect.NOT_A_DATE},
        pattern=rf"scheduled(?:{_WHEN}|for|publish|publishing|publication)",
    ),
    ForeignKey(
        ("publishAfter", "publishUp", "visibleFrom", "notBefore", "embargoUntil", "embargo_till", "hiddenUntil"),
        "Joomla, editorial workflows",
        _APPEARS_ONLY,
        pattern=rf"{_PUBLISHED}(?:after|from|up|start|notbefore)|(?:not|dontpublish|donotpublish)before"
        r"|(?:visible|visibility|display|show|shown|listed|online)(?:from|after|since|start|starts)"
        rf"|embargo(?:ed)?(?:{_WHEN}|until|till?|to|end|ends|lifts?|lifted|expires|expiry)"
        r"|(?:draft|hide|hidden|private|secret|hold|held|locked|unlisted|notpublished|unpublished)(?:until|till?|before)",
    ),
    ForeignKey(("embargo", "embargoed"), "editorial workflows", _EMBARGO, is_word=True),
    ForeignKey(("goLive", "goLiveDate", "goLiveAt", "goLiveOn", "liveFrom"), "editorial workflows", _GOES_LIVE),
    ForeignKey(
        ("expiryDate", "unpublishDate", "expires", "expiry", "expire", "expiration", "expiresAt"),
        "Hugo, Grav, Craft, Next.js blogs",
        _EXPIRES,
        pattern=rf"expir(?:e|es|ed|y|ation|ing)(?:{_WHEN}|after)",
    ),
    ForeignKey(
        ("unpublishAt", "deletedAt", "removeAfter", "publishDown", "visibleUntil"),
        "Joomla, Strapi, Laravel and Next.js blogs, editorial workflows",
        {DAY: Effect.EXPIRES, LIKE_A_DATE: Effect.NOT_A_DATE, ANYTHING: Effect.UNCLEAR},
        pattern=rf"(?:unpublish(?:ed|ing)?|delet(?:e|ed|ion)|trash(?:ed)?|remov(?:e|ed|al)|takedown)(?:{_WHEN}|after)"
        rf"|(?:{_PUBLISHED}|visible|visibility|display|show|shown|listed|online)(?:until|till?|down|notafter)",
    ),
    ForeignKey(("unpublish",), "Next.js blogs", {**_EXPIRES, **_IF_TRUE}),
    ForeignKey(
        ("unlisted",),
        "Docusaurus, Lume",
        {"true": Effect.UNLISTED, "false": Effect.NOTHING, ANYTHING: Effect.NOT_A_FLAG},
    ),
    ForeignKey(
        ("hideInList", "hideFromLists", "excludeFromCollections", "noList", "delisted"),
        "Gridea, Hashnode, custom themes",
        {"true": Effect.UNLISTED},
        pattern=rf"{_LEFT_OUT}{_LISTS}|(?:de|not)listed",
    ),
    ForeignKey(
        ("hiddenInHomeList", "hideInHomeList", "hiddenFromHomePage", "hideFromHome"),
        "PaperMod, LoveIt, FixIt",
        _IF_TRUE,
        pattern=rf"{_LEFT_OUT}{_HOME}|notshow|donotshow|dontshow",
    ),
    ForeignKey(
        ("hiddenFromFeed", "hideFromRss", "excludeFromFeeds", "noFeed"),
        "FixIt, Eleventy blogs",
        {"true": Effect.UNCLEAR},
        pattern=rf"{_LEFT_OUT}{_FEEDS}",
    ),
    ForeignKey(
        ("hiddenFromSearch", "search_exclude", "excludeFromSearch", "noSearch"),
        "FixIt, Just the Docs, Sphinx",
        {"true": Effect.NOT_IN_SEARCH},
        pattern=rf"{_LEFT_OUT}{_SEARCH}|searchexcluded?",
    ),
    ForeignKey(
        ("search", "in_search_index", "searchable", "indexing"),
        "Zola, Minimal Mistakes, Material, Hexo",
        _each(Effect.NOT_IN_SEARCH, "false", "exclude: true"),
        is_word=True,
        pattern=rf"{_LET_IN}{_SEARCH}",
    ),
    ForeignKey(("show_in_feed", "inRss"), "custom themes", {"false": Effect.UNCLEAR}, pattern=rf"{_LET_IN}{_FEEDS}"),
    ForeignKey(("showInHome",), "custom themes", _IF_FALSE, pattern=rf"{_LET_IN}{_HOME}"),
    ForeignKey(
        ("listed", "discoverable", "showInLists"),
        "Gatsby and Next.js blogs, Lektor",
        {"false": Effect.UNLISTED},
        pattern=rf"{_LET_IN}{_LISTS}",
    ),
    ForeignKey(
        ("eleventyExcludeFromCollections",), "Eleventy", {"true": Effect.UNLISTED, ANYTHING: Effect.UNSUPPORTED}
    ),
    ForeignKey(("hidden", "isHidden"), "Hexo, Jekyll, Nanoc", _UNLESS_FALSE),
    ForeignKey(
        ("hiddenPost", "privatePage"),
        "custom themes",
        _IF_TRUE,
        pattern=r"(?:is)?(?:hidden|hide|private|secret|internal|protected|archived?)(?:post|page|article|entry)",
    ),
    ForeignKey(("hide",), "Hexo themes", _IF_TRUE),
    ForeignKey(("private", "isPrivate"), "Metalsmith, Hugo and Gatsby themes", _UNLESS_FALSE),
    ForeignKey(("public", "isPublic"), "Logseq, Next.js blogs", _IF_FALSE),
    ForeignKey(("live", "isLive", "publishable"), "Wagtail, custom workflows", _IF_FALSE, is_word=True),
    ForeignKey(
        ("secret", "isSecret", "internal", "isInternal", "internalOnly", "confidential", "isConfidential"),
        "custom workflows",
        _IF_TRUE,
        is_word=True,
    ),
    ForeignKey(
        ("access", "accessLevel", "privacy", "permissions", "sharing", "acl"),
        "custom workflows",
        {
            **_each(Effect.DRAFT, "draft", "unpublished"),
            **_each(Effect.UNLISTED, "unlisted"),
            **_each(Effect.UNSUPPORTED, "private …", "hidden", "secret", "internal …", "confidential", "nobody"),
            **_each(Effect.UNCLEAR, "restricted", "members", "members only", "subscribers", "site.login: true"),
        },
        is_word=True,
    ),
    ForeignKey(
        ("audience",),
        "custom workflows",
        _each(Effect.UNCLEAR, "private …", "internal …", "confidential …", "members …", "me", "nobody"),
        is_word=True,
    ),
    ForeignKey(("active", "isActive"), "custom workflows", {"false": Effect.UNCLEAR}, is_word=True),
    ForeignKey(
        ("tags", "tag", "categories", "category", "labels", "label", "topics", "keywords", "flags"),
        "Nikola, Org mode, custom workflows",
        _each(Effect.UNCLEAR, "draft", "drafts", "status draft", "private", "unpublished", "noexport"),
        is_word=True,
    ),
    ForeignKey(("_id",), "Sanity", {"drafts …": Effect.UNCLEAR}, is_word=True),
    ForeignKey(("visible", "isVisible", "routable"), "Grav, Next.js blogs", _IF_FALSE),
    ForeignKey(
        ("password", "passwords", "passphrase", "post_password"),
        "Hexo, VuePress, WordPress",
        _UNLESS_FALSE,
        is_secret=True,
    ),
    ForeignKey(
        ("encrypt", "encrypted", "protected", "protect"),
        "Hexo and Hugo themes, Statamic",
        {**_IF_TRUE, "password": Effect.UNSUPPORTED, "logged in": Effect.UNSUPPORTED},
    ),
    ForeignKey(("headless",), "Hugo", _IF_TRUE),
    ForeignKey(("render",), "Zola, Hugo", _each(Effect.UNSUPPORTED, "false", "never", "link")),
    ForeignKey(
        ("build", "_build"),
        "Hugo",
        {
            **_each(Effect.UNSUPPORTED, "render: never", "render: link", "render: false", "false", "never"),
            **_each(Effect.UNSUPPORTED, "list: never", "list: local", "list: false"),
        },
    ),
    ForeignKey(
        ("cascade",),
        "Hugo",
        {
            **_each(Effect.UNSUPPORTED, "draft: true", "published: false", "unlisted: true", "headless: true"),
            **_each(Effect.UNSUPPORTED, "hidden: true", "private: true", "draft", "publishdate: …"),
            **_each(Effect.UNSUPPORTED, "expirydate: …", "render: never", "render: link", "render: false"),
            **_each(Effect.UNSUPPORTED, "list: never", "list: local", "list: false"),
        },
    ),
    ForeignKey(("permalink", "url"), "Eleventy, Lume", _IF_FALSE),
    ForeignKey(
        ("eleventyComputed",),
        "Eleventy",
        {
            "permalink: false": Effect.UNSUPPORTED,
            "eleventyexcludefromcollections: true": Effect.UNLISTED,
            **_each(Effect.NOTHING, "draft: false", "eleventyexcludefromcollections: false"),
            **_each(Effect.UNCLEAR, "draft: …", "permalink: …", "eleventyexcludefromcollections: …"),
        },
    ),
    ForeignKey(("archived", "isArchived"), "Gatsby and Next.js blogs", _IF_TRUE),
    ForeignKey(("ignore", "ignored", "ignorePost"), "Hashnode, Gatsby blogs", _IF_TRUE),
    ForeignKey(
        ("robots", "meta_robots", "googlebot"),
        "WordPress, Yoast, Jekyll themes",
        {
            **_each(Effect.NOINDEX, "noindex", "no index", "noindex …", "noindex: true", "index: false", "false"),
            **_each(Effect.DIRECTIVE, "none", "nofollow", "noarchive", "nosnippet", "noimageindex", "notranslate"),
        },
    ),
    ForeignKey(
        ("noindex", "robotsNoIndex", "hideFromSearchEngines"),
        "Hugo and Jekyll themes",
        {"true": Effect.NOINDEX},
        pattern=rf"{_LEFT_OUT}(?:searchengines?|google|robots|crawlers)",
    ),
    ForeignKey(
        ("sitemap",),
        "Jekyll, Hugo, Eleventy",
        _each(Effect.NOT_IN_SITEMAP, "false", "disable: true", "ignore: true", "exclude: true"),
    ),
    ForeignKey(
        ("sitemapExclude", "excludeFromSitemap"),
        "Hugo themes",
        {"true": Effect.NOT_IN_SITEMAP},
        pattern=rf"{_LEFT_OUT}sitemap|sitemap(?:exclude|hide|hidden)d?",
    ),
    ForeignKey(("inSitemap",), "custom themes", {"false": Effect.NOT_IN_SITEMAP}, pattern=rf"{_LET_IN}sitemap"),
)
"""Every foreign key, in the order of the manual."""
