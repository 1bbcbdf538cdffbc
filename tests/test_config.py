"""Settings: where they are read from, what they may be, and how mistakes in them are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.config.loader import SettingPlaces, load, with_base_url
from afterword.config.schema import Config, MenuItem, Naming, is_table, list_keys
from afterword.core.diagnostics import Exit, Failure, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msgspec import Struct

    from tests.conftest import BlogMaker


def tell(failure: Failure) -> list[str]:
    """What a failure says, one line for each finding."""
    assert failure.exit_code is Exit.USAGE
    return [
        f"{found.place} {found.id}: {found.message}" + (f" ({found.hint})" if found.hint else "")
        for found in failure.diagnostics
    ]


def mistakes(root: Path, toml: str) -> list[str]:
    """What is wrong with these settings."""
    (root / "afterword.toml").write_text(toml)
    with pytest.raises(Failure) as caught:
        load(root)
    return tell(caught.value)


def test_a_blog_needs_no_settings(tmp_path: Path) -> None:
    assert load(tmp_path) == (Config(), SettingPlaces())


def test_a_python_project_has_its_settings_in_pyproject(blog: BlogMaker) -> None:
    made = blog('-- pyproject.toml --\n[project]\nname = "x"\n[tool.afterword]\ntitle = "T"\n')
    assert load(made.root)[0].title == "T"


def test_other_projects_pyproject_is_not_ours(blog: BlogMaker) -> None:
    made = blog('-- pyproject.toml --\n[project]\nname = "x"\n')
    assert load(made.root)[0] == Config()


def test_settings_are_read_with_their_types(blog: BlogMaker) -> None:
    made = blog("""
