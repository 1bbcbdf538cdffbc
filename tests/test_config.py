"""Settings: where they are read from, what they may be, and how mistakes in them are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.cache.codec import from_json, to_json
from afterword.config import validation
from afterword.config.loader import LoadedSettings, SettingPlaces, digest_settings, load, with_base_url
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


def test_settings_are_the_same_from_the_cache(tmp_path: Path) -> None:
    (tmp_path / "afterword.toml").write_text("""
title = "Talks"
base_url = "https://example.org/notes/"
destination = "public"
timezone = "Europe/Berlin"
exclude = ["posts/private/**"]
menu = [{ title = "About", url = "/about/" }]
author_links = [{ name = "Mastodon", url = "https://example.social/@ada" }]
[author]
name = "Ada"
picture = "me.jpg"
[taxonomies]
topic = "topics"
[talks]
speakers = [{ name = "Ada Lovelace", aliases = ["Ada"], url = "https://example.org/ada/" }]
[diagnostics]
ignore = ["broken-link"]
[theme]
logo = "logo.svg"
""")
    loaded = LoadedSettings(digest_settings(tmp_path), *load(tmp_path))
    assert all((loaded.places.files, loaded.places.taxonomies, loaded.places.menu, loaded.places.ignore))
    assert repr(from_json(to_json(loaded), LoadedSettings)) == repr(loaded)


def test_a_changed_settings_file_is_loaded_again(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n")
    for number in (10**30, 5):
        for title in ("One", "Two"):
            made.write("afterword.toml", f'title = "{title}"\npaginate = {number}\n')
            made.build()
            made.edit("posts/2026-01-01-a.md", "# A", "# A\n\nText.")
            made.build()
            assert f"<title>{title}</title>" in made.page("/")
    made.write("afterword.toml", "paginate = 0\n")
    with pytest.raises(Failure, match="must be at least 1"):
        made.build()
    made.write("afterword.toml", f'title = "{title}"\npaginate = {number}\n')
    made.build()
    made.write("pyproject.toml", "[tool.afterword]\n")
    with pytest.raises(Failure, match="settings in both"):
        made.build()


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
smart_punctuation = true
schemes = ["https"]
[theme]
csp = "off"
""")
    config, places = load(made.root)
    assert places.menu == (Place("afterword.toml", 4, 35, 7),)
    assert (config.title, config.paginate, config.exclude) == ("Talks", 5, ("posts/private/**",))
    assert config.menu == (MenuItem("About", "/about/"),)
    assert (config.markdown.smart_punctuation, config.markdown.schemes, config.markdown.html) == (
        True,
        ("https",),
        True,
    )
    assert config.theme.csp == "off"


