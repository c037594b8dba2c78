"""A MongoDB of the benchmark's own, a set of one, on a port of this machine that only its own users reach, without any users
of its own.

The server and pymongo are those that `scripts/setup-test` brings.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SETTINGS = [
    "--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "2048", "--setParameter", "diagnosticDataCollectionEnabled=false"]
"""Otherwise as it is installed."""


def tools() -> pathlib.Path:
    cache = os.environ.get("XDG_CACHE_HOME") or f"{os.environ['HOME']}/.cache"
    return pathlib.Path(os.environ.get("COFFRE_TEST_TOOLS") or f"{cache}/coffre-test-tools")


def program() -> str:
    found = sorted(tools().glob("lib/python3*/site-packages/fiftyone/db/bin/mongod"))
    if not found:
        sys.exit("error: MongoDB's server is not installed\n  do: scripts/setup-test")
    return str(found[0])


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class MongoServer:
    """Started by `with`, stopped at its end; its folder is removed."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def url(self, database: str = "") -> str:
        return f"mongodb://127.0.0.1:{self.port}/{database}"

    def words(self, *words: str) -> str:
        """A call of `mongo_work`, as a shell takes it."""
        return " ".join(f"'{word}'" for word in self.command(*words))

    def command(self, *words: str) -> list[str]:
        return [f"{tools()}/bin/python", "-B", str(HERE / "mongo_work.py"), self.url(), *words]

    def ask(self, *words: str) -> str:
        answer = subprocess.run(self.command(*words), capture_output=True, text=True)
        if answer.returncode != 0:
            sys.exit(f"error: {' '.join(words)} failed: {answer.stderr[-1000:]}")
        return answer.stdout.strip()

    def __enter__(self) -> "MongoServer":
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "data").mkdir(parents=True, mode=0o700)
        self.process = subprocess.Popen(
            [program(), "--dbpath", f"{self.folder}/data", "--logpath", f"{self.folder}/log", "--bind_ip", "127.0.0.1",
             "--port", str(self.port), "--nounixsocket", "--replSet", "rs0", *SETTINGS],
            cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.ask("initiate")
        for _ in range(600):
            if self.ask("is_primary") == "True":
                return self
            time.sleep(0.1)
        sys.exit(f"error: MongoDB takes no changes; see {self.folder}/log")

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
