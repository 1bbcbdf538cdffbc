"""A look of one's own without copying templates: settings of `[theme]`, hooks, blocks, allowed hosts, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Failure

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POST = "-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nText.\n"


def style_of(blog: Blog) -> str:
    """The style sheet that is made of the settings."""
    return next(content.decode() for path, content in blog.tree().items() if path.startswith("theme-settings."))


def test_settings_change_colours_width_and_fonts_in_a_style_sheet(blog: BlogMaker) -> None:
    made = blog(POST).write("static/fonts/l.woff2", "font")
    made.write(
        "afterword.toml",
        '[theme]\naccent = "#005f73"\naccent_dark = "#94d2bd"\nwidth = "80rem"\n'
        'fonts = [{ family = "Literata", file = "fonts/l.woff2" }]\n',
    )
    assert made.build().diagnostics == ()
    style = style_of(made)
    assert "--accent: light-dark(#005f73, #94d2bd);" in style
    assert "--page: 80rem;" in style
    assert '--serif: "Literata", Georgia, serif;' in style
    assert 'src: url("fonts/l.woff2") format("woff2");' in style
    assert 'href="/theme-settings.' in made.page("/posts/a/")
    made.write("afterword.toml", '[theme]\naccent = "#111"\n')
    assert made.build().published
    assert "#111" in style_of(made)


def test_settings_add_words_files_and_links(blog: BlogMaker) -> None:
    made = blog(POST).write("static/own.css", "a {}").write("static/own.js", "1").write("static/logo.svg", "<svg/>")
    made.write(
        "afterword.toml",
        '[theme]\ntagline = "Few & words"\nlogo = "logo.svg"\nfooter = "CC BY 4.0"\n'
        'stylesheets = ["own.css"]\nscripts = ["own.js"]\nedit_url = "https://example.org/edit/:path"\n',
    )
    assert made.build().diagnostics == ()
    page = made.page("/posts/a/")
    assert "Few &amp; words" in page
    assert '<img src="/logo.' in page
    assert "<p>CC BY 4.0</p>" in page
    assert page.index('href="/style.') < page.index('href="/own.')
    assert '<script src="/own.' in page
    assert 'href="https://example.org/edit/posts/2026-01-01-a.md"' in page


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('accent = "005f73"', "`005f73`"),
        ('accent = "bluee"', "invalid colour `bluee`"),
        ('accent = "rgbb(1 2 3)"', "invalid colour `rgbb(1 2 3)`"),
        ('accent = "red; } body { display: none"', "invalid colour"),
        ('accent = "rgb(/*)"', "invalid colour"),
        ('accent_dark = "url(//x.example/a)"', "invalid colour"),
        ('width = "900"', "invalid length `900`"),
        ('stylesheets = ["static/own.css"]', "file not found: `static/static/own.css`"),
        ('scripts = ["mine.js"]', "file not found: `static/mine.js`"),
        ('logo = "/own.css"', "file not found: `static//own.css`"),
        ('fonts = [{ family = "L", file = "l.woff2" }]', "file not found: `static/l.woff2`"),
        ('fonts = [{ family = \'a"b\', file = "own.css" }]', "invalid font name"),
        ('csp = { script = ["giscus.app"] }', "invalid host `giscus.app`"),
        ('csp = { script = ["https://a.example; frame-src *"] }', "invalid host"),
        ('csp = { scripts = ["https://a.example"] }', "unknown setting `theme.csp.scripts`"),
        ('edit_url = "github.com/me"', "invalid URL"),
        ('edit_url = "https://git.example/me/edit/main/"', "has no `:path`"),
    ],
)
def test_a_setting_that_cannot_work_is_an_error_at_its_line(blog: BlogMaker, setting: str, message: str) -> None:
    made = blog(POST).write("static/own.css", "a {}").write("afterword.toml", f"[theme]\n{setting}\n")
    with pytest.raises(Failure) as failed:
        made.build()
    (found,) = failed.value.diagnostics
    assert message in found.message
    assert found.place is not None
    assert (found.place.path, found.place.line) == ("afterword.toml", 2)


@pytest.mark.parametrize("name", ["head-end", "header-end", "post-end", "footer-end", "body-end"])
def test_each_hook_is_shown_and_empty_by_default(blog: BlogMaker, name: str) -> None:
    made = blog(POST)
    assert made.build().published
    before = made.page("/posts/a/")
    made.write(f"templates/partials/{name}.html", '<p class="hook">{{ page.title }}</p>\n')
    assert made.build().diagnostics == ()
    after = made.page("/posts/a/")
    assert after.count('<p class="hook">A</p>\n') == 1
    assert after.replace('<p class="hook">A</p>\n', "") == before


def test_a_template_extends_the_themes_own_of_the_same_name(blog: BlogMaker) -> None:
    made = blog(POST)
    made.write(
        "templates/post.html",
        '{% extends "theme:post.html" %}\n'
        "{% block title %}Read {{ super() }}{% endblock %}\n"
        "{% block article %}<b>Before</b>{{ super() }}{% endblock %}\n"
        "{% block aside %}<i>Instead</i>{% endblock %}\n"
        "{% block footer %}{{ super() }}<b>Foot</b>{% endblock %}\n"
        "{% block scripts %}<b>Last</b>{% endblock %}\n",
    )
    assert made.build().diagnostics == ()
    page = made.page("/posts/a/")
    assert "<title>Read A · " in page
    for text in ("<b>Before</b><article", "<i>Instead</i></article>", "<b>Foot</b>", "<b>Last</b>"):
        assert text.replace("><", ">\n<") in page or text in page
    assert 'class="site-footer"' in page


def test_hosts_of_the_settings_are_in_the_policy(blog: BlogMaker) -> None:
    made = blog(POST).write(
        "afterword.toml",
        '[theme.csp]\nscript = ["https://giscus.app"]\nframe = ["https://*.example.org:8443"]\nform = ["https://f.org"]\n',
    )
    assert made.build().diagnostics == ()
    page = made.page("/")
    assert "https://giscus.app; style-src" in page
    assert "frame-src https://*.example.org:8443" in page
    assert "form-action &#39;self&#39; https://f.org" in page
    made.write("afterword.toml", 'title = "T"\n')
    assert made.build().published
    assert "giscus" not in made.page("/")


def test_only_scripts_can_be_webassembly(blog: BlogMaker) -> None:
    made = blog(POST).write("afterword.toml", """theme.csp = {script = ["'wasm-unsafe-eval'"]}\n""")
    assert made.build().diagnostics == ()
    assert "&#39;wasm-unsafe-eval&#39;; style-src" in made.page("/")
    for settings in ("""style = ["'wasm-unsafe-eval'"]""", """script = ["'unsafe-eval'"]"""):
        made.write("afterword.toml", f"theme.csp = {{{settings}}}\n")
        with pytest.raises(Failure, match="invalid host"):
            made.build()


BLOCKED = [
    ('<script src="https://giscus.app/client.js" async></script>', 'script = ["https://giscus.app"]'),
    ("<script src=//cdn.example/x.js></script>", 'script = ["https://cdn.example"]'),
    ('<link rel="stylesheet" href="https://fonts.example/css">', 'style = ["https://fonts.example"]'),
    ('<iframe title="x" src="https://frame.example/"></iframe>', 'frame = ["https://frame.example"]'),
    ('<img alt="" src="https://pixel.example/a.gif">', 'img = ["https://pixel.example"]'),
    ('<form action="https://f.example/"></form>', 'form = ["https://f.example"]'),
    ("<script>\nlet a = 1;\n</script>", "in `static/`"),
    ("<style>a { color: red }</style>", "in `static/`"),
    ('<p style="color: red">x</p>', "in `static/`"),
    ('<button onclick="go()">x</button>', "in `static/`"),
]


@pytest.mark.parametrize(("html", "hint"), BLOCKED)
def test_what_the_policy_blocks_in_a_template_is_a_warning_at_its_line(blog: BlogMaker, html: str, hint: str) -> None:
    made = blog(POST).write("templates/partials/body-end.html", f"\n{html}\n")
    (found,) = made.build().diagnostics
    assert found.place is not None
    assert (found.id, found.place.path, found.place.line) == ("blocked-by-csp", "templates/partials/body-end.html", 2)
    assert hint in found.hint
    if found.hint.startswith("add"):
        made.write("afterword.toml", f"[theme.csp]\n{hint}\n")
        assert made.build().diagnostics == ()
    made.write("afterword.toml", 'theme.csp = "off"\n')
    assert made.build().diagnostics == ()


@pytest.mark.parametrize(
    "html",
    [
        '<script src="{{ asset("own.js") }}" defer></script>',
        '<script type="application/ld+json">{"a": 1}</script>',
        '<script type="speculationrules">{}</script>',
        "{# <script>old()</script> #}<!-- <style>a {}</style> -->",
        '<a href="https://example.org/" title="a > b">x</a>',
        '<link rel="canonical" href="https://example.org/"><link rel="preconnect" href="https://example.org">',
        '{% if false %}<img alt="" src="/a.png">{% endif %}',
        '<iframe title="x" src="{{ config.author }}"></iframe>',
        '<p data-style="x" aria-label="on load">one = 1</p>',
    ],
)
def test_what_the_policy_allows_is_no_warning(blog: BlogMaker, html: str) -> None:
    made = blog(POST).write("static/own.js", "1").write("templates/partials/body-end.html", f"{html}\n")
    assert made.build().diagnostics == ()


def test_templates_without_a_policy_are_not_judged(blog: BlogMaker) -> None:
    made = blog(POST).write("templates/post.html", "<!doctype html><title>x</title><script>go()</script>\n")
    assert made.build().diagnostics == ()


def run(*arguments: str) -> tuple[int, str]:
    """A command's exit code and what it wrote."""
    from click.testing import CliRunner

    from afterword.cli.commands import afterword

    result = CliRunner().invoke(afterword, list(arguments), standalone_mode=False)
    return int(result.return_value or 0), result.output


