"""The Redshift Data API, Secrets Manager and CloudFormation, as far as the function calls them."""

import json
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Final

import boto3
from botocore.validate import validate_parameters
from pg8000.native import DatabaseError

from tests.redshift_sql.dialect import as_postgres
from tests.redshift_sql.postgres import Postgres

FIRST, SECOND = "1" * 32, "2" * 32
"""Versions of a secret."""
PAGE: Final = 2
"""Rows in a page of a result: few, so that there are several."""
MODELS: Final = {
    name: boto3.session.Session(region_name="eu-west-1").client(name).meta.service_model
    for name in ("redshift-data", "secretsmanager", "cloudformation")
}


def _check(service: str, operation: str, given: dict[str, Any]) -> None:
    """Refuse what the real client would refuse: a missing, unknown or misspelled parameter."""
    validate_parameters(given, MODELS[service].operation_model(operation).input_shape)


class Statement:
    """A statement that runs in a session of its own."""

    def __init__(self, postgres: Postgres, sql: str, parameters: dict[str, str]) -> None:
        self.status, self.error = "STARTED", ""
        self.rows: list[list[Any]] = []
        self.has_result = False
        self._postgres = postgres
        self._connection = postgres.connect()
        [[self._process]] = self._connection.run("SELECT pg_backend_pid()")
        self._thread = threading.Thread(target=self._run, args=(sql, parameters), daemon=True)
        self._thread.start()

    def _run(self, sql: str, parameters: dict[str, str]) -> None:
        try:
            self.rows = list(self._connection.run(sql, **parameters) or [])
            self.has_result = bool(self._connection.columns)
            self.status = "FINISHED"
        except DatabaseError as error:
            self.error = f"ERROR: {error.args[0]['M']}"
            self.status = "ABORTED" if error.args[0]["C"] == "57014" else "FAILED"
        finally:
            self._connection.close()

    def cancel(self) -> None:
        self._postgres.run(f"SELECT pg_cancel_backend({self._process})")
        self._thread.join(5)


class DataApi:
    """Answers like the client of the Redshift Data API; `streams` names the streams that there are."""

    def __init__(self, postgres: Postgres, streams: Callable[[], Iterable[str]] = lambda: ("clicks",)) -> None:
        self._postgres = postgres
        self._streams = streams
        self._statements: dict[str, Statement] = {}
        self.texts: list[str] = []
        """What was sent, as Redshift would have read it."""
        self.calls: list[dict[str, Any]] = []
        self.refusals: list[Exception] = []
        """What the next calls fail with."""

    def execute_statement(self, **given: Any) -> dict[str, Any]:
        _check("redshift-data", "ExecuteStatement", given)
        if self.refusals:
            raise self.refusals.pop(0)
        self.calls.append(given)
        self.texts.append(given["Sql"])
        parameters = {it["name"]: it["value"] for it in given.get("Parameters", [])}
        statement = str(uuid.uuid4())
        self._statements[statement] = Statement(self._postgres, as_postgres(given["Sql"], self._streams()), parameters)
        return {"Id": statement}

    def describe_statement(self, **given: Any) -> dict[str, Any]:
        _check("redshift-data", "DescribeStatement", given)
        statement = self._statements[given["Id"]]
        answer: dict[str, Any] = {"Id": given["Id"], "Status": statement.status}
        if answer["Status"] == "FINISHED":
            answer["HasResultSet"] = statement.has_result
        return {**answer, **({"Error": statement.error} if answer["Status"] in ("FAILED", "ABORTED") else {})}

    def get_statement_result(self, **given: Any) -> dict[str, Any]:
        _check("redshift-data", "GetStatementResult", given)
        rows = self._statements[given["Id"]].rows
        start = int(given.get("NextToken", 0))
        end = start + PAGE
        page = {"Records": [[_field(value) for value in row] for row in rows[start:end]]}
        return {**page, **({"NextToken": str(end)} if end < len(rows) else {})}

    def cancel_statement(self, **given: Any) -> dict[str, Any]:
        _check("redshift-data", "CancelStatement", given)
        self._statements[given["Id"]].cancel()
        return {"Status": True}


def _field(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"isNull": True}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"longValue": value}
        case dict() | list():
            return {"stringValue": json.dumps(value)}
        case bytes():
            return {"stringValue": value.hex()}
    return {"stringValue": str(value)}


class Secrets:
    """Answers like the client of Secrets Manager, for one secret."""

    class exceptions:  # noqa: N801 (as boto3 calls it)
        class ResourceNotFoundException(Exception):  # noqa: N818
            pass

    def __init__(self, value: str) -> None:
        self.versions = {FIRST: value}
        self.stages: dict[str, list[str]] = {FIRST: ["AWSCURRENT"]}

    def describe_secret(self, **given: Any) -> dict[str, Any]:
        _check("secretsmanager", "DescribeSecret", given)
        return {"VersionIdsToStages": {name: list(stages) for name, stages in self.stages.items()}}

    def get_secret_value(self, **given: Any) -> dict[str, Any]:
        _check("secretsmanager", "GetSecretValue", given)
        stage = given.get("VersionStage", "AWSCURRENT")
        for name, stages in self.stages.items():
            if stage in stages and given.get("VersionId", name) == name and name in self.versions:
                return {"SecretString": self.versions[name]}
        raise self.exceptions.ResourceNotFoundException

    def put_secret_value(self, **given: Any) -> None:
        _check("secretsmanager", "PutSecretValue", given)
        self.versions[given["ClientRequestToken"]] = given["SecretString"]
        self.stages[given["ClientRequestToken"]] = given["VersionStages"]

    def update_secret_version_stage(self, **given: Any) -> None:
        _check("secretsmanager", "UpdateSecretVersionStage", given)
        self.stages[given["RemoveFromVersionId"]] = ["AWSPREVIOUS"]
        self.stages[given["MoveToVersionId"]] = ["AWSCURRENT"]


class CloudFormation:
    """Answers like the client of CloudFormation, for one stack."""

    def __init__(self) -> None:
        self.status = "UPDATE_IN_PROGRESS"

    def describe_stacks(self, **given: Any) -> dict[str, Any]:
        _check("cloudformation", "DescribeStacks", given)
        return {"Stacks": [{"StackStatus": self.status}]}
