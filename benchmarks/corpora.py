#!/usr/bin/env python3
"""Make the files that the benchmarks back up. The same name and scale give the same bytes on the same machine.

usage: benchmarks/corpora.py NAME FOLDER SCALE

  code    copies from this machine's /usr: up to 90 000 files, 1.3 GB (depends on what is installed)
  media   13 files that do not compress: 1.6 GB
  office  texts, tables, logs, and documents of word processors, spreadsheets and PDF: 1 GB in 2 000 files
  tiny    300 000 files of 0 to 4 kB, in folders as deep as node_modules are

SCALE multiplies the sizes and the numbers of files. It runs as a process of its own: `wait4` counts the memory of a
program's parent as the least that the program took, so the parent stays small.
"""

import os
import pathlib
import random
import sys
from collections.abc import Iterator

import documents
from texts import Writer, pieces, vocabulary

SEED = 20261121
PIECE = 1 << 20


def write(path: str, content: bytes, folder: int | None = None) -> None:
    """Makes one file, at the least cost. `folder` is a descriptor that `path` is relative to."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=folder)
    try:
        while content:
            content = content[os.write(file, content):]
    finally:
        os.close(file)


# ---- code

CODE_TOPS = ("include", "lib/python3", "share", "lib/node_modules", "local", "lib")
LARGEST_CODE = 8_000_000


def code_sources() -> Iterator[tuple[str, os.stat_result]]:
    """Regular files below /usr, those likely to be text first."""
    seen = set()
    for top in CODE_TOPS:
        for parent, folders, names in os.walk(f"/usr/{top}"):
            folders[:] = sorted(name for name in folders if os.path.join(parent, name) not in seen)
            for name in sorted(names):
                path = os.path.join(parent, name)
                facts = os.lstat(path)
                if path.isprintable() and os.path.isfile(path) and not os.path.islink(path):
                    yield path, facts
        seen.add(f"/usr/{top}")


def code(folder: str, scale: float) -> None:
    files_left, bytes_left = int(90_000 * scale), int(1_300_000_000 * scale)
    last_parent = None
    for source, facts in code_sources():
        if facts.st_size > min(bytes_left, LARGEST_CODE):
            continue
        try:
            with open(source, "rb", buffering=0) as file:
                content = file.read()
        except OSError:
            continue
        target = os.path.join(folder, source.removeprefix("/usr/"))
        parent = os.path.dirname(target)
        if parent != last_parent:
            os.makedirs(parent, exist_ok=True)
            last_parent = parent
        write(target, content)
        os.utime(target, ns=(facts.st_mtime_ns, facts.st_mtime_ns))
        files_left -= 1
        bytes_left -= len(content)
        if files_left <= 0 or bytes_left <= 0:
            return


# ---- media

def media(folder: str, scale: float) -> None:
    chance = random.Random(SEED)
    shares = [chance.uniform(0.3, 1.7) for _ in range(13)]
    for number, share in enumerate(shares):
        album = os.path.join(folder, f"album-{number // 4}")
        os.makedirs(album, exist_ok=True)
        left = int(1_600_000_000 * scale * share / sum(shares))
        with open(os.path.join(album, f"film-{number:02}.bin"), "wb") as file:
            while left > 0:
                file.write(chance.randbytes(min(left, PIECE)))
                left -= PIECE


# ---- office

def office(folder: str, scale: float) -> None:
    chance = random.Random(SEED)
    writer = Writer(chance)
    texts = {"txt": writer.prose, "csv": writer.table, "log": writer.log}
    wrapped = {"docx": documents.docx, "xlsx": documents.xlsx, "pdf": documents.pdf}
    endings = ("txt", "csv", "docx", "log", "txt", "pdf", "csv", "xlsx")
    # Most are small, some have tens of megabytes.
    shapes = [min(chance.lognormvariate(0, 1.5), 50) for _ in range(max(100, int(2000 * scale)))]
    unit = 1_000_000_000 * scale / sum(shapes)
    for number, shape in enumerate(shapes):
        size, ending = int(shape * unit), endings[number % len(endings)]
        department = os.path.join(folder, f"department-{number * 40 // len(shapes):02}")
        os.makedirs(department, exist_ok=True)
        path = os.path.join(department, f"{writer.words[number]}-{number}.{ending}")
        if ending in wrapped:
            write(path, wrapped[ending](writer, size))
            continue
        with open(path, "wb", buffering=0) as file:
            for piece in pieces(texts[ending], size):
                file.write(piece)


# ---- tiny

def tiny(folder: str, scale: float) -> None:
    """A walk that goes down into folders and up again, up to 14 deep; some nine files in each."""
    chance = random.Random(SEED)
    words = vocabulary(chance, 3000)
    writer = Writer(chance)
    pool = b"".join(pieces(writer.prose, 4_000_000))
    inner = ("lib", "dist", "src", "internal", "utils", "esm", "types")
    endings = (".js", ".ts", ".json", ".map", ".md")
    count = int(300_000 * scale)
    parts: list[str] = []
    number = 0
    while number < count:
        project = f"project-{number * 40 // count:02}"
        if not parts or parts[0] != project:
            parts = [project]
        elif len(parts) > 1 and (len(parts) >= 14 or chance.random() < 0.45):
            del parts[max(1, len(parts) - chance.randrange(1, 5)):]
        deeper = [chance.choice(inner)] if chance.random() < 0.5 else ["node_modules", f"{chance.choice(words)}-{number}"]
        parts += deeper
        parent = os.path.join(folder, *parts)
        os.makedirs(parent, exist_ok=True)
        descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
        for _ in range(min(chance.randrange(1, 18), count - number)):
            # Small ones are more frequent; hardly any two are equal: each begins with its number.
            size, at = int(4097 * chance.random() ** 2), chance.randrange(len(pool) - 4096)
            content = (b"%d " % number + pool[at:at + size])[:size]
            write(f"{words[number % 3000]}-{number}{endings[number % 5]}", content, descriptor)
            number += 1
        os.close(descriptor)


# ---- for `benchmarks/scale`

def grow(folder: str, first: int, last: int) -> None:
    """Small files with the numbers `first` to `last`, a hundred in a folder: a tree that can be made larger later."""
    chance = random.Random(SEED + first)
    pool = chance.randbytes(1_000_000).hex().encode()
    descriptor = None
    for number in range(first, last):
        if descriptor is None or number % 100 == 0:
            parent = os.path.join(folder, f"{number // 100_000:03}", f"{number // 10_000 % 10}", f"{number // 100 % 100:02}")
            os.makedirs(parent, exist_ok=True)
            if descriptor is not None:
                os.close(descriptor)
            descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
        at = chance.randrange(len(pool) - 400)
        write(f"{number}", b"%d " % number + pool[at:at + 50 + number % 300], descriptor)
    if descriptor is not None:
        os.close(descriptor)


MAKERS = {maker.__name__: maker for maker in (code, media, office, tiny)}


def main(arguments: list[str]) -> int:
    if len(arguments) == 4 and arguments[0] == "grow":
        grow(arguments[1], int(arguments[2]), int(arguments[3]))
        return 0
    if len(arguments) != 3 or arguments[0] not in MAKERS:
        print(__doc__, file=sys.stderr)
        return 2
    name, folder, scale = arguments
    pathlib.Path(folder).mkdir(parents=True)
    MAKERS[name](folder, float(scale))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
