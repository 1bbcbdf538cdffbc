"""`docs/benchmarks.md`: what was measured and how, for readers who want to judge it or to repeat it."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.report import (
    format_figure,
    write_figures,
    write_growth,
    write_profiles,
    write_ratios,
    write_services,
    write_targets,
)
from tests.bench.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.bench.growth import Growth
    from tests.bench.profile import Profile
    from tests.bench.serving import Service
    from tests.bench.startup import Startup
    from tests.bench.trials import Entrant, Result

TITLES = {tool.name: tool.title for tool in TOOLS}

_HEAD = """\
# Benchmarks

Written by `make bench`; the code is in `tests/bench/`. All figures are of one run on one machine, so read the ratios
rather than the seconds.
"""

_PROFILES = """\
The same builds of Afterword's in one process, looked at every few milliseconds of its CPU time. The Markdown parser,
the highlighter, the template engine and the YAML reader are in Python, where Hugo's are compiled; what starting costs
is the same for every blog, and what an edit costs beyond that grows with the blog: all stamps are looked at, and all
posts are read from what is remembered. Of what files take in a cold build, nine tenths are the system's, which creates
a folder and a file for each page."""

_GROWTH = """\
CPU time of cold builds in one process, in Afterword's own theme, with n, 2n and 4n of one thing, less the time for a
blog with one post. At most 2× is linear."""

_METHOD = """\
## How it is measured

**The blog.** Posts of about 3.5 kB in the shape of notes on talks, all different, the same on every machine: front
matter with a category and two to five tags, lists, a table, a quotation, code in every third, and in each post two of
these: nested lists, reference links, an image, formulas, raw HTML. Links lead to other hosts, and formulas stay text.
From the posts, each tool makes the same pages: a page for each post, the home page and one for each tag and category
by tens, each of those with a feed of its twenty newest posts in full, an archive, indexes of tags and categories, a
sitemap, and code highlighted with classes. The templates say the same in the language of each tool. Before anything is
timed, each site is checked: it must have exactly the expected pages, with the posts' text in them and the code
highlighted. After each edit, the pages that must show it are checked again.

**The tools** are installed from packages, each into an environment of its own: Afterword from its wheel. Python's
modules are compiled beforehand, for all tools alike. A Python that was built without profile-guided optimization (PGO)
is slower by about a sixth, for all tools in Python alike. Two tools are missing: Zola is in none of the package
registries that the benchmark uses, and Zensical makes no feeds, no lists and no pages of tags, so it cannot build the
same site.

**The rounds.** The tools take turns, so that what else the machine does hits all of them, and in each round another one
begins. A round of a tool is four builds, each a new process timed by the wall clock from start to exit:

- *cold*: no output, and nothing remembered from former builds. The files themselves are in the system's cache, because
  one build went before that is not timed;
- *nothing changed*: the same build again;
- *one body edited*: a sentence added to a post from the middle of the blog;
- *one title and tag changed*: of another post.

**The servers** run all at once, and take turns. A start is timed from the command to the first answer with a post's
page; before the second one, the first server had built the whole site, was ended, and nothing changed. Then a sentence
is written into a post from the middle of the blog, and its page is asked for over HTTP, every few milliseconds, until
the sentence is in it. Afterword renders the pages that are open in a browser before the rest of the site.

**The figures** are medians of the rounds, with the fastest and the slowest. *Peak memory* is that of the untimed cold
build, in all processes of a tool at once, with shared pages counted once (on Linux; elsewhere that of the largest one).

**Where the tools differ:**

{notes}
"""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run of the benchmark found: who took part, the results, which tools were left out and why; how long
    `afterword` takes to start, how servers did, and where the time of its own builds goes."""

    entrants: Sequence[Entrant]
    results: Sequence[Result]
    skipped: Mapping[str, str]
    startup: Startup | None
    services: Sequence[Service] = ()
    profiles: Sequence[Profile] = ()
    growth: Sequence[Growth] = ()


def write_document(findings: Findings) -> str:
    """The whole document."""
    return "\n".join(_write_parts(findings))


def _write_parts(findings: Findings) -> Iterator[str]:
    yield _HEAD
    yield _describe_run(findings)
    for count in dict.fromkeys(result.posts for result in findings.results):
        yield _describe_size(count, [result for result in findings.results if result.posts == count])
    if findings.services:
        yield f"## Serving\n\n{write_services(findings.services, TITLES)}\n"
    if targets := write_targets(findings.results, TITLES, findings.services):
        yield f"## What is aimed for\n\nAfterword's median divided by that of the other, or alone:\n\n{targets}\n"
    if findings.profiles:
        yield f"## Where the time goes\n\n{_PROFILES}\n\n{write_profiles(findings.profiles)}\n"
    if findings.growth:
        yield f"## Growth\n\n{_GROWTH}\n\n{write_growth(findings.growth)}\n"
    if findings.startup is not None:
        yield _describe_startup(findings.startup)
    notes = [f"- {entrant.tool.note}." for entrant in findings.entrants if entrant.tool.note]
    yield _METHOD.format(notes="\n".join(notes))


def _describe_run(findings: Findings) -> str:
    python = ".".join(map(str, sys.version_info[:3]))
    versions = dict.fromkeys(
        f"{entrant.tool.title.partition(',')[0]} {entrant.installation.version}" for entrant in findings.entrants
    )
    pgo = "with" if "--enable-optimizations" in str(sysconfig.get_config_var("CONFIG_ARGS")) else "without"
    lines = [f"{_count_cores()} cores, {platform.system()}, Python {python} built {pgo} PGO. {', '.join(versions)}."]
    lines += [f"{title} was left out: {reason}." for title, reason in findings.skipped.items()]
    return "\n\n".join(lines) + "\n"


def _describe_size(count: int, results: Sequence[Result]) -> str:
    rounds = len(results[0].rounds)
    parts = [
        f"## {count:,} posts",
        f"Medians of {rounds} rounds:" if rounds > 1 else "One round:",
        write_figures(results, TITLES),
        write_ratios(results, TITLES),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _describe_startup(startup: Startup) -> str:
    version, more, bare = (format_figure("start", figure) for figure in (startup.version, startup.more, startup.bare))
    return (
        f"## Starting\n\n`afterword --version` takes {version}, {more} more than a Python that does nothing "
        f"({bare}); at most 20 ms more is aimed for.\n"
    )


def _count_cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
