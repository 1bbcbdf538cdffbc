"""The gate for writes: every file of a site is put in place, and removed, here.

`publish` makes a folder hold exactly the outputs of a build, without ever showing half a file or losing one that is not
ours; `survey` says beforehand which files of an earlier build still stand; `clean` takes away what was published. The
protocol (`commit`): stage, write a journal of intent, rename file by file in the order of `Rank`, write the manifest,
delete last. A build that is killed anywhere is finished by the next one, for what is ours is what the manifest or the
journal lists. Where there is no output yet (`fresh`), the whole of it is staged beside, from the first page on, and
renamed once.

Relies on POSIX: renames that replace, and `flock`, by which two builds wait for each other. Refuses dangerous outputs
(`destination`), to follow a symbolic link inside the output (`tree`), and to replace or delete a file that is not ours,
unless told to adopt it.
"""

from afterword.publish.cleaning import Cleaned, clean
from afterword.publish.commit import Published
from afterword.publish.destination import check_destination
from afterword.publish.fresh import Stage, staging
from afterword.publish.gate import publish
from afterword.publish.lock import LOCK_WAIT
from afterword.publish.outputs import Kept, Output, Rank, Ready, digest_of
from afterword.publish.standing import Survey, survey

__all__ = [
    "LOCK_WAIT",
    "Cleaned",
    "Kept",
    "Output",
    "Published",
    "Rank",
    "Ready",
    "Stage",
    "Survey",
    "check_destination",
    "clean",
    "digest_of",
    "publish",
    "staging",
    "survey",
]
