"""The command line: `main` is what `afterword` runs."""

from afterword.cli.main import main, run

__all__ = ["main", "run"]
