"""The tables of the benchmark, in Markdown: medians, ratios, and ratios beside what they should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.bench.growth import Growth
    from tests.bench.profile import Profile
    from tests.bench.serving import Service
    from tests.bench.trials import Result

COLUMNS: Mapping[str, str] = {
    "cold": "cold",
    "unchanged": "nothing changed",
    "body": "one body edited",
    "title": "one title and tag changed",
    "memory": "peak memory",
}
"""What is measured, and what the tables call it."""


OURS: Mapping[str, str] = {"hugo-theme": "afterword-theme"}
"""The theme of Afterword that a rival is compared with, if it is not the small one."""


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio to reach: Afterword's figure divided by a rival's for the same step; `at_least` is what must be."""

    posts: int
    step: str
    rival: str
    goal: float
    at_least: float | None = None


TARGETS = (
    Target(100, "cold", "hugo", 1.2, 1.45),
    Target(100, "unchanged", "hugo", 0.2),
    Target(100, "body", "hugo", 0.5, 0.6),
    Target(100, "title", "hugo", 0.65),
    Target(100, "memory", "hugo", 0.5),
    Target(1_000, "cold", "hugo", 0.8, 0.95),
    Target(1_000, "cold", "eleventy", 0.5),
    Target(1_000, "cold", "pelican", 0.35),
    Target(1_000, "unchanged", "hugo", 0.05),
    Target(1_000, "body", "hugo", 0.1, 0.13),
    Target(1_000, "title", "hugo", 0.16),
    Target(1_000, "memory", "hugo", 0.35),
    Target(10_000, "cold", "hugo", 0.65, 0.8),
    Target(10_000, "cold", "eleventy", 0.5),
    Target(10_000, "cold", "pelican", 0.35),
    Target(10_000, "unchanged", "hugo", 0.01),
    Target(10_000, "body", "hugo", 0.02, 0.03),
    Target(10_000, "title", "hugo", 0.08),
    Target(10_000, "memory", "hugo", 0.25),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound that Afterword alone must keep: a sentence, the figure, the most that it may be, and their unit."""

    sentence: str
    figure: float
    most: float
    unit: str


def find_limits(results: Sequence[Result]) -> Iterator[Limit]:
    """What holds of the largest blogs, where they were measured."""
    found = {result.posts: result for result in results if result.tool == "afterword"}
    small, large, largest = found.get(100), found.get(10_000), found.get(100_000)
    if small is not None:
        yield Limit("100 posts, nothing changed", small.median("unchanged") * 1000, 50, " ms")
    if largest is None:
        return
    if large is not None:
        ratio = (largest.median("cold") / 100_000) / (large.median("cold") / 10_000)
        yield Limit("cold time for each of 100,000 posts, against each of 10,000", ratio, 1.3, "×")
    yield Limit("one body edited among 100,000 posts", largest.median("body"), 3, " s")
    yield Limit("peak memory with 100,000 posts", largest.peak / 1e9, 3, " GB")


SAVES = {100: 0.06, 1_000: 0.1, 10_000: 0.2}
"""The most seconds that a save may take until it is served, by the number of posts."""

SAVE_AGAINST_HUGO = 0.1


def find_service_limits(services: Sequence[Service]) -> Iterator[Limit]:
    """What holds of Afterword's server, where it was measured."""
    found = {(service.posts, service.tool): service for service in services}
    for posts, most in SAVES.items():
        ours, hugo = found.get((posts, "afterword")), found.get((posts, "hugo"))
        if ours is None:
            continue
        yield Limit(f"a save served, {posts:,} posts", ours.save * 1000, most * 1000, " ms")
        if hugo is not None and posts > 100:
            yield Limit(f"a save served, {posts:,} posts, against Hugo", ours.save / hugo.save, SAVE_AGAINST_HUGO, "×")
        if posts == 10_000:
            yield Limit("first page after a second start, 10,000 posts", ours.again, 1, " s")


def format_figure(step: str, figure: float) -> str:
    """A figure with three digits and its unit: seconds or milliseconds, or megabytes for `memory`."""
    if step == "memory":
        return f"{figure / 1e6:,.0f} MB"
    return f"{figure * 1000:.0f} ms" if figure < 1 else f"{figure:.{2 if figure < 10 else 1}f} s"


def format_ratio(ratio: float) -> str:
    """A ratio with two significant digits, at least one of them behind the point where it is below 10."""
    return f"{ratio:.3f}×" if ratio < 0.1 else f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.0f}×"


def write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose columns line up, all but the first to the right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    rule = [f"{'-' * (width - 1)}{':' if column else '-'}" for column, width in enumerate(widths)]
    return "\n".join(
        "| "
        + " | ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in (lines[0], rule, *lines[1:])
    )


