"""The search index: what is in it and what never is, which files an edit changes, and how words are divided."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from afterword.build.inspect.why import explain_target
from afterword.build.report import Request
from afterword.search.shards import (
    PostingsWriter,
    change_postings,
    decode_postings,
    divide,
    encode_postings,
    key_of,
)
from afterword.search.tokens import find_words

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

SECRETS = """-- posts/2026-01-01-shown.md --
---
title: Shown
---
Visible words.
<!-- commentsecret -->
-- posts/2026-01-02-draft.md --
---
title: Draftsecret
draft: true
---
Draftsecret.
-- posts/2099-01-03-future.md --
---
title: Futuresecret
---
Futuresecret.
-- posts/2026-01-04-unlisted.md --
---
title: Unlistedsecret
unlisted: true
---
Unlistedsecret.
-- posts/2026-01-05-expired.md --
---
title: Expiredsecret
expiryDate: 2026-01-06
---
Expiredsecret.
-- posts/2026-01-07-noindex.md --
---
title: Noindexsecret
robots: noindex
---
Noindexsecret.
-- posts/2026-01-08-asked.md --
---
title: Askedsecret
search: false
---
Askedsecret.
"""


def read_index(blog: Blog) -> dict[str, str]:
    """The files of the search index, as text."""
    return {
        path: content.decode() for path, content in blog.tree().items() if path.startswith("search/") and "json" in path
    }


def find_terms(blog: Blog) -> set[str]:
    """All words of the index."""
    return {word for path, text in read_index(blog).items() if "words" in path for word in json.loads(text)}


@pytest.mark.parametrize("shown", [False, True])
def test_what_is_held_back_is_never_in_the_index(blog: BlogMaker, shown: bool) -> None:
    made = blog(SECRETS)
    assert made.build(drafts=shown, future=shown, expired=shown).published
    index = "".join(read_index(made).values())
    assert "visible" in index
    assert "secret" not in index.lower()


def test_titles_are_found_without_texts(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: Heading\ntags: [topic]\n---\nBody.\n")
    made.write("afterword.toml", 'search = "titles"\n')
    assert made.build().published
    assert find_terms(made) == {"heading", "topic"}


def test_a_blog_without_search_has_none_of_it(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nBody.\n").write("afterword.toml", 'search = "off"\n')
    assert made.build().published
    assert not [path for path in made.tree() if "search" in path]
    assert 'href="/archive/" title="Find a post"' in made.page("/")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pages/search.md", "# Find\n\nMy own.\n"),
        ("static/search/index.html", "<!doctype html><title>Mine</title>"),
        ("static/search/data.json", "{}"),
        ("static/search", "a file"),
        ("static/Search/data.json", "{}"),
    ],
)
def test_a_search_of_the_blogs_own_comes_first(blog: BlogMaker, path: str, text: str) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nBody.\n").write(path, text)
    assert made.build(strict=True).published
    assert not read_index(made).keys() & {"search/index.json", "search/words.json"}
    assert "search-open" not in made.page("/")


def test_a_result_names_a_year_that_its_event_does_not(blog: BlogMaker) -> None:
    made = blog()
    for number, (event, date) in enumerate(
        (("PyCon 2014", "2014"), ("PyCon US 2015", "2015-04-10"), ("CUSEC", "2012-01"))
    ):
        made.write(
            f"posts/2026-01-0{number + 1}-{number}.md",
            f"---\ntitle: Note\ntalk: {{title: T, event: {event}, date: {date}}}\n---\nText.\n",
        )
    made.write("posts/2026-01-09-plain.md", "---\ntitle: Plain\n---\nText.\n")
    assert made.build().published
    posts = json.loads(read_index(made)["search/index.json"])["posts"]
    assert list(zip(posts["event"], posts["year"], strict=True)) == [
        *(("PyCon 2014", ""), ("PyCon US 2015", ""), ("CUSEC", "2012"), ("", "2026"))
    ]


def test_an_edit_changes_only_the_shards_of_its_words(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afterword.search.shards.LIMIT", 100)
    made = blog()
    for number, word in enumerate(("alpha", "beta", "gamma", "delta", "epsilon")):
        made.write(f"posts/2026-01-0{number + 1}-{word}.md", f"---\ntitle: {word}\n---\n{word} {word}x {word}y\n")
    assert made.build().published
    before = read_index(made)
    made.write("posts/2026-01-02-beta.md", "---\ntitle: beta\n---\nbeta betax zebra\n")
    report = made.build()
    after = read_index(made)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert "search/words-z.json" in changed
    assert all(path in ("search/index.json", "search/words-z.json") or "-b" in path for path in changed)
    assert report.generated["search/words-z.json"].text == "words of `posts/2026-01-02-beta.md` changed"
    made.write("posts/2026-01-02-beta.md", "---\ntitle: beta\n---\nbeta betax betay\n")
    assert made.build().published
    assert read_index(made) == before


def test_the_files_of_the_index_are_explained(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nBody.\n")
    assert made.build().published
    request = Request(made.root)
    for target in ("search/words.json", "site/search/words.json", "/search/words.json"):
        assert "a shard of the search index: all words" in explain_target(target, request, {})[0]
    assert "table of the search index" in explain_target("search/index.json", request, {})[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't Stop", ["don", "t", "stop"]),
        ("naïve Łódź Straße", ["naive", "lodz", "strasse"]),
        ("C++, C# and .NET", ["c", "c++", "c", "c#", "and", "net", ".net"]),
        ("node.js snake_case state-of-the-art", ["node", "js", "snake", "case", "state", "of", "the", "art"]),
        ("人工智能", ["人工", "工智", "智能", "能"]),
        ("GPT模型v2", ["gpt", "模型", "型", "v2"]),
        ("한국어", ["한국", "국어", "어"]),
        ("الذَّكاء", ["ذكاء"]),
        ("İstanbul ΣΊΣΥΦΟΣ", ["istanbul", "σισυφοσ"]),
        ("हिन्दी", ["हिन्दी"]),
        ("½ ﬁne", ["1", "2", "fine"]),
        ("…—!", []),
    ],
)
def test_texts_are_divided_into_words(text: str, words: list[str]) -> None:
    assert list(find_words(text)) == words


def test_postings_are_the_same_whatever_changes_led_there() -> None:
    writer = PostingsWriter()
    for weights in ({"a": 3, "b": 0}, {}, {"a": 1}, {"b": 2}):
        writer.add(weights)
    expected = writer.write()
    start = {"a": encode_postings([(0, 1), (1, 3)]), "c": encode_postings([(0, 0)])}
    changes = {"a": [(0, 3), (1, -1), (2, 1)], "b": [(0, 0), (3, 2)], "c": [(0, -1)]}
    assert change_postings(start, changes) == expected
    assert decode_postings(expected["a"]) == [(0, 3), (2, 1)]


def test_names_of_shards_are_safe_and_begin_the_keys_of_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afterword.search.shards.LIMIT", 20)
    postings = dict.fromkeys(("a", "ab", "abc", "con", "é", "人工", "c++", ".net"), "4")
    found = divide(postings)
    assert {word for shard in found.values() for word in shard} == set(postings)
    for name, shard in found.items():
        assert name.replace("_", "").isalnum()
        assert all(key_of(word).startswith(name) for word in shard)


def test_an_empty_list_leads_to_the_search(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nBody.\n")
    assert made.build().published
    assert '<a href="/search/">Search</a></p>' in made.page("/tags/")
    made.write("afterword.toml", 'search = "off"\n')
    assert made.build().published
    assert "/search/" not in made.page("/tags/")


def test_the_page_of_the_search_asks_nothing_of_templates_of_the_blogs_own(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n\nBody.\n")
    made.write("templates/base.html", "<!doctype html><title>Mine</title>{% block main %}{% endblock %}\n")
    made.write("templates/partials/i18n.html", "{% set mine = 1 %}\n")
    for name in ("index", "archive", "term", "terms", "404", "post"):
        made.write(f"templates/{name}.html", "<!doctype html><title>Mine</title>\n")
    assert [found.id for found in made.build().diagnostics if found.is_error] == []
    assert '<div class="search"' in made.page("/search/")