def test_a_copy_of_a_template_changes_nothing_until_it_is_edited(blog: BlogMaker) -> None:
    made = blog(POST)
    assert made.build().published
    before = made.page("/posts/a/")
    code, output = run("theme", "copy", "post.html", "--source", str(made.root))
    assert (code, output.strip()) == (0, str(made.root / "templates/post.html"))
    assert made.build().diagnostics == ()
    assert made.page("/posts/a/") == before
    assert run("theme", "diff", "--source", str(made.root)) == (0, "")
    made.edit("templates/post.html", '<article class="post', '<article class="mine post')
    diff = run("theme", "diff", "post.html", "--source", str(made.root))[1]
    assert "--- theme:templates/post.html\n+++ templates/post.html\n" in diff
    assert '\n+<article class="mine post' in diff


def test_a_copy_is_never_made_over_a_file(blog: BlogMaker) -> None:
    made = blog(POST).write("static/style.css", "mine")
    code, output = run("theme", "copy", "style.css", "--source", str(made.root))
    assert code == 2
    assert "file already exists: `static/style.css`" in output
    assert (made.root / "static/style.css").read_text() == "mine"


def test_an_unknown_file_of_the_theme_is_told(blog: BlogMaker) -> None:
    code, output = run("theme", "copy", "posts.html", "--source", str(blog(POST).root))
    assert code == 2
    assert "unknown theme file `posts.html`" in output
    assert "did you mean `post.html`?" in output


