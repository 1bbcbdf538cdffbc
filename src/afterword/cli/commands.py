"""The commands of `afterword` and their options.

A command is a few lines between its arguments and the module that does the work, which is imported when it runs. Its
first argument is its console.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from afterword import __version__
from afterword.build.report import Report, Request
from afterword.cli.build_command import run_build
from afterword.cli.console import show_path
from afterword.cli.help import completion, doctor, help_, schema
from afterword.cli.misspelt import Group
from afterword.cli.new import init, new, talk
from afterword.cli.options import (
    base_url,
    check_hosts,
    find_cluster,
    number,
    output_options,
    site_options,
    source,
    verbosity_options,
    visibility_options,
)
from afterword.cli.theme import theme
from afterword.core.diagnostics import Exit, sort_diagnostics

if TYPE_CHECKING:
    from afterword.build.inspect.listing import Kind
    from afterword.cli.blogs.import_blog import Format as ImportFormat
    from afterword.cli.console import Console


@click.group(
    cls=Group,
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="afterword", message="%(prog)s %(version)s")
@click.pass_context
def afterword(context: click.Context) -> None:
    """A static site generator for notes on talks.

    Builds a blog from a folder of Markdown files."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@afterword.command()
@site_options
@base_url
@visibility_options
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--keep-going", is_flag=True, help="Publish the site without the posts that have errors; exit with 1.")
@click.option(
    "-j",
    "--jobs",
    type=number(int, 0),
    default=0,
    metavar="N",
    help="Number of worker processes.  [default: chosen automatically]",
)
@click.option(
    "--executor",
    "cluster",
    callback=find_cluster,
    metavar="WHERE",
    help="Where to run the work: `processes` or a Dask cluster, `dask://HOST:PORT`.  [default: processes]",
)
@click.option("--no-cache", is_flag=True, help="Do not read or write the cache.")
@click.option("--verify", is_flag=True, help="Compare the site with a clean build (slow).")
@click.option("--overwrite", is_flag=True, help="Overwrite files in the output folder that Afterword did not create.")
@click.option("--explain", is_flag=True, help="List the rendered pages and other changed files, each with the reason.")
@output_options
def build(console: Console, **arguments: Any) -> Exit:
    """Build the site.

    Rebuilds only what changed. If there is an error, nothing is published, unless `--keep-going` leaves out the posts
    that have errors.
    """
    return run_build(console, **arguments)


@afterword.command()
@source
@click.option("-b", "--base-url", metavar="URL", help="Base URL of the site. Only its path is used.")
@click.option(
    "-H",
    "--host",
    "--bind",
    metavar="HOST",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on.",
)
@click.option(
    "-p",
    "-P",
    "--port",
    metavar="PORT",
    type=number(int, 0, 65_535),
    help="Port to listen on; 0 for any free port.  [default: 4000, or the next free port]",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    callback=check_hosts,
    help="Also accept this host name; .NAME for a domain and its subdomains. Can be repeated.",
)
@click.option("-o", "--open", "open", is_flag=True, help="Open the site in a browser.")
@click.option("-N", "--navigate", is_flag=True, help="Navigate open pages to the post that was saved.")
@click.option("-D", "--drafts/--no-drafts", default=True, help="Include drafts.  [default: drafts]")
@click.option("-F", "--future/--no-future", default=True, help="Include posts dated in the future.  [default: future]")
@click.option("-E", "--expired/--no-expired", default=True, help="Include expired posts.  [default: expired]")
@click.option("--watch/--no-watch", default=True, help="Rebuild when a file changes.  [default: watch]")
@click.option(
    "--poll",
    type=number(int, 10),
    is_flag=False,
    flag_value=1000,
    metavar="[MS]",
    help="Poll for changes every MS milliseconds (default 1000), for file systems without change events.",
)
@verbosity_options
def serve(console: Console, *, port: int | None, poll: int | None, **arguments: Any) -> Exit:
    """Preview the site and rebuild it when a file changes.

    Open pages are updated in place. If a build fails, they keep the last good version and show the errors. The preview
    is separate from the site that `build` writes.
    """
    from afterword.cli.serve_command import serve_blog

    return serve_blog(console, port=port, poll=poll, **arguments)


@afterword.command()
@site_options
@output_options
def clean(console: Console, source: Path, destination: Path | None) -> Exit:
    """Delete the generated site.

    Deletes only files that Afterword created.
    """
    from afterword.config import loader as config
    from afterword.output.clean import clean
    from afterword.reporting.summary import list_deleted

    settings, _ = config.load(source)
    site = destination or source / settings.destination
    cleaned = clean(site, source)
    done = list_deleted(cleaned.removed, show_path(site), verbose=console.verbose)
    diagnostics = sort_diagnostics(cleaned.diagnostics)
    report = Report(Exit.DONE, 0, (), diagnostics, site, {}, removed=tuple(cleaned.removed))
    return console.finish(Exit.DONE, diagnostics, done, report=report)


