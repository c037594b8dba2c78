#!/usr/bin/env python3
"""A server of restic's REST protocol (version 2) that keeps files in a folder and counts requests.

usage: benchmarks/rest_server.py FOLDER

Prints its port, then serves until its standard input ends. `GET /requests` answers, as JSON, how many requests came
since the last time, by method and kind ("GET data", "POST index", "LIST snapshots"). It answers as rest-server does: no
file is overwritten, and what arrives must have the SHA-256 that its name tells. For measuring only: it knows no
passwords and listens on this machine alone.
"""

import collections
import contextlib
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

KINDS = ("data", "keys", "locks", "snapshots", "index")
VERSION_2 = "application/vnd.x.restic.rest.v2"


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: pathlib.Path):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.counts: collections.Counter[str] = collections.Counter()
        self.lock = threading.Lock()

    def note(self, request: str) -> None:
        with self.lock:
            self.counts[request] += 1

    def take_counts(self) -> dict[str, int]:
        with self.lock:
            counts, self.counts = dict(sorted(self.counts.items())), collections.Counter()
        return counts


class Handler(http.server.BaseHTTPRequestHandler):
    """Paths are /REPOSITORY/, /REPOSITORY/config, /REPOSITORY/KIND/ and /REPOSITORY/KIND/NAME."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: Server

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        if path == "/requests":
            return self.answer(200, json.dumps(self.server.take_counts()).encode())
        match = re.fullmatch(r"/([\w.-]+)/(?:(config)|(\w+)/([0-9a-f]{64})?)?", path)
        if not match or match[1].startswith(".") or (match[3] and match[3] not in KINDS):
            return self.answer(400)
        repository = self.server.folder / match[1]
        kind = match[2] or match[3]
        if kind is None:
            return self.create(repository, query)
        if match[3] and not match[4]:
            return self.list(repository, kind)
        self.server.note(f"{self.command} {kind}")
        name = match[4] or "config"
        file = repository / "config" if match[2] else self.place(repository, kind, name)
        match self.command:
            case "HEAD" | "GET":
                self.load(file)
            case "POST":
                self.save(file, name, body)
            case "DELETE":
                file.unlink(missing_ok=True)
                self.answer(200)

    do_HEAD = do_GET = do_POST = do_DELETE = handle_any

    def place(self, repository: pathlib.Path, kind: str, name: str) -> pathlib.Path:
        return repository / kind / name[:2] / name if kind == "data" else repository / kind / name

    def create(self, repository: pathlib.Path, query: str) -> None:
        self.server.note(f"{self.command} repository")
        if self.command != "POST" or query != "create=true":
            return self.answer(400)
        for kind in KINDS:
            (repository / kind).mkdir(parents=True, exist_ok=True)
        self.answer(200)

    def list(self, repository: pathlib.Path, kind: str) -> None:
        self.server.note(f"LIST {kind}")
        if self.command != "GET" or not (repository / kind).is_dir():
            return self.answer(404)
        found = []
        for parent, _, names in os.walk(repository / kind):
            for name in names:
                # A temporary name, or a file that has just been deleted, is none of the repository's.
                with contextlib.suppress(FileNotFoundError):
                    if len(name) == 64:
                        found.append({"name": name, "size": os.lstat(os.path.join(parent, name)).st_size})
        if VERSION_2 in self.headers.get("Accept", ""):
            return self.answer(200, json.dumps(found).encode(), kind=VERSION_2)
        self.answer(200, json.dumps([one["name"] for one in found]).encode(), kind="application/vnd.x.restic.rest.v1")

    def load(self, file: pathlib.Path) -> None:
        try:
            opened = open(file, "rb")
        except (FileNotFoundError, NotADirectoryError):
            return self.answer(404)
        with opened:
            size = os.fstat(opened.fileno()).st_size
            if self.command == "HEAD":
                return self.answer(200, length=size)
            match = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if not match:
                return self.answer(200, opened.read())
            first, last = int(match[1]), min(int(match[2] or size), size - 1)
            if first > last and size > 0:
                return self.answer(416)
            opened.seek(first)
            self.answer(206, opened.read(last - first + 1), extent=f"bytes {first}-{last}/{size}")

    def save(self, file: pathlib.Path, name: str, body: bytes) -> None:
        if name != "config" and hashlib.sha256(body).hexdigest() != name:
            return self.answer(400)
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f"{name}.temporary-{threading.get_ident()}")
        temporary.write_bytes(body)
        try:
            # A link, unlike a rename, does not replace what is there.
            os.link(temporary, file)
            status = 200
        except FileExistsError:
            status = 403
        finally:
            temporary.unlink()
        self.answer(status)

    def answer(
        self, status: int, body: bytes = b"", kind: str = "application/octet-stream", extent: str | None = None,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if extent:
            self.send_header("Content-Range", extent)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class CountingServer:
    """A server in a process of its own, as its client sees it."""

    def __init__(self, port: int):
        self.port = port

    def url(self, repository: str) -> str:
        return f"rest:http://127.0.0.1:{self.port}/{repository}/"

    def take_counts(self) -> dict[str, int]:
        """Requests since the last call."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        try:
            connection.request("GET", "/requests")
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextlib.contextmanager
def running(folder: pathlib.Path) -> Iterator[CountingServer]:
    """Starts a server that keeps its files in `folder`."""
    command = [sys.executable, "-B", __file__, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline()
        if not line.strip().isdigit():
            sys.exit("error: the counting server did not start")
        yield CountingServer(int(line))
    finally:
        process.communicate()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
