"""`docs/benchmarks.md`: what was measured and how, for readers who want to judge it or to repeat it."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
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

Written by `make bench`; the code is in `tests/bench/`. All figures come from one run on one machine, so compare the
ratios, not the seconds.
"""

_TARGETS = """\
The median of Afterword, divided by that of the other tool, if any. The limit is the highest acceptable value."""

_PROFILES = """\
The same builds of Afterword in one process, sampled every few milliseconds of CPU time. Afterword's Markdown parser,
highlighter, template engine and YAML parser are written in Python; Hugo's are compiled. The start-up time is the same
for every blog. The rest of an incremental build grows with the blog, because the build checks the timestamps of all
files and reads all posts from the cache. In a cold build, nine tenths of the time for files is spent in the operating
system, which creates a folder and a file for each page."""

_GROWTH = """\
CPU time of cold builds in one process with Afterword's own theme, for n, 2n and 4n units, minus the time for a blog
with one post. A ratio of about 2× means linear growth."""

_METHOD = """\
## Method

**The blog.** The posts are notes on talks of about 3.5 kB. They are all different, and the same on every machine. Each
post has front matter with a category and two to five tags, lists, a table, a quotation, and two of these: nested lists,
reference links, an image, formulas, raw HTML. Every third post has code. Links point to other hosts, and formulas stay
text. Each tool creates the same pages: a page for each post; the home page and a page for each tag and category, with
ten posts on each list page and a feed of the twenty newest posts in full; an archive; indexes of tags and categories;
and a sitemap. Code is highlighted with classes. The templates are equivalent in the language of each tool. Before the
timing starts, each site is checked: it must have exactly the expected pages, with the text of the posts and highlighted
code. After each edit, the affected pages are checked again.

**The tools** are installed from packages, each into a separate environment; Afterword is installed from its wheel. The
Python modules of all tools are compiled beforehand. A Python built without profile-guided optimization (PGO) is about a
sixth slower, for all tools written in Python. Two tools are missing: Zola is in none of the package registries that the
benchmark uses, and Zensical creates no feeds, lists or tag pages, so it cannot build the same site.

**The rounds.** The tools take turns, so that other load on the machine affects all of them, and each round starts with
a different tool. In a round, each tool runs four builds. Each build is a new process, timed by the wall clock from
start to exit:

- *cold*: without output and without a cache. Those of the build before are moved away and not deleted, because ext4
  creates files more slowly after many were deleted. The source files are in the cache of the operating system, because
  an untimed build runs first;
- *nothing changed*: the same build again;
- *one body edited*: a sentence is added to a post in the middle of the blog;
- *one title and tag changed*: the title and a tag of another post are changed.

**The servers** all run at the same time, and are measured in turns. A start is timed from the command to the first
response that contains the page of a post. Before the second start, the first server has built the whole site and is
stopped, and nothing is changed. Then a sentence is added to a post in the middle of the blog, and its page is requested
over HTTP every few milliseconds until it contains the sentence. Afterword renders the pages that are open in a browser
before the rest of the site.

**The figures** are medians of the rounds, with the fastest and the slowest round. *Peak memory* is measured in the
untimed cold build. On Linux, it is the memory of all processes of a tool, with shared pages counted once; on other
systems, it is the memory of the largest process.

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
        yield f"## Targets\n\n{_TARGETS}\n\n{targets}\n"
    if findings.profiles:
        yield f"## Where the time goes\n\n{_PROFILES}\n\n{write_profiles(findings.profiles)}\n"
    if findings.growth:
        yield f"## Growth\n\n{_GROWTH}\n\n{write_growth(findings.growth)}\n"
    if findings.startup is not None:
        yield _describe_startup(findings.startup)
    notes = [f"- {entrant.tool.note}." for entrant in findings.entrants if entrant.tool.note]
    yield _METHOD.format(notes="\n".join(notes))


def _describe_python() -> str:
    """Names the Python and its builder: the system, which may not record its options, or how it was configured."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.base_prefix == "/usr" and Path("/etc/os-release").exists():
        return f"Python {version} of {platform.freedesktop_os_release()['PRETTY_NAME']}"
    pgo = "with" if "--enable-optimizations" in str(sysconfig.get_config_var("CONFIG_ARGS")) else "without"
    return f"Python {version} built {pgo} PGO"


def _describe_run(findings: Findings) -> str:
    versions = dict.fromkeys(
        f"{entrant.tool.title.partition(',')[0]} {entrant.installation.version}" for entrant in findings.entrants
    )
    lines = [f"{_count_cores()} cores, {platform.system()}, {_describe_python()}. {', '.join(versions)}."]
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
        f"## Start-up\n\n`afterword --version` takes {version}, {more} more than an empty Python program "
        f"({bare}). The target is at most 20 ms more.\n"
    )


def _count_cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
