"""The only door from templates to the site: questions, rows, and a record of what was asked.

A template sees views (`site`, `page`, `post`, `config`). Each answer comes through a `Recorder`, which notes the
question and the columns that were read; so a render leaves behind exactly what its result depends on. `Posts` and
`Terms` are lazy: slicing makes a longer question, only iterating asks it. Relies on `Site` and `Body` being plain and
unchanging. Refuses any attribute that is not part of the vocabulary (`COLUMNS` and the views' properties); names that
begin with `_` never get here: `environment` refuses the template.
"""

from afterword.query.answers import Answers
from afterword.query.columns import BODY_COLUMNS, COLUMNS, Column, Picture
from afterword.query.mentions import find_by_url, gather_mentions
from afterword.query.questions import TERMS, Asset, Edition, Facts, Question, Recorder, Selection, SitemapEntry, select
from afterword.query.rows import RELATIONS, Posts, Row, TermRow, Terms
from afterword.query.talks import ChapterView, EventView, ScoreView, SpeakerView, TalkView, UpdateView, VideoView
from afterword.query.views import ConfigView, SiteView, YearRow, names_of

__all__ = [
    "BODY_COLUMNS",
    "COLUMNS",
    "RELATIONS",
    "TERMS",
    "Answers",
    "Asset",
    "ChapterView",
    "Column",
    "ConfigView",
    "Edition",
    "EventView",
    "Facts",
    "Picture",
    "Posts",
    "Question",
    "Recorder",
    "Row",
    "ScoreView",
    "Selection",
    "SiteView",
    "SitemapEntry",
    "SpeakerView",
    "TalkView",
    "TermRow",
    "Terms",
    "UpdateView",
    "VideoView",
    "YearRow",
    "find_by_url",
    "gather_mentions",
    "names_of",
    "select",
]
