"""Checks of `afterword check` in addition to the build: texts, pages, feeds, files, external links."""
