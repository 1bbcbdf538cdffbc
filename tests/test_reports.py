"""What a build has to say, as people, GitHub and programs get it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterword.build.report import Reason, Report, SkippedPost
from afterword.cli.main import run
from afterword.core.diagnostics import Exit, Place, error, note, warning
from afterword.reporting.github import has_command, stop_commands, write_annotations, write_markdown
from afterword.reporting.json import write_document
from afterword.reporting.summary import list_changes, list_reasons, summarize, summarize_check, summarize_failure
from afterword.reporting.text import (
    LineReader,
    TextStyle,
    count_cells,
    frame_line,
    make_visible,
    open_line_reader,
    write_text,
)

if TYPE_CHECKING:
    from afterword.core.diagnostics import Diagnostic
    from tests.conftest import BlogMaker

KEYNOTE = "posts/2024-06-01-keynote.md"


def look_at(files: dict[str, str]) -> LineReader:
    """The lines of files that are nowhere but here."""

    def read_line(path: str, number: int) -> str | None:
        lines = files.get(path, "").split("\n")
        return lines[number - 1] if path in files and number <= len(lines) else None

    return read_line


def write(found: Diagnostic, source: str = "", *, colour: bool = False) -> str:
    return write_text([found], look_at({KEYNOTE: source}), TextStyle(colour=colour))


def test_diagnostic_shows_line_label_and_hint() -> None:
    found = error(
        "missing-title",
        "missing title",
        Place(KEYNOTE, 1, 1, 3),
        label="missing in this front matter",
        hint="add `title: …`, or begin the text with a `# heading`",
    )
    assert write(found, "---\ndate: 2024-06-01\n") == (
        "error[missing-title]: missing title\n"
        "  posts/2024-06-01-keynote.md:1:1\n"
        "  1 | ---\n"
        "    | ^^^ missing in this front matter\n"
        "  hint: add `title: …`, or begin the text with a `# heading`\n"
    )


def test_many_diagnostics_of_a_kind_are_its_first_and_the_number_of_the_others() -> None:
    found = [warning("unused-file", f"unused {number}") for number in range(9)]
    found += [note("short-talk", "short"), *(error("missing-title", f"missing {number}") for number in range(21))]
    brief = write_text(found, look_at({}), TextStyle(brief=True))
    assert "unused 4\n\n… 4 more like this (-v shows all)\n\nnote[short-talk]: short\n" in brief
    assert "missing 19\n\n… 1 more like this (-v shows all)\n" in brief
    assert "unused 5" not in brief
    assert "missing 20" not in brief
    everything = write_text(found, look_at({}), TextStyle())
    assert "unused 8" in everything
    assert "more like this" not in everything


def test_five_diagnostics_of_a_kind_are_all_in_full() -> None:
    found = [warning("unused-file", f"unused {number}") for number in range(5)]
    assert write_text(found, look_at({}), TextStyle(brief=True)) == write_text(found, look_at({}), TextStyle())


def test_a_cause_that_many_posts_share_is_one_message_with_the_list() -> None:
    found = [warning("layout-not-found", "layout `x` not found", Place(f"posts/{n}.md", 2, 9)) for n in range(31)]
    found.append(warning("layout-not-found", "layout `y` not found", Place("posts/z.md", 2, 9)))
    brief = write_text(found, look_at({}), TextStyle(brief=True))
    assert brief == (
        "warning[layout-not-found]: layout `x` not found\n"
        "  posts/0.md:2:9\n"
        "  also at: posts/1.md:2:9, posts/2.md:2:9, posts/3.md:2:9, posts/4.md:2:9, posts/5.md:2:9, "
        "and 25 more (-v shows all)\n"
        "\n"
        "warning[layout-not-found]: layout `y` not found\n"
        "  posts/z.md:2:9\n"
    )
    full = write_text(found, look_at({}), TextStyle())
    assert full.count("layout `x`") == 1
    assert full.count("posts/") == 32, "each place is on a line of its own"


def test_an_error_is_shown_at_each_place() -> None:
    found = [error("unclosed-comment", "unclosed comment", Place(f"posts/{n}.md", 2)) for n in range(4)]
    assert write_text(found, look_at({}), TextStyle(brief=True)) == write_text(found, look_at({}), TextStyle())


def test_a_thousand_posts_with_one_note_each_print_a_few_lines(
    blog: BlogMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    made = blog()
    for number in range(30):
        made.write(f"posts/2026-01-01-post-{number}.md", f"---\ntitle: T\nlayout: wide\n---\n\n{{{{< x{number} >}}}}\n")
    assert run(["build", "-s", str(made.root)]) == 0
    written = capsys.readouterr()
    assert len(written.err.splitlines()) < 45
    assert "60 warnings (30 foreign-markup, 30 layout-not-found)" in written.out


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_frame_fits_the_terminal(width: int) -> None:
    line = f"{'some words ' * 20}[wrong](x.md) {'more words ' * 20}"
    found = warning("broken-link", "not found", Place("a.md", 12, line.index("[") + 1, 13), label="shown as text")
    _, _, frame, *below = write_text([found], look_at({"a.md": "\n" * 11 + line}), TextStyle(width=width)).splitlines()
    assert max(map(len, (frame, *below))) <= width
    assert below[0].index("^") == frame.index("[wrong]")
    assert below[-1].endswith("shown as text")


def test_many_diagnostics_are_counted_by_kind() -> None:
    found = [warning("b", str(number)) for number in range(1_200)] + [
        warning("a", "x"),
        error("c", "y"),
        note("d", "z"),
    ]
    counted = "1 error, 1,201 warnings (1,200 b, 1 a)"
    assert summarize_failure(found, strict=False) == f"build failed: {counted}; nothing was published\n"
    assert summarize_check(3, None, found) == f"checked 3 pages: {counted}, 1 note\n"
    assert summarize(report(diagnostics=tuple(found)), "site", 1).splitlines()[1] == f"{counted}, 1 note"


@pytest.mark.parametrize(("options", "shown"), [([], 5), (["-v"], 8), (["--format=json"], 8), (["--format=github"], 8)])
def test_verbose_build_shows_all_warnings(
    blog: BlogMaker, capsys: pytest.CaptureFixture[str], options: list[str], shown: int
) -> None:
    made = blog()
    for number in range(8):
        made.write(f"posts/2026-01-0{number + 1}-post-{number}.md", f"# Title\n\n[a](#missing-{number})\n")
    assert run(["build", "-s", str(made.root), *options]) == 0
    written = capsys.readouterr()
    said = written.out if options == ["--format=json"] else written.err
    assert len(set(re.findall(r"2026-01-0\d-post-\d\.md:3", said)) or json.loads(said)["diagnostics"]) == shown
    assert ("3 more like this (-v shows all)" in said) == (shown == 5)


def test_related_places_have_frames_of_their_own_and_line_up_with_the_first() -> None:
    found = warning(
        "duplicate-key",
        "`title` is written twice",
        Place(KEYNOTE, 12, 1, 5),
        related=((Place(KEYNOTE, 2, 1, 5), "the first is here"),),
    )
    source = "\n".join(["---", "title: a", *["x: 1"] * 9, "title: b"])
    assert write(found, source) == (
        "warning[duplicate-key]: `title` is written twice\n"
        "  posts/2024-06-01-keynote.md:12:1\n"
        "  12 | title: b\n"
        "     | ^^^^^\n"
        "  posts/2024-06-01-keynote.md:2:1\n"
        "   2 | title: a\n"
        "     | ----- the first is here\n"
    )


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (None, "error[x]: wrong\n  here\n"),
        (Place(KEYNOTE), f"error[x]: wrong\n  {KEYNOTE}: here\n"),
        (Place(KEYNOTE, 9, 1, 1), f"error[x]: wrong\n  {KEYNOTE}:9:1: here\n"),
        (Place(KEYNOTE, 1), f"error[x]: wrong\n  {KEYNOTE}:1\n  1 | text\n    | here\n"),
    ],
    ids=["no place", "a whole file", "a line that is not there", "a whole line"],
)
def test_label_is_shown_without_a_frame(place: Place | None, expected: str) -> None:
    assert write(error("x", "wrong", place, label="here"), "text") == expected


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("plain x here", "x"),
        ("\tx: behind a tab", "x"),
        ("会議のノート x", "x"),
        ("a 会議 in the middle", "会議"),
        ("cafe\u0301 x", "x"),  # an accent that is a character of its own
        ("👩‍🔬 x", "x"),  # three characters, one picture
        ("a\u202eb x", "x"),  # shown as an escape
        ("\x1b[31m x", "x"),
    ],
)
def test_underline_is_below_its_text(line: str, marked: str) -> None:
    frame = frame_line(line, line.index(marked) + 1, len(marked), 100)
    before = frame.text[: frame.text.index(marked)]
    assert (frame.indent, frame.length) == (count_cells(before), count_cells(marked))


@pytest.mark.parametrize("filler", ["a", "会", "\u202e", "\t"], ids=["narrow", "wide", "escapes", "tabs"])
@pytest.mark.parametrize("start", [0, 40, 150_000, 299_999])
def test_of_a_very_long_line_the_part_around_the_mistake_is_shown(filler: str, start: int) -> None:
    line = f"{filler * start}!!!{filler * (300_000 - start)}"
    frame = frame_line(line, start + 1, 3, 100)
    assert count_cells(frame.text) <= 100 + len("……")
    assert frame.text[: frame.text.index("!!!")].startswith("…") is (start > 0)
    assert frame.length == 3
    assert count_cells(frame.text[: frame.text.index("!!!")]) == frame.indent


@pytest.mark.parametrize(("column", "length", "indent"), [(3, 50, 2), (5, 1, 4), (99, 1, 4)])
def test_an_underline_ends_with_its_line_and_is_never_empty(column: int, length: int, indent: int) -> None:
    frame = frame_line("abcd", column, length, 100)
    assert frame.indent == indent
    assert frame.length == max(1, 4 - indent)


HOSTILE = "a\x1b[2Jb\u202ec\x9bd\r\n::error::e"


def test_nothing_in_a_blog_reaches_the_terminal_as_a_command() -> None:
    place = Place(f"posts/{HOSTILE}.md", 1, 1, 1)
    found = error("x", HOSTILE, place, label=HOSTILE, hint=HOSTILE, related=((place, HOSTILE),))
    text = write_text([found], look_at({place.path: HOSTILE.replace("\n", " ")}))
    assert all(character.isprintable() or character == "\n" for character in text)
    assert not any(line.startswith("::") for line in text.splitlines())
    assert "a\\u001b[2Jb\\u202ec" in text


def test_colours_are_only_added_when_asked_for() -> None:
    found = error("x", "wrong", Place(KEYNOTE, 1, 1, 4), label="here", hint="mend it")
    plain, coloured = write(found, "text"), write(found, "text", colour=True)
    assert "\x1b" not in plain
    assert "\x1b[31m" in coloured
    assert _without_colours(coloured) == plain


def _without_colours(text: str) -> str:
    from click import unstyle

    return unstyle(text)


def test_lines_are_those_of_the_blog_and_of_the_default_theme(blog: BlogMaker) -> None:
    made = blog().write("posts/a.md", b"\xef\xbb\xbfone\r\ntwo\rthree")
    read_line = open_line_reader(made.root)
    assert [read_line("posts/a.md", number) for number in range(5)] == [None, "one", "two", "three", None]
    assert read_line("theme:templates/base.html", 1)
    assert read_line("posts/nowhere.md", 1) is None
    assert read_line("posts/\0.md", 1) is None


def test_file_is_read_on_first_access(blog: BlogMaker) -> None:
    made = blog()
    read_line = open_line_reader(made.root)
    made.write("posts/a.md", "late")
    assert read_line("posts/a.md", 1) == "late"
    made.remove("posts/a.md")
    assert read_line("posts/a.md", 1) == "late"


def in_repository(path: str) -> str | None:
    return None if path.startswith("theme:") else f"blog/{path}"


def test_an_annotation_marks_the_lines_of_the_repository() -> None:
    found = error("invalid-date", "no such day: 100%", Place("posts/a,b.md", 3, 7, 10), label="here", hint="mend it")
    assert write_annotations([found], in_repository) == (
        "::error file=blog/posts/a%2Cb.md,line=3,col=7,endLine=3,endColumn=17,title=invalid-date"
        "::no such day: 100%25%0Ahere%0Ahint: mend it\n"
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (warning("x", "wrong"), "::warning title=x::wrong\n"),
        (note("x", "wrong", Place("posts/a.md")), "::notice file=blog/posts/a.md,title=x::wrong\n"),
        (error("x", "wrong", Place("theme:a.html", 2)), "::error title=x::theme:a.html:2: wrong\n"),
        (error("x", "one\n::error::two\r%"), "::error title=x::one\\u000a::error::two\\u000d%25\n"),
    ],
    ids=["no place", "a whole file", "a file outside of the repository", "a message with line ends"],
)
def test_annotation_is_one_line(found: Diagnostic, expected: str) -> None:
    assert write_annotations([found], in_repository) == expected


@pytest.mark.parametrize("name", ["a\x1b[31m.md", "a\u202eb.md", "a\n::error::b.md", "a\x9b.md"])
def test_an_annotation_has_no_name_that_a_terminal_acts_on(name: str) -> None:
    written = write_annotations([error("x", "wrong", Place(name, 1, 2))], in_repository)
    assert written == f"::error title=x::{make_visible(name)}:1:2: wrong\n"
    assert written.strip().isprintable()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n::error::b\n", True),
        ("   ::error::b\n", True),
        ("wrote ##[set-output name=a]b\n", True),
        ("a ::error::b\n", False),
        ("## [a]\n", False),
        ("", False),
    ],
)
def test_commands_of_githubs_runner_are_recognized(text: str, expected: bool) -> None:
    assert has_command(text) is expected


def test_no_line_ends_stopped_commands() -> None:
    inner = stop_commands("::error::a\n")
    first, *between, last = stop_commands(inner).splitlines()
    assert between == inner.splitlines()
    assert last.strip(":") == first.removeprefix("::stop-commands::")
    assert last not in between


def test_ten_annotations_of_a_kind_are_made_and_the_others_are_counted() -> None:
    found = [make(f"id-{number}", "wrong") for number in range(12) for make in (error, warning, note)]
    lines = write_annotations(found, in_repository).splitlines()
    kinds = [line.removeprefix("::").split(" ")[0].split(":")[0] for line in lines]
    assert {kind: kinds.count(kind) for kind in kinds} == {"error": 10, "warning": 10, "notice": 10}
    assert lines[-1] == ("::notice::and 2 more errors, 2 more warnings, 3 more notices: see the log of this step")


def test_ten_of_a_kind_need_no_word_about_more() -> None:
    lines = write_annotations([error(f"id-{number}", "wrong") for number in range(10)], in_repository)
    assert lines.count("\n") == 10
    assert "more" not in lines


def test_job_summary_is_one_code_block() -> None:
    found = error("x", "this `````` is <b>wrong</b>", Place(KEYNOTE, 1))
    page = write_markdown("nothing\n", [found], look_at({}), str)
    assert page == (
        "### Afterword: 1 error\n\n```````text\nnothing\n\n"
        f"error[x]: this `````` is <b>wrong</b>\n  {KEYNOTE}:1\n```````\n"
    )


def test_job_summary_fits_githubs_limit() -> None:
    many = [warning("x", "a" * 1_000, Place(f"{number}.md")) for number in range(2_000)]
    page = write_markdown("done", many, look_at({}), str)
    assert len(page.encode()) < 1_000_000
    shown = page.count("warning[x]")
    assert f"\nand {2_000 - shown:,} more: see the log of this step\n" in page


def report(**changes: object) -> Report:
    plain: dict[str, object] = {
        "exit_code": Exit.DONE,
        "pages": 12,
        "skipped": (),
        "diagnostics": (),
        "destination": Path("site"),
        "rendered": {},
        "published": True,
    }
    return Report(**{**plain, **changes})  # type: ignore[arg-type]


def test_the_document_has_everything_that_a_build_did() -> None:
    made = report(
        rendered={"index.html": Reason("query", "the posts it lists changed")},
        written=("index.html",),
        removed=("old.html",),
        skipped=(
            SkippedPost("posts/b.md", "future", date(2027, 1, 2)),
            SkippedPost(
                "posts/c.md", "expired", date(2026, 1, 2), "expires: 2026-01-02", Place("posts/c.md", 3, 10, 10)
            ),
        ),
    )
    found = warning("x", "wrong", Place("posts/a.md", 1, 2, 3), related=((Place("posts/b.md"), "there"),))
    document = json.loads(write_document(Exit.DONE, [found], made))
    assert document["rendered"] == {"index.html": {"kind": "query", "text": "the posts it lists changed"}}
    assert (document["written"], document["removed"]) == (["index.html"], ["old.html"])
    nothing = {"until": None, "since": None, "because": None, "place": None}
    assert document["unpublished"] == [
        {**nothing, "path": "posts/b.md", "reason": "future", "until": "2027-01-02"},
        {
            **nothing,
            "path": "posts/c.md",
            "reason": "expired",
            "since": "2026-01-02",
            "because": "expires: 2026-01-02",
            "place": {"path": "posts/c.md", "line": 3, "column": 10, "length": 10},
        },
    ]
    assert document["diagnostics"] == [
        {
            "id": "x",
            "severity": "warning",
            "message": "wrong",
            "place": {"path": "posts/a.md", "line": 1, "column": 2, "length": 3},
            "label": "",
            "hint": "",
            "related": [{"place": {"path": "posts/b.md", "line": 0, "column": 0, "length": 0}, "label": "there"}],
        }
    ]


def test_the_document_holds_no_command_for_githubs_runner_and_says_the_same() -> None:
    said = "##[error]a ###[add-mask]b \u2028 \udcff \x1b"
    written = write_document(Exit.CONTENT, [error("x", said, Place(said))])
    assert "##[" not in written
    assert written.isascii()
    (found,) = json.loads(written)["diagnostics"]
    assert (found["message"], found["place"]["path"]) == (said, said)


def test_the_document_has_the_same_keys_where_nothing_was_built() -> None:
    failed = json.loads(write_document(Exit.USAGE, [error("no-source", "folder not found: `\udc80`")]))
    assert failed.keys() == json.loads(write_document(Exit.DONE, [], report())).keys()
    assert (failed["exit_code"], failed["published"], failed["pages"]) == (2, False, 0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "built `site`: 12 pages in 0.25 s, nothing changed\n"),
        (
            {"rendered": {"a.html": Reason("new", "it is new")}},
            "built `site`: 12 pages in 0.25 s, 1 rendered, nothing changed\n",
        ),
        (
            {"rendered": {"a.html": Reason("new", "it is new")}, "written": ("a.html",), "removed": ("b", "c")},
            "built `site`: 12 pages in 0.25 s, 1 rendered, 1 file written, 2 removed\n",
        ),
        (
            {"skipped": (SkippedPost("drafts/a.md", "draft"), SkippedPost("posts/b.md", "future", date(2027, 1, 2)))},
            (
                "built `site`: 12 pages in 0.25 s, nothing changed\n"
                "skipped: 1 draft (include with `--drafts`), 1 future post, due 2027-01-02 (include with `--future`)\n"
            ),
        ),
        (
            {"skipped": tuple(SkippedPost(f"posts/{day}.md", "future", date(2027, 1, day)) for day in (9, 3))},
            (
                "built `site`: 12 pages in 0.25 s, nothing changed\n"
                "skipped: 2 future posts, first due 2027-01-03 (include with `--future`)\n"
            ),
        ),
        (
            {"skipped": (SkippedPost("posts/c.md", "expired", date(2026, 1, 2)),)},
            ("built `site`: 12 pages in 0.25 s, nothing changed\nskipped: 1 expired post (include with `--expired`)\n"),
        ),
        (
            {"placeholder_origin": "http://localhost:4000"},
            (
                "built `site`: 12 pages in 0.25 s, nothing changed\n"
                "feeds and sitemap use `http://localhost:4000`; set `base_url` or `--base-url` before you publish\n"
            ),
        ),
    ],
    ids=[
        "nothing to do",
        "the same bytes again",
        "changes",
        "skipped",
        "several of the future",
        "an expired one",
        "no host",
    ],
)
def test_summary_reports_changes_and_skipped_posts(changes: dict[str, object], expected: str) -> None:
    assert summarize(report(**changes), "site", 0.25) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0.004, "0.00 s"), (1.44, "1.4 s"), (75.2, "75 s")])
def test_a_time_has_the_figures_that_matter(seconds: float, expected: str) -> None:
    assert f" in {expected}, " in summarize(report(), "site", seconds)


@pytest.mark.parametrize(
    ("found", "strict", "expected"),
    [
        (
            [error("a", "x"), error("b", "y"), warning("c", "z")],
            False,
            "build failed: 2 errors, 1 warning; nothing was published\n",
        ),
        ([error("a", "x"), warning("c", "z")], True, "build failed: 1 error, 1 warning; nothing was published\n"),
        (
            [warning("c", "z"), note("d", "n")],
            True,
            "build failed: 1 warning (`--strict`); nothing was published\n",
        ),
    ],
)
def test_a_failure_says_what_it_is_for(found: list[Diagnostic], strict: bool, expected: str) -> None:
    assert summarize_failure(found, strict=strict) == expected


def test_each_rendered_page_has_its_reason() -> None:
    made = report(rendered={"b.html": Reason("new", "it is new"), "a.html": Reason("body", "its text changed")})
    assert list_reasons(made) == "a.html: its text changed\nb.html: it is new\n"
    assert list_reasons(report()) == "no pages rendered: no dependency changed\n"


def test_each_change_is_listed() -> None:
    made = report(written=("a.html",), removed=("b.html",), skipped=(SkippedPost("posts/c.md", "draft"),))
    assert list_changes(made) == "wrote a.html\nremoved b.html\nskipped posts/c.md: a draft\n"
