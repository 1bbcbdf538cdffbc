"""What a build has to say, as whoever reads it needs it: text with code frames, GitHub annotations, JSON, a summary.

`text` writes for people, by `frames` for lines of source and `visible` for characters that a terminal would act on;
`annotations` for a pull request, `markdown` for the page of a job, `document` for programs, `summary` for the end of a
run. `lines` finds the lines that frames show. All but `lines` are pure. Relies on `click` for colours. Refuses to
print: that is the command line's.
"""

from afterword.reports.annotations import has_command, stop_commands, write_annotations
from afterword.reports.document import write_document
from afterword.reports.lines import Look, open_lines
from afterword.reports.markdown import write_markdown
from afterword.reports.summary import explain, list_changes, summarize, summarize_failure
from afterword.reports.text import Looks, write_text

__all__ = [
    "Look",
    "Looks",
    "explain",
    "has_command",
    "list_changes",
    "open_lines",
    "stop_commands",
    "summarize",
    "summarize_failure",
    "write_annotations",
    "write_document",
    "write_markdown",
    "write_text",
]
