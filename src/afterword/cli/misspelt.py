"""Commands with a console, which suggest commands, options and values for misspelt ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from afterword.cli.console import with_console
from afterword.core.diagnostics import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from afterword.core.diagnostics import Exit

ALIASES = {"b": "build", "s": "serve"}
"""Short names of commands."""

ACCEPTED = {"--baseurl": "--base-url", "--baseURL": "--base-url"}
"""Spellings of our options that are taken as they are."""

FOREIGN_COMMANDS = {
    "lint": "check",
    "compile": "build",
    "dev": "serve",
    "generate": "build",
    "livereload": "serve",
    "make": "build",
    "preview": "serve",
    "publish": "build",
    "render": "build",
    "server": "serve",
    "watch": "serve",
}
"""Commands of other generators."""

FOREIGN_OPTIONS = {
    "--buildDrafts": "--drafts",
    "--build-drafts": "--drafts",
    "--show_drafts": "--drafts",
    "--unpublished": "--drafts",
    "--buildFuture": "--future",
    "--buildExpired": "--expired",
    "--output": "--destination",
    "--output-dir": "--destination",
    "--outdir": "--destination",
    "--root": "--source",
    "--input": "--source",
    "--url": "--base-url",
    "--panicOnWarning": "--strict",
    "--strict_front_matter": "--strict",
    "--fatal": "--strict",
    "--silent": "--quiet",
    "--cleanDestinationDir": "clean",
    "--open-url": "--open",
    "--openBrowser": "--open",
    "--interface": "--host",
    "--navigateToChanged": "--navigate",
    "--force_polling": "--poll",
    "--livereload": "--watch",
}
"""Options of Jekyll, Hugo, Zola, Pelican and Eleventy."""


_EXTRA = "Got unexpected extra argument"
"""Start of Click's message about unexpected arguments."""


class Misspelt(click.UsageError):
    """An unknown command or option; the hint names a similar one."""

    def __init__(self, message: str, context: click.Context, hint: str) -> None:
        super().__init__(message, context)
        self.hint = hint


class Command(click.Command):
    """A command with a console, the option `--trace`, and hints for other spellings of its options."""

    def __init__(self, name: str, *, callback: Callable[..., Exit], params: list[click.Parameter], **more: Any) -> None:
        trace = click.Option(
            ["--trace"], is_flag=True, envvar="AFTERWORD_TRACE", help="Print the traceback if Afterword crashes."
        )
        super().__init__(name, callback=with_console(callback), params=[*params, trace], **more)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, [_translate(argument) for argument in args])
        except click.UsageError as problem:
            message, hint = self._reword(problem, ctx, args)
            raise Misspelt(message, ctx, hint) from None

    def _reword(self, problem: click.UsageError, context: click.Context, args: list[str]) -> tuple[str, str]:
        """Returns the message of an error in the words of the other messages, and a hint or empty text."""
        match problem:
            case click.NoSuchOption(option_name=name):
                return f"unknown option `{name}`", _find_option(name, list_options(self, context))
            case click.BadOptionUsage(option_name=name):
                is_missing = "requires" in problem.message
                return (f"missing value for `{name}`" if is_missing else f"`{name}` takes no value"), ""
            case click.BadParameter():
                return _reword_value(problem, args)
            case _ if problem.message.startswith(_EXTRA):
                extra = problem.message.partition("(")[2].removesuffix(")")
                return f"unexpected argument `{extra}`", self._find_meaning(context, args)
        return problem.message, ""

    def _find_meaning(self, context: click.Context, args: list[str]) -> str:
        """Returns a hint for an unexpected argument, or empty text."""
        options = list_options(self, context)
        if any(isinstance(parameter, click.Argument) and parameter.name == "title" for parameter in self.params):
            words = " ".join(argument for argument in args if not argument.startswith("-"))
            return f'put the title in quotes: `afterword new "{words}"`'
        if "--port" in options and args[-1].isdecimal():
            return f"write `--port {args[-1]}`"
        return "pass the blog folder with `--source`" if "--source" in options else ""


class Group(click.Group):
    """The commands by name, by short name, and by what others call them."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as problem:
            name = problem.option_name
            hint = _find_option(name, list_options(self, ctx))
            if not hint and (meant := _find_option(name, list_options(self.commands["build"], ctx))):
                hint = f"write options after the command, as in `afterword build`; {meant}"
            raise Misspelt(f"unknown option `{name}`", ctx, hint) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            meant = FOREIGN_COMMANDS.get(name)
            hint = f"did you mean `{meant}`?" if meant else did_you_mean(name, self.commands)
            known = f"the commands are {', '.join(f'`{command}`' for command in sorted(self.commands))}"
            raise Misspelt(f"unknown command `{name}`", ctx, hint or known)
        return super().resolve_command(ctx, args)


def list_options(command: click.Command, context: click.Context) -> tuple[str, ...]:
    """Returns the long options of a command."""
    names = (name for parameter in command.get_params(context) for name in parameter.opts + parameter.secondary_opts)
    return tuple(name for name in names if name.startswith("--"))


def _reword_value(problem: click.BadParameter, args: list[str]) -> tuple[str, str]:
    """Returns the message and the hint for a missing or invalid value."""
    parameter = problem.param
    if parameter is None or problem.message.startswith("invalid"):
        return problem.message, ""
    name = parameter.human_readable_name if isinstance(parameter, click.Argument) else max(parameter.opts, key=len)
    if isinstance(problem, click.MissingParameter):
        return f"missing argument `{name}`", ""
    choices = getattr(parameter.type, "choices", ())
    written = next((argument for argument in args if f"'{argument}' is not one of" in problem.message), "")
    if choices and written:
        hint = did_you_mean(written, choices) or f"use one of {', '.join(f'`{choice}`' for choice in choices)}"
        return f"unknown value `{written}`", hint
    return (f"`{name}` {problem.message}" if problem.message.startswith("must be") else problem.format_message()), ""


def _translate(argument: str) -> str:
    name, equals, value = argument.partition("=")
    return f"{ACCEPTED[name]}{equals}{value}" if name in ACCEPTED else argument


def _find_option(name: str, known: Iterable[str]) -> str:
    meant = FOREIGN_OPTIONS.get(name)
    return f"did you mean `{meant}`?" if meant is not None else did_you_mean(name, known)
