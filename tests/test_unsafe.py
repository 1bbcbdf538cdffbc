"""Text from others: whatever it tries, nothing of it runs in a reader's browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import html5lib
import pytest

from afterword.markdown.context import MarkdownOptions
from tests.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterator

ELEMENTS = frozenset(
    (
        *("a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "hr", "img"),
        *("input", "li", "ol", "p", "pre", "s", "section", "span", "strong", "sup", "table", "tbody", "td", "th"),
        *("thead", "tr", "ul", "h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
ATTRIBUTES = frozenset(
    (
        *("alt", "aria-hidden", "aria-label", "checked", "class", "data-language", "data-x", "decoding", "dir"),
        *("disabled", "height", "href", "id", "lang", "loading", "rel", "role", "src", "start", "tabindex", "title"),
        *("type", "value", "width"),
    )
)
_ALLOWED_URL = re.compile(r"(?:https?://|mailto:|tel:|[/#?]|data:image/(?:png|gif|jpeg|webp)[;,])", re.IGNORECASE)

SPELLINGS = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "jAvAsCrIpT:alert(1)",
    "java\tscript:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "java&#10;script:alert(1)",
    "java&#x0a;script:alert(1)",
    "java&#0;script:alert(1)",
    "&#1;javascript:alert(1)",
    "&#x20;javascript:alert(1)",
    "&#160;javascript:alert(1)",
    "&#8203;javascript:alert(1)",
    "&#xfeff;javascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)",
    "javascript\\:alert(1)",
    "java\\script:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript:alert(1)",
    "javascript:&#97;lert(1)",
    "javascript://example.com/%0Aalert(1)",
    "vbscript:msgbox(1)",
    "VBScript:msgbox(1)",
    "livescript:a",
    "mocha:a",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:,a",
    "DATA:text/html,a",
    "blob:https://a.example/b",
    "filesystem:https://a.example/b",
    "file:///etc/passwd",
    "view-source:javascript:alert(1)",
    "intent://a#Intent;end",
    "about:blank",
    "jar:https://a.example/b!/c",
    "feed:javascript:alert(1)",
    "ms-appx:a",
    "wyciwyg://a",
]

TEMPLATES = ["[a](<{}>)", "![a](<{}>)", "[a]\n\n[a]: <{}>", "<{}>", "[a]({})", "[![a](<{}>)](<{}>)"]

OTHERS = [
    '[a](/b "c\\" onmouseover=\\"alert(1)")',
    "[a](/b 'c\" onmouseover=\"alert(1)')",
    '[a](/b "c&quot; onmouseover=&quot;alert(1)")',
    '[a](</b" onmouseover="alert(1)>)',
    "[a](/b'onmouseover='alert(1))",
    '[a](/b?"><script>alert(1)</script>)',
    '![a" onerror="alert(1)](/b.png)',
    "![a' onerror='alert(1)](/b.png)",
    "![<script>alert(1)</script>](/b.png)",
    '![a](/b.png" onerror="alert\\(1\\))',
    '![a](https://b.example/c.png "d\\" onerror=\\"alert(1)")',
    '![a](slide.png "<script>alert(1)</script>")',
    '```"><script>alert(1)</script>\na\n```',
    '```python" onclick="alert(1)\na\n```',
    "```python'onclick='alert(1)\na\n```",
    '```py title="\\"><script>alert(1)</script>"\na\n```',
    "```py title='\"><script>alert(1)</script>'\na\n```",
    '```py title="a&quot; onclick=&quot;alert(1)"\na\n```',
    "```html\n<script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
    "    </code></pre><script>alert(1)</script>",
    "`</code><script>alert(1)</script>`",
    "`` `<img src=x onerror=alert(1)>` ``",
    "![a](slide.png){onerror=alert(1)}",
    '![a](slide.png){onerror="alert(1)"}',
    '![a](slide.png){OnError="alert(1)" src="x" srcset="x"}',
    '[a](/b){onclick="alert(1)" style="color:red" href="javascript:alert(1)"}',
    '[a](/b){class="c\\" onclick=\\"alert(1)"}',
    "{onclick=\"alert(1)\" style='x'}\nText.",
    '# A {onclick="alert(1)"}',
    '# A {#b"onclick=alert(1)}',
    '# A" onclick="alert(1)',
    "# <script>alert(1)</script>",
    "# A [b](javascript:alert(1))",
    "| <script>alert(1)</script> |\n|---|\n| a |",
    '| a" onclick="alert(1) |\n|---|\n| b |',
    '[^a"onclick="alert(1)]\n\n[^a"onclick="alert(1)]: b',
    "[^<script>alert(1)</script>]\n\n[^<script>alert(1)</script>]: b",
    "[^a]\n\n[^a]: <script>alert(1)</script>",
    '> [!NOTE" onclick="alert(1)]\n> a',
    '> [!NOTE]\n> a\n{: .b onclick="alert(1)"}',
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/'onmouseover='alert(1)",
    "https://a.example/<script>alert(1)</script>",
    "javascript://www.example.com/%0Aalert(1)",
    'www.a.example"onclick="alert(1)',
    '<https://a.example/"onclick="alert(1)>',
    'a@b.example"onclick="alert(1)',
    'Term" onclick="alert(1)\n: Definition <script>alert(1)</script>',
    '- [x]" onclick="alert(1) a',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "[a]: javascript:alert(1)\n\n[a] ![a]",
    "[<script>alert(1)</script>](/b)",
    '[a](//evil.example/"onclick="alert(1))',
]

TAGS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://a.example/b.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'/>",
    "a <b onclick=alert(1)>c</b>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)>b</a></svg>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>b</a>",
    "<form action=javascript:alert(1)><button>b</button></form>",
    "<input onfocus=alert(1) autofocus>",
    "<body onload=alert(1)>",
    "<meta http-equiv=refresh content='0;javascript:alert(1)'>",
    "<link rel=stylesheet href=https://a.example/b.css>",
    "<base href=https://a.example/>",
    "<style>@import 'https://a.example/b.css'</style>",
    "<div style='background:url(javascript:alert(1))'>a</div>",
    "<details open ontoggle=alert(1)>a</details>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>a</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><script>alert(1)</script>'></noscript>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE a [<!ENTITY b '<script>'>]>",
    "<<script>alert(1)//<</script>",
    "<script\n>alert(1)</script\n>",
    "<img src=`x`onerror=alert(1)>",
    "<a\x0chref=javascript:alert(1)>b</a>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><script>alert(1)</script>",
    "<xss onpointerenter=alert(1)>a</xss>",
    "<portal src=https://a.example/>",
]

DANGERS = {
    "<p><script>a</script></p>": "<script>",
    "<img src=/a onerror=b>": "onerror=b",
    "<p style=a>b</p>": "style=a",
    '<a href="java&Tab;script:a">b</a>': "href=java\tscript:a",
    "<img src=data:text/html,a>": "src=data:text/html,a",
}
"""HTML that no text may become, each with what is found in it."""

MARKDOWN = [*(template.replace("{}", url) for template in TEMPLATES for url in SPELLINGS), *OTHERS]


@pytest.mark.parametrize(("html", "found"), DANGERS.items())
def test_what_could_run_would_be_found(html: str, found: str) -> None:
    assert list(dangers(html)) == [found]


@pytest.mark.parametrize("text", [*MARKDOWN, *TAGS, *(f"> - {tag}" for tag in TAGS)])
def test_nothing_runs_where_html_is_off(text: str) -> None:
    body = write(text, MarkdownOptions(html=False))

    assert list(dangers(body.html)) == []
    assert list(dangers(body.excerpt)) == []


@pytest.mark.parametrize("text", [text for text in MARKDOWN if not re.search(r"<[a-z/]+>|</?(?:script|img|svg)", text)])
def test_nothing_runs_that_markdown_says_where_html_is_on(text: str) -> None:
    body = write(text)

    assert list(dangers(body.html)) == []
    assert list(dangers(body.excerpt)) == []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("/img/logo.png&#32;onerror=a", "/img/logo.png onerror=a"),
        ("/img/logo.png&#9;1x,&#10;/img/logo.png&#32;2x", "/img/logo.png\t1x,\n/img/logo.png 2x"),
        ("/img/logo.png&#x20;2x,https://a.example/b&quot;c", '/img/logo.png 2x,https://a.example/b"c'),
    ],
)
def test_a_value_without_quotes_stays_one(written: str, value: str) -> None:
    body = write(f"<div><img srcset={written} alt></div>")
    (image,) = html5lib.parseFragment(body.html, namespaceHTMLElements=False).iter("img")
    assert dict(image.attrib) == {"srcset": value, "alt": ""}


@pytest.mark.parametrize("url", SPELLINGS)
def test_the_text_of_a_refused_link_stays(url: str) -> None:
    assert "words" in write(f"[words](<{url}>)", MarkdownOptions(html=False)).html


@pytest.mark.parametrize("url", ["javascript:a", "java&Tab;script:a", "&#8203;data:a", "vbscript&colon;a", "file:///a"])
def test_a_refused_link_is_an_error(url: str) -> None:
    assert [found.id for found in write(f"[words](<{url}>)").diagnostics] == ["unsafe-link"]


def dangers(html: str) -> Iterator[str]:
    """What in a page could run, load or lead somewhere that a text must not."""
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        if element.tag not in ELEMENTS:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES:
                yield f"{name}={value}"
            if name in ("href", "src") and not _ALLOWED_URL.match(value):
                yield f"{name}={value}"
