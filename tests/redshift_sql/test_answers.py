"""Whatever happens, CloudFormation is told: in words, and in time."""

import time
import urllib.error
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.redshift.handlers.sql_resources import warehouse
from tests.redshift_sql.conftest import Account
from tests.redshift_sql.data_api import PAGE
from tests.redshift_sql.warehouses import WORKGROUP, ExistingWarehouse, new_grant, new_role, new_table


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the function slept, which takes no time here."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


def _error(code: str, message: str = "Wait.") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "ExecuteStatement")


def test_the_answer_is_what_cloudformation_reads(account: Account) -> None:
    account.deploy("Role", new_role)
    [(headers, answer)] = account.inbox.answers
    assert headers["Content-Type"] == ""
    assert answer == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "made reader",
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/Stack/1",
        "RequestId": "1",
        "LogicalResourceId": "It",
    }


def test_a_statement_that_fails_is_said_with_the_reason(account: Account) -> None:
    answer = account.deploy("Grant", new_grant)
    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"] == "not made"
    assert answer["Reason"] == (
        'Redshift says of \'GRANT SELECT ON TABLE "public"."orders" TO ROLE "reader"\': FAILED, ERROR: relation '
        '"public.orders" does not exist (The log is 2026/11/21/[1]abc.)'
    )


def test_a_long_reason_is_cut(account: Account) -> None:
    account.data_api.refusals = [_error("ValidationException", "x" * 9000)]
    answer = account.deploy("Role", new_role)
    assert len(answer["Reason"]) < 3_000


def test_a_statement_that_never_ends_is_cancelled_in_time(account: Account) -> None:
    account.deploy("Table", new_table)
    blocker = account.postgres.connect()
    blocker.run("BEGIN")
    blocker.run("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
    account.seconds = 21
    started = time.monotonic()
    answer = account.delete("Table")
    blocker.close()
    assert time.monotonic() - started < 15
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(
        '\'DROP TABLE "public"."orders"\' did not end in time, and was cancelled. Look at what locks it'
    )
    assert account.run("SELECT * FROM orders") == []


@pytest.mark.parametrize(
    "error",
    [
        _error("AccessDeniedException"),
        _error("X", "could not serialize access"),
        _error("X", "tuple concurrently updated"),
    ],
)
def test_what_passes_is_tried_again(account: Account, pauses: list[float], error: ClientError) -> None:
    account.data_api.refusals = [error, error]
    assert account.deploy("Role", new_role)["Status"] == "SUCCESS"
    assert [it for it in pauses if it in (0.5, 1.0)] == [0.5, 1.0]


def test_what_does_not_pass_is_given_up(account: Account, pauses: list[float]) -> None:
    account.data_api.refusals = [_error("AccessDeniedException")] * warehouse.ATTEMPTS
    answer = account.deploy("Role", new_role)
    assert answer["Reason"].startswith("An error occurred (AccessDeniedException)")
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0]


def test_nothing_is_tried_again_when_there_is_no_time(account: Account, pauses: list[float]) -> None:
    account.data_api.refusals = [_error("AccessDeniedException")] * 2
    account.seconds = 20
    assert account.deploy("Role", new_role)["Status"] == "FAILED"
    assert pauses == []


def test_another_error_is_said_at_once(account: Account, pauses: list[float]) -> None:
    account.data_api.refusals = [_error("ValidationException")]
    assert account.deploy("Role", new_role)["Status"] == "FAILED"
    assert pauses == []


def test_an_answer_that_is_not_taken_is_sent_again(account: Account, pauses: list[float]) -> None:
    account.inbox.failures += [503, 500]
    assert account.deploy("Role", new_role)["Status"] == "SUCCESS"
    assert len(account.inbox.answers) == 3


def test_an_answer_that_is_never_taken_fails_the_invocation(account: Account, pauses: list[float]) -> None:
    """Lambda tries again, and then the event is in the dead-letter queue, whose alarm says so."""
    account.inbox.failures += [503] * 5
    with pytest.raises(urllib.error.HTTPError):
        account.deploy("Role", new_role)


def test_a_deletion_of_what_was_never_made_does_nothing(account: Account) -> None:
    account.data_api.refusals = [_error("ValidationException")]
    account.deploy("Role", new_role)
    assert account.delete("Role")["Status"] == "SUCCESS"
    assert account.data_api.texts == []


def test_a_long_result_is_read_whole(account: Account) -> None:
    columns = [f"c{number} bigint" for number in range(PAGE * 2 + 1)]
    account.run(f"CREATE TABLE orders (id bigint, status varchar(20), {', '.join(columns)})")
    assert account.deploy("Table", new_table)["PhysicalResourceId"] == "found public.orders"
    assert account.changes == []


def test_a_serverless_workgroup_is_named_as_the_data_api_wants_it(account: Account) -> None:
    def make(stack: Any) -> None:
        new_role(stack, warehouse=ExistingWarehouse(stack, "Workgroup", target=WORKGROUP))

    assert account.deploy("Role", make)["Status"] == "SUCCESS"
    assert {it["WorkgroupName"] for it in account.data_api.calls} == {"analytics"}
    assert all("ClusterIdentifier" not in it for it in account.data_api.calls)
