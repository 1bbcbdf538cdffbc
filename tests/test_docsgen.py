"""The documentation says what is: generated pages are up to date, written ones name what exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from afterword.core.dates import FORMS, YEARS
from afterword.docsgen.__main__ import SECTIONS, fill_page, main
from afterword.docsgen.tables import describe_fields
from afterword.front_matter.fields import KEYS
from afterword.site.talk_objects import ChapterView, EventView, SpeakerView, TalkView, UpdateView, VideoView
from afterword.templates.environment import GLOBALS

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {path.name: path.read_text() for path in DOCS.glob("*.md")}


@pytest.mark.parametrize("name", PAGES)
def test_generated_sections_are_up_to_date(name: str) -> None:
    assert fill_page(PAGES[name]) == PAGES[name], "run `make docs`"


def test_every_section_is_in_one_page() -> None:
    found = [name for text in PAGES.values() for name in re.findall(r"<!-- generated: (.+) -->", text)]
    assert sorted(found) == sorted(SECTIONS)


def test_sections_are_written_into_the_pages(tmp_path: Path) -> None:
    for name, text in PAGES.items():
        outdated = re.sub(r"(?ms)^(<!-- generated: [^\n]+ -->\n).*?(?=^<!-- end -->)", r"\1Old text.\n", text)
        (tmp_path / name).write_text(outdated)
    main(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == PAGES


def test_the_forms_of_dates_are_documented() -> None:
    said = " ".join(PAGES["front-matter.md"].split())
    assert FORMS.removeprefix("use ") in said
    assert f"The year must be between {YEARS[0]} and {YEARS[-1]}." in said


def test_every_name_that_templates_are_given_is_documented() -> None:
    for name in GLOBALS:
        assert re.search(rf"`{name}(?:\(.*\))?`", PAGES["templates.md"]), name


@pytest.mark.parametrize("view", [ChapterView, EventView, SpeakerView, TalkView, UpdateView, VideoView])
def test_all_that_templates_see_of_a_talk_is_documented(view: type[TalkView]) -> None:
    for name in describe_fields(view):
        assert f"`{name}`" in PAGES["templates.md"]


def test_every_key_of_front_matter_has_a_sentence() -> None:
    assert [name for name, key in KEYS.items() if not key.takes or not key.sentence.endswith(".")] == []


def test_every_template_of_the_theme_is_documented() -> None:
    table = (DOCS / "theme.md").read_text().partition("## Templates")[2].partition("\nA layout")[0]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    templates = [path.name for path in (ROOT / "templates").iterdir() if path.is_file()]
    assert sorted(re.findall(r"`([\w.-]+)`", " ".join(rows))) == sorted(templates)


def test_the_workflow_to_copy_is_the_one_in_use() -> None:
    """But for how it installs Afterword, and tells it the address."""
    shown = re.search(r"```yaml\n(.+?)```", (DOCS / "publishing.md").read_text(), re.DOTALL)
    assert shown
    used = (ROOT / ".github/workflows/pages.yml").read_text()
    assert without_commands(shown[1]) == without_commands(used)


def without_commands(workflow: str) -> Mapping[str, object]:
    """A workflow without the steps that run commands."""
    read: dict[str, object] = yaml.safe_load(workflow)
    jobs = read["jobs"]
    assert isinstance(jobs, dict)
    for job in jobs.values():
        job["steps"] = [step for step in job["steps"] if "run" not in step]
    return read
