"""Decides which pages must be rendered again, and why.

A page depends on its plan, on the text of its templates, and on the answers to the questions that its templates asked
(`site.tracking`). It is up to date if all of these are unchanged. Each decision has a reason for `--explain`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from msgspec import Struct

from afterword.build.report import Reason
from afterword.core.fingerprints import digest
from afterword.site.answers import SITE_VALUES
from afterword.site.tracking import POST_LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from afterword.build.invalidation import Delta
    from afterword.site.answers import Answers
    from afterword.site.page import Page
    from afterword.site.tracking import Facts, Question

DependencyId: TypeAlias = str


class Dependency(Struct, frozen=True):
    """A question, the columns that were read of its answer, and the digest of the answer as far as it was read."""

    question: Question
    columns: tuple[str, ...]
    digest: str


class Trace(Struct, frozen=True):
    """Trace of a page: its dependencies, and the digest of its output.

    `plan` and `templates` are the digests of its identity; `facts` name what it asked; `reason` is why it was made.
    """

    plan: str
    templates: str
    facts: tuple[DependencyId, ...]
    output: str
    reason: Reason


class Identity(Struct, frozen=True):
    """Identity of a page: digests of the planned page and of its templates."""

    plan: str
    templates: str


NEW = Reason("new", "new page")
PLAN = Reason("plan", "its URL, its posts, its place in a list or a setting changed")
TEMPLATES = Reason("templates", "a template changed")
OUTPUT = Reason("output", "output file was edited or deleted")


def subject_of(question: Question) -> str:
    """Returns the subject of a query: the path of a post, a term as `tag:python`, or empty.

    Facts are kept by subject, so that those about posts that have not changed need not be read.
    """
    match question:
        case (_, ("post" | "next" | "previous" | "related" | "parts", str(path)), *_) | ("part", str(path)):
            return path
        case (_, ("term", str(kind), str(slug)), *_) | ("term", str(kind), str(slug)):
            return f"{kind}:{slug}"
        case _:
            return ""


@lru_cache(maxsize=20_000)
def fact_id(question: Question, columns: tuple[str, ...]) -> DependencyId:
    """The name of a fact: the same for the same question and columns; begins with that of its subject."""
    return f"{subject_id(subject_of(question))}-{digest(repr((question, columns)))[:16]}"


@lru_cache(maxsize=20_000)
def subject_id(subject: str) -> str:
    """The name of a subject in those of its facts."""
    return digest(subject)[:12] if subject else ""


def name_facts(facts: Facts) -> tuple[DependencyId, ...]:
    """The names of the facts of a render."""
    return tuple(fact_id(question, columns) for question, columns in facts)


def recall_fact(question: Question, columns: tuple[str, ...], answers: Answers) -> Dependency:
    """The fact that a question has this answer now."""
    return Dependency(question, columns, answers.digest_of(question, columns))


class DependencyIndex(NamedTuple):
    """Dependencies of a trace: those without a subject, and the subjects (`subject_id`) of all others."""

    general: tuple[DependencyId, ...]
    subjects: frozenset[str]


def find_grounds(trace: Trace) -> DependencyIndex:
    """The grounds of a trace."""
    general = tuple(name for name in trace.facts if name.startswith("-"))
    return DependencyIndex(general, frozenset(name.partition("-")[0] for name in trace.facts) - {""})


class StaleFacts(Struct, frozen=True):
    """What is not as it was: the facts that no longer hold; and, of the subjects that were looked at (None for all),
    the facts that still do. A fact of such a subject that is in neither has been lost."""

    changed: Mapping[DependencyId, Dependency]
    sound: frozenset[DependencyId]
    subjects: frozenset[str] | None

    def find(self, trace: Trace) -> Reason | None:
        """The first reason not to believe a trace."""
        for name in trace.facts:
            if name in self.changed:
                return Reason("answer", describe(self.changed[name]))
            if self._is_lost(name):
                return NEW
        return None

    def touch(self, dependency_index: DependencyIndex) -> bool:
        """Whether a trace with these grounds has to be looked at, fact by fact."""
        if self.subjects is None or not self.subjects.isdisjoint(dependency_index.subjects):
            return True
        return not self.sound.issuperset(dependency_index.general)

    def _is_lost(self, name: DependencyId) -> bool:
        return name not in self.sound and (self.subjects is None or name.partition("-")[0] in self.subjects)


def find_doubts(
    facts: Mapping[DependencyId, Dependency], subjects: Collection[str] | None, answers: Answers, delta: Delta
) -> StaleFacts:
    """Look at the facts of these subjects (None for all) once more."""
    changed = {
        name: fact
        for name, fact in facts.items()
        if delta.may_concern(fact.question, fact.columns)
        and answers.digest_of(fact.question, fact.columns) != fact.digest
    }
    looked_at = frozenset(map(subject_id, subjects)) if subjects is not None else None
    return StaleFacts(changed, frozenset(facts.keys() - changed.keys()), looked_at)


def find_stale(
    pages: Sequence[Page],
    identities: Mapping[str, Identity],
    traces: Mapping[str, Trace],
    dependency_index: Mapping[str, DependencyIndex],
    stale_facts: StaleFacts,
    intact: Collection[str],
) -> list[tuple[Page, Reason]]:
    """The pages that must be rendered, each with the first reason found.

    `identities`, `traces` and the `dependency_index` of these are by output; `intact` are the outputs whose files are
    as they were written.
    """
    stale: list[tuple[Page, Reason]] = []
    for page in pages:
        output = page.output
        identity, trace = identities[output], traces.get(output)
        reason = _judge(identity, trace)
        if reason is None and trace is not None and stale_facts.touch(dependency_index[output]):
            reason = stale_facts.find(trace)
        if reason is None and output not in intact:
            reason = OUTPUT
        if reason is not None:
            stale.append((page, reason))
    return stale


def _judge(identity: Identity, trace: Trace | None) -> Reason | None:
    """Returns the reason that is known without checking dependencies."""
    if trace is None:
        return NEW
    if trace.plan != identity.plan:
        return PLAN
    return TEMPLATES if trace.templates != identity.templates else None


def describe(fact: Dependency) -> str:
    """A fact that changed, in words: what was asked, and what was read of the answer."""
    return f"{name_question(fact.question)} changed{name_columns(fact.columns)}"


def name_columns(columns: Sequence[str]) -> str:
    """The columns that were read of an answer, in brackets, to follow what was asked; empty for none."""
    return f" ({', '.join(columns)})" if columns else ""


def name_question(question: Question) -> str:
    """Describes a query in words."""
    match question:
        case ("rows", ("post", path), *_):
            return f"`{path}`"
        case ("mentions", path):
            return f"the backlinks of `{path}`"
        case ("rows", tuple(selection), start, stop):
            return f"{_describe_selection(selection)}{_describe_slice(start, stop)}"
        case ("length", tuple(selection), *_):
            return f"the number of {_describe_selection(selection)}"
        case ("any", tuple(selection), *_):
            return f"whether there are {_describe_selection(selection)}"
        case _:
            return _name_whole(*map(str, question))


_WHOLES: Mapping[str, str] = {
    "config": "the setting `{}`",
    "asset": "`static/{}`",
    "terms": "the site's {}",
    "term": "the {} `{}`",
    "years": "the years that have posts",
    "months": "the months of {} that have posts",
    "archive": "the URL of a page of the archive, {}",
    "part": "the place of `{}` in its series",
    "search": "whether readers can search the site",
    "icons": "the icons of the site",
    "social_card": "the social card of the site",
}
"""Queries that have no selection of posts, in words."""


def _name_whole(kind: str, *names: str) -> str:
    value = SITE_VALUES.get(kind)
    return value.words if value is not None else _WHOLES.get(kind, f"the {kind}").format(*names)


def _describe_selection(selection: tuple[object, ...]) -> str:
    match selection:
        case (str(name),) if name in POST_LISTS:
            return POST_LISTS[name].words
        case ("terms", name):
            return f"the site's {name}"
        case ("parts", path):
            return f"the parts around `{path}` in its series"
        case ("year" | "month", *parts):
            return f"the posts of {'-'.join(map(str, parts))}"
        case ("next" | "previous" | "related" | "see_also" as relation, path):
            return f"the {relation.replace('_', '-')} posts of `{path}`"
        case ("term" | "oldest", kind, slug):
            return f"the posts of the {kind} `{slug}`"
        case ("talks", kind, slug):
            return f"the talks of the {kind} `{slug}`"
        case ("series", name):
            return f"the posts of the series `{name}`"
        case _:
            return " ".join(map(str, selection))


def _describe_slice(start: object, stop: object) -> str:
    return "" if start == 0 and stop is None else f" [{start or ''}:{'' if stop is None else stop}]"