def test_two_places_for_settings_are_one_too_many(blog: BlogMaker) -> None:
    made = blog('-- pyproject.toml --\n[tool.afterword]\ntitle = "A"\n-- afterword.toml --\ntitle = "B"\n')
    with pytest.raises(Failure) as caught:
        load(made.root)
    assert tell(caught.value) == [
        (
            "pyproject.toml:1:7 duplicate-config: settings in both `afterword.toml` and `pyproject.toml` "
            "(remove one of them)"
        )
    ]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('tilte = "x"', "afterword.toml:1:1 unknown-setting: unknown setting `tilte` (did you mean `title`?)"),
        (
            "# first\n[markdown]\n  hmtl = true\n[code]\nline_numbers = true",
            "afterword.toml:3:3 unknown-setting: unknown setting `markdown.hmtl` (did you mean `html`?)",
        ),
        ("title = 3", 'afterword.toml:1:1 invalid-setting: `title` must be text, found a number (write `"3"`)'),
        (
            'paginate = "3"',
            "afterword.toml:1:1 invalid-setting: `paginate` must be a whole number, found text (write `3`)",
        ),
        (
            "paginate = true",
            "afterword.toml:1:1 invalid-setting: `paginate` must be a whole number, found `true` or `false`",
        ),
        ("paginate = 0", "afterword.toml:1:1 invalid-setting: `paginate` must be at least 1, found 0"),
        (
            "related = -1",
            "afterword.toml:1:1 unknown-setting: unknown setting `related` (did you mean `related_posts`?)",
        ),
        (
            "feed = 1",
            (
                "afterword.toml:1:1 invalid-setting: `feed` must be a table, found a number "
                "(use the settings limit, formats)"
            ),
        ),
        (
            "markdown.smart_punctuation = 1",
            (
                "afterword.toml:1:10 invalid-setting: `markdown.smart_punctuation` must be `true` or "
                "`false`, found a number (write `true`)"
            ),
        ),
        ('exclude = "x"', 'afterword.toml:1:1 invalid-setting: `exclude` must be a list, found text (write `["x"]`)'),
        (
            "exclude = [1]",
            ('afterword.toml:1:1 invalid-setting: `exclude` entries must be text, found a number (write `"1"`)'),
        ),
        (
            'menu = [{ title = "x" }]',
            'afterword.toml:1:9 invalid-setting: missing key `url` in entry 1 of `menu` (add `url = "…"`)',
        ),
        (
            'menu = ["/about/"]',
            'afterword.toml:1:9 invalid-setting: `menu` must be a list of tables `{ title = "…", url = "…" }`',
        ),
        (
            '[menu]\nabout = "/about/"',
            (
                'afterword.toml:1:2 invalid-setting: `menu` must be a list of tables `{ title = "…", url = "…" '
                "}`, found a table (write the header in double brackets: `[[…]]`)"
            ),
        ),
        (
            '[[menu]]\ntitle = "A"\nurl = "/"\n[[menu]]\ntitle = "B"\nurl = "/b/"\nweight = 3',
            "afterword.toml:7:1 unknown-setting: unknown key `weight` in `menu` (use one of `title`, `url`)",
        ),
        (
            '[[menu]]\ntitle = "A"\nurl = "/"\n[[menu]]\ntitle = "B"\n',
            'afterword.toml:4:1 invalid-setting: missing key `url` in entry 2 of `menu` (add `url = "…"`)',
        ),
        (
            '[[menu]]\ntitle = 3\nurl = "/"',
            'afterword.toml:2:1 invalid-setting: `title` must be text, found a number (write `"3"`)',
        ),
        (
            '[[menu]]\ntitle = "A"\nurl = "about/"',
            (
                "afterword.toml:3:1 invalid-setting: invalid URL `about/` in `menu`: it must start "
                "with `/` or a scheme (write `/about/`, or a full URL)"
            ),
        ),
        (
            'menu = [{ title = " ", url = "/" }]',
            "afterword.toml:1:11 invalid-setting: empty title in entry 1 of `menu`",
        ),
        ('menu = [{ title = "A", url = "" }]', "afterword.toml:1:24 invalid-setting: empty URL in entry 1 of `menu`"),
        (
            '[feed]\ntitle = "x"',
            (
                "afterword.toml:2:1 unknown-setting: unknown setting `feed.title` "
                "(move `title` above the first table `[…]`)"
            ),
        ),
        (
            "smart_punctuation = true",
            (
                "afterword.toml:1:1 unknown-setting: unknown setting `smart_punctuation` (did "
                "you mean `markdown.smart_punctuation`?)"
            ),
        ),
        (
            'baseURL = "/x/"',
            "afterword.toml:1:1 unknown-setting: unknown setting `baseURL` (did you mean `base_url`?)",
        ),
        (
            "[tool.afterword]\npaginate = 3",
            (
                "afterword.toml:1:2 unknown-setting: unknown setting `tool` "
                "(remove the header `[tool]`: settings in this file have no table around them)"
            ),
        ),
        (
            "paginate = 1.5",
            ("afterword.toml:1:1 invalid-setting: `paginate` must be a whole number, found a number with a fraction"),
        ),
        (
            "theme.csp = false",
            "afterword.toml:1:7 invalid-setting: `theme.csp` must be `strict` or `off`, found `false`",
        ),
        (
            'author = "a\\u0001b"',
            "afterword.toml:1:1 invalid-setting: `author` contains the control character U+0001",
        ),
        (
            'title = ""',
            (
                "afterword.toml:1:1 invalid-setting: `title` is empty "
                "(add a title, or remove the line to use the default)"
            ),
        ),
        (
            'timezone = "europe/berlin"',
            "afterword.toml:1:1 invalid-setting: unknown time zone `europe/berlin` (did you mean `Europe/Berlin`?)",
        ),
        (
            'date_format = "YYYY-MM-DD"',
            (
                "afterword.toml:1:1 invalid-setting: `date_format` has no directive: every date would be `YYYY-MM-DD` "
                "(use directives, such as `%-d %B %Y` or `%Y-%m-%d`)"
            ),
        ),
        (
            'permalink = "/notes/"',
            (
                "afterword.toml:1:1 invalid-setting: `permalink` has no placeholder: all posts would share one URL "
                "(use a pattern such as `/posts/:title/`)"
            ),
        ),
        (
            'permalink = ""',
            "afterword.toml:1:1 invalid-setting: `permalink` is empty (use a pattern such as `/posts/:title/`)",
        ),
        (
            '[markdown]\nschemes = ["https://"]',
            "afterword.toml:2:1 invalid-setting: invalid URL scheme `https://` (write `https`)",
        ),
        (
            'base_url = "https://exa mple.org/"',
            (
                "afterword.toml:1:1 invalid-setting: invalid base URL `https://exa mple.org/`: invalid host "
                "`exa mple.org` (write `https://me.github.io/notes/` or `/notes/`)"
            ),
        ),
        (
            'base_url = "https://me:secret@x.example/"',
            (
                "afterword.toml:1:1 invalid-setting: invalid base URL `https://me:secret@x.example/`: a user "
                "name is not allowed (write `https://me.github.io/notes/` or `/notes/`)"
            ),
        ),
        (
            '[theme]\ncsp = "strickt"',
            (
                "afterword.toml:2:1 invalid-setting: `theme.csp` must be `strict` or `off`, found `strickt` "
                "(did you mean `strict`?)"
            ),
        ),
        (
            'timezone = "Mars"',
            (
                "afterword.toml:1:1 invalid-setting: unknown time zone `Mars` (use an IANA name such as "
                "`Europe/Berlin`, or `UTC`)"
            ),
        ),
        (
            '[serve]\nallowed_hosts = ["http://box.local/"]',
            "afterword.toml:2:1 invalid-setting: invalid host name `http://box.local/` (write `box.local`)",
        ),
        (
            'language = "german"',
            "afterword.toml:1:1 invalid-setting: invalid language `german` (did you mean `de`?)",
        ),
        (
            'base_url = "me.github.io/notes/"',
            (
                "afterword.toml:1:1 invalid-setting: invalid base URL `me.github.io/notes/`: it must start with "
                "`https://` and a host, or with `/` (write `https://me.github.io/notes/`)"
            ),
        ),
        (
            'language = "en_US"',
            "afterword.toml:1:1 invalid-setting: invalid language `en_US` (did you mean `en-US`?)",
        ),
        (
            'base_url = "me.github.io"',
            (
                "afterword.toml:1:1 invalid-setting: invalid base URL `me.github.io`: it must start with "
                "`https://` and a host, or with `/` (write `https://me.github.io/`)"
            ),
        ),
        (
            'permalink = "/:yaer/:title/"',
            (
                "afterword.toml:1:1 invalid-setting: invalid permalink `/:yaer/:title/`: unknown placeholder "
                "`:yaer` (did you mean `:year`?)"
            ),
        ),
        (
            'permalink = "prety"',
            "afterword.toml:1:1 invalid-setting: unknown permalink style `prety` (did you mean `pretty`?)",
        ),
        (
            '[talks]\ntable = "no"',
            "afterword.toml:2:1 invalid-setting: `talks.table` must be `true` or `false`, found text (write `false`)",
        ),
        (
            '[talks]\ntable = "maybe"',
            "afterword.toml:2:1 invalid-setting: `talks.table` must be `true` or `false`, found text",
        ),
        (
            '[talks]\ntags = "notes"',
            'afterword.toml:2:1 invalid-setting: `talks.tags` must be a list, found text (write `["notes"]`)',
        ),
        (
            '[[talks.speakers]]\naliases = ["A"]',
            'afterword.toml:1:1 invalid-setting: missing key `name` in entry 1 of `talks.speakers` (add `name = "…"`)',
        ),
        (
            '[[talks.speakers]]\nname = "Ada"\naliases = "A."',
            'afterword.toml:3:1 invalid-setting: `aliases` must be a list, found text (write `["A."]`)',
        ),
        (
            '[[talks.speakers]]\nname = "Ada"\n  url = "javascript:alert(1)"',
            ("afterword.toml:3:3 invalid-url: invalid URL `javascript:alert(1)` (use a full URL: `https://…`)"),
        ),
        (
            '[[talks.events]]\nname = "A"\n[[talks.events]]\nname = "PyCon"\nurl = "data:text/html,x"',
            "afterword.toml:5:1 invalid-url: invalid URL `data:text/html,x` (use a full URL: `https://…`)",
        ),
        (
            '[[talks.events]]\nname = "PyCon"\nurl = "/pycon/"',
            "afterword.toml:3:1 invalid-url: invalid URL `/pycon/` (use a full URL: `https://…`)",
        ),
        (
            '[[talks.speakers]]\nname = "Ada"\nurl = "www.ada.example/x"',
            ("afterword.toml:3:1 invalid-url: invalid URL `www.ada.example/x` (write `https://www.ada.example/x`)"),
        ),
        (
            '[[talks.speakers]]\nname = "Ada L."\n[[talks.speakers]]\nname = "Ada B."\naliases = ["Ada", "ada l"]',
            (
                "afterword.toml:5:1 invalid-setting: duplicate speaker name `ada l`: used for `Ada L.` and `Ada B.` "
                "(remove it from one of them)"
            ),
        ),
        (
            '[talks]\nevents = [{ name = "A", aliases = ["X"] }, { name = "B", aliases = ["X"] }]',
            (
                "afterword.toml:2:58 invalid-setting: duplicate event name `X`: used for `A` "
                "and `B` (remove it from one of them)"
            ),
        ),
        (
            '[talks]\nspeakers = [ # [all\n  { name = "A", aliases = ["[", "]"] },\n  { name = "B", url = "b" },\n]',
            "afterword.toml:4:17 invalid-url: invalid URL `b` (use a full URL: `https://…`)",
        ),
        (
            '[talks]\nevents = [{ name = "B" },\n  { name = "C", link = "/c/" }]\ntags = ["a"]',
            (
                "afterword.toml:3:17 unknown-setting: unknown key `link` in `talks.events` "
                "(use one of `name`, `aliases`, `url`)"
            ),
        ),
        (
            '[[talks.events]]\nname = "PyCon"\n[[talks.events]]\nname = "PyCon"\naliases = ["PyCon US"]',
            ("afterword.toml:4:1 invalid-setting: duplicate event `PyCon` (merge the two entries)"),
        ),
        (
            '[[talks.events]]\nname = "Strange Loop, 2011"',
            (
                "afterword.toml:2:1 invalid-setting: `Strange Loop, 2011` is an edition of an event, not an event "
                "(write `Strange Loop` for all years)"
            ),
        ),
        (
            '[[talks.speakers]]\nname = "A"\naliases = [" "]\n[[talks.speakers]]\nname = "Route 2000"',
            "afterword.toml:3:1 invalid-setting: empty alias of `A` (delete it)",
        ),
        (
            '[[talks.events]]\nname = " "',
            "afterword.toml:2:1 invalid-setting: empty name in entry 1 of `events` (add a name)",
        ),
    ],
)
def test_error_is_reported_at_its_key(tmp_path: Path, toml: str, said: str) -> None:
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
        ("toc.depth = 1", "1:5"),
        ("toc = { depth = 1 }", "1:9"),
        ("[[menu]]\ntitle = 'a'", "1:1"),
        ("[[talks.speakers]]\nname = 'a'\n[[talks.speakers]]\nname = 1", "4:1"),
        ("title = 'a'\r\npaginate = 0\r\n", "2:1"),
    ],
)
def test_a_key_is_found_however_it_is_written(tmp_path: Path, toml: str, place: str) -> None:
    (said,) = mistakes(tmp_path, toml)
    assert said.startswith(f"afterword.toml:{place} invalid-setting: ")


