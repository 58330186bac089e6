"""`AWS::DynamoDB::GlobalTable` with one replica: the table in the Region that its stack is deployed to.

MiniStack reads the keys of the table and ignores its replica, which has the recovery, the protection, the key and
the insights. Here each setting becomes a call of the API, and what is left over fails the deployment.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb

from .provision import Created, LostPropertyError, Props, WatchedProps, add_type, client, physical_name

TYPE = "AWS::DynamoDB::GlobalTable"

Answer = tuple[int, dict[str, str], str | bytes]
"""Status, headers and body."""
Path = tuple[str, ...]
"""Where a value is in a message: the names of the members that lead to it."""

_OF_TABLE = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes")
_OF_REPLICA = ("DeletionProtectionEnabled", "TableClass", "Tags")
"""The properties that CreateTable takes as they are."""

_FORGOTTEN: tuple[tuple[str, str, Path, Path], ...] = (
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
"""What MiniStack's API takes and forgets: who is told it, who should tell it, and where it is in each message."""


def install() -> None:
    """Add the type, and give the API a memory of all that the type sets."""
    add_type(TYPE, create_table, delete_table)
    for update, describe, told_at, shown_at in _FORGOTTEN:
        _remember(update, describe, told_at, shown_at)


def create_table(logical_id: str, props: WatchedProps, stack_name: str) -> Created:
    """Create the table, then set what CreateTable cannot."""
    table = props.take_all()
    replica = _only_replica(table.pop("Replicas"))
    name = table.pop("TableName", None) or physical_name(logical_id, stack_name)
    request = _pop(table, _OF_TABLE) | _pop(replica, _OF_REPLICA) | _stream(table) | _encryption(table, replica)
    made = client("dynamodb").create_table(TableName=name, **request)["TableDescription"]
    for operation, settings in _settings(table, replica):
        getattr(client("dynamodb"), operation)(TableName=name, **settings)
    if lost := [*table, *replica]:
        raise LostPropertyError(f"{TYPE} {logical_id}: the emulator drops {', '.join(lost)}")
    attributes = {"Arn": "TableArn", "TableId": "TableId", "StreamArn": "LatestStreamArn"}
    return name, {attribute: made[member] for attribute, member in attributes.items() if member in made}


def delete_table(physical_id: str, props: Props) -> None:
    """Delete the table, unless it is protected."""
    client("dynamodb").delete_table(TableName=physical_id)


def _only_replica(replicas: list[Props]) -> Props:
    [replica] = replicas
    region = client("dynamodb").meta.region_name
    if replica["Region"] != region:
        raise LostPropertyError(f"{TYPE}: the emulator makes one replica, and in {region}")
    return {name: value for name, value in replica.items() if name != "Region"}


def _pop(props: Props, names: Iterable[str]) -> Props:
    return {name: props.pop(name) for name in names if name in props}


def _stream(table: Props) -> Props:
    specification = table.pop("StreamSpecification", None)
    return {"StreamSpecification": {"StreamEnabled": True, **specification}} if specification else {}


def _encryption(table: Props, replica: Props) -> Props:
    """Join the kind of encryption, which is the table's, and the key, which is the replica's."""
    specification = dict(table.pop("SSESpecification", {}))
    if not specification:
        return {}
    enabled = specification.pop("SSEEnabled")
    return {"SSESpecification": {"Enabled": enabled, **specification, **replica.pop("SSESpecification", {})}}


def _settings(table: Props, replica: Props) -> Iterable[tuple[str, Props]]:
    """List the calls that follow CreateTable."""
    if recovery := replica.pop("PointInTimeRecoverySpecification", None):
        yield "update_continuous_backups", {"PointInTimeRecoverySpecification": recovery}
    if time_to_live := table.pop("TimeToLiveSpecification", None):
        yield "update_time_to_live", {"TimeToLiveSpecification": time_to_live}
    if insights := dict(replica.pop("ContributorInsightsSpecification", {})):
        action = "ENABLE" if insights.pop("Enabled") else "DISABLE"
        others = {f"ContributorInsights{name}": value for name, value in insights.items()}
        yield "update_contributor_insights", {"ContributorInsightsAction": action, **others}


def _remember(update: str, describe: str, told_at: Path, shown_at: Path) -> None:
    """Make what `update` is told appear in what `describe` answers."""
    update_original: Callable[[Props], Answer] = getattr(dynamodb, update)
    describe_original: Callable[[Props], Answer] = getattr(dynamodb, describe)
    told = AccountRegionScopedDict()

    def update_remembering(request: Props) -> Answer:
        told[request["TableName"]] = _at(request, told_at)
        return update_original(request)

    def describe_remembering(request: Props) -> Answer:
        status, headers, body = describe_original(request)
        value = told.get(request["TableName"])
        if value is None:
            return status, headers, body
        answer = json.loads(body)
        _at(answer, shown_at[:-1])[shown_at[-1]] = value
        return status, headers, json.dumps(answer)

    setattr(dynamodb, update, update_remembering)
    setattr(dynamodb, describe, describe_remembering)


def _at(message: Any, path: Path) -> Any:
    for member in path:
        message = message.get(member) if message else None
    return message