-- afterword.toml --
title = "Talks"
paginate = 5
exclude = ["posts/private/**"]
menu = [{ title = "About", url = "/about/" }]
[markdown]
smart = true
schemes = ["https"]
[theme]
csp = "off"
""")
    config, places = load(made.root)
    assert places.menu == (Place("afterword.toml", 4, 35, 7),)
    assert (config.title, config.paginate, config.exclude) == ("Talks", 5, ("posts/private/**",))
    assert config.menu == (MenuItem("About", "/about/"),)
    assert (config.markdown.smart, config.markdown.schemes, config.markdown.html) == (True, ("https",), True)
    assert config.theme.csp == "off"


def test_two_places_for_settings_are_one_too_many(blog: BlogMaker) -> None:
    made = blog('-- pyproject.toml --\n[tool.afterword]\ntitle = "A"\n-- afterword.toml --\ntitle = "B"\n')
    with pytest.raises(Failure) as caught:
        load(made.root)
    assert tell(caught.value) == [
        (
            "pyproject.toml:1:1 two-configs: the settings are in two places: `afterword.toml` and `[tool.afterword]` "
            "of `pyproject.toml` (keep one of them)"
        )
    ]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('tilte = "x"', "afterword.toml:1:1 unknown-setting: there is no setting `tilte` (did you mean `title`?)"),
        (
            "# first\n[markdown]\n  hmtl = true\n[code]\nline_numbers = true",
            "afterword.toml:3:3 unknown-setting: there is no setting `hmtl` (did you mean `html`?)",
        ),
        ("title = 3", 'afterword.toml:1:1 bad-setting: `title` must be text, not a number (write `"3"`)'),
        ('paginate = "3"', "afterword.toml:1:1 bad-setting: `paginate` must be a whole number, not text (write `3`)"),
        ("paginate = true", "afterword.toml:1:1 bad-setting: `paginate` must be a whole number, not `true` or `false`"),
        ("paginate = 0", "afterword.toml:1:1 bad-setting: `paginate` must be at least 1"),
        ("related = -1", "afterword.toml:1:1 bad-setting: `related` must be at least 0"),
        (
            "feed = 1",
            "afterword.toml:1:1 bad-setting: `feed` must be a table, not a number (its settings are limit)",
        ),
        (
            "markdown.smart = 1",
            "afterword.toml:1:1 bad-setting: `smart` must be `true` or `false`, not a number (write `true`)",
        ),
        ('exclude = "x"', 'afterword.toml:1:1 bad-setting: `exclude` must be a list, not text (write `["x"]`)'),
        (
            "exclude = [1]",
            'afterword.toml:1:1 bad-setting: `exclude` has an entry that must be text, not a number (write `"1"`)',
        ),
        (
            'menu = [{ title = "x" }]',
            'afterword.toml:1:9 bad-setting: entry 1 of `menu` has no `url` (add `url = "…"`)',
        ),
        (
            'menu = ["/about/"]',
            'afterword.toml:1:1 bad-setting: `menu` must be a list of tables `{ title = "…", url = "…" }`',
        ),
        (
            '[menu]\nabout = "/about/"',
            (
                'afterword.toml:1:1 bad-setting: `menu` must be a list of tables `{ title = "…", url = "…" }`, '
                "not a table (the header of each stands in double brackets: `[[…]]`)"
            ),
        ),
        (
            '[[menu]]\ntitle = "A"\nurl = "/"\n[[menu]]\ntitle = "B"\nurl = "/b/"\nweight = 3',
            "afterword.toml:7:1 unknown-setting: there is no `weight` in an entry of `menu` (its keys are title, url)",
        ),
        (
            '[[menu]]\ntitle = "A"\nurl = "/"\n[[menu]]\ntitle = "B"\n',
            'afterword.toml:4:1 bad-setting: entry 2 of `menu` has no `url` (add `url = "…"`)',
        ),
        (
            '[[menu]]\ntitle = 3\nurl = "/"',
            'afterword.toml:2:1 bad-setting: `title` must be text, not a number (write `"3"`)',
        ),
        (
            '[[menu]]\ntitle = "A"\nurl = "about/"',
            (
                "afterword.toml:3:1 bad-setting: the menu's URL `about/` would lead elsewhere from each page "
                "(write `/about/` for a page of this site, or a full URL)"
            ),
        ),
        (
            'menu = [{ title = " ", url = "/" }]',
            "afterword.toml:1:11 bad-setting: entry 1 of `menu` has an empty title",
        ),
        ('menu = [{ title = "A", url = "" }]', "afterword.toml:1:24 bad-setting: entry 1 of `menu` has an empty URL"),
        (
            '[feed]\ntitle = "x"',
            (
                "afterword.toml:2:1 unknown-setting: there is no setting `title` "
                "(`title` stands above the first `[…]`, which begins a table of its own)"
            ),
        ),
        (
            "smart = true",
            "afterword.toml:1:1 unknown-setting: there is no setting `smart` (did you mean `markdown.smart`?)",
        ),
        (
            'baseURL = "/x/"',
            "afterword.toml:1:1 unknown-setting: there is no setting `baseURL` (it is called `base_url` here)",
        ),
        (
            "[tool.afterword]\npaginate = 3",
            (
                "afterword.toml:1:1 unknown-setting: there is no setting `tool` "
                "(settings stand in this file without a table `[tool]` around them)"
            ),
        ),
        (
            "paginate = 1.5",
            "afterword.toml:1:1 bad-setting: `paginate` must be a whole number, not a number with a fraction",
        ),
        ("theme.csp = false", "afterword.toml:1:1 bad-setting: `csp` cannot be `false` (it may be `strict` or `off`)"),
        (
            'author = "a\\u0001b"',
            "afterword.toml:1:1 bad-setting: `author` has a character that no page can have, U+0001",
        ),
        (
            'title = ""',
            (
                "afterword.toml:1:1 bad-setting: the title is empty "
                "(every page and feed needs one; without the line it has a default)"
            ),
        ),
        (
            'timezone = "europe/berlin"',
            "afterword.toml:1:1 bad-setting: there is no time zone `europe/berlin` (did you mean `Europe/Berlin`?)",
        ),
        (
            'date_format = "YYYY-MM-DD"',
            (
                "afterword.toml:1:1 bad-setting: every date would read `YYYY-MM-DD` "
                "(write what changes as in `%-d %B %Y` or `%Y-%m-%d`)"
            ),
        ),
        (
            'permalink = "/notes/"',
            (
                "afterword.toml:1:1 bad-setting: `/notes/` has no placeholder, so all posts would have one URL "
                "(write a pattern such as `/posts/:title/`)"
            ),
        ),
        (
            'permalink = ""',
            "afterword.toml:1:1 bad-setting: the permalink is empty (write a pattern such as `/posts/:title/`)",
        ),
        (
            '[markdown]\nschemes = ["https://"]',
            "afterword.toml:2:1 bad-setting: `https://` is not the name of a scheme (write `https`)",
        ),
        (
            'base_url = "https://exa mple.org/"',
            (
                "afterword.toml:1:1 bad-setting: `https://exa mple.org/` is no base URL: `exa mple.org` is not the "
                "name of a host (write `https://me.github.io/notes/` or `/notes/`)"
            ),
        ),
        (
            'base_url = "https://me:secret@x.example/"',
            (
                "afterword.toml:1:1 bad-setting: `https://me:secret@x.example/` is no base URL: it has a user name, "
                "which every page would show (write `https://me.github.io/notes/` or `/notes/`)"
            ),
        ),
        (
            '[theme]\ncsp = "strickt"',
            "afterword.toml:2:1 bad-setting: `csp` cannot be `strickt` (did you mean `strict`?)",
        ),
        (
            'timezone = "Mars"',
            (
                "afterword.toml:1:1 bad-setting: there is no time zone `Mars` (use an IANA name like `Europe/Berlin`, "
                "or `UTC`)"
            ),
        ),
        (
            '[serve]\nallowed_hosts = ["http://box.local/"]',
            "afterword.toml:2:1 bad-setting: `http://box.local/` is not a host name (write `box.local`)",
        ),
        (
            'language = "german"',
            "afterword.toml:1:1 bad-setting: `german` is not a language tag (write `de`)",
        ),
        (
            'base_url = "me.github.io/notes/"',
            (
                "afterword.toml:1:1 bad-setting: `me.github.io/notes/` is no base URL: it begins neither with "
                "`https://` and a host nor with `/` (write `https://me.github.io/notes/`)"
            ),
        ),
        (
            'language = "en_US"',
            "afterword.toml:1:1 bad-setting: `en_US` is not a language tag (write `en-US`)",
        ),
        (
            'base_url = "me.github.io"',
            (
                "afterword.toml:1:1 bad-setting: `me.github.io` is no base URL: it begins neither with `https://` and "
                "a host nor with `/` (write `https://me.github.io/`)"
            ),
        ),
        (
            'permalink = "/:yaer/:title/"',
            (
                "afterword.toml:1:1 bad-setting: `/:yaer/:title/` is no permalink: `:yaer` is not a placeholder of "
                "permalinks (did you mean `year`?)"
            ),
        ),
        (
            'permalink = "prety"',
            "afterword.toml:1:1 bad-setting: there is no permalink style `prety` (did you mean `pretty`?)",
        ),
        (
            '[talks]\ntable = "no"',
            "afterword.toml:2:1 bad-setting: `table` must be `true` or `false`, not text (write `false`)",
        ),
        (
            '[talks]\ntable = "maybe"',
            "afterword.toml:2:1 bad-setting: `table` must be `true` or `false`, not text",
        ),
        (
            '[talks]\nmarks = "notes"',
            'afterword.toml:2:1 bad-setting: `marks` must be a list, not text (write `["notes"]`)',
        ),
        (
            '[[talks.speakers]]\naliases = ["A"]',
            'afterword.toml:1:1 bad-setting: entry 1 of `speakers` has no `name` (add `name = "…"`)',
        ),
        (
            '[[talks.speakers]]\nname = "Ada"\naliases = "A."',
            'afterword.toml:3:1 bad-setting: `aliases` must be a list, not text (write `["A."]`)',
        ),
        (
            '[[talks.speakers]]\nname = "Ada"\n  url = "javascript:alert(1)"',
            (
                "afterword.toml:3:3 bad-talk-url: this is not a URL: `javascript:alert(1)` "
                "(write a full URL: `https://…`)"
            ),
        ),
        (
            '[[talks.events]]\nname = "A"\n[[talks.events]]\nname = "PyCon"\nurl = "data:text/html,x"',
            "afterword.toml:5:1 bad-talk-url: this is not a URL: `data:text/html,x` (write a full URL: `https://…`)",
        ),
        (
            '[[talks.events]]\nname = "PyCon"\nurl = "/pycon/"',
            "afterword.toml:3:1 bad-talk-url: this is not a URL: `/pycon/` (write a full URL: `https://…`)",
        ),
        (
            '[[talks.speakers]]\nname = "Ada"\nurl = "www.ada.example/x"',
            (
                "afterword.toml:3:1 bad-talk-url: this is not a URL: `www.ada.example/x` "
                "(write `https://www.ada.example/x`)"
            ),
        ),
        (
            '[[talks.speakers]]\nname = "Ada L."\n[[talks.speakers]]\nname = "Ada B."\naliases = ["Ada", "ada l"]',
            (
                "afterword.toml:5:1 bad-setting: `ada l` would be two speakers, `Ada L.` and `Ada B.` "
                "(leave it to one of them)"
            ),
        ),
        (
            '[talks]\nevents = [{ name = "A", aliases = ["X"] }, { name = "B", aliases = ["X"] }]',
            "afterword.toml:2:58 bad-setting: `X` would be two events, `A` and `B` (leave it to one of them)",
        ),
        (
            '[talks]\nspeakers = [ # [all\n  { name = "A", aliases = ["[", "]"] },\n  { name = "B", url = "b" },\n]',
            "afterword.toml:4:17 bad-talk-url: this is not a URL: `b` (write a full URL: `https://…`)",
        ),
        (
            '[talks]\nevents = [{ name = "B" },\n  { name = "C", link = "/c/" }]\nmarks = ["a"]',
            (
                "afterword.toml:3:17 unknown-setting: there is no `link` in an entry of `events` "
                "(its keys are name, aliases, url)"
            ),
        ),
        (
            '[[talks.events]]\nname = "PyCon"\n[[talks.events]]\nname = "PyCon"\naliases = ["PyCon US"]',
            (
                "afterword.toml:4:1 bad-setting: there are two entries of the event `PyCon` "
                "(put the aliases of both into one entry)"
            ),
        ),
        (
            '[[talks.events]]\nname = "Strange Loop, 2011"',
            (
                "afterword.toml:2:1 bad-setting: `Strange Loop, 2011` is one edition of an event "
                "(write `Strange Loop`, which stands for all its years)"
            ),
        ),
        (
            '[[talks.speakers]]\nname = "A"\naliases = [" "]\n[[talks.speakers]]\nname = "Route 2000"',
            "afterword.toml:3:1 bad-setting: an alias of `A` is empty (delete it)",
        ),
        (
            '[[talks.events]]\nname = " "',
            "afterword.toml:2:1 bad-setting: entry 1 of `events` has an empty name (write the name to show)",
        ),
    ],
)
def test_a_mistake_is_told_at_its_key(tmp_path: Path, toml: str, said: str) -> None:
    assert mistakes(tmp_path, toml) == [said]


def test_an_alias_may_repeat_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "afterword.toml").write_text(
        '[[talks.speakers]]\nname = "Ada L."\naliases = ["ada l", "Ada"]\nurl = "https://ada.example"\n'
    )
    assert load(tmp_path)[0].talks.speakers == (Naming("Ada L.", ("ada l", "Ada"), "https://ada.example"),)


@pytest.mark.parametrize(
    ("toml", "place"),
    [
        ('paginate = 0\ndescription = """\npaginate = 1\n"""', "1:1"),
        ("paginate = 0\ndescription = '''\npaginate = 1\n'''", "1:1"),
        ("description = \"# '''\"\npaginate = 0\nauthor = \"'''\"", "2:1"),
        ('"paginate" = 0', "1:1"),
        ("[toc]\n  depth = 1", "2:3"),
        ("toc.depth = 1", "1:1"),
        ("toc = { depth = 1 }", "1:1"),
        ("[[menu]]\ntitle = 'a'", "1:1"),
        ("[[talks.speakers]]\nname = 'a'\n[[talks.speakers]]\nname = 1", "4:1"),
        ("title = 'a'\r\npaginate = 0\r\n", "2:1"),
    ],
)
def test_a_key_is_found_however_it_is_written(tmp_path: Path, toml: str, place: str) -> None:
    (said,) = mistakes(tmp_path, toml)
    assert said.startswith(f"afterword.toml:{place} bad-setting: ")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    said = mistakes(tmp_path, 'tilte = "x"\npaginate = 0\n[markdown]\nsmart = "yes"\n')
    assert [line.split()[0] for line in said] == ["afterword.toml:1:1", "afterword.toml:2:1", "afterword.toml:4:1"]


def test_toml_that_is_none_is_told_with_line_and_column(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, 'title = "x"\nauthor = \n')
    assert said.startswith("afterword.toml:2:10 bad-toml: this is not TOML: ")


@pytest.mark.parametrize(
    ("toml", "hint"),
    [
        ('title = "x"\ntitle = "y"\n', "(the same key stands further up; keep one of them)"),
        ("[toc]\n[toc]\n", "(the same table begins further up; put its keys together)"),
        ("title: Notes\n", '(a line is a key and its value: `title = "Notes"`)'),
        ("title = Notes\n", "(text stands in quotes; `true` and `false` are lower case, and there is no `null`)"),
        ('title = "Notes\n', "(a text ends on its line, with the quote that it began with)"),
    ],
)
def test_toml_that_is_none_is_told_with_what_to_do(tmp_path: Path, toml: str, hint: str) -> None:
    (found,) = mistakes(tmp_path, toml)
    assert " bad-toml: this is not TOML: " in found
    assert found.endswith(hint)


@pytest.mark.parametrize("quote", ["'", '"""', "'''"])
def test_a_text_without_an_end_is_told_where_it_begins(tmp_path: Path, quote: str) -> None:
    (found,) = mistakes(tmp_path, f'title = "x"\nauthor = {quote}Notes\nlanguage = "de"\n')
    said = f"this is not TOML: this text has no end (close it with `{quote}`)"
    assert found == f"afterword.toml:2:10 bad-toml: {said}"


