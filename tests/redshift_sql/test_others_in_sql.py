"""Schemas, roles, users, grants and streams, as deployments make and change them in a real database."""

import hashlib
import json
import re
from typing import Any

import pytest

from constructs_lib import redshift
from constructs_lib.redshift.handlers.sql_resources import index, passwords
from tests.redshift_sql.conftest import PASSWORD, Account, Context
from tests.redshift_sql.data_api import FIRST, SECOND
from tests.redshift_sql.warehouses import (
    everything,
    new_grant,
    new_role,
    new_schema,
    new_streaming_ingestion,
    new_table,
    new_user,
)

SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public)'"
ROLES = "SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname !~ '^(pg_|postgres)' ORDER BY rolname"
PRIVILEGES = (
    "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = '{}' ORDER BY privilege_type"
)


def test_a_schema_is_made_and_dropped(account: Account) -> None:
    assert account.deploy("Schema", new_schema)["PhysicalResourceId"] == "made sales"
    assert account.deploy("Schema", new_schema)["Status"] == "SUCCESS"
    assert account.run(SCHEMAS) == [["sales"]]
    assert account.delete("Schema")["Status"] == "SUCCESS"
    assert account.run(SCHEMAS) == []
    assert account.changes == ['CREATE SCHEMA "sales"', 'DROP SCHEMA "sales"']


def test_a_schema_that_exists_is_taken_over_and_never_dropped(account: Account) -> None:
    account.run("CREATE SCHEMA sales")
    assert account.deploy("Schema", new_schema)["PhysicalResourceId"] == "found sales"
    account.delete("Schema")
    assert account.run(SCHEMAS) == [["sales"]]


def test_a_schema_with_something_in_it_is_not_dropped(account: Account) -> None:
    account.deploy("Schema", new_schema)
    account.run("CREATE TABLE sales.orders (id bigint)")
    answer = account.delete("Schema")
    assert answer["Status"] == "FAILED"
    assert "cannot drop schema sales because other objects depend on it" in answer["Reason"]


def test_a_schema_is_not_renamed(account: Account) -> None:
    account.deploy("Schema", new_schema)
    answer = account.deploy("Schema", lambda stack: new_schema(stack, name="more"))
    assert answer["Reason"].startswith("Schema sales is not renamed. Do it with ALTER SCHEMA ... RENAME TO")
    account.run("ALTER SCHEMA sales RENAME TO more")
    assert account.deploy("Schema", lambda stack: new_schema(stack, name="more"))["Status"] == "SUCCESS"


def test_a_role_is_made_renamed_and_dropped(account: Account) -> None:
    assert account.deploy("Role", new_role)["PhysicalResourceId"] == "made reader"
    assert account.deploy("Role", lambda stack: new_role(stack, name="viewer"))["PhysicalResourceId"] == "made reader"
    assert account.run(ROLES) == [["viewer", False]]
    account.delete("Role")
    assert account.run(ROLES) == []


def test_a_role_that_exists_is_taken_over_and_never_dropped(account: Account) -> None:
    account.run("CREATE ROLE reader")
    account.deploy("Role", new_role)
    account.delete("Role")
    assert account.run(ROLES) == [["reader", False]]


def test_a_user_is_made_renamed_and_dropped(account: Account) -> None:
    assert account.deploy("User", new_user)["PhysicalResourceId"] == "made loader"
    assert account.deploy("User", lambda stack: new_user(stack, name="writer"))["Status"] == "SUCCESS"
    assert account.run(ROLES) == [["writer", True]]
    account.delete("User")
    assert account.run(ROLES) == []