def test_all_errors_are_reported_at_once(tmp_path: Path) -> None:
    said = mistakes(tmp_path, 'tilte = "x"\npaginate = 0\n[markdown]\nsmart_punctuation = "yes"\n')
    assert [line.split()[0] for line in said] == ["afterword.toml:1:1", "afterword.toml:2:1", "afterword.toml:4:1"]


def test_invalid_toml_is_reported_with_line_and_column(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, 'title = "x"\nauthor = \n')
    assert said.startswith("afterword.toml:2:10 toml-syntax: invalid TOML: ")


@pytest.mark.parametrize(
    ("toml", "hint"),
    [
        ('title = "x"\ntitle = "y"\n', "(remove one of the two lines)"),
        ("[toc]\n[toc]\n", "(merge the two tables)"),
        ("title: Notes\n", '(write `title = "Notes"`)'),
        ("title = Notes\n", '(write `title = "Notes"`)'),
        ('title = "Notes\n', '(write `title = "Notes"`)'),
    ],
)
def test_invalid_toml_is_reported_with_a_hint(tmp_path: Path, toml: str, hint: str) -> None:
    (found,) = mistakes(tmp_path, toml)
    assert " toml-syntax: invalid TOML: " in found
    assert found.endswith(hint)


@pytest.mark.parametrize("quote", ["'", '"""', "'''"])
def test_unclosed_string_is_reported_at_its_start(tmp_path: Path, quote: str) -> None:
    (found,) = mistakes(tmp_path, f'title = "x"\nauthor = {quote}Notes\nlanguage = "de"\n')
    said = f"invalid TOML: unclosed string (add a closing `{quote}`)"
    assert found == f"afterword.toml:2:10 toml-syntax: {said}"