def test_a_number_of_very_many_digits_is_told(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, f"paginate = {'1' * 5000}\n")
    assert " bad-toml: this is not TOML: " in found


def test_toml_that_is_nested_without_end_is_told(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, f"a = {'[' * 5000}")
    assert found == "afterword.toml bad-toml: this is nested too deeply"


@pytest.mark.parametrize("toml", ["tool = 3", "[tool]\nother = 1", "tool.x.afterword = 1"])
def test_a_project_of_another_kind_has_no_settings(tmp_path: Path, toml: str) -> None:
    (tmp_path / "pyproject.toml").write_text(toml)
    assert load(tmp_path) == (Config(), SettingPlaces())


@pytest.mark.parametrize("toml", ["[tool]\nafterword = 3", "[[tool.afterword]]\ntitle = 'x'"])
def test_a_table_of_settings_must_be_one(tmp_path: Path, toml: str) -> None:
    (tmp_path / "pyproject.toml").write_text(toml)
    with pytest.raises(Failure) as caught:
        load(tmp_path)
    (said,) = tell(caught.value)
    assert said.endswith("bad-setting: `tool.afterword` must be one table")


def test_a_destination_that_is_refused_is_told_at_its_setting(blog: BlogMaker) -> None:
    made = blog('-- afterword.toml --\ntitle = "x"\ndestination = "posts"\n-- posts/2026-01-01-a.md --\n# A\n')
    with pytest.raises(Failure) as caught:
        made.build()
    (said,) = tell(caught.value)
    assert said.startswith("afterword.toml:2:1 bad-destination: ")
    with pytest.raises(Failure) as caught:
        made.build(destination=made.root / "posts")
    assert [found.place for found in caught.value.diagnostics] == [None]


