"""Front matter keys by which other generators hide, schedule or expire a post.

`FOREIGN_KEYS` is the only list of them: `key_lookup` finds its rows, `visibility` reads front matter by it, the manual
prints it, and the tests build a post for every value in it. Its rows with dates are in `foreign_dates`.

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
A new row needs a tool that documents the key, or a name that has one meaning (`noPublish`).
"""

from __future__ import annotations

from afterword.front_matter.foreign_dates import FOREIGN_DATES
from afterword.front_matter.visibility_effects import ANYTHING, DAY, ForeignKey

READERS = (
    "private …", "privé …", "privat …", "privado …", "members …", "member …", "membership …", "paid …", "premium …",
    "password …", "protected …", "hidden …", "invisible …", "subscribers …", "subscriber …", "patrons …",
    "supporters …", "restricted …", "internal …", "secret …", "confidential …", "nobody …", "friends …",
    "followers …", "family …", "team …", "group …", "organization …", "staff …", "admin …", "admins …", "author …",
    "authors …", "editors …", "owner …", "users …", "registered …", "logged …", "tiers …", "direct …", "shared …",
    "personal …", "me …", "self …", "custom …",
)  # fmt: skip
"""Values that begin with the readers whom a text is for, or say that it has none."""

DRAFT_WORDS = (
    "draft", "drafts", "auto draft", "work in progress", "unpublished", "not published", "entwurf", "brouillon",
    "borrador", "bozza", "rascunho", "utkast", "udkast", "kladde", "luonnos", "szkic", "taslak", "черновик",
    "чернетка", "下書き", "草稿", "초안",
)  # fmt: skip
"""Words that say of any key that the text is a draft."""

_PUBLIC_WORDS = ("published", "publish", "public", "featured")
_SCHEDULED_WORDS = ("scheduled", "future")

WITHHELD_WORDS = (
    "private", "internal", "secret", "protected", "skip", "do not publish", "don t publish", "dont publish",
    "unpublish", "pending", "review", "in review",
    "under review", "needs review", "ready for review", "embargoed …", "trash", "trashed", "deleted",
    "first draft", "rough draft", "draft …", "wip …", "unpublished …", "private …", "pending …",
)  # fmt: skip

UNFINISHED_WORDS = (
    "idea", "outline", "to do", "todo", "not started", "in progress", "drafting", "writing", "sent", "inherit",
    "submission", "submitted", "editing", "unfinished", "incomplete", "not ready", "archived", "expired",
    "inactive", "embargo …", "under embargo", "confidential …", "restricted", "withheld", "on hold", "hold",
    "onhold", "paused", "parked", "tbd", "needs work", "needs editing", "unreviewed", "queued", "backlog",
    "planned", "stub", "offline", "not …", "awaiting …", "waiting …", "needs …", "concept", "koncept",
    "in bearbeitung", "en cours", "privat", "privé", "privado", "privato",
)  # fmt: skip
"""Words of publishing workflows: for readers; for readers from the date on; not for readers; perhaps not finished."""

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
"""Parts of the names of keys."""

_NOT_SHOWN = ("render: never", "render: link", "render: false", "list: never", "list: local", "list: false")
"""Hugo's build options that keep a page out of the site or its lists."""

