"""A merge conflict that was not resolved is one error at its first mark; a post may show one as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Exit
from afterword.core.merge_conflicts import Conflict, find_conflicts

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

POST = "posts/2026-01-01-a.md"

CONFLICTS = {
    "in a text": (5, 9, "# A\n\nText.\n\n<<<<<<< HEAD\nMine.\n=======\nTheirs.\n>>>>>>> branch\n"),
    "with what was before": (3, 9, "# A\n\n<<<<<<< HEAD\nMine.\n||||||| 1a2b3c\nText.\n=======\nTheirs.\n>>>>>>> b\n"),
    "of Mercurial": (3, 7, "# A\n\n<<<<<<< working copy\nMine.\n=======\nTheirs.\n>>>>>>> merge rev\n"),
    "of Jujutsu": (
        3,
        8,
        "# A\n\n<<<<<<< Conflict 1 of 1\n%%%%%%% Changes\n-Text.\n+++++++ Contents\nTheirs.\n>>>>>>> Conflict 1 of 1\n",
    ),
    "in a list": (4, 8, "# A\n\n- One\n<<<<<<< HEAD\n- two\n=======\n- three\n>>>>>>> b\n"),
    "around a code block": (3, 11, "# A\n\n<<<<<<< HEAD\n```\na\n```\n=======\n```\nb\n```\n>>>>>>> b\n"),
    "that ends in a code block": (3, 9, "# A\n\n<<<<<<< HEAD\n```\na\n=======\n```\nb\n>>>>>>> b\n```\n"),
    "that begins in a code block": (4, 9, "# A\n\n```\n<<<<<<< HEAD\na\n```\n=======\nb\n>>>>>>> b\n"),
    "behind one in a code block": (
        9,
        11,
        "# A\n\n```\n<<<<<<< HEAD\n=======\n>>>>>>> b\n```\n\n<<<<<<< HEAD\n=======\n>>>>>>> b\n",
    ),
    "twice": (3, 5, "# A\n\n<<<<<<< HEAD\n=======\n>>>>>>> b\n\n<<<<<<< HEAD\n=======\n>>>>>>> b\n"),
    "in a comment": (4, 8, "# A\n\n<!--\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\n-->\n"),
    "with Windows line ends": (3, 5, "# A\r\n\r\n<<<<<<< HEAD\r\n=======\r\n>>>>>>> b\r\n"),
    "in front matter": (
        3,
        9,
        "---\ntitle: A\n<<<<<<< HEAD\ntags: [x\n  y: z\n=======\ntags: [a]\ndraft: true\n>>>>>>> b\n---\nText.\n",
    ),
    "over the end of front matter": (
        3,
        8,
        "---\ntitle: A\n<<<<<<< HEAD\ndraft: true\n---\n=======\n---\n>>>>>>> b\nText.\n",
    ),
    "that takes the end of front matter away": (
        3,
        7,
        "---\ntitle: A\n<<<<<<< HEAD\ntags: [x]\n=======\ndraft: true\n>>>>>>> b\nText.\n",
    ),
    "of whole files": (
        1,
        11,
        "<<<<<<< HEAD\n---\ntitle: A\n---\nText.\n=======\n---\ntitle: B\ndraft: true\n---\n>>>>>>> b\n",
    ),
    "above front matter": (1, 5, "<<<<<<< HEAD\n---\n=======\n---\n>>>>>>> b\ntitle: A\ndraft: true\n---\nText.\n"),
}

NESTED = {
    "in an item": ("3:3", "# A\n\n  <<<<<<< HEAD\n- one\n  =======\n- two\n  >>>>>>> b\n"),
    "below an item": ("5:3", "# A\n\n- One\n\n  <<<<<<< HEAD\n  two\n  =======\n  three\n  >>>>>>> b\n"),
    "behind the mark of an item": ("3:3", "# A\n\n- <<<<<<< HEAD\n- one\n- =======\n- two\n- >>>>>>> b\n"),
    "in a quotation": ("3:3", "# A\n\n> <<<<<<< HEAD\n> one\n> =======\n> two\n> >>>>>>> b\n"),
    "in a list in a quotation": ("3:5", "# A\n\n> - <<<<<<< HEAD\n>   one\n>   =======\n>   two\n>   >>>>>>> b\n"),
}


@pytest.mark.parametrize("case", NESTED)
def test_a_conflict_in_a_block_is_an_error(blog: BlogMaker, case: str) -> None:
    place, text = NESTED[case]
    (found,) = [found for found in blog().write(POST, text).build().diagnostics if found.is_error]
    assert (found.id, str(found.place)) == ("merge-conflict", f"{POST}:{place}")


@pytest.mark.parametrize("name", ["talk.vtt", "talk.txt"])
def test_a_conflict_in_a_transcript_is_an_error_where_it_is_named(blog: BlogMaker, name: str) -> None:
    cue = "00:01.000 --> 00:02.000\n"
    text = f"WEBVTT\n\n{cue}<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> b\n"
    talk = f"talk:\n  title: T\n  video: https://youtu.be/zjkBMFhNj_g\n  transcript: {name}\n"
    made = blog().write("posts/a/index.md", f"---\ntitle: A\ndate: 2026-01-01\n{talk}---\nText.\n")
    made.write(f"posts/a/{name}", text)
    (found,) = [found for found in made.build().diagnostics if found.is_error]
    assert (found.id, str(found.place)) == ("merge-conflict", "posts/a/index.md:7:15")
    assert found.message == "unresolved merge conflict in the transcript, on line 4"
    made.write(f"posts/a/{name}", f"WEBVTT\n\n{cue}One.\n")
    assert made.build().published


@pytest.mark.parametrize("case", CONFLICTS)
def test_a_conflict_is_one_error_at_its_first_mark(blog: BlogMaker, case: str) -> None:
    first, last, text = CONFLICTS[case]

    report = blog().write(POST, text).build()

    errors = [found for found in report.diagnostics if found.is_error]
    (found,) = [found for found in errors if found.id == "merge-conflict"]
    assert errors == [found]
    assert report.exit_code is Exit.CONTENT
    assert found.place is not None
    assert (found.place.line, found.place.column, found.place.length) == (first, 1, 7)
    assert found.label == f"ends on line {last}"


OPEN = {
    "at the end": (3, "# A\n\n<<<<<<< HEAD\na\n=======\nb\n"),
    "of a whole file": (1, "<<<<<<< HEAD\n# A\n=======\n# B\n"),
    "in front matter": (3, "---\ntitle: A\n<<<<<<< HEAD\ntags: [a]\n=======\ntags: [b]\n---\nText.\n"),
    "below a block of code": (7, "# A\n\n```\n<<<<<<< HEAD\n```\n\n<<<<<<< HEAD\na\n=======\nb\n"),
    "in a comment": (4, "# A\n\n<!--\n<<<<<<< HEAD\na\n=======\nb\n-->\n"),
}


@pytest.mark.parametrize("case", OPEN)
def test_a_conflict_without_its_last_mark_is_an_error(blog: BlogMaker, case: str) -> None:
    line, text = OPEN[case]

    report = blog().write(POST, text).build()

    (found,) = [found for found in report.diagnostics if found.is_error]
    assert found.place is not None
    assert (found.id, found.place.line, found.label) == ("merge-conflict", line, "its last marker is missing")


RIGHT = {
    "fenced": "```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\n```\n",
    "fenced with tildes": "~~~~ diff\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\n~~~~\n",
    "indented": "    <<<<<<< HEAD\n    a\n    =======\n    b\n    >>>>>>> b\n",
    "in a list": "1. One\n\n   ```\n   <<<<<<< HEAD\n   =======\n   >>>>>>> b\n   ```\n",
    "in a quotation": "> ```\n> <<<<<<< HEAD\n> =======\n> >>>>>>> b\n> ```\n",
    "in HTML": "<pre>\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\n</pre>\n",
    "in a sentence": "Git writes `<<<<<<< HEAD`, `=======` and `>>>>>>> branch`.\n",
    "a heading": "A heading\n=======\n\nText.\n",
    "quotations": ">>>>>>> Deep.\n\nA heading\n=======\n",
    "a heading and quotations": "<<<<<<<< eight\n\nA heading\n=======\n\n>>>>>>> Deep.\n",
    "a mark in code above a heading": "```\n<<<<<<< HEAD\n```\n\nHeading\n=======\n",
    "code without an end": "```\n<<<<<<< HEAD\na\n=======\nb\n```\n",
    "a mark alone": "<<<<<<< HEAD\n\nText.\n",
    "an indented mark alone above a heading": "> <<<<<<< HEAD\n\nA heading\n=======\n",
}


@pytest.mark.parametrize("case", RIGHT)
def test_what_only_looks_like_a_conflict_is_none(blog: BlogMaker, case: str) -> None:
    report = blog().write(POST, f"# A\n\nText.\n\n{RIGHT[case]}").build()

    assert [found for found in report.diagnostics if found.id == "merge-conflict"] == []
    assert report.published


LEFT = {
    "the last mark": (5, "Mine.\n\n>>>>>>> feature/x\n\nTheirs.\n"),
    "the end below a heading of another length": (6, "Mine.\n======\nTheirs.\n>>>>>>> 1a2b3c4 (Fix a name)\n"),
    "the first mark": (3, "<<<<<<< HEAD\nMine.\n"),
    "the mark of the base": (3, "||||||| 1a2b3c4\nBase.\n=======\nTheirs.\n"),
    "a mark in a list": (4, "- Mine.\n- >>>>>>> origin/main\n- Theirs.\n"),
    "a mark below code": (7, "```\n<<<<<<< HEAD\n```\n\n<<<<<<< HEAD\n"),
}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (4, "Mine.\n=======\nTheirs.\n>>>>>>> 1a2b3c4 (Fix a name)\n"),
        (5, "Mine.\n\n=======\n\nTheirs.\n>>>>>>> main\n"),
        (7, "```\n=======\n```\n\n=======\nTheirs.\n>>>>>>> Stashed changes\n"),
    ],
)
def test_a_conflict_without_its_first_mark_is_an_error(blog: BlogMaker, line: int, text: str) -> None:
    (found,) = blog().write(POST, f"# A\n\n{text}").build().diagnostics
    assert found.place is not None
    assert (found.id, found.place.line) == ("merge-conflict", line)


@pytest.mark.parametrize("case", LEFT)
def test_a_mark_that_is_left_of_a_conflict_is_a_warning(blog: BlogMaker, case: str) -> None:
    line, text = LEFT[case]
    (found,) = blog().write(POST, f"# A\n\n{text}").build().diagnostics
    assert found.place is not None
    assert (found.id, found.severity, found.place.line) == ("conflict-marker", "warning", line)


@pytest.mark.parametrize(
    "text",
    [*(RIGHT[case] for case in RIGHT if "alone" not in case), ">>>>>>> a deep quotation\n", "|||||||\n", "> > x\n"],
)
def test_what_is_no_mark_of_a_conflict_is_not_told(blog: BlogMaker, text: str) -> None:
    found = blog().write(POST, f"# A\n\nText.\n\n{text}").build().diagnostics
    assert "conflict-marker" not in [one.id for one in found]


def test_front_matter_without_an_end_is_told_as_such_above_code(blog: BlogMaker) -> None:
    report = blog().write(POST, f"---\ntitle: A\n\nText.\n\n{RIGHT['fenced']}").build()
    assert [found.id for found in report.diagnostics] == ["unclosed-front-matter"]


def test_the_text_of_a_draft_may_have_one_until_it_is_published(blog: BlogMaker) -> None:
    made = blog(f"-- {POST} --\n# A\n").write("drafts/b.md", CONFLICTS["in a text"][2])
    assert made.build().published
    assert [found.id for found in made.build(drafts=True).diagnostics if found.is_error] == ["merge-conflict"]


def test_a_conflict_in_a_template_is_an_error(blog: BlogMaker) -> None:
    made = blog(f"-- {POST} --\n# A\n").write("templates/post.html", "<p>\n<<<<<<< HEAD\n=======\n>>>>>>> b\n")
    (found,) = made.build().diagnostics
    assert found.place is not None
    assert (found.id, str(found.place)) == ("merge-conflict", "templates/post.html:2:1")


def test_the_marks_of_a_conflict_come_in_order() -> None:
    assert list(find_conflicts("=======\n>>>>>>> b\n<<<<<<< a\n>>>>>>> b\n")) == []
    assert list(find_conflicts("<<<<<<< a\n<<<<<<< b\n=======\n=======\n>>>>>>> c\n>>>>>>> d\n")) == [Conflict(1, 2, 4)]
