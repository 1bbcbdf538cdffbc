"""Front matter keys by which other generators date, schedule or expire a post."""

from __future__ import annotations

from afterword.core.patterns import lazy_pattern
from afterword.front_matter.visibility_effects import ANYTHING, DAY, EMPTY, LIKE_A_DATE, ForeignKey

_NOT_YET = (
    EMPTY, "false", "tbd", "tba", "tbc", "to be announced", "to be determined", "not …", "never", "none", "n a",
    "unknown", "undecided", "later", "soon", "next …", "pending", "upcoming", "draft", "unpublished",
    "unreleased", "todo",
)  # fmt: skip
"""Values of a date of publication that say that there is none yet."""

_PUBLISHED = r"(?:publish(?:ed|es|ing)?|publication|pub|releas(?:e|ed|ing)|launch(?:ed|ing)?)"
_SHOWN = r"(?:visible|visibility|display|show|shown|listed|online)"
_WHEN = r"(?:date|datetime|day|time|timestamp|at|on)"
"""Parts of the names of keys."""

OUTLET = lazy_pattern(
    r"(?:(?:in|on|at|by) )?(?!(?:Not?|Nope|Never|Soon|Later|Drafts?|Maybe|Pending|Planned|Unpublished|Tomorrow|Someday"
    r"|Tb[adc]|TB[ADC]|To[Dd]o|TODO|WIP|Wip|N/A|None|Null|On|Off|Y|N|Hidden|Private|Scheduled|Work|Yet|To|Nein|Non"
    r"|January|February|March|April|May|June|July|August|September|October|November|December|Next|After|When)\b)"
    r"[A-ZÀ-ÖØ-Þ][^\d\n]*"
)
"""The name of a paper, site or publisher, with or without a preposition."""

FOREIGN_DATES = (
    ForeignKey(names=("date", "published"), tools="Hugo, in any letter case", appears=(DAY,)),
    ForeignKey(
        names=("pubDate", "pubDatetime"),
        tools="Astro, AstroPaper, Hugo",
        appears=(DAY,),
        unclear=(EMPTY,),
        not_a_date=(LIKE_A_DATE, "false", ANYTHING),
    ),
    ForeignKey(
        names=(
            "publishedAt",
            "publishingDate",
            "dateOfPublication",
            "postDate",
            "releaseDate",
            "launchAt",
            "displayDate",
        ),
        tools="Ghost, dev.to, Next.js and Gatsby blogs, Craft, WordPress",
        appears=(DAY,),
        unclear=_NOT_YET,
        not_a_date=(LIKE_A_DATE,),
        pattern=rf"{_PUBLISHED}(?:{_WHEN}|since)|date(?:of|time)?{_PUBLISHED}|(?:display|post)date(?:time)?",
    ),
    ForeignKey(
        names=("schedule", "schedule_date", "live_at", "active_from"),
        tools="editorial workflows",
        appears=(DAY,),
        not_a_date=(LIKE_A_DATE,),
        pattern=rf"schedule(?:{_WHEN}|for)|(?:live|active)(?:from|after|since|start|starts|at)",
    ),
    ForeignKey(
        names=("scheduled", "scheduledAt", "scheduledFor", "scheduledDate"),
        tools="Eleventy and Next.js blogs",
        appears=(DAY,),
        nothing=("true", "false"),
        not_a_date=(LIKE_A_DATE, ANYTHING),
        pattern=rf"scheduled(?:{_WHEN}|for|publish|publishing|publication)",
    ),
    ForeignKey(
        names=(
            "publishDate",
            "publishAt",
            "publishAfter",
            "publishUp",
            "visibleFrom",
            "notBefore",
            "embargoUntil",
            "embargo_till",
            "hiddenUntil",
        ),
        tools="Hugo, Grav, Sanity, Joomla, editorial workflows",
        appears=(DAY,),
        not_a_date=(LIKE_A_DATE, "false", ANYTHING),
        pattern=(
            rf"{_PUBLISHED}(?:after|from|up|start|notbefore)|(?:not|dontpublish|donotpublish)before"
            rf"|{_SHOWN}(?:from|after|since|start|starts)|embargo(?:ed)?(?:{_WHEN}|until|till?|to|end|ends"
            r"|lifts?|lifted|expires|expiry)|(?:draft|hide|hidden|private|secret|hold|held|locked|unlisted"
            r"|notpublished|unpublished)(?:until|till?|before)"
        ),
    ),
    ForeignKey(
        names=("availableFrom", "availableAfter"),
        tools="editorial workflows",
        appears=(DAY,),
        not_a_date=(LIKE_A_DATE,),
        pattern=rf"(?:available|public)(?:from|after|since|start|starts|{_WHEN})|availabilitydate|dateavailable",
    ),
    ForeignKey(
        names=("embargo", "embargoed"),
        tools="editorial workflows",
        appears=(DAY,),
        nothing=("false", "none", "never", "lifted"),
        unclear=(ANYTHING,),
        unsupported=("true",),
        not_a_date=(LIKE_A_DATE,),
        is_word=True,
    ),
    ForeignKey(
        names=("goLive", "goLiveDate", "goLiveAt", "goLiveOn", "liveFrom"),
        tools="editorial workflows",
        appears=(DAY,),
        nothing=("true",),
        unsupported=("false",),
        not_a_date=(LIKE_A_DATE, ANYTHING),
    ),
    ForeignKey(
        names=("expiryDate", "unpublishDate", "expires", "expiry", "expire", "expiration", "expiresAt"),
        tools="Hugo, Grav, Craft, Next.js blogs",
        expires=(DAY,),
        nothing=("never", "none"),
        not_a_date=(LIKE_A_DATE, ANYTHING),
        pattern=rf"expir(?:e|es|ed|y|ation|ing)(?:{_WHEN}|after)",
    ),
    ForeignKey(
        names=("unpublishAt", "deletedAt", "removeAfter", "publishDown", "visibleUntil", "hide_after"),
        tools="Joomla, Strapi, Laravel and Next.js blogs, editorial workflows",
        expires=(DAY,),
        unclear=(ANYTHING,),
        not_a_date=(LIKE_A_DATE,),
        pattern=(
            rf"(?:unpublish(?:ed|ing)?|delet(?:e|ed|ion)|trash(?:ed)?|remov(?:e|ed|al)|takedown|hide)(?:{_WHEN}"
            rf"|after)|(?:{_PUBLISHED}|{_SHOWN})(?:until|till?|down|notafter)"
        ),
    ),
    ForeignKey(
        names=("unpublish",),
        tools="Next.js blogs",
        expires=(DAY,),
        nothing=("never", "none"),
        unsupported=("true",),
        not_a_date=(LIKE_A_DATE, ANYTHING),
    ),
)
