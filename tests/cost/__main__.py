"""Measures the CPU time of texts that repeat one construct, and how it grows: `python -m tests.cost [--only TEXT]`.

Prints the slowest at the largest size, and those whose time grows faster than their length. Each is measured in a
process of its own, which is ended after a minute of CPU time.
"""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import resource
import time
from dataclasses import dataclass

import click

from tests.cost.constructs import Construct, Shape, list_shapes
from tests.cost.work import process

SIZES = (25_000, 50_000, 100_000, 200_000)
LONGEST = 60
"""Seconds of CPU time after which a text is given up."""

SLOW = 2.0
"""Seconds of CPU time that the largest text may take."""

STEEP = 1.3
"""The exponent by which the time may grow with the length: 1 is linear, 2 is quadratic."""


@dataclass(frozen=True)
class Measured:
    """The CPU seconds of a shape at each size, as far as it was measured, and the length of the reports."""

    shape: Shape
    seconds: tuple[float, ...]
    reports: int

    @property
    def exponent(self) -> float:
        """By which power of the length the time grows; 0 where it takes next to no time."""
        first, last = self.seconds[0], self.seconds[-1]
        growth = SIZES[len(self.seconds) - 1] / SIZES[0]
        return math.log(last / max(first, 0.01)) / math.log(growth) if growth > 1 and last > 0.1 else 0.0

    def __str__(self) -> str:
        """A line of the report."""
        times = " ".join(f"{seconds:7.2f}" for seconds in self.seconds)
        return f"{times}   n^{self.exponent:.2f}   {self.reports:9,}   {self.shape}"


def measure(shape: Shape) -> Measured:
    """Measures a shape, in a process of its own for each size."""
    seconds: list[float] = []
    reports = 0
    for size in SIZES:
        taken, reports = _measure_apart(shape, size)
        seconds.append(taken)
        if taken >= LONGEST:
            break
    return Measured(shape, tuple(seconds), reports)


def _measure_apart(shape: Shape, size: int) -> tuple[float, int]:
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
        gc.disable()  # as in a build
        begun = time.process_time()
        reports = process(shape, size)
        os.write(sender, f"{time.process_time() - begun} {reports}".encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as stream:
        said = stream.read().split()
    os.waitpid(child, 0)
    return (float(said[0]), int(said[1])) if said else (float(LONGEST), 0)


@click.command()
@click.option("--only", default="", help="Measure only the texts whose names have this in them.")
def main(only: str) -> None:
    """Measure the CPU time of texts that repeat one construct, and how it grows with their length."""
    shapes = [shape for shape in list_shapes() if only in str(shape)]
    process(
        Shape(Construct("*a* [x](##b) [12:34]\n\n```python\na\n```\n\n"), "", has_talk=True), 1_000
    )  # loads modules
    with multiprocessing.Pool(os.cpu_count(), maxtasksperchild=100) as pool:
        measured = list(pool.imap_unordered(measure, shapes, chunksize=1))
    measured.sort(key=lambda one: one.seconds[-1], reverse=True)
    slow = [one for one in measured if one.seconds[-1] > SLOW]
    steep = [one for one in measured if one.exponent > STEEP and one not in slow]
    rest = [one for one in measured if one not in slow]
    sizes = ", ".join(f"{size:,}" for size in SIZES)
    click.echo(f"{len(measured):,} texts: CPU seconds at {sizes} characters, growth, characters of the reports")
    _tell(f"more than {SLOW:g} s", slow)
    _tell(f"grow faster than n^{STEEP:g}", steep)
    _tell("the slowest of the others", rest[:20])


def _tell(what: str, measured: list[Measured]) -> None:
    click.echo(f"\n{what}: {len(measured)}")
    for one in measured:
        click.echo(str(one))


if __name__ == "__main__":
    main()
