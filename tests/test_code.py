"""The info strings of code blocks, in the spellings that blogs have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.markdown.context import MarkdownOptions
from afterword.markdown.fence_options import MOST_UNCLEAR, Info, parse_info
from afterword.markdown.writers.code import highlight
from tests.writing import ids, write


@pytest.mark.parametrize(
    ("written", "info"),
    [
        ("", Info()),
        ("python", Info("python")),
        ("c++", Info("c++")),
        ("objective-c", Info("objective-c")),
        ("python:app/tokens.py", Info("python", "app/tokens.py")),
        ("python:tokens.py {1}", Info("python", "tokens.py", marked=[(1, 1)])),
        ("js:title=a.js", Info("js", "a.js")),
        (":tokens.py", Info(title="tokens.py")),
        ("rust,linenos", Info("rust", numbers=True)),
        ("{python}", Info("python")),
        ("{python, linenos}", Info("python", numbers=True)),
        ("{.python #run .wide}", Info("python", id="run", classes=["wide"])),
        ("{.c++}", Info("c++")),
        ('go {linenos=inline,hl_lines=[1,"3-5"]}', Info("go", numbers=True, marked=[(1, 1), (3, 5)])),
        (r'py title="a \"b\" c"', Info("py", title='a "b" c')),
        (r"py title='it\'s'", Info("py", title="it's")),
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
        ("py&#43;", Info("py+")),
        (r"py\+", Info("py+")),
        ("js [app.js] {2}", Info("js", "app.js", marked=[(2, 2)])),
        ("js:line-numbers {1}", Info("js", numbers=True, marked=[(1, 1)])),
        ("js:line-numbers=2", Info("js", numbers=True, start=2)),
        ("js:no-line-numbers {1}", Info("js", numbers=False, marked=[(1, 1)])),
        ("js {.line-numbers}", Info("js", numbers=True)),
        ("js mark={1,3-4} startLineNumber=5", Info("js", numbers=True, start=5, marked=[(1, 1), (3, 4)])),
        ("rst lineno-start=3 emphasize-lines=2", Info("rst", numbers=True, start=3, marked=[(2, 2)])),
    ],
)
def test_info_strings(written: str, info: Info) -> None:
    assert replace(parse_info(written), offset=0) == info


@pytest.mark.parametrize(
    ("written", "unclear"),
    [
        ("py linenoss", "linenoss"),
        ("py titel=a", "titel"),
        ("py hl=x", "x"),
        ("py title", "title"),
        ("py start=x", "start"),
        ("py anything", "anything"),
        ("py theem=dark", "theem=dark"),
        ("js ins={2}", "ins={2}"),
        ("toml hide_lines=1", "hide_lines"),
        ("js [a] title=b", "title=b"),
        ("py title=a title=b", "title=b"),
        ("{.python #a #b}", "#b"),
        ("py src/a.py", "src/a.py"),
        ('py title="a b', 'title="a b'),
        (r"py title='a\'", r"title='a\'"),
        ("py {1,3", "{1,3"),
        ("{code-block} python", "python"),
        ("{python, echo=FALSE}", "echo=FALSE"),
        ('"><script>', '"><script>'),
        ("py $%@", "$%@"),
    ],
)
def test_a_part_that_is_not_understood_is_told_and_where_it_is(written: str, unclear: str) -> None:
    (part,) = parse_info(written).unclear
    assert part.written == unclear
    assert written[part.offset :].startswith(unclear)


@pytest.mark.parametrize(
    "written",
    [
        "python theme=dark",
        'go {linenos=false,anchorlinenos=true,lineAnchors=x,style="monokai"}',
        "jsx live noInline",
        "rust,no_run,editable",
        'sh copy wrap=true collapse={1-5} frame="none"',
        "python {.no-copy}",
    ],
)
def test_how_another_tool_would_show_or_run_a_block_is_ignored(written: str) -> None:
    assert parse_info(written).unclear == []
    assert ids(write(f"```{written}\na\n```")) == []


@given(st.lists(st.sampled_from(["a", "b", " title=", *".=,\"'{}[]#\\:1- "])).map("".join))
def test_no_letter_of_an_info_string_is_passed_over(written: str) -> None:
    info = parse_info(written)
    said = "".join((info.language, info.title, info.id, *info.classes, *(part.written for part in info.unclear)))
    said = said.replace("title=", "")
    assert all(said.count(letter) == written.count(letter) for letter in "ab")


def test_after_many_parts_that_are_not_understood_the_rest_is_one() -> None:
    unclear = parse_info(f"py {'x ' * 50}").unclear
    assert [part.written for part in unclear] == ["x"] * MOST_UNCLEAR + ["x " * (49 - MOST_UNCLEAR) + "x"]


def test_all_blocks_of_a_blog_may_have_line_numbers() -> None:
    options = MarkdownOptions(line_numbers=True)

    assert 'class="linenos">1  ' in write("```\na\n```", options).html
    assert "linenos" not in write("``` text linenos=no\na\n```", options).html


def test_numbers_and_marks_are_for_what_is_not_highlighted_too() -> None:
    body = write("```python {2} linenos\naaaa\nb\n```", MarkdownOptions(max_line=3))

    assert ids(body) == ["code-too-large"]
    assert '<span class="hll"><span class="linenos">2  </span>b\n</span>' in body.html


def test_a_body_says_where_its_highlighted_code_is() -> None:
    one, two, three = "'é' # <one>\n", "def two(): pass\n", "three = 3\n"
    text = (
        "# A — heading\n\n[^a] | b\n-|-\nc | d\n\n"
        f"```python\n{one}```\n\n```\nplain\n```\n\n```python linenos\nnumbered\n```\n\n- ```py\n  {two}  ```\n\n"
        f"```python\n{one}```\n\n```no-such\nx\n```\n\n[^a]: Note.\n\n    ```python\n    {three}    ```\n"
    )

    body = write(text)

    written = [(code, "py" if code is two else "python") for code in (one, two, one, three)]
    assert [body.html[code.start : code.end] for code in body.code] == [
        highlight(code, language, max_block=1000, max_line=1000).html for code, language in written
    ]
    assert len({code.made_from for code in body.code}) == 3


def test_a_range_of_lines_is_cut_to_the_code() -> None:
    body = write("``` text {2-9999999}\na\nb\n```")

    assert '<span class="hll">b\n</span>' in body.html
    assert ids(body) == ["invalid-code-line"]
