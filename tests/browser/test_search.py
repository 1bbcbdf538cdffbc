"""The search: by keyboard alone, from a link, under a base path, in other scripts, and with assistive technology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from afterword.search.tokens import find_words
from tests.browser.conftest import NARROW, WIDE, find_violations
from tests.browser.sites import _build, serve
from tests.conftest import Blog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

TEXT = """-- afterword.toml --
title = "Notes"
base_url = "https://example.org/notes/"
-- posts/2026-01-01-reversal.md --
---
title: What a model knows
tags: [llm]
talk:
  title: Intro to models
  speaker: Andrej Karpathy
  event: PyCon US 2023
  video: https://www.youtube.com/watch?v=zjkBMFhNj_g
  length: "59:48"
---
A map of the field.

## The reversal curse [12:43]

Knowledge has a direction: nobody finds the son.

- Ask for the mother of the actor [13:05].
-- posts/2026-01-02-cpp.md --
---
title: Café au lait in C++
tags: [languages]
---
Of naïve resumés, and Don't repeat yourself. The reversal of a list.
-- posts/2026-01-03-chinese.md --
---
title: 大型语言模型
lang: zh
---
人工智能是计算机科学的一个分支。
-- posts/2026-01-04-arabic.md --
---
title: ملاحظات
lang: ar
---
يتحدث عن الذَّكاء الاصطناعي في ساعة.
-- posts/2026-01-05-draft.md --
---
title: A secret of the reversal
draft: true
---
reversal reversal
"""


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a blog with something to find, below a base path."""
    folder: Path = tmp_path_factory.mktemp("searched")
    (folder / "posts").mkdir()
    Blog(folder).add(TEXT)
    _build(folder, folder / "served" / "notes")
    with serve(folder / "served") as origin:
        yield f"{origin}/notes/"


def find(page: Any, query: str) -> list[str]:
    """The titles that a query finds in the dialog that is open, or on the page of the search."""
    box = page.locator("dialog" if page.locator("dialog").count() else "main .search")
    status = box.get_by_role("status")
    box.get_by_role("searchbox").fill("")
    page.wait_for_function("status => status.textContent === ''", arg=status.element_handle())
    box.get_by_role("searchbox").fill(query)
    page.wait_for_function("status => status.textContent !== ''", arg=status.element_handle())
    titles: list[str] = box.locator("li > a").all_text_contents()
    return titles


MODEL, CPP, CHINESE, ARABIC = "What a model knows", "Café au lait in C++", "大型语言模型", "ملاحظات"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("reversal", [CPP, MODEL]),
        ("REVERSAL curse", [MODEL]),
        ("curse reversal", [MODEL]),
        ("rever", [CPP, MODEL]),
        ("rever curse", []),
        ("cafe", [CPP]),
        ("CAFÉ", [CPP]),
        ("resume", [CPP]),
        ("c++", [CPP]),
        ("don't", [CPP]),
        ("nothing-of-the-kind", []),
        ("speaker:karpathy", [MODEL]),
        ('speaker:"Andrej Karpathy" reversal', [MODEL]),
        ("tag:languages reversal", [CPP]),
        ("event:pycon", [MODEL]),
        ("tag:lang", [CPP]),
        ("语言", [CHINESE]),
        ("语言模型", [CHINESE]),
        ("人工智能", [CHINESE]),
        ("支", [CHINESE]),
        ("型大", []),
        ("ذكاء", [ARABIC]),
        ("الذكاء", [ARABIC]),
        ("secret", []),
    ],
)
def test_words_are_found_as_readers_type_them(searched: str, visit: Visitor, query: str, titles: list[str]) -> None:
    page = visit(f"{searched}search/").page
    assert sorted(find(page, query)) == sorted(titles)


