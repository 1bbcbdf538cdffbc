"""`afterword import pelican` keeps settings, URLs and texts of a Pelican blog, and never executes its settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from afterword.cli.main import run
from afterword.importers.pelican import import_pelican
from afterword.importers.python_markdown import translate_python_markdown
from afterword.importers.shortcodes import translate_tags
from tests.conftest import fill
from tests.importing import told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PELICAN: Mapping[str, str] = {
    "pelicanconf.py": (
        "import os\nopen(os.path.join(os.path.dirname(__file__), 'executed'), 'w').close()\n"
        "SITENAME = 'My blog'\nSITEURL = ''\nAUTHOR = 'Ada'\nPATH = 'content'\nTIMEZONE = 'Europe/Berlin'\n"
        "DEFAULT_LANG = 'en'\nDEFAULT_PAGINATION = 5\nSTATIC_PATHS = ['images', 'extra/CNAME']\n"
        "EXTRA_PATH_METADATA = {'extra/CNAME': {'path': 'CNAME'}}\nSITESUBTITLE = os.environ['HOME']\n"
    ),
    "publishconf.py": "from pelicanconf import *\nSITEURL = 'https://me.example'\n",
    "content/notes/plain.md": "Title: Plain words\nDate: 2024-01-02\nCategory: notes\nSlug: plain\n\nJust   text.\n",
    "content/notes/links.md": (
        "Title: Links, and more!\nDate: 2024-02-03 10:00\n\n"
        "See [plain]({filename}plain.md#x), [about]({filename}/pages/about.md), ![x]({static}/images/my%20x.png?w=3),\n"
        "[a tag]({tag}big ideas), [home]({index}) and [nothing]({filename}none.md).\n\n"
        "{{ kept }} {% youtube zjkBMFhNj_g 640 480 %} {% img left /images/x.png 300 %} {% notebook x.ipynb %}\n\n"
        "    :::python\n    print('{static}/images/x.png')\n\nEnd. `{filename}plain.md`\n"
    ),
    "content/2024-03-04-dated.md": "Title: Dated\nSave_as: own/place/index.html\n\nText.\n",
    "content/idea.md": "Title: Idea\nDate: 2024-04-05\nStatus: draft\n\nSecret.\n",
    "content/pages/about.md": "Title: About\n\nText.\n",
    "content/old.rst": "Old\n===\n",
    "content/images/my x.png": "png",
    "content/extra/CNAME": "me.example\n",
}


@pytest.fixture
def pelican(tmp_path: Path) -> Path:
    return fill(tmp_path / "pelican", PELICAN)


def test_the_menu_and_profiles_are_kept_and_other_links_reported(tmp_path: Path) -> None:
    files = {
        "pelicanconf.py": (
            "PATH = 'content'\nMENUITEMS = (('Home', '/'), ('Code', 'https://x.example'), ('Years', '/years.html'))\n"
            "SOCIAL = [('github', 'https://github.com/ada'), ('mail', 'mailto:a@x.example')]\n"
            "LINKS = (('Pelican', 'https://getpelican.com'),)\n"
        ),
        "content/a.md": "Title: A\nDate: 2024-01-02\n\nText.\n",
        "content/pages/about.md": "Title: About\n\nText.\n",
        "content/pages/hidden.md": "Title: Hidden\nStatus: hidden\n\nText.\n",
    }
    imported = import_pelican(fill(tmp_path / "p", files))
    assert imported.settings["menu"] == [
        {"title": "Home", "url": "/"},
        {"title": "Code", "url": "https://x.example"},
        {"title": "About", "url": "/pages/about.html"},
    ]
    assert imported.settings["author_links"] == [{"name": "github", "url": "https://github.com/ada"}]
    assert told(imported) == [("no-equivalent", "pelicanconf.py", line) for line in (2, 3, 4)]
    assert run(["import", "pelican", str(tmp_path / "p"), "--to", str(tmp_path / "b")]) == 0
    assert run(["build", "--strict", "-s", str(tmp_path / "b")]) == 0


def test_computed_settings_have_their_defaults(tmp_path: Path) -> None:
    settings = "import os\nARTICLE_URL = os.environ['X']\nSLUGIFY_USE_UNICODE = bool(1)\nPATH = 'content'\n"
    files = {"pelicanconf.py": settings, "content/a.md": "Title: A b\nDate: 2024-01-02\n\nText.\n"}
    imported = import_pelican(fill(tmp_path / "p", files))
    assert imported.settings["permalink"] == "/:title.html"
    assert "permalink: /a-b.html\n" in imported.texts["posts/a.md"]
    assert told(imported) == [("no-equivalent", "pelicanconf.py", line) for line in (2, 3)]


def test_settings_are_read_and_not_executed(pelican: Path) -> None:
    assert import_pelican(pelican).settings == {
        "title": "My blog",
        "author": "Ada",
        "timezone": "Europe/Berlin",
        "language": "en",
        "paginate": 5,
        "permalink": "/:title.html",
        "base_url": "https://me.example/",
    }
    assert not (pelican / "executed").exists()


def test_a_text_that_needs_no_change_is_copied(pelican: Path) -> None:
    assert sorted(import_pelican(pelican).copies) == [
        "drafts/idea.md",
        "posts/2024-03-04-dated.md",
        "posts/notes/plain.md",
        "static/CNAME",
        "static/images/my x.png",
    ]


def test_links_lead_to_files(pelican: Path) -> None:
    text = import_pelican(pelican).texts["posts/notes/links.md"]
    assert text == (
        "permalink: /links-and-more.html\ncategory: notes\nTitle: Links, and more!\nDate: 2024-02-03 10:00\n\n"
        "See [plain](plain.md#x), [about](../../pages/about.md), ![x](/images/my%20x.png?w=3),\n"
        "[a tag](/tags/big-ideas/), [home](/) and [nothing]({filename}none.md).\n\n"
        "{{ kept }} ![](https://www.youtube.com/watch?v=zjkBMFhNj_g) "
        '![](/images/x.png){width="300" class="left"} '
        "{% notebook x.ipynb %}\n\n"
        "```python\nprint('{static}/images/x.png')\n```\n\nEnd. `{filename}plain.md`\n"
    )


def test_the_report_names_all_that_is_not_carried(pelican: Path) -> None:
    assert sorted(told(import_pelican(pelican))) == [
        ("no-equivalent", "pelicanconf.py", 12),
        ("not-imported", "content/old.rst", 0),
        ("unsupported-markup", "content/notes/links.md", 5),
        ("unsupported-markup", "content/notes/links.md", 7),
    ]


def test_an_imported_blog_builds_with_its_urls(pelican: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1999999999")
    target = tmp_path / "new"
    assert run(["import", "pelican", str(pelican), "--to", str(target)]) == 0
    assert run(["build", "-s", str(target)]) == 0
    site = target / "site"
    for page in ("plain.html", "links-and-more.html", "own/place/index.html", "pages/about.html"):
        assert (site / page).exists(), page
    assert "Secret" not in "".join(path.read_text() for path in site.rglob("*.html"))
    assert 'href="/plain.html#x"' in (site / "links-and-more.html").read_text()


@pytest.mark.parametrize(
    ("settings", "metadata", "url"),
    [
        ("", "Title: Ünïcode — Title", "/unicode-title.html"),
        ("ARTICLE_URL = '{date:%Y}/{category}/{slug}/'", "Title: T\nCategory: Big Ideas", "/2024/big-ideas/t/"),
        ("ARTICLE_SAVE_AS = 'b/{date:%b}/{slug}/index.html'", "Title: T", "/b/Jan/t/"),
        ("ARTICLE_URL = '{author}/{lang}/{slug}.html'\nAUTHOR = 'Ada L.'", "Title: T", "/ada-l/en/t.html"),
        ("SLUGIFY_SOURCE = 'basename'\nARTICLE_URL = '{lang}/{slug}.html'", "Title: T", "/en/some-name.html"),
        (r"FILENAME_METADATA = '(?P<slug>\w+)-.*'", "Title: T", "/some.html"),
    ],
)
def test_urls_are_those_of_pelican(tmp_path: Path, settings: str, metadata: str, url: str) -> None:
    files = {"pelicanconf.py": f"{settings}\n", "content/some-name.md": f"{metadata}\nDate: 2024-01-02\n\nText.\n"}
    text = import_pelican(fill(tmp_path / "p", files)).texts["posts/some-name.md"]
    assert f"permalink: {url}\n" in text


@pytest.mark.parametrize(
    ("title", "slug"),
    [("What? Yes/No!", "what-yesno"), ("a_b  c", "a_b-c"), ("--x--", "-x-"), ("Żółw", "zolw"), ("Über ß", "uber-ss")],
)
def test_slugs_are_those_of_pelican(tmp_path: Path, title: str, slug: str) -> None:
    files = {"pelicanconf.py": "A = 'x'\n", "content/some-name.md": f"Title: {title}\nDate: 2024-01-02\n\nText.\n"}
    imported = import_pelican(fill(tmp_path / "p", files))
    assert f"permalink: /{slug}.html\n" in imported.texts["posts/some-name.md"]
    assert imported.findings == []


def test_settings_can_refer_to_settings(tmp_path: Path) -> None:
    settings = "BASE = 'b'\nARTICLE_URL = BASE + '/{slug}/'\nARTICLE_SAVE_AS = ARTICLE_URL + 'index.html'\n"
    post = "Title: A\nDate: 2024-01-02\n\nText.\n"
    files = {"pelicanconf.py": f"{settings}AUTHOR = open('x')\n", "content/a.md": post}
    imported = import_pelican(fill(tmp_path / "p", files))
    assert imported.settings["permalink"] == "/b/:title/"
    assert told(imported) == [("no-equivalent", "pelicanconf.py", 4)]


@pytest.mark.parametrize(("setting", "key"), [("'fs'", "date: 2"), ("(2012, 3, 2)", "date: 2012-03-02"), ("None", "")])
def test_articles_without_a_date_are_as_in_pelican(tmp_path: Path, setting: str, key: str) -> None:
    files = {"pelicanconf.py": f"DEFAULT_DATE = {setting}\n", "content/a.md": "Title: A\n\nText.\n"}
    imported = import_pelican(fill(tmp_path / "p", files))
    texts = [text for path, text in imported.texts.items() if path.startswith("posts/")]
    assert [key in text for text in texts] == ([True] if key else [])
    assert bool(imported.findings) == (setting != "(2012, 3, 2)")


def test_urls_of_translations_and_transliterated_titles(tmp_path: Path) -> None:
    files = {
        "pelicanconf.py": r"SLUG_REGEX_SUBSTITUTIONS = [(r'C\+\+', 'cpp'), (r'[^\w\s-]', ''), (r'[-\s]+', '-')]",
        "content/a.md": "Title: In C++\nDate: 2024-01-02\n\nText.\n",
        "content/b.md": "Title: B\nDate: 2024-01-02\nLang: fr\n\nTexte.\n",
        "content/c.md": "Title: 中文\nDate: 2024-01-02\n\nText.\n",
    }
    imported = import_pelican(fill(tmp_path / "p", files))
    assert "permalink: /in-cpp.html\n" in imported.texts["posts/a.md"]
    assert "permalink: /b-fr.html\n" in imported.texts["posts/b.md"]
    assert told(imported) == [("not-imported", "content/c.md", 0)]


@pytest.mark.parametrize("path", ["/etc", "../other", "missing"])
def test_content_outside_of_the_folder_is_an_error(tmp_path: Path, path: str) -> None:
    source = fill(tmp_path / "p", {"pelicanconf.py": f"PATH = {path!r}\n", "content/a.md": "Title: A\n\nText.\n"})
    assert run(["import", "pelican", str(source), "--to", str(tmp_path / "new")]) == 2


def test_invalid_settings_are_told_at_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = fill(tmp_path / "p", {"pelicanconf.py": "SITENAME = 'x'\nSITEURL = (\n"})
    assert run(["import", "pelican", str(source), "--to", str(tmp_path / "new")]) == 1
    assert "pelicanconf.py:2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("{% gist 12ab a.py %}", "<https://gist.github.com/12ab#file-a-py>"),
        ('{% img /a.png 30 40 "One" "Two" %}', '![Two](/a.png "One"){width="30" height="40"}'),
        ("{% comment %}{% youtube abc %}{% endcomment %}", None),
        ("{% raw %}{% youtube abc %}{% endraw %}", None),
    ],
)
def test_each_tag(written: str, result: str | None) -> None:
    reported: list[int] = []
    assert translate_tags(written, lambda at, *_: reported.append(at)) == (result or written)
    assert reported == []


@pytest.mark.parametrize(
    "written", ["{% youtube abc now %}", "{% img /a.png %}text{% endimg %}", "{% figure /a.png %}"]
)
def test_a_tag_of_which_anything_would_be_lost_is_kept_and_reported(written: str) -> None:
    reported: list[int] = []
    assert translate_tags(written, lambda at, *_: reported.append(at)) == written
    assert reported == [0]


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("1.  Do:\n\n        :::sh\n        ls\n          -a", "1.  Do:\n\n    ```sh\n    ls\n      -a\n    ```"),
        ("* Do:\n\n        ls\n\n        cd\n\nEnd.", "* Do:\n\n    ```\n    ls\n\n    cd\n    ```\n\nEnd."),
        (
            "* A\n    * B:\n\n            #!python\n            x\n",
            "* A\n    * B:\n\n        ```python\n        x\n        ```\n",
        ),
        ("1. A\n\n    :::c\n    int i;\n\n      i;\n\nEnd.\n", "1. A\n\n```c\nint i;\n\n  i;\n```\n\nEnd.\n"),
        ("    plain\n      code\n", None),
        ("```\n#no heading\n```\n", None),
        ("##Title\n\nText.\n#Next\n", "## Title\n\nText.\n# Next\n"),
        ("<style>\n#id {}\n</style>\n\n<pre>\n#a\n</pre>\n", None),
        ("<div>\n\n    <p>Text.</p>\n\n</div>\n\n    <p>\n", "<div>\n\n<p>Text.</p>\n\n</div>\n\n    <p>\n"),
    ],
)
def test_markdown_is_read_as_by_python_markdown(written: str, result: str | None) -> None:
    assert translate_python_markdown(written) == (written if result is None else result)


def test_code_in_a_list_has_no_more_space_than_in_pelican(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Title: A\nDate: 2024-01-02\n\n* One:\n\n        def f():\n            pass\n"
    fill(tmp_path / "p", {"pelicanconf.py": "", "content/a.md": text})
    monkeypatch.chdir(tmp_path)
    assert run(["import", "pelican", "p", "--to", "new"]) == 0
    assert run(["build", "-s", "new", "--strict"]) == 0
    assert "<code>def f():\n    pass\n</code>" in (tmp_path / "new/site/a.html").read_text()


def test_values_that_pelican_accepts_do_not_stop_the_first_build(tmp_path: Path) -> None:
    files = {
        "pelicanconf.py": "SITEURL = 'https://me.example'\nDEFAULT_LANG = 'English'\nPATH = 'content'\n",
        "content/time.md": "Title: Time\nDate: 2020-11-26 0920\n\nText.\n",
        "content/day.md": "Title: Day\nDate: 26.11.2020\nModified: 2020/12/01\n\nText.\n",
        "content/đ.md": "Title: Đ\nDate: 2020-11-26\nSlug: đối\nUrl: x/đối/\n\nText.\n",
        "content/pages/start.md": "Title: Start\nURL: https://me.example\nsave_as: index.html\n\nText.\n",
        "content/pages/away.md": "Title: Away\nURL: https://other.example/x\n\nText.\n",
    }
    imported = import_pelican(fill(tmp_path / "p", files))
    assert imported.settings["language"] == "en"
    assert "date: 2020-11-26 09:20\n" in imported.texts["posts/time.md"]
    assert "date: 2020-11-26\n" in imported.texts["posts/day.md"]
    assert "pages/index.md" in imported.texts
    assert "permalink: /pages/away.html\n" in imported.texts["pages/away.md"]
    assert ("guessed-date", "content/time.md", 2) in told(imported)


def test_settings_name_the_folder_of_articles_and_plugins(tmp_path: Path) -> None:
    settings = "ARTICLE_PATHS = ['content']\nPLUGINS = ['pelican.plugins.render_math']\n"
    files = {"pelicanconf.py": settings, "content/a.md": "Title: A\nDate: 2020-11-26\n\nText.\n"}
    imported = import_pelican(fill(tmp_path / "p", files))
    assert "posts/content/a.md" in imported.sources
    assert imported.settings["markdown.math"] is True


@pytest.mark.parametrize(
    ("settings", "feeds"),
    [
        ("", {"feeds/all.atom.xml": "feed"}),
        ("FEED_ALL_ATOM = None\nFEED_RSS = 'rss.xml'\n", {"rss.xml": "feeds/rss"}),
        ("FEED_ALL_ATOM = 'feed.xml'\nFEED_RSS = 'feed'\n", {}),
    ],
)
def test_feeds_stay_at_their_urls(tmp_path: Path, settings: str, feeds: dict[str, str]) -> None:
    post = "Title: A\nDate: 2024-01-02\n\n<p style='color: red'>Text.</p>\n"
    files = {"settings.py": f"SITENAME = 'S'\n{settings}", "content/a.md": post, "fabfile.py": "import os\n"}
    imported = import_pelican(fill(tmp_path / "p", files))
    found = {path: text for path, text in imported.texts.items() if path.startswith("pages/")}
    assert found.keys() == {f"pages/{path}.md" for path in feeds}
    assert all(f"layout: {layout}\n" in found[f"pages/{path}.md"] for path, layout in feeds.items())
    assert imported.settings["theme.csp"] == "off"
    assert ("no-equivalent", "feed", 0) in told(imported) or "'feed'" not in settings


def test_ids_in_feeds_stay_the_tag_uris(pelican: Path, tmp_path: Path) -> None:
    assert run(["import", "pelican", str(pelican), "--to", str(tmp_path / "b")]) == 0
    run(["build", "-s", str(tmp_path / "b")])
    feed = (tmp_path / "b/site/feeds/all.atom.xml").read_text()
    assert set(re.findall("<id>(tag:[^<]*)</id>", feed)) == {
        "tag:me.example,2024-02-03:/links-and-more.html",
        "tag:me.example,2024-01-02:/plain.html",
        "tag:me.example,2024-03-04:/own/place/",
    }
    assert "idea" not in (tmp_path / "b/afterword.lock").read_text()
