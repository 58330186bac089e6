"""`AWS::DynamoDB::GlobalTable` with one replica: the table of the Region that it is deployed to.

MiniStack reads the table's keys and ignores its replica, which carries recovery, protection, key and insights. Here
each setting becomes the API call that AWS documents for it; what is left over fails the deployment.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from ministack.services import dynamodb

from .provision import Created, LostProperty, Props, WatchedProps, add_handler, client, physical_name

Answer = tuple[int, dict[str, str], str | bytes]
"""Status, headers and body."""

_CREATE_FROM_TABLE = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
)
_CREATE_FROM_REPLICA = ("DeletionProtectionEnabled", "TableClass", "Tags")

_FORGOTTEN = (
    (
        "_update_continuous_backups",
        "_describe_continuous_backups",
        ("PointInTimeRecoverySpecification", "RecoveryPeriodInDays"),
        ("ContinuousBackupsDescription", "PointInTimeRecoveryDescription", "RecoveryPeriodInDays"),
    ),
    (
        "_update_contributor_insights",
        "_describe_contributor_insights",
        ("ContributorInsightsMode",),
        ("ContributorInsightsMode",),
    ),
)
"""What MiniStack's API takes and forgets: who takes it, who should tell it, and where it is in either message."""


def install() -> None:
    """Add the type, and make the API remember all that the type sets."""
    add_handler("AWS::DynamoDB::GlobalTable", create_table, delete_table)
    for update, describe, request_path, answer_path in _FORGOTTEN:
        _remember(update, describe, request_path, answer_path)


def create_table(logical_id: str, props: WatchedProps, stack_name: str) -> Created:
    """Create the table, then set what CreateTable cannot."""
    table = props.take_all()
    replica = _only_replica(table.pop("Replicas"))
    name = table.pop("TableName", None) or physical_name(logical_id, stack_name)
    request = _pop(table, _CREATE_FROM_TABLE) | _pop(replica, _CREATE_FROM_REPLICA)
    request |= _stream(table) | _encryption(table, replica) | _throughput(table, replica)
    description = client("dynamodb").create_table(TableName=name, **request)["TableDescription"]
    for operation, settings in _settings(table, replica):
        getattr(client("dynamodb"), operation)(TableName=name, **settings)
    if lost := [*table, *(f"Replicas.{member}" for member in replica)]:
        raise LostProperty(f"AWS::DynamoDB::GlobalTable {logical_id}: the emulator drops {', '.join(lost)}")
    attributes = {"Arn": "TableArn", "TableId": "TableId", "StreamArn": "LatestStreamArn"}
    return name, {name: description[member] for name, member in attributes.items() if member in description}


def delete_table(physical_id: str, props: Props) -> None:
    """Delete the table, unless it is protected."""
    client("dynamodb").delete_table(TableName=physical_id)


def _only_replica(replicas: list[Props]) -> Props:
    if len(replicas) != 1 or replicas[0]["Region"] != client("dynamodb").meta.region_name:
        raise LostProperty(
            "AWS::DynamoDB::GlobalTable: the emulator makes one replica, in the stack's own Region"
        )
    return {name: value for name, value in replicas[0].items() if name != "Region"}


def _pop(props: Props, names: Iterable[str]) -> Props:
    return {name: props.pop(name) for name in names if name in props}


def _stream(table: Props) -> Props:
    specification = table.pop("StreamSpecification", None)
    return {"StreamSpecification": {"StreamEnabled": True, **specification}} if specification else {}


def _encryption(table: Props, replica: Props) -> Props:
    """The kind of encryption is the table's, the key the replica's: a key does not leave its Region."""
    specification = dict(table.pop("SSESpecification", {}))
    if not specification:
        return {}
    enabled = specification.pop("SSEEnabled")
    return {"SSESpecification": {"Enabled": enabled, **specification, **replica.pop("SSESpecification", {})}}


def _throughput(table: Props, replica: Props) -> Props:
    limits = table.pop("WriteOnDemandThroughputSettings", {}) | replica.pop(
        "ReadOnDemandThroughputSettings", {}
    )
    return {"OnDemandThroughput": limits} if limits else {}


def _settings(table: Props, replica: Props) -> Iterable[tuple[str, Props]]:
    """The calls that follow CreateTable."""
    if recovery := replica.pop("PointInTimeRecoverySpecification", None):
        yield "update_continuous_backups", {"PointInTimeRecoverySpecification": recovery}
    if time_to_live := table.pop("TimeToLiveSpecification", None):
        yield "update_time_to_live", {"TimeToLiveSpecification": time_to_live}
    if insights := replica.pop("ContributorInsightsSpecification", None):
        yield "update_contributor_insights", _insights(insights)
    for index in replica.pop("GlobalSecondaryIndexes", ()):
        insights = index["ContributorInsightsSpecification"]
        yield "update_contributor_insights", {"IndexName": index["IndexName"], **_insights(insights)}


def _insights(specification: Props) -> Props:
    mode = {"ContributorInsightsMode": specification["Mode"]} if "Mode" in specification else {}
    return {"ContributorInsightsAction": "ENABLE" if specification["Enabled"] else "DISABLE", **mode}


def _remember(
    update: str, describe: str, request_path: tuple[str, ...], answer_path: tuple[str, ...]
) -> None:
    """Make what `update` was told appear in what `describe` answers."""
    update_original: Callable[[Props], Answer] = getattr(dynamodb, update)
    describe_original: Callable[[Props], Answer] = getattr(dynamodb, describe)
    told: dict[tuple[str, str], Any] = {}

    def update_remembering(request: Props) -> Answer:
        told[_subject(request)] = _at(request, request_path)
        return update_original(request)

    def describe_remembering(request: Props) -> Answer:
        status, headers, body = describe_original(request)
        value = told.get(_subject(request))
        if value is None:
            return status, headers, body
        answer = json.loads(body)
        _at(answer, answer_path[:-1])[answer_path[-1]] = value
        return status, headers, json.dumps(answer)

    setattr(dynamodb, update, update_remembering)
    setattr(dynamodb, describe, describe_remembering)


def _subject(request: Props) -> tuple[str, str]:
    return request["TableName"], request.get("IndexName", "")


def _at(message: Any, path: Iterable[str]) -> Any:
    for member in path:
        message = message.get(member) if message else None
    return message