@afterword.command()
@click.argument("target", metavar="PATH|URL")
@source
@base_url
@visibility_options
def why(console: Console, target: str, **options: Any) -> Exit:
    """Explain where a page comes from, or why a source is skipped.

    PATH is a source, template, static or output file; URL is the URL of a page. For a page, prints its source, its
    templates, the reason it was last rendered, and its dependencies.
    """
    from afterword.build.inspect.why import explain_target
    from afterword.cli.blogs.jekyll_folder import read_in_place

    request, folder = read_in_place(Request(**options))
    if folder is None:
        console.print_lines(*explain_target(target, request, os.environ))
    elif reason := folder.explain_absence(target):
        console.print_lines(reason)
    else:
        console.print_lines(*map(folder.name_in, explain_target(folder.find(target), request, os.environ)))
    return Exit.DONE


@afterword.command()
@source
@base_url
@visibility_options
@click.option("--external", is_flag=True, help="Also check links to other sites, over the network.")
@click.option(
    "--time-limit",
    type=number(float, 1),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="With `--external`: stop after this time.",
)
@output_options
def check(console: Console, *, external: bool, time_limit: float, **options: Any) -> Exit:
    """Check the site for mistakes before it is published.

    Reports all diagnostics of a build, and also: images without alt text or over 1 MB, invalid HTML, feeds and
    sitemaps, broken links in templates, duplicate titles, similar tags, dates far in the future, and pages,
    templates and files that nothing uses. Publishes nothing. Exits with 1 if there is an error or a warning.
    """
    from afterword.check.external import Limits
    from afterword.check.run import check_blog
    from afterword.cli.blogs.jekyll_folder import read_in_place
    from afterword.reporting.summary import summarize_check

    with console.watch() as progress:
        request, folder = read_in_place(Request(**options))
        checked = check_blog(request, os.environ, progress, Limits(whole=time_limit) if external else None)
    diagnostics = checked.diagnostics
    if folder is not None:
        diagnostics = folder.translate_diagnostics(diagnostics)
    return console.finish(checked.exit_code, diagnostics, summarize_check(checked.pages, checked.links, diagnostics))


@afterword.command("list")
@click.argument(
    "kind",
    metavar="[KIND]",
    type=click.Choice(["posts", "drafts", "future", "unpublished", "tags", "talks"]),
    default="posts",
    required=False,
)
@source
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the list; with `json`, also of errors.",
)
def list_(console: Console, kind: Kind, source: Path) -> Exit:
    """List posts, unpublished posts, tags or talks.

    KIND is `posts` (default), `drafts`, `future`, `unpublished`, `tags` or `talks`. `posts` lists published posts,
    newest first, then pages. `unpublished` lists drafts, future posts, expired posts and copies, each with the reason.
    Sources with errors are not listed.
    """
    from afterword.build.inspect.listing import list_blog
    from afterword.cli.blogs.jekyll_folder import read_in_place
    from afterword.reporting.summary import write_json, write_rows

    request, folder = read_in_place(Request(source), drafts=True)
    listing = list_blog(kind, request, os.environ)
    listing = folder.translate_list(listing) if folder is not None else listing
    write = write_json if console.format == "json" else write_rows
    return console.write_result(write(listing.rows), listing.diagnostics)


@afterword.command()
@source
@base_url
@click.option("--accept", is_flag=True, help="Write `afterword.lock`: record new URLs and remove lost ones.")
def urls(console: Console, *, accept: bool, **options: Any) -> Exit:
    """List new and lost URLs, compared with `afterword.lock`.

    `afterword.lock` records published URLs. If the file exists, each build adds new URLs and warns about lost URLs.
    `--accept` creates the file, or removes the lost URLs from it.
    """
    from afterword.build.published_urls.record import read_urls
    from afterword.cli.blogs.jekyll_folder import read_in_place
    from afterword.reporting.summary import write_urls

    request, folder = read_in_place(Request(**options))
    record = read_urls(request, os.environ, accept=accept)
    record = folder.translate_urls(record) if folder is not None else record
    return console.write_result(write_urls(record, accepted=accept), record.diagnostics)


@afterword.command()
@click.argument("id", required=False)
def explain(console: Console, id: str | None) -> Exit:
    """Explain an error, a warning or a note.

    ID is the text in brackets in the message, such as `broken-link`. Prints what is wrong, the cause, and how to fix
    it. Without ID, lists all ids.
    """
    from afterword.core.diagnostic_registry import explain, list_ids

    return console.write_result(list_ids() if id is None else explain(id))


@afterword.command("import")
@click.argument("tool", metavar="FORMAT", type=click.Choice(["jekyll", "hugo", "pelican", "obsidian", "markdown"]))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--to", "target", type=click.Path(path_type=Path), metavar="DIR", help="New folder.  [default: DIR-afterword]"
)
@click.option("--force", is_flag=True, help="Write into a folder that has files. Existing files are never changed.")
def import_(console: Console, tool: ImportFormat, folder: Path, target: Path | None, *, force: bool) -> Exit:
    """Import a blog or a folder of notes.

    FORMAT is `jekyll`, `hugo`, `pelican`, `obsidian` or `markdown`, a folder of Markdown files. Changes nothing in
    DIR. Files that need no change are copied byte for byte. Reports by file and line what could not be imported.
    """
    from afterword.cli.blogs.import_blog import import_blog

    source = folder.resolve()
    chosen = target or Path(os.path.relpath(source.parent / f"{source.name}-afterword"))
    done = import_blog(tool, folder, chosen, force=force)
    return console.write_result(f"{done.summary}\n", done.diagnostics)


for command in (completion, doctor, help_, init, new, schema, talk, theme):
    afterword.add_command(command)
