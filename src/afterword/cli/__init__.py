"""The `afterword` command: arguments in, exit code out.

`entry` runs it and knows how a run can end, `commands` says what can be asked for, `spelling` what was probably meant,
`console` how things are said and `herald` what a server says, `streams` are where they are written to, `terminal` what
the environment wants, `progress` draws, `crashes` keeps the traceback of a bug. Relies on Click. Refuses to import what
builds a site before it is asked to build one.
"""

from afterword.cli.entry import main, run

__all__ = ["main", "run"]
