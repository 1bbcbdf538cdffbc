"""The epoch: what besides a blog's own files decides what comes of them, as one digest.

Results of another Afterword, another Python or another version of a library are not taken for ours. Relies on installed
packages having their version in the name of their metadata's folder. Refuses to import any of them to find out.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from afterword import __version__
from afterword.digest import digest

LIBRARIES = {
    "imagesize": "imagesize",
    "jinja2": "jinja2",
    "markdown_it": "markdown_it_py",
    "markupsafe": "markupsafe",
    "mdit_py_plugins": "mdit_py_plugins",
    "pygments": "pygments",
    "yaml": "pyyaml",
}
"""The packages that the site's bytes depend on: the name to import, and the name of the distribution."""


@cache
def find_epoch() -> str:
    """The digest of everything that a cache of results must agree with."""
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    versions = [f"{name} {_find_version(name, package)}" for name, package in sorted(LIBRARIES.items())]
    return digest(__version__, python, *versions, *_identify_ourselves())


def _find_version(name: str, package: str) -> str:
    """The version in the name of a package's metadata folder; empty for one that has none."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return ""
    origin = Path(spec.origin)
    folder = origin.parent.parent if origin.name == "__init__.py" else origin.parent
    return next((name for name in _list_folder(str(folder)) if _is_metadata(name, package)), "")


def _is_metadata(name: str, package: str) -> bool:
    return name.endswith(".dist-info") and name.lower().startswith(f"{package}-")


@cache
def _list_folder(folder: str) -> tuple[str, ...]:
    return tuple(sorted(entry.name for entry in Path(folder).iterdir()))


def _identify_ourselves() -> list[bytes]:
    """What tells this Afterword from another of the same version.

    An installed one is the list of its files with their digests; one that is being worked on is its modules.
    """
    package = Path(__file__).parent
    metadata = next((name for name in _list_folder(str(package.parent)) if _is_metadata(name, "afterword")), None)
    record = package.parent / metadata / "RECORD" if metadata is not None else None
    if record is not None and record.is_file():
        return [record.read_bytes()]
    return [path.read_bytes() for path in sorted(package.rglob("*.py"))]
