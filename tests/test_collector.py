"""Findings that are too many to list: the first of each kind, and the number of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.diagnostics import MAX_LENGTH, MAX_LISTED, Collector, Diagnostic, Place, error, warning
from tests.writing import say, write

if TYPE_CHECKING:
    from tests.conftest import BlogMaker


def find(line: int, id: str = "broken-link", path: str = "posts/x.md") -> Diagnostic:
    return warning(id, "nothing is published there", Place(path, line))


def collect(*found: Diagnostic) -> tuple[Diagnostic, ...]:
    collector = Collector()
    collector.extend(found)
    return collector.result()


def test_what_has_room_is_listed_in_its_order() -> None:
    found = [find(line) for line in range(MAX_LISTED)]
    assert collect(*found) == tuple(found)


def test_the_others_are_counted_at_the_last_that_is_listed() -> None:
    *listed, more = collect(*(find(line) for line in range(1, MAX_LISTED + 1235)))

    assert listed == [find(line) for line in range(1, MAX_LISTED + 1)]
    assert (more.id, more.severity, more.place) == ("broken-link", listed[-1].severity, Place("posts/x.md", MAX_LISTED))
    assert more.message == "1,234 more `broken-link` in this file"


def test_the_others_of_errors_are_an_error() -> None:
    *_, more = collect(*(error("x", "wrong", Place("a.md", line)) for line in range(MAX_LISTED + 1)))
    assert more.is_error
    assert more.message == "1 more `x` in this file"


def test_kinds_and_files_are_counted_apart() -> None:
    found = [
        *(find(line) for line in range(MAX_LISTED)),
        *(find(line, id="broken-anchor") for line in range(MAX_LISTED)),
        *(find(line, path="posts/y.md") for line in range(MAX_LISTED)),
    ]
    assert collect(*found) == tuple(found)


def test_the_same_finding_is_listed_once() -> None:
    assert collect(*[find(1)] * (MAX_LISTED + 9), find(2)) == (find(1), find(2))


def test_what_is_not_listed_is_not_made() -> None:
    collector = Collector()
    made: list[int] = []

    def make() -> Diagnostic:
        made.append(1)
        return find(len(made))

    for _ in range(MAX_LISTED + 9):
        collector.add_lazily("broken-link", "posts/x.md", make)
    assert len(made) == MAX_LISTED


def test_a_message_that_repeats_a_long_text_is_cut_off() -> None:
    found = warning("x", "a" * (MAX_LENGTH + 1), hint="b" * 2 * MAX_LENGTH, label="c" * MAX_LENGTH)
    assert (len(found.message), len(found.hint), len(found.label)) == (MAX_LENGTH + 1, MAX_LENGTH + 1, MAX_LENGTH)
    assert found.message.endswith("a…")


def test_places_in_a_long_line_are_exact() -> None:
    body = write("[x](gone.md) " * 60 + "\n" + "| [y](foo:gone) \\| [y](foo:gone) |")

    places = [say(found).split()[1] for found in body.diagnostics]
    assert places[:3] == ["5:5+7", "5:18+7", "5:31+7"]
    assert places[MAX_LISTED - 1] == f"5:{5 + 13 * (MAX_LISTED - 1)}+7"
    assert places[MAX_LISTED:] == ["6:7+8", "6:24+8", f"5:{5 + 13 * (MAX_LISTED - 1)}+7"]


def test_places_in_the_cells_of_a_row_are_exact() -> None:
    body = write(
        "| a \\| [x](gone.md) | [y](gone.md) \\| [z](gone.md) |\n| --- | --- |\n| [x](gone.md) | [y](gone.md) |\n"
    )

    assert [say(found).split()[1] for found in body.diagnostics] == ["5:12+7", "5:27+7", "5:43+7", "7:7+7", "7:22+7"]


def test_a_file_of_dead_links_lists_some_and_counts_the_rest(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-x.md --\n---\ntitle: A talk\n---\n" + "".join(f"[x](/x{n}) " for n in range(300)))

    found = made.build().diagnostics
    assert [one.id for one in found] == ["broken-link"] * (MAX_LISTED + 1)
    assert found[-1].message == "page not found: `/x49`"
