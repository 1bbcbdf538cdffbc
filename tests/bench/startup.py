"""How long Afterword takes to start, beside the Python that runs it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.measure import time_command
from tests.bench.tools.afterword import COMMAND

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


def measure_startup(folder: Path) -> Startup:
    """Start both in turn, in `folder`; raises `Failed`."""
    bare, version = [], []
    for _ in range(ROUNDS):
        bare.append(time_command((sys.executable, "-c", "pass"), folder))
        version.append(time_command((*COMMAND, "--version"), folder))
    return Startup(median(bare), median(version))