def open_by(page: Any, key: str) -> Any:
    page.keyboard.press(key)
    dialog = page.get_by_role("dialog", name="Search")
    dialog.wait_for()
    return dialog


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_a_key_opens_the_dialog_and_escape_gives_the_focus_back(searched: str, visit: Visitor, key: str) -> None:
    page = visit(searched).page
    brand = page.get_by_role("banner").get_by_role("link", name="Notes")
    brand.focus()
    dialog = open_by(page, key)
    field = dialog.get_by_role("searchbox", name="Search the notes")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.type("curse")
    dialog.get_by_role("link", name=MODEL).wait_for()
    assert dialog.get_by_role("status").text_content() == "1 note"
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert brand.evaluate("link => link === document.activeElement")


def test_the_magnifier_opens_the_dialog_and_closing_gives_the_focus_back(searched: str, visit: Visitor) -> None:
    page = visit(searched).page
    opener = page.get_by_role("banner").get_by_role("link", name="Search")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Search")
    dialog.wait_for()
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="hidden")
    assert opener.evaluate("link => link === document.activeElement")


def test_results_are_read_by_keyboard_alone(searched: str, visit: Visitor) -> None:
    page = visit(searched).page
    dialog = open_by(page, "/")
    page.keyboard.type("reversal")
    dialog.locator("mark", has_text="reversal").nth(1).wait_for()
    for key, expected in [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", 1), ("ArrowUp", 0)]:
        page.keyboard.press(key)
        assert dialog.locator("li > a").nth(expected).evaluate("link => link === document.activeElement"), key
    page.keyboard.press("ArrowUp")
    assert dialog.get_by_role("searchbox").evaluate("field => field === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notes/posts/**")


def test_enter_opens_the_first_of_what_was_just_typed(searched: str, visit: Visitor) -> None:
    page = visit(searched).page
    open_by(page, "/")
    page.keyboard.type("curse")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notes/posts/reversal/*")


def test_an_excerpt_marks_the_words_and_leads_to_the_section_and_the_second(searched: str, visit: Visitor) -> None:
    visited = visit(f"{searched}search/?q=mother")
    item = visited.page.locator(".result")
    mark = item.locator("mark")
    mark.wait_for()
    assert mark.text_content() == "mother"
    assert item.locator("> a").get_attribute("href").endswith("/notes/posts/reversal/#the-reversal-curse")
    moment = item.locator(".excerpt .ts")
    assert moment.text_content() == "13:05"
    assert moment.get_attribute("href") == "https://www.youtube.com/watch?v=zjkBMFhNj_g&t=785s"
    assert moment.get_attribute("data-t") is None, "the player of a page that is searched has other moments"
    assert not visited.complaints


def test_an_excerpt_that_begins_within_a_text_says_so(tmp_path: Path, visit: Visitor) -> None:
    (tmp_path / "posts").mkdir()
    Blog(tmp_path).add(f"-- posts/2026-01-01-long.md --\n# Long\n\nFirst. {'words ' * 40}and the needle.\n")
    with serve(_build(tmp_path, tmp_path / "site")) as origin:
        page = visit(f"{origin}/search/?q=needle").page
        page.locator(".result mark").wait_for()
        excerpt = page.locator(".excerpt").text_content()
    assert excerpt.startswith("…words words")
    assert excerpt.endswith("words and the needle.")


def test_words_of_a_section_lead_to_its_moment(searched: str, visit: Visitor) -> None:
    page = visit(f"{searched}search/?q=direction").page
    page.locator(".result mark").wait_for()
    assert page.locator(".result .ts").text_content() == "12:43"


def test_marks_stand_in_texts_of_other_scripts(searched: str, visit: Visitor) -> None:
    page = visit(f"{searched}search/").page
    for query, marked in [("智能", "智能"), ("ذكاء", "الذَّكاء"), ("naive", "naïve")]:
        find(page, query)
        page.locator(".result mark").first.wait_for()
        assert page.locator(".result mark").first.text_content() == marked


def test_nothing_of_the_search_is_loaded_before_it_is_opened(searched: str, visit: Visitor) -> None:
    visited = visit(f"{searched}posts/reversal/")
    assert not [url for url in visited.requests if "/search" in url]
    dialog = open_by(visited.page, "/")
    visited.page.keyboard.type("curse")
    dialog.locator("mark").wait_for()
    assert [url for url in visited.requests if url.endswith("/notes/search/index.json")]
    assert not visited.complaints


def test_the_key_can_be_switched_off(searched: str, visit: Visitor) -> None:
    page = visit(searched).page
    dialog = open_by(page, "/")
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    dialog = open_by(page, "Control+k")
    assert page.get_by_role("searchbox").input_value() == ""
    assert not dialog.get_by_role("checkbox").is_checked()


def test_a_slash_that_is_typed_stays_one(searched: str, visit: Visitor) -> None:
    page = visit(f"{searched}404.html").page
    page.get_by_role("searchbox").fill("a")
    page.get_by_role("searchbox").press("/")
    assert page.get_by_role("searchbox").input_value() == "a/"
    assert not page.get_by_role("dialog").count()


def test_the_error_page_searches(searched: str, visit: Visitor) -> None:
    page = visit(f"{searched}404.html").page
    page.get_by_role("searchbox").fill("curse")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/notes/search/?q=curse")
    page.get_by_role("link", name=MODEL).wait_for()


def test_without_scripts_the_page_says_how_to_find_notes(searched: str, visit: Visitor) -> None:
    page = visit(searched, java_script_enabled=False).page
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    assert page.url == f"{searched}search/"
    assert not page.get_by_role("searchbox").is_visible()
    main = page.get_by_role("main")
    assert "JavaScript" in main.inner_text()
    assert [link.inner_text() for link in main.get_by_role("link").all()] == [
        *("Archive", "Talks", "Speakers", "Events", "Tags")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_page_and_dialog_keep_the_rules_of_access(
    searched: str, visit: Visitor, scheme: str, viewport: dict[str, int]
) -> None:
    page = visit(f"{searched}search/?q=reversal", color_scheme=scheme, viewport=viewport, bypass_csp=True).page
    page.locator(".result mark").first.wait_for()
    assert not find_violations(page)
    page.goto(searched)
    dialog = open_by(page, "/")
    page.keyboard.type("reversal")
    dialog.locator("mark").first.wait_for()
    assert not find_violations(page)


def test_nothing_moves_while_a_search_fills(searched: str, visit: Visitor) -> None:
    watch = """
    window.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    """
    page = visit(f"{searched}search/?q=reversal", script=watch).page
    page.locator(".result mark").nth(1).wait_for()
    assert page.evaluate("moved") == 0


def test_a_search_that_cannot_be_loaded_says_so_and_can_be_tried_again(searched: str, visit: Visitor) -> None:
    page = visit(f"{searched}search/").page
    page.route("**/index.json", lambda route: route.abort())
    page.get_by_role("searchbox").fill("curse")
    page.get_by_text("could not be loaded").wait_for()
    page.unroute("**/index.json")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=MODEL).wait_for()


TEXTS = (
    "Don't stop: C++, C# and .NET in node.js, snake_case & naïve Łódź Straße",
    "人工智能 GPT模型v2 한국어 ひらがなカタカナ ไทย",
    "الذَّكاء الاصطناعي ة ى שָׁלוֹם हिन्दी İstanbul ΣΊΣΥΦΟΣ ½ ﬁne e\u0301",
)


@pytest.mark.parametrize("text", TEXTS)
def test_queries_are_divided_as_texts_are(searched: str, visit: Visitor, text: str) -> None:
    page = visit(f"{searched}search/?q=curse").page
    page.get_by_role("link", name=MODEL).wait_for()
    terms = page.evaluate(
        """async (text) => {
          const search = await import(document.querySelector(".search-open").dataset.script);
          return search.split(text + " ").flatMap(({ terms }) => terms);
        }""",
        text,
    )
    assert terms
    assert set(terms) <= set(find_words(text))
