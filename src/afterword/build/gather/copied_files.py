"""Lists the files that a build copies: static files, page assets, theme assets; and the transcripts that it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.build.static_files import Copy
from afterword.core.diagnostics import Place
from afterword.site.page_assets import PageAsset

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from afterword.build.gather.blog import Blog
    from afterword.build.static_files import StaticFile


def list_copies(blog: Blog, attached: Iterable[PageAsset]) -> list[Copy]:
    """Lists the files to copy: the blog's static files, and page assets."""
    items = blog.static_files.items
    static = ((name, blog.theme.sources[name]) for name in blog.theme.own)
    found = [PageAsset(source, name, Place(source)) for name, source in static]
    found += (file for file in attached if file.source in items)
    return [
        Copy(
            file.output,
            file.source,
            items[file.source].digest,
            items[file.source].path,
            file.place,
            file.width,
            file.format,
        )
        for file in found
    ]


def list_assets(blog: Blog, names: Iterable[str]) -> list[Copy]:
    """Lists the assets of these names, whose outputs have digests in their names."""
    assets, sources = blog.theme.assets, blog.theme.sources
    items, stripped = blog.static_files.items, blog.theme.stripped
    return [
        Copy(
            output=assets[name].output,
            source=sources[name],
            digest=assets[name].digest,
            content=stripped[name] if name in stripped else items[sources[name]].path,
            place=Place(sources[name]),
        )
        for name in sorted(names)
    ]


def list_transcripts(blog: Blog, skipped: Collection[str]) -> Mapping[str, StaticFile]:
    """The files of transcripts by post, without those that belong to sources which are not in this build."""
    found = blog.transcripts.items()
    return {post: blog.static_files.items[source] for post, source in found if source not in skipped}
