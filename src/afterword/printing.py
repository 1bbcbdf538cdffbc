"""The pages of a build: those that stand in the site and are still right, and those that are rendered now.

Relies on `memory.trace` for the decision and on `renderer` for the work. Refuses to render a page whose questions have
the answers that it was made from, unless its file is not as it was written.
"""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.closures import digest_closures, digest_templates
from afterword.digest import digest
from afterword.memory.bodies import Bodies
from afterword.memory.delta import compare
from afterword.memory.shapes import to_text
from afterword.memory.trace import (
    Identity,
    Trace,
    find_doubts,
    find_grounds,
    find_stale,
    name_facts,
    recall_fact,
    subject_of,
)
from afterword.plan.page import fingerprint
from afterword.publish import Kept, Output, Rank, Ready, digest_of
from afterword.query import Answers
from afterword.renderer import start_renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from afterword.diagnostics import Diagnostic
    from afterword.environment import Template
    from afterword.inventory import Copy
    from afterword.jobs import Crew
    from afterword.memory.bodies import BodyRecord
    from afterword.memory.delta import Delta
    from afterword.memory.memory import Memory
    from afterword.memory.trace import Fact, FactId
    from afterword.plan import Page
    from afterword.publish import Stage
    from afterword.query import Edition
    from afterword.renderer import Press
    from afterword.report import Reason
    from afterword.site import Site
    from afterword.urls import Address


class Proof(Struct, frozen=True):
    """A page that was rendered: its file's bytes and their digest, and the names of the facts that it rests on.

    `content` is None where it could not be rendered, and says where the bytes are if they are staged. `facts` are those
    of the facts that no earlier one of the same process has.
    """

    page: Page
    content: bytes | Ready | None
    digest: str
    names: tuple[FactId, ...]
    facts: Mapping[FactId, Fact]
    diagnostics: tuple[Diagnostic, ...]


class Run(Struct, frozen=True):
    """What a process needs to print pages: the press, and the stage that they are put on, if there is one."""

    press: Press
    stage: Stage | None


def start_printer(run: Run) -> Callable[[Page], Proof]:
    """The function that renders pages, puts them on the stage and takes down what they rest on, for one process."""
    render = start_renderer(run.press)
    answers = Answers(run.press.edition)
    known: set[FactId] = set()

    def print_page(page: Page) -> Proof:
        rendered = render(page)
        names = name_facts(rendered.facts)
        asked = zip(names, rendered.facts, strict=True)
        facts = {name: recall_fact(*question, answers) for name, question in asked if name not in known}
        known.update(facts)
        content = _put_on(run.stage, page, rendered.text.encode()) if rendered.text is not None else None
        return Proof(page, content, digest_of(content or b""), names, facts, rendered.diagnostics)

    return print_page


class Printed(Struct, frozen=True):
    """All pages of a build: those that were rendered now, with the reasons, and the digests of the others' files.

    `facts` are those that the former rest on; `identities` are of all pages, by output; `assets` are the names of the
    assets that any page asked for.
    """

    proofs: tuple[Proof, ...]
    reasons: Mapping[str, Reason]
    standing: Mapping[str, str]
    identities: Mapping[str, Identity]
    facts: Mapping[FactId, Fact]
    assets: frozenset[str]


def print_pages(
    pages: Sequence[Page],
    press: Press,
    stage: Stage | None,
    records: Mapping[str, BodyRecord],
    standing: Collection[str],
    memory: Memory,
    crew: Crew,
) -> Printed:
    """Render the pages that must be, onto the `stage` where no site stands yet.

    `records` are of all bodies; `standing` are the outputs whose files are as the memory knows them.
    """
    edition = press.edition
    closures = _closures(press.templates, memory)
    identities = memory.memo.recall(identify_pages, pages, tuple(closures.items()), edition.site.address)
    answers = Answers(edition)
    delta = _delta(edition, records, memory)
    subjects = delta.subjects()
    facts = memory.facts_of(subjects)
    doubts = find_doubts(facts, subjects, answers, delta)
    traces = memory.traces
    stale = find_stale(pages, identities, traces, memory.memo.recall_each(find_grounds, traces), doubts, standing)
    reasons = {page.output: reason for page, reason in stale}
    jobs = [page for page, _ in stale]
    run = Run(press, stage)
    with closing(crew.run("render", start_printer, jobs, run, elsewhere=lambda: Run(_pack(press), None))) as made:
        proofs = tuple(_stage(proof, stage) for proof in made)
    fresh = {name: fact for proof in proofs for name, fact in proof.facts.items()}
    kept = {output: traces[output].output for output in identities if output not in reasons}
    names = (*(proof.names for proof in proofs), *(traces[output].facts for output in kept))
    return Printed(proofs, reasons, kept, identities, fresh, _find_assets(names, {**facts, **fresh}))


def _pack(press: Press) -> Press:
    """What a process of another machine needs to print pages: all bodies."""
    edition, bodies = press.edition, press.edition.bodies
    if not isinstance(bodies, Bodies):
        return press
    packed = bodies.pack()
    return replace(press, edition=replace(edition, bodies=packed, html=packed.html))


