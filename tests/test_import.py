"""`afterword import` moves a Jekyll blog, an Obsidian vault or a folder of notes, and reports what it cannot move."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from afterword.cli.main import run
from afterword.config.find_blog import is_jekyll_folder
from afterword.core.diagnostic_registry import load_entries
from afterword.importers.jekyll.blog import import_jekyll
from afterword.importers.jekyll.liquid import translate
from afterword.importers.jekyll.liquid_renderer import LiquidContext
from afterword.importers.model import read_note
from afterword.importers.obsidian import import_notes, read_first_commits
from afterword.importers.talk_lines import read_talk_lines
from tests.conftest import TODAY, fill
from tests.importing import text_of, told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.importers.model import Imported

JEKYLL: Mapping[str, str] = {
    "_config.yml": (
        "title: My blog\nurl: https://me.example\nbaseurl: /blog\nauthor: {name: Ada}\npaginate: 5\n"
        "plugins: [jekyll-feed]\ncollections: {talks: {output: true}}\n"
    ),
    "_posts/2014-01-02-plain.md": "---\ntitle: Plain\nlayout: post\n---\nJust   text.\t\n",
    "_posts/2014-01-03-liquid.md": (
        "---\ntitle: Liquid\ntags: one two\n---\n"
        "See [plain]({{ site.baseurl }}{% post_url 2014-01-02-plain %}) and ![x]({{ site.url }}/assets/x.png).\n\n"
        "{% highlight python linenos %}\nprint('{{ x }}')\n{% endhighlight %}\n\n"
        "{% raw %}{{ mustache }}{% endraw %} on {{ site.title }}\n\n"
        "```\n{% for %} stays\n```\n\n"
        "{% for post in site.related_posts %}{{ post.title }}{% endfor %}\n\n"
        '{% include figure.html src="/assets/x.png" alt="An x" caption="The x" %}\n\n'
        '{% include youtube.html id="zjkBMFhNj_g" %}\n'
    ),
    "movies/_posts/2014-02-01-film.md": "---\ntitle: Film\ncategories: [old]\n---\nText.\n",
    "_posts/sub/2014-03-01-deep.md": "---\ntitle: Deep\nredirect_from: /old/deep/\n---\nText.\n",
    "_posts/undated.md": "---\ntitle: U\n---\nText.\n",
    "_drafts/idea.md": "---\ntitle: Idea\n---\nText.\n",
    "about.md": "---\ntitle: About\n---\nText.\n",
    "contact.md": "---\ntitle: Contact\npermalink: /hello/\n---\nText.\n",
    "index.html": "---\nlayout: default\n---\n{% for post in site.posts %}{% endfor %}\n",
    "assets/x.png": "png",
    "assets/main.scss": "---\n---\nbody{}\n",
    "CNAME": "me.example\n",
    "Gemfile": "gem 'jekyll'\n",
    "_layouts/post.html": "x",
    "_site/index.html": "x",
}

VAULT: Mapping[str, str] = {
    ".obsidian/app.json": "{}",
    "Talks/Big ideas.md": (
        "---\ncreated: 2024-05-06\naliases: [BI, The big one]\ntags: [talks]\n---\n"
        "See [[Small ideas]], [[Small ideas|this]], [[Small ideas#The end]], [[#Here]] and [[Nowhere]].\n\n"
        "![[photo.png]] ![[photo.png|300]] ![[Small ideas]]\n\n"
        "> [!warning]- Mind the gap\n> It is wide.\n\n"
        "> [!quote]\n> Said.\n\n"
        "An ==important== #point with `[[code]]` and #nested/tag.\n\n"
        "```dataview\nLIST\n```\n\n## Here\n\n#one #two\n"
    ),
    "Small ideas.md": "# Small ideas\n\nBack to [[bi]].\n\n## The end\n\nText.\n",
    "files/photo.png": "png",
    "Board.canvas": "{}",
}


@pytest.fixture
def jekyll(tmp_path: Path) -> Path:
    return fill(tmp_path / "old", JEKYLL)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return fill(tmp_path / "vault", VAULT)


def test_settings_of_jekyll_become_ours(jekyll: Path) -> None:
    assert import_jekyll(jekyll).settings == {
        "title": "My blog",
        "base_url": "https://me.example/blog/",
        "author": "Ada",
        "permalink": "date",
        "paginate": 5,
        "paginate_path": "/page:num",
        "markdown.smart_punctuation": True,
        "markdown.emoji": False,
        "diagnostics.ignore": ["missing-title"],
    }


def test_old_names_of_settings_are_read_and_the_others_are_one_note(tmp_path: Path) -> None:
    config = "logo: a.png\nname: My blog\ntagline: On talks\nlinks:\n  - title: Home\n"
    imported = import_jekyll(fill(tmp_path / "old", {"_config.yml": config, "_posts/2014-01-02-plain.md": "# Plain\n"}))
    assert (imported.settings["title"], imported.settings["description"]) == ("My blog", "On talks")
    (found,) = imported.findings
    assert (str(found.place), found.message) == ("_config.yml:1:1", "settings are not imported: `logo`, `links`")


def test_straight_quotes_of_kramdown_turn_smart_punctuation_off(tmp_path: Path) -> None:
    config = "kramdown:\n  smart_quotes: apos,apos,quot,quot\n"
    old = fill(tmp_path / "old", {"_config.yml": config, "_posts/2014-01-02-plain.md": "# Plain\n"})
    assert import_jekyll(old).settings["markdown.smart_punctuation"] is False


def test_the_ignored_ids_of_an_imported_blog_are_known(jekyll: Path) -> None:
    ignored = import_jekyll(jekyll).settings["diagnostics.ignore"]
    assert isinstance(ignored, list)
    assert set(ignored) <= load_entries().keys()


def test_a_post_that_needs_no_change_is_not_changed(jekyll: Path) -> None:
    imported = import_jekyll(jekyll)
    assert imported.copies["posts/2014-01-02-plain.md"] == jekyll / "_posts/2014-01-02-plain.md"
    assert imported.copies["posts/sub/2014-03-01-deep.md"].name == "2014-03-01-deep.md"


def test_liquid_is_translated_outside_code(jekyll: Path) -> None:
    text = text_of(import_jekyll(jekyll), "posts/2014-01-03-liquid.md")
    assert "See [plain](2014-01-02-plain.md) and ![x](/assets/x.png)." in text
    assert "```python linenos\nprint('{{ x }}')\n```" in text
    assert "{{ mustache }} on My blog" in text
    assert "```\n{% for %} stays\n```" in text
    assert '![An x](/assets/x.png "The x")' in text
    assert "![](https://www.youtube.com/watch?v=zjkBMFhNj_g)" in text
    assert "{% for post in site.related_posts %}" in text, "what cannot be translated is kept"


def test_the_report_names_all_that_is_not_carried(jekyll: Path) -> None:
    assert sorted(told(import_jekyll(jekyll))) == [
        ("no-equivalent", "_layouts", 0),
        ("not-imported", "_posts/undated.md", 0),
        ("not-imported", "assets/main.scss", 0),
        ("not-imported", "index.html", 0),
        ("unsupported-liquid", "_posts/2014-01-03-liquid.md", 17),
    ]


def test_folders_above_posts_are_categories_and_urls_of_pages_stay(jekyll: Path) -> None:
    imported = import_jekyll(jekyll)
    assert read_note("x", text_of(imported, "posts/movies/2014-02-01-film.md").encode()).values["categories"] == [
        "movies",
        "old",
    ]
    assert "permalink: /about.html" in text_of(imported, "pages/about.md")
    assert "pages/contact.md" in imported.copies
    assert {"static/assets/x.png", "static/CNAME"} <= imported.copies.keys()
    assert not any("Gemfile" in path or "_site" in path for path in imported.copies)


def test_a_moved_jekyll_blog_keeps_its_urls(jekyll: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    monkeypatch.chdir(tmp_path)
    assert run(["import", "jekyll", "old", "--to", "new"]) == 0
    assert run(["build", "-s", "new"]) == 0
    site = tmp_path / "new/site"
    for page in (
        "2014/01/02/plain.html",
        "movies/old/2014/02/01/film.html",
        "2014/03/01/deep.html",
        "old/deep/index.html",
        "about.html",
        "hello/index.html",
        "assets/x.png",
    ):
        assert (site / page).exists(), page
    assert "<id>https://me.example/blog/2014/01/02/plain</id>" in (site / "feed.xml").read_text()


def test_the_source_is_not_changed_and_an_own_folder_is_refused(jekyll: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in jekyll.rglob("*") if path.is_file()}
    assert run(["import", "jekyll", str(jekyll), "--to", str(tmp_path / "new")]) == 0
    assert run(["import", "jekyll", str(jekyll), "--to", str(jekyll / "new")]) == 2
    assert run(["import", "jekyll", str(jekyll), "--to", str(tmp_path / "new")]) == 2
    assert {path: path.read_bytes() for path in jekyll.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("[a]({{ '/x/' | relative_url }})", "[a](/x/)"),
        ('<img src="{{ "x.png" | absolute_url }}">', '<img src="/x.png">'),
        ("[a]: {{site.url}}{{site.baseurl}}/a", "[a]: /a"),
        ("at {{site.url}}{{site.baseurl}}/a", "at https://me.example/blog/a"),
        ('<a href="https://t.example/?url={{ site.url }}/">', '<a href="https://t.example/?url=https://me.example/">'),
        ('<img srcset="{{ site.baseurl }}/a 1x, {{ site.baseurl }}/b 2x">', '<img srcset="/a 1x, /b 2x">'),
        ("{% comment %}hidden{% endcomment %}seen", "seen"),
        ("{% gist ada/123 %}", "<https://gist.github.com/ada/123>"),
        ("{% link assets/x.png %}", "/assets/x.png"),
        ("{%- youtube zjkBMFhNj_g -%}", "![](https://www.youtube.com/watch?v=zjkBMFhNj_g)"),
        ("`{% raw %}` is code", "`{% raw %}` is code"),
        ("one {%- comment %}x{% endcomment -%} two", "onetwo"),
        ('{% assign a = "b" -%}\n{{ a | upcase }}', "B"),
        ("[a]({{ site.url }}{{ page.place }})", "[a](/here)"),
        ('[a]({{ "x" | prepend: site.baseurl | prepend: site.url }})', "[a](/x)"),
        ("{% if page.place %}one{% else %}two{% endif %} {% unless page.none %}three{% endunless %}", "one three"),
        ("{% for x in (1..3) %}`{{ x }}`{% unless forloop.last %}, {% endunless %}{% endfor %}", "`1`, `2`, `3`"),
        ("{% if site.posts == nil or page.title == 'T' %}known{% endif %}", "known"),
        ("{% if site.url contains 'me.example' %}{{ site.url | remove: 'https://' }}{% endif %}", "me.example"),
        ("{% for x in page.none %}{{ x }}{% endfor %}none", "none"),
        ("`{{ page.title }}` and `{{ other }}` are code", "`T` and `{{ other }}` are code"),
        ("a{% if true %}\n{% assign b = 1 %}\n{% endif %}{{ b }}", "a1"),
        ("a{% if true %}b {% endif %}{%- assign c = 1 %}d", "ab d"),
        ("{{ 'abc' | slice: -5, 2 }}{{ 'abc' | first }}{{ true | plus: '2x' }}", "2"),
        ("{% if true > 1 or page.title contains nil %}a{% else %}b{% endif %}", "b"),
        ('{{ "{{" }} and {{ "}}" }}', "{{ and }}"),
        ("`{{ site.url }}/a`", "`https://me.example/a`"),
    ],
)
def test_each_liquid_of_the_closed_list(written: str, result: str) -> None:
    note = read_note("a.md", f"---\ntitle: T\nplace: /here\n---\n{written}\n".encode())
    site = {"url": "https://me.example", "baseurl": "/blog"}
    context = LiquidContext({}, {"assets/x.png": "static/assets/x.png"}, site)
    translated = translate("a.md", note, "posts/a.md", context)
    assert translated.text.strip() == result
    assert translated.findings == ()


UNKNOWN = [
    "{% for post in site.posts %}{{ post.title }} {% link none.md %}{% endfor %}",
    "{% if site.tags.size > 3 %}one{% else %}two{% endif %}",
    "{% for tag in site.categories %}{{ tag }}{% endfor %}",
    "{% assign all = site.posts %}",
    "{{ unknown }}",
    "{{ page.title | no_filter }}",
    "{% for x in (1..3) %}{{ x }}{% plugin %}{% endfor %}",
    "{% for x in (1..999999999) %}{{ x }}{% endfor %}",
    "{% capture a %}{{ site.time }}{% endcapture %}",
    "{% endif %}",
    "{% break %}",
    "{% include none.html %}",
    "{% if page.title %}one",
    "{% if 1 < page.title %}one{% endif %}",
    "{{ page }}",
    '{% include video.html src="/a.mp4" %}',
    '{% include figure.html src="/a.png" credit="Ada" %}',
]


@pytest.mark.parametrize(
    ("include", "written"),
    [
        ('<p class="own">{{ include.caption }} – {{ include.note }}</p>', '<p class="own">One – Two</p>'),
        ("{{ include.note | no_filter }}", '{% include figure.html src="/a.png" caption="One" note="Two" %}'),
    ],
)
def test_an_include_of_the_blog_wins(tmp_path: Path, include: str, written: str) -> None:
    post = '---\ntitle: T\n---\nText.\n\n{% include figure.html src="/a.png" caption="One" note="Two" %}\n'
    files = {"_config.yml": "title: T\n", "_includes/figure.html": include, "_posts/2024-01-02-a.md": post}
    imported = import_jekyll(fill(tmp_path / "j", files))
    assert written in text_of(imported, "posts/2024-01-02-a.md")


@pytest.mark.parametrize("written", UNKNOWN)
def test_liquid_that_cannot_be_decided_is_kept_with_one_warning(written: str) -> None:
    note = read_note("a.md", f"---\ntitle: T\n---\nBefore {written} after\n".encode())
    translated = translate("a.md", note, "posts/a.md", LiquidContext({}, {}))
    assert translated.text == note.text
    (finding,) = translated.findings
    assert (finding.id, finding.place and finding.place.column) == ("unsupported-liquid", 8)


def test_a_warning_names_what_is_unknown_in_a_loop_and_is_not_repeated() -> None:
    text = "{% for x in (1..2) %}\n{{ site.time }}{% assign y = x %}{% endfor %}{{ y }}\n{% if y %}a{% endif %}\n"
    translated = translate("a.md", read_note("a.md", text.encode()), "posts/a.md", LiquidContext({}, {}))
    message = "Liquid is not supported: `{% for x in (1..2) %}`, because of `{{ site.time }}`"
    assert [found.message for found in translated.findings] == [message]
    assert translated.text == text


def test_the_text_in_a_block_of_a_plugin_is_translated() -> None:
    note = read_note("a.md", b"{% notice %}{% if true %}*One*{% endif %}{% endnotice %} {% unknown %}")
    translated = translate("a.md", note, "posts/a.md", LiquidContext({}, {}))
    assert translated.text == "{% notice %}*One*{% endnotice %} {% unknown %}"
    assert [found.message.partition(": ")[2] for found in translated.findings] == ["`{% notice %}`", "`{% unknown %}`"]


def test_tags_of_the_settings_are_not_those_of_the_site(jekyll: Path) -> None:
    settings = (jekyll / "_config.yml").read_text()
    page = "---\ntitle: Tags\n---\n{% for tag in site.tags %}<b>{{ tag }}</b>{% endfor %}\n"
    imported = import_jekyll(fill(jekyll, {"_config.yml": f"{settings}tags: [blog]\n", "tags.html": page}))
    assert "redirect_to: /tags/" in imported.texts["pages/tags.md"]


def test_an_invalid_data_file_is_reported_and_its_loops_are_kept(jekyll: Path) -> None:
    loop = "{% for x in site.data.bad %}{{ x }}{% endfor %}"
    fill(jekyll, {"_data/bad.yml": "a: [1\n", "_posts/2014-04-01-data.md": f"---\ntitle: D\n---\n{loop}\n"})
    imported = import_jekyll(jekyll)
    assert loop in text_of(imported, "posts/2014-04-01-data.md")
    assert ("not-imported", "_data/bad.yml", 0) in told(imported)
    assert not any(path == "_posts/2014-04-01-data.md" for _, path, _ in told(imported))


def test_data_that_contains_itself_is_an_unknown_value(jekyll: Path) -> None:
    text = "---\ntitle: D\n---\n{{ site.data.x.a }} {{ site.data.x.a | jsonify }}\n"
    fill(jekyll, {"_data/x.yml": "a: &a [*a]\n", "_posts/2014-04-01-data.md": text})
    assert told(import_jekyll(jekyll)).count(("unsupported-liquid", "_posts/2014-04-01-data.md", 4)) == 2


def test_files_are_written_from_data(jekyll: Path) -> None:
    text = "---\n---\n{% for x in site.data.x %}{{ x | jsonify }}, {{ '/a' | relative_url }}{% endfor %}\n"
    fill(jekyll, {"_data/x.json": '[{"a": 1}]', "api.json": text, "all.json": text.replace("data.x", "posts")})
    imported = import_jekyll(jekyll)
    assert text_of(imported, "static/api.json") == '{"a":1}, /blog/a\n'
    assert ("not-imported", "all.json", 0) in told(imported)


def test_wikilinks_embeds_and_callouts_become_markdown(vault: Path) -> None:
    text = text_of(import_notes(vault, obsidian=True), "posts/Talks/Big ideas.md")
    assert "See [Small ideas](../Small%20ideas.md), [this](../Small%20ideas.md)" in text
    assert "[Small ideas > The end](../Small%20ideas.md#the-end)" in text
    assert "[Here](#here) and Nowhere." in text
    assert "![photo](../files/photo.png)" in text
    assert '<img src="../files/photo.png" alt="photo" width="300">' in text
    assert "> [!warning]- Mind the gap\n> It is wide." in text
    assert "An ==important== #point with `[[code]]`" in text
    assert "tags: [talks, point, nested/tag, one, two]" in text
    assert "other_names: [BI, The big one]" in text
    assert "aliases:" not in text
    assert "date: 2024-05-06" in text
    assert "title: Big ideas" in text


def test_links_are_found_as_in_obsidian(tmp_path: Path) -> None:
    text = (
        "---\npermalink: /\n---\n# A\n\n| a |\n| --- |\n| [[b\\|B]] ![[x.png\\|100]] [[b#C\\|B]] |\n\n"
        "[b](b.md), ![x](x.png#right), [near](a.md), [none](none.md), [site](https://b.md) and `[b](b.md)`. ^id-1\n\n"
        "^id-2\n\n[App](obsidian://open?vault=x)\n"
    )
    files = {"notes/a.md": text, "sub/b.md": "# B\n\n## C\n\nText.\n", "files/x.png": "png"}
    imported = import_notes(fill(tmp_path / "vault", files), obsidian=True)
    written = text_of(imported, "posts/notes/a.md")
    assert '| [B](../sub/b.md) <img src="../files/x.png" alt="x" width="100"> [B](../sub/b.md#c) |' in written
    assert "[b](../sub/b.md), ![x](../files/x.png#right), [near](a.md), [none](none.md)" in written
    assert "[site](https://b.md) and `[b](b.md)`.\n\n\n[App]" in written
    assert "permalink" not in written
    assert ("not-imported", "notes/a.md", 0) in told(imported)
    assert imported.settings["markdown.schemes"] == ["http", "https", "mailto", "tel", "obsidian"]


def test_aliases_are_names_to_link_to(vault: Path) -> None:
    assert "Back to [bi](Talks/Big%20ideas.md)." in text_of(import_notes(vault, obsidian=True), "posts/Small ideas.md")


def test_a_link_to_the_heading_that_is_the_title_leads_to_the_note(tmp_path: Path) -> None:
    notes = {
        "A.md": "---\ndate: 2024-01-01\n---\n# The A\n\n[[#The A]]\n\n## Next\n",
        "B.md": "---\ndate: 2024-01-01\n---\n# B\n\n[[A#The A]] and [[A#Next]]\n",
    }
    imported = import_notes(fill(tmp_path / "notes", notes), obsidian=True)
    assert "[The A](A.md)" in imported.texts["posts/A.md"]
    assert "[A > The A](A.md) and [A > Next](A.md#next)" in imported.texts["posts/B.md"]


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("> [!tip]- Folded with **bold**\n> Text.", None),
        ("> > [!quote]+\n> > Text.", None),
        ("> [!my-kind]- Own *title*\n> Text.", "> [!note]- Own *title*\n> Text."),
        ("> [!recipe]\n> Text.", "> [!note] Recipe\n> Text."),
        ("![[paper.pdf#page=3]]", "[paper.pdf > page=3](../files/paper.pdf#page=3)"),
        (
            "![[paper.pdf]] [[paper.pdf#page=3|p. 3]]",
            "[paper.pdf](../files/paper.pdf) [p. 3](../files/paper.pdf#page=3)",
        ),
        ("![[talk.mp4#t=10]]", "![talk](../files/talk.mp4#t=10)"),
        ("[a](Other%20Note.md#Sleep%20well)", "[a](Other%20Note.md#sleep-well)"),
        (
            "[a](Other%20Note#Sleep%20well) [b](Far.md#Part%20One)",
            "[a](Other%20Note#sleep-well) [b](../sub/Far.md#part-one)",
        ),
        ("[a](#A%20Place) [b](#own-id) [c](Other%20Note.md#^id)", "[a](#a-place) [b](#own-id) [c](Other%20Note.md)"),
        (r"`^[code]` and \^[text] and ^[open", None),
    ],
)
def test_what_obsidian_writes_means_the_same(tmp_path: Path, written: str, result: str | None) -> None:
    files = {
        "notes/A.md": f"---\ntitle: A\ndate: 2024-01-01\n---\n{written}\n\n## A Place\n",
        "notes/Other Note.md": "# Other\n\n## Sleep well\n\nText.\n",
        "sub/Far.md": "# Far\n\n### Part One\n",
        "files/paper.pdf": "pdf",
        "files/talk.mp4": "mp4",
    }
    imported = import_notes(fill(tmp_path / "vault", files), obsidian=True)
    assert text_of(imported, "posts/notes/A.md").split("---\n", 2)[2] == f"{result or written}\n\n## A Place\n"


def test_inline_footnotes_get_a_number_and_a_definition(tmp_path: Path) -> None:
    written = "One^[With *stress*, `code]`,\nand [[B|a link]].] and two.[^3]\n\n- Three^[Short.]\n\n[^3]: Known.\n"
    files = {"A.md": f"---\ntitle: A\ndate: 2024-01-01\n---\n{written}", "B.md": "# B\n"}
    imported = import_notes(fill(tmp_path / "vault", files), obsidian=True)
    assert text_of(imported, "posts/A.md").split("---\n", 2)[2] == (
        "One[^4] and two.[^3]\n\n- Three[^5]\n\n[^3]: Known.\n\n"
        "[^4]: With *stress*, `code]`, and [a link](B.md).\n\n[^5]: Short.\n"
    )


def test_the_report_of_an_import_has_all_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {f"{name}.md": "---\ndate: 2024-01-01\n---\n[[Nowhere]]\n" for name in "abcdefghijklmnop"}
    assert run(["import", "obsidian", str(fill(tmp_path / "vault", files)), "--to", "new"]) == 0
    report = capsys.readouterr().err
    assert report.count("note or file not found") == 1, "a cause that many notes share is one message"
    assert all(f"/{name}.md:4:1" in report for name in "abcdefghijklmnop")
    assert "-v shows all" not in report


def test_the_report_of_a_vault(vault: Path) -> None:
    assert sorted(told(import_notes(vault, obsidian=True))) == [
        ("broken-link", "Talks/Big ideas.md", 6),
        ("guessed-date", "Small ideas.md", 0),
        ("not-imported", "Board.canvas", 0),
        ("not-imported", "Talks/Big ideas.md", 8),
        ("not-imported", "Talks/Big ideas.md", 18),
    ]


def test_a_moved_vault_builds_without_an_error(vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1999999999")
    monkeypatch.chdir(tmp_path)
    assert run(["import", "obsidian", "vault"]) == 0
    assert run(["build", "-s", "vault-afterword"]) == 0


@pytest.mark.parametrize(
    "front_matter",
    [
        '+++\ntitle = "Mine"\ndate = 2024-01-02\n+++\n',
        '{"title": "Mine", "date": "2024-01-02"}\n\n',
        "title: Mine\ndate: 2024-01-02 09:07\ncategory: process\n\n",
    ],
    ids=["TOML", "JSON", "header lines"],
)
@pytest.mark.parametrize("kind", ["markdown", "obsidian"])
def test_front_matter_that_is_not_yaml_is_imported_as_it_is(
    tmp_path: Path, kind: str, front_matter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    notes = fill(tmp_path / "notes", {"mine.md": f"{front_matter}Text.\n"})
    assert run(["import", kind, str(notes), "--to", str(tmp_path / "blog")]) == 0
    assert (tmp_path / "blog/posts/mine.md").read_text() == f"{front_matter}Text.\n"
    assert run(["build", "--strict", "-s", str(tmp_path / "blog")]) == 0
    assert "<h1>Mine</h1>" in (tmp_path / "blog/site/posts/mine/index.html").read_text()


def test_keys_with_capital_letters_are_keys(tmp_path: Path) -> None:
    text = (
        "---\nDescription: A note\nTags:\n- one\nTitle: The title\nSection: post\nDate: 2024-01-02\n---\nTitle: text\n"
    )
    imported = import_notes(fill(tmp_path / "notes", {"a.md": text}), obsidian=False)
    assert imported.texts["posts/a.md"] == (
        "---\ndescription: A note\ntags:\n- one\ntitle: The title\nSection: post\ndate: 2024-01-02\n---\nTitle: text\n"
    )


def test_a_title_from_a_file_name_has_no_date(tmp_path: Path) -> None:
    imported = import_notes(fill(tmp_path / "notes", {"2024-01-02-a-note.md": "Text.\n"}), obsidian=False)
    assert imported.texts["posts/2024-01-02-a-note.md"] == "---\ntitle: a-note\n---\nText.\n"


@pytest.mark.parametrize(
    ("path", "text", "title", "rest"),
    [
        ("tuning_node.md", "## Tuning Node\n\n### Joe\n", "Tuning Node", "### Joe\n"),
        ("a.md", "# First\n\n## Second\n", "", "# First\n\n## Second\n"),
        ("a_long_name.md", "## *Marked*\n", "A long name", "## *Marked*\n"),
        ("a_b c.md", "Text.\n", "a_b c", "Text.\n"),
    ],
)
def test_the_title_of_a_plain_note_is_its_first_heading(
    tmp_path: Path, path: str, text: str, title: str, rest: str
) -> None:
    written = import_notes(fill(tmp_path / "n", {path: text}), obsidian=False).texts[f"posts/{path}"]
    matter, _, found = written.removeprefix("---\n").partition("---\n")
    assert (f"title: {title}\n" in matter or not title, found) == (True, rest)


def test_a_drawing_is_no_post(tmp_path: Path) -> None:
    files = {
        "a.md": "---\ndate: 2024-01-02\n---\nText.\n",
        "Plan.excalidraw.md": "---\nexcalidraw-plugin: x\n---\n{}\n",
    }
    imported = import_notes(fill(tmp_path / "v", files), obsidian=True)
    assert imported.sources.keys() == {"posts/a.md"}
    assert told(imported) == [("not-imported", "Plan.excalidraw.md", 0)]


@pytest.mark.parametrize(
    ("written", "kept", "id"),
    [
        ("3/4/2026", "2026-04-03", "invalid-date"),
        ("24/12/2026", "2026-12-24", "guessed-date"),
        ("soon", "20", "invalid-date"),
        ("[[2024-10-9]]", '"2024-10-9"', ""),
        ("[[2024-10-19]]", "2024-10-19", ""),
        ('"[[2024-10-19]]"', "2024-10-19", ""),
    ],
)
def test_a_date_that_is_changed_or_ambiguous_is_reported(tmp_path: Path, written: str, kept: str, id: str) -> None:
    note = f"\n---\ntitle: A\ndate: {written}\nauthor: [[Ada]]\n---\nText.\n"
    imported = import_notes(fill(tmp_path / "v", {"a.md": note}), obsidian=True)
    assert f"date: {kept}" in imported.texts["posts/a.md"]
    assert "author: [Ada]\n" in imported.texts["posts/a.md"]
    assert ((id, "a.md", 4) in told(imported)) == bool(id)
    assert run(["build", "-s", str(fill(tmp_path / "b", imported.texts))]) == 0


def test_files_and_names_of_a_folder_for_a_site_are_kept(tmp_path: Path) -> None:
    text = "---\ndate: 2024-01-02\n---\n![x](/img/a.png) ![y](b.png) <img src='/c%20d.png'>\n"
    files = {"2024-01-02-x.md": text, "2024-01-03-x.md": text, "public/img/a.png": "", "b.png": "", "e/c d.png": ""}
    files["static/robots.txt"] = ""
    assert run(["import", "markdown", str(fill(tmp_path / "n", files)), "--to", str(tmp_path / "b")]) == 0
    assert run(["build", "-s", str(tmp_path / "b")]) == 0
    for path in ("img/a.png", "c d.png", "robots.txt", "posts/2024-01-02-x/b.png", "posts/2024-01-03-x/index.html"):
        assert (tmp_path / "b/site" / path).exists(), path


@pytest.mark.parametrize(
    ("name", "date"),
    [("PyCon-2014-04-12", "2014-04-12"), ("PyCon 2014-04-12 (day 2)", "2014-04-12"), ("PyCon-2014-13-40", "20")],
)
def test_a_date_anywhere_in_a_file_name_is_that_of_the_note(tmp_path: Path, name: str, date: str) -> None:
    imported = import_notes(fill(tmp_path / "n", {f"{name}.md": "# PyCon\n\nText.\n"}), obsidian=False)
    assert f"date: {date}" in imported.texts[f"posts/{name}.md"]
    assert (imported.findings == []) == (len(date) == 10)


def test_a_note_without_a_date_has_that_of_its_first_commit(tmp_path: Path) -> None:
    notes = fill(tmp_path / "notes", {"a.md": "# A\n\nText.\n"})
    git = ["git", "-C", str(notes), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    environ = {
        "GIT_AUTHOR_DATE": "2021-03-04T10:00:00Z",
        "GIT_COMMITTER_DATE": "2021-03-04T10:00:00Z",
        "PATH": "/usr/bin:/bin",
    }
    subprocess.run([*git, "commit", "-qm", "first"], check=True, env=environ)
    imported = import_notes(notes, obsidian=False)
    assert "date: 2021-03-04" in imported.texts["posts/a.md"]
    assert [one.id for one in imported.findings] == ["guessed-date"]


def test_header_lines_of_a_note_become_a_talk() -> None:
    found = read_talk_lines(
        "# [Boundaries](https://youtu.be/yTkzNHF6rMs)\n\n**Speaker: Gary Bernhardt**\n\n"
        "**Conference: [RubyConf](https://rubyconf.org) - Nov 2012**\n\nAt [Time 0:01:02] it begins.\n"
    )
    assert found is not None
    assert found.title == "Boundaries"
    assert "speakers: [Gary Bernhardt]" in found.block
    assert "event: RubyConf" in found.block
    assert "date: 2012-11" in found.block
    assert found.text.strip() == "At [0:01:02] it begins."


@pytest.mark.parametrize(
    ("written", "speakers"),
    [
        ('# "A, B and C" by Ada King and Bob', "[Ada King, Bob]"),
        ("# “A, B and C” by Ada K. King, Bob", "[Ada K. King, Bob]"),
    ],
)
def test_a_title_that_names_the_speakers_becomes_a_talk(written: str, speakers: str) -> None:
    found = read_talk_lines(f"{written}\n\n**Event: PyCon - 2018**\n\nText.\n")
    assert found is not None
    assert found.title == "A, B and C"
    assert f"speakers: {speakers}\n" in found.block
    assert "event: PyCon\n  date: 2018\n" in found.block
    assert found.text.strip() == "Text."


@pytest.mark.parametrize(
    "title",
    [
        *("# Boundaries", "# [Boundaries](https://example.org/)", "Text first."),
        *('# "Step" by step', '# "A" by [Ada](/ada/)', '# Reading "A" by Ada', '# "A" and "B" by Ada'),
    ],
)
def test_other_notes_are_no_talks(title: str) -> None:
    assert read_talk_lines(f"{title}\n\n**Speaker: A**\n") is None


def test_a_folder_without_notes_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    for kind in ("jekyll", "obsidian", "markdown"):
        assert run(["import", kind, str(tmp_path / "empty"), "--to", str(tmp_path / "x")]) == 2
        assert "found in" in capsys.readouterr().err


def test_a_jekyll_folder_is_built_as_it_lies(
    jekyll: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    before = {path: path.read_bytes() for path in jekyll.rglob("*") if path.is_file()}
    assert run(["build", "-s", str(jekyll)]) == 0
    told = capsys.readouterr().err
    assert "note[jekyll-folder]: built as a Jekyll blog; ignored: " in told
    assert "_posts/2014-01-03-liquid.md:17:1" in told, "places are those of the folder"
    for page in ("2014/01/02/plain.html", "movies/old/2014/02/01/film.html", "about.html", "assets/x.png"):
        assert (jekyll / "site" / page).exists(), page
    assert {path: path.read_bytes() for path in before} == before
    assert run(["build", "-s", str(jekyll)]) == 0
    assert "nothing changed" in capsys.readouterr().out


@pytest.mark.parametrize(("options", "folder"), [([], "_posts"), (["--draft"], "_drafts")])
def test_a_new_post_of_a_jekyll_folder_is_beside_the_others(
    jekyll: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], folder: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    assert run(["new", "Another", "-s", str(jekyll), *options]) == 0
    assert f"/{folder}/" in capsys.readouterr().out
    assert run(["build", "-s", str(jekyll)]) == 0
    assert (jekyll / "site/2014/01/02/plain.html").exists()


def test_edits_of_a_jekyll_folder_reach_the_site(jekyll: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    run(["build", "-s", str(jekyll)])
    (jekyll / "_posts/2014-01-02-plain.md").write_text("---\ntitle: Plain\n---\nAnother text.\n")
    (jekyll / "_posts/sub/2014-03-01-deep.md").unlink()
    assert run(["build", "-s", str(jekyll)]) == 0
    assert "Another text." in (jekyll / "site/2014/01/02/plain.html").read_text()
    assert not (jekyll / "site/2014/03/01/deep.html").exists()


def test_a_jekyll_folder_can_be_checked_and_its_errors_have_their_files(
    jekyll: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    (jekyll / "_posts/2014-05-01-bad.md").write_text("---\ntitle: a: b\n---\nText.\n")
    assert run(["build", "-s", str(jekyll)]) == 1
    assert "_posts/2014-05-01-bad.md:2" in capsys.readouterr().err
    assert run(["build", "-s", str(jekyll), "--keep-going"]) == 1
    assert "left out because of errors: 1 source: `_posts/2014-05-01-bad.md`" in capsys.readouterr().out
    assert run(["check", "-s", str(jekyll)]) == 1


def test_missing_files_have_their_path_in_the_jekyll_folder(
    jekyll: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    text = "---\ntitle: A\n---\n![a](gone.png) ![b](../img/gone.png)\n"
    fill(jekyll, {"travel/_posts/2014-05-02-a.md": text})
    assert run(["build", "-s", str(jekyll)]) == 0
    found = capsys.readouterr().err
    assert "file not found: `travel/_posts/gone.png`\n" in found
    assert "travel/_posts/2014-05-02-a.md:4:6\n" in found
    assert "file not found: `travel/img/gone.png`" in found


@pytest.mark.parametrize("own", ["afterword.toml", "posts/2026-01-01-a.md"])
def test_a_blog_of_ours_with_a_folder_of_jekyll_is_none_of_jekyll(jekyll: Path, own: str) -> None:
    fill(jekyll, {own: ""})
    assert not is_jekyll_folder(jekyll)


@pytest.mark.parametrize(
    ("settings", "folder"), [('{"folder": "Meta/Forms"}', "Meta/Forms"), ("{}", "Templates"), ("no json", "templates")]
)
def test_templates_for_new_notes_are_left_out(vault: Path, settings: str, folder: str) -> None:
    fill(vault, {".obsidian/templates.json": settings, f"{folder}/Book.md": "---\ncreated: {{date}}\n---\n"})
    imported = import_notes(vault, obsidian=True)
    assert not any("Book" in path for path in (*imported.texts, *imported.copies))
    assert ("no-equivalent", folder, 0) in told(imported)


def test_liquid_that_is_kept_is_told_once(
    jekyll: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    run(["build", "-s", str(jekyll)])
    assert capsys.readouterr().err.count("warning[unsupported-liquid]") == 1


@pytest.mark.parametrize("link", [".afterword/jekyll", ".afterword"])
def test_a_jekyll_folder_is_not_built_through_a_link(jekyll: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    fill(outside, {"keep.txt": "x", "jekyll/keep.txt": "x"})
    (jekyll / link).parent.mkdir(exist_ok=True)
    (jekyll / link).symlink_to(outside)
    assert run(["build", "-s", str(jekyll)]) == 2
    assert sorted(path.name for path in outside.rglob("*")) == ["jekyll", "keep.txt", "keep.txt"]


@pytest.mark.parametrize(("link", "target"), [("posts", "."), ("static/assets/x.png", "keep.txt"), ("other", ".")])
def test_links_in_the_folder_of_the_import_are_removed(
    jekyll: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str, target: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    outside = fill(tmp_path / "outside", {"keep.txt": "x"})
    (jekyll / ".afterword/jekyll" / link).parent.mkdir(parents=True)
    (jekyll / ".afterword/jekyll" / link).symlink_to(outside / target)
    assert run(["build", "-s", str(jekyll)]) == 0
    assert [path.name for path in outside.rglob("*")] == ["keep.txt"]
    assert (outside / "keep.txt").read_text() == "x"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        *(("a.txt", ".env"), ("assets/b.txt", "../.git/config"), ("c.txt", "_drafts/idea.md"), ("d.txt", "about.md")),
        *(("_posts/2014-06-01-e.md", "../_drafts/idea.md"), ("f.txt", "a-link.txt")),
    ],
)
def test_links_to_private_files_are_not_imported(jekyll: Path, link: str, target: str) -> None:
    fill(jekyll, {".env": "secret", ".git/config": "secret"})
    (jekyll / "a-link.txt").symlink_to(".env")
    (jekyll / link).symlink_to(target)
    imported = import_jekyll(jekyll)
    assert jekyll / link not in imported.copies.values()
    assert link in [one.place.path for one in imported.findings if one.place is not None]


def test_links_to_public_files_are_imported(jekyll: Path, tmp_path: Path) -> None:
    (jekyll / "y.png").symlink_to("assets/x.png")
    (jekyll / "z.png").symlink_to(fill(tmp_path / "shared", {"z.png": "png"}) / "z.png")
    assert {"static/y.png", "static/z.png"} <= set(import_jekyll(jekyll).copies)


def test_a_link_of_a_vault_to_a_private_file_is_not_imported(vault: Path) -> None:
    fill(vault, {".trash/old.md": "secret"})
    (vault / "Old.md").symlink_to(".trash/old.md")
    assert ("not-imported", "Old.md", 0) in told(import_notes(vault, obsidian=True))


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        *(("private/a.md", "private/*"), ("a.secret.md", "*.secret.md"), ("lead/a.md", "/lead")),
        *(("deep/x/a.md", "deep/"), ("_posts/2014-07-01-a.md", "_posts/2014-07*"), ("private-a.md", "private")),
    ],
)
def test_exclude_is_read_as_jekyll_reads_it(jekyll: Path, path: str, pattern: str) -> None:
    fill(
        jekyll,
        {path: "---\ntitle: A\n---\nText.\n", "_config.yml": f"exclude: ['{pattern}', kept.md]\ninclude: [kept.md]\n"},
    )
    fill(jekyll, {"kept.md": "---\ntitle: K\n---\nText.\n"})
    sources = import_jekyll(jekyll).sources.values()
    assert path not in sources
    assert "kept.md" in sources


@pytest.mark.parametrize("name", ["_note.md", "#note.txt#", "~note.txt", "note.txt~", "sub/_note.txt"])
def test_files_that_jekyll_does_not_publish_are_left_out(jekyll: Path, name: str) -> None:
    fill(jekyll, {name: "---\ntitle: A\n---\nText.\n" if name.endswith(".md") else "Text.\n"})
    assert name not in import_jekyll(jekyll).sources.values()
    fill(jekyll, {"_config.yml": f"include: ['{name}']\n"})
    assert name in import_jekyll(jekyll).sources.values()


@pytest.mark.parametrize(
    ("scope", "hidden"),
    [
        ("{path: _posts/sub}", ["posts/sub/2014-03-01-deep.md"]),
        ("{path: '_posts/*/', type: posts}", ["posts/sub/2014-03-01-deep.md"]),
        ("{path: '', type: drafts}", ["drafts/idea.md"]),
        ("{path: _posts/su}", ["posts/sub/2014-03-01-deep.md"]),
        ("{path: _drafts/}", ["drafts/idea.md"]),
        ("{path: other}", []),
    ],
)
def test_defaults_that_hide_a_text_go_into_its_front_matter(jekyll: Path, scope: str, hidden: list[str]) -> None:
    fill(jekyll, {"_config.yml": f"defaults:\n  - scope: {scope}\n    values: {{published: false}}\n"})
    imported = import_jekyll(jekyll)
    assert [path for path, text in imported.texts.items() if "published: false" in text] == hidden
    fill(jekyll, {"_posts/sub/2014-03-01-deep.md": "---\ntitle: Deep\npublished: true\n---\nText.\n"})
    assert "posts/sub/2014-03-01-deep.md" not in import_jekyll(jekyll).texts


def test_properties_with_the_names_of_template_variables_do_not_stop_a_strict_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = "---\ntitle: Blade Runner\ndate: 2024-01-01\nyear: 1982\nurl: https://a.example\n---\nText.\n"
    fill(tmp_path / "vault", {"A.md": note})
    monkeypatch.chdir(tmp_path)
    assert run(["import", "obsidian", "vault", "--to", "new"]) == 0
    assert run(["build", "-s", "new", "--strict"]) == 0


def test_properties_of_clipped_pages_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1999999999")
    note = '---\ntitle: {}\nauthor: ["[[Ada]]", "[[x/B|Bob B.]]"]\npublished: {}\ncreated: 2026-01-30\n---\nText.\n'
    values = {"A": "", "B": "2024-02-03", "C": "2006年3月11日", "D": "false"}
    files = {f"{name}..md": note.format(name, value) for name, value in values.items()}
    imported = import_notes(fill(tmp_path / "vault", files), obsidian=True)
    messages = [found.message for found in imported.findings if "published" in found.message]
    assert messages == ["key `published: 2006年3月11日` is not imported: it is not a date"]
    assert all("author: [Ada, Bob B.]\n" in text for text in imported.texts.values())
    assert run(["import", "obsidian", str(tmp_path / "vault"), "--to", str(tmp_path / "new")]) == 0
    assert run(["build", "-s", str(tmp_path / "new")]) == 0
    assert sorted(file.name for file in (tmp_path / "new/site/posts").iterdir()) == ["A", "B", "C"]


def test_files_with_other_letters_have_the_date_of_their_commit(tmp_path: Path) -> None:
    vault = fill(tmp_path / "vault", {"설명.md": "# A\n"})
    author = ("-c", "user.name=A", "-c", "user.email=a")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "A", "--date", "2020-02-03T10:00:00Z"]):
        subprocess.run(["git", "-C", str(vault), *author, *arguments], check=True)
    assert read_first_commits(vault) == {"설명.md": "2020-02-03"}


@pytest.mark.parametrize(
    "comment", ["%%#secret%%", "%%\n#secret\n%%", "<!-- #secret -->", "{% comment %}#secret{% endcomment %}"]
)
def test_a_tag_in_a_comment_is_not_published(tmp_path: Path, comment: str) -> None:
    fill(tmp_path, {"A.md": f"---\ndate: 2026-01-01\n---\nText #shown.\n\n{comment}\n"})
    assert "tags: [shown]\n" in text_of(import_notes(tmp_path, obsidian=True), "posts/A.md")


def test_notes_in_a_folder_of_drafts_are_drafts(tmp_path: Path) -> None:
    fill(tmp_path, {"Drafts/A.md": "Text.\n", "x/drafts/B.md": "Text.\n", "drafts.md": "Text.\n"})
    fill(tmp_path, {"drafts/C.md": "---\ndraft: false\n---\nText.\n"})
    texts = import_notes(tmp_path, obsidian=False).texts
    assert [path for path, text in texts.items() if "draft: true" in text] == [
        "posts/Drafts/A.md",
        "posts/x/drafts/B.md",
    ]


@pytest.mark.parametrize(
    "note",
    [
        '+++\ntitle = "A"\ndate = 2026-01-01\n+++\nText.\n',
        '+++  \ntitle = "A"\ndate = 2026-01-01\n[extra]\nx = 1\n+++\nText.\n',
        '{"title": "A", "date": "2026-01-01"}\nText.\n',
        '{\n  "title": "A",\n  "date": "2026-01-01"\n}\n\nText.\n',
        "Title: A\nDate: 2026-01-01 10:00\nTags: x\n\nText.\n",
    ],
)
@pytest.mark.parametrize("folder", ["drafts", "Drafts/deep", "x/Draft"])
def test_notes_in_a_folder_of_drafts_are_drafts_in_any_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: str, folder: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    fill(tmp_path / "vault", {f"{folder}/A.md": note, "B.md": note.replace("A", "B")})
    assert run(["import", "obsidian", str(tmp_path / "vault"), "--to", str(tmp_path / "new")]) == 0
    assert run(["build", "-s", str(tmp_path / "new")]) == 0
    assert [path.parent.name for path in (tmp_path / "new/site/posts").rglob("index.html")] == ["B"]


def test_a_draft_key_of_a_note_decides_in_any_format(tmp_path: Path) -> None:
    note = '+++\ntitle = "A"\ndraft = false\n+++\nText.\n'
    fill(tmp_path, {"drafts/A.md": note, "drafts/B.md": "Title: B\nStatus: published\nTags: x\n\nText.\n"})
    assert import_notes(tmp_path, obsidian=True).texts == {}


def test_an_imported_conflict_copy_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    matter = "---\ndate: 2014-01-01\n---\n"
    fill(
        tmp_path / "vault", {"A b.md": f"{matter}One.\n", "A b.sync-conflict-20260101-101010-ABC.md": f"{matter}Two.\n"}
    )
    assert run(["import", "obsidian", str(tmp_path / "vault"), "--to", str(tmp_path / "new")]) == 0
    assert run(["build", "-s", str(tmp_path / "new")]) == 0
    assert [path.parent.name for path in (tmp_path / "new/site/posts").rglob("index.html")] == ["A-b"]


@pytest.mark.parametrize(("written", "shown"), [("![[Movies.base]]", ""), ("[[Board.canvas|the board]]", "the board")])
def test_views_that_cannot_be_imported_are_reported_where_they_are_used(
    tmp_path: Path, written: str, shown: str
) -> None:
    notes = fill(tmp_path / "notes", {"a.md": f"# A\n\nSee {written}.\n", "Board.canvas": "{}"})
    imported = import_notes(notes, obsidian=True)
    assert f"See {shown}." in imported.texts["posts/a.md"]
    assert ("not-imported", "a.md", 3) in told(imported)


@pytest.mark.parametrize(
    "setting", ["url: me.example", "timezone: Mars/Olympus", "lang: en_US.UTF-8", "locale: '%'", "timezone: EST+5"]
)
def test_a_setting_that_only_jekyll_accepts_does_not_stop_the_build(
    tmp_path: Path, setting: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    fill(tmp_path, {"_config.yml": f"title: T\n{setting}\n", "_posts/2014-01-02-a.md": "---\ntitle: A\n---\nText.\n"})
    assert run(["build", "-s", str(tmp_path)]) == 0
    told = capsys.readouterr().err.replace(f"{tmp_path}/", "")
    assert f"note[no-equivalent]: setting `{setting.partition(':')[0]}` is not imported\n  _config.yml:2:1" in told


def test_an_invalid_permalink_of_a_jekyll_folder_is_an_error_in_its_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path, {"_config.yml": "permalink: /:colour/\n", "_posts/2014-01-02-a.md": "---\ntitle: A\n---\nText.\n"})
    assert run(["build", "-s", str(tmp_path)]) != 0
    told = capsys.readouterr().err
    assert "_config.yml" in told
    assert "afterword.toml" not in told


def test_notes_with_the_same_name_in_several_folders_have_urls_of_their_own(tmp_path: Path) -> None:
    fill(tmp_path / "v", {"README.md": "A.\n", "My x/README.md": "B.\n", "y/z/readme.md": "C.\n", "d.md": "D.\n"})
    assert run(["import", "obsidian", str(tmp_path / "v"), "--to", str(tmp_path / "b")]) == 0
    assert run(["build", "-s", str(tmp_path / "b")]) == 0
    site = tmp_path / "b/site/posts"
    pages = {file.parent.relative_to(site).as_posix() for file in site.rglob("index.html")}
    assert {"README", "my-x/readme", "y/z/readme", "d"} <= pages


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](/y/a.md)", "[a](../y/a.md)"),
        ("[a](/y/a.md#One)", "[a](../y/a.md#one)"),
        ("![p](/y/p.png)", "![p](../y/p.png)"),
        ("[[7]](https://x.example/)", "[[7]](https://x.example/)"),
    ],
)
def test_links_from_the_root_of_a_vault(tmp_path: Path, link: str, expected: str) -> None:
    fill(tmp_path, {"x/n.md": f"{link}\n", "y/a.md": "Text.\n\n# One\n", "y/p.png": "png"})
    assert expected in text_of(import_notes(tmp_path, obsidian=True), "posts/x/n.md")


def import_note(tmp_path: Path, text: str, more: Mapping[str, str] | None = None) -> Imported:
    """Imports a vault with the note `n/A.md`, which has a date."""
    files = {"n/A.md": f"---\ndate: 2024-01-01\ntitle: A\n---\n{text}", **(more or {})}
    return import_notes(fill(tmp_path / "vault", files), obsidian=True)


@pytest.mark.parametrize(
    "text",
    [
        "$a == b$ and $c == d$ ^ $e$\n",
        "$$\nx = [[a, b]]\ny ^2\n$$\n",
        "Text.\n\n    #define\n    [[A]] ^id\n",
        "- Item\n\n\t```c\n\t#endif\n\t[[A]]\n\t```\n",
        "1. ```\n   [[A]]\n   ```\n",
        "#1\n\nNumber.\n",
        "The area is 2 m ^2\nor more.\n",
        '<span style="color:#fff">White</span>\n',
        "==marked **bold** = x==\n",
    ],
)
def test_code_and_formulas_of_notes_are_kept(tmp_path: Path, text: str) -> None:
    imported = import_note(tmp_path, text)
    assert text_of(imported, "posts/n/A.md").endswith(f"---\n{text}")
    assert "tags:" not in text_of(imported, "posts/n/A.md")


def test_formulas_and_line_breaks_are_shown_as_in_obsidian(tmp_path: Path) -> None:
    settings = import_note(tmp_path / "one", "The value of $n$.\n").settings
    assert settings == {"markdown.line_breaks": True, "markdown.math": True}
    strict = {".obsidian/app.json": '{"strictLineBreaks": true}'}
    assert import_note(tmp_path / "two", "It costs $5 or $6, in `$x$`.\n", strict).settings == {}


@pytest.mark.parametrize(
    ("written", "result", "warned"),
    [
        ("[[B]]", "[B](../B.md)", False),
        ("[[F]]", "[F](F.md)", False),
        ("[[C]]", "[C](deep/C.md)", True),
        ("[[D]]", "[D](../x/D.md)", True),
        ("[[x/D]]", "[x/D](../x/D.md)", False),
        ("[[y/D]]", "[y/D](../long/y/D.md)", False),
        ("[[./B]]", "[./B](B.md)", False),
        ("[[E]]", "[E](../E.md)", False),
        ("![[p.png]]", "![p](p.png)", False),
        ("![[/x/p.png]]", "![p](../x/p.png)", False),
    ],
)
def test_a_name_means_the_nearest_note(tmp_path: Path, written: str, result: str, warned: bool) -> None:
    names = ("B", "n/B", "n/deep/C", "n/deep/deeper/C", "x/C", "x/D", "long/y/D", "E", "x/E", "n/F", "x/F")
    more = {f"{name}.md": "---\ndate: 2024-01-01\n---\nText.\n" for name in names}
    imported = import_note(tmp_path, f"{written}\n", more | {"x/p.png": "", "n/p.png": ""})
    assert text_of(imported, "posts/n/A.md").endswith(f"---\n{result}\n")
    assert (("ambiguous-link", "n/A.md", 5) in told(imported)) == warned


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("![[p.png|center|300]]", '<img src="p.png" alt="p" width="300">'),
        ("![[p.png|A view|300x200]]", '<img src="p.png" alt="A view" width="300" height="200">'),
        ("![[p.png|left]]", "![p](p.png)"),
        ("[[__init__]]", "[\\_\\_init\\_\\_](__init__.md)"),
        ("[[snake_case]]", "[snake_case](snake_case.md)"),
        ("[[snake_case#A (e.g. b)#C]]", "[snake_case > A (e.g. b) > C](snake_case.md#c)"),
        ("[[snake_case#Timing e g latency|t]]", "[t](snake_case.md#timing-eg-latency)"),
        ("![[snake_case#^id]]", "[snake_case](snake_case.md)"),
    ],
)
def test_links_and_images_are_those_that_obsidian_shows(tmp_path: Path, written: str, result: str) -> None:
    note = "---\ndate: 2024-01-01\n---\n## Timing (e.g. latency)\n"
    more = {"n/p.png": "", "n/__init__.md": note, "n/snake_case.md": note}
    assert text_of(import_note(tmp_path, f"{written}\n", more), "posts/n/A.md").endswith(f"---\n{result}\n")


def test_front_matter_of_notes_does_not_stop_the_first_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {f"{name}.md": "---\n{}\n---\nText.\n" for name in "abcdefgh"}
    files |= {"i.md": "---\n{draft: false}\n---\nText.\n", "j.md": "---\ndate: 27. 2. 2025\n---\nText.\n"}
    files |= {"sub/templates/k.md": '---\ntitle: "{{title}}"\n---\n', "l.md": "---\ndate: 08-03-2023\n---\nText.\n"}
    fill(tmp_path / "vault", files)
    monkeypatch.chdir(tmp_path)
    assert run(["import", "obsidian", "vault", "--to", "new"]) == 0
    report = capsys.readouterr().err
    assert report.count("missing date") == 1
    assert "date `08-03-2023` is read as 2023-03-08" in report
    assert "not imported: a template for new notes" in report
    assert run(["build", "-s", "new", "--strict"]) == 0


def test_invalid_front_matter_of_a_note_is_reported_at_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path / "vault", {"Note.md": "---\ntitle: A\ntags: [a\n---\nText.\n", "Other.md": "# B\n\nText.\n"})
    assert run(["import", "obsidian", str(tmp_path / "vault"), "--to", str(tmp_path / "new")]) == 0
    assert "warning[not-imported]: not imported: front matter, invalid YAML: " in (said := capsys.readouterr().err)
    assert "Note.md:3:" in said
