"""Generated sections of the pages in `docs/`."""
