"""Clicks flow: from the stream into the lake, where analysts query them, and into the view of the warehouse.

Twice: in an account that allows everything, and in one where shop, delivery, warehouse, analysts, and the function that
declares what is in the database, may do what their own roles say, and no more.
"""

import base64
import datetime
import functools
import itertools
import json
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .cloud import Cloud, Resource, eventually
from .warehouse import Rows, ask

Click = dict[str, Any]

NO_CLICK = b"no click, nor any JSON"
PARQUET = b"PAR1"
"""What a file of Parquet begins with."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Clickstream:
    """The stream, the lake and the warehouse of one account."""

    cloud: Cloud

    def only(self, stack: str, resource_type: str, id: str = "") -> Resource:
        """The one resource of a type in a stack, whose logical id begins so."""
        found = [it for it in self.cloud.resources(resource_type) if it.stack.name == stack]
        [resource] = [it for it in found if it.logical_id.startswith(id)]
        return resource

    def in_lake(self, resource_type: str, id: str = "") -> str:
        """The physical id of the one resource of a type in the lake's stack, whose logical id begins so."""
        return self.only("ClickstreamLake", resource_type, id).physical_id

    def shop(self, service: str) -> Any:
        """Connect as the shop, which writes clicks."""
        return self.cloud.client_of(self.in_lake("AWS::IAM::Role", "Shop"), service)

    def analysts(self, service: str) -> Any:
        """Connect as the analysts, who query clicks."""
        return self.cloud.client_of(self.in_lake("AWS::IAM::Role", "Analysts"), service)

    @property
    def stream(self) -> str:
        """The name of the stream."""
        return self.in_lake("AWS::Kinesis::Stream")

    def put(self, *records: bytes) -> None:
        """Write records to the stream, as the shop."""
        entries = [{"Data": record, "PartitionKey": str(number)} for number, record in enumerate(records)]
        assert self.shop("kinesis").put_records(StreamName=self.stream, Records=entries)["FailedRecordCount"] == 0

    def objects(self, prefix: str) -> dict[str, bytes]:
        """What is in the lake below a prefix."""
        s3, bucket = self.cloud.client("s3"), self.in_lake("AWS::S3::Bucket", "LakeBucket5")
        found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return {it["Key"]: s3.get_object(Bucket=bucket, Key=it["Key"])["Body"].read() for it in found}

    def ask_lake(self, sql: str) -> Rows:
        """What a query of the analysts finds."""
        athena = self.analysts("athena")
        query = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self.in_lake("AWS::Glue::Database")},
            WorkGroup=self.in_lake("AWS::Athena::WorkGroup"),
        )["QueryExecutionId"]

        def ended() -> Any:
            execution = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            return execution["Status"]["State"] in ("SUCCEEDED", "FAILED") and execution["Status"]

        assert eventually(f"the end of {sql}", ended)["State"] == "SUCCEEDED"
        _, *rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
        return [[value.get("VarCharValue") for value in row["Data"]] for row in rows]

    def ask_warehouse(self, sql: str) -> Rows:
        """What a statement of the admin finds."""
        return ask(self.cloud, self.only("ClickstreamWarehouse", "AWS::Redshift::Cluster").physical_id, sql)


def new_click() -> Click:
    """A click of a visitor that no other test knows."""
    return {
        "clicked_at": "2026-11-21 09:30:00",
        "visitor": f"visitor-{next(_numbers)}",
        "page": "/pages/1",
        "seconds_on_page": 2.5,
    }


def as_json(click: Click) -> bytes:
    """A click as the shop writes it."""
    return json.dumps(click).encode()


@pytest.fixture(scope="module", params=["cloud", "iam_cloud"])
def clickstream(request: pytest.FixtureRequest) -> Clickstream:
    """The clickstream in either account."""
    return Clickstream(request.getfixturevalue(request.param))


def test_clicks_are_queried_in_the_lake(clickstream: Clickstream) -> None:
    clicks = [new_click() for _ in range(3)]
    visitors = ", ".join(f"'{click['visitor']}'" for click in clicks)
    columns = ", ".join(clicks[0])
    today = datetime.datetime.now(datetime.UTC).date()

    clickstream.put(*(as_json(click) for click in clicks))

    def found() -> Rows | None:
        rows = clickstream.ask_lake(
            f"SELECT {columns} FROM clicks WHERE day >= '{today}' AND visitor IN ({visitors}) ORDER BY visitor"
        )
        return rows if len(rows) == len(clicks) else None

    rows = eventually("the clicks in the lake", found)
    assert rows == [[str(value) for value in click.values()] for click in clicks]


def test_objects_are_columns_in_folders_by_hour(clickstream: Clickstream) -> None:
    before = datetime.datetime.now(datetime.UTC)
    clickstream.put(as_json(new_click()))
    objects = eventually("an object", functools.partial(clickstream.objects, "clicks/"))
    for key, body in objects.items():
        assert body.startswith(PARQUET)
        hour = datetime.datetime.strptime("/".join(key.split("/")[:-1]), "clicks/day=%Y-%m-%d/hour=%H")
        assert datetime.timedelta() <= before.replace(tzinfo=None) - hour < datetime.timedelta(hours=2)


def test_a_query_sees_the_partitions_of_the_table_alone(clickstream: Clickstream) -> None:
    """An object in a folder that the delivery would not write to is in no partition."""
    clickstream.put(as_json(new_click()))
    key, body = next(iter(eventually("an object", functools.partial(clickstream.objects, "clicks/")).items()))
    before = clickstream.ask_lake("SELECT count(*) FROM clicks")
    bucket = clickstream.in_lake("AWS::S3::Bucket", "LakeBucket5")
    s3 = clickstream.cloud.client("s3")
    elsewhere = [f"clicks/day=1999-12-31/hour=00/{key[-40:]}", f"clicks/day=2026-11-21/hour=7/{key[-40:]}"]
    for other in elsewhere:
        s3.put_object(Bucket=bucket, Key=other, Body=body)
    after = clickstream.ask_lake("SELECT count(*) FROM clicks")
    for other in elsewhere:
        s3.delete_object(Bucket=bucket, Key=other)
    assert after == before


def test_what_is_no_click_is_kept_with_the_reason(clickstream: Clickstream) -> None:
    clickstream.put(NO_CLICK)
    failed = eventually(
        "the failed record", functools.partial(clickstream.objects, "errors/clicks/format-conversion-failed/")
    )
    letters = [json.loads(line) for body in failed.values() for line in body.splitlines()]
    assert {base64.b64decode(letter["rawData"]) for letter in letters} == {NO_CLICK}
    assert all(letter["ErrorCode"] and letter["ErrorMessage"] for letter in letters)


def test_clicks_reach_the_view(clickstream: Clickstream) -> None:
    click = new_click()
    clickstream.put(as_json(click), NO_CLICK)

    def found() -> Rows:
        return clickstream.ask_warehouse("SELECT payload FROM shop.clicks WHERE payload IS NOT NULL")

    seen = eventually("the click in the view", lambda: [row for row in found() if json.loads(row[0]) == click])
    assert len(seen) == 1
    failed = clickstream.ask_warehouse("SELECT failed_payload FROM shop.clicks WHERE failed_payload IS NOT NULL")
    assert [NO_CLICK.hex()] in failed


def test_the_table_has_the_columns_that_are_declared(clickstream: Clickstream) -> None:
    columns = clickstream.ask_warehouse(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'shop' AND table_name = 'pages' ORDER BY ordinal_position"
    )
    assert columns == [
        ["page", "character varying", "NO"],
        ["title", "character varying", "YES"],
        ["published_at", "timestamp with time zone", "YES"],
    ]


@pytest.mark.parametrize("relation", ["shop.pages", "shop.clicks"])
def test_analysts_may_read_and_no_more(clickstream: Clickstream, relation: str) -> None:
    rights = {
        right: clickstream.ask_warehouse(f"SELECT has_table_privilege('analysts', '{relation}', '{right}')")
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE")
    }
    assert rights == {"SELECT": [[True]], "INSERT": [[False]], "UPDATE": [[False]], "DELETE": [[False]]}
    assert clickstream.ask_warehouse("SELECT has_schema_privilege('analysts', 'shop', 'USAGE')") == [[True]]
    assert clickstream.ask_warehouse("SELECT has_schema_privilege('analysts', 'shop', 'CREATE')") == [[False]]


@pytest.mark.parametrize("clickstream", ["iam_cloud"], indirect=True)
def test_the_shop_may_not_query_nor_analysts_write(clickstream: Clickstream) -> None:
    workgroup = clickstream.in_lake("AWS::Athena::WorkGroup")
    with pytest.raises(ClientError, match="AccessDenied"):
        clickstream.shop("athena").start_query_execution(QueryString="SELECT 1", WorkGroup=workgroup)
    with pytest.raises(ClientError, match="AccessDenied"):
        clickstream.analysts("kinesis").put_record(StreamName=clickstream.stream, Data=b"{}", PartitionKey="1")
    with pytest.raises(ClientError, match="AccessDenied"):
        clickstream.shop("kinesis").describe_stream(StreamName=clickstream.stream)
    with pytest.raises(ClientError, match="AccessDenied"):
        clickstream.analysts("athena").start_query_execution(QueryString="SELECT 1", WorkGroup="primary")


@pytest.mark.parametrize("clickstream", ["iam_cloud"], indirect=True)
def test_without_its_policies_the_delivery_says_what_it_lacks(clickstream: Clickstream) -> None:
    iam, logs = clickstream.cloud.client("iam"), clickstream.cloud.client("logs")
    role, group = clickstream.in_lake("AWS::IAM::Role", "LakeDelivery"), clickstream.in_lake("AWS::Logs::LogGroup")
    policies = [policy["PolicyArn"] for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]]

    def complaints() -> str:
        return " ".join(event["message"] for event in logs.filter_log_events(logGroupName=group)["events"])

    assert complaints() == ""
    for policy in policies:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy)
    clickstream.put(as_json(new_click()))
    said = eventually("a complaint", complaints)
    for policy in policies:
        iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    for action in ("kinesis:GetRecords", "kms:Decrypt", "glue:GetTableVersions", "s3:PutObject", "logs:PutLogEvents"):
        assert f"{action} on" in said
