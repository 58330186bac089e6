"""Redshift without nodes: a namespace that is encrypted, backed up and logged, and a workgroup that computes for it."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_redshiftserverless as serverless
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.alarms import Alarms
from constructs_lib.arns import arn
from constructs_lib.backup import BackupPolicy, StoreBackup
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.logs import declare_logs
from constructs_lib.options import checked, checks_for, path_of
from constructs_lib.practices import redshift_serverless as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.redshift.backups import namespace_permissions
from constructs_lib.redshift.capacity import BaseCapacity, PricePerformance
from constructs_lib.redshift.network import FIREHOSE_REASON, firehose_addresses, warehouse_subnets
from constructs_lib.redshift.query_limits import QueryLimits
from constructs_lib.redshift.settings import (
    ADMIN_USERNAME,
    DATABASE_NAME,
    LOGS,
    PORT,
    check_names,
    check_port,
    name_tag,
)
from constructs_lib.redshift.snapshot_copy import SnapshotCopy, check_copy, copy_key
from constructs_lib.redshift.warehouse import OF_SQL, Warehouse
from constructs_lib.redshift.workgroup_alarms import workgroup_alarms
from constructs_lib.redshift.zero_etl import PARAMETER, check_sources, inbound_policy
from constructs_lib.regions import check_region

NAMESPACE: Final = "AWS/Redshift-Serverless"
ZONES: Final = 3
ZONES_ELSEWHERE: Final[Mapping[str, int]] = {"us-west-1": 2}
"""Regions that have fewer, where a workgroup makes do with them; it has three subnets all the same."""
FINAL_SNAPSHOT_DAYS: Final = -1
"""A final snapshot is kept until somebody deletes it."""
SUFFIX: Final = "-??????"
"""What Secrets Manager appends to the names of secrets in their ARNs."""

WAIVABLE: Final[tuple[Practice, ...]] = (
    practices.NON_DEFAULT_PORT,
    practices.ENCRYPTION_IN_TRANSIT,
    practices.ENHANCED_VPC_ROUTING,
    practices.AUDIT_LOGGING,
    practices.BACKUP_PLAN,
    practices.ALARMS,
    *OF_SQL,
)


class ServerlessWorkgroup(Warehouse):
    """A serverless warehouse: a namespace for the data, and one workgroup.

    https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-serverless.html

    It is paid by the second in which queries run. Redshift keeps the admin's password in Secrets Manager and rotates
    it. The security group lets nobody in until ``workgroup.connections.allow_default_port_from(app)``, and
    lets out HTTPS alone: COPY, UNLOAD and views of streams go through the VPC, which needs endpoints for where they
    lead. CloudFormation knows no usage limits of workgroups: what an hour may cost is the ceiling of ``capacity``.

    CloudFormation does not tell the ARN of the admin's secret. ``admin_secret_arn`` has all of it but the dash and six
    characters that Secrets Manager appends: calls of its API and of the Redshift Data API take it so, permissions take
    ``admin_secret_resource``.

    Args:
        scope: The parent construct.
        id: The construct's id.
        vpc: A VPC with isolated subnets in three Availability Zones; two are enough in us-west-1.
        subnets: Other private subnets of the VPC; None selects the isolated ones.
        capacity: A base and a ceiling, or a level of price and performance and a ceiling.
        database_name: The first database, in lower case; not ``dev``.
        admin_username: The admin, in lower case; not ``admin``.
        port: 5431 to 5455 or 8191 to 8215, not Redshift's default, 5439.
        query_limits: What a query is cancelled for.
        track: The newest release of the engine, or the one before it.
        backup: How long recovery points are kept, and in whose AWS Backup plan; Redshift keeps its own for a day.
        snapshot_copy: A second Region that has copies of the snapshots; None has none.
        zero_etl_sources: The ARNs of stores that may be replicated into it; identifiers become case sensitive.
        firehose_access: Whether Amazon Data Firehose may deliver to the workgroup. Streaming ingestion comes first: it
            is private, faster and cheaper. This gives the workgroup a public address that nobody but Firehose reaches;
            it wants public ``subnets``, an S3 gateway endpoint for COPY, and a stack with a Region.
        key: Encrypts data, snapshots, password and logs; None makes a key for this warehouse alone.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether the namespace outlives its stack.
        waive: Practices to leave out, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    most_roles = 10

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection | None = None,
        capacity: BaseCapacity | PricePerformance = BaseCapacity(),
        database_name: str = DATABASE_NAME,
        admin_username: str = ADMIN_USERNAME,
        port: int = PORT,
        query_limits: QueryLimits = QueryLimits(),
        track: Literal["current", "trailing"] = "current",
        backup: BackupPolicy = BackupPolicy(),
        snapshot_copy: SnapshotCopy | None = None,
        zero_etl_sources: Sequence[str] = (),
        firehose_access: bool = False,
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers = Waivers(waive, known=WAIVABLE, checks=checks, lifecycle=lifecycle, protections=[practices.RETAINED])
        stack = cdk.Stack.of(scope)
        zones = ZONES_ELSEWHERE.get(stack.region, ZONES)
        subnet_ids = warehouse_subnets(vpc, subnets, zones=zones, public=firehose_access, checks=checks)
        firehose = firehose_addresses(scope, firehose_access, checks)
        capacity.check(stack.region, checks)
        check_names(database_name, admin_username, checks)
        check_port(port, practices.NON_DEFAULT_PORT, waivers, checks)
        check_copy(stack, snapshot_copy, checks)
        check_sources(zero_etl_sources, checks)
        check_region(scope, {"vpc": vpc, "key": key, "backup": backup.plan, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key, "snapshot_copy": snapshot_copy.key if snapshot_copy else None}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        keeps = waivers.keeps
        path = path_of(scope, id)
        tags = name_tag(path)
        logged = keeps(practices.AUDIT_LOGGING)
        self._begin(
            path,
            vpc=vpc,
            port=port,
            firehose=firehose,
            routed=keeps(practices.ENHANCED_VPC_ROUTING),
            database_name=database_name,
            admin_username=admin_username,
            waive=waive,
            key=key,
            logged=logged,
            alarm_topic=alarm_topic,
            lifecycle=lifecycle,
        )
        self.namespace = serverless.CfnNamespace(
            self,
            "Namespace",
            namespace_name=self.identifier,
            db_name=database_name,
            tags=tags,
            # Who gets in
            admin_username=admin_username,
            manage_admin_password=True,
            admin_password_secret_kms_key_id=self.key.key_arn,
            namespace_resource_policy=inbound_policy(zero_etl_sources),
            # What it keeps, and for how long
            kms_key_id=self.key.key_arn,
            final_snapshot_name=f"{self.identifier}-final" if lifecycle.protected else None,
            final_snapshot_retention_period=FINAL_SNAPSHOT_DAYS if lifecycle.protected else None,
            snapshot_copy_configurations=[
                serverless.CfnNamespace.SnapshotCopyConfigurationProperty(
                    destination_region=snapshot_copy.region,
                    destination_kms_key_id=copy_key(self, snapshot_copy, lifecycle),
                    snapshot_retention_period=snapshot_copy.days,
                )
            ]
            if snapshot_copy
            else None,
            # What it tells
            log_exports=list(LOGS) if logged else None,
        )
        self._store = self.namespace
        self.namespace.apply_removal_policy(lifecycle.removal_policy)
        if logged:
            folder = f"/aws/redshift/{self.identifier}"
            self.namespace.node.add_dependency(
                declare_logs(self, LOGS, folder=folder, key=self.key, lifecycle=lifecycle)
            )
        parameters = {
            "enable_user_activity_logging": str(logged).lower(),
            "require_ssl": str(keeps(practices.ENCRYPTION_IN_TRANSIT)).lower(),
            **query_limits.parameters,
            **({PARAMETER: "true"} if zero_etl_sources else {}),
        }
        self.workgroup = serverless.CfnWorkgroup(
            self,
            "Workgroup",
            workgroup_name=self.identifier,
            namespace_name=self.namespace.ref,
            config_parameters=[
                serverless.CfnWorkgroup.ConfigParameterProperty(parameter_key=name, parameter_value=value)
                for name, value in parameters.items()
            ],
            **capacity.properties,
            track_name=track,
            tags=tags,
            # Where it is, and who gets in
            subnet_ids=subnet_ids,
            security_group_ids=[self.security_group.security_group_id],
            publicly_accessible=firehose_access,
            enhanced_vpc_routing=keeps(practices.ENHANCED_VPC_ROUTING),
            port=port,
        )
        self.workgroup.apply_removal_policy(lifecycle.removal_policy)
        self.arn = self.namespace.attr_namespace_namespace_arn
        self.endpoint = self.workgroup.attr_workgroup_endpoint_address
        self.admin_secret_arn = arn("secretsmanager", f"secret:redshift!{self.identifier}-{admin_username}")
        self.admin_secret_resource = f"{self.admin_secret_arn}{SUFFIX}"
        self.data_api_arn = self.workgroup.attr_workgroup_workgroup_arn
        self.data_api_target = {"WorkgroupName": self.workgroup.ref}
        waivers.acknowledge(self.namespace, *_OF_NAMESPACE)
        waivers.acknowledge(self.workgroup, *_OF_WORKGROUP)
        if firehose:
            acknowledge(self.workgroup, {practices.NOT_PUBLIC.id: FIREHOSE_REASON})

        self.backup: StoreBackup | None = None
        if keeps(practices.BACKUP_PLAN):
            self.backup = StoreBackup(
                self,
                "Backup",
                arn=self.arn,
                permissions=namespace_permissions(self.arn),
                policy=backup,
                key=self.key,
                lifecycle=lifecycle,
            )
        self.alarms: Alarms | None = None
        if keeps(practices.ALARMS):
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=workgroup_alarms(capacity.max_rpus),
                namespace=NAMESPACE,
                dimensions={"Workgroup": self.workgroup.ref},
                topic=alarm_topic,
            )


_OF_NAMESPACE: Final = (practices.AUDIT_LOGGING, practices.BACKUP_PLAN, practices.RETAINED)
_OF_WORKGROUP: Final = tuple(it for it in WAIVABLE if it not in (*_OF_NAMESPACE, *OF_SQL))
"""The practices of which namespace and workgroup speak; of all others, it is the function that runs SQL."""