def test_number_with_too_many_digits_is_reported(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, f"paginate = {'1' * 5000}\n")
    assert " toml-syntax: invalid TOML: " in found


def test_too_deeply_nested_toml_is_reported(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, f"a = {'[' * 5000}")
    assert found == "afterword.toml toml-syntax: invalid TOML: nested too deeply"


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
    assert said.endswith("invalid-setting: `tool.afterword` must be a table")


def test_invalid_destination_is_reported_at_its_setting(blog: BlogMaker) -> None:
    made = blog('-- afterword.toml --\ntitle = "x"\ndestination = "posts"\n-- posts/2026-01-01-a.md --\n# A\n')
    with pytest.raises(Failure) as caught:
        made.build()
    (said,) = tell(caught.value)
    assert said.startswith("afterword.toml:2:1 invalid-destination: ")
    with pytest.raises(Failure) as caught:
        made.build(destination=made.root / "posts")
    assert [found.place for found in caught.value.diagnostics] == [None]


def test_settings_in_another_encoding_are_reported(blog: BlogMaker) -> None:
    made = blog().write("afterword.toml", b'title = "caf\xe9"\n')
    with pytest.raises(Failure) as caught:
        load(made.root)
    assert [found.id for found in caught.value.diagnostics] == ["not-utf8"]


