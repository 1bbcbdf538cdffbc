"""A Jekyll folder with every form that Jekyll's semantics have: URLs, feed ids, terms, ids and words are Jekyll's.

`data/jekyll/blog` is the folder, and `data/jekyll/expected.json` what Jekyll makes of it.
"""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from afterword.cache.memoize import Memo
from afterword.cli.main import run
from afterword.importers.jekyll import blog as jekyll_blog
from afterword.importers.jekyll import kramdown
from afterword.importers.jekyll.blog import import_jekyll
from tests.conftest import TODAY, fill

DATA = Path(__file__).parent / "data/jekyll"
EXPECTED = json.loads((DATA / "expected.json").read_text())
ATOM = "{http://www.w3.org/2005/Atom}"

HIDDEN = ("script", "style", "button", "math", "figcaption")
BLOCKS = re.compile("p|div|li|h[1-6]|pre|tr|td|th|blockquote|[uo]l|table|figure|d[dlt]|section|br|article|aside")
VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "wbr"))
FORMULA = re.compile(r"\$\$.*?\$\$|\\\(.*?\\\)", re.DOTALL)


class Words(HTMLParser):
    """Collects the visible text of a post, and the ids of its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.headings: list[str] = []
        self._open: list[str] = []
        self._hidden: list[int] = []
        self._start: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if self._start is None and ("prose" in classes or tag == "main"):
            self.text.clear()
            self._start = len(self._open) if "prose" in classes else None
        if BLOCKS.fullmatch(tag):
            self.text.append(" ")
        if tag in VOID:
            return
        if tag in HIDDEN or {"anchor", "toc", "linenos"} & set(classes):
            self._hidden.append(len(self._open))
        if re.fullmatch("h[1-6]", tag) and given.get("id") and self._start is not None:
            self.headings.append(given["id"] or "")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag not in self._open:
            return
        while self._open and self._open.pop() != tag:
            pass
        if self._hidden and self._hidden[-1] >= len(self._open):
            self._hidden.pop()
        if self._start is not None and len(self._open) <= self._start:
            self._hidden.append(-1)  # the post ends here
        if BLOCKS.fullmatch(tag):
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden and "script" not in self._open:
            self.text.append(data)


def read_words(html: str) -> tuple[str, list[str]]:
    words = Words()
    words.feed(html)
    return tidy("".join(words.text)), words.headings


def tidy(text: str) -> str:
    return " ".join(FORMULA.sub(" ", text).replace("↩\ufe0e", "").replace("↩", "").split())


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jekyll") / "blog"
    shutil.copytree(DATA / "blog", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", TODAY)
        assert run(["build", "-s", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("path", EXPECTED["posts"])
def test_a_post_has_jekylls_url_words_and_heading_ids(blog: Path, path: str) -> None:
    expected = EXPECTED["posts"][path]
    words, headings = read_words((blog / "site" / expected["file"]).read_text())
    assert words == tidy(expected["words"])
    assert headings == expected["headings"]


@pytest.mark.parametrize("path", EXPECTED["pages"])
def test_a_page_has_jekylls_url_and_words(blog: Path, path: str) -> None:
    expected = EXPECTED["pages"][path]
    text = (blog / "site" / expected["file"]).read_text()
    words = " ".join(text.split()) if path.endswith(".css") else read_words(text)[0]
    assert words == tidy(expected["words"])


def test_feed_entries_have_jekylls_ids_and_terms(blog: Path) -> None:
    found = {}
    for entry in ElementTree.parse(blog / "site/feed.xml").getroot().iter(f"{ATOM}entry"):
        name = unquote(entry.findtext(f"{ATOM}id") or "").removeprefix("https://me.example/blog")
        found[name] = {category.get("term") for category in entry.iter(f"{ATOM}category")}
    posts = [post for path, post in EXPECTED["posts"].items() if "_posts/" in path]
    assert found == {unquote(post["id"]): set(post["terms"]) for post in posts}


@pytest.mark.parametrize("path", [*EXPECTED["redirects"], *EXPECTED["files"]])
def test_redirects_and_files_are_where_jekyll_has_them(blog: Path, path: str) -> None:
    assert (blog / "site" / path).is_file()


@pytest.mark.parametrize("word", ["Hidden.", "Excluded.", "A draft.", "Not published.", "Without a date it is no post"])
def test_what_jekyll_does_not_publish_is_not_published(blog: Path, word: str) -> None:
    assert not [page for page in (blog / "site").rglob("*.html") if word in page.read_text()]


def test_what_is_lost_is_in_one_line(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["build", "-s", str(blog)])
    told = capsys.readouterr().err
    lost = ("_posts/notes.md", "assets/main.scss", "index.html")
    assert [name for name in lost if name not in told] == []
    for form in ("missing-title", "toc-marker", "unsupported-liquid"):
        assert form not in told


def test_list_names_the_files_of_the_folder(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "-s", str(blog)]) == 0
    told = capsys.readouterr().out
    for path in ("movies/horror/_posts/2014-03-01-film.md", "_talks/first.md", "about.md"):
        assert f"({path})" in told
    run(["list", "drafts", "-s", str(blog)])
    assert "_drafts/idea.md" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("about.md", "`about.html` is the page /blog/about.html\n  from: `about.md`"),
        ("_posts/2014-01-02-plain.md", "from: `_posts/2014-01-02-plain.md`"),
        ("assets/x.svg", "`assets/x.svg` is copied"),
        ("index.html", "`index.html` is not in the site: not imported: home page"),
        ("secret/page.md", "`secret/page.md` is not in the site: Jekyll does not publish it"),
    ],
)
def test_why_knows_the_files_of_the_folder(
    blog: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, target: str, told: str
) -> None:
    monkeypatch.chdir(blog)
    assert run(["why", target]) == 0
    assert told in capsys.readouterr().out


def test_doctor_and_the_record_of_urls_work_in_the_folder(
    blog: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(DATA / "blog", copy := tmp_path / "blog")
    run(["doctor", "-s", str(copy)])
    assert "settings: from Jekyll" in capsys.readouterr().out
    assert run(["urls", "--accept", "-s", str(copy)]) == 0
    assert "(_posts/2014-01-05-tags-as-text.md)" in capsys.readouterr().out
    recorded = (copy / "afterword.lock").read_text()
    assert "/2014/01/02/plain.html https://me.example/blog/2014/01/02/plain _posts/2014-01-02-plain.md\n" in recorded
    assert " posts/" not in recorded
    (copy / "_posts/2014-01-02-plain.md").unlink()
    run(["urls", "-s", str(copy)])
    assert "lost-url" in capsys.readouterr().err


def test_the_record_of_urls_has_the_paths_of_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    shutil.copytree(DATA / "blog", blog := tmp_path / "blog")
    run(["urls", "--accept", "-s", str(blog)])
    recorded = (blog / "afterword.lock").read_text()
    (blog / "_posts/2014-02-20-new.md").write_text("---\ntitle: New\n---\nText.\n")
    assert run(["build", "-s", str(blog)]) == 0
    assert not (blog / "site/afterword.lock").exists()
    added = set((blog / "afterword.lock").read_text().split("\n")) - set(recorded.split("\n"))
    assert added == {"/2014/02/20/new.html https://me.example/blog/2014/02/20/new _posts/2014-02-20-new.md"}
    (blog / "_posts/2014-02-20-new.md").write_text("---\ntitle: New\npublished: false\n---\nText.\n")
    run(["build", "-s", str(blog)])
    assert "would be removed: `_posts/2014-02-20-new.md` is a draft" in capsys.readouterr().err
    assert run(["import", "jekyll", str(blog), "--to", str(tmp_path / "new")]) == 0
    moved = (tmp_path / "new/afterword.lock").read_text()
    assert "/2014/01/02/plain.html https://me.example/blog/2014/01/02/plain posts/2014-01-02-plain.md\n" in moved
    assert not (tmp_path / "new/static/afterword.lock").exists()


def test_places_are_those_of_the_original_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    text = "---\ntitle: Film\n---\n{% comment %}\none\ntwo\n{% endcomment %}\n\n[Dead](nowhere.md)\n"
    (tmp_path / "movies/_posts").mkdir(parents=True)
    (tmp_path / "_config.yml").write_text("title: T\n")
    (tmp_path / "movies/_posts/2014-03-01-film.md").write_text(text)
    run(["build", "-s", str(tmp_path)])
    assert "2014-03-01-film.md:9:8" in capsys.readouterr().err


TEXT = (
    "plain\n",
    "{% include note.md text='n' %} {% include_relative part.md %}\n",
    "{% for t in site.data.talks %}{{ t.title }}{% endfor %} {{ site.greeting }}\n",
    "[a]({% post_url 2014-01-02-plain %}) {% link about.md %} {{ page.url }} $$x$$\n",
    "{% for post in site.posts %}{{ post.title }}{% endfor %}\n",
)
MATTER = ("title: T\n", "title: U\nredirect_from: [/one/, /two/]\n", "redirect_from: /one/\n", "date: 2014-05-01\n")


def edit_at_random(blog: Path, random: Random) -> None:
    """Changes, adds or removes a text, an include, data, a layout or a setting."""
    text = f"---\n{random.choice(MATTER)}---\n{random.choice(TEXT)}"
    path, content = random.choice(
        [
            *((f"_posts/2014-05-0{random.randint(1, 4)}-new.md", text) for _ in range(4)),
            *((f"{name}.md", text) for name in ("about", "contact", "sub/page", "movies/_posts/2014-01-01-m")),
            ("_posts/2014-01-02-plain.md", text),
            ("_posts/part.md", random.choice(TEXT)),
            ("_includes/note.md", random.choice(TEXT)),
            (
                "_data/talks.yml",
                random.choice(["- {title: A}\n", "- {title: B}\n- {title: C}\n", "[", "true\n", "1\n"]),
            ),
            ("_data/sub/more.json", random.choice(["[1]", "{"])),
            ("_layouts/post.html", random.choice(["mathjax", "x"])),
            ("api.json", random.choice([text, "{}"])),
            ("_config.yml", f"title: {random.choice('AB')}\ngreeting: {random.choice(['1', 'true'])}\n"),
        ]
    )
    file = blog / path
    if random.random() < 0.2 and path != "_config.yml":
        file.unlink(missing_ok=True)
    else:
        fill(blog, {path: content})


@pytest.mark.parametrize("seed", range(2))
def test_an_import_of_what_has_changed_is_equal_to_a_whole_one(tmp_path: Path, seed: int) -> None:
    shutil.copytree(DATA / "blog", blog := tmp_path / "blog")
    memo, random = Memo(), Random(seed)
    for _ in range(30):
        edit_at_random(blog, random)
        assert repr(import_jekyll(blog, memo)) == repr(import_jekyll(blog))


def test_an_import_translates_only_what_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(DATA / "blog", blog := tmp_path / "blog")
    import_jekyll(blog, memo := Memo())
    translated: list[str] = []
    kept = kramdown.translate_kramdown

    def translate(text: str, *, parses_html: bool) -> str:
        translated.append(text)
        return kept(text, parses_html=parses_html)

    monkeypatch.setattr(jekyll_blog, "translate_kramdown", translate)
    import_jekyll(blog, memo)
    assert translated == []
    (blog / "about.md").write_text("---\ntitle: About\n---\nChanged.\n")
    import_jekyll(blog, memo)
    assert translated == ["Changed.\n"]
    (blog / "_includes/note.md").write_text("Changed, too.\n")
    import_jekyll(blog, memo)
    assert len(translated) == 2


def test_further_list_pages_are_where_jekyll_has_them(blog: Path) -> None:
    assert (blog / "site/page2/index.html").is_file()
    assert not (blog / "site/page").exists()
    assert 'href="/blog/page2/"' in (blog / "site/index.html").read_text()


DATED = {
    "_posts/2015-03-09-Hello_World's ü.md": "date: 2015-03-09 05:06:07\ncategories: [Work 2, Über]\n",
    "work/_posts/2016-12-31-b.md": "slug: Bee Sl_ug\n",
    "_posts/2017-01-01-C.-v1.2.md": "layout: post\n",
    "_talks/t.md": "layout: post\n",
    "sub/p.md": "layout: post\n",
    "sub/index.md": "layout: post\n",
}
PERMALINKS = json.loads((DATA / "permalinks.json").read_text())


@pytest.mark.parametrize("permalink", PERMALINKS)
def test_each_style_and_placeholder_gives_jekylls_urls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], permalink: str
) -> None:
    config = f"collections: {{talks: {{output: true}}}}\npermalink: {json.dumps(permalink)}\n"
    texts = {path: f"---\ntitle: T\n{keys}---\nText.\n" for path, keys in DATED.items()}
    fill(tmp_path, {"_config.yml": config, **texts})
    assert run(["list", "--format", "json", "-s", str(tmp_path)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {row["path"]: row["url"] for row in listed} == PERMALINKS[permalink]


def build_folder(folder: Path, files: dict[str, str]) -> Path:
    assert run(["build", "-s", str(fill(folder, files))]) == 0
    return folder / "site"


def test_a_loop_over_a_collection_writes_its_documents(tmp_path: Path) -> None:
    loop = "{% for talk in site.talks %}\n- [{{ talk.title }}]({{ talk.url }})\n{% endfor %}\n"
    files = {
        "_config.yml": "collections:\n  talks:\n    output: true\n    permalink: /t/:name/\n",
        "_talks/b.md": "---\ntitle: Beta\n---\nText.\n",
        "_talks/a.md": "---\ntitle: Alpha\n---\nText.\n",
        "_talks/c.md": "---\ntitle: Secret\npublished: false\n---\nText.\n",
        "_posts/2024-01-02-list.md": f"---\ntitle: List\n---\n{loop}",
    }
    page = (build_folder(tmp_path, files) / "2024/01/02/list.html").read_text()
    assert re.findall(r'<a href="(/t/[^"]*)">(\w+)</a>', page)[:2] == [("/t/a/", "Alpha"), ("/t/b/", "Beta")]
    assert "Secret" not in page


def test_what_is_no_error_in_jekyll_is_none_here(tmp_path: Path) -> None:
    matter = "archived: true\nhidden: true\nredirect_from: ['/a:b/', /old/]"
    site = build_folder(tmp_path, {"_config.yml": "", "_posts/2024-01-02-a.md": f"---\n{matter}\n---\nText.\n"})
    assert (site / "2024/01/02/a.html").is_file()
    assert (site / "old/index.html").is_file()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## A--b", '<h2 id="ab">A–b'),
        ("A---b\n=====", '<h1 id="ab">A—b'),
        ("## A\u200a—\u200ab", '<h2 id="ab">'),
        ("## `a--b` -- c", '<h2 id="a--b--c">'),
        ("[a](https://x.example/b_(c\\)#d)", 'href="https://x.example/b_(c)#d"'),
        ('The "base"[^1].\n\n[^1]: Note.', "The “base”"),
        ('Two "if"s.', "Two “if”s."),
        (
            "1. a\n* b\n  * c\n1. d",
            "<li>a\n<ul>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ol>",
        ),
        ("(\\__FILE__, etc) and `\\__x__`", "<p>(__FILE__, etc) and <code>\\__x__</code></p>"),
        ("\\**two words** and \\__init", "<p>**two words** and __init</p>"),
        ("\\***x*** \\*y* \\_z_", "<p>*<strong>x</strong>* *y* _z_</p>"),
        ("the <script> tag, `<title>` and *more*", "the &lt;script&gt; tag, <code>&lt;title&gt;</code> and <em>more"),
        ("a <textarea>y</textarea>", "<textarea>y</textarea>"),
        ("**很好！**当时", "<p><strong>很好！</strong>当时</p>"),
        ("a | b\n--- | ---\nc | d\n--- | ---\ne | f\n", "<td>d</td>\n</tr>\n<tr>\n<td>e</td>"),
        ("It's <<good>>, a << b, `<<x>>`.", "It’s «good», a « b, <code>&lt;&lt;x&gt;&gt;</code>."),
        ("<script>\nx = 1 << 2;\n</script>", "x = 1 << 2;"),
        ("break\\\\\nend", "break<br>\nend"),
        ("$$\na \\\\\nb\n$$", "a \\\\\nb"),
        ("| a | b |\n|---|---|\n| 1 | `x|y` |", "<td><code>x|y</code></td>"),
        ("a\n\n5) b\n6) c\n\n- 1) d", "<p>5) b\n6) c</p>\n<ul>\n<li>1) d</li>\n</ul>"),
        ("<div>\n5) a\n</div>\n\n    5) b", "<div>\n5) a\n</div>"),
        ("a ==b== `==c==` <i id='==d=='>==e==</i> $x==y==z$", "a ==b== <code>==c==</code> <i id='==d=='>==e==</i>"),
        ("[==a==](https://x.example/?a==&b==)", '?a==&amp;b==" rel="noopener noreferrer">==a==</a>'),
        ("{% raw %}\\{% a %}{% endraw %}", "<p>{% a %}</p>"),
        ("https://x.example/?a==&b==", ">https://x.example/?a==&amp;b==</a>"),
        ("{::nomarkdown}*a* <b title='*'>_b_</b>{:/} *c*", "*a* <b title='*'>_b_</b> <em>c</em>"),
        ("{::nomarkdown}\n<div>\n*a*\n\n[b]\n</div>\n{:/nomarkdown}", "<div>\n*a*\n[b]\n</div>"),
        ("10. a\n- b\n\ntext", '<ol start="10">\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>'),
    ],
)
def test_markup_is_read_as_in_kramdown(tmp_path: Path, text: str, expected: str) -> None:
    files = {"_config.yml": "", "_posts/2024-01-02-a.md": f"---\ntitle: T\n---\n{text}\n"}
    assert expected in (build_folder(tmp_path, files) / "2024/01/02/a.html").read_text()


def test_raw_liquid_is_text_without_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "{% raw %}Write {% if x %} and {{ page.x }}, `{% for %}`, $\\frac{{a}}{b}$.\n\n<i title='{{ page.y }}'></i>\n"
        "{% endraw %}\n<pre>{% raw %}{% if z %}{% endraw %}</pre>\n"
    )
    files = {"_config.yml": "", "_posts/2024-01-02-a.md": f"---\ntitle: T\n---\n{text}"}
    html = (build_folder(tmp_path, files) / "2024/01/02/a.html").read_text()
    assert "<p>Write {% if x %} and {{ page.x }}, <code>{% for %}</code>, $\\frac{{a}}{b}$.</p>" in html
    assert "<i title='{{ page.y }}'></i>" in html
    assert "<pre>{% if z %}</pre>" in html
    assert "unsupported-liquid" not in capsys.readouterr().err
    assert run(["build", "--strict", "-s", str(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<div class='a'>\n*a* b\n\n- c\n</div>",
            "<div class='a'>\n<p><em>a</em> b</p>\n<ul>\n<li>c</li>\n</ul>\n</div>",
        ),
        ("<section>\n<div>\n*a*\n</div>\n</section>", "<section>\n<div>\n<p><em>a</em></p>\n</div>\n</section>"),
        ("<p>*a*\nb</p>", "<p>\n<em>a</em>\nb\n</p>"),
        ("<div markdown='0'>\n*a*\n</div>", "<div markdown='0'>\n*a*\n</div>"),
        ("<table>\n<tr>\n<td>*a*</td></tr>\n</table>", "<td>*a*</td>"),
        ("<ul>\n<li>\n<div>*a*</div></li>\n</ul>", "<div>*a*</div>"),
        ("{::nomarkdown}\n<div>\n*a*\n</div>\n{:/}", "<div>\n*a*\n</div>"),
        ("```\n<div>\n```\n", "&lt;div&gt;"),
        (
            (
                '{::options parse_block_html="false" /}\n\n<div>\n*a*\n</div>\n\n'
                '{::options parse_block_html="true" /}\n\n<div>\n*b*\n</div>'
            ),
            "<div>\n*a*\n</div>\n<div>\n<p><em>b</em></p>\n</div>",
        ),
    ],
)
def test_text_in_html_is_markdown_where_kramdown_reads_it_so(tmp_path: Path, text: str, expected: str) -> None:
    config = "kramdown:\n  parse_block_html: true\n  hard_wrap: true\n"
    files = {"_config.yml": config, "_posts/2024-01-02-a.md": f"---\ntitle: T\n---\n{text}\n\nOne\ntwo.\n"}
    html = (build_folder(tmp_path, files) / "2024/01/02/a.html").read_text()
    assert expected in html.replace("<br>", "")
    assert "<p>One<br>\ntwo.</p>" in html


def test_links_may_have_the_base_path(tmp_path: Path) -> None:
    text = (
        "![a](/blog/a.png) [b](/blog/#x) `](/blog/c)` <img src='/blog/a.png' alt=''>\n\n[c]: /blog/\n\n[c] [d](/blogs/)"
    )
    files = {
        "_config.yml": "baseurl: /blog\n",
        "a.png": "png",
        "_posts/2024-01-02-a.md": f"---\ntitle: T\n---\n{text}\n",
    }
    html = (build_folder(tmp_path, files) / "2024/01/02/a.html").read_text()
    assert html.count('"/blog/a.png"') + html.count("'/blog/a.png'") == 2
    assert '<a href="/blog/#x">b</a> <code>](/blog/c)</code>' in html
    assert '<a href="/blog/">c</a>' in html


def test_a_post_can_name_its_neighbours(tmp_path: Path) -> None:
    text = "{{ page.previous.title }} and {{ page.next.title }}{% unless page.previous %}none{% endunless %}"
    posts = {f"_posts/2024-01-0{day}-a.md": f"---\ntitle: T{day}\n---\nWith {text}.\n" for day in (1, 2, 3)}
    site = build_folder(tmp_path, {"_config.yml": "", **posts})
    said = [read_words((site / f"2024/01/0{day}/a.html").read_text())[0].partition("With ")[2] for day in (1, 2, 3)]
    assert [one.partition(".")[0].strip() for one in said] == ["and T2none", "T1 and T3", "T2 and"]


def test_a_setting_is_reported_at_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("author:\n  twitter: a\ntwitter:\n  b: c\nkramdown:\n  input: kramdown\n")
    places = [str(found.place) for found in import_jekyll(tmp_path).findings]
    assert places == ["_config.yml:3:1", "_config.yml:6:3"]


def test_a_blog_with_many_pages_at_the_top_has_a_short_menu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = {f"page-{number}.md": f"---\ntitle: Page {number}\n---\nText.\n" for number in range(20)}
    about = "---\ntitle: About me\n---\nText.\n"
    site = build_folder(tmp_path, {"_config.yml": "", "_posts/2024-01-02-a.md": about, "about.md": about, **pages})
    assert "the blog has 21 pages at the top" in str(capsys.readouterr().err)
    menu = (site / "index.html").read_text().partition("</nav>")[0]
    assert "About me" in menu
    assert "Page 1" not in menu


@pytest.mark.parametrize(
    ("matter", "imported"),
    [
        ("title: One &mdash; two &amp; &#x27;three&#39;\n", "title: \"One — two & 'three'\"\n"),
        ("title: AT&T &co\nsubtitle: 'R&amp;D'\n", 'title: AT&T &co\nsubtitle: "R&D"\n'),
        ("title: # One\ndraft:\nimage:\n  feature: a.jpg\n", "image: /images/a.jpg\n"),
        ("title: T\nimage:\n  feature: none.jpg\ntags: [a]\n", "title: T\ntags: [a]\n"),
        ("title: T\nimage: ''\ntags: ['', a]\ndescription:\n", "title: T\ndescription:\ntags: [a]\n"),
        (
            "title: T\nmath: true\n---\nA $x\\_i$ and $$x\\_i$$.\n",
            "title: T\nmath: true\n---\nA $x_i$ and $$x\\_i$$.\n",
        ),
    ],
)
def test_front_matter_and_formulas_are_what_readers_see(tmp_path: Path, matter: str, imported: str) -> None:
    post = f"---\n{matter}" + ("" if "---" in matter else "---\nText.\n")
    files = {"_posts/2024-01-02-a.md": post, "images/a.jpg": "", "_config.yml": "title: T\n"}
    found = import_jekyll(fill(tmp_path, files)).texts["posts/2024-01-02-a.md"]
    assert found.startswith(f"---\n{imported}")
