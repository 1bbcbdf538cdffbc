"""Names that Afterword keeps for its own records, in the blog's folder and in the site, and other names with a dot."""

from __future__ import annotations

RESERVED = ".afterword"
"""What the names of Afterword's own records begin with; no file of a site has such a name."""

MANIFEST = f"{RESERVED}-manifest"
"""In a site: the list of the files that are ours."""

JOURNAL = f"{RESERVED}-journal"
"""In a site that is being changed: the list of the files that are touched."""

STAGE = f"{RESERVED}-stage"
"""In a site that is being changed: the folder in which new files wait; also the end of the name of one beside it."""

LOCK = f"{RESERVED}-lock"
"""In a site that is being changed: the file that the build holds the lock of."""

STATE = RESERVED
"""The folder of a blog that holds the cache, the preview of `serve` and crash reports; it can be deleted any time."""

PUBLISHED_DOT_NAMES = frozenset({".well-known", ".nojekyll"})
"""The only names in a site that begin with a dot."""
