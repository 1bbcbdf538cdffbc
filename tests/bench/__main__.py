"""The command line of the benchmark: `python -m tests.bench`, which is `make bench`."""

from __future__ import annotations

from functools import partial
from itertools import chain, repeat
from pathlib import Path

import click

from tests.bench.document import Findings, write_document
from tests.bench.growth import measure_growth
from tests.bench.profile import profile_builds
from tests.bench.serving import EDITS, Service, run_serving
from tests.bench.startup import measure_startup
from tests.bench.tools import TOOLS
from tests.bench.tools.afterword import AFTERWORD
from tests.bench.trials import Result, install_tools, run_trials

LARGEST_SERVED = 20_000
"""Blogs with more posts are only built."""

PROFILED = 1_000
"""The builds of blogs with fewer posts than this are over before there is much to see."""

WORK = Path(".afterword/bench")
say = partial(click.echo, err=True)


def _split(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _split_numbers(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, ...]:
    numbers = [part.replace("_", "") for part in _split(context, parameter, value)]
    if not numbers or not all(number.isdecimal() and int(number) for number in numbers):
        raise click.BadParameter(f"`{value}` is not a list of numbers, as in `100,1000`")
    return tuple(map(int, numbers))


def _split_tools(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    names = _split(context, parameter, value)
    known = [tool.name for tool in TOOLS]
    if unknown := [name for name in names if name not in known]:
        raise click.BadParameter(f"`{unknown[0]}` is not one of {', '.join(known)}")
    return names


@click.command()
@click.option("--posts", default="100,1000", callback=_split_numbers, help="The sizes, with commas.")
@click.option(
    "--tools", default=",".join(tool.name for tool in TOOLS), callback=_split_tools, help="The tools, with commas."
)
@click.option(
    "--rounds", default="3,2", callback=_split_numbers, show_default=True, help="Rounds of each size, with commas."
)
@click.option("--edits", type=click.IntRange(min=0), default=EDITS, show_default=True, help="Saves for each server.")
@click.option("--growth/--no-growth", default=True, show_default=True, help="Measure how the time grows.")
@click.option("--work", type=click.Path(path_type=Path), default=WORK, show_default=True, help="Where to work.")
@click.option("--output", type=click.Path(path_type=Path), help="The Markdown file to write, besides printing it.")
def main(
    posts: tuple[int, ...],
    tools: tuple[str, ...],
    rounds: tuple[int, ...],
    edits: int,
    growth: bool,
    work: Path,
    output: Path | None,
) -> None:
    """Build the same blogs with Afterword and with others, and compare times and memory."""
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    entrants, skipped = install_tools((tool for tool in TOOLS if tool.name in tools), work / "tools", say)
    results: list[Result] = []
    services: list[Service] = []
    for count, times in zip(posts, chain(rounds, repeat(rounds[-1])), strict=False):
        taking_part = [entrant for entrant in entrants if count <= entrant.tool.largest]
        found, failed = run_trials(taking_part, count, times, work, say)
        results += found
        skipped |= failed
        if edits and count <= LARGEST_SERVED:
            serving, failed = run_serving(taking_part, count, edits, work, say)
            services += serving
            skipped |= failed
    python = next((entrant.installation.command[0] for entrant in entrants if entrant.tool is AFTERWORD), None)
    startup = measure_startup(python, work) if python else None
    profiled = [count for count in posts if PROFILED <= count <= LARGEST_SERVED] if python else []
    profiles = [profile_builds(str(python), count, work, say) for count in profiled]
    grown = measure_growth(python, work, say) if python and growth else []
    document = write_document(Findings(entrants, results, skipped, startup, services, profiles, grown))
    click.echo(document)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
