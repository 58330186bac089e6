"""The Redshift Data API on PostgreSQL: a server for each warehouse, as in the tests of the SQL.

A stream of Kinesis is a table, which its records are written to as they come; then the views are made anew. Any
database but the warehouse's own is refused. Where IAM is enforced, callers have to be allowed to read the secret.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ministack.core import concurrency, iam_actions, iam_evaluator
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import firehose, kinesis

from tests.redshift_sql.data_api import DataApi
from tests.redshift_sql.dialect import PRELUDE, STREAMS
from tests.redshift_sql.postgres import Postgres

from .permissions import Need, lacking, name_resource, role_of_caller, use_of_key
from .provision import Props, client
from .recorded import ApiError, Recorded
from .redshift import CLUSTERS, NAMESPACES, WORKGROUPS

SERVICE = "redshift-data"
READ_STREAM = ("kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards")
"""What a role needs for a view of a stream."""
OWNER = "redshift-data:statement-owner-iam-userid"

log = logging.getLogger(__name__)


@dataclass
class Database:
    """What runs the statements of one warehouse."""

    postgres: Postgres
    api: DataApi
    readers: dict[str, str] = field(default_factory=dict)
    """The roles that read streams, by the schemas in which the streams are tables."""


@dataclass(frozen=True)
class Asked:
    """A statement that was sent."""

    database: Database
    owner: str


_databases = AccountRegionScopedDict()
"""By warehouse."""
_asked = AccountRegionScopedDict()
"""By the id of the statement."""
_starting = threading.Lock()


def install() -> None:
    """Answer the calls, and let records of streams in."""
    Recorded(
        SERVICE,
        ExecuteStatement=_execute,
        DescribeStatement=lambda request: _asked_for(request).api.describe_statement(**request),
        GetStatementResult=lambda request: _asked_for(request).api.get_statement_result(**request),
        CancelStatement=lambda request: _asked_for(request).api.cancel_statement(**request),
    ).install()
    iam_actions.SERVICE_TO_IAM_NAMESPACE[SERVICE] = SERVICE
    name_resource(SERVICE, _arn)
    iam_actions.request_tag_context = _naming_owner(iam_actions.request_tag_context)
    firehose.ingest_from_kinesis_source = _ingesting(firehose.ingest_from_kinesis_source)


def _execute(request: Props) -> Props:
    database = _database(request)
    _check_secret(request["SecretArn"])
    made = database.api.execute_statement(**request)
    _asked[made["Id"]] = Asked(database, iam_evaluator.caller_arn())
    if found := STREAMS.search(request["Sql"]):
        database.readers[found[1]] = found[2]
    return made


def _database(request: Props) -> Database:
    name, database_name = _found(request)
    if database_name != request["Database"]:
        raise ApiError("ValidationException", f'FATAL: database "{request["Database"]}" does not exist')
    with _starting:
        if name not in _databases:
            postgres = _start()
            _databases[name] = Database(postgres, DataApi(postgres, lambda: list(kinesis._streams)))
        found: Database = _databases[name]
        return found


def _found(request: Props) -> tuple[str, str]:
    """The warehouse that a request names, and its database."""
    if (name := request.get("ClusterIdentifier")) in CLUSTERS.known:
        return f"cluster:{name}", CLUSTERS.known[name]["DBName"]
    if (name := request.get("WorkgroupName")) in WORKGROUPS.known:
        return f"workgroup:{name}", NAMESPACES.known[WORKGROUPS.known[name]["namespaceName"]]["dbName"]
    raise ApiError("ValidationException", "Redshift endpoint doesn't exist in this region.")


def _start() -> Postgres:
    """Start a server that ends with this process, however that ends: the system closes what it listens to.

    Its folder is not in pytest's, which nobody but the user may enter; for root, the server runs as nobody.
    """
    server = subprocess.Popen(
        (sys.executable, "-m", "tests.redshift_sql.postgres"),
        env={name: value for name, value in os.environ.items() if name != "TMPDIR"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert server.stdout
    folder = server.stdout.readline().decode().strip()
    if not folder:
        raise RuntimeError("PostgreSQL did not start; why, it says in this log")
    started = Postgres(Path(folder))
    started.run(*PRELUDE.split(";\n"))
    return started


def _check_secret(secret: str) -> None:
    """The Data API reads the password in the caller's name."""
    arn = client("secretsmanager").describe_secret(SecretId=secret)["ARN"]
    role = role_of_caller()
    if role and (denied := Need(("secretsmanager:GetSecretValue",), arn).lacking(role)):
        raise ApiError("AccessDeniedException", f"{role} is not authorized to perform {denied}")


def _asked_for(request: Props) -> Database:
    if request["Id"] not in _asked:
        raise ApiError("ResourceNotFoundException", "Query does not exist.")
    found: Asked = _asked[request["Id"]]
    return found.database


def _arn(request: Mapping[str, str]) -> str:
    """What IAM calls the warehouse of a statement."""
    if name := request.get("ClusterIdentifier"):
        return f"arn:aws:redshift:{get_region()}:{get_account_id()}:cluster:{name}"
    return str(WORKGROUPS.known.get(request.get("WorkgroupName"), {}).get("workgroupArn", ""))


def _naming_owner(context: Callable[..., Props]) -> Callable[..., Props]:
    """Whose statement it is that a request asks about; MiniStack leaves variables of policies as they are."""

    def context_with_owner(service: str, action: str, body: bytes, params: Props) -> Props:
        asked = _asked.get(iam_actions._safe_json_field(body, "Id")) if service == SERVICE else None
        owner = {OWNER: "${aws:userid}" if asked.owner == iam_evaluator.caller_arn() else asked.owner} if asked else {}
        return context(service, action, body, params) | owner

    return context_with_owner


def _ingesting(ingest: Callable[[str, list[tuple[str, bytes]]], None]) -> Callable[..., None]:
    """Hand the records of a stream to Redshift as well."""

    def ingest_and_view(stream: str, records: list[tuple[str, bytes]]) -> None:
        ingest(stream, records)
        for database in _databases.values():
            for schema, role in database.readers.items():
                if denied := lacking(role, _needs(stream)):
                    log.error("%s lacks %s", role, denied)
                else:
                    concurrency.spawn_background(_view, database.postgres, schema, stream, records)

    return ingest_and_view


def _needs(stream: str) -> Iterator[Need]:
    yield Need(READ_STREAM, stream)
    if key := kinesis._streams[stream.rpartition("/")[2]].get("KeyId"):
        yield use_of_key(key, "kinesis", ("Decrypt",), aws_kinesis_arn=stream)


def _view(postgres: Postgres, schema: str, stream: str, records: list[tuple[str, bytes]]) -> None:
    """Write records where the views read them, and make the views anew."""
    connection = postgres.connect()
    try:
        for key, data in records:
            connection.run(
                f'INSERT INTO {schema}."{stream.rpartition("/")[2]}" '
                "VALUES (now(), :key, :shard, :number, now(), :data)",
                key=key,
                shard="shardId-000000000000",
                number=str(time.time_ns()),
                data=data,
            )
        for names in connection.run("SELECT quote_ident(schemaname), quote_ident(matviewname) FROM pg_matviews"):
            connection.run(f"REFRESH MATERIALIZED VIEW {'.'.join(names)}")
    finally:
        connection.close()