_STATES = (
    ForeignKey(
        names=("status", "post_status"),
        tools="Pelican, WordPress, Ghost, Nikola",
        draft=(*DRAFT_WORDS, "wip"),
        unlisted=("unlisted", "hidden"),
        nothing=_PUBLIC_WORDS,
        scheduled=_SCHEDULED_WORDS,
        unclear=UNFINISHED_WORDS,
        unsupported=("false", *WITHHELD_WORDS),
    ),
    ForeignKey(
        names=("state", "workflow"),
        tools="Joomla, Drupal",
        draft=(*DRAFT_WORDS, "wip"),
        unlisted=("unlisted",),
        nothing=(*_PUBLIC_WORDS, "no"),  # Norway
        scheduled=_SCHEDULED_WORDS,
        unclear=UNFINISHED_WORDS,
        unsupported=("false", *WITHHELD_WORDS, "hidden"),
    ),
    ForeignKey(
        names=("publish_status", "publicationState", "workflow_state", "editorial_status"),
        tools="Notion exports, Strapi, Drupal",
        draft=(*DRAFT_WORDS, "wip"),
        unlisted=("unlisted",),
        nothing=_PUBLIC_WORDS,
        scheduled=_SCHEDULED_WORDS,
        unclear=UNFINISHED_WORDS,
        unsupported=("false", *WITHHELD_WORDS, "hidden"),
        pattern=(
            r"(?:publish|publishing|publication|article|content|page|post|blog|entry|note|doc|document"
            r"|writing|draft|editorial|edit|workflow|cms|web)(?:ing)?(?:status|state|stage|phase|step)"
        ),
    ),
    ForeignKey(
        names=("type", "kind", "stage", "phase", "progress", "maturity", "condition"),
        tools="custom workflows",
        draft=("draft", "drafts", "unpublished", "not published"),
        unclear=("private",),
        is_word=True,
    ),
    ForeignKey(
        names=("visibility",),
        tools="Ghost, WordPress",
        draft=("draft", "unpublished"),
        unlisted=("unlisted",),
        nothing=("public", "published", "visible", "listed", "everyone", "all", "open", "world", "true"),
        unclear=(ANYTHING,),
        unsupported=("false", "none", "not public", "not visible", "not listed", "no one", "only me", *READERS),
    ),
    ForeignKey(
        names=("access", "accessLevel", "privacy", "permissions", "sharing", "acl"),
        tools="custom workflows",
        draft=("draft", "unpublished"),
        unlisted=("unlisted",),
        unclear=("restricted", "members", "members only", "subscribers", "site.login: true"),
        unsupported=("private …", "hidden", "secret", "internal …", "confidential", "nobody"),
        is_word=True,
    ),
    ForeignKey(
        names=("audience", "classification", "sensitivity", "confidentiality", "clearance"),
        tools="custom workflows",
        unclear=(
            *("private …", "internal …", "confidential …", "members …", "me", "nobody", "secret", "top secret"),
            *("restricted …", "nda …", "not public"),
        ),
        is_word=True,
    ),
    ForeignKey(
        names=("tlp", "trafficLightProtocol"),
        tools="reports under the Traffic Light Protocol",
        unclear=("green", "tlp green"),
        unsupported=("red", "amber …", "tlp red", "tlp amber", "tlp amber strict"),
    ),
    ForeignKey(
        names=("review", "approval", "signoff", "sign_off"),
        tools="editorial workflows",
        unclear=(
            "false",
            "pending …",
            "needed",
            "required",
            "requested",
            "rejected",
            "open",
            "awaiting …",
            "waiting …",
        ),
        is_word=True,
    ),
    ForeignKey(
        names=("env", "environment", "environments"),
        tools="custom workflows",
        unclear=("dev", "development", "local", "preview", "staging"),
        is_word=True,
    ),
    ForeignKey(
        names=("tags", "tag", "categories", "category", "labels", "label", "topics", "keywords", "flags"),
        tools="Nikola, Org mode, custom workflows",
        unclear=("status draft", "status private", "wip", "unpublished", "noexport"),
        subject=("draft", "drafts", "private"),
        is_word=True,
    ),
    ForeignKey(names=("_id",), tools="Sanity", unclear=("drafts …",), is_word=True),
    ForeignKey(
        names=("isDraft", "saveAsDraft", "inDraft", "draftMode"),
        tools="Hashnode, Astro, Next.js and Sanity blogs",
        draft=("true",),
        nothing=("false",),
        not_a_flag=(ANYTHING,),
    ),
    ForeignKey(
        names=("draftPost", "markedAsDraft", "stillDraft"),
        tools="custom workflows",
        draft=("true",),
        pattern=(
            r"[a-z]*(?:as|still|post|page|article|entry|note|own)a?draft|draft(?:post|page|article|entry|note"
            r"|only|flag)"
        ),
    ),
    ForeignKey(
        names=("entwurf", "brouillon", "borrador", "bozza", "rascunho", "черновик", "下書き", "草稿"),
        tools="custom workflows",
        draft=("true", "ja", "oui", "sí", "si", "sì", "sim", "да", "はい", "是"),
        is_word=True,
    ),
    ForeignKey(
        names=(
            *("privat", "privé", "privado", "privato", "intern", "vertraulich", "geheim", "versteckt", "confidentiel"),
            *("confidencial", "riservato", "nicht_veröffentlichen", "非公開", "私密", "机密"),
        ),
        tools="custom workflows",
        unsupported=("true", "ja", "oui", "sí", "si", "sì", "sim", "да", "はい", "是"),
        is_word=True,
    ),
    ForeignKey(
        names=("veröffentlicht", "publié", "publicado", "pubblicato", "опубликовано", "公開", "公开", "发布"),
        tools="custom workflows",
        draft=("false", "nein", "non", "não", "нет", "いいえ", "否"),
        is_word=True,
    ),
    ForeignKey(names=("wip", "work_in_progress"), tools="Astro and Gatsby blogs", draft=("true",), unclear=(ANYTHING,)),
    ForeignKey(
        names=("isPublished", "dg-publish"),
        tools="Next.js blogs, Obsidian Digital Garden",
        draft=("false",),
        appears=(DAY,),
    ),
    ForeignKey(
        names=("publish",),
        tools="Obsidian Publish, Quartz, VuePress, Metalsmith",
        draft=("false", "draft"),
        unlisted=("unlisted",),
        appears=(DAY,),
        nothing=("true", "public"),
        unsupported=("private",),
        not_a_flag=(ANYTHING,),
    ),
    ForeignKey(
        names=(
            *("noPublish", "notPublished", "doNotPublish", "neverPublish", "unpublished", "emailOnly"),
            *("membersOnly", "noRender", "skipRender", "noBuild", "doNotBuild", "excludeFromBuild"),
            *("hideFromSite", "doNotShare", "notForPublication"),
        ),
        tools="Ghost, custom workflows",
        unsupported=("true", ANYTHING),
        pattern=(
            r"(?:no|not|non|un|never|dont|donot|skip|without)(?:publish|published|publishing|public)"
            r"|(?:not(?:for|tobe)|donot|dont|never)(?:publication|release|released|share|shared|sharing|distribut(?:e|ed"
            r"|ion)|circulat(?:e|ed|ion))"
            rf"|{_AUDIENCE}only|only(?:for|in|on)?(?:the)?{_AUDIENCE}|{_LOCK}required|(?:requires?|needs)(?:a)?{_LOCK}|(?:no|not"
            rf"|never|dont|donot|skip)(?:render|output|build|generate|export)|{_LEFT_OUT}{_SITE}"
        ),
    ),
    ForeignKey(
        names=("canPublish", "readyToPublish", "includeInBuild", "showOnSite", "showInHome"),
        tools="custom workflows and themes",
        unsupported=("false",),
        pattern=(
            r"(?:ready|ok|okay|can|should|may|will|shall|to|allow|cleared|approved)(?:to|for)?(?:be)?(?:publish"
            rf"|published|publishing|publication|release)|publish(?:ing)?ready|{_LET_IN}(?:{_SITE}|{_HOME})"
        ),
    ),
    ForeignKey(
        names=("hidden", "isHidden", "private", "isPrivate"),
        tools="Hexo, Jekyll, Nanoc, Metalsmith",
        unsupported=("true", ANYTHING),
    ),
    ForeignKey(
        names=(
            *("hiddenPost", "privatePage", "hiddenInHomeList", "hideInHomeList", "hiddenFromHomePage", "hideFromHome"),
            *("nda", "underNda", "underEmbargo", "internalUseOnly", "offTheRecord"),
        ),
        tools="PaperMod, LoveIt, FixIt, custom workflows",
        unsupported=("true",),
        pattern=(
            r"(?:is)?(?:hidden|hide|private|secret|internal|protected|archived?)(?:post|page|article|entry)"
            rf"|{_LEFT_OUT}{_HOME}|notshow|donotshow|dontshow|(?:is)?(?:under)?nda|(?:for)?internaluse(?:only)?"
        ),
    ),
    ForeignKey(
        names=("public", "isPublic", "visible", "isVisible", "routable"),
        tools="Logseq, Grav, Next.js blogs",
        unsupported=("false",),
    ),
    ForeignKey(
        names=("headless", "archived", "isArchived", "ignore", "ignored", "ignorePost"),
        tools="Hugo, Hexo themes, Hashnode, Gatsby and Next.js blogs",
        unsupported=("true",),
    ),
    ForeignKey(names=("hide",), tools="Hexo and MkDocs themes", unsupported=("true", "all", "everywhere")),
    ForeignKey(names=("permalink", "url"), tools="Eleventy, Lume", unsupported=("false",)),
    ForeignKey(
        names=("deleted", "isDeleted", "trash", "trashed", "isTrashed", "removed", "isRemoved"),
        tools="content management systems",
        expires=(DAY,),
        unsupported=("true",),
        is_word=True,
    ),
    ForeignKey(
        names=(
            *("disabled", "isDisabled", "skip", "exclude", "excluded", "secret", "isSecret"),
            *("internal", "isInternal", "internalOnly", "confidential", "isConfidential", "invisible"),
            *("under_construction", "pending", "on_hold"),
        ),
        tools="custom workflows",
        unsupported=("true",),
        is_word=True,
    ),
    ForeignKey(
        names=(
            *("enabled", "isEnabled", "show", "display", "live", "isLive", "publishable", "output"),
            *("generate", "export"),
        ),
        tools="Jekyll collections, Wagtail, custom workflows",
        unsupported=("false",),
        is_word=True,
    ),
    ForeignKey(
        names=(
            *("active", "isActive", "ready", "approved", "online", "reviewed", "finished", "released"),
            *("shared", "shareable", "complete", "completed", "done", "final", "finalized", "publication"),
            *("production", "prod", "list"),
        ),
        tools="custom workflows",
        unclear=("false",),
        is_word=True,
    ),
    ForeignKey(names=("share",), tools="Enveloppe, Minimal Mistakes", possible=("false",), is_word=True),
    ForeignKey(
        names=(
            *("paid", "premium", "paywall", "restricted", "locked", "login", "members", "unfinished", "lock"),
            *("incomplete", "stub", "coming_soon", "unreleased", "not_ready", "unready", "not_done", "not_final"),
            *("hold", "paused", "queued", "suspended", "withdrawn", "classified", "proprietary"),
            *("todo", "no_share"),
        ),
        tools="custom workflows",
        unclear=("true",),
        is_word=True,
        pattern=r"(?:needs?|to|for)(?:review|edit|editing|approval|revision|work|proofreading)|(?:review|approval)needed",
    ),
    ForeignKey(
        names=("password", "passwords", "passphrase", "passcode", "pwd", "post_password"),
        tools="Hexo, VuePress, WordPress",
        unsupported=("true", ANYTHING),
        is_secret=True,
    ),
    ForeignKey(
        names=("encrypt", "encrypted"),
        tools="Hexo and Hugo themes",
        unsupported=("true", ANYTHING),
        is_secret=True,
    ),
    ForeignKey(
        names=("protected", "protect"),
        tools="Statamic",
        unsupported=("true", "password", "logged in"),
    ),
)
"""Keys that say whether a post is for readers."""

