"""The faster lexers give the tokens of Pygments' own."""

from __future__ import annotations

import re

import pytest
from pygments.lexer import RegexLexer
from pygments.lexers import get_lexer_by_name

from afterword.markdown.fast.lexers import AdaptiveLexer, accelerate, find_first_characters

LANGUAGES = (
    *("bash", "c", "clojure", "common-lisp", "console", "cpp", "csharp", "css", "dart", "diff", "dockerfile"),
    *("elixir", "go", "haskell", "html", "ini", "java", "objective-c", "erlang", "javascript", "json", "julia"),
    *("kotlin", "lua", "make", "markdown", "nix"),
    *("ocaml", "perl", "php", "powershell", "pycon", "python", "r", "ruby", "rust", "scala", "sql", "swift"),
    *("toml", "typescript", "vim", "xml", "yaml", "zig"),
)

SAMPLES = (
    'def talk(minutes: int = 42) -> str:\n    """Says it."""\n    return f"{minutes!r:>4}" or None  # done\n',
    "#!/bin/sh\nset -eu\nfor file in *.md; do echo \"${file%.md}\" | tr a-z A-Z > 'out'; done\n",
    "<!doctype html>\n<p class=note>Tom &amp; <b>Jerry</b></p><script>let a = `x${1 + 2}`;</script>\n",
    'fn main() {\n    let x: Vec<u8> = vec![1, 0x2F];\n    println!("{:?}", x); // a note\n}\n',
    "SELECT name, count(*) FROM talks -- all\nWHERE year >= 2024 AND title LIKE '%état%';\n",
    'key: [1, 2.5e3, true]\n- item: |\n    text\n[section]\nname = "value" ; comment\n',
    "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-old\n+new\n",
    "\t  \n\n\x00\x7f~ ünï©ode 中文 → «»\n\\ \\\\ \"unclosed\n'",
    "class A extends B { static #x = 0n; get y() { return /[a-z]+\\/(?<n>\\d)/gi.test('é') ? 1 : 2 } }\n",
    "",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tokens_are_those_of_pygments(language: str) -> None:
    original, fast = get_lexer_by_name(language), accelerate(get_lexer_by_name(language))
    for code in (*SAMPLES, "".join(SAMPLES)):
        assert list(fast.get_tokens_unprocessed(code)) == list(original.get_tokens_unprocessed(code))


def test_regex_lexers_are_accelerated() -> None:
    assert type(accelerate(get_lexer_by_name("python"))) is not type(get_lexer_by_name("python"))
    assert isinstance(accelerate(get_lexer_by_name("python")), RegexLexer)


@pytest.mark.parametrize("language", ["c", "php"])
def test_a_lexer_that_calls_the_loop_by_name_is_accelerated(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = accelerate(get_lexer_by_name(language))
    monkeypatch.setattr(RegexLexer, "get_tokens_unprocessed", None)

    assert "".join(text for _, _, text in fast.get_tokens_unprocessed("int x = 1;\n")) == "int x = 1;\n"


def test_a_lexer_gives_the_same_tokens_before_and_after_it_is_accelerated() -> None:
    lexer = AdaptiveLexer(get_lexer_by_name("python"))

    first, *others = [list(lexer.read_tokens(SAMPLES[0])) for _ in range(20)]
    assert all(tokens == first for tokens in others)


@pytest.mark.parametrize(
    ("pattern", "characters"),
    [
        ("abc", "a"),
        ("(?:a|bc)+d", "ab"),
        ("a?b*c", "abc"),
        (r"\b(?=x)[0-3]", "0123"),
        ("(?i:a)b", None),
        ("a*", None),
        ("", None),
        (r"(a)\1", "a"),
    ],
)
def test_first_characters(pattern: str, characters: str | None) -> None:
    found = find_first_characters(re.compile(pattern))
    assert found == (None if characters is None else frozenset(characters))


def test_first_characters_in_either_case() -> None:
    assert find_first_characters(re.compile("select", re.IGNORECASE)) == frozenset("sS")
