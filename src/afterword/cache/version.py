"""The version of the cache: a digest of Afterword's modules, Python and the libraries that the output depends on.

The cache is discarded if it changes. Library versions are read from the names of metadata folders, without an import.
"""

from __future__ import annotations

import sys
from binascii import b2a_base64
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from afterword import __version__
from afterword.core.fingerprints import digest

LIBRARIES = {
    "imagesize": "imagesize",
    "jinja2": "jinja2",
    "markdown_it": "markdown_it_py",
    "markupsafe": "markupsafe",
    "math_core": "math_core",
    "mdit_py_plugins": "mdit_py_plugins",
    "msgspec": "msgspec",
    "PIL": "pillow",
    "pygments": "pygments",
    "yaml": "pyyaml",
}
"""Libraries that the output or cached values depend on: import name and distribution name."""


@cache
def cache_version() -> str:
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    versions = [f"{name} {_find_version(name, package)}" for name, package in sorted(LIBRARIES.items())]
    return digest(__version__, python, *versions, *_identify_ourselves())


def _find_version(name: str, package: str) -> str:
    """Returns the name of a library's metadata folder, which contains its version; empty if there is none."""
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


def _identify_ourselves() -> list[str]:
    """Returns our modules, each with its digest, because a change need not change the version number.

    They are written as in the RECORD file of an installed package, which is used if it exists. So a source checkout and
    a wheel built from it have the same version.
    """
    package = Path(__file__).parents[1]
    metadata = next((name for name in _list_folder(str(package.parent)) if _is_metadata(name, "afterword")), None)
    record = package.parent / metadata / "RECORD" if metadata is not None else None
    if record is not None and record.is_file():
        return sorted(filter(_is_module, record.read_text(encoding="utf-8").splitlines()))
    modules = (path for suffix in ("*.py", "*.json") for path in package.rglob(suffix))
    return sorted(_describe_module(path, package.parent) for path in modules)


def _is_module(line: str) -> bool:
    """Returns whether a line of RECORD is a module of ours. Scripts and metadata depend on the installation."""
    return line.startswith("afterword/") and (".py,sha256=" in line or ".json,sha256=" in line)


def _describe_module(module: Path, folder: Path) -> str:
    """Returns the line of a module in RECORD: path, SHA-256 in URL-safe Base64 without padding, size in bytes.

    Source: "Recording installed projects" in the Python Packaging User Guide.
    """
    from hashlib import sha256  # with OpenSSL, and only for a source checkout

    content = module.read_bytes()
    digest_text = b2a_base64(sha256(content).digest(), newline=False).decode().translate(_URL_SAFE)
    return f"{module.relative_to(folder).as_posix()},sha256={digest_text},{len(content)}"


_URL_SAFE = str.maketrans("+/", "-_", "=")
