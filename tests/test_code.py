"""The info strings of code blocks, in the spellings that blogs have."""

from __future__ import annotations

import pytest

from afterword.markdown.code import Info, parse_info
from afterword.markdown.options import Options
from tests.writing import ids, write


@pytest.mark.parametrize(
    ("written", "info"),
    [
        ("", Info()),
        ("python", Info("python")),
        ("c++", Info("c++")),
        ("objective-c  anything goes", Info("objective-c")),
        ("python {1,3-5}", Info("python", marked=[(1, 1), (3, 5)])),
        ("python{1,3-5}", Info("python", marked=[(1, 1), (3, 5)])),
        ('py hl_lines="1 3"', Info("py", marked=[(1, 1), (3, 3)])),
        ('py mark_lines="1 3" linenos', Info("py", numbers=True, marked=[(1, 1), (3, 3)])),
        ("py hl=2-3", Info("py", marked=[(2, 3)])),
        ('py title="a b.py"', Info("py", title="a b.py")),
        ("py title='a \"b\"'", Info("py", title='a "b"')),
        ("py filename=a.py", Info("py", title="a.py")),
        ('title="a.py"', Info(title="a.py")),
        ("py linenos", Info("py", numbers=True)),
        ("py linenos=table", Info("py", numbers=True)),
        ("py linenos=false", Info("py", numbers=False)),
        ('py linenums="7"', Info("py", numbers=True, start=7)),
        ("py linenos linenostart=10", Info("py", numbers=True, start=10)),
        ("js showLineNumbers", Info("js", numbers=True)),
        ('{.python .numberLines startFrom="5" title="a"}', Info("python", "a", numbers=True, start=5)),
        ("py&#43; a", Info("py+")),
        ('"><script>', Info()),
    ],
)
def test_info_strings(written: str, info: Info) -> None:
    assert parse_info(written) == info


@pytest.mark.parametrize(
    ("written", "unclear"),
    [
        ("py linenoss", "linenoss"),
        ("py titel=a", "titel"),
        ("py hl=x", "x"),
        ("py title", "title"),
        ("py start=x", "start"),
    ],
)
def test_what_was_probably_meant_for_an_option_is_told(written: str, unclear: str) -> None:
    assert [name for name, _, _ in parse_info(written).unclear] == [unclear]


def test_all_blocks_of_a_blog_may_have_line_numbers() -> None:
    options = Options(line_numbers=True)

    assert 'class="linenos">1  ' in write("```\na\n```", options).html
    assert "linenos" not in write("``` text linenos=no\na\n```", options).html


def test_numbers_and_marks_are_for_what_is_not_highlighted_too() -> None:
    body = write("```python {2} linenos\naaaa\nb\n```", Options(max_line=3))

    assert ids(body) == ["code-too-large"]
    assert '<span class="hll"><span class="linenos">2  </span>b\n</span>' in body.html


def test_a_range_of_lines_is_cut_to_the_code() -> None:
    body = write("``` text {2-9999999}\na\nb\n```")

    assert '<span class="hll">b\n</span>' in body.html
    assert ids(body) == ["missing-code-line"]
