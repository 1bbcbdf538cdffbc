"""Read-only queries of a blog: `afterword why` and `afterword list`."""
