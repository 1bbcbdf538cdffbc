"""The map of the code is true: it lists every module once, and imports go down only, without circles.

Imports inside functions and for types alone count too.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import afterword

PACKAGE = Path(afterword.__file__).parent
ENTRIES = {"__init__", "__main__", "docsgen.__main__"}
"""Modules that start a package. They are not on the map."""

_ROW = re.compile(r"^\| `([a-z_.]+)` \| [^|]+ \| (.+) \|$", re.MULTILINE)
_MODULE = re.compile(r"`([a-z_.]+)`")


def read_packages() -> dict[str, list[str]]:
    """The packages of the map in their order, each with its modules as dotted names."""
    table = (PACKAGE / "README.md").read_text().partition("| package |")[2].partition("\n\n")[0]
    return {
        package: [f"{package}.{module}" for module in _MODULE.findall(modules)]
        for package, modules in _ROW.findall(table)
    }


def name_module(path: Path) -> str:
    """`site/model.py` is `site.model`, and `site/__init__.py` is `site.__init__`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


FILES = {name_module(path): path for path in sorted(PACKAGE.rglob("*.py"))}
MODULES = {module for module in FILES if not module.endswith("__init__")} - ENTRIES
PACKAGES = read_packages()
LEVELS = {package: level for level, package in enumerate(PACKAGES)}


def find_imports(path: Path) -> dict[str, int]:
    """The modules of Afterword that a file imports, each with a line that does."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            root, _, module = name.partition(".")
            if root == "afterword" and module in MODULES:
                found[module] = node.lineno
    return found


IMPORTS = {module: find_imports(FILES[module]) for module in sorted(MODULES)}


def level_of(module: str) -> int:
    """The level of a module's package; sub-packages are on the level of their package."""
    return LEVELS[module.partition(".")[0]]


def test_every_module_is_on_the_map_once() -> None:
    assert sorted(module for modules in PACKAGES.values() for module in modules) == sorted(MODULES)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_down_only(module: str) -> None:
    up = [
        f"line {line} imports `{imported}`"
        for imported, line in IMPORTS[module].items()
        if level_of(imported) > level_of(module)
    ]
    assert up == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    TopologicalSorter({module: set(imported) for module, imported in IMPORTS.items()}).prepare()


def test_a_public_class_name_stands_for_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module in sorted(MODULES):
        for node in ast.parse(FILES[module].read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(module)
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}


def test_a_package_has_no_more_than_20_files() -> None:
    sizes = {package: len(list(package.glob("*.py"))) for package in {path.parent for path in FILES.values()}}
    assert {package.name: size for package, size in sizes.items() if size > 21} == {}
