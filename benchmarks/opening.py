"""Measure how long a repository of many blobs takes to open: from its index files, and from what was parsed before.

`snapshot ls` of a tiny snapshot reads the whole index and looks up one tree in it. The repositories come from
`large_repository.py`.
"""

import pathlib
import shutil
import statistics
import subprocess
import sys

import rest_server
from measuring import Figures, measure, remove, say
from tools import Tool

HERE = pathlib.Path(__file__).resolve().parent
BLOBS = (100_000, 1_000_000, 10_000_000)
EXTRAPOLATED = 100_000_000
LEAST_TO_EXTRAPOLATE = 1_000_000
LIMITS = {"first opening": (6, 400e6), "from the cache": (1, 400e6)}
"""Seconds and bytes, for the largest of `BLOBS`."""
Opened = dict[str, dict[int, list[Figures]]]
"""By what was done, then the number of blobs: one entry a round."""


def make(tool: Tool, blobs: int) -> None:
    """A repository of that many blobs, with one snapshot of one file that can be read."""
    environment = tool.environment()
    remove(*tool.areas())
    measure(tool.init(), tool.work, environment)
    [reveal] = tool.with_repository("snapshot", "cat", "masterkey", "--reveal-secret")
    key = tool.work / "masterkey"
    key.write_bytes(subprocess.run(reveal, env=environment, stdout=subprocess.PIPE, check=True).stdout)
    # In a process of its own: our memory would count as the tool's least.
    subprocess.run(
        [sys.executable, "-B", HERE / "large_repository.py", tool.repository, str(blobs), key],
        stdout=subprocess.DEVNULL, check=True)
    key.unlink()
    (tool.work / "one").mkdir(exist_ok=True)
    (tool.work / "one" / "file").write_text("one\n")
    measure(tool.with_repository("backup", "--no-cache", str(tool.work / "one")), tool.work, environment)


def play(tool: Tool, blobs: int, opened: Opened, suffix: str) -> None:
    environment = tool.environment()
    remove(*tool.work.glob("tool-*"))
    steps = [
        ("first opening", ["snapshot", "ls", "latest"]), ("from the cache", ["snapshot", "ls", "latest"]),
        ("backup of one file, from the cache", ["backup", str(tool.work / "one")])]
    for name, words in steps:
        figures = measure(tool.with_repository(*words), tool.work, environment)
        opened.setdefault(name + suffix, {}).setdefault(blobs, []).append(figures)
        say(f"{blobs} blobs, {name}{suffix}: {figures.wall:.2f} s, {figures.memory / 1e6:.0f} MB")


def measure_all(tool: Tool, counts: list[int], rounds: int) -> Opened:
    opened: Opened = {}
    local = tool.repository
    try:
        for blobs in counts:
            make(tool, blobs)
            for _ in range(rounds):
                play(tool, blobs, opened, "")
            with rest_server.running(pathlib.Path(local).parent) as server:
                tool.repository = f"rest:http://127.0.0.1:{server.port}/{pathlib.Path(local).name}/"
                for _ in range(rounds):
                    play(tool, blobs, opened, ", over REST")
            tool.repository = local
    finally:
        tool.repository = local
        remove(*tool.areas(), tool.work / "one", tool.work / "masterkey")
    return opened


def lines(opened: Opened) -> list[str]:
    """The table: least and median, and what two points tell of ten times as many blobs."""
    found = [
        "| what | blobs | wall, s: least, median | processor, s: least, median | peak memory, MB | |", "|---|---|---|---|---|---|"]
    for name, by_count in opened.items():
        for blobs, rounds in by_count.items():
            wall, cpu = [f.wall for f in rounds], [f.cpu for f in rounds]
            memory = max(f.memory for f in rounds)
            verdict = "–"
            if blobs == BLOBS[-1] and name in LIMITS:
                seconds, room = LIMITS[name]
                verdict = "reached" if min(wall) <= seconds and memory <= room else "**not reached**"
            found.append(
                f"| {name} | {blobs} | {min(wall):.2f}, {statistics.median(wall):.2f} | {min(cpu):.2f}, "
                f"{statistics.median(cpu):.2f} | {memory / 1e6:.0f} | {verdict} |")
        if len(by_count) > 1 and max(by_count) >= LEAST_TO_EXTRAPOLATE:
            found.append(extrapolated(name, by_count))
    return found + [""]


def extrapolated(name: str, by_count: dict[int, list[Figures]]) -> str:
    """A straight line through the two largest: what each blob costs, and what opening costs at all."""
    (less, low), (more, high) = sorted(by_count.items())[-2:]

    def reach(figure: str) -> float:
        start, end = (min(getattr(f, figure) for f in rounds) for rounds in (low, high))
        return end + (end - start) / (more - less) * (EXTRAPOLATED - more)

    return (
        f"| {name} | *{EXTRAPOLATED}* | *{reach('wall'):.0f}* | *{reach('cpu'):.0f}* | *{reach('memory') / 1e6:.0f}* "
        "| extrapolated |")


def has_room(work: pathlib.Path, blobs: int) -> bool:
    """The index takes 50 bytes a blob, the cache 25 and, over REST, the index once more."""
    return shutil.disk_usage(work).free > 200 * blobs + (1 << 30)
