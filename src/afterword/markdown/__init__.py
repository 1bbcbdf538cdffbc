"""Markdown: a post's text becomes a `Body`.

`render` is the way in; `Links` is what a body may ask of the site. The modules are one for each thing that text is made
of; `parser` reads, `rendering` and `blocks` write. Relies on markdown-it-py. Refuses to read a file or to know a page.
"""

from afterword.markdown.about import About, describe_talk
from afterword.markdown.options import Options
from afterword.markdown.rendering import render
from afterword.markdown.source import Origin
from afterword.markdown.targets import FileTarget, Links, PageTarget

__all__ = ["About", "FileTarget", "Links", "Options", "Origin", "PageTarget", "describe_talk", "render"]
