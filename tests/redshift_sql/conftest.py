"""A PostgreSQL for all tests, an empty database for each, and an account in which the function runs."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import aws_cdk as cdk
import boto3
import pytest

from constructs_lib.redshift.handlers.sql_resources import index
from tests.redshift_sql import postgres
from tests.redshift_sql.data_api import CloudFormation, DataApi, Secrets
from tests.redshift_sql.dialect import PRELUDE
from tests.redshift_sql.postgres import Postgres
from tests.synthesis import deployed, new_stack, template

PASSWORD = "Secret-0123456789"


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with postgres.running() as started:
        yield started


@pytest.fixture
def database(server: Postgres) -> Iterator[Postgres]:
    """An empty database, with what statements of ours read of Redshift."""
    schemas = server.run("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'")
    server.run(*(f'DROP SCHEMA "{name}" CASCADE' for [name] in schemas), "CREATE SCHEMA public", *PRELUDE.split(";\n"))
    yield server
    roles = server.run("SELECT rolname FROM pg_roles WHERE rolname !~ '^(pg_|postgres)'")
    server.run("SELECT 1", *(f'{verb} "{name}"' for [name] in roles for verb in ("DROP OWNED BY", "DROP ROLE")))


class _Handler(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answers.append((dict(self.headers), json.loads(body)))  # type: ignore[attr-defined]
        failures = self.server.failures  # type: ignore[attr-defined]
        self.send_response(failures.pop() if failures else 200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def inbox() -> Iterator[HTTPServer]:
    """Where CloudFormation waits for the answer."""
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    server.answers, server.failures = [], []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class Context:
    """What Lambda says of an invocation."""

    log_stream_name = "2026/11/21/[1]abc"

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


@dataclass
class Account:
    """Deploys what constructs declare: the real properties, the real function, a real database."""

    postgres: Postgres
    data_api: DataApi
    secrets: Secrets
    cloudformation: CloudFormation
    inbox: Any
    seconds: float = 60
    physical_id: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)

    def deploy(self, kind: str, make: Callable[[cdk.Stack], Any]) -> dict[str, Any]:
        """Create what one construct declares, or update it, and return the answer."""
        return self.declare(kind, properties_of(kind, make))

    def declare(self, kind: str, properties: dict[str, Any]) -> dict[str, Any]:
        """Create or update with these properties; what failed is not the state that is kept."""
        old, self.properties = self.properties, properties
        if self.physical_id is None:
            return self._send(kind, "Create", {})
        answer = self._send(kind, "Update", {"OldResourceProperties": old})
        if answer["Status"] == "FAILED":
            self.properties = old
        return answer

    def delete(self, kind: str) -> dict[str, Any]:
        return self._send(kind, "Delete", {})

    def _send(self, kind: str, type: str, more: dict[str, Any]) -> dict[str, Any]:
        event = {
            "RequestType": type,
            "ResourceType": f"Custom::Redshift{kind}",
            "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/Stack/1",
            "RequestId": "1",
            "LogicalResourceId": "It",
            "ResponseURL": f"http://127.0.0.1:{self.inbox.server_port}/?Signature=x%2Fy",
            "ResourceProperties": self.properties,
            **({"PhysicalResourceId": self.physical_id} if self.physical_id else {}),
            **more,
        }
        index.handler(event, Context(self.seconds))
        answer: dict[str, Any] = self.inbox.answers[-1][1]
        self.physical_id = answer["PhysicalResourceId"]
        return answer

    def run(self, *statements: str) -> list[list[Any]]:
        """Look into the database."""
        return self.postgres.run(*statements)

    @property
    def changes(self) -> list[str]:
        """The statements that were more than questions."""
        return [it for it in self.data_api.texts if not it.lstrip().startswith("SELECT")]


def properties_of(kind: str, make: Callable[[cdk.Stack], Any]) -> dict[str, Any]:
    """Return the properties of the custom resource that a construct declares, as CloudFormation sends them."""
    stack = new_stack()
    make(stack)
    found = template(stack).of_type(f"Custom::Redshift{kind}")
    [resource] = found.values()
    given: dict[str, Any] = deployed(resource["Properties"])
    return given


@pytest.fixture
def account(database: Postgres, inbox: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Account:
    made = Account(
        database,
        DataApi(database),
        Secrets(json.dumps({"username": "loader", "password": PASSWORD})),
        CloudFormation(),
        inbox,
    )
    clients = {"redshift-data": made.data_api, "secretsmanager": made.secrets, "cloudformation": made.cloudformation}
    monkeypatch.setattr(boto3, "client", clients.__getitem__)
    monkeypatch.setenv("ADMIN_SECRET_ARN", "arn:admin")
    return made
