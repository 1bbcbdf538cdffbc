"""Read-only questions about a blog: `why` and `list`."""
