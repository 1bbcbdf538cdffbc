"""Names that are nearly read: what is said of them, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Failure

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POST = "-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nText.\n"


def told(made: Blog) -> list[str]:
    return [f"{found.place} {found.id}: {found.message} ({found.hint})" for found in made.build().diagnostics]


@pytest.mark.parametrize(
    ("stray", "meant"),
    [
        ("Afterword.toml", "afterword.toml"),
        ("PyProject.toml", "pyproject.toml"),
        ("afterwrod.toml", "afterword.toml"),
        ("Posts/b.md", "posts"),
        ("Static/x.css", "static"),
        ("TEMPLATES/x.html", "templates"),
        ("_posts/2025-01-01-old.md", "posts"),
        ("_drafts/b.md", "drafts"),
    ],
)
def test_a_name_that_is_nearly_read_is_told(blog: BlogMaker, stray: str, meant: str) -> None:
    made = blog(POST).write(stray, "")
    name = stray.partition("/")[0]
    expected = (
        f"{name} misnamed-folder: {'file' if name.endswith('.toml') else 'folder'} `{name}` is ignored "
        f"(rename it to `{meant}`, or add it to `exclude`)"
    )
    assert told(made) == [expected]
    assert told(made) == [expected], "and again, when nothing else has changed"
    made.write("afterword.toml", f'exclude = ["{name}"]')
    assert told(made) == []


def test_settings_of_another_generator_are_told_until_there_are_some_of_ours(blog: BlogMaker) -> None:
    made = blog(POST).write("pyproject.toml", '[project]\nname = "x"\n')
    assert told(made) == []
    made.write("_config.yml", "title: Mine\n")
    (said,) = told(made)
    assert said.startswith("_config.yml unsupported-config: `_config.yml` is ignored")
    assert "`url` and `baseurl` become `base_url`" in said
    assert told(made) == [said]
    made.write("pyproject.toml", '[tool.afterword]\ntitle = "Mine"\n')
    assert told(made) == []
    made.write("pyproject.toml", "").write("afterword.toml", "")
    assert told(made) == []


def test_other_files_beside_posts_are_ignored(blog: BlogMaker) -> None:
    made = blog(POST).write("README.md", "").write("config.toml", "").write("src/posts.py", "").write("Makefile", "")
    assert told(made) == []


@pytest.mark.parametrize(
    ("folder", "hint"),
    [("Posts", "rename the folder `Posts` to `posts`"), ("_posts", "for a Jekyll blog, run `afterword import jekyll")],
)
def test_a_folder_without_a_blog_says_what_to_do_with_its_folder(blog: BlogMaker, folder: str, hint: str) -> None:
    with pytest.raises(Failure) as caught:
        blog().write(f"{folder}/2026-01-01-a.md", "").build()
    (found,) = caught.value.diagnostics
    assert found.id == "no-posts"
    assert found.hint.startswith(hint)


@pytest.mark.parametrize(
    ("toml", "place", "table"),
    [
        ('[project]\nname = "x"\n[afterword]\ntitle = "T"\n', "pyproject.toml:3:2", "afterword"),
        ('[tool.afterwrod]\ntitle = "T"\n', "pyproject.toml:1:7", "tool.afterwrod"),
    ],
)
def test_a_table_of_settings_by_another_name_is_an_error(blog: BlogMaker, toml: str, place: str, table: str) -> None:
    with pytest.raises(Failure) as caught:
        blog(POST).write("pyproject.toml", toml).build()
    (found,) = caught.value.diagnostics
    assert (found.id, str(found.place), found.hint) == ("misnamed-table", place, "rename it to `[tool.afterword]`")
    assert found.message == f"table `[{table}]` is ignored"


def test_tables_of_other_tools_are_theirs(blog: BlogMaker) -> None:
    made = blog(POST).write("pyproject.toml", "tool = 3\n")
    assert told(made) == []
    made.write("pyproject.toml", "[tool.ruff]\nline-length = 100\n[tool.afterburner]\nx = 1\n")
    assert told(made) == []


@pytest.mark.parametrize("name", ["robots.txt", "CNAME", "favicon.ico", "favicon.svg"])
def test_well_known_files_at_the_root_are_published_with_a_warning(blog: BlogMaker, name: str) -> None:
    made = blog(POST).write(name, "x")
    hint = f"move it to `static/{name}`; it is published from there"
    assert told(made) == [f"{name} misnamed-folder: `{name}` belongs in `static/` ({hint})"]
    assert made.tree()[name] == b"x"
    made.edit(name, "x", "y").build()
    assert made.tree()[name] == b"y"
    made.write(f"static/{name}", "z")
    assert told(made) == [
        f"{name} misnamed-folder: `{name}` is not published (remove it: `static/{name}` is published)"
    ]
    assert made.tree()[name] == b"z"
    made.write("afterword.toml", f'exclude = ["{name}"]')
    assert told(made) == []
    (made.root / "static" / name).unlink()
    made.build()
    assert made.tree().get(name) != b"y"


def test_a_domain_at_the_root_is_compared_with_the_base_url(blog: BlogMaker) -> None:
    made = blog(POST).write("CNAME", "talks.example\n").write("afterword.toml", 'base_url = "https://me.example/"\n')
    found = [diagnostic for diagnostic in made.build().diagnostics if diagnostic.id == "other-domain"]
    assert [str(diagnostic.place) for diagnostic in found] == ["CNAME:1:1"]


@pytest.mark.parametrize("name", ["ads.txt", "humans.txt", "_redirects"])
def test_files_of_the_root_of_a_site_belong_in_static(blog: BlogMaker, name: str) -> None:
    made = blog(POST).write(name, "x")
    (said,) = told(made)
    assert said == f"{name} misnamed-folder: `{name}` is not published (move it to `static/{name}`)"
    made.write("afterword.toml", f'exclude = ["{name}"]')
    assert told(made) == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("about.md", "move pages to `pages/`, or "),
        ("_layouts/x.html", "move layouts to `templates/`, or "),
        ("notes/x.md", "move posts to `posts/`, or "),
        ("_data/x.yml", ""),
    ],
)
def test_names_of_other_generators_are_a_note(blog: BlogMaker, name: str, hint: str) -> None:
    made = blog(POST).write(name, "x")
    top = name.partition("/")[0]
    assert told(made) == [f"{top} not-read: `{top}` is ignored ({hint}add `{top}` to `exclude`)"]
    assert made.build(strict=True).published


@pytest.mark.parametrize("name", ["y.MD", "y.mdx", "2026-01-02-y.Markdown"])
def test_markdown_with_another_suffix_is_told(blog: BlogMaker, name: str) -> None:
    made = blog(POST).write(f"posts/{name}", "x")
    stem = name.rpartition(".")[0]
    assert told(made) == [
        f"posts/{name} misnamed-folder: `posts/{name}` is not read as Markdown (rename it to `{stem}.md`)"
    ]


def test_a_cname_that_contradicts_the_base_url_is_told(blog: BlogMaker) -> None:
    made = blog(POST).write("static/CNAME", "blog.example\n")
    assert told(made) == []
    made.write("afterword.toml", 'base_url = "https://other.example/"')
    (said,) = told(made)
    assert said == (
        "static/CNAME:1:1 other-domain: `CNAME` has the host `blog.example`, `base_url` has the host `other.example` "
        '(set `base_url = "https://blog.example/"`, or correct `CNAME`)'
    )
    made.write("static/CNAME", "other.example")
    assert told(made) == []
