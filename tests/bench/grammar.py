"""A grammar of notes on talks: each symbol with the ways to write it, in which `<symbol>` stands for another.

A name that is no symbol is an HTML tag. The texts make no sense, but have the shape, the length and the variety of what
people write: common and rare words, markup inside sentences, lists, tables, nested lists, reference links, images,
formulas, raw HTML, and code in five languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _words("""
    model data token memory network cache parser query kernel index gradient attention schema thread compiler type
    process log graph weight context prompt agent sample batch vector matrix loss layer epoch node leader replica shard
    clock lock queue stream buffer packet socket route protocol handshake key signature hash cipher proof lemma theorem
    example question answer talk slide lecture paper citation note chapter margin summary argument claim evidence idea
    mistake habit lesson practice review commit branch merge patch test fixture assertion coverage profile benchmark
    latency throughput budget alert metric trace dashboard incident rollback release sandbox boundary policy audit
    allocator pointer borrow lifetime trait macro closure iterator promise callback signal interrupt register pipeline
    embedding retrieval ranking judge reward rollout dataset label bias variance dropout checkpoint pruning expert
    mixture cluster rack fabric power cost price market team meeting draft outline reader writer editor audience
    """)

TOPICS = _words("""
    notes llm python systems databases talks testing security performance compilers networking rust agents evals
    prompting transformers scaling training inference quantization embeddings retrieval reasoning alignment vision
    speech robotics hardware gpu memory caching queues streaming storage backups replication consensus clocks
    transactions indexes sql sqlite postgres filesystems linux kernel bash git packaging builds deployment containers
    kubernetes observability tracing logging incidents reliability capacity benchmarks profiling concurrency async
    parsing types macros javascript css html browsers wasm accessibility design typography writing reading teaching
    learning productivity hiring management leadership open-source licensing ethics privacy regulation economics
    history biography statistics probability optimization graphs cryptography hashing
    """)

CATEGORIES = _words(
    "llm-basics systems databases programming-languages distributed-systems security research tools hardware math "
    "careers history"
)

GIVEN_NAMES = (
    *("Ada", "Barbara", "Carlos", "Dana", "Edsger", "Frances", "Grace", "Hanna", "Ines", "James"),
    *("Katherine", "Leslie", "Maria", "Niklaus", "Omar", "Priya", "Radia", "Sofia", "Tony", "Wei"),
)

SURNAMES = tuple(
    first + last
    for last in ("berg", "son", "mura", "wick", "field", "ova")
    for first in ("Alder", "Bryn", "Cald", "Dorn", "Esk", "Farn", "Hald", "Ister", "Karl", "Lind")
)

PROSE: Mapping[str, tuple[str, ...]] = {
    "word": WORDS,
    "onset": _words("ar bel cor dra em fal gri hel ir jun kel lor mer nor os pra qui ros sel tor ul ven wal yor zel"),
    "ending": _words("bit core dex fer gram hash ion kit lane mesh net orm path quor ring scope tive unit vex wave"),
    "noun": ("<word>", "<word>", "<word>", "<onset><ending>", "<onset><onset><ending>"),
    "adjective": _words("""
        simple large small slow fast cheap costly brittle robust hidden explicit local global shared private public
        stable noisy sparse dense early late partial complete lazy eager typed static dynamic modern classic
        practical surprising synthetic human tiny recursive linear
        """),
    "verb": _words("""
        shows explains moves replaces limits predicts learns compresses stores splits joins drops retries measures
        suggests assumes ignores reveals trades needs avoids rewrites merges delays copies locks frees wraps checks
        rejects accepts signs proves
        """),
    "joint": (
        *(", and ", ", but ", ", so ", ", although ", " because ", " while ", " unless "),
        *(" until ", " where ", " before ", " after "),
    ),
    "digit": tuple("0123456789"),
    "leading": tuple("123456789"),
    "number": ("<leading>", "<leading><digit>", "<leading><digit><digit>", "<leading><digit><digit><digit>"),
    "unit": ("%", "x", " ms", " GB", "K", "B"),
    "thing": (
        *("<noun>",) * 18,
        *("<noun> <noun>",) * 6,
        "`<name>()`",
        "`<name>`",
        "**<noun> <noun>**",
        "*<noun>*",
        "[<noun> <noun>](https://<host>/<noun>/<number>)",
        '"<noun> <noun>"',
        "<number><unit> of <noun>",
        "<noun> → <noun>",
    ),
    "host": ("<onset><ending>.example.org", "www.<noun>.example.net"),
    "formula": (
        "$<noun>_i = \\sum_{k=1}^{<number>} x_k$",
        "$\\alpha^<digit> \\le <number> \\cdot n$",
        "$O(n \\log n)$",
    ),
    "nested": (
        "- <clause>\n    - <clause>\n    - **<noun>** — <clause>\n- <clause>\n    1. <clause>\n    2. <thing>",
        "1. <clause>\n    - <clause>\n        - <thing>\n    - <clause>\n2. <clause>",
        "- <clause>\n\n    The <adjective> <thing> <verb> the <noun>.\n\n- <clause>",
    ),
    "references": ("The [<noun> <noun>][1] <verb> the [<noun>][second], as [the notes] say.\n\n<definitions>",),
    "definitions": (
        '[1]: https://<host>/<noun>\n[second]: <https://<host>/<number>> "<noun>"\n[the notes]: https://<host>/',
    ),
    "image": (
        "![The <adjective> <noun>](https://<host>/<noun>.png)",
        '![<noun>](https://<host>/<noun>-<number>.svg "<noun> <noun>") The <adjective> <thing> <verb> it.',
    ),
    "formulas": (
        "The <noun> grows as <formula>, where <formula> <verb> the <adjective> <thing>.",
        "$$\n<formula>\n$$\n\nHere <formula> <verb> the <thing>.",
    ),
    "html": (
        "<b>Note:</b> press <kbd>Ctrl</kbd>, and the <noun><sub>2</sub> <verb> the <thing>.",
        "<details>\n<summary>The <adjective> <noun></summary>\n\nThe <noun> <verb> the <noun>.\n\n</details>",
        '<figure>\n<img src="https://<host>/<noun>.png" alt="<noun>">\n<figcaption><noun></figcaption>\n</figure>',
    ),
    "clause": (
        "the <adjective> <thing> <verb> the <adjective> <thing>",
        "every <thing> <verb> its <adjective> <thing>",
        "a <adjective> <noun> <verb> one <thing>",
        "no <thing> <verb> the <thing> of the <adjective> <noun>",
    ),
    "sentence": ("<clause>.", "<clause><joint><clause>.", "<clause><joint><clause>.", "<clause><joint><clause>?"),
    "months": _words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    "talk": ("<adjective> <noun> <noun>", "<adjective> <noun>", "<noun> and <noun> <noun>"),
    "heading": ("<adjective> <noun>", "<noun> = <noun> <noun>", "<noun> vs <noun>", "the <adjective> <noun> of <noun>"),
    "overview": ("Key Takeaways", "Highlights", "Summary"),
    "bullet": ("- **<noun> <noun>** — <clause>", "- **<noun>** — <clause><joint><clause>", "- <clause>"),
    "step": ("**<noun> <noun>** — <clause>", "**<noun>** — <clause><joint><clause>"),
    "row": ("| <noun>/<noun> | <thing> |", "| <adjective> <noun> | <noun>, <noun> |", "| `<name>` | <noun> |"),
    "name": ("<noun>_<noun>", "<noun>", "<noun>_<number>"),
}

CODE: Mapping[str, tuple[str, ...]] = {
    "python-head": (
        'import json\n\n\nclass <onset><ending>:\n    """The <adjective> <noun>."""',
        "import sys\nfrom <noun> import <name>",
    ),
    "python-line": (
        "def <name>(<name>, <name>=<number>):\n    return <name>[<number>:] or None  # <noun> <noun>",
        "for <noun> in range(<number>):\n    <name> += <name>(<noun>, '<noun>')",
        'if <name> > 0.<number> and not <name>:\n    raise ValueError(f"<noun> {<noun>} of <number>")',
        "<name> = [<noun>.<noun> for <noun> in <name> if <noun> is not None]",
        "with open('<noun>.<noun>', encoding='utf-8') as <noun>:\n    <name> = json.load(<noun>)",
    ),
    "python-tail": ("print(<name>(<number>))", 'if __name__ == "__main__":\n    main(sys.argv[1:])'),
    "c-head": ("#include <stdio.h>\n#define LIMIT <number>\n\nint <name>(const char *<noun>, size_t n)\n{",),
    "c-line": (
        "    for (int i = 0; i < <number>; i++) <noun>[i] ^= 0x<leading><digit>; /* <noun> <noun> */",
        "    if (<noun> == NULL || n > <number>) return -<digit>;",
        '    printf("<noun> %zu of %d\\n", n, <name>(<noun>, <number>));',
        "    struct <noun> *<name> = malloc(sizeof *<name> * <number>);",
        "    while (*<noun>++ != '\\0') <name> += <number>; // <noun>",
    ),
    "c-tail": ("    return 0;\n}",),
    "bash-head": ("#!/usr/bin/env bash\nset -euo pipefail\n<noun>=${1:-<noun>}",),
    "bash-line": (
        'for file in "$1"/*.<noun>; do grep -c "<noun>" "$file" | sort -n; done',
        "export <name>=<number>  # <noun> <noun>",
        'if [ -f "<noun>.txt" ]; then echo "<noun> $PWD" >> <noun>.log; fi',
        "curl -fsS https://example.com/<noun> | tail -n <number> > <name>.json",
    ),
    "bash-tail": ("exit 0", 'echo "done in $SECONDS s"'),
    "json-head": ('{\n  "name": "<noun> <noun>",',),
    "json-line": (
        '  "<name>-<number>": [<number>, 0.<number>, true, null],',
        '  "<name>-<number>": { "<noun>": "<noun> <noun>", "<name>": <number> },',
        '  "<name>-<number>": "<adjective> <noun>",',
    ),
    "json-tail": ('  "end": <number>\n}',),
    "rust-head": ("use std::collections::HashMap;\n\npub fn <name>(<noun>: &str, limit: usize) -> Option<u64> {",),
    "rust-line": (
        "    let <name> = <noun>.iter().map(|x| x + <number>).sum::<u64>(); // <noun>",
        "    let mut <name>: HashMap<String, u64> = HashMap::new();",
        "    if <noun>.len() > <number> { return None; }",
        '    println!("<noun>: {:?} of <number>", <name>);',
        '    match <name>.get("<noun>") { Some(n) => *n, None => <number> };',
    ),
    "rust-tail": ("    Some(<number>)\n}",),
}

LANGUAGES = ("python", "c", "bash", "json", "rust")
GRAMMAR: Mapping[str, tuple[str, ...]] = {**PROSE, **CODE}
