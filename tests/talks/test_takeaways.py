"""Takeaways are the bold leads, or else the headings, of the section with this name."""

from __future__ import annotations

import pytest

from afterword.markdown.takeaways import Section, find_takeaways, is_takeaways


@pytest.mark.parametrize(
    "heading",
    [
        *("Key Takeaways", "Key takeaways:", "Takeaways", "🔑 Main Take-aways", "TL;DR", "tldr", "Summary"),
        *("Main ideas", "The ideas to keep", "Ideas worth keeping", "In short", "Key points from the talk"),
    ],
)
def test_a_heading_that_says_so(heading: str) -> None:
    assert is_takeaways(heading)


@pytest.mark.parametrize(
    "heading", ["Ideas", "Summary statistics", "The talk", "Key management", "", "Points in space"]
)
def test_another_heading(heading: str) -> None:
    assert not is_takeaways(heading)


def test_bold_leads_are_taken_first_and_five_at_most() -> None:
    leads = ("Files", "Training:", "Scaling [25:43]", "Tools", "Security", "More")
    sections = [Section(2, "Intro"), Section(2, "TL;DR", leads), Section(3, "Below")]
    assert find_takeaways(sections) == ("Files", "Training", "Scaling", "Tools", "Security")


def test_without_leads_the_headings_directly_below_are_taken_all() -> None:
    headings = [f"Idea {number} [0:0{number}]" for number in range(1, 8)]
    sections = [
        Section(2, "Key Takeaways"),
        *(section for text in headings for section in (Section(3, text), Section(4, "Detail"))),
        Section(2, "What's changed"),
        Section(3, "Another"),
    ]
    assert find_takeaways(sections) == tuple(f"Idea {number}" for number in range(1, 8))


def test_only_the_first_such_section_counts() -> None:
    assert find_takeaways([Section(2, "Summary"), Section(2, "TL;DR", ("x",))]) == ()


@pytest.mark.parametrize("sections", [[], [Section(2, "Intro", ("x",))], [Section(2, "Summary")]])
def test_no_takeaways(sections: list[Section]) -> None:
    assert find_takeaways(sections) == ()
