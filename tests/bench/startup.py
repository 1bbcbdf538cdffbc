"""How long Afterword takes to start, beside the Python that runs it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.measure import time_command

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 21


@dataclass(frozen=True, slots=True)
class Startup:
    """Medians, in seconds: of a Python that does nothing, and of `afterword --version`."""

    bare: float
    version: float

    @property
    def more(self) -> float:
        """What Afterword adds, in seconds."""
        return self.version - self.bare


def measure_startup(python: str, folder: Path) -> Startup:
    """Starts both in turn, in `folder`, with the Python that Afterword is installed in; raises `Failed`."""
    bare, version = [], []
    for _ in range(ROUNDS):
        bare.append(time_command((python, "-c", "pass"), folder))
        version.append(time_command((python, "-m", "afterword", "--version"), folder))
    return Startup(median(bare), median(version))