def test_a_password_is_sent_as_a_salted_hash_and_shown_nowhere(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.deploy("User", new_user)
    [statement] = account.changes
    match = re.fullmatch(r"CREATE USER \"loader\" PASSWORD 'sha256\|([0-9a-f]{64})\|([0-9a-f]{64})'", statement)
    assert match
    assert hashlib.sha256(PASSWORD.encode() + bytes.fromhex(match[2])).hexdigest() == match[1]
    assert PASSWORD not in "".join(account.data_api.texts)
    printed = capsys.readouterr().out
    assert "CREATE USER \"loader\" PASSWORD '...'" in printed
    assert match[1] not in printed


def test_a_user_that_cannot_be_made_says_so_without_its_hash(account: Account) -> None:
    account.run("CREATE ROLE loader")  # No user: CREATE USER fails.
    answer = account.deploy("User", new_user)
    assert answer["Reason"].startswith('Redshift says of \'CREATE USER "loader" PASSWORD')
    assert 'role "loader" already exists' in answer["Reason"]
    assert "sha256" not in answer["Reason"]


@pytest.mark.parametrize("before", ["loader", None])
def test_the_admin_is_spared(account: Account, before: str | None) -> None:
    """The function logs in as the admin: with another password it would lock itself out, and Redshift too."""
    if before:
        account.deploy("User", new_user)
    done = len(account.changes)
    answer = account.deploy("User", lambda stack: new_user(stack, name="postgres"))
    assert answer["Reason"].startswith("postgres is the admin, whose password Redshift manages.")
    assert account.changes[done:] == []


def test_a_user_is_given_roles_and_loses_them(account: Account) -> None:
    def with_role(stack: Any) -> None:
        new_user(stack, roles=[new_role(stack)])

    account.run("CREATE ROLE reader")
    account.deploy("User", with_role)
    members = "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members WHERE member::text::int > 16000"
    assert account.run(members) == [["reader", "loader"]]
    account.deploy("User", new_user)
    assert account.run(members) == []
    assert [it for it in account.changes if "ROLE" in it] == [
        'GRANT ROLE "reader" TO "loader"',
        'REVOKE ROLE "reader" FROM "loader"',
    ]


def _prepared(account: Account) -> None:
    account.run("CREATE ROLE reader", "CREATE ROLE viewer", "CREATE TABLE orders (id bigint, status varchar(20))")


def test_privileges_are_granted_changed_and_revoked(account: Account) -> None:
    _prepared(account)
    assert account.deploy("Grant", new_grant)["Status"] == "SUCCESS"
    assert account.run(PRIVILEGES.format("reader")) == [["SELECT"]]
    account.deploy("Grant", lambda stack: new_grant(stack, privileges=["INSERT", "UPDATE"]))
    assert account.run(PRIVILEGES.format("reader")) == [["INSERT"], ["UPDATE"]]
    account.deploy("Grant", lambda stack: new_grant(stack, privileges=["UPDATE"], to=new_role(stack, name="viewer")))
    assert account.run(PRIVILEGES.format("reader")) == []
    assert account.run(PRIVILEGES.format("viewer")) == [["UPDATE"]]
    assert account.delete("Grant")["Status"] == "SUCCESS"
    assert account.run(PRIVILEGES.format("viewer")) == []
    assert account.changes == [
        'GRANT SELECT ON TABLE "public"."orders" TO ROLE "reader"',
        'GRANT INSERT, UPDATE ON TABLE "public"."orders" TO ROLE "reader"',
        'REVOKE SELECT ON TABLE "public"."orders" FROM ROLE "reader"',
        'GRANT UPDATE ON TABLE "public"."orders" TO ROLE "viewer"',
        'REVOKE INSERT, UPDATE ON TABLE "public"."orders" FROM ROLE "reader"',
        'REVOKE UPDATE ON TABLE "public"."orders" FROM ROLE "viewer"',
    ]


@pytest.mark.parametrize("gone", ["DROP TABLE orders", "DROP OWNED BY reader; DROP ROLE reader"])
def test_what_is_gone_needs_no_revoking(account: Account, gone: str) -> None:
    _prepared(account)
    account.deploy("Grant", new_grant)
    account.run(*gone.split("; "))
    assert account.delete("Grant")["Status"] == "SUCCESS"


def test_a_schema_is_granted_to_a_user(account: Account) -> None:
    account.run("CREATE SCHEMA sales", "CREATE USER loader")
    make = lambda stack: new_grant(stack, to=new_user(stack), on=new_schema(stack), privileges=["usage"])  # noqa: E731
    account.deploy("Grant", make)
    assert account.run("SELECT has_schema_privilege('loader', 'sales', 'USAGE')") == [[True]]
    account.delete("Grant")
    assert account.run("SELECT has_schema_privilege('loader', 'sales', 'USAGE')") == [[False]]


def test_records_of_a_stream_reach_the_view_and_none_is_lost(account: Account) -> None:
    assert account.deploy("StreamingIngestion", new_streaming_ingestion)["Status"] == "SUCCESS"
    account.run(
        "INSERT INTO clicks_stream.clicks (kinesis_data) VALUES ('{\"page\": 1}'), ('no JSON')",
        "REFRESH MATERIALIZED VIEW clicks",
    )
    assert account.run("SELECT payload, failed_payload FROM clicks ORDER BY 1") == [
        [{"page": 1}, None],
        [None, b"no JSON"],
    ]
    assert account.deploy("StreamingIngestion", new_streaming_ingestion)["Status"] == "SUCCESS"
    assert account.changes == [
        f"CREATE EXTERNAL SCHEMA \"clicks_stream\" FROM KINESIS IAM_ROLE '{account.properties['RoleArn']}'",
        'CREATE MATERIALIZED VIEW "public"."clicks" SORTKEY (approximate_arrival_timestamp) AUTO REFRESH YES AS\n'
        "SELECT approximate_arrival_timestamp, partition_key, shard_id, sequence_number, refresh_time,\n"
        "CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN JSON_PARSE(kinesis_data) ELSE NULL END AS payload,\n"
        "CASE WHEN NOT CAN_JSON_PARSE(kinesis_data) THEN kinesis_data ELSE NULL END AS failed_payload\n"
        'FROM "clicks_stream"."clicks"',
    ]


def test_a_view_that_remembers_a_stream_is_not_changed(account: Account) -> None:
    account.deploy("StreamingIngestion", new_streaming_ingestion)
    changed = lambda stack: new_streaming_ingestion(stack, external_schema="other")  # noqa: E731
    answer = account.deploy("StreamingIngestion", changed)
    assert answer["Reason"].startswith("public.clicks cannot be changed in ExternalSchema: the view would be made anew")
    account.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    assert account.deploy("StreamingIngestion", changed)["Status"] == "SUCCESS"


def test_a_view_that_exists_is_not_taken_over(account: Account) -> None:
    account.run("CREATE VIEW clicks AS SELECT 1")
    answer = account.deploy("StreamingIngestion", new_streaming_ingestion)
    assert answer["Reason"].startswith("public.clicks exists. Declare the view under another name")
    assert account.delete("StreamingIngestion")["Status"] == "SUCCESS"
    assert account.run("SELECT * FROM clicks") == [[1]]


def test_a_disposable_view_is_dropped_with_its_schema(account: Account) -> None:
    account.deploy("StreamingIngestion", new_streaming_ingestion)
    account.delete("StreamingIngestion")
    assert account.changes[2:] == ['DROP MATERIALIZED VIEW "public"."clicks"', 'DROP SCHEMA "clicks_stream"']
    assert account.run("SELECT matviewname FROM pg_matviews") == []


def _rotate(account: Account, step: str) -> None:
    event = {"Step": step, "SecretId": "arn:secret", "ClientRequestToken": SECOND}
    index.handler(event, Context(60))


def test_a_password_is_rotated(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.deploy("User", new_user)
    environment = {"ClusterIdentifier": "analytics", "DATABASE": "analytics"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    account.secrets.stages[SECOND] = ["AWSPENDING"]
    for step in ("createSecret", "createSecret", "setSecret", "testSecret", "finishSecret", "finishSecret"):
        _rotate(account, step)
    new = json.loads(account.secrets.get_secret_value(SecretId="arn:secret")["SecretString"])
    assert new["username"] == "loader"
    assert new["password"] != PASSWORD
    match = re.fullmatch(r"ALTER USER \"loader\" PASSWORD 'sha256\|(\w+)\|(\w+)'", account.changes[-1])
    assert match
    assert hashlib.sha256(new["password"].encode() + bytes.fromhex(match[2])).hexdigest() == match[1]
    assert len(account.changes) == 2
    assert account.secrets.stages[FIRST] == ["AWSPREVIOUS"]
    assert account.data_api.calls[-1].items() >= {"ClusterIdentifier": "analytics", "SecretArn": "arn:admin"}.items()


def test_a_new_password_is_one_that_redshift_takes() -> None:
    for _ in range(50):
        password = passwords.new()
        assert 8 <= len(password) <= 64
        assert not set(password) & set(passwords.FORBIDDEN)
        assert all(re.search(pattern, password) for pattern in ("[a-z]", "[A-Z]", "[0-9]"))


@pytest.mark.parametrize("kind", ["Schema", "Role", "User"])
def test_everything_is_made_in_a_database_that_has_nothing(account: Account, kind: str) -> None:
    if kind == "User":
        account.run("CREATE ROLE reader")
    assert account.deploy(kind, everything)["Status"] == "SUCCESS"


def test_names_of_tables_are_quoted(account: Account) -> None:
    columns = [redshift.Column("select", "bigint"), redshift.Column("from", "varchar(9)")]
    assert account.deploy("Table", lambda stack: new_table(stack, name="order", columns=columns))["Status"] == "SUCCESS"
    assert account.run('SELECT "select", "from" FROM "order"') == []
