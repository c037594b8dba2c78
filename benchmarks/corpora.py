#!/usr/bin/env python3
"""Make the files that the benchmark backs up. The same seed and scale give the same bytes.

usage: benchmarks/corpora.py NAME FOLDER SCALE

  code    copies from this machine's /usr: up to 90 000 files, 1.3 GB (depends on what is installed)
  office  generated texts, tables and logs: 1 GB in 2 000 files
  media   13 files that do not compress: 1.6 GB
  tiny    300 000 files of 0 to 4 kB

SCALE multiplies the sizes and the numbers of files.
"""

import os
import pathlib
import random
import shutil
import sys

SEED = 20261121


def code(folder, scale):
    files_left, bytes_left = int(90_000 * scale), int(1_300_000_000 * scale)
    for top in ("/usr/include", "/usr/lib/python3", "/usr/share"):
        for parent, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                source = os.path.join(parent, name)
                try:
                    facts = os.lstat(source)
                    if not os.path.isfile(source) or os.path.islink(source) or facts.st_size > bytes_left:
                        continue
                    target = os.path.join(folder, source.lstrip("/"))
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    shutil.copy2(source, target)
                except OSError:
                    continue
                files_left -= 1
                bytes_left -= facts.st_size
                if files_left <= 0 or bytes_left <= 0:
                    return


def vocabulary(chance, size):
    syllables = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is", "ou")]
    return ["".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(size)]


def office(folder, scale):
    chance = random.Random(SEED)
    words = vocabulary(chance, 12_000)
    weights = [1 / (rank + 3) for rank in range(len(words))]
    total = 0.0
    cumulative = [total := total + weight for weight in weights]

    def sentences(size):
        made = 0
        while made < size:
            line = " ".join(chance.choices(words, cum_weights=cumulative, k=2000))
            yield line + ".\n"
            made += len(line)

    def table(size):
        made, row = 0, chance.randrange(10**6)
        names = chance.choices(words, k=400)
        while made < size:
            cells = chance.choices(names, k=3000)
            lines = []
            for cell in cells:
                row += 1
                amount = chance.getrandbits(20)
                lines.append(f"{row};2026-{row % 12 + 1:02}-{row % 28 + 1:02};{cell};{amount / 100};{amount % 97}\n")
            text = "".join(lines)
            yield text
            made += len(text)

    def log(size):
        made, clock = 0, 1_790_000_000
        paths = ["/" + "/".join(chance.choices(words, k=3)) for _ in range(300)]
        while made < size:
            lines = []
            for path in chance.choices(paths, k=3000):
                clock += 1
                bits = chance.getrandbits(44)
                lines.append(f"{clock} 10.0.{bits & 7}.{bits >> 3 & 255} GET {path}?id={bits >> 11} 200 {bits >> 24}\n")
            text = "".join(lines)
            yield text
            made += len(text)

    # Sizes between 10 kB and 10 MB, most of them small, of the wanted sum.
    shapes = [chance.lognormvariate(0, 1.5) for _ in range(max(10, int(2000 * scale)))]
    unit = 1_000_000_000 * scale / sum(shapes)
    kinds = ((sentences, "txt"), (table, "csv"), (log, "log"))
    for number, shape in enumerate(shapes):
        write, ending = kinds[number % 3]
        path = pathlib.Path(folder, f"{number // 100:03}", f"{words[number]}-{number}.{ending}")
        path.parent.mkdir(exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            left = int(shape * unit)
            for text in write(left):
                file.write(text[:left])
                left -= len(text)


def media(folder, scale):
    chance = random.Random(SEED)
    shares = [chance.uniform(0.3, 1.7) for _ in range(13)]
    for number, share in enumerate(shares):
        left = int(1_600_000_000 * scale * share / sum(shares))
        with open(os.path.join(folder, f"film-{number:02}.bin"), "wb") as file:
            while left > 0:
                file.write(chance.randbytes(min(left, 1 << 20)))
                left -= 1 << 20


def tiny(folder, scale):
    chance = random.Random(SEED)
    words = vocabulary(chance, 3000)
    pool = " ".join(chance.choices(words, k=200_000)).encode()
    for number in range(int(300_000 * scale)):
        parent = os.path.join(folder, f"{number // 30_000:02}", f"{number // 300 % 100:02}")
        if number % 300 == 0:
            os.makedirs(parent, exist_ok=True)
        size, at = chance.randrange(4096), chance.randrange(len(pool) - 4096)
        with open(os.path.join(parent, f"{number}.txt"), "wb") as file:
            # Hardly any two are equal: each begins with its number.
            file.write((b"%d " % number + pool[at : at + size])[:size])


def main(arguments):
    makers = {maker.__name__: maker for maker in (code, office, media, tiny)}
    if len(arguments) != 3 or arguments[0] not in makers:
        print(__doc__, file=sys.stderr)
        return 2
    name, folder, scale = arguments
    os.makedirs(folder)
    makers[name](folder, float(scale))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
