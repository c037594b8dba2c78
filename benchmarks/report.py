"""The tables that people read, and the page that holds them between two markers."""

import dataclasses
import os
import pathlib
import statistics
import sys
from collections.abc import Callable, Iterable

import targets
from measuring import Figures
from rounds import Outcome
from tools import STEPS, Tool

METHODS = ("LIST", "HEAD", "GET", "POST", "DELETE")


@dataclasses.dataclass
class Measured:
    """All that was measured with one corpus. `rounds` and `requests` go by the tools' names."""

    name: str
    files: int
    size: int
    tools: list[Tool]
    steps: list[str]
    rounds: dict[str, list[Outcome]]
    requests: dict[str, dict[str, dict[str, int]]]
    source_system: str = "tmpfs"
    restored_to: str = "tmpfs"
    left_out: int = 0
    profiles: dict[str, tuple[dict[str, float], list[str]]] = dataclasses.field(default_factory=dict)
    """Of Coffre, by step: percent of its processor time by part, and the functions that took most."""
    alone: list[Figures] = dataclasses.field(default_factory=list)
    """Of Coffre's first backups with one processor."""

    def allowed_wall(self) -> float:
        """What the first backup would take if all processors were busy all the time."""
        return statistics.median(one.cpu for one in self.alone) / len(os.sched_getaffinity(0))

    def values(self, tool: Tool, step: str, figure: str) -> list[float]:
        return [getattr(outcome.steps[step], figure) for outcome in self.rounds[tool.name]]

    def ratio(self, tool: Tool, other: Tool, step: str, figure: str) -> float:
        """Between the medians."""
        mine, others = (statistics.median(self.values(one, step, figure)) for one in (tool, other))
        return mine / others

    def least_restic(self, value: Callable[[Tool], float]) -> Tool | None:
        return min((tool for tool in self.tools if tool.kind == "restic"), key=value, default=None)

    def fastest_restic(self, step: str) -> Tool | None:
        return self.least_restic(lambda tool: statistics.median(self.values(tool, step, "wall")))

    def sizes(self) -> list[str]:
        """Steps after which the repository was weighed."""
        return [step for step in ("first", "prune") if step in self.steps]

    def size_after(self, tool: Tool, step: str) -> float:
        return statistics.median(outcome.sizes[step] for outcome in self.rounds[tool.name])

    def request_count(self, tool: Tool, step: str) -> int:
        return sum(self.requests[tool.name][step].values())


def spread(values: Iterable[float], digits: int) -> str:
    """`3.1 (2.9–3.4)`: median, lowest, highest."""
    all_values = sorted(values)
    middle = f"{statistics.median(all_values):.{digits}f}"
    return middle if len(all_values) == 1 else f"{middle} ({all_values[0]:.{digits}f}–{all_values[-1]:.{digits}f})"


def corpus_tables(measured: Measured) -> list[str]:
    """What one corpus took: times and memory, sizes, requests."""
    lines = [
        f"### {measured.name}: {measured.files} files, {measured.size / 1e6:.0f} MB on {measured.source_system}", "",
        "| step | tool | wall, s | processor, s | peak memory, MiB | wall to fastest restic | memory to that restic |",
        "|---|---|---|---|---|---|---|",
    ]
    for step in measured.steps:
        fastest = measured.fastest_restic(step)
        for tool in measured.tools:
            ratios = [
                f"{measured.ratio(tool, fastest, step, figure):.2f}" if fastest else "–" for figure in ("wall", "memory")]
            cells = [
                title_of(step, measured), tool.name, spread(measured.values(tool, step, "wall"), 2),
                spread(measured.values(tool, step, "cpu"), 2),
                spread((value / 2**20 for value in measured.values(tool, step, "memory")), 0), *ratios]
            lines.append(f"| {' | '.join(cells)} |")
    if measured.left_out:
        lines += ["", f"Of these files, {measured.left_out / 1e6:.0f} MB were not restored: there was no room for them."]
    if measured.alone:
        lines += [
            "", f"With one processor, Coffre's first backup takes {spread((one.cpu for one in measured.alone), 2)} s of it: "
            f"its parts allow {measured.allowed_wall():.2f} s."]
    return lines + size_table(measured) + request_table(measured) + profile_table(measured) + [""]