def test_a_copy_of_another_state_of_the_theme_is_noted(blog: BlogMaker) -> None:
    made = blog(POST)
    run("theme", "copy", "partials/pager.html", "--source", str(made.root))
    file = made.root / "templates/partials/pager.html"
    mark, _, rest = file.read_text().partition("\n")
    file.write_text(f"{mark[:50]}{'0' * 4}{mark[54:]}\n{rest}")
    report = made.build(strict=True)
    assert report.published
    assert [(found.id, str(found.place)) for found in report.diagnostics] == [
        ("outdated-copy", "templates/partials/pager.html:1")
    ]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('accent = "#eee"', "low contrast of `#eee` with the background: 1.1 to 1"),
        ('accent = "#005f73"\naccent_dark = "#17181a"', "low contrast of `#17181a` with the background: 1.0 to 1"),
        ('accent = "#8a2c0d"\naccent_dark = "#fa7"', ""),
        ('accent = "gold"', ""),
    ],
)
def test_an_accent_colour_that_is_hard_to_read_is_noted(blog: BlogMaker, setting: str, message: str) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n# X\n\nText.\n").write("afterword.toml", f"[theme]\n{setting}\n")
    found = made.build(strict=True)
    assert found.published
    assert [(one.id, one.message) for one in found.diagnostics] == ([("low-contrast", message)] if message else [])


@pytest.mark.parametrize("setting", ["logo", "picture"])
def test_a_picture_of_the_settings_that_cannot_be_shown_is_reported(blog: BlogMaker, setting: str) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n# X\n\nText.\n").write("static/face.png", b"<!doctype html><p>404")
    table = "theme" if setting == "logo" else "author"
    made.write("afterword.toml", f'[{table}]\n{setting} = "face.png"\n')
    (found,) = made.build().diagnostics
    assert (found.id, found.message) == ("damaged-image", "not an image but HTML or XML: `face.png`")
    assert str(found.place) == "afterword.toml:2:1"
