"""Completion scripts, JSON Schemas and the report of `afterword doctor`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from afterword.cli.json_schemas import write_front_matter_schema, write_settings_schema
from afterword.cli.main import run
from afterword.config.schema import Config
from afterword.core.files import theme_folder
from afterword.front_matter.fields import KEYS

if TYPE_CHECKING:
    from tests.conftest import BlogMaker


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_asks_afterword(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert f"_AFTERWORD_COMPLETE={shell}_complete" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "offered"), [("afterword bu", "build"), ("afterword list ta", "tags")])
def test_bash_is_offered_commands_and_values(words: str, offered: str) -> None:
    environ = {
        **os.environ,
        "_AFTERWORD_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    done = subprocess.run([sys.executable, "-m", "afterword"], env=environ, capture_output=True, text=True, check=False)
    assert f"plain,{offered}" in done.stdout


def test_the_schema_of_settings_has_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "settings"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert set(schema["properties"]) == set(Config.__struct_fields__)
    assert schema["properties"]["feed"]["properties"]["limit"]["minimum"] == 1
    word, table = schema["properties"]["theme"]["properties"]["csp"]["anyOf"]  # `csp = "off"` or `[theme.csp]`
    assert word["enum"] == ["strict", "off"]
    assert "script" in table["properties"]
    assert schema["properties"]["taxonomies"]["additionalProperties"] == {"type": "string"}
    assert schema["properties"]["menu"]["items"]["required"] == ["title", "url"]
    assert schema == json.loads(json.dumps(write_settings_schema()))


def test_the_schema_of_front_matter_has_all_keys() -> None:
    properties = write_front_matter_schema()["properties"]
    assert isinstance(properties, dict)
    assert properties.keys() >= KEYS.keys()
    assert properties["draft"]["type"] == ["boolean", "null"]


def test_doctor_says_what_there_is(blog: BlogMaker, capsys: pytest.CaptureFixture[str]) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nText.\n")
    assert run(["doctor", "-s", str(made.root)]) == 0
    out = capsys.readouterr().out
    assert "Python" in out
    assert "(not built yet)" in out


def test_doctor_names_copies_that_miss_updates(blog: BlogMaker, capsys: pytest.CaptureFixture[str]) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nText.\n")
    made.write("templates/post.html", (theme_folder() / "templates/post.html").read_bytes())
    made.write("templates/page.html", "<p>my own</p>")
    assert run(["doctor", "-s", str(made.root)]) == 0
    err = capsys.readouterr().err
    assert "note[unchanged-copy]" in err
    assert "templates/post.html" in err
    assert "templates/page.html" not in err


def test_doctor_without_a_blog_says_so(blog: BlogMaker, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "-s", str(blog().root)]) == 1
    assert "no-posts" in capsys.readouterr().err
