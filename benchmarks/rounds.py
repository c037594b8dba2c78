"""One round: a tool with a new repository goes through all steps."""

import dataclasses
import os
import pathlib
import subprocess
import sys

from measuring import MEMORY_OF_A_TOOL, Figures, count, measure, remove, room_taken, touch_memory, warm
from mutation import Mutation
from profile_steps import Profiler
from rest_server import CountingServer
from tools import Command, Tool


@dataclasses.dataclass
class Corpus:
    """Files to back up, and where and how much of them is restored."""

    name: str
    source: pathlib.Path
    mutation: Mutation
    files: int
    size: int
    restored: pathlib.Path
    room: int
    """Bytes that may be restored; more files than that are left out."""
    left_out: int = 0
    """Bytes that were."""

    def choose(self) -> list[pathlib.Path]:
        """What is restored: nothing in particular if there is room for all, else entries until the room is filled."""
        if room_taken(self.source) <= self.room:
            return []
        chosen, left = [], self.room
        self.left_out = 0
        folders = [self.source]
        while folders:
            entries = sorted(folders.pop().iterdir())
            for entry in entries:
                taken = room_taken(entry)
                if taken <= left and not set("*?[\\") & set(entry.name):
                    chosen.append(entry)
                    left -= taken
                elif not chosen and entry.is_dir():
                    folders.append(entry)
                else:
                    self.left_out += taken
        if not chosen:
            sys.exit(f"error: there is no room in '{self.restored.parent}' to restore a part of '{self.name}'")
        return chosen


@dataclasses.dataclass
class Outcome:
    """What one tool took in one round: figures by step, sizes of the repository after the steps that changed it."""

    steps: dict[str, Figures] = dataclasses.field(default_factory=dict)
    sizes: dict[str, int] = dataclasses.field(default_factory=dict)
    key: str = ""


class OneProcessor:
    """Lets the commands of a round have one processor: the time that they take of it is what all their parts cost."""

    def wrap(self, step: str, commands: list[Command]) -> list[Command]:
        chosen = str(min(os.sched_getaffinity(0)))
        return [["taskset", "-c", chosen, *command] for command in commands]


def play(
    tool: Tool, corpus: Corpus, steps: list[str], prove: bool = False, inside: Profiler | OneProcessor | None = None
) -> Outcome:
    """One round. With `prove`, what was restored is compared with the source, and what prune leaves is checked."""
    wrap = inside.wrap if inside else lambda step, commands: commands
    outcome = Outcome()
    environment = tool.environment()
    remove(*tool.areas(), corpus.restored)
    corpus.restored.mkdir(parents=True)
    measure(tool.init(), tool.work, environment)
    outcome.key = tool.key()
    made: list[str] = []
    mutated = False
    try:
        for step in steps:
            touch_memory(corpus.restored, MEMORY_OF_A_TOOL)
            if step in ("first", "unchanged", "mutation"):
                if step == "mutation":
                    corpus.mutation.apply()
                    mutated = True
                warm(corpus.source, tool.repository)
                outcome.steps[step] = measure(wrap(step, tool.backup(step, corpus.source)), tool.work, environment)
                made.append(step)
            elif step == "restore":
                chosen = corpus.choose()
                commands = tool.restore(made[-1], corpus.restored, chosen)
                warm(tool.repository)
                touch_memory(corpus.restored, min(room_taken(corpus.source), corpus.room))
                outcome.steps[step] = measure(wrap(step, commands), corpus.restored, environment)
                compare(tool, chosen or [corpus.source], corpus.restored, prove)
                remove(corpus.restored)
                corpus.restored.mkdir()
            elif step == "check":
                warm(tool.repository)
                outcome.steps[step] = measure(wrap(step, tool.check()), tool.work, environment)
            elif step == "prune":
                warm(tool.repository)
                outcome.steps[step] = measure(wrap(step, tool.prune(made)), tool.work, environment)
                if prove:
                    measure(tool.check(), tool.work, environment)
            if step in ("first", "mutation", "prune"):
                outcome.sizes[step] = count(pathlib.Path(tool.repository))[1]
    finally:
        if mutated:
            corpus.mutation.undo()
        remove(*tool.areas(), corpus.restored)
    return outcome


def compare(tool: Tool, paths: list[pathlib.Path], restored: pathlib.Path, every_byte: bool) -> None:
    """Ends the benchmark if something else was restored than the source holds: speed is no use then."""
    for path in paths:
        copy = restored / str(path).lstrip("/")
        if not copy.exists() or count(copy) != count(path):
            sys.exit(f"error: {tool.name} restored something else than it stored, or not all of '{path}'")
        if every_byte and subprocess.run(["diff", "-r", "-q", "--no-dereference", path, copy]).returncode != 0:
            sys.exit(f"error: {tool.name} restored other contents than it stored of '{path}'")


def count_requests(tool: Tool, corpus: Corpus, steps: list[str], server: CountingServer) -> dict[str, dict[str, int]]:
    """Requests by step, then by method and kind, of one round against a counting server."""
    local, counts = tool.repository, {}
    environment = tool.environment()
    remove(*tool.areas())
    tool.repository = server.url(f"{corpus.name}-{tool.kind}-{id(tool)}")
    made: list[str] = []
    mutated = False
    try:
        measure(tool.init(), tool.work, environment)
        counts["init"] = server.take_counts()
        for step in steps:
            if step == "restore":
                continue
            if step == "mutation":
                corpus.mutation.apply()
                mutated = True
            if step in ("first", "unchanged", "mutation"):
                commands = tool.backup(step, corpus.source)
                made.append(step)
            else:
                commands = tool.check() if step == "check" else tool.prune(made)
            measure(commands, tool.work, environment)
            counts[step] = server.take_counts()
    finally:
        tool.repository = local
        if mutated:
            corpus.mutation.undo()
        remove(*tool.areas())
    return counts
