"""The workflows run pinned code: actions by commit, packages by hash. zizmor looks at the rest (`make test`)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / ".github/requirements.txt").read_text()
RELEASE_LOCK = (ROOT / ".github/release-requirements.txt").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIRED = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
PINNED = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE))
STARTER = ROOT / "src/afterword/cli/blogs/starter_files/publish.yml"
STARTER_LOCK = STARTER.with_name("dependencies.txt").read_text()
PAGES = [*(ROOT / ".github/workflows").glob("*.yml"), STARTER, ROOT / "docs/publishing.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_actions_are_pinned_to_commits_with_the_version_beside(page: Path) -> None:
    uses = re.findall(r"uses: (.+)", page.read_text())
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []


def test_the_publishing_job_installs_nothing_without_a_hash() -> None:
    installs = re.findall(r"pip install (.+)", (ROOT / ".github/workflows/pages.yml").read_text())
    assert installs == ["--require-hashes --requirement .github/requirements.txt", "--no-deps --no-build-isolation ."]


def test_the_release_installs_nothing_without_a_hash() -> None:
    installs = re.findall(r"pip install (.+)", (ROOT / ".github/workflows/release.yml").read_text())
    assert installs == [
        "--require-hashes --requirement .github/requirements.txt",
        "--no-deps dist/*.whl",
        "--require-hashes --requirement .github/release-requirements.txt",
    ]


def test_only_the_jobs_that_need_them_have_permissions() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "build": {"contents": "read"},
        "attest": {"id-token": "write", "attestations": "write"},
        "publish": {"contents": "read", "id-token": "write"},
        "announce": {"contents": "write"},
    }


def test_the_manual_shows_the_workflow_of_a_new_blog() -> None:
    assert f"```yaml\n{STARTER.read_text()}```" in (ROOT / "docs/publishing.md").read_text()


@pytest.mark.parametrize("line", PROJECT["project"]["dependencies"])
def test_the_lock_file_of_new_blogs_has_what_the_project_requires(line: str) -> None:
    requirement = Requirement(line)
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", STARTER_LOCK, re.MULTILINE))
    assert requirement.specifier.contains(pinned[requirement.name]), "run `make lock`"


def test_the_workflow_of_new_blogs_installs_nothing_without_a_hash_but_afterword() -> None:
    installs = re.findall(r"pip install (.+)", STARTER.read_text())
    assert installs == ["--require-hashes --requirement dependencies.txt", "--no-deps --requirement requirements.txt"]


@pytest.mark.parametrize("line", REQUIRED)
def test_the_lock_file_has_what_the_project_requires(line: str) -> None:
    requirement = Requirement(line)
    assert requirement.name in PINNED, "run `make lock`"
    assert requirement.specifier.contains(PINNED[requirement.name]), "run `make lock`"


@pytest.mark.parametrize("lock", [LOCK, RELEASE_LOCK, STARTER_LOCK], ids=["publishing", "release", "new blogs"])
def test_every_package_of_the_lock_file_has_its_hashes(lock: str) -> None:
    assert "://" not in lock, "it names a registry"
    for package in re.split(r"^(?=\S)", lock, flags=re.MULTILINE)[1:]:
        assert re.search(r"^    --hash=sha256:[0-9a-f]{64}", package, re.MULTILINE), package.splitlines()[0]