def write_figures(results: Sequence[Result], titles: Mapping[str, str]) -> str:
    """The medians of one size: a row for each tool, with the fastest and slowest round."""

    def cell(result: Result, step: str) -> str:
        figure = format_figure(step, result.median(step))
        if step == "memory" or len(result.rounds) < 2:
            return figure
        low, high = min(result.seconds(step)), max(result.seconds(step))
        return f"{figure} ({format_figure(step, low)} to {format_figure(step, high)})"

    return write_table(
        ["", *COLUMNS.values()],
        ([titles[result.tool], *(cell(result, step) for step in COLUMNS)] for result in results),
    )


def write_profiles(profiles: Sequence[Profile]) -> str:
    """The CPU time of builds: a row for each thing that is worked on, the most costly first, with its share."""
    builds = [(profile.posts, step, seconds) for profile in profiles for step, seconds in profile.steps.items()]
    totals = [sum(seconds.values()) for *_, seconds in builds]

    def share(group: str, build: int) -> float:
        return builds[build][2].get(group, 0.0) / totals[build]

    def order(group: str) -> float:
        return -sum(share(group, build) for build in range(len(builds)))

    groups = sorted(dict.fromkeys(group for *_, seconds in builds for group in seconds), key=order)
    rows = [[group, *(f"{share(group, build):.0%}" for build in range(len(builds)))] for group in groups]
    return write_table(
        ["", *(f"{posts:,} posts, {COLUMNS[step]}" for posts, step, _ in builds)],
        [*rows, ["CPU time of one process", *(format_figure("cold", total) for total in totals)]],
    )


def write_growth(found: Sequence[Growth]) -> str:
    """How the time grows: a row for each case, with the time for n and the ratios of twice as much."""

    def cells(growth: Growth) -> tuple[str, ...]:
        once, twice, fourfold = growth.seconds
        ratios = (format_ratio(more / less) if less else "" for less, more in ((once, twice), (twice, fourfold)))
        return f"{growth.count:,} {growth.name}", format_figure("cold", once), *ratios

    return write_table(["n", "n", "2n against n", "4n against 2n"], map(cells, found))


def write_ratios(results: Sequence[Result], titles: Mapping[str, str]) -> str:
    """Afterword's medians of one size divided by those of each rival; empty where there is nothing to compare."""
    found = {result.tool: result for result in results}
    pairs = [(found.get(OURS.get(tool, "afterword")), other) for tool, other in found.items()]
    rows = [
        [titles[other.tool], *(format_ratio(ours.median(step) / other.median(step)) for step in COLUMNS)]
        for ours, other in pairs
        if ours is not None and not other.tool.startswith("afterword")
    ]
    return write_table(["Afterword against", *COLUMNS.values()], rows) if rows else ""


def write_services(services: Sequence[Service], titles: Mapping[str, str]) -> str:
    """How servers did, each with the fastest and slowest save; and how Afterword's compares with each other's."""
    ours = {service.posts: service for service in services if service.tool == "afterword"}

    def row(service: Service) -> tuple[str, ...]:
        first, again, save, low, high = (
            format_figure("serve", seconds)
            for seconds in (service.first, service.again, service.save, min(service.saves), max(service.saves))
        )
        own = ours.get(service.posts)
        ratio = format_ratio(own.save / service.save) if own not in (None, service) else ""
        return f"{service.posts:,} posts, {titles[service.tool]}", first, again, f"{save} ({low} to {high})", ratio

    head = ("", "first start to page", "second start to page", "save to page", "Afterword's save against it")
    return write_table(head, map(row, services))


def write_targets(results: Sequence[Result], titles: Mapping[str, str], services: Sequence[Service] = ()) -> str:
    """The targets that these results can be held against, each with what was measured and whether it was met."""
    found = {(result.posts, result.tool): result for result in results}
    rows = []
    for target in TARGETS:
        ours, rival = found.get((target.posts, "afterword")), found.get((target.posts, target.rival))
        if ours is not None and rival is not None:
            ratio = ours.median(target.step) / rival.median(target.step)
            row = (f"{target.posts:,} posts, {COLUMNS[target.step]}, against {titles[target.rival]}",)
            rows.append((*row, format_ratio(ratio), *_judge(ratio, target.goal, target.at_least, "×")))
    rows += [
        (limit.sentence, f"{limit.figure:.2f}{limit.unit}", *_judge(limit.figure, limit.most, None, limit.unit))
        for limit in (*find_limits(results), *find_service_limits(services))
    ]
    return write_table(["", "measured", "target", "met"], rows) if rows else ""


def _judge(figure: float, goal: float, at_least: float | None, unit: str) -> tuple[str, str]:
    allowed = f"{goal:g}{unit}" if at_least is None else f"{goal:g}{unit}, limit {at_least:g}{unit}"
    if figure <= goal:
        return allowed, "yes"
    return allowed, "within limit" if at_least is not None and figure <= at_least else "no"
