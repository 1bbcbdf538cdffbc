"""Checks links to other sites: `afterword check --external`. Never part of a build.

Each URL is requested once, one request at a time for each host, with a pause between. Answers are cached for a week,
and the whole check has a time limit.
"""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

import msgspec
from msgspec import Struct

from afterword import __version__
from afterword.cache.store import make_state_folder
from afterword.core.diagnostics import note, warning
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from afterword.check.sources import ExternalLink
    from afterword.core.diagnostics import Diagnostic

KEEP_SECONDS = 7 * 24 * 3600
"""Time for which an answer is cached, in seconds."""

_AGENT = f"afterword/{__version__} (link checker)"
_GONE = frozenset({404, 410})
_NOT_FOR_HEAD = frozenset({400, 403, 404, 405, 406, 410, 429, 500, 501, 503})
"""Statuses of HEAD after which GET is tried: many servers do not support HEAD."""


class HostAnswer(Struct, frozen=True, array_like=True):
    """Response of a host for a URL: the status, or 0 and a reason if there was none, and the Unix time."""

    status: int
    reason: str = ""
    at: float = 0.0


class Limits(Struct, frozen=True):
    """Timeouts of a request and of the whole check, and the pause between requests to a host, in seconds."""

    request: float = 10.0
    whole: float = 300.0
    pause: float = 1.0
    hosts: int = 8


def check_external(links: Iterable[ExternalLink], cache_file: Path, limits: Limits) -> Iterator[Diagnostic]:
    """Yields the diagnostics for links to other sites; `cache_file` is the file with cached answers."""
    places: dict[str, list[ExternalLink]] = {}
    for link in links:
        places.setdefault(urldefrag(link.url).url, []).append(link)
    known = {url: answer for url, answer in read_answers(cache_file).items() if _is_fresh(answer, time.time())}
    unknown = [url for url in places if url not in known]
    answers = {**known, **request_all(unknown, limits, request_url)}
    write_answers(cache_file, answers)
    for url, found in places.items():
        diagnostic = _report_link(url, answers.get(url), found)
        if diagnostic is not None:
            yield diagnostic


def _report_link(url: str, answer: HostAnswer | None, found: list[ExternalLink]) -> Diagnostic | None:
    if answer is not None and 0 < answer.status < 400:
        return None
    first, *others = sorted(link.place for link in found)
    related = tuple((place, "the same link") for place in others)
    hint = "open it in a browser"
    if answer is not None and answer.status in _GONE:
        message, hint = f"external page not found: `{shown(url)}` ({answer.status})", "correct the link"
    elif answer is not None and answer.status == 0:
        message = f"no answer from `{shown(url)}`: {shown(answer.reason)}"
    else:
        why = answer.status if answer is not None else "time limit reached"
        return note("unchecked-link", f"link not checked: `{shown(url)}` ({why})", first, hint=hint, related=related)
    return warning("broken-external-link", message, first, hint=hint, related=related)


def _is_fresh(answer: HostAnswer, now: float) -> bool:
    """Returns whether an answer is cached; failures are not."""
    return 0 < answer.status < 400 and now - answer.at < KEEP_SECONDS


def request_all(
    urls: Iterable[str], limits: Limits, request_url: Callable[[str, float], HostAnswer]
) -> Mapping[str, HostAnswer]:
    """Returns the answers of all hosts that were reached within the time limit, by URL."""
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(urlsplit(url).netloc.lower(), []).append(url)
    answers: dict[str, HostAnswer] = {}
    stop = threading.Event()
    end = time.monotonic() + limits.whole

    def ask_host(host_urls: list[str]) -> None:
        for number, url in enumerate(host_urls):
            if number and stop.wait(limits.pause):
                return
            left = end - time.monotonic()
            if stop.is_set() or left <= 0:
                return
            answers[url] = request_url(url, min(limits.request, left))

    with ThreadPoolExecutor(max_workers=limits.hosts) as pool:
        try:
            for future in [pool.submit(ask_host, host_urls) for host_urls in by_host.values()]:
                future.result()
        except BaseException:
            stop.set()
            raise
    return dict(answers)


def request_url(url: str, timeout: float) -> HostAnswer:
    """Requests a URL with HEAD, or with GET if the host does not support HEAD, and returns the answer."""
    answer = _request(url, "HEAD", timeout)
    return _request(url, "GET", timeout) if answer.status in _NOT_FOR_HEAD or not answer.status else answer


def _request(url: str, method: str, timeout: float) -> HostAnswer:
    headers = {"User-Agent": _AGENT, "Accept": "text/html,*/*;q=0.8"}
    request = urllib.request.Request(url, method=method, headers=headers)  # noqa: S310 - http and https only
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310
            return HostAnswer(int(response.status), at=time.time())
    except urllib.error.HTTPError as problem:
        with problem:
            return HostAnswer(problem.code, at=time.time())
    except urllib.error.URLError as problem:
        return HostAnswer(0, str(problem.reason), time.time())
    except (OSError, HTTPException, ValueError) as problem:
        return HostAnswer(0, str(problem) or type(problem).__name__, time.time())


def read_answers(cache_file: Path) -> Mapping[str, HostAnswer]:
    """Loads the cached answers; none if they cannot be read."""
    try:
        return msgspec.json.decode(cache_file.read_bytes(), type=dict[str, HostAnswer])
    except (OSError, msgspec.DecodeError):
        return {}


def write_answers(cache_file: Path, answers: Mapping[str, HostAnswer]) -> None:
    """Saves answers for the next check. A failure is ignored: the URLs can be requested again."""
    with suppress(OSError):
        make_state_folder(cache_file.parent)
        cache_file.write_bytes(msgspec.json.encode(answers, order="sorted"))