def test_settings_that_are_not_utf8_are_told(blog: BlogMaker) -> None:
    made = blog().write("afterword.toml", b'title = "caf\xe9"\n')
    with pytest.raises(Failure) as caught:
        load(made.root)
    assert [found.id for found in caught.value.diagnostics] == ["not-utf8"]


def test_a_folder_in_place_of_the_settings_is_told(tmp_path: Path) -> None:
    (tmp_path / "afterword.toml").mkdir()
    with pytest.raises(Failure) as caught:
        load(tmp_path)
    assert tell(caught.value) == ["afterword.toml unreadable: this file is not a regular file"]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://me.github.io/notes", "https://me.github.io/notes/"),
        ("https://ME.github.io", "https://me.github.io/"),
        ("http://localhost:4000//", "http://localhost:4000/"),
        ("/notes", "/notes/"),
        (" /a/b/ ", "/a/b/"),
        ("https://me.example:8080/ü b/", "https://me.example:8080/%C3%BC%20b/"),
        ("https://münchen.example/%C3%BC", "https://münchen.example/%C3%BC/"),
        ("http://[::1]:4000", "http://[::1]:4000/"),
        ("/", ""),
        ("", ""),
    ],
)
def test_a_base_url_ends_with_a_slash(written: str, normal: str) -> None:
    assert with_base_url(Config(), written).base_url == normal


def test_a_bare_path_keeps_the_host_of_the_settings() -> None:
    settings = with_base_url(Config(), "https://me.example/old/")
    assert with_base_url(settings, "/new").base_url == "https://me.example/new/"


@pytest.mark.parametrize(
    "written",
    [
        "ftp://a.example/",
        "https://",
        "//a.example/",
        "/a?b",
        "https://a.example/#b",
        "/a/../b/",
        "notes",
        "https://a:x/",
    ],
)
def test_what_is_no_base_url_is_refused(written: str) -> None:
    with pytest.raises(Failure) as caught:
        with_base_url(Config(), written)
    assert [found.id for found in caught.value.diagnostics] == ["bad-base-url"]
    assert caught.value.exit_code is Exit.USAGE


def list_settings(table: type[Struct], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The name and the sentence of every setting."""
    for name, key in list_keys(table).items():
        yield f"{prefix}{name}", key.setting.sentence
        if is_table(key.type):
            yield from list_settings(key.type, f"{prefix}{name}.")


@pytest.mark.parametrize(("name", "sentence"), list(list_settings(Config)))
def test_every_setting_has_a_sentence(name: str, sentence: str) -> None:
    assert sentence.endswith("."), name
    assert sentence[0].isupper(), name
