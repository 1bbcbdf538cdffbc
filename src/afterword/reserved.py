"""The names that Afterword keeps for its own records, in the blog's folder and in the site's.

Relies on nothing. Refuses nothing: whoever writes or reads files refuses these names to others.
"""

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

PUBLISHED_DOT_NAMES = frozenset({".well-known", ".nojekyll"})
"""The only names in a site that begin with a dot."""
