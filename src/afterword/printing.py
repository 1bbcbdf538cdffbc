"""The pages of a build: those that stand in the site and are still right, and those that are rendered now.

Relies on `memory.trace` for the decision and on `renderer` for the work. Refuses to render a page whose questions have
the answers that it was made from, unless its file is not as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.closures import digest_closures, digest_templates
from afterword.digest import digest
from afterword.memory.delta import compare
from afterword.memory.shapes import from_text, to_text
from afterword.memory.trace import Identity, Trace, find_doubts, find_stale, gather_facts, name_facts, subject_of
from afterword.plan.page import fingerprint
from afterword.publish import Kept, Output, Rank, digest_of
from afterword.query import Answers
from afterword.renderer import start_renderer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from afterword.environment import Template
    from afterword.inventory import Copy
    from afterword.jobs import Crew
    from afterword.memory.bodies import BodyRecord
    from afterword.memory.delta import Delta
    from afterword.memory.memory import Memory
    from afterword.memory.trace import Fact, FactId
    from afterword.plan import Page
    from afterword.query import Edition
    from afterword.renderer import Press, Rendered
    from afterword.report import Reason


@dataclass(frozen=True, slots=True)
class Printed:
    """All pages of a build: those `rendered` now, with the reasons, and the digests of the files of the others.

    `identities` are of all pages, by output; `answers` those of the edition that they are of; `assets` the names of the
    assets that any of them asked for.
    """

    rendered: tuple[Rendered, ...]
    reasons: Mapping[str, Reason]
    standing: Mapping[str, str]
    identities: Mapping[str, Identity]
    answers: Answers
    assets: frozenset[str]


def print_pages(
    pages: Sequence[Page],
    press: Press,
    records: Mapping[str, BodyRecord],
    standing: Collection[str],
    memory: Memory,
    crew: Crew,
) -> Printed:
    """Render the pages that must be.

    `records` are of all bodies; `standing` are the outputs whose files are as the memory knows them.
    """
    identities = identify_pages(pages, press, memory)
    answers = Answers(press.edition)
    delta = _delta(press.edition, records, memory)
    subjects = delta.subjects()
    facts = memory.facts_of(subjects)
    doubts = find_doubts(facts, subjects, answers, delta)
    stale = find_stale(pages, identities, memory.traces, doubts, standing)
    reasons = {page.output: reason for page, reason in stale}
    rendered = tuple(crew.run("render", start_renderer, [page for page, _ in stale], press))
    kept = {page.output: memory.traces[page.output].output for page in pages if page.output not in reasons}
    by_output = {page.output: identity for page, identity in zip(pages, identities, strict=True)}
    return Printed(rendered, reasons, kept, by_output, answers, frozenset(_list_assets(rendered, kept, facts, memory)))


def _list_assets(
    rendered: Sequence[Rendered], kept: Iterable[str], facts: Mapping[FactId, Fact], memory: Memory
) -> Iterator[str]:
    """The assets that any page asked for; `facts` has at least those about nothing in particular."""
    for page in rendered:
        yield from (str(question[1]) for question, _ in page.facts if question[0] == "asset")
    names = {name: str(fact.question[1]) for name, fact in facts.items() if fact.question[0] == "asset"}
    for output in kept:
        yield from (names[name] for name in memory.traces[output].facts if name in names)


def identify_pages(pages: Sequence[Page], press: Press, memory: Memory) -> list[Identity]:
    """What each page is before it is rendered."""
    address = repr(press.edition.site.address)
    closures = _closures(press.templates, memory)
    return [Identity(digest(fingerprint(page), address), closures.get(page.template, "")) for page in pages]


def _closures(templates: Mapping[str, Template], memory: Memory) -> Mapping[str, str]:
    """The digests of the templates' closures, which are worked out anew only when a template has changed."""
    everything = digest_templates(templates)
    known, closures = from_text(memory.meta.get("closures", '["", {}]'))
    if known != everything:
        closures = digest_closures(templates)
        memory.put_meta("closures", to_text([everything, closures]))
    return dict(closures)


def _delta(edition: Edition, records: Mapping[str, BodyRecord], memory: Memory) -> Delta:
    """The difference between the site that the traces are of and this one."""
    before = memory.posts
    whole = before is None or memory.meta.get("settings") != _digest_settings(edition)
    old_prints = {path: record.prints for path, record in memory.bodies.items()}
    prints = {path: record.prints for path, record in records.items()}
    return compare(edition.site, before or {}, old_prints, prints, whole=whole)


def _digest_settings(edition: Edition) -> str:
    return digest(repr(edition.site.config), repr(edition.site.today))


def remember_pages(printed: Printed, edition: Edition, memory: Memory) -> None:
    """Hand the memory what the pages that now stand in the site were made from."""
    named = [(rendered.facts, name_facts(rendered.facts)) for rendered in printed.rendered]
    for rendered, (_, names) in zip(printed.rendered, named, strict=True):
        output = rendered.page.output
        identity = printed.identities[output]
        content = digest_of((rendered.text or "").encode())
        memory.put_trace(output, Trace(identity.plan, identity.templates, names, content))
    used = {name for _, names in named for name in names}
    for output in printed.standing:
        used.update(memory.traces[output].facts)
    _remember_facts(gather_facts(named, printed.answers), used, memory)
    memory.forget("facts", (memory.posts or {}).keys() - edition.site.by_path.keys())
    memory.forget("pages", memory.traces.keys() - printed.identities.keys())
    memory.put_meta("settings", _digest_settings(edition))
    memory.put_meta("published", "\n".join(sorted(edition.site.by_path)))


def _remember_facts(fresh: Mapping[FactId, Fact], used: Collection[FactId], memory: Memory) -> None:
    """Hand the memory new facts, by subject, beside those of the same subject that are still in use."""
    by_subject: dict[str, dict[FactId, Fact]] = {}
    for name, fact in fresh.items():
        by_subject.setdefault(subject_of(fact.question), {})[name] = fact
    for subject, facts in by_subject.items():
        known = memory.facts_of([subject])
        wanted = {**{name: fact for name, fact in known.items() if name in used}, **facts}
        if wanted != known:
            memory.put_facts(subject, wanted)


def list_outputs(printed: Printed, copies: Iterable[Copy], standing: Collection[str]) -> list[Output]:
    """Every file of the site; those that stand are named by their digests alone."""
    outputs = [_output_of(page) for page in printed.rendered]
    outputs += [Output(path, Rank.PAGE, Kept(content)) for path, content in printed.standing.items()]
    for copy in copies:
        content = Kept(copy.item.digest) if copy.output in standing else copy.item.path
        outputs.append(Output(copy.output, Rank.ASSET, content))
    return outputs


def _output_of(rendered: Rendered) -> Output:
    rank = _RANKS.get(rendered.page.kind, Rank.FEED)
    return Output(rendered.page.output, rank, (rendered.text or "").encode())


_RANKS = {
    "post": Rank.PAGE,
    "page": Rank.PAGE,
    "redirect": Rank.PAGE,
    "home": Rank.LIST,
    "archive": Rank.LIST,
    "categories": Rank.LIST,
    "tags": Rank.LIST,
    "category": Rank.LIST,
    "tag": Rank.LIST,
    "talks": Rank.LIST,
    "speakers": Rank.LIST,
    "speaker": Rank.LIST,
    "events": Rank.LIST,
    "event": Rank.LIST,
}
"""When each kind of page is put in place; all others come last, after what they point to."""
