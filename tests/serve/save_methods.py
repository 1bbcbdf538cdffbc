"""The ways in which programs save a file. Each ends with the complete text in the file."""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    SaveMethod = Callable[[Path, str], None]

LONG_AGO = 1_000_000_000
"""A time of the year 2001, in seconds since 1970."""


def make_old(file: Path) -> None:
    os.utime(file, (LONG_AGO, LONG_AGO))


def in_place(file: Path, text: str) -> None:
    file.write_text(text)


def truncate_then_write(file: Path, text: str) -> None:
    with file.open("r+") as opened:
        opened.truncate()
        os.fsync(opened.fileno())
        for half in (text[:20], text[20:]):
            opened.write(half)
            opened.flush()
            os.fsync(opened.fileno())


def rename_over(file: Path, text: str) -> None:
    new = file.with_name(f".{file.name}.tmp")
    new.write_text(text)
    new.replace(file)


def rename_over_from_elsewhere(file: Path, text: str) -> None:
    new = file.parents[2] / "elsewhere"
    new.write_text(text)
    new.replace(file)


def rename_over_a_plain_name(file: Path, text: str) -> None:
    new = file.with_name("sedVXn4aT")
    new.write_text(text)
    new.replace(file)


def like_vim(file: Path, text: str) -> None:
    probe, backup = file.with_name("4913"), file.with_name(f"{file.name}~")
    probe.touch()
    probe.unlink()
    file.rename(backup)
    file.write_text(text)
    backup.unlink()


def like_vim_with_backups_copied(file: Path, text: str) -> None:
    swap, backup = file.with_name(f".{file.name}.swp"), file.with_name(f"{file.name}~")
    swap.write_text("swap")
    shutil.copy2(file, backup)
    file.write_text(text)
    backup.unlink()
    swap.unlink()


def like_emacs(file: Path, text: str) -> None:
    lock, auto = file.with_name(f".#{file.name}"), file.with_name(f"#{file.name}#")
    lock.symlink_to("somebody@somewhere.1234")
    auto.write_text(text)
    shutil.copy2(file, file.with_name(f"{file.name}~"))
    file.write_text(text)
    auto.unlink()
    lock.unlink()


def like_jetbrains(file: Path, text: str) -> None:
    new, old = file.with_name(f"{file.name}___jb_tmp___"), file.with_name(f"{file.name}___jb_old___")
    new.write_text(text)
    file.rename(old)
    new.rename(file)
    old.unlink()


def delete_and_recreate(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)


def twice(file: Path, text: str) -> None:
    file.write_text(text[:-10])
    file.write_text(text)


def in_small_pieces(file: Path, text: str) -> None:
    with file.open("wb", buffering=0) as opened:
        for byte in text.encode():
            opened.write(bytes([byte]))


def by_opening_it_again_and_again(file: Path, text: str) -> None:
    file.write_text("")
    for character in text:
        with file.open("a") as opened:
            opened.write(character)


