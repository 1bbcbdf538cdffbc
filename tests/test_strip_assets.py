"""Style sheets and scripts of the theme, published without comments and needless spaces; a writer's, as they are."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tinycss2
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment

from afterword.core.fingerprints import digest_bytes
from afterword.templates.strip_assets import strip_script, strip_style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.conftest import Blog, BlogMaker

STATIC = Path(__file__).parents[1] / "static"
POST = "-- posts/2026-01-01-x.md --\n# A post\n\nText.\n"


def style_tokens(text: str) -> list[str]:
    """A style sheet in tokens, without comments; any run of white space is one space, and none beside punctuation."""
    tokens = list(_flatten(tinycss2.parse_component_value_list(text, skip_comments=True)))
    tokens = [token for token, after in pairwise((*tokens, "")) if token != " " or after not in (" ", "{} block")]
    return [token for before, token in pairwise(("", *tokens)) if token != " " or before not in (":", ",", ";", "}")]


def _flatten(tokens: Iterable[Any]) -> Iterator[str]:
    yield " "
    for token in tokens:
        inside = getattr(token, "content", getattr(token, "arguments", None))
        if token.type == "whitespace":
            yield " "
        elif inside is None:
            yield token.serialize()
        else:
            yield from (token.type, getattr(token, "name", ""), *_flatten(inside))
    yield " "


def without_spaces(text: str) -> str:
    return "".join(text.split())


def script_tokens(text: str) -> str:
    """The tokens of a script, without comments and white space."""
    tokens = JavascriptLexer().get_tokens(text)
    return without_spaces("".join(value for kind, value in tokens if not str(kind).startswith(str(Comment))))


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_the_style_sheets_of_the_theme_keep_their_rules(path: Path) -> None:
    text = path.read_text()
    stripped = strip_style(text)
    assert style_tokens(stripped) == style_tokens(text)
    assert "/*" not in stripped
    assert "\n " not in stripped


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_the_scripts_of_the_theme_keep_their_tokens(path: Path) -> None:
    text = path.read_text()
    stripped = strip_script(text)
    assert script_tokens(stripped) == script_tokens(text)
    assert not re.search(r"^\s*//|^\s+\S", stripped, re.MULTILINE)


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("a {\n  /* why */\n  color: red;\n}\n", "a{color:red;}"),
        ('a::after {\n  content: "/* no */  \\"x";\n}', 'a::after{content:"/* no */  \\"x";}'),
        ("a { background: url(//example.org/*.png) }", "a{background:url(//example.org/*.png) }"),
        ("a/* one */.b, c /* two */ d, e/* three */ f {}", "a/**/.b,c d,e f{}"),
        ("a {\n  margin:\n    calc(1px +\n      2px)\n}", "a{margin:calc(1px +\n2px)\n}"),
    ],
)
def test_a_style_sheet_loses_comments_and_needless_spaces_alone(written: str, published: str) -> None:
    assert strip_style(written).rstrip() == published


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("// one\nlet a = 1; // two\n\n  /* three */ b()\n", "let a=1;b()"),
        ('const a = "https://example.org"; // x\n', 'const a="https://example.org";'),
        ("const a = 'it\\'s /* text */';", "const a='it\\'s /* text */';"),
        ("return /[/*\"']\\/+/.test(a)", "return /[/*\"']\\/+/.test(a)"),
        ("a = b / c; // d / e\nf = (g) / 2; // '", "a=b / c;f=(g)/ 2;"),
        ("const t = `a  // b\n   ${c + d}  \\` g`; // h", "const t=`a  // b\n   ${c + d}  \\` g`;"),
        ("return/* a */b", "return b"),
        ("return /* a\n */ b", "return\nb"),
        ("const p = /\\p{M}/gu; // x", "const p=/\\p{M}/gu;"),
        ("a = b ? .5 : -1;\nc = d < !--e + ++f", "a=b?.5:-1;c=d < !--e + ++f"),
        ("for (const [a] of b) {\n  f(\n    a,\n  );\n}\nc", "for(const[a]of b){f(a,);}\nc"),
    ],
)
def test_a_script_loses_comments_and_needless_spaces_alone(written: str, published: str) -> None:
    assert strip_script(written).rstrip() == published


def find(made: Blog, pattern: str) -> tuple[str, bytes]:
    """The one file of the built site whose path matches."""
    (found,) = ((path, content) for path, content in made.tree().items() if re.fullmatch(pattern, path))
    return found


@pytest.mark.parametrize("name", ["style.css", "afterword.js"])
def test_a_file_of_the_theme_is_published_stripped_under_the_digest_of_its_bytes(blog: BlogMaker, name: str) -> None:
    made = blog(POST)
    assert made.build(strict=True).published
    stem, _, suffix = name.partition(".")
    path, content = find(made, rf"{stem}\.\w{{10}}\.{suffix}")
    assert path == f"{stem}.{digest_bytes(content)[:10]}.{suffix}"
    assert len(content) < (STATIC / name).stat().st_size
    assert f'"/{path}"' in made.page("/")


@pytest.mark.parametrize("name", ["style.css", "afterword.js", "mine.css", "mine.js", "lib/theirs.js"])
def test_a_file_of_the_blogs_own_is_published_as_it_is(blog: BlogMaker, name: str) -> None:
    own = b"/* Mine. */\n\n  a  { }\n"
    made = blog(POST).write(f"static/{name}", own)
    made.write("templates/none.html", "").write("templates/robots.txt", f"{{{{ asset('{name}') }}}}")
    assert made.build(strict=True).published
    stem, _, suffix = name.partition(".")
    assert find(made, rf"{stem}\.\w{{10}}\.{suffix}") == (f"{stem}.{digest_bytes(own)[:10]}.{suffix}", own)
    assert made.tree()[name] == own


def test_a_copy_of_a_file_of_the_theme_is_the_themes_until_it_is_changed(blog: BlogMaker) -> None:
    original = (STATIC / "style.css").read_bytes()
    made = blog(POST)
    assert made.build().published
    by_theme = find(made, r"style\.\w+\.css")
    made.write("static/style.css", original)
    assert made.build().published
    assert find(made, r"style\.\w+\.css") == by_theme
    assert made.tree()["style.css"] == original, "under its own name it is the writer's"
    made.write("static/style.css", original + b"/* Mine. */\n")
    assert made.build().published
    assert find(made, r"style\.\w+\.css")[1] == original + b"/* Mine. */\n"
    made.remove("static/style.css")
    assert made.build().published
    assert find(made, r"style\.\w+\.css") == by_theme


def test_the_script_in_the_page_is_the_one_that_its_policy_allows(blog: BlogMaker) -> None:
    from base64 import b64encode
    from hashlib import sha256

    made = blog(POST)
    assert made.build(strict=True).published
    page = made.page("/")
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert script is not None
    assert b64encode(sha256(script[1].encode()).digest()).decode() in page.replace("&#43;", "+")
