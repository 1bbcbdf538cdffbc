"""Decides which pages must be rendered again, and why.

A page depends on its plan, on the text of its templates, and on the answers to the queries of its templates
(`site.queries.recording`). It is up to date if all of these are unchanged. Each decision has a reason for `--explain`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.build.report import Reason
from afterword.core.fingerprints import digest
from afterword.core.structs import Serializable
from afterword.site.queries.answer_digests import SITE_VALUES
from afterword.site.queries.recording import Query
from afterword.site.queries.selections import POST_LISTS, RELATIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from afterword.build.site_delta import Delta
    from afterword.content.post import Post
    from afterword.site.page import Page
    from afterword.site.queries.answer_digests import AnswerDigests
    from afterword.site.queries.recording import RecordedQuery
    from afterword.site.queries.selections import Selection

DependencyId: TypeAlias = str


class Dependency(Serializable, frozen=True):
    """A query, the columns that were read of its answer, and the digest of these.

    `members` is the digest of the paths of the selected posts; empty for an answer without posts.
    """

    query: Query
    columns: tuple[str, ...]
    digest: str
    members: str = ""


class Trace(Serializable, frozen=True):
    """The recorded dependencies of a page, and the digest of its output.

    `plan` and `templates` are the digests of its identity; `reason` is why it was last rendered.
    """

    plan: str
    templates: str
    dependencies: tuple[DependencyId, ...]
    output: str
    reason: Reason


class Identity(Struct, frozen=True):
    """Digests of a planned page and of its templates."""

    plan: str
    templates: str


NEW = Reason("new", "new page")
PLAN = Reason("plan", "its URL, its posts, its place in a list or a setting changed")
TEMPLATES = Reason("templates", "a template changed")
OUTPUT = Reason("output", "output file was edited or deleted")


def subject_of(query: Query) -> str:
    """Returns the subject of a query: the path of a post, a term as `tag:python`, or empty.

    Dependencies are stored by subject, so that those about unchanged posts need not be read.
    """
    match query.kind, query.key:
        case ("term", (kind, slug)) | (_, ("term", kind, slug)):
            return f"{kind}:{slug}"
        case "part", (path,):
            return path
        case _, (name, path) if name in RELATIONS:
            return path
        case _:
            return ""


_QUERY_LENGTH = 17
"""Characters of an id behind that of the subject."""

_MEMBERS_LENGTH = 12
"""Characters of the digest of selected posts."""


@lru_cache(maxsize=20_000)
def dependency_id(query: Query, columns: tuple[str, ...]) -> DependencyId:
    """Returns the id of a dependency; it begins with the id of its subject."""
    return f"{subject_id(subject_of(query))}-{digest(repr((query, columns)))[: _QUERY_LENGTH - 1]}"


@lru_cache(maxsize=20_000)
def subject_id(subject: str) -> str:
    """Returns the id of a subject; empty for no subject."""
    return digest(subject)[:12] if subject else ""


def dependency_ids(queries: Iterable[RecordedQuery]) -> tuple[DependencyId, ...]:
    """Returns the ids of the dependencies of a render."""
    return tuple(dependency_id(recorded.query, recorded.columns) for recorded in queries)


def make_dependency(recorded: RecordedQuery, answers: AnswerDigests) -> Dependency:
    """Returns a dependency on the current answer to a query."""
    query, columns = recorded.query, recorded.columns
    members = digest_members(answers.select(query)) if query.kind == "rows" else ""
    return Dependency(query, columns, answers.digest_of(query, columns), members)


def digest_members(posts: Iterable[Post]) -> str:
    """Returns a digest of which posts a query selects, in their order."""
    return digest("\0".join([post.path for post in posts]))[:_MEMBERS_LENGTH]  # hundreds in each build


def has_changed(dependency: Dependency, answers: AnswerDigests, delta: Delta) -> bool:
    """Returns whether the answer to a query has changed.

    The answer to a query about posts changes if it selects other posts, or if a post that it selects changed. All
    other answers are short, and compared as they are.
    """
    query, columns = dependency.query, dependency.columns
    if query.kind == "rows":
        posts = answers.select(query)
        if not delta.may_concern(posts, columns) and digest_members(posts) == dependency.members:
            return False
    return answers.digest_of(query, columns) != dependency.digest


class StaleDependencies(Struct, frozen=True):
    """Result of checking dependencies.

    `changed` have another answer, `unchanged` the same, and `subjects` are the ids of the checked subjects (None for
    all). A dependency of a checked subject that is in neither is missing from the cache.
    """

    changed: Mapping[DependencyId, Dependency]
    unchanged: frozenset[DependencyId]
    subjects: frozenset[str] | None

    def find(self, trace: Trace) -> Reason | None:
        """Returns the first reason to render a page again, or None."""
        for name in trace.dependencies:
            if name in self.changed:
                return Reason("answer", describe(self.changed[name]))
            if name not in self.unchanged and (self.subjects is None or name.partition("-")[0] in self.subjects):
                return NEW
        return None

    def may_affect(self, trace: Trace) -> bool:
        """Returns whether the dependencies of a page must be checked one by one."""
        subjects, unchanged = self.subjects, self.unchanged
        if subjects is None:
            return True
        for name in trace.dependencies:  # some 20 of each page in each build
            subject = name[:-_QUERY_LENGTH]
            if subject in subjects if subject else name not in unchanged:
                return True
        return False


def find_stale_dependencies(
    dependencies: Mapping[DependencyId, Dependency],
    subjects: Collection[str] | None,
    answers: AnswerDigests,
    delta: Delta,
) -> StaleDependencies:
    """Compares recorded dependencies with the current site.

    `subjects` are those whose dependencies were read; None for all.
    """
    changed = {name: found for name, found in dependencies.items() if has_changed(found, answers, delta)}
    looked_at = frozenset(map(subject_id, subjects)) if subjects is not None else None
    return StaleDependencies(changed, frozenset(dependencies.keys() - changed.keys()), looked_at)


def find_stale(
    pages: Sequence[Page],
    identities: Mapping[str, Identity],
    traces: Mapping[str, Trace],
    stale_dependencies: StaleDependencies,
    intact: Collection[str],
) -> list[tuple[Page, Reason]]:
    """Returns the pages that must be rendered, each with the first reason found.

    `identities` and `traces` are by output; `intact` are the outputs whose files are unchanged since they were written.
    """
    stale: list[tuple[Page, Reason]] = []
    for page in pages:
        output = page.output
        identity, trace = identities[output], traces.get(output)
        reason = _compare_identity(identity, trace)
        if reason is None and trace is not None and stale_dependencies.may_affect(trace):
            reason = stale_dependencies.find(trace)
        if reason is None and output not in intact:
            reason = OUTPUT
        if reason is not None:
            stale.append((page, reason))
    return stale


def _compare_identity(identity: Identity, trace: Trace | None) -> Reason | None:
    """Returns the reason that is known without checking dependencies."""
    if trace is None:
        return NEW
    if trace.plan != identity.plan:
        return PLAN
    return TEMPLATES if trace.templates != identity.templates else None


def describe(dependency: Dependency) -> str:
    """Describes a changed dependency in words: the query and the columns."""
    return f"{describe_query(dependency.query)} changed{describe_columns(dependency.columns)}"


def describe_columns(columns: Sequence[str]) -> str:
    """Lists the columns of an answer in parentheses; empty for none."""
    return f" ({', '.join(columns)})" if columns else ""


def describe_query(query: Query) -> str:
    """Describes a query in words."""
    match query.kind, query.key:
        case "mentions", (path,):
            return f"the backlinks of `{path}`"
        case "rows", selection:
            return f"{_describe_selection(selection)}{_describe_slice(query.start, query.stop)}"
        case "length", selection:
            return f"the number of {_describe_selection(selection)}"
        case "any", selection:
            return f"whether there are {_describe_selection(selection)}"
        case kind, names:
            value = SITE_VALUES.get(kind)
            return value.phrase if value is not None else _SINGLE_VALUES.get(kind, f"the {kind}").format(*names)


_SINGLE_VALUES: Mapping[str, str] = {
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
"""Descriptions of queries without a selection of posts."""


def _describe_selection(selection: Selection) -> str:
    match selection:
        case (name,) if name in POST_LISTS:
            return POST_LISTS[name].phrase
        case ("terms", name):
            return f"the site's {name}"
        case ("year" | "month", *parts):
            return f"the posts of {'-'.join(parts)}"
        case (name, path) if name in RELATIONS:
            return RELATIONS[name].phrase.format(path)
        case ("term" | "oldest", kind, slug):
            return f"the posts of the {kind} `{slug}`"
        case ("talks", kind, slug):
            return f"the talks of the {kind} `{slug}`"
        case ("series", name):
            return f"the posts of the series `{name}`"
        case _:
            return " ".join(selection)


def _describe_slice(start: int, stop: int | None) -> str:
    return "" if start == 0 and stop is None else f" [{start or ''}:{'' if stop is None else stop}]"
