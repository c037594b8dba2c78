"""A MariaDB of the benchmark's own, in a folder, reached through a socket there by everybody of this machine."""

import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

USER = "root"
SETTINGS = ["--innodb-buffer-pool-size=512M", "--innodb-log-file-size=1G", "--skip-networking", "--skip-name-resolve"]
"""Otherwise as it is installed."""


class MariaDBServer:
    """Started by `with`, stopped at its end; its folder is removed."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.process: subprocess.Popen | None = None
        # It refuses to run as root.
        self.user = "mysql" if os.getuid() == 0 else None

    @property
    def socket(self) -> str:
        return f"{self.folder}/socket"

    @property
    def version(self) -> str:
        answer = subprocess.run([self.server_program("mariadbd"), "--version"], capture_output=True, text=True).stdout
        return answer.split("Ver ")[1].split("-")[0]

    def server_program(self, name: str) -> str:
        return shutil.which(name) or f"/usr/sbin/{name}"

    def url(self, database: str) -> str:
        return f"mariadb://{USER}@localhost/{database}?socket={self.socket}"

    def words(self, program: str) -> str:
        """A program of MariaDB's own, as a shell takes it."""
        return f"{program} --no-defaults --socket='{self.socket}' --user={USER}"

    def __enter__(self) -> "MariaDBServer":
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        owner = []
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            owner = [f"--user={self.user}"]
        places = [f"--datadir={self.folder}/data", *owner]
        made = subprocess.run(
            [self.server_program("mariadb-install-db"), "--no-defaults", "--auth-root-authentication-method=normal",
             "--skip-test-db", *places], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
        if made.returncode != 0:
            sys.exit(f"error: mariadb-install-db failed: {made.stderr.decode(errors='replace')[-1000:]}")
        self.process = subprocess.Popen(
            [self.server_program("mariadbd"), "--no-defaults", *places, f"--socket={self.socket}",
             f"--log-error={self.folder}/log", *SETTINGS], cwd="/", stdin=subprocess.DEVNULL)
        for _ in range(600):
            if subprocess.run(["bash", "-c", f"{self.words('mariadb-admin')} ping"], capture_output=True).returncode == 0:
                return self
            time.sleep(0.1)
        sys.exit(f"error: MariaDB does not start; see {self.folder}/log")

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text: str, database: str = "") -> str:
        answer = subprocess.run(
            ["bash", "-c", f"{self.words('mariadb')} --batch --skip-column-names {database}"], input=text.encode(),
            capture_output=True, cwd="/")
        if answer.returncode != 0:
            sys.exit(f"error: mariadb failed: {answer.stderr.decode(errors='replace')[-1000:]}")
        return answer.stdout.decode()

    def settle(self) -> None:
        """Waits until everything is written where it belongs: what one did before is not the next one's burden."""
        self.sql(
            "SET GLOBAL innodb_io_capacity_max = 40000; SET GLOBAL innodb_io_capacity = 20000;"
            " SET GLOBAL innodb_max_dirty_pages_pct = 0")
        for _ in range(600):
            if int(self.sql("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'").split()[1]) < 10:
                break
            time.sleep(0.1)
        self.sql(
            "SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT; SET GLOBAL innodb_io_capacity = DEFAULT;"
            " SET GLOBAL innodb_io_capacity_max = DEFAULT")
        os.sync()

    def feed(self, database: str, statement: str, lines: Iterator[bytes]) -> None:
        """Runs a statement that reads `/dev/stdin`."""
        program = subprocess.Popen(
            ["bash", "-c", f"{self.words('mariadb')} --local-infile=1 {database} -e \"{statement}\""],
            stdin=subprocess.PIPE, cwd="/")
        with program:
            program.stdin.writelines(lines)
        if program.returncode != 0:
            sys.exit("error: mariadb failed")
