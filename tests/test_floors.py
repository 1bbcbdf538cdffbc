"""The map of the code holds: every module is on it, once, and imports go down, without circles.

Imports count wherever they stand: in functions, and those for types alone too.
"""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import afterword

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(afterword.__file__).parent
ENTRIES = {"__init__", "__main__"}
"""What starts the package, and belongs to no floor."""

_ROW = re.compile(r"^\| (\w+) \| (.+) \|$", re.MULTILINE)
_MODULE = re.compile(r"`([a-z_]+)/?`")


def read_floors() -> dict[str, list[str]]:
    """The floors of the map, the lowest first, with the modules on them."""
    text = (PACKAGE / "README.md").read_text()
    table = text.partition("| floor | modules |")[2].partition("\n\n")[0]
    return {floor: _MODULE.findall(modules) for floor, modules in _ROW.findall(table)}


def find_modules() -> set[str]:
    """The modules and sub-packages that there are."""
    files = {path.stem for path in PACKAGE.glob("*.py")}
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return (files | packages) - ENTRIES


def list_files(module: str) -> list[Path]:
    """The files of a module or sub-package."""
    file = PACKAGE / f"{module}.py"
    return [file] if file.exists() else sorted((PACKAGE / module).rglob("*.py"))


def find_imports(path: Path) -> Iterator[tuple[str, int]]:
    """The modules of Afterword that a file imports, wherever in it, each with the line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            names = [node.module or ""]
            if node.module == "afterword":
                names = [f"afterword.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, _, rest = name.partition(".")
            module = rest.partition(".")[0]
            if package == "afterword" and module and not module.startswith("__"):
                yield module, node.lineno


FLOORS = read_floors()
LEVELS = {module: level for level, modules in enumerate(FLOORS.values()) for module in modules}


def test_every_module_is_on_the_map_once() -> None:
    on_map = [module for modules in FLOORS.values() for module in modules]
    assert sorted(on_map) == sorted(find_modules())


@pytest.mark.parametrize("module", sorted(LEVELS))
def test_imports_go_down_only(module: str) -> None:
    up = [
        f"{path.relative_to(PACKAGE)}:{line} imports `{imported}`"
        for path in list_files(module)
        for imported, line in find_imports(path)
        if LEVELS.get(imported, 0) > LEVELS[module]  # the test above tells of what is not on the map
    ]
    assert up == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    imports = {
        module: {imported for path in list_files(module) for imported, _ in find_imports(path)} - {module}
        for module in LEVELS
    }
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle
