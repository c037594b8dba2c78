"""What the benchmarks of all database engines share: the rows, the steps, the tables."""

import argparse
import datetime
import hashlib
import pathlib
import random
import shutil
import statistics
from collections.abc import Callable, Iterator

import machine
from measuring import Figures, count, measure, remove, say
from report import spread, write_between
from texts import Writer, pieces
from tools import Coffre, Restic, restic_binaries

ROOT = pathlib.Path(__file__).resolve().parent.parent
Found = dict[tuple[str, str], list[Figures]]
"""By what was done and the tool."""
GROWN = "1 % of a growing table: 0.8 % new, 0.2 % of the newest changed"
GROWN_MORE = "1 % new, and 1 % of the newest changed"
SCATTERED = "1 % of all rows changed, all over the place"


def accounts(count: int) -> Iterator[tuple[int, int, int, str]]:
    """Rows as pgbench's, with something in them."""
    for number in range(1, count + 1):
        yield number, number % 40, 0, hashlib.md5(b"%d" % number).hexdigest()


def texts(size: int) -> Iterator[tuple[bytes, bytes]]:
    """Title and text of so many bytes in all; never all at once: what this process holds, the kernel counts for each tool it
    starts."""
    writer = Writer(random.Random(15))
    for number, piece in enumerate(pieces(writer.prose, size)):
        step = 4000
        for start in range(0, len(piece), step):
            yield b"document %d" % number, piece[start:start + step]


def documents(size: int) -> Iterator[bytes]:
    """The texts as PostgreSQL's COPY and MariaDB's LOAD DATA read rows."""
    for title, text in texts(size):
        body = text.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\t", b" ")
        yield b"%b\t%b\n" % (title, body)


class Steps:
    """What was measured, step by step."""

    def __init__(self, coffre: Coffre, environment: dict[str, str]):
        self.coffre = coffre
        self.work: pathlib.Path = coffre.work
        self.environment = coffre.environment() | environment
        self.found: Found = {}
        self.sizes: dict[str, int] = {}

    def note(self, action: str, name: str, commands: list[list[str]]) -> None:
        figures = measure(commands, self.work, self.environment)
        self.found.setdefault((action, name), []).append(figures)
        say(f"{action}, {name}: {figures.wall:.2f} s")

    def shell(self, script: str) -> list[list[str]]:
        return [["bash", "-c", f"set -o pipefail; {script}"]]

    def new_repository(self) -> None:
        remove(*self.coffre.areas())
        measure(self.coffre.init(), self.work, self.environment)

    def second(self, backup: list[list[str]], change: Callable[[], None]) -> tuple[int, int]:
        """Bytes stored by a first backup, and added by one after a change."""
        self.new_repository()
        measure(backup, self.work, self.environment)
        first = count(self.work / "repository")[1]
        change()
        measure(backup, self.work, self.environment)
        return first, count(self.work / "repository")[1] - first

    def table(self, wanted: dict[tuple[str, str], float]) -> list[str]:
        lines = [
            "| | tool | wall, s | processor, s | memory, MB | size, MB | Coffre to it | wanted |",
            "|---|---|---|---|---|---|---|---|"]
        for (action, name), all_figures in sorted(
                self.found.items(), key=lambda item: (item[0][0], item[0][1] != "coffre")):
            own = statistics.median(figures.wall for figures in self.found[action, "coffre"])
            ratio = own / statistics.median(figures.wall for figures in all_figures)
            size = f"{self.sizes[name] / 1e6:.0f}" if action == "backup" else ""
            target = wanted.get((action, name))
            lines.append(
                f"| {action} | {name.replace('|', chr(92) + '|')} | {spread((f.wall for f in all_figures), 2)} | "
                f"{spread((f.cpu for f in all_figures), 2)} | {spread((f.memory / 1e6 for f in all_figures), 0)} | {size} | "
                f"{ratio:.2f} | {target if target else ''} |")
        return lines


def second_table(changes: dict[str, tuple[int, int]]) -> list[str]:
    """What `Steps.second` found, by the change."""
    lines = ["", "| second backup after | first, MB | adds, MB | share |", "|---|---|---|---|"]
    for change, (first, added) in changes.items():
        lines.append(f"| {change} | {first / 1e6:.0f} | {added / 1e6:.1f} | {added / first:.1%} |")
    return lines


class Bench:
    """One engine's benchmark: what it is told, and where its tables go.

    `name` is that of the program, of its folder below build/bench and of the page's markers.
    """

    def __init__(self, name: str, description: str, size: str):
        parser = argparse.ArgumentParser(
            description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--coffre", required=True, help="the program")
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--scale", type=float, default=1.0, help=f"of {size}")
        parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "bench" / name)
        parser.add_argument("--output", type=pathlib.Path, default=ROOT / "docs" / "benchmarks.md")
        arguments = parser.parse_args()
        self.name, self.rounds, self.scale, self.output = name, arguments.rounds, arguments.scale, arguments.output
        self.work: pathlib.Path = arguments.work.resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        (self.work / "password").write_text("benchmark\n")
        self.coffre = Coffre(str(pathlib.Path(arguments.coffre).resolve()), self.work)

    def restic(self) -> Restic | None:
        """The newest that is there."""
        binaries = restic_binaries(ROOT / "build" / "peers")
        return Restic(binaries[-1], self.work) if binaries else None

    def play(self, one: Callable[[], None]) -> None:
        """All rounds."""
        for number in range(self.rounds):
            say(f"round {number + 1} of {self.rounds}")
            one()

    def head(self, what: str, size: float) -> str:
        """What stands above the table."""
        return (
            f"{what} of {size / 1e6:.0f} MB, {machine.describe()}, {datetime.date.today()}, "
            f"`benchmarks/{self.name} --rounds {self.rounds} --scale {self.scale:g}`. Medians, with lowest and highest. "
            "Memory is that of the largest process")

    def finish(self, lines: list[str]) -> None:
        print("\n".join(lines))
        page = f"# How fast\n\n<!-- {self.name}: begin -->\n<!-- {self.name}: end -->\n"
        write_between(self.output, self.name, lines, page)
        shutil.rmtree(self.work)
