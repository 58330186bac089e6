"""The only replica of a table in a stack that names no Region, where the L2 cannot write a customer managed key."""

from typing import Any, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms

from constructs_lib.dynamodb.capacity import OnDemand, Provisioned


@jsii.implements(cdk.IStableAnyProducer)
class LocalReplica:
    """Writes, when the template is made, what the L2 would write if the stack named its Region.

    Args:
        table: The table that was made without the replica's key.
        key: The key of the replica.
        capacity: The capacity to read, which each index has too if it is reserved.
        recovery: How far back it can be restored.
        insights: Which keys contributor insights shows.
        protected: Whether DynamoDB refuses to delete it.
    """

    def __init__(
        self,
        table: dynamodb.TableV2,
        *,
        key: kms.IKey,
        capacity: OnDemand | Provisioned,
        recovery: dynamodb.PointInTimeRecoverySpecification | None,
        insights: dynamodb.ContributorInsightsSpecification | None,
        protected: bool,
    ) -> None:
        self._table = table
        self._replica = {
            "region": cdk.Aws.REGION,
            "deletionProtectionEnabled": protected,
            "sseSpecification": {"kmsMasterKeyId": key.key_arn},
            **_recovery(recovery),
            **_insights(insights),
            **capacity.replica_settings,
        }
        self._index = {
            **_insights(insights),
            **(capacity.replica_settings if isinstance(capacity, Provisioned) else {}),
        }

    def attach(self) -> None:
        """Take the place of what the L2 would write."""
        resource = cast("dynamodb.CfnGlobalTable", self._table.node.default_child)
        resource.replicas = cdk.Lazy.any(self)

    def produce(self) -> list[dict[str, Any]]:
        """Return the replica as CloudFormation wants it, with what was added to the table since it was made."""
        replica: dict[str, Any] = dict(self._replica)
        resource = cast("dynamodb.CfnGlobalTable", self._table.node.default_child)
        indexes = cdk.Stack.of(self._table).resolve(resource.global_secondary_indexes)
        if indexes:
            replica["globalSecondaryIndexes"] = [{"indexName": it["indexName"], **self._index} for it in indexes]
        if policy := self._table.resource_policy:
            replica["resourcePolicy"] = {"policyDocument": policy}
        manager = cdk.TagManager.of(self._table)
        if manager and manager.has_tags():
            replica["tags"] = manager.rendered_tags
        return [replica]


def _recovery(specification: dynamodb.PointInTimeRecoverySpecification | None) -> dict[str, Any]:
    if specification is None:
        return {}
    return {
        "pointInTimeRecoverySpecification": {
            "pointInTimeRecoveryEnabled": True,
            "recoveryPeriodInDays": specification.recovery_period_in_days,
        }
    }


def _insights(specification: dynamodb.ContributorInsightsSpecification | None) -> dict[str, Any]:
    if specification is None or specification.mode is None:
        return {}
    return {"contributorInsightsSpecification": {"enabled": True, "mode": specification.mode.value}}
