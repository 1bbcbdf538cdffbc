"""The results of commands as text: what was built or why nothing was, checks, and lists of posts and URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import to_builtins

from afterword.core.diagnostics import Exit, Severity
from afterword.reporting.text import MAX_UNGROUPED, count_by_severity, make_visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from afterword.build.inspect.listing import Listed
    from afterword.build.published_urls.record import UrlRecord
    from afterword.build.report import Report, SkippedPost
    from afterword.core.diagnostics import Diagnostic


_REASONS = ("draft", "future", "expired")


def summarize(report: Report, destination: str, seconds: float) -> str:
    """Returns the summary of a successful build; `destination` is the name of the output folder."""
    lines = [f"built `{make_visible(destination)}`: {count(report.pages, 'page')} in {write_seconds(seconds)}, "]
    lines[0] += _describe_changes(report)
    if len(report.diagnostics) > MAX_UNGROUPED:
        lines.append(", ".join(count_by_severity(report.diagnostics)))
    if report.skipped:
        lines.append(f"skipped: {', '.join(_describe_skipped(report.skipped))}")
    if report.left_out:
        lines.append(_describe_left_out(report.left_out))
    if report.exit_code is not Exit.DONE and not any(found.is_error for found in report.diagnostics):
        lines.append("the site is published, but a warning while publishing fails the build (`--strict`)")
    if report.placeholder_origin:
        origin = report.placeholder_origin
        lines.append(f"feeds and sitemap use `{origin}`; set `base_url` or `--base-url` before you publish")
    return "".join(f"{line}\n" for line in lines)


_MAX_NAMED = 10
"""Maximum number of sources with errors to name; all are in the diagnostics."""


def _describe_left_out(paths: Sequence[str]) -> str:
    named = ", ".join(f"`{make_visible(path)}`" for path in paths[:_MAX_NAMED])
    others = f" and {len(paths) - _MAX_NAMED:,} more" if len(paths) > _MAX_NAMED else ""
    return f"left out because of errors: {count(len(paths), 'source')}: {named}{others}"


def summarize_failure(diagnostics: Sequence[Diagnostic], *, strict: bool) -> str:
    numbers = count_by_severity(diagnostics, (Severity.ERROR, Severity.WARNING))
    errors = any(found.is_error for found in diagnostics)
    why = " (`--strict`)" if strict and not errors else ""
    return f"build failed: {', '.join(numbers)}{why}; nothing was published\n"


def summarize_check(pages: int, links: int | None, diagnostics: Sequence[Diagnostic]) -> str:
    """Returns the summary of a check; `links` is the number of external links, None if they were not checked."""
    numbers = count_by_severity(diagnostics)
    external = f" and {count(links, 'external link')}" if links is not None else ""
    return f"checked {count(pages, 'page')}{external}: {', '.join(numbers) or 'nothing to report'}\n"


def list_reasons(report: Report) -> str:
    """Lists each rendered page, and each changed file that is not a page, with the reason."""
    changed = {**report.rendered, **report.generated}
    lines = [f"{make_visible(output)}: {make_visible(why.text)}\n" for output, why in sorted(changed.items())]
    if not report.rendered:
        lines.insert(0, "no pages rendered: no dependency changed\n")
    return "".join(lines)


def list_changes(report: Report) -> str:
    """Lists written, removed and skipped files, one on each line."""
    lines = [
        *(f"wrote {path}" for path in report.written),
        *(f"removed {path}" for path in report.removed),
        *(f"skipped {skipped.path}: {skipped}" for skipped in report.skipped),
    ]
    return "".join(f"{make_visible(line)}\n" for line in lines)


def list_deleted(paths: Sequence[str], site: str, *, verbose: bool) -> str:
    """Returns the number of files that were deleted from a site; with `verbose`, also each file."""
    details = [f"deleted {make_visible(path)}\n" for path in paths] if verbose else []
    return "".join((*details, f"deleted {count(len(paths), 'file')} from `{make_visible(site)}`\n"))


def _describe_changes(report: Report) -> str:
    parts = [f"{len(report.rendered)} rendered"] if report.rendered else []
    if report.written:
        parts.append(f"{count(len(report.written), 'file')} written")
    if report.removed:
        parts.append(f"{len(report.removed)} removed")
    if not report.written and not report.removed:
        parts.append("nothing changed")
    return ", ".join(parts)


def _describe_skipped(skipped: Sequence[SkippedPost]) -> Iterator[str]:
    drafts, future, expired = ([one for one in skipped if one.reason == reason] for reason in _REASONS)
    if drafts:
        yield f"{count(len(drafts), 'draft')} (include with `--drafts`)"
    if future:
        first = min(one.day for one in future if one.day is not None).isoformat()
        until = f"due {first}" if len(future) == 1 else f"first due {first}"
        yield f"{count(len(future), 'future post')}, {until} (include with `--future`)"
    if expired:
        yield f"{count(len(expired), 'expired post')} (include with `--expired`)"
    if copies := sum(one.reason == "copy" for one in skipped):
        yield f"{copies:,} copies" if copies > 1 else "1 copy"


def count(number: int, noun: str) -> str:
    """Formats a number with its noun: `1 page`, `12,000 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def write_seconds(seconds: float) -> str:
    """Formats a duration with about two significant digits: `0.08 s`, `1.4 s`, `75 s`."""
    digits = 2 if seconds < 1 else 1 if seconds < 10 else 0
    return f"{seconds:,.{digits}f} s"


def write_rows(rows: Sequence[Listed]) -> str:
    """Returns one line for each row: the date or number, the name, and details in parentheses."""
    heads = [str(row.posts) if row.posts else row.date for row in rows]
    width = max(map(len, heads), default=0)
    lines = (_write_row(head, width, row) for head, row in zip(heads, rows, strict=True))
    return "".join(f"{make_visible(line)}\n" for line in lines)


def _write_row(head: str, width: int, row: Listed) -> str:
    aligned = head.rjust(width) if row.posts else head.ljust(width)
    about = [", ".join(row.speakers), row.event, row.reason, row.path]
    more = "; ".join(part for part in about if part)
    return f"{aligned}  {row.name}{f' ({more})' if more else ''}"


def write_json(rows: Iterable[Listed]) -> str:
    """Returns the rows as a JSON list of objects; keys without a value are left out."""
    import json  # only for this

    return json.dumps([to_builtins(row) for row in rows], indent=2) + "\n"


def write_urls(record: UrlRecord, *, accepted: bool) -> str:
    """Returns one line for each new and each lost URL, and a summary."""
    done, gone = ("added", "removed") if accepted else ("new", "lost")
    rows = [(done, one) for one in record.new] + [(gone, one) for one in record.lost]
    lines = [f"{word:<7}  {one.url}{f'  ({one.source})' if one.source else ''}" for word, one in rows]
    counts = f"{record.recorded:,} recorded, {len(record.new):,} {done}, {len(record.lost):,} {gone}"
    return "".join(f"{make_visible(line)}\n" for line in (*lines, f"`afterword.lock`: {counts}"))
