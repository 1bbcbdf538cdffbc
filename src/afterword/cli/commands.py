"""What can be asked of `afterword`: the commands and their options.

Each command is a few lines between its arguments and the module that does the work, which is imported when the command
runs. Relies on `endings` for how that ends.
"""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterword import __version__
from afterword.cli.endings import concluding
from afterword.cli.notes import new, talk
from afterword.cli.options import (
    check_hosts,
    find_cluster,
    open_console,
    reads_a_blog,
    speaks,
    speaks_more_or_less,
    takes_a_blog,
)
from afterword.cli.spelling import Group
from afterword.cli.terminal import find_base_url

if TYPE_CHECKING:
    from afterword.cli.terminal import Format
    from afterword.diagnostics import Exit


@click.group(
    cls=Group,
    invoke_without_command=True,
    subcommand_metavar="COMMAND …",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="afterword", message="%(prog)s %(version)s")
@click.pass_context
def afterword(context: click.Context) -> None:
    """Build a blog of notes on talks from a folder of Markdown files."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@afterword.command()
@takes_a_blog
@click.option("-b", "--base-url", metavar="URL", help="Where the site will be; a bare path sets only the path.")
@click.option("-D", "--drafts", is_flag=True, help="Build drafts as well.")
@click.option("-F", "--future", is_flag=True, help="Build posts of the future as well.")
@click.option("-E", "--expired", is_flag=True, help="Build expired posts as well.")
@click.option("--strict", is_flag=True, help="Let warnings fail the build.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="How many processes to use.  [default: as many as are worth it]",
)
@click.option(
    "--executor",
    "cluster",
    callback=find_cluster,
    metavar="WHERE",
    help="Who does the work: `processes`, or the workers of a Dask cluster, `dask://HOST:PORT`.  [default: processes]",
)
@click.option("--no-cache", "anew", is_flag=True, help="Neither use nor keep what builds find out: make all anew.")
@click.option("--verify", is_flag=True, help="Make all anew elsewhere as well, and compare: slow, for doubters.")
@click.option("--adopt", is_flag=True, help="Replace files in the destination that Afterword did not make.")
@click.option("--explain", is_flag=True, help="Name each page that was rendered, with the reason.")
@speaks
def build(
    source: Path,
    destination: Path | None,
    base_url: str | None,
    drafts: bool,
    future: bool,
    expired: bool,
    strict: bool,
    jobs: int,
    cluster: str,
    anew: bool,
    verify: bool,
    adopt: bool,
    explain: bool,
    format_: Format | None,
    quiet: bool,
    verbose: bool,
    trace: bool,
) -> Exit:
    """Build the site.

    Only what has changed is made again, and nothing is published while there is an error.
    """
    console = open_console(source, format_, quiet=quiet, verbose=verbose, trace=trace)
    address, origin = find_base_url(base_url, os.environ)
    with concluding(console, url_from=origin) as ending:
        from afterword import builder
        from afterword.report import Request

        request = Request(
            source=source,
            destination=destination,
            base_url=address,
            drafts=drafts,
            future=future,
            expired=expired,
            strict=strict,
            jobs=jobs,
            adopt=adopt,
            cache=not anew,
            verify=verify,
            cluster=cluster,
        )
        begun = time.perf_counter()
        with console.watch() as progress:
            report = builder.build(request, environ=os.environ, progress=progress)
        ending.exit_code = console.conclude(report, time.perf_counter() - begun, strict=strict, explain=explain)
    return ending.exit_code


@afterword.command()
@reads_a_blog
@click.option("-b", "--base-url", metavar="URL", help="Where the site will be; here only its path counts.")
@click.option("-H", "--host", "--bind", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "-p",
    "-P",
    "--port",
    type=click.IntRange(0, 65_535),
    help="The port; 0 for any.  [default: 4000, or the next that is free]",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    callback=check_hosts,
    help="Also answer under this host name; .NAME for a domain. Can be repeated.",
)
@click.option("-o", "--open", "open_", is_flag=True, help="Open the site in a browser.")
@click.option("-N", "--navigate", is_flag=True, help="Have open pages go to the post that was saved.")
@click.option("-D", "--drafts/--no-drafts", default=True, help="Show drafts.  [default: show]")
@click.option("-F", "--future/--no-future", default=True, help="Show posts of the future.  [default: show]")
@click.option("-E", "--expired/--no-expired", default=True, help="Show expired posts.  [default: show]")
@click.option("--watch/--no-watch", default=True, help="Build again whenever a source is saved.  [default: watch]")
@click.option(
    "--poll",
    type=click.IntRange(min=10),
    is_flag=False,
    flag_value=1000,
    metavar="[MS]",
    help="Look for changes every so many milliseconds, where the system does not tell of them.  [1000]",
)
@speaks_more_or_less
def serve(
    source: Path,
    base_url: str | None,
    host: str,
    port: int | None,
    allowed_hosts: tuple[str, ...],
    open_: bool,
    navigate: bool,
    drafts: bool,
    future: bool,
    expired: bool,
    watch: bool,
    poll: int | None,
    quiet: bool,
    verbose: bool,
    trace: bool,
) -> Exit:
    """Show the site while you write.

    It is built on each save, and open pages show what was saved, in place; with a mistake they keep what they have,
    and say what is the matter. Nothing is published: this site is another one than that of `build`.
    """
    console = open_console(source, "text", quiet=quiet, verbose=verbose, trace=trace)
    address, origin = find_base_url(base_url, os.environ)
    with concluding(console, url_from=origin) as ending:
        from afterword.cli.herald import Herald
        from afterword.processes import avoid_forks
        from afterword.report import Request
        from afterword.serve.claim import claimed
        from afterword.serve.preview import FOLDER, Preview
        from afterword.serve.run import PORT, Options, run

        request = Request(source, base_url=address, drafts=drafts, future=future, expired=expired)
        options = Options(
            root=source,
            host=host,
            port=PORT if port is None else port,
            watch=watch,
            poll=poll / 1000 if poll is not None else None,
            open=open_,
            navigate=navigate,
            allowed_hosts=allowed_hosts,
        )
        avoid_forks()  # threads answer requests
        preview = Preview(request, environ=os.environ, watch=console.watch)
        with closing(preview), claimed(source / FOLDER):
            run(options, preview, Herald(console))
    return ending.exit_code


@afterword.command()
@takes_a_blog
@speaks
def clean(
    source: Path, destination: Path | None, format_: Format | None, quiet: bool, verbose: bool, trace: bool
) -> Exit:
    """Remove the site that was built: what Afterword made, and nothing else."""
    console = open_console(source, format_, quiet=quiet, verbose=verbose, trace=trace)
    with concluding(console) as ending:
        from afterword import config, publish

        settings, _ = config.load(source)
        site = destination or source / settings.destination
        ending.exit_code = console.conclude_cleaning(publish.clean(site, source), site)
    return ending.exit_code


@afterword.command()
@click.argument("target", metavar="PATH|URL")
@reads_a_blog
@click.option("-b", "--base-url", metavar="URL", help="Where the site will be, as for `build`.")
@click.option("-D", "--drafts", is_flag=True, help="Ask about a site that has drafts.")
@click.option("-F", "--future", is_flag=True, help="Ask about a site that has posts of the future.")
@click.option("-E", "--expired", is_flag=True, help="Ask about a site that has expired posts.")
@click.option("--trace", is_flag=True, envvar="AFTERWORD_TRACE", help="Show the traceback of a bug.")
def why(
    target: str, source: Path, base_url: str | None, drafts: bool, future: bool, expired: bool, trace: bool
) -> Exit:
    """Say where a page of the site comes from, or why a source is not in it.

    PATH is a source, a template, a static file or a file of the site; URL is that of a page. For a page: its source,
    its templates, why it was last rendered, and what it asked of the site.
    """
    console = open_console(source, "text", quiet=False, verbose=False, trace=trace)
    address, origin = find_base_url(base_url, os.environ)
    with concluding(console, url_from=origin) as ending:
        from afterword.report import Request
        from afterword.why import ask

        request = Request(source, base_url=address, drafts=drafts, future=future, expired=expired)
        console.tell(*ask(target, request, os.environ))
    return ending.exit_code


@afterword.command()
@click.argument("id")
@click.option("--trace", is_flag=True, envvar="AFTERWORD_TRACE", help="Show the traceback of a bug.")
def explain(id: str, trace: bool) -> Exit:
    """Explain an error, a warning or a note.

    ID is the word in brackets in its message, such as `broken-link`. Prints what is wrong, when it happens and what to
    write instead.
    """
    console = open_console(Path(), "text", trace=trace)
    with concluding(console) as ending:
        from afterword.registry import explain as explain_id

        ending.exit_code = console.hand_over(explain_id(id))
    return ending.exit_code


for command in (new, talk):
    afterword.add_command(command)
