"""Code: classes for its words, and not a character lost."""

from __future__ import annotations

import html
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexer import RegexLexer

from afterword.markdown.writers import code as module
from afterword.markdown.writers.code import Highlighted, highlight, hint_at_language


def color(code: str, language: str, *, max_block: int = 65_536, max_line: int = 2_000) -> Highlighted:
    return highlight(code, language, max_block=max_block, max_line=max_line)


def text_of(written: Highlighted) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", "", written.html))


def test_words_have_the_short_classes_of_pygments() -> None:
    assert color("def f(): # x\n", "python").html == (
        '<span class="k">def</span> <span class="nf">f</span>(): <span class="c1"># x</span>\n'
    )


@pytest.mark.parametrize("language", ["", "text", "plaintext", "TXT"])
def test_text_stays_plain(language: str) -> None:
    assert color("def <f>", language) == Highlighted("def &lt;f&gt;")


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("jsonc", "[1]"),
        ("patch", "+a\n"),
        ("cmd", "echo a"),
        ("kt", "fun a"),
        ("Python", "def a"),
        ("php", "echo 'a';"),
    ],
)
def test_languages_have_many_names(language: str, code: str) -> None:
    written = color(code, language)

    assert written.problem is None
    assert "<span" in written.html


@pytest.mark.parametrize(
    "language", ["python", "js", "html", "console", "pycon", "diff", "yaml", "bash", "c", "json", "php"]
)
@pytest.mark.parametrize(
    "code", ["", "\n", "\n\n a\n\n", "a\n  \n\tb", "\ufeffa\n", "x = '''\n\n a\n'''", "<a>&amp;\n"]
)
def test_no_character_is_lost(language: str, code: str) -> None:
    assert text_of(color(code, language)) == code


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["python", "js", "html", "console", "diff", "css", "sql", "rust", "markdown"]),
    st.text(st.sampled_from("ab1 \n\t\"'`<>&/*#-=+$(){}[]\\;:.@é日"), max_size=60),
)
def test_no_character_of_any_text_is_lost(language: str, code: str) -> None:
    written = color(code, language)

    assert text_of(written) == code
    for line in written.html.split("\n"):
        assert line.count("<span") == line.count("</span>")


def test_an_unknown_language_is_plain_and_said() -> None:
    written = color("a", "pyhton")

    assert written.html == "a"
    assert written.problem is not None
    assert written.problem.id == "unknown-language"
    assert hint_at_language("pyhton") == "did you mean `python`?"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("é" * 6, "code block of 12 bytes is not highlighted: the limit is 10"),
        ("abcdef\ng", "code line of 6 characters is not highlighted: the limit is 5"),
    ],
)
def test_what_is_too_large_is_plain_and_said(code: str, said: str) -> None:
    written = color(code, "python", max_block=10, max_line=5)

    assert written.html == code
    assert written.problem is not None
    assert (written.problem.id, written.problem.message) == ("code-too-large", said)


class Failing(RegexLexer):
    """A lexer with a fault."""

    tokens = {"root": []}  # noqa: RUF012 - as Pygments has it

    def get_tokens_unprocessed(self, text: str, _stack: object = ()) -> object:  # type: ignore[override]
        raise RuntimeError(text)


class Losing(RegexLexer):
    """A lexer that leaves out what it reads."""

    tokens = {"root": []}  # noqa: RUF012 - as Pygments has it

    def get_tokens_unprocessed(self, _text: str, _stack: object = ()) -> object:  # type: ignore[override]
        return iter(())


@pytest.mark.parametrize("lexer", [Failing, Losing])
def test_what_a_lexer_cannot_read_is_plain_and_said(lexer: type[RegexLexer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_find_lexer", lambda _name: lexer())
    written = color("a < b", "broken")

    assert written.html == "a &lt; b"
    assert written.problem is not None
    assert written.problem.id == "highlighter-failed"


def test_pygments_waits_for_a_block_with_a_language() -> None:
    program = (
        "import sys; from afterword.markdown.writers.code import highlight as h\n"
        "h('a', 'text', max_block=9, max_line=9); assert 'pygments' not in sys.modules\n"
        "h('a', 'c', max_block=9, max_line=9); assert 'pygments' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