def test_folder_at_the_path_of_the_settings_is_reported(tmp_path: Path) -> None:
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
def test_invalid_base_url_is_an_error(written: str) -> None:
    with pytest.raises(Failure) as caught:
        with_base_url(Config(), written)
    assert [found.id for found in caught.value.diagnostics] == ["invalid-base-url"]
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


@pytest.mark.parametrize("name", ["smart_punctuation", "smart", "typographer"])
def test_smart_punctuation_has_its_names_of_other_tools(blog: BlogMaker, name: str) -> None:
    made = blog(f'-- afterword.toml --\n[markdown]\n{name} = true\n-- posts/2026-01-01-x.md --\n"It\'s"\n')
    made.build()
    assert "“It’s”" in made.page("/posts/x/")


def test_a_setting_under_two_names_is_an_error(blog: BlogMaker) -> None:
    made = blog("-- afterword.toml --\n[markdown]\nsmart = true\nsmart_punctuation = false\n")
    with pytest.raises(Failure, match="`smart` and `smart_punctuation` have the same meaning"):
        made.build()


FAULTY = """
-- posts/2026-01-01-a.md --
---
draft: maybe
---
-- posts/2026-01-02-b.md --
---
title: [x
---
"""


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ('tilte = "X"', "unknown-setting"),
        ("paginate = 0", "invalid-setting"),
        ('base_url = "me.dev"', "invalid-setting"),
        ('destination = ""', "invalid-setting"),
        ('[theme]\naccent = "1"', "invalid-setting"),
        ('[theme]\nlogo = "missing.svg"', "invalid-setting"),
        ('[taxonomies]\nx = "posts"', "invalid-setting"),
    ],
)
def test_errors_in_settings_and_posts_are_reported_at_once(blog: BlogMaker, settings: str, found: str) -> None:
    with pytest.raises(Failure) as caught:
        blog(FAULTY).write("afterword.toml", settings).build()
    assert caught.value.exit_code is Exit.USAGE
    assert [one.id for one in caught.value.diagnostics] == [found, "invalid-type", "yaml-syntax"]


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ('exlude = ["posts/*-a.md"]', "exlude"),
        ('ignoreFiles = ["posts/*-a.md"]', "ignoreFiles"),
        ('[theme]\nexclude = ["posts/*-a.md"]', "theme.exclude"),
        ('permalink = ":slug"', "permalink"),
        ('tz = "Europe/Berlin"', "tz"),
        ("[markdwon]\nhtml = false", "markdwon"),
        ('title = 5\n[limits]\npost_size = "10 MB"', "limits.post_size"),
    ],
)
def test_posts_are_not_checked_if_an_error_may_change_how_they_are_read(
    blog: BlogMaker, settings: str, key: str
) -> None:
    with pytest.raises(Failure) as caught:
        blog(FAULTY).write("afterword.toml", settings).build()
    first, *others = caught.value.diagnostics
    assert (first.id, first.message.partition("`")[2].partition("`")[0]) == ("posts-not-checked", key)
    assert {one.place.path for one in others if one.place} == {"afterword.toml"}


def test_a_system_without_time_zones_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_zone(name: str) -> None:
        raise LookupError(name)

    monkeypatch.setattr(validation, "ZoneInfo", find_zone)
    monkeypatch.setattr(validation, "available_timezones", set)
    (tmp_path / "afterword.toml").write_text('title = "T"\n')
    with pytest.raises(Failure) as failed:
        load(tmp_path)
    assert [found.message for found in failed.value.diagnostics] == ["this system has no time zones"]
