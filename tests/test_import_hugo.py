"""`afterword import hugo` keeps settings, URLs and texts of a Hugo blog, and reports what it cannot move."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from afterword.cli.main import run
from afterword.importers.hugo import import_hugo
from afterword.importers.shortcodes import translate_shortcodes
from tests.conftest import TODAY, fill
from tests.importing import text_of, told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.importers.model import Imported

HUGO: Mapping[str, str] = {
    "hugo.toml": (
        'title = "My blog"\nbaseURL = "https://me.example/b/"\nlanguageCode = "en"\ncurious = 1\n'
        '[permalinks]\nposts = "/:year/:month/:slug/"\n[params]\ndescription = "On talks"\n'
        '[params.author]\nname = "Ada"\n[pagination]\npagerSize = 5\n'
    ),
    "content/_index.md": "---\ntitle: Home\n---\nWelcome.\n",
    "content/about.md": "---\ntitle: About\n---\nText.\n",
    "content/posts/plain.md": "---\ntitle: Plain\nslug: plain\ndate: 2024-01-02\n---\nJust   text.\t\n",
    "content/posts/toml.md": '+++\ntitle = "Über alles"\ndate = 2024-02-03\naliases = ["/old/"]\n+++\nText.\n',
    "content/posts/bundle/index.md": (
        "---\nTitle: Bundle\nDate: 2024-03-04\nurl: /own/place/\n---\n"
        'See [plain]({{< ref "plain.md#x" >}}) and [it]({{% relref "/posts/toml" %}}).\n\n'
        '{{< figure src="x.png" alt="An x" caption="The x" >}}\n\n{{< youtube zjkBMFhNj_g >}}\n\n'
        "{{< highlight python \"linenos=table\" >}}\nprint('{{< x >}}')\n{{< /highlight >}}\n\n"
        "{{< chart id=1 >}}\n\n`{{< kept >}}` and {{</* shown */>}}.\n"
    ),
    "content/posts/bundle/x.png": "png",
    "content/posts/draft.md": "---\ntitle: Draft\ndate: 2024-04-05\ndraft: true\n---\nText.\n",
    "content/posts/other.org": "* Text\n",
    "content/posts/plain.fr.md": "---\ntitle: Simple\ndate: 2024-01-02\n---\nTexte.\n",
    "static/CNAME": "me.example\n",
    "layouts/index.html": "x",
}


ASCIIDOC = "asciidoctor --backend docbook5 --out-file -"
DOCBOOK = "pandoc --from docbook"


@pytest.fixture
def hugo(tmp_path: Path) -> Path:
    return fill(tmp_path / "hugo", HUGO)


def test_settings_become_ours(hugo: Path) -> None:
    assert import_hugo(hugo).settings == {
        "title": "My blog",
        "language": "en",
        "base_url": "https://me.example/b/",
        "description": "On talks",
        "author": "Ada",
        "paginate": 5,
        "permalink": "/:year/:month/:title/",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hugo.yaml", "title: T\nbaseURL: https://e.org/\npermalinks: {page: {posts: '/:sections/:slug/'}}\n"),
        ("config.json", '{"title": "T", "baseurl": "https://e.org", "taxonomies": {"topic": "topics", "tag": "tags"}}'),
        ("config/_default/hugo.toml", 'title = "T"\nBaseURL = "https://e.org/"\n'),
    ],
)
def test_settings_in_other_formats(tmp_path: Path, name: str, text: str) -> None:
    imported = import_hugo(fill(tmp_path / "h", {name: text, "content/posts/a.md": "---\ndate: 2024-01-02\n---\nA.\n"}))
    assert imported.settings["title"] == "T"
    assert imported.settings["base_url"] == "https://e.org/"
    assert imported.settings.get("taxonomies") in (None, {"topic": "topics"})


def test_a_text_that_needs_no_change_is_copied(hugo: Path) -> None:
    imported = import_hugo(hugo)
    assert {path: file.name for path, file in imported.copies.items()} == {
        "posts/plain.md": "plain.md",
        "posts/draft.md": "draft.md",
        "pages/about.md": "about.md",
        "posts/bundle/x.png": "x.png",
        "static/CNAME": "CNAME",
    }


def test_keys_are_added_in_the_format_of_the_front_matter(hugo: Path) -> None:
    text = import_hugo(hugo).texts["posts/toml.md"]
    assert text.startswith('+++\npermalink = "/2024/02/über-alles/"\ntitle = "Über alles"\n')


def test_shortcodes_become_markdown_outside_code(hugo: Path) -> None:
    text = import_hugo(hugo).texts["posts/bundle/index.md"]
    assert text.partition("---\n")[2].partition("---\n")[2] == (
        "See [plain](../plain.md#x) and [it](../toml.md).\n\n"
        '![An x](x.png "The x")\n\n![](https://www.youtube.com/watch?v=zjkBMFhNj_g)\n\n'
        "```python linenos\nprint('{{< x >}}')\n```\n\n"
        "{{< chart id=1 >}}\n\n`{{< kept >}}` and {{< shown >}}.\n"
    )
    assert "permalink: /own/place/" in text
    assert "url:" not in text


def test_the_report_names_all_that_is_not_carried(hugo: Path) -> None:
    assert sorted(told(import_hugo(hugo))) == [
        ("no-equivalent", "hugo.toml", 4),
        ("no-equivalent", "layouts", 0),
        ("not-imported", "content/_index.md", 0),
        ("not-imported", "content/posts/other.org", 0),
        ("not-imported", "content/posts/plain.fr.md", 0),
        ("unsupported-markup", "content/posts/bundle/index.md", 16),
    ]


def test_an_imported_blog_builds_with_its_urls(hugo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1999999999")
    target = tmp_path / "new"
    assert run(["import", "hugo", str(hugo), "--to", str(target)]) == 0
    assert run(["build", "-s", str(target)]) == 0
    site = target / "site"
    for page in ("2024/01/plain", "2024/02/über-alles", "own/place", "about", "old"):
        assert (site / page / "index.html").exists(), page
    assert not (site / "2024/04").exists()
    assert (site / "own/place/x.png").exists()


def import_one(folder: Path, permalinks: str, front_matter: str, name: str = "Some File.md") -> Imported:
    files = {
        "hugo.toml": f"{permalinks}\n",
        f"content/blog/{name}": f"---\ndate: 2024-01-02\n{front_matter}\n---\nText.\n",
        **{f"content/blog/{n}.md": "---\ndate: 2024-01-02\n---\nText.\n" for n in "ab"},
    }
    return import_hugo(fill(folder, files))


@pytest.mark.parametrize(
    ("permalinks", "front_matter", "url"),
    [
        ("", "title: T", "/blog/some-file/"),
        ("", "slug: My Slug", "/blog/my-slug/"),
        ("uglyURLs = true", "title: T", "/blog/some-file.html"),
        ("permalinks.blog = '/:title/'", "title: 'What? Yes/No!'", "/what-yes-no/"),
        ("permalinks.blog = '/x/:day/:filename'", "title: T", "/x/02/some-file/"),
        ("permalinks.other = '/:title/'", "title: T", "/blog/some-file/"),
    ],
)
def test_urls_are_those_of_hugo(tmp_path: Path, permalinks: str, front_matter: str, url: str) -> None:
    imported = import_one(tmp_path / "h", permalinks, front_matter)
    assert f"permalink: {url}\n" in imported.texts["posts/Some File.md"].replace('"', "")


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ('{{< figure src="/a.png" link="/b" >}}', "[![](/a.png)](/b)"),
        ('{{< figure src="a b.png" title="One" width="30" >}}', '![One](<a b.png> "One"){width="30"}'),
        ("{{< figure src=a.png >}}{{< /figure >}}", "![](a.png)"),
        ('{{< tweet user="ada" id="12" >}}', "<https://x.com/ada/status/12>"),
        ("{{< tweet 12 >}}", "<https://x.com/i/status/12>"),
        ("{{< x user=ada id=12 >}}", "<https://x.com/ada/status/12>"),
        ("{{< instagram AbC-1 >}}", "<https://www.instagram.com/p/AbC-1/>"),
        ("{{< vimeo id=123 >}}", "![](https://vimeo.com/123)"),
        ("{{< gist ada 12ab >}}", "<https://gist.github.com/ada/12ab>"),
        ("{{< gist ada 12ab A_b.py >}}", "<https://gist.github.com/ada/12ab#file-a_b-py>"),
        ("{{% youtube id='abc' %}}", "![](https://www.youtube.com/watch?v=abc)"),
        ("{{< youtube id=abc start=90 title=T >}}", "![T](https://www.youtube.com/watch?v=abc&t=90s)"),
        ("```\n{{< youtube x >}}\n```", "```\n{{< youtube x >}}\n```"),
        ("{{< box >}}{{< vimeo 1 >}}{{< /box >}}", "{{< box >}}![](https://vimeo.com/1){{< /box >}}"),
        (
            '{{< highlight go "linenos=table, hl_lines=2-3 5, linenostart=4" >}}\na\n{{< /highlight >}}',
            '```go linenos linenostart=4 hl_lines="2-3 5"\na\n```',
        ),
        ('{{< figure src="a.png" title="One" caption="Two" >}}', '![One: Two](a.png "One: Two")'),
        ('{{< highlight coq "style=default,noClasses=false" >}}\na\n{{< /highlight >}}', "```coq\na\n```"),
    ],
)
def test_each_shortcode_of_the_table(written: str, result: str) -> None:
    assert translate_shortcodes(written, lambda _: None, lambda *_: None) == result


@pytest.mark.parametrize(
    "written",
    [
        "{{< figure >}}",
        '{{< figure src="a.png" attr="Ada" >}}',
        '{{< figure src="a.png" caption="By [Ada](/ada)" >}}',
        "{{< figure src=a.png >}}Inner text{{< /figure >}}",
        "{{< image src=a.png zoom=yes >}}",
        "{{< youtube id=abc autoplay=true >}}",
        "{{< gist ada >}}",
        '{{< highlight go "style=monokai" >}}\na\n{{< /highlight >}}',
        "{{< highlight go >}}a",
        '{{< ref path="a.md" lang="de" >}}',
        "{{< own >}}",
        "{{< raw >}}<b>Text</b>{{< /raw >}}",
    ],
)
def test_a_shortcode_of_which_anything_would_be_lost_is_kept_and_reported(written: str) -> None:
    told: list[int] = []
    text = f"Text {written}\n"
    assert translate_shortcodes(text, lambda _: "/a/", lambda at, *_: told.append(at)) == text
    assert told == [5]


@pytest.mark.parametrize(
    "comment",
    [
        "{{< comment >}}SECRET{{< /comment >}}",
        "{{% comment %}}\n{{< youtube SECRET >}}\n{{% /comment %}}",
        "{{< comment >}} SECRET `{{< /comment >}}",
    ],
)
def test_comments_are_left_to_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], comment: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1999999999")
    post = f"---\ntitle: T\ndate: 2024-01-02\n---\nBefore\n\n{comment}\n\nafter\n"
    source = fill(tmp_path / "h", {"hugo.toml": "", "content/posts/a.md": post})
    assert run(["import", "hugo", str(source), "--to", str(tmp_path / "new")]) == 0
    assert "unsupported" not in capsys.readouterr().err
    assert run(["build", "-s", str(tmp_path / "new")]) == 0
    site = (path.read_bytes() for path in (tmp_path / "new/site").rglob("*") if path.is_file())
    assert not [content for content in site if b"SECRET" in content]


@pytest.mark.parametrize(
    "end", ["{{< /comment >}}", "{{%/comment%}}", "{% endcomment %}", "{%- endcomment -%}", "<b>{{< /comment >}}</b>"]
)
def test_the_end_of_a_comment_that_does_not_begin_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    post = f"---\ntitle: T\ndate: 2024-01-02\n---\nSecret {end} text\n"
    source = fill(tmp_path / "b", {"afterword.toml": "title = 'T'\n", "posts/a.md": post})
    assert run(["build", "-s", str(source)]) == 1
    told = capsys.readouterr().err
    assert "error[foreign-markup]" in told
    assert "warning" not in told


def test_a_shortcode_of_the_blog_comes_before_that_of_its_theme(tmp_path: Path) -> None:
    files = {
        "layouts/shortcodes/x.html": "blog",
        "themes/t/layouts/shortcodes/x.html": "theme",
        "content/posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\nOf the {{< x >}}.\n",
    }
    assert import_posts(tmp_path, files).texts["posts/a.md"].endswith("Of the blog.\n")


@pytest.mark.parametrize("folder", ["layouts/shortcodes", "layouts/_shortcodes", "themes/t/layouts/shortcodes"])
def test_the_shortcodes_of_the_blog_win(tmp_path: Path, folder: str) -> None:
    post = "---\ntitle: T\ndate: 2024-01-02\n---\n{{< youtube abc >}}\n"
    files = {"hugo.toml": "", f"{folder}/youtube.html": "{{ site.Title }}", "content/posts/a.md": post}
    imported = import_hugo(fill(tmp_path / "h", files))
    assert "posts/a.md" in imported.copies
    assert ("unsupported-markup", "content/posts/a.md", 5) in told(imported)


@pytest.mark.parametrize("name", ["posts/a.md", "hugo.toml"])
def test_another_folder_is_an_error(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "hugo", str(fill(tmp_path / "x", {name: ""})), "--to", str(tmp_path / "y")]) == 2
    assert "no Hugo blog found" in capsys.readouterr().err


def import_posts(folder: Path, files: Mapping[str, str]) -> Imported:
    post = "---\ntitle: First\ndate: 2024-01-01\n---\nText.\n"
    return import_hugo(fill(folder, {"hugo.toml": "title = 'T'\n", "content/posts/first.md": post, **files}))


@pytest.mark.parametrize(
    ("cascade", "key"),
    [
        ("cascade:\n  draft: true\n", "draft: true"),
        ("cascade:\n  build: {render: never}\n", "draft: true"),
        ("cascade:\n  _build:\n    list: never\n", "unlisted: true"),
        ("cascade:\n  - _target: {path: '/posts/*'}\n    draft: true\n", "draft: true"),
        ("cascade:\n  - target: {kind: '{page,section}'}\n    params: {private: true}\n", "draft: true"),
        ("cascade: {publishDate: 2099-01-01}\n", "publishdate: 2099-01-01"),
    ],
)
@pytest.mark.parametrize("folder", ["content", "content/posts"])
def test_what_a_cascade_hides_is_hidden(tmp_path: Path, folder: str, cascade: str, key: str) -> None:
    own = "draft: false\nunlisted: false\npublishDate: 2024-01-01\n"
    files = {
        f"{folder}/_index.md": f"---\ntitle: L\n{cascade}---\n",
        "content/posts/a.md": "---\ndate: 2024-01-02\n---\nText.\n",
        "content/posts/own.md": f"---\ndate: 2024-01-02\n{own}---\nText.\n",
    }
    imported = import_posts(tmp_path / "h", files)
    assert f"\n{key}\n" in imported.texts["posts/a.md"]
    assert "posts/own.md" in imported.copies


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("hugo.toml", "[[cascade]]\ndraft = true\n[cascade.target]\npath = '/notes/**'\n"),
        ("hugo.toml", "[cascade]\ndraft = true\n"),
        ("config/_default/cascade.toml", "draft = true\n"),
    ],
)
def test_a_cascade_of_the_settings_hides_posts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, settings: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1999999999")
    files = {
        name: settings,
        "content/notes/deep/a.md": "+++\ndate = 2024-01-02\n+++\nSECRET\n",
        "content/notes/file.txt": "SECRET\n",
        "content/posts/b.md": "+++\ndate = 2024-01-02\ndraft = false\n+++\nText.\n",
    }
    source = tmp_path / "h"
    import_posts(source, files)
    assert run(["import", "hugo", str(source), "--to", str(tmp_path / "new")]) == 0
    assert run(["build", "-s", str(tmp_path / "new")]) == 0
    site = (path.read_bytes() for path in (tmp_path / "new/site").rglob("*") if path.is_file())
    assert not [content for content in site if b"SECRET" in content]


@pytest.mark.parametrize(
    "target", ["{path: /other/**}", "{kind: section}", "{environment: development}", "{path: '{/posts/x,/b}'}"]
)
def test_a_cascade_for_other_pages_hides_nothing(tmp_path: Path, target: str) -> None:
    files = {
        "content/_index.md": f"---\ncascade: [{{target: {target}, draft: true}}]\n---\n",
        "content/posts/a.md": "---\ndate: 2024-01-02\n---\nText.\n",
    }
    assert "posts/a.md" in import_posts(tmp_path / "h", files).copies


def test_the_nearest_cascade_wins_and_other_keys_are_reported(tmp_path: Path) -> None:
    files = {
        "content/_index.md": "---\ncascade: {draft: true, type: docs}\n---\n",
        "content/posts/_index.md": "---\ncascade: {draft: false}\n---\n",
        "content/posts/a.md": "---\ndate: 2024-01-02\n---\nText.\n",
    }
    imported = import_posts(tmp_path / "h", files)
    assert "posts/a.md" in imported.copies
    assert [found.message for found in imported.findings] == ["not imported: key `type` of `cascade`"]


@pytest.mark.parametrize(
    ("front_matter", "date"),
    [
        ("publishDate: 2024-01-02", "date: 2024-01-02\n"),
        ("pubdate: 2024-01-02\nlastmod: 2025-01-01", "date: 2024-01-02\n"),
        ("published: false\nmodified: 2024-01-02T10:00:00Z", "date: 2024-01-02T10:00:00+00:00\n"),
        ("lastmod: 2025-01-01", "date: 2025-01-01\n"),
    ],
)
def test_the_date_is_that_of_hugo(tmp_path: Path, front_matter: str, date: str) -> None:
    imported = import_posts(tmp_path / "h", {"content/posts/a.md": f"---\n{front_matter}\n---\nText.\n"})
    assert date in imported.texts["posts/a.md"]


def test_the_order_of_dates_in_the_settings_counts(tmp_path: Path) -> None:
    files = {
        "hugo.toml": "frontmatter.date = [':filename', ':default']\npermalinks.posts = '/:year/:slug/'\n",
        "content/posts/2024-01-02-a-b.md": "---\ntitle: T\n---\nText.\n",
        "content/posts/c/index.md": "---\ndate: 2023-01-02\n---\nText.\n",
        "content/posts/2022-01-02-d/index.md": "---\ndate: 2023-01-02\nslug: e\n---\nText.\n",
    }
    imported = import_posts(tmp_path / "h", files)
    assert "date: 2024-01-02\n" in imported.texts["posts/2024-01-02-a-b.md"]
    assert "permalink" not in imported.texts["posts/2024-01-02-a-b.md"]
    assert {"posts/c/index.md"} < imported.copies.keys() | imported.texts.keys()
    assert "slug: e\ndate: 2022-01-02\n" in imported.texts["posts/2022-01-02-d/index.md"]
    assert imported.findings == []


def test_an_invalid_date_is_reported(tmp_path: Path) -> None:
    posts = {
        "content/posts/a.md": "---\ntitle: A\ndate: soon\n---\nText.\n",
        "content/posts/b.md": '+++\ntitle = "B"\n\ndate = "soon"\n+++\nText.\n',
    }
    imported = import_posts(tmp_path / "h", posts)
    assert told(imported) == [("invalid-date", "content/posts/a.md", 3), ("invalid-date", "content/posts/b.md", 4)]
    assert "posts/a.md" in imported.copies


def test_menus_themes_and_params_are_reported_once(tmp_path: Path) -> None:
    settings = "theme = 'x'\n[params]\nauthor = 'Ada'\ncolour = 'red'\nlogo = 'a.png'\n[[menu.main]]\nname = 'A'\n"
    imported = import_posts(tmp_path / "h", {"hugo.toml": settings})
    assert told(imported) == [("no-equivalent", "hugo.toml", line) for line in (1, 2, 6)]
    imported = import_posts(tmp_path / "i", {"hugo.toml": "[params]\nauthor = 'Ada'\ndescription = 'On talks'\n"})
    assert imported.findings == []


def test_a_setting_is_reported_where_it_is_set(tmp_path: Path) -> None:
    settings = "# The menu\ntitle = 'Menus'\n[[menu.main]]\nname = 'A'\n"
    imported = import_posts(tmp_path / "h", {"hugo.toml": settings})
    assert told(imported) == [("no-equivalent", "hugo.toml", 3)]
    settings = '{"title": "x", "menu": {"main": [{"name": "A"}]}}\n'
    post = "---\ntitle: First\ndate: 2024-01-01\n---\nText.\n"
    imported = import_hugo(fill(tmp_path / "i", {"hugo.json": settings, "content/posts/first.md": post}))
    assert told(imported) == [("no-equivalent", "hugo.json", 1)]


def test_the_main_menu_and_profiles_are_kept(tmp_path: Path) -> None:
    settings = (
        "builddrafts = true\n[[params.social]]\nicon = 'github'\nurl = 'https://github.com/ada'\n"
        "[[menu.main]]\nname = 'Posts'\nurl = '/posts/'\nweight = 1\n[[menu.main]]\nname = 'Code'\n"
        "url = 'https://x.example'\n[[menu.main]]\nname = 'First'\npageRef = '/posts/first'\nweight = 2\n"
    )
    imported = import_posts(tmp_path / "h", {"hugo.toml": settings})
    first, code = {"title": "First", "url": "/posts/first/"}, {"title": "Code", "url": "https://x.example"}
    assert imported.settings["menu"] == [first, code]
    assert imported.settings["author_links"] == [{"name": "Github", "url": "https://github.com/ada"}]
    assert [found.message for found in imported.findings] == [
        "`builddrafts` is not imported: drafts are hidden",
        "entry of the menu is not imported: `Posts`",
    ]
    assert run(["import", "hugo", str(tmp_path / "h"), "--to", str(tmp_path / "b")]) == 0
    assert run(["build", "--strict", "-s", str(tmp_path / "b")]) == 0


@pytest.mark.parametrize(
    ("settings", "kept", "left"),
    [
        ("contentDir = 'src/text'\n", "src/text", "content"),
        ("defaultContentLanguage = 'de'\n[languages.de]\ncontentDir = 'inhalt'\n", "inhalt", "content"),
        ("[languages.en]\ncontentDir = 'content/en'\n[languages.fr]\ncontentDir = 'content/fr'\n", "content/en", "fr"),
        ("[languages.en]\n[languages.fr]\ncontentDir = 'content/fr'\n", "content", "content/fr"),
    ],
)
def test_content_is_in_the_folder_of_the_language(tmp_path: Path, settings: str, kept: str, left: str) -> None:
    post = '---\ntitle: A\ndate: 2024-01-01\n---\nSee [b]({{< ref "/posts/b.md" >}}).\n'
    files = {f"{kept}/posts/{name}.md": post for name in "ab"} | {f"{left}/posts/x.md": post, f"{left}/y.png": "png"}
    imported = import_hugo(fill(tmp_path / "h", {"hugo.toml": f"title = 'T'\n{settings}", **files}))
    feeds = {"pages/index.xml.md", "pages/posts/index.xml.md"}
    assert {*imported.texts, *imported.copies} == {"posts/a.md", "posts/b.md", *feeds}
    assert imported.sources["posts/a.md"] == f"{kept}/posts/a.md"
    assert imported.settings["permalink"] == "/posts/:title/"
    assert bool(imported.findings) == left.startswith("content/")


def test_pages_that_cannot_be_kept_are_reported(tmp_path: Path) -> None:
    files = {
        "hugo.toml": "permalinks.posts = '/:slug/'\nmarkup.goldmark.renderer.unsafe = true\n",
        "content/posts/a.md": "---\ntitle: Simple.\ndate: 2024-01-02\n---\n<p style='color: red'>Text.</p>\n",
        "content/index.md": "---\ntitle: Data\nurl: data.json\n---\n",
        "content/posts/b.rst": "Text\n",
        "content/posts/c d.adoc": "Text\n",
    }
    imported = import_posts(tmp_path / "h", files)
    assert "permalink: /simple/\n" in imported.texts["posts/a.md"]
    assert imported.settings["theme.csp"] == "off"
    assert "pages/index.md" not in {*imported.texts, *imported.copies}
    pandoc = "--to gfm+yaml_metadata_block --standalone --output"
    assert {(found.place and found.place.path.removeprefix("content/"), found.hint) for found in imported.findings} == {
        ("posts/a.md", "links to it need a redirect to `/simple/`"),
        ("index.md", "write the file to `static/` if it is needed"),
        ("posts/b.rst", f"convert it: `pandoc content/posts/b.rst {pandoc} content/posts/b.md`"),
        (
            "posts/c d.adoc",
            f"convert it: `{ASCIIDOC} 'content/posts/c d.adoc' | {DOCBOOK} {pandoc} 'content/posts/c d.md'`",
        ),
    }


@pytest.mark.parametrize(
    ("pattern", "path", "url"),
    [
        (":sections/:slug", "posts/sub/a.md", "/posts/t/"),
        (":sections/:slug", "posts/deep/b.md", "/posts/deep/t/"),
        ("d/:sections[1:]/:filename", "posts/deep/b.md", "/d/deep/b/"),
        ("d/:sections[last]/:slugorcontentbasename", "posts/deep/b.md", "/d/deep/b/"),
        ("d/:sections[:last]/:slug", "posts/deep/b.md", "/d/posts/t/"),
        (":sections/:filename", "posts/c.en.md", "/posts/c/"),
        (":sections/:filename", "posts/d/index.en.md", "/posts/d/"),
    ],
)
def test_sections_and_languages_in_urls_are_hugos(tmp_path: Path, pattern: str, path: str, url: str) -> None:
    files = {
        "hugo.toml": f"permalinks.posts = '/{pattern}/'\n",
        "content/posts/deep/_index.md": "---\ntitle: L\n---\n",
        f"content/{path}": "---\ntitle: T\ndate: 2024-01-02\n---\nText.\n",
    }
    fill(tmp_path / "h", files)
    assert run(["import", "hugo", str(tmp_path / "h"), "--to", str(tmp_path / "b")]) == 0
    assert run(["build", "-s", str(tmp_path / "b")]) == 0
    assert (tmp_path / f"b/site{url}index.html").is_file()


@pytest.mark.parametrize(
    ("key", "url"), [("/x/y", "/x/y/"), ("x/z.html", "/x/z.html"), ("/:year/:slug/", "/2024/t/"), ("/x/", "/x/")]
)
def test_a_url_in_front_matter_is_hugos(tmp_path: Path, key: str, url: str) -> None:
    files = {"content/posts/a.md": f"---\ntitle: T\ndate: 2024-01-02\nURL: {key}\n---\nText.\n"}
    imported = import_posts(tmp_path / "h", files)
    assert f"permalink: {url}\n" in imported.texts["posts/a.md"]


@pytest.mark.parametrize(
    ("matter", "key"),
    [
        ("---\ndate: 2024-01-02\nheadless: true\n---", "draft: true"),
        ("---\ndate: 2024-01-02\nbuild: {render: never}\n---", "draft: true"),
        ("+++\ndate = 2024-01-02\n[build]\nlist = 'never'\n+++", "unlisted: true"),
        ("+++\ndate = 2024-01-02\naliases = ['/a b', '/c.html', 'd', '/e:f']\n+++", "/c.html, /posts/d/]"),
        ("---\ndate: 2024-01-02\ntoc:\n  enable: false\n---", "toc: false"),
        ("\n+++\ndate = 2024-01-02\nurl = '/u'\n+++", "permalink: /u/"),
        (
            "+++\nDate = 2024-01-02\nTags = ['a']\n[x]\nTitle = 'kept'\n+++",
            "date = 2024-01-02\ntags = ['a']\n[x]\nTitle",
        ),
        ('{"Date": "2024-01-02",\n "Tags": ["a"]}', '"date": "2024-01-02",\n "tags": ["a"]'),
        (
            '+++\ndate = 2024-01-02\nimage = ""\ntags = ["", "a"]\nseries = [""]\n+++',
            "---\ndate: 2024-01-02\ntags: [a]\n---",
        ),
        ('+++\ndate = 2024-01-02\nimage = ""\nx = ["", "b"]\n+++', "---\ndate: 2024-01-02\nx: ['', b]\n---"),
        ("---\nimage: ''\ndate: 2024-01-02\nslug: \"\"\ndescription:\n---", "---\ndate: 2024-01-02\ndescription:\n---"),
    ],
)
def test_keys_of_hugo_become_ours_in_all_formats(tmp_path: Path, matter: str, key: str) -> None:
    imported = import_posts(tmp_path / "h", {"content/posts/a.md": f"{matter}\nText.\n"})
    assert key in imported.texts["posts/a.md"]
    assert run(["list", "-s", str(fill(tmp_path / "b", imported.texts))]) == 0


@pytest.mark.parametrize(
    ("template", "tag", "result"),
    [
        ('{{ highlight .Inner (.Get 0) "x" }}', "high rust", "```rust\n# a <T>\n```"),
        ("{{ $code := trim .Inner 1 }}\n{{- highlight $code $lang }}", "high lang=go", "```go\n# a <T>\n```"),
        ("{{ highlight .Inner (.Get 0) }}", "high go x=1", None),
        ('{{ highlight .Inner "rust" "" }}', "high", "```rust\n# a <T>\n```"),
        ('{{ highlight (trim .Inner "x") "rust" "" }}', "high label", None),
        ("<pre>{{ .Inner | highlight }}</pre>", "high", "```text\n# a <T>\n```"),
        ("<div>{{ .Page.Title }}{{ .Inner }}</div>", "high rust", None),
    ],
)
def test_a_shortcode_of_the_blog_for_code_is_a_code_block(
    tmp_path: Path, template: str, tag: str, result: str | None
) -> None:
    written = f"{{{{< {tag} >}}}}\n# a <T>\n{{{{< /high >}}}}"
    post = f"---\ndate: 2024-01-02\n---\n{written}\n"
    imported = import_posts(tmp_path, {"layouts/shortcodes/high.html": template, "content/posts/a.md": post})
    assert text_of(imported, "posts/a.md") == post.replace(written, result or written)
    found = [name for name, path, line in told(imported) if (path, line) == ("content/posts/a.md", 4)]
    assert bool(found) is (result is None)


@pytest.mark.parametrize(
    ("template", "written", "result"),
    [
        ('<abbr title="A & B">{{ .Get 0 }}</abbr>', "An {{< x A&B >}}.", 'An <abbr title="A & B">A&amp;B</abbr>.'),
        ('<i class="{{ .Get "class" }}"></i>', '{{< x class="a" >}}', '<i class="a"></i>'),
        ("<!-- raw html -->\n{{.Inner}}", "{{<x>}}\n<b>\n\nc</b>\n{{</x>}}", "<b>\nc</b>"),
        ("{{ with .Get 0 }}<b>{{ . }}</b>{{ else }}none{{ end }}", "{{< x one >}} {{< x >}}", "<b>one</b> none"),
        (
            '{{ if eq (.Get "k") "a" }}A{{ else if .Get 0 }}B{{ else }}C{{ end }}',
            "{{< x k=a >}}{{< x 1 >}}{{< x >}}",
            "ABC",
        ),
        ("{{- $u := .Get 0 -}}\n{{ if not $u }}{{ errorf `x` }}{{ end }}{{ $u | upper }}", "{{< x a >}}", "A"),
        ('<p>{{ .Get 0 | default "the *one*" | markdownify }}</p>', "{{< x >}}", "<p>the <em>one</em></p>"),
        ('{{ printf "https://a.example/%s" (.Get 0) | safeURL }}', "{{< x p >}}", "https://a.example/p"),
        (
            '<div class="{{ .Params.k }}">\n{{ .Inner }}\n</div>',
            "{{% x k=n %}}\n\n*a*\n\n{{% /x %}}",
            '<div class="n">\n\n\n*a*\n\n\n</div>',
        ),
        (
            "<div>{{ .Inner }}</div>",
            "{{< x >}}{{< youtube zjkBMFhNj_g >}}{{< /x >}}",
            "<div>\n\n![](https://www.youtube.com/watch?v=zjkBMFhNj_g)\n\n</div>",
        ),
        ("{{/* c */}}{{ range .Params }}{{ . }}{{ end }}", "{{< x a >}}", None),
        ('{{ partial "x" . }}', "{{< x a >}}", None),
        ("{{ if .Get 0 }}open", "{{< x a >}}", None),
        ("{{ .Site.BaseURL }}", "{{< x >}}", None),
    ],
)
def test_the_template_of_a_simple_shortcode_is_read(
    tmp_path: Path, template: str, written: str, result: str | None
) -> None:
    post = f"---\ndate: 2024-01-02\n---\n{written}\n"
    imported = import_posts(tmp_path, {"layouts/shortcodes/x.html": template, "content/posts/a.md": post})
    assert text_of(imported, "posts/a.md") == post.replace(written, result or written)
    assert [name for name, path, _ in told(imported) if path == "content/posts/a.md"] == (
        [] if result else ["unsupported-markup"]
    )


@pytest.mark.parametrize(
    ("written", "result"),
    [
        (r"$X\_{ij}$ and `$X\_1$`", r"$X_{ij}$ and `$X\_1$`"),
        (r"$ a \cdot b $, \$5 and $10", r"$a \cdot b$, \$5 and $10"),
        ("$$\na\\_1 \\\\\\\\ \\\\{b\\\\} \\* c\n$$", "$$\na_1 \\\\ \\{b\\} * c\n$$"),
        (r"$\text{a\_b}$ and $\{1\}$ at $ 5 and $ 6", r"$\text{a\_b}$ and $\{1\}$ at $ 5 and $ 6"),
    ],
)
def test_formulas_are_not_escaped(tmp_path: Path, written: str, result: str) -> None:
    post = f"---\ndate: 2024-01-02\nmath: true\n---\n{written}\n"
    imported = import_posts(tmp_path / "a", {"content/posts/a.md": post})
    assert text_of(imported, "posts/a.md") == post.replace(written, result)
    config = "[markup.goldmark.extensions.passthrough]\nenable = true\n"
    kept = import_posts(tmp_path / "b", {"hugo.toml": config, "content/posts/a.md": post})
    assert text_of(kept, "posts/a.md") == post


def test_a_taxonomy_that_is_reserved_is_reported(tmp_path: Path) -> None:
    imported = import_posts(tmp_path / "h", {"hugo.toml": "[taxonomies]\narchive = 'archive'\ntopic = 'topics'\n"})
    assert imported.settings["taxonomies"] == {"topic": "topics"}
    assert told(imported) == [("no-equivalent", "hugo.toml", 1)]


def test_the_title_is_that_of_the_language(tmp_path: Path) -> None:
    config = 'defaultContentLanguage = "ja"\n[languages.en]\ntitle = "Lab"\n[languages.ja]\ntitle = "研究所"\n'
    imported = import_posts(tmp_path / "h", {"hugo.toml": config})
    assert imported.settings["title"] == "研究所"


def test_other_languages_and_empty_files_are_reported(tmp_path: Path) -> None:
    files = {
        "hugo.toml": "[languages.en]\n[languages.fr]\n[taxonomies]\n_merge = 'x'\n",
        "content/posts/a.fr.md": "---\ndate: 2024-01-02\n---\nTexte.\n",
        "content/posts/empty.md": "\n",
    }
    imported = import_posts(tmp_path / "h", files)
    assert told(imported) == [("not-imported", f"content/posts/{name}.md", 0) for name in ("a.fr", "empty")]
    assert "taxonomies" not in imported.settings


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ("", ["pages/index.xml.md", "pages/posts/index.xml.md"]),
        ("disableKinds = ['RSS']\n", []),
        ("[outputs]\nhome = ['HTML', 'JSON']\n", []),
    ],
)
def test_feeds_stay_at_their_urls(tmp_path: Path, settings: str, kept: list[str]) -> None:
    imported = import_posts(tmp_path / "h", {"hugo.toml": f"title = 'T'\nbaseURL = 'https://a.example/'\n{settings}"})
    assert [path for path in sorted(imported.texts) if ".xml" in path] == kept
    if kept:
        blog = fill(tmp_path / "b", {**imported.texts, "afterword.toml": "base_url = 'https://a.example/'\n"})
        fill(blog, {"posts/a.md": "---\ntitle: A\ndate: 2024-01-02\n---\nText.\n"})
        assert run(["build", "-s", str(blog), "--strict"]) == 0
        assert "<title>A</title>" in (blog / "site/posts/index.xml").read_text()
        assert "index.xml" not in (blog / "site/index.html").read_text()


def test_ids_in_feeds_stay_the_permalinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    files = {
        "hugo.toml": "title = 'T'\nbaseURL = 'https://Me.example/blog'\n",
        "content/posts/é a.md": "---\ntitle: Á\ndate: 2024-01-02\n---\nText.\n",
        "content/posts/b.md": "+++\ntitle = 'B'\ndate = 2024-01-03\npublishDate = 2024-02-01\n+++\nText.\n",
        "content/posts/draft.md": "---\ntitle: C\ndate: 2024-01-02\ndraft: true\n---\nText.\n",
        "content/posts/waits.md": "---\ntitle: D\ndate: 2024-01-02\npublishDate: 2099-01-01\n---\nText.\n",
        "content/posts/expired.md": "---\ntitle: E\ndate: 2024-01-02\nexpiryDate: 2024-01-03\n---\nText.\n",
        "content/posts/future.md": "---\ntitle: F\ndate: 2099-01-02\n---\nText.\n",
    }
    assert run(["import", "hugo", str(fill(tmp_path / "h", files)), "--to", str(tmp_path / "b")]) == 0
    assert run(["build", "-s", str(tmp_path / "b"), "--strict"]) == 0
    feed = (tmp_path / "b/site/posts/index.xml").read_text()
    ids = re.findall("<guid [^>]*>([^<]*)</guid>", feed)
    lock = (tmp_path / "b/afterword.lock").read_text()
    assert re.findall(r"(?m)^/posts/\S*/ \S+ (posts/.*)", lock) == ["posts/b.md", "posts/é a.md"]
    assert ids == [f"https://me.example/blog/posts/{name}/" for name in ("b", "%C3%A9-a")]


def test_pages_in_html_are_imported_and_files_are_copied(tmp_path: Path) -> None:
    files = {
        "content/page/a.html": "+++\ntitle = 'A'\n+++\n<h2>One</h2>\n\n    <p>Two</p>\n",
        "content/page/b.htm": "---\ntitle: B\nurl: /b/\n---\n<p>{{< youtube abc >}}</p>\n",
        "content/c.html": "<!DOCTYPE html>\n<p>C</p>\n",
    }
    imported = import_posts(tmp_path, files)
    assert imported.texts["pages/page/a.md"] == "---\ntitle: A\n---\n<div>\n<h2>One</h2>\n<p>Two</p>\n</div>\n"
    assert "permalink: /b/\n" in imported.texts["pages/page/b.md"]
    assert "static/c.html" in imported.copies
    assert [one for one in told(imported) if one[1].startswith("content/")] == []
