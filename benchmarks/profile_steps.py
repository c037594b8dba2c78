"""Where the processor time of each step goes, by the kernel's sampling (`perf record -e cpu-clock`)."""

import pathlib
import re
import shutil
import subprocess
import sys

from tools import Command

PARTS = {
    "kernel": re.compile(r"\["),
    "compression": re.compile(r"libzstd"),
    "hash, cipher, key": re.compile(r"libcrypto"),
    "memory, C library": re.compile(r"libc\.so|libm\.so|ld-linux"),
}
"""What the shares are called, and the objects that belong to each: the kernel's and its modules' stand in brackets. The
program itself is the rest."""
REST = "own code"
TOP = 4
"""Single functions named beside the shares, as far as they have short names: those of the kernel and of C libraries."""


class Profiler:
    """Wraps the commands of a round, and tells afterwards."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @staticmethod
    def is_there() -> bool:
        """Whether this machine can: perf may be missing, or be forbidden."""
        return shutil.which("perf") is not None and subprocess.run(
            ["perf", "record", "-q", "-e", "cpu-clock", "-o", "/dev/null", "true"], capture_output=True).returncode == 0

    def wrap(self, step: str, commands: list[Command]) -> list[Command]:
        assert len(commands) == 1, "Coffre does each step with one command"
        words = ["perf", "record", "-q", "-F", "997", "-e", "cpu-clock", "-o", str(self.folder / step)]
        return [[*words, *commands[0]]]

    def shares(self, step: str) -> tuple[dict[str, float], list[str]]:
        """Percent of all samples by part, and the functions that took most."""
        total = dict.fromkeys([*PARTS, REST], 0.0)
        for share, name in report(self.folder / step, "dso"):
            part = next((part for part, pattern in PARTS.items() if pattern.search(name)), REST)
            total[part] += share
        functions = [
            f"{name.split(maxsplit=1)[-1]} {share:.0f} %" for share, name in report(self.folder / step, "sym")
            if re.fullmatch(r"\[[k.]\] [A-Za-z_][A-Za-z0-9_.]*", name)
        ]
        return total, functions[:TOP]


def report(path: pathlib.Path, by: str) -> list[tuple[float, str]]:
    answer = subprocess.run(
        ["perf", "report", "-i", str(path), "--no-children", "--sort", by, "--stdio"], capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit(f"error: perf cannot report on '{path}'\n{answer.stderr[-1000:]}")
    found = re.findall(r"^\s*(\d+\.\d+)%\s+(\S.*?)\s*$", answer.stdout, re.MULTILINE)
    if not found:
        sys.exit(f"error: perf reports nothing on '{path}'")
    return [(float(share), name) for share, name in found]
