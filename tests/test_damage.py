"""A damaged cache: whatever is in the store's place, the next build equals a clean one, and the one after is warm.

Each kind of damage is done to the store of one small blog. The build after it must give the tree and the messages of a
clean build, and so must the build after an edit on top of it; then a build must render nothing. The kinds with a name
and some of the others are tried each time, five hundred by `make soak` (`AFTERWORD_DAMAGES`).
"""

from __future__ import annotations

import contextlib
import os
import pickle
import random
import shutil
import socket
import sqlite3
import zlib
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING

import pytest

from afterword.cache.store import FORMAT, NAMESPACES, PAGE_SIZE, Namespace, Store
from afterword.core import fingerprints as stamps
from tests.conftest import Blog
from tests.incremental.random_blog import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic

COUNT = int(os.environ.get("AFTERWORD_DAMAGES", "140"))
EDITED = "posts/2026-01-01-first.md"
BLOG = """
-- static/look.css --
a { color: red }
-- posts/2026-01-01-first.md --
---
title: First
tags: [llm]
---
One [two](2026-01-02-second.md#part), and [nothing](#nothing).
-- posts/2026-01-02-second.md --
---
title: Second
tags: [llm, python]
---
Two.

## Part
-- pages/about.md --
---
title: About
---
About [this](../posts/2026-01-01-first.md).
"""


@dataclass(frozen=True)
class Damage:
    """One kind of damage: its name, and what does it to the cache's file, by its path and by chance."""

    name: str
    do: Callable[[Path, random.Random], None]
    heals: bool = True
    """Whether the store can be used again after it."""


# What is in the store's place


def put(content: bytes) -> Callable[[Path, random.Random], None]:
    """Replace the cache by these bytes."""
    return lambda cache, _: _replace(cache, content)


def _replace(cache: Path, content: bytes) -> None:
    cache.write_bytes(content)


def put_folder(cache: Path, _: random.Random) -> None:
    cache.unlink()
    cache.mkdir()
    (cache / "notes.txt").write_text("notes")


def put_fifo(cache: Path, _: random.Random) -> None:
    cache.unlink()
    os.mkfifo(cache)


def put_socket(cache: Path, _: random.Random) -> None:
    cache.unlink()
    with contextlib.chdir(cache.parent), socket.socket(socket.AF_UNIX) as listener:
        listener.bind(cache.name)  # the path of a socket must be short


def put_link(target: str) -> Callable[[Path, random.Random], None]:
    """Put a symbolic link in the cache's place; a relative target is in the blog's folder."""

    def do(cache: Path, _: random.Random) -> None:
        cache.unlink()
        cache.symlink_to(cache.parent.parent / target)

    return do


def link_to_a_copy(cache: Path, _: random.Random) -> None:
    cache.rename(cache.with_name("elsewhere.db"))
    cache.symlink_to("elsewhere.db")


def put_foreign_database(cache: Path, _: random.Random) -> None:
    cache.unlink()
    with contextlib.closing(sqlite3.connect(cache)) as connection, connection:
        connection.execute("CREATE TABLE notes (text)")
        connection.execute("INSERT INTO notes VALUES ('mine')")


def take_rights(cache: Path, _: random.Random) -> None:
    cache.chmod(0)


def make_read_only(cache: Path, _: random.Random) -> None:
    cache.chmod(0o444)


def make_folder_read_only(cache: Path, _: random.Random) -> None:
    cache.parent.chmod(0o555)


def delete(cache: Path, _: random.Random) -> None:
    cache.unlink()


def replace_state_by_text(cache: Path, _: random.Random) -> None:
    shutil.rmtree(cache.parent)
    cache.parent.write_text("not a folder")


def replace_state_by_fifo(cache: Path, _: random.Random) -> None:
    shutil.rmtree(cache.parent)
    os.mkfifo(cache.parent)


def replace_state_by_dangling_link(cache: Path, _: random.Random) -> None:
    shutil.rmtree(cache.parent)
    cache.parent.symlink_to("nowhere/at/all")


