"""What runs SQL: a cluster, or a serverless workgroup."""

from collections.abc import Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.lifecycle import Lifecycle


class Warehouse(Construct):
    """A Redshift warehouse, as those see it that run SQL in it; made as a cluster or a serverless workgroup."""

    key: kms.IKey
    lifecycle: Lifecycle
    alarm_topic: sns.ITopic | None
    """What receives the alarms of the warehouse, and of what runs SQL in it."""
    database_name: str
    admin_secret_arn: str
    """The secret of the admin user, whose password Redshift manages and rotates, as calls take it."""
    admin_secret_resource: str
    """What IAM calls this secret in permissions."""
    data_api_arn: str
    """What IAM calls the warehouse in permissions for the Redshift Data API: the ARN of the cluster or workgroup."""
    data_api_target: Mapping[str, str]
    """The warehouse in calls of the Redshift Data API: ``{"ClusterIdentifier": ...}`` or ``{"WorkgroupName": ...}``."""

    def attach_role(self, role: iam.IRole) -> None:
        """Let the warehouse assume a role, for COPY, UNLOAD and external schemas."""
        raise NotImplementedError