_LISTS_AND_ROBOTS = (
    ForeignKey(
        names=("unlisted",), tools="Docusaurus, Lume", unlisted=("true",), nothing=("false",), not_a_flag=(ANYTHING,)
    ),
    ForeignKey(
        names=("hideInList", "hideFromLists", "excludeFromCollections", "noList", "delisted"),
        tools="Gridea, Hashnode, custom themes",
        unlisted=("true",),
        pattern=rf"{_LEFT_OUT}{_LISTS}|(?:de|not)listed",
    ),
    ForeignKey(
        names=("listed", "discoverable", "showInLists"),
        tools="Gatsby and Next.js blogs, Lektor",
        unlisted=("false",),
        pattern=rf"{_LET_IN}{_LISTS}",
    ),
    ForeignKey(
        names=("eleventyExcludeFromCollections",), tools="Eleventy", unlisted=("true",), unsupported=(ANYTHING,)
    ),
    ForeignKey(
        names=("hiddenFromFeed", "hideFromRss", "excludeFromFeeds", "noFeed"),
        tools="FixIt, Eleventy blogs",
        unclear=("true",),
        pattern=rf"{_LEFT_OUT}{_FEEDS}",
    ),
    ForeignKey(
        names=("show_in_feed", "inRss", "feed", "rss"),
        tools="custom themes",
        unclear=("false",),
        pattern=rf"{_LET_IN}{_FEEDS}",
    ),
    ForeignKey(
        names=("hiddenFromSearch", "search_exclude", "excludeFromSearch", "noSearch"),
        tools="FixIt, Just the Docs, Sphinx",
        not_in_search=("true",),
        pattern=rf"{_LEFT_OUT}{_SEARCH}|searchexcluded?",
    ),
    ForeignKey(
        names=("search", "in_search_index", "searchable", "indexing", "pagefind"),
        tools="Zola, Minimal Mistakes, Material, Hexo, VuePress",
        not_in_search=("false", "exclude: true"),
        is_word=True,
        pattern=rf"{_LET_IN}{_SEARCH}",
    ),
    ForeignKey(
        names=("robots", "meta_robots", "googlebot"),
        tools="WordPress, Yoast, Jekyll themes",
        noindex=("noindex", "no index", "noindex …", "noindex: true", "index: false", "false"),
        directive=("none", "nofollow", "noarchive", "nosnippet", "noimageindex", "notranslate"),
    ),
    ForeignKey(
        names=("head", "meta", "metatags", "html_meta", "header-includes"),
        tools="VuePress, VitePress, Pandoc",
        noindex=(
            *("content: noindex", "content: noindex nofollow", "content: none", "robots: noindex"),
            *(
                "robots: noindex nofollow",
                "meta name robots content noindex",
                "meta name robots content noindex nofollow",
            ),
        ),
        is_word=True,
    ),
    ForeignKey(
        names=("noindex", "robotsNoIndex", "hideFromSearchEngines"),
        tools="Hugo and Jekyll themes",
        noindex=("true",),
        pattern=rf"{_LEFT_OUT}(?:searchengines?|google|robots|crawlers)",
    ),
    ForeignKey(
        names=("sitemap",),
        tools="Jekyll, Hugo, Eleventy",
        not_in_sitemap=("false", "disable: true", "ignore: true", "exclude: true"),
    ),
    ForeignKey(
        names=("sitemapExclude", "excludeFromSitemap"),
        tools="Hugo themes",
        not_in_sitemap=("true",),
        pattern=rf"{_LEFT_OUT}sitemap|sitemap(?:exclude|hide|hidden)d?",
    ),
    ForeignKey(names=("inSitemap",), tools="custom themes", not_in_sitemap=("false",), pattern=rf"{_LET_IN}sitemap"),
    ForeignKey(names=("render",), tools="Zola, Hugo", unsupported=("false", "never", "link")),
    ForeignKey(names=("build", "_build"), tools="Hugo", unsupported=("false", "never", *_NOT_SHOWN)),
    ForeignKey(
        names=("cascade",),
        tools="Hugo",
        unsupported=(
            "draft: true",
            "published: false",
            "unlisted: true",
            "headless: true",
            "hidden: true",
            "private: true",
            "draft",
            "publishdate: …",
            "expirydate: …",
            *_NOT_SHOWN,
        ),
    ),
    ForeignKey(
        names=("eleventyComputed",),
        tools="Eleventy",
        unlisted=("eleventyexcludefromcollections: true",),
        nothing=("draft: false", "eleventyexcludefromcollections: false"),
        unclear=("draft: …", "permalink: …", "eleventyexcludefromcollections: …"),
        unsupported=("permalink: false",),
    ),
)
"""Keys that leave a post out of lists, feeds, search and sitemap, or that decide whether it is rendered."""

FOREIGN_KEYS = (*_STATES, *FOREIGN_DATES, *_LISTS_AND_ROBOTS)
"""Every foreign key, in the order of the manual. The first row that matches a name counts."""
