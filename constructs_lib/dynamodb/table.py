"""A table that can be restored to any second, encrypted with its own key."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.alarms import Alarms
from constructs_lib.backup import BackupPolicy, StoreBackup
from constructs_lib.dynamodb.capacity import OnDemand, Provisioned
from constructs_lib.dynamodb.local_replica import LocalReplica
from constructs_lib.dynamodb.table_alarms import ACCOUNT_ALARMS, table_alarms
from constructs_lib.encryption import store_key
from constructs_lib.errors import Checks, is_token
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import Permission
from constructs_lib.practices import dynamodb as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

_INDEX_NAME: Final = re.compile("[a-zA-Z0-9_.-]{3,255}")
MOST_INDEXES: Final = 20
LONGEST_ATTRIBUTE: Final = 255
NAMESPACE: Final = "AWS/DynamoDB"
ACCOUNT_ALARMS_ID: Final = "DynamoDBAccountAlarms"

WAIVABLE: Final[tuple[Practice, ...]] = (
    practices.POINT_IN_TIME_RECOVERY,
    practices.DELETION_PROTECTION,
    practices.BACKUP_PLAN,
    practices.CONTRIBUTOR_INSIGHTS,
    practices.ALARMS,
)


class Table(Construct):
    """A DynamoDB table with point-in-time recovery.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/best-practices.html

    Metrics and grants are those of ``.table``. CDK's grants write inline policies, which the packs report;
    :func:`constructs_lib.permissions.grant` writes managed ones.

    Args:
        scope: The parent construct.
        id: The construct's id.
        partition_key: The attribute that spreads the items.
        sort_key: The attribute that orders the items of one partition key.
        capacity: On demand, with a ceiling if wanted, or provisioned and scaled.
        global_secondary_indexes: Up to 20 other keys to query by; with capacity or ceilings of their own only in a
            stack that names its Region. A ceiling of the table is none of theirs.
        stream: What the stream tells of each change; None has no stream.
        expiry_attribute: The attribute that holds the second, since 1970, after which an item is deleted; None
            keeps items.
        backup: How far back the table can be restored, how long recovery points are kept, and in whose plan.
        key: Encrypts items, indexes, stream and backups; None makes a key for this table alone.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether the table outlives its stack.
        waive: Practices to leave out, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        partition_key: dynamodb.Attribute,
        sort_key: dynamodb.Attribute | None = None,
        capacity: OnDemand | Provisioned = OnDemand(),
        global_secondary_indexes: Sequence[dynamodb.GlobalSecondaryIndexPropsV2] = (),
        stream: dynamodb.StreamViewType | None = None,
        expiry_attribute: str | None = None,
        backup: BackupPolicy = BackupPolicy(),
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers = Waivers(
            waive,
            known=WAIVABLE,
            checks=checks,
            lifecycle=lifecycle,
            protections=[practices.DELETION_PROTECTION],
        )
        _check_attributes(partition_key, sort_key, expiry_attribute, checks)
        _check_indexes(global_secondary_indexes, checks)
        _check_agnostic(scope, global_secondary_indexes, checks)
        check_region(scope, {"key": key, "backup": backup.plan, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.lifecycle = lifecycle
        """Whether the table outlives its stack."""
        self.key = store_key(self, key, lifecycle)
        self.stream = stream
        recovery = insights = None
        if waivers.keeps(practices.POINT_IN_TIME_RECOVERY):
            recovery = dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=backup.days
            )
        if waivers.keeps(practices.CONTRIBUTOR_INSIGHTS):
            insights = dynamodb.ContributorInsightsSpecification(
                enabled=True, mode=dynamodb.ContributorInsightsMode.THROTTLED_KEYS
            )
        protected = waivers.keeps(practices.DELETION_PROTECTION)
        self.table = dynamodb.TableV2(
            self,
            "Table",
            partition_key=partition_key,
            sort_key=sort_key,
            billing=capacity.billing,
            global_secondary_indexes=list(global_secondary_indexes) or None,
            dynamo_stream=stream,
            time_to_live_attribute=expiry_attribute,
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(self.key),
            point_in_time_recovery_specification=recovery,
            contributor_insights_specification=insights,
            deletion_protection=protected,
            removal_policy=lifecycle.removal_policy,
        )
        if is_token(cdk.Stack.of(self).region):
            LocalReplica(
                self.table,
                key=self.key,
                capacity=capacity,
                recovery=recovery,
                insights=insights,
                protected=protected,
            ).attach()
        waivers.acknowledge(self.table)
        self.backup = self._back_up(backup, lifecycle) if waivers.keeps(practices.BACKUP_PLAN) else None
        self.alarms: Alarms | None = None
        if waivers.keeps(practices.ALARMS):
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=table_alarms(capacity),
                namespace=NAMESPACE,
                dimensions={"TableName": self.table.table_name},
                topic=alarm_topic,
            )
            self._watch_account(alarm_topic)

    def _back_up(self, policy: BackupPolicy, lifecycle: Lifecycle) -> StoreBackup:
        table = self.table.table_arn
        return StoreBackup(
            self,
            "Backup",
            arn=table,
            policy=policy,
            key=self.key,
            lifecycle=lifecycle,
            permissions=[
                Permission(
                    actions=(
                        "dynamodb:CreateBackup",
                        "dynamodb:DescribeTable",
                        "dynamodb:ListTagsOfResource",
                        "dynamodb:StartAwsBackupJob",
                    ),
                    resources=(table,),
                ),
                Permission(
                    actions=("dynamodb:DeleteBackup", "dynamodb:DescribeBackup"),
                    resources=(f"{table}/backup/*",),
                    wildcard="DynamoDB names each backup when it makes it.",
                ),
            ],
        )

    def _watch_account(self, topic: sns.ITopic | None) -> None:
        """Watch, once in a stack, what AWS publishes for the account alone; the first topic of a table receives it."""
        stack = cdk.Stack.of(self)
        made = stack.node.try_find_child(ACCOUNT_ALARMS_ID)
        if isinstance(made, Alarms):
            if topic and made.topic is None:
                made.send_to(topic)
        else:
            Alarms(
                stack,
                ACCOUNT_ALARMS_ID,
                rules=ACCOUNT_ALARMS,
                namespace=NAMESPACE,
                dimensions={},
                topic=topic,
            )


