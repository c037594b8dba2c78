#!/usr/bin/env python3
"""Change a part of a corpus as a day's work does, and undo it, so that each tool sees the same change.

usage: benchmarks/mutation.py FOLDER

2 % of the files get bytes appended, overwritten or inserted in the middle, in turn, and the two largest always get an
insertion; 0.2 % are deleted, 0.2 % are new; one folder near the top is renamed. What is chosen depends on the names and
sizes only. Called as a program it prepares the change, once: the new contents go to FOLDER.changes beside the corpus.
Applying is then nothing but renames, forth and back, which cost no reading and no writing.
"""

import collections
import dataclasses
import json
import os
import pathlib
import random
import shutil
import sys
from collections.abc import Iterator

SEED = 20261122
KINDS = ("append", "overwrite", "insert")
PLAN = "plan.json"


@dataclasses.dataclass
class Plan:
    """Paths are relative to the corpus."""

    changed: dict[str, str]
    deleted: list[str]
    new: list[str]
    renamed: tuple[str, str] | None


def list_files(folder: pathlib.Path) -> list[str]:
    """Relative paths, sorted."""
    found = []
    for parent, _, names in os.walk(folder):
        found += [os.path.relpath(os.path.join(parent, name), folder) for name in names]
    return sorted(found)


def share(count: int, part: float) -> int:
    """At least one, unless there are so few files that one is much."""
    return max(1, round(count * part)) if count >= 50 else round(count * part)


def choose_folder(files: list[str]) -> str | None:
    """A folder as near the top as can be that holds about 2 % of the files: 0.5 % to 5 %, else what is nearest."""
    wanted, found = len(files) * 0.02, []
    for depth in (1, 2, 3):
        counts = collections.Counter("/".join(path.split("/")[:depth]) for path in files if path.count("/") >= depth)
        if not counts:
            break
        top = min(sorted(counts), key=lambda folder: abs(counts[folder] - wanted))
        if wanted / 4 <= counts[top] <= wanted * 2.5:
            return top
        found.append((abs(counts[top] - wanted), depth, top))
    return min(found)[2] if found else None


def make_plan(folder: pathlib.Path) -> Plan:
    chance = random.Random(SEED)
    files = list_files(folder)
    sizes = {path: os.lstat(folder / path).st_size for path in files}
    largest = sorted(files, key=lambda path: (-sizes[path], path))[:2]
    others = sorted(set(files) - set(largest))
    changing, leaving = share(len(files), 0.02), share(len(files), 0.002)
    chosen = chance.sample(others, min(changing + leaving, len(others)))
    changed = {path: KINDS[number % 3] for number, path in enumerate(chosen[:changing])}
    changed |= {path: "insert" for path in largest}
    beside = chance.choices(files, k=share(len(files), 0.002)) if files else []
    new = [f"{path}.new-{number}" for number, path in enumerate(beside)]
    top = choose_folder(files)
    return Plan(changed, chosen[changing:], new, (top, f"{top} (renamed)") if top else None)


def change(source: pathlib.Path, target: pathlib.Path, kind: str, chance: random.Random) -> None:
    """Writes the changed content of `source` to `target`. How much changes depends on the size."""
    size = source.stat().st_size
    piece = chance.randbytes(max(1, min(size // 10, 20_000)))
    middle = max(0, size // 2 - (len(piece) // 2 if kind == "overwrite" else 0))
    at, passed = (size, 0) if kind == "append" else (middle, len(piece) if kind == "overwrite" else 0)
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(source, "rb") as old, open(target, "wb") as new:
        left = at
        while left > 0:
            left -= new.write(old.read(min(left, 1 << 20)))
        new.write(piece)
        old.seek(at + passed)
        shutil.copyfileobj(old, new, 1 << 20)
    shutil.copymode(source, target)


def prepare(folder: pathlib.Path) -> None:
    """Writes plan and new contents."""
    chance = random.Random(SEED + 1)
    plan = make_plan(folder)
    area = changes_of(folder)
    shutil.rmtree(area, ignore_errors=True)
    for part in ("changed", "new", "old"):
        (area / part).mkdir(parents=True)
    for path, kind in plan.changed.items():
        change(folder / path, area / "changed" / path, kind, chance)
    for path in plan.new:
        target = area / "new" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(chance.randbytes(chance.randrange(100, 20_000)))
    (area / PLAN).write_text(json.dumps(dataclasses.asdict(plan), indent=1))


def changes_of(folder: pathlib.Path) -> pathlib.Path:
    return folder.with_name(folder.name + ".changes")


class Mutation:
    """A prepared change of one corpus."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.area = changes_of(folder)
        self.plan = Plan(**json.loads((self.area / PLAN).read_text()))
        self.mark = folder.with_name(folder.name + ".mutated")
        """Stands while the change is applied: what an interrupted run leaves is not taken for the corpus."""

    def moves(self) -> Iterator[tuple[pathlib.Path, pathlib.Path]]:
        """All renames of the change, in order."""
        for path in [*self.plan.changed, *self.plan.deleted]:
            yield self.folder / path, self.area / "old" / path
        for path in self.plan.changed:
            yield self.area / "changed" / path, self.folder / path
        for path in self.plan.new:
            yield self.area / "new" / path, self.folder / path
        if self.plan.renamed:
            before, after = self.plan.renamed
            yield self.folder / before, self.folder / after

    def apply(self) -> None:
        self.mark.touch()
        for before, after in self.moves():
            after.parent.mkdir(parents=True, exist_ok=True)
            os.rename(before, after)

    def undo(self) -> None:
        """Takes the change back. Times of changed folders differ then; names, contents and files' times do not."""
        for before, after in reversed(list(self.moves())):
            os.rename(after, before)
        self.mark.unlink()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    prepare(pathlib.Path(sys.argv[1]))