def _put_on(stage: Stage | None, page: Page, content: bytes) -> Ready | bytes:
    """A page's bytes, on the stage if there is one and if it can have them now."""
    return stage.write(page.output, content) if stage is not None else content


def _stage(proof: Proof, stage: Stage | None) -> Proof:
    """The same proof, with its content on the stage, though it was made elsewhere, or just when another process made
    the folder that it is in."""
    if not isinstance(proof.content, bytes):
        return proof
    return replace(proof, content=_put_on(stage, proof.page, proof.content))


def _find_assets(names: Iterable[Sequence[FactId]], facts: Mapping[FactId, Fact]) -> frozenset[str]:
    """The assets that pages with facts of these names asked for."""
    assets = {name: str(fact.question[1]) for name, fact in facts.items() if fact.question[0] == "asset"}
    return frozenset(assets[name] for name in assets.keys() & chain.from_iterable(names))


def identify_pages(
    pages: Sequence[Page], closures: Iterable[tuple[str, str]], address: Address
) -> Mapping[str, Identity]:
    """What each page is before it is rendered, by output; `closures` are the digests of what each template uses."""
    used, where = dict(closures), repr(address)
    return {page.output: Identity(digest(fingerprint(page), where), used.get(page.template, "")) for page in pages}


def _closures(templates: Mapping[str, Template], memory: Memory) -> Mapping[str, str]:
    """The digests of the templates' closures, which are worked out anew only when a template has changed."""
    everything = digest_templates(templates)
    known = memory.recall("closures", tuple[str, dict[str, str]])
    if known is not None and known[0] == everything:
        return known[1]
    closures = digest_closures(templates)
    memory.put_meta("closures", to_text([everything, closures]))
    return closures


def _delta(edition: Edition, records: Mapping[str, BodyRecord], memory: Memory) -> Delta:
    """The difference between the site that the traces are of and this one."""
    before = memory.posts
    whole = before is None or memory.meta.get("settings") != _digest_settings(edition)
    known = memory.bodies
    fresh = {path: record for path, record in records.items() if known.get(path) is not record}
    old_prints = {path: known[path].prints for path in fresh if path in known}
    prints = {path: record.prints for path, record in fresh.items()}
    return compare(edition.site, before or {}, old_prints, prints, whole=whole)


def _digest_settings(edition: Edition) -> str:
    return digest(repr(edition.site.config), repr(edition.site.today))


def remember_pages(printed: Printed, edition: Edition, memory: Memory) -> None:
    """Hand the memory what the pages that now stand in the site were made from."""
    for proof in printed.proofs:
        output = proof.page.output
        identity, reason = printed.identities[output], printed.reasons[output]
        memory.put_trace(output, Trace(identity.plan, identity.templates, proof.names, proof.digest, reason))
    traces = memory.traces
    standing = (traces[output].facts for output in printed.standing)
    _remember_facts(printed.facts, (*(proof.names for proof in printed.proofs), *standing), memory)
    memory.forget("facts", (memory.posts or {}).keys() - edition.site.by_path.keys())
    memory.forget("pages", traces.keys() - printed.identities.keys())
    memory.put_meta("settings", _digest_settings(edition))
    memory.put_meta("published", memory.memo.recall(_name_posts, edition.site))


def _name_posts(site: Site) -> str:
    return "\n".join(sorted(site.by_path))


def _remember_facts(fresh: Mapping[FactId, Fact], names: Iterable[Sequence[FactId]], memory: Memory) -> None:
    """Hand the memory new facts, by subject, beside those of the same subject that pages still rest on; `names` are
    the facts of each page."""
    by_subject: dict[str, dict[FactId, Fact]] = {}
    for name, fact in fresh.items():
        by_subject.setdefault(subject_of(fact.question), {})[name] = fact
    known = {subject: memory.facts_of([subject]) for subject in by_subject}
    others = {name for facts in known.values() for name in facts if name not in fresh}
    used = others.intersection(chain.from_iterable(names)) if others else others
    for subject, facts in by_subject.items():
        wanted = {**{name: fact for name, fact in known[subject].items() if name in used}, **facts}
        if wanted != known[subject]:
            memory.put_facts(subject, wanted)


def list_outputs(printed: Printed, copies: Iterable[Copy], standing: Collection[str]) -> list[Output]:
    """Every file of the site; those that stand are named by their digests alone."""
    outputs = [_output_of(proof) for proof in printed.proofs]
    outputs += [Output(path, Rank.PAGE, Kept(content)) for path, content in printed.standing.items()]
    for copy in copies:
        content = Kept(copy.digest) if copy.output in standing else copy.content
        outputs.append(Output(copy.output, Rank.ASSET, content))
    return outputs


def _output_of(proof: Proof) -> Output:
    return Output(proof.page.output, _RANKS.get(proof.page.kind, Rank.FEED), proof.content or b"")


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
