"""Patterns of modules: each is valid, and none is compiled before it is used."""

from __future__ import annotations

import copy
import gc
import importlib
import pickle
import pkgutil
import re
import subprocess
import sys

import pytest

import afterword
from afterword.core.patterns import LazyPattern, lazy_pattern


def test_each_pattern_of_a_module_is_valid() -> None:
    for module in pkgutil.walk_packages(afterword.__path__, "afterword."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    patterns = [found for found in gc.get_objects() if type(found) is LazyPattern]
    assert len(patterns) > 300
    for pattern in patterns:
        assert pattern.groups >= 0  # type: ignore[operator]


def test_a_pattern_is_what_re_compile_returns() -> None:
    lazy, real = lazy_pattern(r"(?P<word>[a-z]+)(\d)?", re.IGNORECASE), re.compile(r"(?P<word>[a-z]+)(\d)?", re.I)
    text = "Ab1 cd e2"
    for method in ("match", "fullmatch", "search"):
        found, expected = getattr(lazy, method)(text), getattr(real, method)(text)
        assert (found and found.span()) == (expected and expected.span())
    assert [found.span() for found in lazy.finditer(text, 1)] == [found.span() for found in real.finditer(text, 1)]
    assert (lazy.findall(text), lazy.split(text)) == (real.findall(text), real.split(text))
    assert (lazy.sub("x", text, count=1), lazy.subn("x", text)) == (real.sub("x", text, count=1), real.subn("x", text))
    assert (lazy.pattern, lazy.flags, lazy.groups) == (real.pattern, real.flags, real.groups)
    assert lazy.groupindex == real.groupindex


def test_an_invalid_pattern_is_found_at_its_first_use() -> None:
    pattern = lazy_pattern("(")
    with pytest.raises(re.error):
        pattern.search("")


def test_a_pattern_can_be_copied_and_sent_to_another_process() -> None:
    for pattern in (lazy_pattern("a+", re.IGNORECASE), lazy_pattern("b")):
        pattern.search("A")
        for other in (copy.deepcopy(pattern), pickle.loads(pickle.dumps(pattern))):
            assert (other.pattern, other.flags) == (pattern.pattern, pattern.flags)


def test_loading_the_modules_of_a_build_compiles_no_patterns() -> None:
    script = """
import re, sys
compile, ours = re.compile, []
def note(*args, **named):
    name = sys._getframe(1).f_globals["__name__"]
    ours.extend([name] if name.startswith("afterword.") else [])
    return compile(*args, **named)
re.compile = note
import afterword.build.pipeline
print(sorted(set(ours)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
