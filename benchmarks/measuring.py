"""Run a program and tell what it took; count what a folder holds."""

import dataclasses
import os
import pathlib
import resource
import subprocess
import sys
import time


MEMORY_OF_A_TOOL = 512 << 20
"""More than any of them takes."""


@dataclasses.dataclass
class Figures:
    """What some processes took, one after the other. Times in seconds, memory in bytes."""

    wall: float = 0
    cpu: float = 0
    memory: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


def warm(*paths: pathlib.Path | str) -> None:
    """Reads all files into the page cache, and their attributes: some machines take cached pages back within minutes."""
    for path in paths:
        if pathlib.Path(path).exists():
            subprocess.run(f"find '{path}' -type f -print0 | xargs -0 -r cat >/dev/null", shell=True, check=True)


def touch_memory(folder: pathlib.Path, size: int) -> None:
    """Fills so many bytes of a memory file system and removes them: on a virtual machine that gets its memory page by page
    from a hypervisor, fresh pages cost many times what used ones do, and it is chance who is given them."""
    path = folder / "coffre-bench-memory"
    try:
        with open(path, "wb") as file:
            piece = bytes(1 << 20)
            for _ in range(size >> 20):
                file.write(piece)
    finally:
        path.unlink(missing_ok=True)


def measure(commands: list[list[str]], folder: pathlib.Path, environment: dict[str, str]) -> Figures:
    """Runs commands one after the other. A failure ends the benchmark: a wrong table is worse than none.

    The kernel tells (`wait4`): wall time, processor time (user and system), peak memory of the largest process.
    """
    total = Figures()
    os.sync()
    for command in commands:
        total += run(command, folder, environment)
    return total


def run(command: list[str], folder: pathlib.Path, environment: dict[str, str]) -> Figures:
    with open(os.path.join(os.environ.get("TMPDIR", "/tmp"), f"coffre-bench-output-{os.getpid()}"), "w+b") as output:
        os.unlink(output.name)
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            print(output.read()[-2000:].decode(errors="replace"), file=sys.stderr)
            sys.exit(f"error: {' '.join(command)} ended with exit code {process.returncode}")
    return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def least_memory() -> int:
    """Below this `measure` cannot see: a child's peak counts what this process held when it started the child."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def count(folder: pathlib.Path) -> tuple[int, int]:
    """Number and size of all files below a folder (or of one file)."""
    if not folder.is_dir():
        return 1, folder.lstat().st_size
    files = size = 0
    for parent, _, names in os.walk(folder):
        files += len(names)
        size += sum(os.lstat(os.path.join(parent, name)).st_size for name in names)
    return files, size


def room_taken(folder: pathlib.Path) -> int:
    """Bytes that a folder (or a file) takes on a file system of 4 KiB blocks, a block for each folder too."""
    if not folder.is_dir():
        return -(-folder.lstat().st_size // 4096) * 4096
    taken = 0
    for parent, _, names in os.walk(folder):
        taken += 4096 + sum(-(-os.lstat(os.path.join(parent, name)).st_size // 4096) * 4096 for name in names)
    return taken


def remove(*paths: pathlib.Path) -> None:
    subprocess.run(["rm", "-rf", "--", *map(str, paths)], check=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