def _check_attributes(
    partition_key: dynamodb.Attribute,
    sort_key: dynamodb.Attribute | None,
    expiry_attribute: str | None,
    checks: Checks,
) -> None:
    keys = {"partition_key": partition_key, "sort_key": sort_key}
    names = {option: attribute.name for option, attribute in keys.items() if attribute}
    for option, name in {**names, "expiry_attribute": expiry_attribute}.items():
        if name is not None:
            _check_name(option, name, checks)
    if sort_key:
        checks.require(
            sort_key.name != partition_key.name,
            "sort_key",
            sort_key.name,
            allowed="another attribute than partition_key",
            advice="Choose another name.",
        )
    checks.require(
        expiry_attribute is None or expiry_attribute not in names.values(),
        "expiry_attribute",
        expiry_attribute,
        allowed="an attribute that is no key",
        advice="Store the expiry in an attribute of its own, as a number.",
    )


def _check_name(option: str, name: str, checks: Checks) -> None:
    allowed = f"1 to {LONGEST_ATTRIBUTE} characters"
    checks.require(1 <= len(name) <= LONGEST_ATTRIBUTE, option, name, allowed=allowed, advice="Choose another name.")


def _check_indexes(indexes: Sequence[dynamodb.GlobalSecondaryIndexPropsV2], checks: Checks) -> None:
    names = [index.index_name for index in indexes]
    checks.require(
        len(names) <= MOST_INDEXES,
        "global_secondary_indexes",
        names,
        given=f"{len(names)} indexes",
        allowed=f"at most {MOST_INDEXES}",
        advice="Overload an index with attributes of several kinds of item.",
    )
    for index in indexes:
        checks.require(
            _INDEX_NAME.fullmatch(index.index_name) is not None,
            "global_secondary_indexes",
            index.index_name,
            allowed="names of 3 to 255 letters, digits, dots, dashes and underscores",
            advice="Rename the index.",
        )
        keys = [key.name for key in (index.partition_key, index.sort_key) if key]
        for key in keys:
            _check_name("global_secondary_indexes", key, checks)
        advice = f"Choose another sort key for {index.index_name}."
        checks.require(len(keys) == len(set(keys)), "global_secondary_indexes", keys, allowed="two keys", advice=advice)
    checks.require(
        len(names) == len(set(names)),
        "global_secondary_indexes",
        names,
        allowed="names that differ",
        advice="Rename an index.",
    )


def _check_agnostic(scope: Construct, indexes: Sequence[dynamodb.GlobalSecondaryIndexPropsV2], checks: Checks) -> None:
    own = [index.index_name for index in indexes if index.read_capacity or index.max_read_request_units]
    if own and is_token(cdk.Stack.of(scope).region):
        checks.problem(
            "global_secondary_indexes",
            f"capacity of their own for {', '.join(own)}, in a stack that names no Region",
            allowed="the capacity of the table",
            advice="Give the stack env=cdk.Environment(region=...), or leave the capacity out.",
        )
