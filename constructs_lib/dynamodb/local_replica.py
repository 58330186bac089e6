"""The only replica of a table in a stack that names no Region, where the L2 cannot write a customer managed key."""

from typing import Any, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms


@jsii.implements(cdk.IStableAnyProducer)
class LocalReplica:
    """Writes, when the template is made, what the L2 would write if the stack named its Region.

    Args:
        table: The table that was made without the replica's key.
        key: The key of the replica.
        recovery: How far back it can be restored.
        insights: Which keys contributor insights shows.
        protected: Whether DynamoDB refuses to delete it.
    """

    def __init__(
        self,
        table: dynamodb.TableV2,
        key: kms.IKey,
        recovery: dynamodb.PointInTimeRecoverySpecification | None,
        insights: dynamodb.ContributorInsightsSpecification | None,
        protected: bool,
    ) -> None:
        self.table = table
        self.key = key
        self.recovery = recovery
        self.insights = insights
        self.protected = protected

    def attach(self) -> None:
        """Take the place of what the L2 would write."""
        resource = cast("dynamodb.CfnGlobalTable", self.table.node.default_child)
        resource.replicas = cdk.Lazy.any(self)

    def produce(self) -> list[dict[str, Any]]:
        """Return the replica as CloudFormation wants it."""
        replica: dict[str, Any] = {
            "region": cdk.Aws.REGION,
            "deletionProtectionEnabled": self.protected,
            "sseSpecification": {"kmsMasterKeyId": self.key.key_arn},
        }
        if self.recovery:
            replica["pointInTimeRecoverySpecification"] = {
                "pointInTimeRecoveryEnabled": True,
                "recoveryPeriodInDays": self.recovery.recovery_period_in_days,
            }
        if self.insights and self.insights.mode:
            replica["contributorInsightsSpecification"] = {"enabled": True, "mode": self.insights.mode.value}
        if policy := self.table.resource_policy:
            replica["resourcePolicy"] = {"policyDocument": policy}
        manager = cdk.TagManager.of(self.table)
        if manager and manager.has_tags():
            replica["tags"] = manager.rendered_tags
        return [replica]
