"""What a build gives the server: the seam between the builder, which knows sources, and routing, which knows URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from afterword.diagnostics import Diagnostic
    from afterword.serve.answers import Answer
    from afterword.sweep import Sweep

    Answers = Mapping[str, Answer]


class Built(Struct, frozen=True):
    """What a build gave. `answers` is None where nothing was published; `base_path` is decoded.

    `pages` are the URLs of posts and pages by the paths of their sources, with the base path. Where it `is_repeated`,
    nothing had changed since an earlier run, so that the first build after a change has much to read.
    """

    answers: Mapping[str, Answer] | None
    base_path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    is_repeated: bool = False


class Audience(Struct, frozen=True):
    """Who does not want to wait for the end of a build.

    `offer` takes answers that can be had one by one while there is no site at all; None where these are of no use.
    `list_wanted` gives the files of the site that somebody looks at or waits for (`/posts/x/index.html`), and `advance`
    takes those of the new site that there are of them.
    """

    list_wanted: Callable[[], Collection[str]]
    advance: Callable[[Answers], None]
    offer: Callable[[Answers], None] | None = None


class Builder(Protocol):
    """Builds a blog for a server. `base_path` is decoded, as far as is known now; `allowed_hosts` are the settings'."""

    base_path: str
    allowed_hosts: tuple[str, ...]

    def look(self) -> Mapping[str, Answer]:
        """What stands of the site that an earlier run has built, however old."""

    def build(self, origin: str, audience: Audience | None = None, sweep: Sweep | None = None) -> Built:
        """Build for the server at `origin`; raises `Failure` where there is no blog to build.

        `audience` is served while the build is at work. `sweep` is a look at the sources, if one was just taken.
        """
