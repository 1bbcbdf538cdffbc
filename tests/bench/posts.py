"""The posts of the benchmark: notes on talks, every one different, and the same on every machine.

They have the shape of a writer's real ones: front matter with a category and a few tags, a sentence about the talk,
six sections of lists, steps, a table, paragraphs and a quotation, in every third post code, and a list to end with;
about 3.5 kB each. In public blogs, one block in nine is of none of these kinds, so each post has two others: nested
lists, reference links, an image, formulas or raw HTML. All links lead to other hosts. Sixty speakers and a hundred
topics are spread over the posts as tags are in life: few are common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from tests.bench.grammar import CATEGORIES, GIVEN_NAMES, GRAMMAR, LANGUAGES, SURNAMES, TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NEWEST = date(2026, 2, 1)
YEARS = 15
"""The day of the newest post, and over how many years before it the others are spread."""

_SYMBOL = re.compile(r"<([a-z]+(?:-[a-z]+)?)>")
_OTHER_BLOCKS = ("nested", "references", "image", "formulas", "html")
_NOT_LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Post:
    """One post: `body` is Markdown, and `text` the file as Jekyll, Hugo, Eleventy and Afterword read it."""

    slug: str
    title: str
    day: date
    category: str
    tags: tuple[str, ...]
    body: str

    @property
    def name(self) -> str:
        """The name of its file, with the date."""
        return f"{self.day.isoformat()}-{self.slug}.md"

    @property
    def text(self) -> str:
        """Front matter and body."""
        return (
            f'---\nlayout: post\ntitle: "{self.title}"\ndate: {self.day.isoformat()}\n'
            f"categories: [{self.category}]\ntags: [{', '.join(self.tags)}]\n---\n\n{self.body}"
        )

    @property
    def has_code(self) -> bool:
        """Whether there is code to highlight."""
        return "\n```" in self.body


def write_posts(count: int) -> Iterator[Post]:
    """`count` posts, the newest first. The text of the nth is the same whatever `count` is; its date is not."""
    span = timedelta(days=365 * YEARS)
    for number in range(count):
        yield _Author(number).write_post(NEWEST - timedelta(days=span.days * number // count))


def rank(options: Sequence[str], exponent: float) -> tuple[float, ...]:
    """Cumulative weights by which the nth option is chosen n^exponent times less often than the first (Zipf's law)."""
    return tuple(accumulate(position**-exponent for position in range(1, len(options) + 1)))


_WEIGHTS = {
    options: rank(options, exponent)
    for options, exponent in ((GRAMMAR["word"], 0.7), (TOPICS, 1.0), (SURNAMES, 1.0), (CATEGORIES, 0.6))
}


class _Author:
    """Who writes the nth post: a source of chance of its own, so that posts do not depend on one another."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._random = Random(f"notes on talks {number}")

    def write_post(self, day: date) -> Post:
        given, surname = self._random.choice(GIVEN_NAMES), self._choose(SURNAMES)
        talk = self._write("talk").title()
        title = f"Notes: {surname}'s {talk}" if self._number % 5 else f"{talk} — {self._write('heading').title()}"
        return Post(
            slug=f"{_NOT_LETTERS.sub('-', title.lower()).strip('-')}-{self._number}",
            title=title,
            day=day,
            category=self._choose(CATEGORIES),
            tags=tuple(dict.fromkeys([surname.lower(), *(self._choose(TOPICS) for _ in range(self._between(1, 4)))])),
            body="\n\n".join(self._write_blocks(f"{given} {surname}", talk)) + "\n",
        )

    def _write_blocks(self, speaker: str, talk: str) -> Iterator[str]:
        link = f"[{talk}](https://talks.example.org/watch/{self._number})"
        when = self._fill(f"<months> {self._between(2008, 2026)}, {self._between(1, 3)}hr")
        yield f"Notes from {speaker}'s {link} ({when}). {self._sentence()}"
        yield f"## {self._write('overview')}"
        sections = [self._bullets, self._steps, self._table, self._quotation, self._bullets, self._paragraph]
        self._random.shuffle(sections)
        code_after = self._random.sample(range(len(sections)), self._between(1, 2)) if self._number % 3 == 0 else ()
        others = dict(
            zip(self._random.sample(range(len(sections)), 2), self._random.sample(_OTHER_BLOCKS, 2), strict=True)
        )
        for position, section in enumerate(sections):
            if position == 4:
                yield f"## {self._write('heading').title()}"
            yield f"### {self._write('heading').title()}"
            yield section()
            if position in others:
                yield self._write(others[position])
            if position in code_after:
                yield self._code()
        yield "## What's Changed Since"
        yield self._bullets()

    def _bullets(self) -> str:
        return self._lines(lambda: self._write("bullet"), 3, 5)

    def _steps(self) -> str:
        steps = [self._write("step") for _ in range(self._between(3, 4))]
        return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))

    def _table(self) -> str:
        head = self._fill("| <adjective> <noun> | <noun> |\n|---------------|--------|")
        rows = self._lines(lambda: self._write("row"), 4, 7)
        return f"{self._paragraph()}\n\n{head}\n{rows}"

    def _quotation(self) -> str:
        return f"{self._paragraph()}\n\n> {self._sentence()}"

    def _paragraph(self) -> str:
        return " ".join(self._sentence() for _ in range(self._between(2, 4)))

    def _code(self) -> str:
        language = self._random.choice(LANGUAGES)
        lines = self._lines(lambda: self._write(f"{language}-line"), 5, 14)
        return f"```{language}\n{self._write(f'{language}-head')}\n{lines}\n{self._write(f'{language}-tail')}\n```"

    def _sentence(self) -> str:
        sentence = self._write("sentence")
        return sentence[0].upper() + sentence[1:]

    def _lines(self, line: Callable[[], str], fewest: int, most: int) -> str:
        return "\n".join(line() for _ in range(self._between(fewest, most)))

    def _write(self, symbol: str) -> str:
        return self._fill(self._choose(GRAMMAR[symbol]))

    def _fill(self, pattern: str) -> str:
        return _SYMBOL.sub(lambda match: self._write(match[1]) if match[1] in GRAMMAR else match[0], pattern)

    def _choose(self, options: tuple[str, ...]) -> str:
        weights = _WEIGHTS.get(options)
        if weights is None:
            return self._random.choice(options)
        return self._random.choices(options, cum_weights=weights)[0]

    def _between(self, low: int, high: int) -> int:
        return self._random.randint(low, high)
