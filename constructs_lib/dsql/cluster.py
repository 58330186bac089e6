"""A cluster of Aurora DSQL: one database that every client writes to, encrypted, backed up and watched."""

from collections.abc import Mapping
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_dsql as dsql
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.alarms import Alarms
from constructs_lib.arns import arn
from constructs_lib.backup import BackupPolicy, StoreBackup
from constructs_lib.dsql.cluster_alarms import CLUSTER_ALARMS
from constructs_lib.dsql.multi_region import MultiRegion
from constructs_lib.encryption import store_key
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.naming import as_tag
from constructs_lib.options import checked, checks_for, path_of
from constructs_lib.permissions import Permission, grant_beside
from constructs_lib.practices import dsql as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

NAMESPACE: Final = "AWS/AuroraDSQL"

WAIVABLE: Final[tuple[Practice, ...]] = (
    practices.DELETION_PROTECTION,
    practices.BACKUP_PLAN,
    practices.ALARMS,
)

_SERVICE: Final = {"Effect": "Allow", "Principal": {"Service": "dsql.amazonaws.com"}, "Resource": "*"}
_OF_A_CLUSTER: Final = {"aws:SourceArn": arn("dsql", "cluster/*")}
_KEY_STATEMENTS: Final[tuple[dict[str, Any], ...]] = (
    {
        **_SERVICE,
        "Sid": "AuroraDsqlEncrypts",
        "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
        "Condition": {"ArnLike": _OF_A_CLUSTER, "Null": {"kms:EncryptionContext:aws:dsql:ClusterId": "false"}},
    },
    {
        **_SERVICE,
        "Sid": "AuroraDsqlDescribes",
        "Action": ["kms:DescribeKey"],
        "Condition": {"ArnLike": _OF_A_CLUSTER},
    },
)
"""What the policy of a key has to allow; the cluster is made after its key, so that it cannot be named there."""


class Cluster(Construct):
    """A serverless, PostgreSQL-compatible database in three Availability Zones, or in two Regions, all of which write.

    https://docs.aws.amazon.com/aurora-dsql/latest/userguide/what-is-aurora-dsql.html

    There is no password and no connection without TLS: clients log in with IAM tokens, as a database role that
    :meth:`grant_connect` lets them ask for. The endpoint is on the internet, behind IAM; a policy that lets in certain
    networks alone is given to the L1, as JSON: ``cluster.cluster.policy_document``. VPCs without a way out reach it
    through an interface endpoint for ``cluster.cluster.attr_vpc_endpoint_service_name``.

    AWS Backup wants Aurora DSQL to be opted in, once in an account and Region. The console shows the construct's path
    as the cluster's name; :class:`aws_cdk.Tags` gives it another one.

    Args:
        scope: The parent construct.
        id: The construct's id.
        multi_region: The witness and the peer of a cluster in two Regions, which takes two deployments; None is a
            cluster in one Region.
        backup: How long recovery points are kept, and in whose plan. Clusters in two Regions are backed up in each.
        key: Encrypts data and backups; None makes a key for this cluster alone. An imported one has to let Aurora DSQL
            use it.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether the cluster outlives its stack.
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
        multi_region: MultiRegion | None = None,
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
        if multi_region:
            multi_region.check(cdk.Stack.of(scope).region, checks)
        check_region(scope, {"key": key, "backup": backup.plan, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.key = store_key(self, key, lifecycle)
        for statement in _KEY_STATEMENTS:
            self.key.add_to_resource_policy(iam.PolicyStatement.from_json(statement))
        self.cluster = dsql.CfnCluster(
            self,
            "Cluster",
            deletion_protection_enabled=waivers.keeps(practices.DELETION_PROTECTION),
            kms_encryption_key=self.key.key_arn,
            multi_region_properties=_peering(multi_region),
            tags=[cdk.CfnTag(key="Name", value=as_tag(path_of(scope, id)))],
        )
        self.cluster.apply_removal_policy(lifecycle.removal_policy)
        self.identifier = self.cluster.ref
        self.arn = self.cluster.attr_resource_arn
        waivers.acknowledge(self.cluster)

        self.backup: StoreBackup | None = None
        if waivers.keeps(practices.BACKUP_PLAN):
            self.backup = StoreBackup(
                self,
                "Backup",
                arn=self.arn,
                permissions=_backup_permissions(self.arn),
                policy=backup,
                key=self.key,
                lifecycle=lifecycle,
            )
        self.alarms: Alarms | None = None
        if waivers.keeps(practices.ALARMS):
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=CLUSTER_ALARMS,
                namespace=NAMESPACE,
                dimensions={"ClusterId": self.identifier},
                topic=alarm_topic,
            )

    @property
    def endpoint(self) -> str:
        """The host that clients connect to, on port 5432, with TLS; the database is called ``postgres``."""
        return self.cluster.attr_endpoint

    def grant_connect(self, role: iam.IRole) -> iam.ManagedPolicy:
        """Let a role log in, as any database role that SQL links it to: ``AWS IAM GRANT app TO 'arn:...'``.

        https://docs.aws.amazon.com/aurora-dsql/latest/userguide/using-database-and-iam-roles.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.

        Returns:
            The managed policy; the same one if the role may log in already.

        Raises:
            InvalidOptionsError: What is given is no role.
        """
        return grant_beside(self, role, [Permission(actions=("dsql:DbConnect",), resources=(self.arn,))])

    def grant_connect_admin(self, role: iam.IRole) -> iam.ManagedPolicy:
        """Let a role log in as ``admin``, who owns the database and links IAM roles to the other database roles.

        https://docs.aws.amazon.com/aurora-dsql/latest/userguide/using-database-and-iam-roles.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.

        Returns:
            The managed policy; the same one if the role may log in already.

        Raises:
            InvalidOptionsError: What is given is no role.
        """
        return grant_beside(self, role, [Permission(actions=("dsql:DbConnectAdmin",), resources=(self.arn,))])


def _peering(multi_region: MultiRegion | None) -> dsql.CfnCluster.MultiRegionPropertiesProperty | None:
    if multi_region is None:
        return None
    return dsql.CfnCluster.MultiRegionPropertiesProperty(
        witness_region=multi_region.witness_region, clusters=[multi_region.peer] if multi_region.peer else None
    )


def _backup_permissions(cluster: str) -> list[Permission]:
    """Return what AWS Backup has to do.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
    """
    return [
        Permission(
            actions=(
                "dsql:GetBackupJob",
                "dsql:GetCluster",
                "dsql:ListTagsForResource",
                "dsql:StartBackupJob",
                "dsql:StopBackupJob",
            ),
            resources=(cluster,),
        ),
        Permission(
            actions=("dsql:ListClusters",),
            resources=("*",),
            wildcard="Aurora DSQL knows no resources for this action.",
        ),
    ]
