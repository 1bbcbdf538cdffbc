"""`python -m afterword` is the `afterword` command."""

from __future__ import annotations

from afterword.cli.main import main

if __name__ == "__main__":  # a process that is spawned imports this module again
    main()