def link_state(cache: Path, _: random.Random) -> None:
    elsewhere = cache.parent.with_name("state")
    if cache.parent.is_symlink():
        return
    cache.parent.rename(elsewhere)
    cache.parent.symlink_to(elsewhere.name)


def put_beside(suffix: str, content: bytes | None) -> Callable[[Path, random.Random], None]:
    """Put a file, or a folder, where SQLite keeps a file of its own."""

    def do(cache: Path, _: random.Random) -> None:
        other = cache.with_name(cache.name + suffix)
        if content is None:
            other.mkdir()
        else:
            other.write_bytes(content)

    return do


def put_seal(make: Callable[[Path], object]) -> Callable[[Path, random.Random], None]:
    """Put something else in the place of the store's seal."""

    def do(cache: Path, _: random.Random) -> None:
        seal = cache.with_suffix(".seal")
        seal.unlink(missing_ok=True)
        make(seal)

    return do


# What is in the store


def run(*statements: str) -> Callable[[Path, random.Random], None]:
    """Change the store with SQL."""

    def do(cache: Path, _: random.Random) -> None:
        with contextlib.closing(sqlite3.connect(cache, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return do


def list_rows(connection: sqlite3.Connection, namespace: Namespace) -> list[tuple[str, str, int]]:
    """The rows of a namespace with their checksums, but for the one that ends it."""
    return connection.execute(
        "SELECT key, value, checksum FROM entries WHERE namespace = ? AND value != '' ORDER BY key", (namespace,)
    ).fetchall()


def swap_rows(namespace: Namespace) -> Callable[[Path, random.Random], None]:
    """Exchange the values, with their checksums, of two rows of a namespace."""

    def do(cache: Path, chance: random.Random) -> None:
        with contextlib.closing(sqlite3.connect(cache)) as connection, connection:
            first, second = chance.sample(list_rows(connection, namespace), 2)
            for key, (_, value, checksum) in ((first[0], second), (second[0], first)):
                connection.execute(
                    "UPDATE entries SET value = ?, checksum = ? WHERE namespace = ? AND key = ?",
                    (value, checksum, namespace, key),
                )

    return do


def swap_namespaces(one: str, other: str) -> Callable[[Path, random.Random], None]:
    return run(
        f"UPDATE entries SET namespace = 'aside' WHERE namespace = '{one}'",
        f"UPDATE entries SET namespace = '{one}' WHERE namespace = '{other}'",
        f"UPDATE entries SET namespace = '{other}' WHERE namespace = 'aside'",
    )


def lose_a_row(namespace: Namespace) -> Callable[[Path, random.Random], None]:
    def do(cache: Path, chance: random.Random) -> None:
        with contextlib.closing(sqlite3.connect(cache)) as connection, connection:
            key, _, _ = chance.choice(list_rows(connection, namespace))
            connection.execute("DELETE FROM entries WHERE namespace = ? AND key = ?", (namespace, key))

    return do


def misspell(namespace: Namespace) -> Callable[[Path, random.Random], None]:
    """Exchange one character of one value."""

    def do(cache: Path, chance: random.Random) -> None:
        with contextlib.closing(sqlite3.connect(cache)) as connection, connection:
            key, value, _ = chance.choice([row for row in list_rows(connection, namespace) if row[1]])
            place = chance.randrange(len(value))
            other = value[:place] + ("x" if value[place] != "x" else "y") + value[place + 1 :]
            connection.execute("UPDATE entries SET value = ? WHERE namespace = ? AND key = ?", (other, namespace, key))

    return do


def misshape(namespace: Namespace, value: str) -> Callable[[Path, random.Random], None]:
    """Give the rows of a namespace, by its own means, a value that is none."""

    def do(cache: Path, _: random.Random) -> None:
        with contextlib.closing(sqlite3.connect(cache)) as connection:
            version = connection.execute("SELECT version FROM identity").fetchone()[0]
        store = Store(cache, version)
        store.commit({namespace: dict.fromkeys(store.load(namespace), value)}, {})
        store.close()

    return do


# What is in the file


def flip_a_bit(cache: Path, chance: random.Random) -> None:
    data = bytearray(cache.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    cache.write_bytes(data)


def damage_the_header(cache: Path, chance: random.Random) -> None:
    data = bytearray(cache.read_bytes())
    data[chance.randrange(100)] = chance.randrange(256)
    cache.write_bytes(data)


def damage_a_page_header(cache: Path, chance: random.Random) -> None:
    data = bytearray(cache.read_bytes())
    data[_pick_page(data, chance) + chance.randrange(16)] = chance.randrange(256)
    cache.write_bytes(data)


def truncate(cache: Path, chance: random.Random) -> None:
    os.truncate(cache, chance.randrange(cache.stat().st_size))


def lose_a_page(cache: Path, chance: random.Random) -> None:
    data = cache.read_bytes()
    start = _pick_page(data, chance)
    cache.write_bytes(data[:start] + data[start + PAGE_SIZE :])


def blank_a_block(cache: Path, chance: random.Random) -> None:
    data = bytearray(cache.read_bytes())
    start = chance.randrange(0, len(data), 512)
    data[start : start + 512] = bytes([chance.choice((0, 255))]) * 512
    cache.write_bytes(data)


def blank_a_page(cache: Path, chance: random.Random) -> None:
    data = bytearray(cache.read_bytes())
    start = _pick_page(data, chance)
    data[start : start + PAGE_SIZE] = bytes(PAGE_SIZE)
    cache.write_bytes(data)


def swap_pages(cache: Path, chance: random.Random) -> None:
    data = bytearray(cache.read_bytes())
    first, second = chance.sample(range(0, len(data), PAGE_SIZE), 2)
    one, other = data[first : first + PAGE_SIZE], data[second : second + PAGE_SIZE]
    data[first : first + PAGE_SIZE], data[second : second + PAGE_SIZE] = other, one
    cache.write_bytes(data)


def repeat_a_page(cache: Path, chance: random.Random) -> None:
    data = bytearray(cache.read_bytes())
    start, target = _pick_page(data, chance), _pick_page(data, chance)
    data[target : target + PAGE_SIZE] = data[start : start + PAGE_SIZE]
    cache.write_bytes(data)


def scatter(cache: Path, chance: random.Random) -> None:
    data = bytearray(cache.read_bytes())
    for _ in range(50):
        data[chance.randrange(len(data))] = chance.randrange(256)
    cache.write_bytes(data)


def append(cache: Path, chance: random.Random) -> None:
    with cache.open("ab") as file:
        file.write(chance.randbytes(chance.randrange(1, 9000)))


def _pick_page(data: bytes | bytearray, chance: random.Random) -> int:
    return chance.randrange(0, len(data), PAGE_SIZE)


class Planted:
    """What makes a folder when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, ("unpickled",)


IN_ITS_PLACE = [
    Damage("nothing", delete),
    Damage("empty file", put(b"")),
    Damage("text", put(b"Remember the milk.\n")),
    Damage("pickle", put(pickle.dumps(Planted()))),
    Damage("gzip", put(zlib.compress(b"x" * 10_000))),
    Damage("noise", put(random.Random(1).randbytes(20_000))),
    Damage("a database's first bytes alone", put(b"SQLite format 3\x00")),
    Damage("zeros", put(bytes(40_960))),
    Damage("foreign database", put_foreign_database),
    Damage("folder", put_folder),
    Damage("fifo", put_fifo),
    Damage("socket", put_socket),
    Damage("link to a post", put_link(EDITED)),
    Damage("link to nowhere", put_link("nowhere.db")),
    Damage("link to itself", put_link(".afterword/cache.db")),
    Damage("link to an endless device", put_link("/dev/zero")),
    Damage("link to a copy", link_to_a_copy),
    Damage("file without rights", take_rights),
    Damage("read-only file", make_read_only),
    Damage("read-only folder", make_folder_read_only, heals=os.getuid() == 0),
    Damage("text as state folder", replace_state_by_text, heals=False),
    Damage("fifo as state folder", replace_state_by_fifo, heals=False),
    Damage("link to nowhere as state folder", replace_state_by_dangling_link, heals=False),
    Damage("link as state folder", link_state),
    Damage("garbage as journal", put_beside("-journal", b"garbage" * 1000)),
    Damage("folder as journal", put_beside("-journal", None)),
    Damage("garbage as log", put_beside("-wal", b"garbage" * 1000)),
    Damage("folder as log", put_beside("-wal", None)),
    Damage("garbage as index of the log", put_beside("-shm", b"garbage" * 1000)),
    Damage("no seal", put_seal(lambda _: None)),
    Damage("garbage as seal", put_seal(lambda seal: seal.write_bytes(b"\xff" * 10_000))),
    Damage("fifo as seal", put_seal(os.mkfifo)),
    Damage("link to a post as seal", put_seal(lambda seal: seal.symlink_to(f"../{EDITED}"))),
    Damage("link to an endless device as seal", put_seal(lambda seal: seal.symlink_to("/dev/zero"))),
]

IN_IT = [
    Damage("another format", run(f"UPDATE identity SET format = {FORMAT + 1}")),
    Damage("another version", run("UPDATE identity SET version = 'another'")),
    Damage("no identity", run("DELETE FROM identity")),
    Damage("two identities", run("INSERT INTO identity SELECT * FROM identity")),
    Damage("an identity that is no text", run("UPDATE identity SET version = x'ff00'")),
    Damage("an version that is no text", run("UPDATE identity SET version = CAST(x'ff' AS TEXT)")),
    Damage("no table of identity", run("DROP TABLE identity")),
    Damage("no table of rows", run("DROP TABLE entries")),
    Damage("fewer columns", run("ALTER TABLE entries DROP COLUMN checksum")),
    Damage("more columns", run("ALTER TABLE entries ADD COLUMN more")),
    Damage("log in place of journal", run("PRAGMA journal_mode = WAL")),
    Damage("other page size", run("PRAGMA page_size = 512", "VACUUM")),
    Damage(
        "trigger",
        run("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries WHERE namespace = 'dependencies'; END"),
    ),
    Damage("view", run("ALTER TABLE entries RENAME TO rows", "CREATE VIEW entries AS SELECT * FROM rows")),
    Damage("index", run("CREATE INDEX i ON entries (value)")),
    Damage("no rows", run("DELETE FROM entries")),
    Damage("wrong checksums", run("UPDATE entries SET checksum = checksum + 1")),
    Damage("no checksums", run("UPDATE entries SET checksum = NULL")),
    Damage("checksums of text", run("UPDATE entries SET checksum = 'checksum'")),
    Damage("keys of bytes", run("UPDATE OR REPLACE entries SET key = CAST(key AS BLOB)")),
    Damage("values of bytes", run("UPDATE entries SET value = CAST(value AS BLOB)")),
    Damage("values that are no text", run("UPDATE entries SET value = CAST(x'fffe' AS TEXT)")),
    Damage("values that are numbers", run("UPDATE entries SET value = 7")),
    Damage("no values", run("UPDATE entries SET value = NULL")),
    *(Damage(f"lost namespace {name}", run(f"DELETE FROM entries WHERE namespace = '{name}'")) for name in NAMESPACES),
    *(Damage(f"swapped rows of {name}", swap_rows(name)) for name in NAMESPACES),
    *(Damage(f"lost row of {name}", lose_a_row(name)) for name in NAMESPACES),
    *(Damage(f"misspelt row of {name}", misspell(name)) for name in NAMESPACES),
    *(
        Damage(f"swapped namespaces {one} and {other}", swap_namespaces(one, other))
        for one, other in [
            ("posts", "bodies"),
            ("bodies", "body_html"),
            ("body_meta", "body_html"),
            ("pages", "outputs"),
        ]
    ),
    *(
        Damage(f"{name} of the form {value[:8] or 'empty'}", misshape(name, value))
        for name in NAMESPACES
        for value in ("null", "[]", "[" * 5000)
    ),
]

IN_THE_FILE = [
    flip_a_bit,
    damage_the_header,
    truncate,
    blank_a_block,
    damage_a_page_header,
    swap_pages,
    scatter,
    blank_a_page,
    repeat_a_page,
    append,
    lose_a_page,
]


def list_damages(count: int) -> Iterator[Damage]:
    """So many kinds of damage: those with a name first, then damage by chance, a little of each in turn."""
    yield from (*IN_ITS_PLACE, *IN_IT)
    rest = count - len(IN_ITS_PLACE) - len(IN_IT)
    for index, do in enumerate(islice(cycle(IN_THE_FILE), max(0, rest))):
        yield Damage(f"{do.__name__.replace('_', ' ')} {index // len(IN_THE_FILE)}", do)


DAMAGES = list(list_damages(COUNT))


@dataclass(frozen=True)
class Clean:
    """What a clean build gives: the tree and the messages."""

    tree: Mapping[str, bytes]
    diagnostics: tuple[Diagnostic, ...]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """A small blog, whose files are taken to be old enough for their stamps to be believed."""
    root = tmp_path_factory.mktemp("damage") / "blog"
    root.mkdir()
    blog = Blog(root).add(BLOG)
    for name, text in TEMPLATES.items():
        blog.write(f"templates/{name}", text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamps, "SETTLING", -60_000_000_000)
        yield blog


@pytest.fixture(scope="module")
def expected(planted: Blog, tmp_path_factory: pytest.TempPathFactory) -> tuple[Clean, Clean]:
    """What clean builds give before the edit, and after it."""
    before = build_clean(planted, tmp_path_factory.mktemp("before"))
    text = (planted.root / EDITED).read_text()
    planted.write(EDITED, text + EDIT)
    after = build_clean(planted, tmp_path_factory.mktemp("after"))
    planted.write(EDITED, text)
    return before, after


EDIT = "\nMore of it, and [the part](2026-01-02-second.md#no-part).\n"


def build_clean(blog: Blog, folder: Path) -> Clean:
    report = blog.build(destination=folder / "site", cache=False)
    return Clean(Blog(folder).tree(), report.diagnostics)


@pytest.mark.parametrize("damage", DAMAGES, ids=[damage.name for damage in DAMAGES])
def test_damage_heals_in_one_build(
    planted: Blog, expected: tuple[Clean, Clean], damage: Damage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    state = planted.root / ".afterword"
    text = (planted.root / EDITED).read_text()
    try:
        planted.build()
        planted.build()
        damage.do(state / "cache.db", random.Random(damage.name))
        check(planted, expected[0], damage)
        if damage.heals:
            damage.do(state / "cache.db", random.Random(damage.name))
        planted.write(EDITED, text + EDIT)
        check(planted, expected[1], damage)
        assert not (tmp_path / "unpickled").exists(), "nothing that is read is executed"
    finally:
        planted.write(EDITED, text)
        remove(state)


def check(blog: Blog, clean: Clean, damage: Damage) -> None:
    """Two builds give what a clean build gives, and the second one makes nothing again."""
    for _ in range(2):
        report = blog.build()
        assert report.published
        assert blog.tree() == clean.tree
        assert report.diagnostics == clean.diagnostics
    if damage.heals:
        assert dict(report.rendered) == {}


def remove(state: Path) -> None:
    """Remove a state folder, or whatever is in its place."""
    for linked in (state, state.with_name("state")):
        if linked.is_symlink() or not linked.is_dir():
            linked.unlink(missing_ok=True)
        else:
            linked.chmod(0o755)
            shutil.rmtree(linked)


def test_the_kinds_of_damage_are_all_different() -> None:
    assert len({damage.name for damage in DAMAGES}) == len(DAMAGES) >= 120
