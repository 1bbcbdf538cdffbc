"""The ids of headings, which are Jekyll's."""

from __future__ import annotations

import pytest

from afterword.markdown.writers.headings import heading_id, unique_id


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("Key Takeaways", "key-takeaways"),
        ("LLM = Two Files", "llm--two-files"),
        ("What's Changed Since 2023?", "whats-changed-since-2023"),
        ("snake_case and-hyphens", "snake_case-and-hyphens"),
        ("Über Straße", "über-straße"),
        ("日本語", "日本語"),
        ("½ a²", "-a"),
        ("…", "section"),
    ],
)
def test_ids(text: str, id: str) -> None:
    assert heading_id(text) == id


def test_ids_that_are_taken_get_a_number() -> None:
    ids: dict[str, int] = {}

    assert [unique_id(name, ids) for name in ("a", "a", "a-1", "a", "b")] == ["a", "a-1", "a-1-1", "a-2", "b"]
