"""What a build gives the server: the seam between the builder, which knows sources, and routing, which knows URLs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.diagnostics import Diagnostic
    from afterword.serve.answers import Answer
    from afterword.sweep import Sweep

    Offer = Callable[[Mapping[str, Answer]], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave. `answers` is None where nothing was published; `base_path` is decoded.

    `pages` are the URLs of posts and pages by the paths of their sources, with the base path.
    """

    answers: Mapping[str, Answer] | None
    base_path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)


class Builder(Protocol):
    """Whoever builds a blog for a server: below which decoded path, as far as is known now, and how."""

    base_path: str

    def look(self) -> Mapping[str, Answer]:
        """What stands of the site that an earlier run has built, however old."""

    def build(self, origin: str, offer: Offer | None = None, sweep: Sweep | None = None) -> Built:
        """Build for the server at `origin`; raises `Failure` where there is no blog to build.

        `offer` is given answers that can be had while the build is at work. `sweep` is a look at the sources, if one
        was just taken.
        """