def title_of(step: str, measured: Measured) -> str:
    return f"{STEPS[step]} to {measured.restored_to}" if step == "restore" else STEPS[step]


def size_table(measured: Measured) -> list[str]:
    steps = measured.sizes()
    titles = [f"MB after {STEPS[step]} | to smallest restic" for step in steps]
    lines = ["", f"| repository | {' | '.join(titles)} |", "|---" * (1 + 2 * len(steps)) + "|"]
    for tool in measured.tools:
        cells = [tool.name]
        for step in steps:
            least = measured.least_restic(lambda one: measured.size_after(one, step))
            sizes = (outcome.sizes[step] / 1e6 for outcome in measured.rounds[tool.name])
            ratio = measured.size_after(tool, step) / measured.size_after(least, step) if least else None
            cells += [spread(sizes, 1), f"{ratio:.3f}" if ratio else "–"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def profile_table(measured: Measured) -> list[str]:
    if not measured.profiles:
        return []
    parts = list(next(iter(measured.profiles.values()))[0])
    lines = [
        "", f"| Coffre's processor time | {' | '.join(parts)} | functions that took most |", "|---" * (2 + len(parts)) + "|"]
    for step, (shares, functions) in measured.profiles.items():
        cells = [title_of(step, measured), *(f"{shares[part]:.0f} %" for part in parts), ", ".join(functions)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def request_table(measured: Measured) -> list[str]:
    if not measured.requests:
        return []
    lines = [
        "", f"| requests to a REST server | tool | all | {' | '.join(METHODS)} |", "|---" * (3 + len(METHODS)) + "|"]
    steps = list(next(iter(measured.requests.values())))
    for step in steps:
        for tool in measured.tools:
            counts = measured.requests.get(tool.name, {}).get(step)
            if counts is not None:
                cells = [STEPS.get(step, "new repository"), tool.name, str(sum(counts.values()))]
                for method in METHODS:
                    kinds = (f"{name.split()[1]} {count}" for name, count in counts.items() if name.split()[0] == method)
                    cells.append(", ".join(kinds) or "–")
                lines.append(f"| {' | '.join(cells)} |")
    return lines


def target_table(all_measured: list[Measured]) -> list[str]:
    """The summary: what was wanted and whether it was reached."""
    found = [target for measured in all_measured for target in targets.of_corpus(measured)]
    if not found:
        return []
    reached = sum(target.is_reached for target in found)
    return [
        f"### Targets: {reached} of {len(found)} reached", "",
        "| Coffre's ratio | measured | at most | |", "|---|---|---|---|", *(target.row() for target in found), ""]


def write_between(page: pathlib.Path, marker: str, lines: list[str], otherwise: str) -> None:
    """Replaces what stands between the page's two markers of that name; all else stays.

    A page that does not exist begins as `otherwise`, a page without the markers gets them at its end.
    """
    begin, end = f"<!-- {marker}: begin -->", f"<!-- {marker}: end -->"
    text = page.read_text() if page.exists() else otherwise
    if begin not in text and end not in text:
        text = f"{text.rstrip()}\n\n{begin}\n{end}\n"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        sys.exit(f"error: the markers of '{page}' are damaged\n  do: Give it one '{begin}' and, below, one '{end}'.")
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    page.parent.mkdir(parents=True, exist_ok=True)
    fresh = page.with_name(page.name + ".new")
    fresh.write_text(before + begin + "\n" + "\n".join(lines).rstrip() + "\n" + end + after)
    os.replace(fresh, page)
