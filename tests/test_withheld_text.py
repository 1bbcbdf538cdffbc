"""Text and files that a writer may have meant to hold back: what is left out, and what the build says of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from afterword.build.report import Report
    from tests.conftest import Blog, BlogMaker

MATTER = "---\ntitle: A talk\ndate: 2026-01-05\n---\n"
POST = f"{MATTER}Text.\n"


def said(report: Report) -> list[str]:
    return [f"{found.severity} {found.id}" for found in report.diagnostics]


def published(made: Blog) -> list[str]:
    """Returns the files of the site with the secret in them."""
    return sorted(path for path, content in made.tree().items() if b"SECRET" in content)


@pytest.mark.parametrize(
    "title", ["A talk (draft)", "A talk [WIP]", "A talk - draft", "A talk – Draft", "(draft) A talk", "A talk: draft"]
)
def test_a_title_that_says_that_it_is_a_draft_is_a_warning(blog: BlogMaker, title: str) -> None:
    report = blog().write("posts/a.md", f'---\ntitle: "{title}"\ndate: 2026-01-05\n---\nText.\n').build()
    assert said(report) == ["warning unclear-visibility"]


@pytest.mark.parametrize("title", ["The NBA draft", "Draft horses", "Drafts - and how to end them", "WIP limits"])
def test_a_title_about_drafts_is_one(blog: BlogMaker, title: str) -> None:
    report = blog().write("posts/a.md", f"---\ntitle: {title}\ndate: 2026-01-05\n---\nText.\n").build()
    assert said(report) == []


@pytest.mark.parametrize(
    "name",
    [
        "templates/a.md",
        "archetypes/a.md",
        "secret/a.md",
        "Secrets/a.md",
        "confidential/x/a.md",
        "~a.md",
        "#a.md",
        "_a.md",
    ],
)
def test_a_path_that_hides_a_text_elsewhere_is_a_warning(blog: BlogMaker, name: str) -> None:
    assert said(blog().write(f"posts/{name}", POST).build()) == ["warning unclear-visibility"]


@pytest.mark.parametrize("name", ["secret/index.md", "secret.md", "a~b.md", "c#.md", "template-engines/a.md"])
def test_a_path_about_secrets_is_one(blog: BlogMaker, name: str) -> None:
    assert said(blog().write(f"posts/{name}", POST).build()) == []


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (5, "DO NOT PUBLISH"),
        (5, "**Not for publication.**"),
        (5, "## Do not publish yet"),
        (7, "# Notes\n\n> Draft — do not share!"),
        (6, "\nDRAFT"),
        (5, "Embargoed until 2030-01-01"),
        (5, "Don’t publish\n============="),
    ],
)
def test_a_text_that_begins_with_such_words_is_a_warning(blog: BlogMaker, line: int, text: str) -> None:
    report = blog().write("posts/a.md", f"{MATTER}{text}\n\nText.\n").build()
    assert [(found.id, found.place and found.place.line) for found in report.diagnostics] == [
        ("unclear-visibility", line)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Do not publish your keys.",
        "Draft",
        "Never share\nyour keys.",
        "Text.\n\nDO NOT PUBLISH",
        "Wip limits",
        "`DRAFT` is a state",
    ],
)
def test_such_words_in_a_sentence_or_further_down_are_text(blog: BlogMaker, text: str) -> None:
    assert said(blog().write("posts/a.md", f"{MATTER}{text}\n\nText.\n").build()) == []


@pytest.mark.parametrize(
    "text",
    [
        "a <!-- SECRET --!> b",
        "<!-- SECRET --!>",
        "<!--\nSECRET\n\nSECRET\n--!>",
        "<!--> SECRET -->",
        "<!--->\nSECRET\n\nSECRET -->",
        "a <!--> SECRET --> b",
    ],
)
def test_a_comment_that_browsers_end_elsewhere_is_an_error(blog: BlogMaker, text: str) -> None:
    report = blog().write("posts/a.md", f"{MATTER}Text.\n\n{text}\n\nMore.\n").build()
    (found,) = report.diagnostics
    assert found.is_error
    assert found.id in ("unclosed-html", "foreign-markup")


@pytest.mark.parametrize(
    "text",
    [
        "a <!--> b",
        "<!-->\n\nb <!-- c -->",
        "<!--[if !IE]><!-->\n<p>b</p>\n<!--<![endif]-->",
        "`<!-- a --!>` and `<!-->` b -->",
        "```\n<!--> b -->\n```",
    ],
)
def test_empty_comments_and_code_are_no_errors(blog: BlogMaker, text: str) -> None:
    assert said(blog().write("posts/a.md", f"{MATTER}{text}\n\nMore.\n").build()) == []


@pytest.mark.parametrize(
    "element",
    [
        '<script type="text/plain">{}</script>',
        '<script type="text/template">{}</script>',
        "<template>{}</template>",
        "<dialog>{}</dialog>",
        "<noscript>{}</noscript>",
    ],
)
@pytest.mark.parametrize("text", ["{}\n\nMore.\n", "More {} text.\n"])
def test_text_that_browsers_do_not_show_is_on_its_page_only(blog: BlogMaker, element: str, text: str) -> None:
    made = blog().write("posts/a.md", f"{MATTER}{text.format(element.format('SECRET'))}")
    assert said(made.build()) == ["note hidden-html"]
    assert published(made) == ["posts/a/index.html"]


@pytest.mark.parametrize(
    "element", ["<dialog open>SECRET</dialog>", "<details><summary>a</summary>SECRET</details>", "<div>SECRET</div>"]
)
def test_text_that_browsers_show_is_in_feeds(blog: BlogMaker, element: str) -> None:
    made = blog().write("posts/a.md", f"{MATTER}{element}\n")
    assert said(made.build()) == []
    assert "feed.xml" in published(made)


@pytest.mark.parametrize("text", ["More <style>.secret {}</style> text.", "<style>\n.secret {}\n</style>\n\nMore."])
def test_styles_are_no_text(blog: BlogMaker, text: str) -> None:
    made = blog().write("posts/a.md", f"{MATTER}{text}\n")
    assert said(made.build()) == ["warning blocked-by-csp"]
    found = {path for path, content in made.tree().items() if b"secret" in content}
    assert found == {"posts/a/index.html", "feed.xml", "feed.json"}


def test_data_is_no_text(blog: BlogMaker) -> None:
    made = blog().write("posts/a.md", f'{MATTER}<script type="application/json">"SECRET"</script>\n\nMore.\n')
    assert said(made.build()) == []
    assert published(made) == ["posts/a/index.html"]


LEFT_OUT = ["Thumbs.db", "Desktop.ini", ".DS_Store", "a.png.bak", "__MACOSX/a.txt", "b.txt~", "#b.txt#"]


@pytest.mark.parametrize("name", LEFT_OUT)
@pytest.mark.parametrize("folder", ["static", "posts/a"])
def test_files_of_systems_and_editors_are_not_published(blog: BlogMaker, folder: str, name: str) -> None:
    made = blog().write("posts/a/index.md", POST).write(f"{folder}/a.png", "x").write(f"{folder}/{name}", "SECRET")
    assert made.build().published
    assert published(made) == []


@pytest.mark.parametrize("name", ["a.png.orig", "x.swp"])
def test_a_backup_without_its_original_is_left_out_with_a_warning(blog: BlogMaker, name: str) -> None:
    made = blog().write("posts/a/index.md", POST).write(f"posts/a/{name}", "SECRET")
    assert said(made.build()) == ["warning hidden-file"]
    assert published(made) == []


KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nSECRET\n"


@pytest.mark.parametrize("name", ["id_rsa", "id_ed25519", "server.pem", "deploy.key"])
@pytest.mark.parametrize("folder", ["static", "posts/a"])
def test_a_private_key_is_an_error(blog: BlogMaker, folder: str, name: str) -> None:
    made = blog().write("posts/a/index.md", POST).write(f"{folder}/{name}", KEY)
    assert said(made.build()) == ["error private-file"]
    assert said(made.build()) == ["error private-file"]  # from the cache
    assert said(made.write(f"{folder}/{name}", "-----BEGIN CERTIFICATE-----\n").build()) == []


def test_a_private_key_that_is_not_published_is_no_error(blog: BlogMaker) -> None:
    report = blog().write("posts/a.md", POST).write("posts/id_rsa", KEY).build()
    assert said(report) == ["warning unused-file"]


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("env.local", "warning"),
        ("credentials.json", "warning"),
        ("secrets.yml", "warning"),
        ("store.p12", "warning"),
        ("data.sqlite", "note"),
    ],
)
def test_a_file_with_the_name_of_private_data_is_published_with_a_message(
    blog: BlogMaker, name: str, severity: str
) -> None:
    made = blog().write("posts/a.md", POST).write(f"static/{name}", "SECRET")
    assert said(made.build()) == [f"{severity} private-file"]
    assert published(made) == [name]


@pytest.mark.parametrize(
    "matter", ["---\ntitle: A\ndraft: true\n---\n", "+++\ndraft = true\n+++\n", "---\nstatus: draft\n---\n"]
)
def test_a_draft_in_static_is_a_warning(blog: BlogMaker, matter: str) -> None:
    made = blog().write("posts/a.md", POST).write("static/notes.md", f"{matter}Text.\n")
    assert said(made.build()) == ["warning private-file"]


@pytest.mark.parametrize("name", ["environment.js", "keyboard.png", "README", "x.css.map", "data.json", "robots.txt"])
def test_other_files_are_published_without_a_message(blog: BlogMaker, name: str) -> None:
    made = blog().write("posts/a.md", POST).write(f"static/{name}", "published")
    assert said(made.build()) in ([], ["warning damaged-image"])
    assert b"published" in made.tree().values()


def test_a_mark_of_a_comment_in_a_formula_is_text_without_math(blog: BlogMaker) -> None:
    report = (
        blog().write("posts/a.md", f"{MATTER}Let $a {{>>}} b$ and \\(c {{>>}} d\\) be.\n\n$$\n{{>>}}\n$$\n").build()
    )
    assert report.published
    assert "unclosed-comment" not in [found.id for found in report.diagnostics]


def test_keywords_that_are_subjects_are_a_note(blog: BlogMaker) -> None:
    made = blog().write("posts/a.md", POST.replace("title", "keywords: hidden, private\ntitle"))
    assert said(made.build()) == ["note unclear-visibility"]
