"""What the benchmarks of all database engines share: the texts, the steps, the table."""

import pathlib
import random
import statistics
from collections.abc import Iterator

from measuring import Figures, measure, remove, say
from report import spread
from texts import Writer, pieces
from tools import Coffre

Found = dict[tuple[str, str], list[Figures]]
"""By what was done and the tool."""


def documents(size: int) -> Iterator[bytes]:
    """Title and text of so many bytes in all, as PostgreSQL's COPY and MariaDB's LOAD DATA read rows; never all at once: what
    this process holds, the kernel counts for each tool it starts."""
    writer = Writer(random.Random(15))
    for number, piece in enumerate(pieces(writer.prose, size)):
        step = 4000
        for start in range(0, len(piece), step):
            body = piece[start:start + step].replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\t", b" ")
            yield b"document %d\t%s\n" % (number, body)


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
