"""The programs under test: where they are found, and how each is told to do a step.

They run as their users run them: restic -q with its default compression, borg with repokey and zstd,3.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess

STEPS = {
    "first": "first backup",
    "unchanged": "unchanged backup",
    "mutation": "after mutation",
    "restore": "restore",
    "check": "check, every byte",
    "prune": "forget and prune",
}
"""In the order in which they run, with what the tables call them."""
Command = list[str]


class Tool:
    """One program, its repository and its caches below the folder `work`."""

    kind = ""
    version_words = ["version"]

    def __init__(self, binary: str, work: pathlib.Path):
        self.binary = binary
        self.work = work
        self.repository = str(work / "repository")
        self.version = self.read_version()
        self.name = self.version
        """In the tables; unlike that of each other tool."""

    def read_version(self) -> str:
        answer = subprocess.run([self.binary, *self.version_words], capture_output=True, text=True)
        number = re.search(r"\d+(\.\d+)+\S*", answer.stdout)
        return f"{self.kind} {number.group(0) if number else '(version unknown)'}"

    def areas(self) -> list[pathlib.Path]:
        """What a new repository begins without."""
        return [self.work / "repository", *self.work.glob("tool-*")]

    def environment(self) -> dict[str, str]:
        """This process's environment without what steers the tools."""
        clean = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("RESTIC_", "COFFRE_", "BORG_", "XDG_", "GOMAXPROCS"))
        }
        return clean | {
            "RESTIC_CACHE_DIR": f"{self.work}/tool-cache", "COFFRE_CACHE_DIR": f"{self.work}/tool-cache",
            "COFFRE_STATE_DIR": f"{self.work}/tool-state", "BORG_BASE_DIR": f"{self.work}/tool-base",
            "BORG_PASSPHRASE": "benchmark",
        }

    def key(self) -> str:
        """How hard the tool makes guessing the password of the repository it made."""
        raise NotImplementedError

    def init(self) -> list[Command]:
        raise NotImplementedError

    def backup(self, step: str, source: pathlib.Path) -> list[Command]:
        raise NotImplementedError

    def restore(self, step: str, target: pathlib.Path, only: list[pathlib.Path]) -> list[Command]:
        """Brings back what the backup called `step` stored, or the absolute paths `only` of it."""
        raise NotImplementedError

    def check(self) -> list[Command]:
        raise NotImplementedError

    def prune(self, made: list[str]) -> list[Command]:
        """Forgets all backups but the last of those `made`, and leaves nothing unused."""
        raise NotImplementedError


class ResticLike(Tool):
    """What Coffre and restic have in common."""

    def with_repository(self, *words: str) -> list[Command]:
        return [[self.binary, "-q", "-r", self.repository, "-p", str(self.work / "password"), *words]]

    def key(self) -> str:
        file = next(pathlib.Path(self.repository, "keys").iterdir())
        facts = json.loads(file.read_text())
        return f"{facts['kdf']} N={facts['N']} r={facts['r']} p={facts['p']}"

    def backup(self, step: str, source: pathlib.Path) -> list[Command]:
        return self.with_repository("backup", str(source))

    def restore(self, step: str, target: pathlib.Path, only: list[pathlib.Path]) -> list[Command]:
        chosen = [word for path in only for word in ("--include", str(path))]
        return self.with_repository("restore", "latest", "--target", str(target), *chosen)


class Coffre(ResticLike):
    kind = "coffre"

    def init(self) -> list[Command]:
        return self.with_repository("repo", "init")

    def check(self) -> list[Command]:
        return self.with_repository("repo", "check", "--read-data")

    def prune(self, made: list[str]) -> list[Command]:
        return self.with_repository("snapshot", "forget", "--keep-last", "1", "--prune", "--max-unused", "0")


class Restic(ResticLike):
    kind = "restic"

    def init(self) -> list[Command]:
        return self.with_repository("init")

    def check(self) -> list[Command]:
        return self.with_repository("check", "--read-data")

    def prune(self, made: list[str]) -> list[Command]:
        return self.with_repository("forget", "--keep-last", "1", "--prune", "--max-unused", "0")


class Borg(Tool):
    kind = "borg"
    version_words = ["--version"]

    def key(self) -> str:
        return "PBKDF2 (borg's repokey)"

    def init(self) -> list[Command]:
        return [[self.binary, "init", "-e", "repokey", self.repository]]

    def backup(self, step: str, source: pathlib.Path) -> list[Command]:
        return [[self.binary, "create", "--compression", "zstd,3", f"{self.repository}::{step}", str(source)]]

    def restore(self, step: str, target: pathlib.Path, only: list[pathlib.Path]) -> list[Command]:
        # Into the folder it runs in.
        return [[self.binary, "extract", f"{self.repository}::{step}", *(str(path).lstrip("/") for path in only)]]

    def check(self) -> list[Command]:
        return [[self.binary, "check", "--verify-data", self.repository]]

    def prune(self, made: list[str]) -> list[Command]:
        delete = [[self.binary, "delete", self.repository, *made[:-1]]] if made[:-1] else []
        return [*delete, [self.binary, "compact", "--threshold", "0", self.repository]]


def restic_binaries(peers: pathlib.Path) -> list[str]:
    """The system's restic, those that `benchmarks/newer-restic` brought, those of RESTIC_BINS; each once."""
    brought = sorted(str(path) for path in peers.glob("restic-*") if os.access(path, os.X_OK) and path.is_file())
    named = os.environ.get("RESTIC_BINS", "").split(":")
    found = [shutil.which("restic"), *brought, *named]
    return list(dict.fromkeys(path for path in found if path))


def find(coffre: str | None, kinds: list[str], work: pathlib.Path, peers: pathlib.Path) -> list[Tool]:
    """All tools to measure. `kinds`: of restic and borg."""
    work.mkdir(parents=True, exist_ok=True)
    (work / "password").write_text("benchmark\n")
    tools: list[Tool] = [Coffre(str(pathlib.Path(coffre).resolve()), work)] if coffre else []
    if "restic" in kinds:
        tools += [Restic(path, work) for path in restic_binaries(peers)]
    borg = shutil.which("borg")
    if "borg" in kinds and borg:
        tools.append(Borg(borg, work))
    for number, tool in enumerate(tools):
        tool.name = "coffre" if tool.kind == "coffre" else tool.name
        if tool.name in {other.name for other in tools[:number]}:
            tool.name += f" ({tool.binary})"
    return tools