def with_its_old_time(file: Path, text: str) -> None:
    before = file.stat()
    file.write_text(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def with_a_hard_link(file: Path, text: str) -> None:
    new = file.with_name(".new")
    new.write_text(text)
    file.unlink()
    os.link(new, file)
    new.unlink()


def with_a_link_to_it(file: Path, text: str) -> None:
    real = file.parents[1] / "real.md"
    real.write_text(text)
    file.unlink()
    file.symlink_to(f"../{real.name}")


def by_copying_the_folder(file: Path, text: str) -> None:
    folder, new = file.parent, file.parents[1] / "posts-new"
    shutil.copytree(folder, new, symlinks=True)
    (new / file.name).unlink()
    (new / file.name).write_text(text)
    shutil.rmtree(folder)
    new.rename(folder)


def like_sublime_text(file: Path, text: str) -> None:
    new = file.with_name(".sublAb3.tmp")
    new.write_text(text)
    new.chmod(file.stat().st_mode)
    new.replace(file)


def like_gedit(file: Path, text: str) -> None:
    new, backup = file.with_name(".goutputstream-Q3CV72"), file.with_name(f"{file.name}~")
    new.write_text(text)
    backup.unlink(missing_ok=True)
    os.link(file, backup)
    new.replace(file)


def like_kate(file: Path, text: str) -> None:
    new = file.with_name(f"{file.name}.AbCdEf")
    with new.open("w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)


def like_vs_code(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_TRUNC)
    os.write(descriptor, text.encode())
    os.fdatasync(descriptor)
    os.close(descriptor)


def like_libreoffice(file: Path, text: str) -> None:
    lock = file.with_name(f".~lock.{file.name}#")
    lock.write_text(",somebody,somewhere;")
    new = file.with_name("lu1234abcd.tmp")
    new.write_text(text)
    new.replace(file)
    lock.unlink()


def like_syncthing(file: Path, text: str) -> None:
    new = file.with_name(f".syncthing.{file.name}.tmp")
    new.write_text(text)
    make_old(new)
    new.replace(file)


def like_rsync(file: Path, text: str) -> None:
    new = file.with_name(f".{file.name}.x1Y2z3")
    new.write_text(text)
    make_old(new)
    new.replace(file)


def by_copying_an_older_file_with_its_time(file: Path, text: str) -> None:
    old = file.parents[2] / "older"
    old.write_text(text)
    make_old(old)
    shutil.copy2(old, file)


def by_unpacking_an_archive_over_it(file: Path, text: str) -> None:
    archive = file.parents[2] / "posts.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(zipfile.ZipInfo(f"posts/{file.name}", (2020, 1, 1, 0, 0, 0)), text)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(file.parents[1])
    make_old(file)


def twice_in_ten_milliseconds(file: Path, text: str) -> None:
    file.write_text(text.replace("said", "dias"))
    file.write_text(text)


def through_a_link_from_elsewhere(file: Path, text: str) -> None:
    real = file.parents[1] / "notes-on-x.md"
    real.write_text(text)
    new = file.with_name(".link")
    new.symlink_to(os.path.relpath(real, file.parent))
    new.replace(file)


def by_writing_where_a_link_leads(file: Path, text: str) -> None:
    through_a_link_from_elsewhere(file, file.read_text())
    (file.parents[1] / "notes-on-x.md").write_text(text)


def by_way_of_memory(file: Path, text: str) -> None:
    with file.open("r+b") as opened:
        opened.truncate(len(text))
        with mmap.mmap(opened.fileno(), len(text)) as mapped:
            mapped[:] = text.encode()


def by_adding_to_it(file: Path, text: str) -> None:
    head, _, end = text.partition("What")
    file.write_text(head)
    with file.open("a") as opened:
        opened.write(f"What{end}")


def and_crashing(file: Path, text: str) -> None:
    for name in (f".{file.name}.swp", "4913", f"#{file.name}#", f"{file.name}~", f"{file.name}___jb_tmp___"):
        file.with_name(name).write_text(text[:20])
    file.write_text(text)


def by_moving_it_away_and_back(file: Path, text: str) -> None:
    away = file.parents[2] / "away.md"
    file.rename(away)
    away.write_text(text)
    away.rename(file)


def with_sed(file: Path, text: str) -> None:
    subprocess.run(["sed", "-i", f"$c{text.splitlines()[-1]}", str(file)], check=True)


def with_vim(file: Path, text: str) -> None:
    command = [
        "vim",
        "-N",
        "-u",
        "NONE",
        "-i",
        "NONE",
        "-es",
        "-c",
        f"$s/.*/{text.splitlines()[-1]}/",
        "-c",
        "wq",
    ]
    subprocess.run([*command, str(file)], check=True, stdin=subprocess.DEVNULL)


def with_perl(file: Path, text: str) -> None:
    subprocess.run(["perl", "-i", "-pe", f"s/^What.*/{text.splitlines()[-1]}/", str(file)], check=True)


def with_ed(file: Path, text: str) -> None:
    script = f"$c\n{text.splitlines()[-1]}\n.\nw\nq\n"
    subprocess.run(["ed", "-s", str(file)], input=script.encode(), check=True)


def with_unzip(file: Path, text: str) -> None:
    archive = file.parents[2] / "posts.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(zipfile.ZipInfo(file.name, (2020, 1, 1, 0, 0, 0)), text)
    subprocess.run(["unzip", "-q", "-o", str(archive), "-d", str(file.parent)], check=True)


SAVE_METHODS: tuple[SaveMethod, ...] = (
    in_place,
    truncate_then_write,
    rename_over,
    rename_over_from_elsewhere,
    rename_over_a_plain_name,
    like_vim,
    like_vim_with_backups_copied,
    like_emacs,
    like_jetbrains,
    delete_and_recreate,
    twice,
    in_small_pieces,
    by_opening_it_again_and_again,
    with_its_old_time,
    with_a_hard_link,
    with_a_link_to_it,
    by_copying_the_folder,
    like_sublime_text,
    like_gedit,
    like_kate,
    like_vs_code,
    like_libreoffice,
    like_syncthing,
    like_rsync,
    by_copying_an_older_file_with_its_time,
    by_unpacking_an_archive_over_it,
    twice_in_ten_milliseconds,
    through_a_link_from_elsewhere,
    by_writing_where_a_link_leads,
    by_way_of_memory,
    by_adding_to_it,
    and_crashing,
    by_moving_it_away_and_back,
    with_sed,
    with_vim,
    with_perl,
    with_ed,
    with_unzip,
)

TOOLS: Mapping[SaveMethod, str] = {
    with_sed: "sed",
    with_vim: "vim",
    with_perl: "perl",
    with_ed: "ed",
    with_unzip: "unzip",
}
"""What some of them are done with."""
