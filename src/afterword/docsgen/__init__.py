"""Generated pages of `docs/`."""
