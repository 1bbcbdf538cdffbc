"""`afterword help` prints the manual, from a wheel too."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from afterword.cli.main import run
from afterword.docsgen.manual_site import write_manual_blog

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


def test_marks_of_generated_sections_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "settings"]) == 0
    shown = capsys.readouterr().out
    assert "<!--" not in shown
    assert "`config.markdown.smart_punctuation`.\n\n| setting |" in shown


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


def test_the_manual_is_a_site_beside_the_blog(tmp_path: Path) -> None:
    write_manual_blog(ROOT / "docs", tmp_path / "manual")
    (tmp_path / "blog/posts").mkdir(parents=True)
    (tmp_path / "blog/posts/2026-01-01-x.md").write_text("# X\n\nText.\n")
    site = tmp_path / "blog/site"
    manual = [
        "build",
        "--strict",
        "-s",
        str(tmp_path / "manual"),
        "-b",
        "https://e.org/x/manual/",
        "-d",
        str(site / "manual"),
    ]
    for _ in range(2):
        assert run(["build", "--strict", "-s", str(tmp_path / "blog"), "-b", "https://e.org/x/"]) == 0
        assert run(manual) == 0
    assert (site / "posts/x/index.html").exists()
    assert 'href="/x/manual/getting-started/"' in (site / "manual/index.html").read_text()
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} - {"README"} <= {
        path.name for path in (site / "manual").iterdir()
    }
