"""The workflows run pinned code: actions by commit, packages by hash. zizmor looks at the rest (`make test`)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / ".github/requirements.txt").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIRED = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
PINNED = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE))
PAGES = [*(ROOT / ".github/workflows").glob("*.yml"), ROOT / "docs/publishing.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_actions_are_pinned_to_commits_with_the_version_beside(page: Path) -> None:
    uses = re.findall(r"uses: (.+)", page.read_text())
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []


def test_the_publishing_job_installs_nothing_without_a_hash() -> None:
    installs = re.findall(r"pip install (.+)", (ROOT / ".github/workflows/pages.yml").read_text())
    assert installs == ["--require-hashes --requirement .github/requirements.txt", "--no-deps --no-build-isolation ."]


@pytest.mark.parametrize("line", REQUIRED)
def test_the_lock_file_has_what_the_project_requires(line: str) -> None:
    requirement = Requirement(line)
    assert requirement.name in PINNED, "run `make lock`"
    assert requirement.specifier.contains(PINNED[requirement.name]), "run `make lock`"


def test_every_package_of_the_lock_file_has_its_hashes() -> None:
    for package in re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE)[1:]:
        assert re.search(r"^    --hash=sha256:[0-9a-f]{64}", package, re.MULTILINE), package.splitlines()[0]


def test_the_lock_file_names_no_registry() -> None:
    assert "://" not in LOCK
