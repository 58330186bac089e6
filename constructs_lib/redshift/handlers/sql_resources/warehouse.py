"""Runs statements through the Redshift Data API, each on its own, and waits for them."""

import os
import time
from typing import Any, Final

CONFLICTS: Final = ("could not serialize", "concurrently updated", "conflict with concurrent", "isolation violation")
"""What Redshift says when two transactions changed the same part of the catalog: the later one may try again."""
NOT_YET: Final = "AccessDeniedException"
"""What a permission says that was attached a moment ago."""
ATTEMPTS: Final = 6
LONGEST_PAUSE_SECONDS: Final = 2.0
LONGEST_ERROR: Final = 1_500


class RefusedError(Exception):
    """What is declared cannot be, or may not be, made; the message says why, and what to do."""


class Warehouse:
    """The database that a custom resource names.

    Args:
        client: The client of the Redshift Data API.
        properties: Those of the custom resource, with the target and the database.
        deadline: When to stop waiting, as ``time.monotonic()`` tells it.
        rolling_back: Tells whether the stack is being rolled back.
    """

    def __init__(self, client: Any, properties: dict[str, Any], *, deadline: float, rolling_back: Any) -> None:
        self._client = client
        self._deadline = deadline
        self._where = {
            **properties["Target"],
            "Database": properties["Database"],
            "SecretArn": os.environ["ADMIN_SECRET_ARN"],
        }
        self.rolling_back = rolling_back

    def refuse(self, reasons: list[str]) -> None:
        """Refuse a change, unless it takes back one that failed: a roll-back that fails leaves the stack stuck.

        Raises:
            RefusedError: There are reasons.
        """
        if not reasons:
            return
        if self.rolling_back():
            print(f"Left as it is, because the stack is being rolled back: {' '.join(reasons)}")
            return
        raise RefusedError(" ".join(reasons))

    def run(self, sql: str, *, shown: str | None = None, **parameters: str) -> list[list[Any]]:
        """Run one statement, and return its rows.

        Args:
            sql: The statement; ``:name`` stands for a parameter.
            shown: What messages show instead of the statement, if it holds a secret.
            parameters: Values by name.

        Raises:
            RefusedError: Redshift refused the statement, or did not finish it in time.
        """
        for attempt in range(ATTEMPTS):
            try:
                return self._run(sql, shown or sql, parameters)
            except Exception as error:
                again = NOT_YET in str(error) or any(it in str(error) for it in CONFLICTS)
                pause = 2.0**attempt / 2
                if not again or attempt == ATTEMPTS - 1 or time.monotonic() + pause > self._deadline:
                    raise
                time.sleep(pause)
        raise AssertionError("unreachable")

    def _run(self, sql: str, shown: str, parameters: dict[str, str]) -> list[list[Any]]:
        print(shown)
        given = {"Parameters": [{"name": it, "value": value} for it, value in parameters.items()]} if parameters else {}
        statement = self._client.execute_statement(Sql=sql, **self._where, **given)["Id"]
        done = self._wait(statement, shown)
        if done["Status"] != "FINISHED":
            reason = str(done.get("Error", "no reason given"))[:LONGEST_ERROR]
            raise RefusedError(f"Redshift says of {shown!r}: {done['Status']}, {reason}")
        return self._rows(statement) if done.get("HasResultSet") else []

    def _wait(self, statement: str, shown: str) -> dict[str, Any]:
        pause = 0.05
        while True:
            done: dict[str, Any] = self._client.describe_statement(Id=statement)
            if done["Status"] in ("FINISHED", "FAILED", "ABORTED"):
                return done
            if time.monotonic() + pause > self._deadline:
                self._client.cancel_statement(Id=statement)
                raise RefusedError(
                    f"{shown!r} did not end in time, and was cancelled. Look at what locks it, and try again."
                )
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _rows(self, statement: str) -> list[list[Any]]:
        rows: list[list[Any]] = []
        page: dict[str, Any] = {"NextToken": None}
        while "NextToken" in page:
            more = {"NextToken": page["NextToken"]} if page["NextToken"] else {}
            page = self._client.get_statement_result(Id=statement, **more)
            rows += [[_value(field) for field in record] for record in page["Records"]]
        return rows


def _value(field: dict[str, Any]) -> Any:
    return None if field.get("isNull") else next(iter(field.values()))
