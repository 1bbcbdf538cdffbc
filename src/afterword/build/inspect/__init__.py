"""Lists posts and explains pages, for `afterword list` and `afterword why`."""
