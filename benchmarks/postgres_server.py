"""A PostgreSQL of the benchmark's own, in a folder, reached through a socket there by everybody of this machine."""

import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator

USER = "postgres"
SETTINGS = {"max_wal_size": "4GB", "shared_buffers": "256MB", "listen_addresses": "''", "autovacuum": "off"}
"""Otherwise as it is installed. No vacuum comes between two measurements."""


class PostgresServer:
    """Started by `with`, stopped at its end; its folder is removed."""

    def __init__(self, folder: pathlib.Path):
        folders = glob.glob("/usr/lib/postgresql/*/bin") + [os.path.dirname(shutil.which("initdb") or "")]
        self.programs = max((f for f in folders if f), key=lambda path: [int(p) for p in path.split("/") if p.isdigit()])
        self.folder = folder
        # It refuses to run as root.
        self.prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []

    def program(self, name: str) -> str:
        return os.path.join(self.programs, name)

    @property
    def version(self) -> str:
        return subprocess.run([self.program("postgres"), "--version"], capture_output=True, text=True).stdout.split()[2]

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@{str(self.folder).replace('/', '%2F')}/{database}"

    def environment(self) -> dict[str, str]:
        """What PostgreSQL's own programs find it by."""
        return {"PGHOST": str(self.folder), "PGUSER": USER}

    def __enter__(self) -> "PostgresServer":
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self.prefix:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.ask(["initdb", "-D", f"{self.folder}/data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
        lines = "".join(f"{name} = {value}\n" for name, value in SETTINGS.items())
        with open(self.folder / "data" / "postgresql.auto.conf", "a") as configuration:
            configuration.write(f"{lines}unix_socket_directories = '{self.folder}'\n")
        self.ask(["pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-w", "start"])
        return self

    def __exit__(self, *_: object) -> None:
        self.ask(["pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop"])
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, command: list[str], input: bytes | None = None) -> None:
        answer = subprocess.run(
            [*self.prefix, self.program(command[0]), *command[1:]], input=input, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, cwd="/", env=os.environ | self.environment())
        if answer.returncode != 0:
            sys.exit(f"error: {command[0]} failed: {answer.stderr.decode(errors='replace')[-1000:]}")

    def feed(self, command: list[str], lines: Iterator[bytes]) -> None:
        """Runs a program that reads what comes."""
        program = subprocess.Popen(
            [*self.prefix, self.program(command[0]), *command[1:]], stdin=subprocess.PIPE, cwd="/",
            env=os.environ | self.environment())
        with program:
            program.stdin.writelines(lines)
        if program.returncode != 0:
            sys.exit(f"error: {command[0]} failed")

    def sql(self, database: str, text: str) -> None:
        """Each statement by itself: some, such as VACUUM, stand in no transaction."""
        self.ask(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"], input=text.encode())
