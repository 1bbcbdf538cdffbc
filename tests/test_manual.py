"""`afterword help` prints the manual, from a wheel too."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from afterword.cli.main import run

ROOT = Path(__file__).parents[1]


def test_it_lists_the_pages_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help"]) == 0
    shown = capsys.readouterr().out
    for page in (ROOT / "docs").glob("*.md"):
        if page.stem != "README":
            assert re.search(rf"^{page.stem} +[A-Z]", shown, re.MULTILINE)


@pytest.mark.parametrize("topic", ["publishing", "Publishing", "publishing.md"])
def test_it_prints_a_page(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", topic]) == 0
    assert capsys.readouterr().out == (ROOT / "docs/publishing.md").read_text()


@pytest.mark.parametrize("topic", ["build", "b", "urls"])
def test_it_prints_the_help_of_a_command(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", topic]) == 0
    assert "Usage: afterword" in capsys.readouterr().out


def test_an_unknown_topic_has_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "publishin"]) == 2
    assert "did you mean `publishing`?" in capsys.readouterr().err


def test_the_wheel_has_the_manual() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"]["docs"] == "afterword/_manual"
