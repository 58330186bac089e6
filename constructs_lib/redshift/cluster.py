"""A cluster of Redshift in isolated subnets: encrypted, backed up, logged, watched, and moved when its zone fails."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_redshift as redshift
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.alarms import Alarms
from constructs_lib.arns import arn
from constructs_lib.backup import BackupPolicy, StoreBackup
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.logs import declare_logs
from constructs_lib.naming import as_description
from constructs_lib.notifications import check_topic
from constructs_lib.options import checked, checks_for, path_of
from constructs_lib.practices import redshift as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.redshift.availability import NODE_TYPE, Availability, check_nodes
from constructs_lib.redshift.backups import cluster_permissions
from constructs_lib.redshift.cluster_alarms import cluster_alarms
from constructs_lib.redshift.cluster_checks import MAINTENANCE, check_backup, check_times
from constructs_lib.redshift.network import FIREHOSE_REASON, firehose_addresses, warehouse_subnets
from constructs_lib.redshift.schedule import PauseSchedule, schedule_pauses
from constructs_lib.redshift.settings import (
    ADMIN_USERNAME,
    DATABASE_NAME,
    LOGS,
    PORT,
    check_names,
    check_port,
    name_tag,
)
from constructs_lib.redshift.snapshot_copy import SnapshotCopy, check_copy, copy_grant
from constructs_lib.redshift.usage_limits import UsageLimit, check_limits, limit_usage
from constructs_lib.redshift.warehouse import OF_SQL, Warehouse
from constructs_lib.redshift.wlm import AutomaticWlm, ManualWlm
from constructs_lib.redshift.zero_etl import PARAMETER, check_sources, inbound_policy
from constructs_lib.regions import check_region

NAMESPACE: Final = "AWS/Redshift"
PARAMETER_FAMILY: Final = "redshift-1.0"
EVENTS: Final = ("configuration", "management", "monitoring", "pending", "security")
RELOCATED: Final = (
    "Availability.RELOCATION: Redshift moves the cluster to another zone within minutes, and no data is lost. Nodes in "
    "two zones at once would cost twice as much."
)
NOT_RELOCATED: Final = "firehose_access: Redshift relocates no cluster that has a public address."
NO_TOPIC: Final = "No topic was given: the cluster's events are read in Redshift."

WAIVABLE: Final[tuple[Practice, ...]] = (
    practices.NON_DEFAULT_PORT,
    practices.ENCRYPTION_IN_TRANSIT,
    practices.ENHANCED_VPC_ROUTING,
    practices.AUDIT_LOGGING,
    practices.BACKUP_RETENTION,
    practices.BACKUP_PLAN,
    practices.VERSION_UPGRADES,
    practices.EVENT_SUBSCRIPTION,
    practices.ALARMS,
    *OF_SQL,
)


class Cluster(Warehouse):
    """A cluster of Redshift of two nodes or more.

    https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html

    Redshift keeps the admin's password in Secrets Manager and rotates it. The security group lets nobody in until
    ``cluster.connections.allow_default_port_from(app)``, and lets out HTTPS alone: COPY, UNLOAD and views
    of streams go through the VPC, which needs endpoints for where they lead. Snapshots are automatic, about every eight
    hours; CloudFormation knows schedules for them, but cannot give one to a cluster. A cluster that goes with its stack
    leaves a final snapshot with ``cluster.cluster.apply_removal_policy(cdk.RemovalPolicy.SNAPSHOT)``.

    Args:
        scope: The parent construct.
        id: The construct's id.
        vpc: A VPC with isolated subnets in at least two Availability Zones; three for Multi-AZ.
        subnets: Other private subnets of the VPC; None selects the isolated ones.
        node_type: An RG or RA3 type, whose storage is not tied to the nodes.
        nodes: 2 to 100; for Multi-AZ, in each of two zones.
        availability: What becomes of the cluster when its zone fails.
        database_name: The first database, in lower case; not ``dev``.
        admin_username: The admin, in lower case; not ``awsuser``.
        port: 5431 to 5455 or 8191 to 8215, not Redshift's default, 5439.
        wlm: The queues in which queries wait.
        maintenance: The weekly maintenance window in UTC, ``ddd:hh:mm-ddd:hh:mm``, of 30 minutes to 24 hours.
        track: The newest release of the engine, or the one before it.
        pause: When the cluster rests; None never. Not with Multi-AZ.
        usage_limits: What features that are paid by use may cost; none are limited otherwise.
        backup: How long automated snapshots and recovery points are kept, and in whose AWS Backup plan.
        snapshot_copy: A second Region that has copies of the snapshots; None has none.
        zero_etl_sources: The ARNs of stores that may be replicated into the cluster; identifiers become case sensitive.
        firehose_access: Whether Amazon Data Firehose may deliver to the cluster. Streaming ingestion comes first: it is
            private, faster and cheaper. This gives the cluster a public address that nobody but Firehose reaches, wants
            public ``subnets``, an S3 gateway endpoint for COPY, and a stack with a Region; and turns relocation off.
        key: Encrypts data, snapshots, password and logs; None makes a key for this cluster alone.
        alarm_topic: Receives alarms and events; None leaves both to be read in the console.
        lifecycle: Whether the cluster outlives its stack.
        waive: Practices to leave out, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    most_roles = 50

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection | None = None,
        node_type: str = NODE_TYPE,
        nodes: int = 2,
        availability: Availability = Availability.RELOCATION,
        database_name: str = DATABASE_NAME,
        admin_username: str = ADMIN_USERNAME,
        port: int = PORT,
        wlm: AutomaticWlm | ManualWlm = AutomaticWlm(),
        maintenance: str = MAINTENANCE,
        track: Literal["current", "trailing"] = "current",
        pause: PauseSchedule | None = None,
        usage_limits: Sequence[UsageLimit] = (),
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
        subnet_ids = warehouse_subnets(vpc, subnets, zones=availability.zones, public=firehose_access, checks=checks)
        firehose = firehose_addresses(scope, firehose_access, checks)
        check_nodes(node_type, nodes, checks)
        check_names(database_name, admin_username, checks)
        check_port(port, practices.NON_DEFAULT_PORT, waivers, checks)
        check_times(maintenance, availability, pause, checks)
        check_limits(usage_limits, checks)
        check_backup(backup, waivers, checks)
        check_copy(cdk.Stack.of(scope), snapshot_copy, checks)
        check_sources(zero_etl_sources, checks)
        check_topic(alarm_topic, "Redshift", checks)
        check_region(scope, {"vpc": vpc, "key": key, "backup": backup.plan, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key, "snapshot_copy": snapshot_copy.key if snapshot_copy else None}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        keeps = waivers.keeps
        path = path_of(scope, id)
        tags = name_tag(path)
        logged, relocated = keeps(practices.AUDIT_LOGGING), availability is Availability.RELOCATION and not firehose
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
        self.subnet_group = redshift.CfnClusterSubnetGroup(
            self,
            "Subnets",
            description=as_description(f"The subnets of {path}."),
            subnet_ids=subnet_ids,
            tags=tags,
        )
        parameters = {
            "enable_user_activity_logging": str(logged).lower(),
            "require_ssl": str(keeps(practices.ENCRYPTION_IN_TRANSIT)).lower(),
            "wlm_json_configuration": wlm.json,
            **({PARAMETER: "true"} if zero_etl_sources else {}),
        }
        self.parameter_group = redshift.CfnClusterParameterGroup(
            self,
            "Parameters",
            description=as_description(f"The parameters of {path}."),
            parameter_group_family=PARAMETER_FAMILY,
            parameters=[
                redshift.CfnClusterParameterGroup.ParameterProperty(parameter_name=name, parameter_value=value)
                for name, value in parameters.items()
            ],
            tags=tags,
        )
        logging = redshift.CfnCluster.LoggingPropertiesProperty(
            log_destination_type="cloudwatch", log_exports=list(LOGS)
        )
        copied: dict[str, Any] = (
            {
                "destination_region": snapshot_copy.region,
                "snapshot_copy_grant_name": copy_grant(self, snapshot_copy, path, lifecycle),
                "snapshot_copy_retention_period": snapshot_copy.days,
            }
            if snapshot_copy
            else {}
        )
        self.cluster = redshift.CfnCluster(
            self,
            "Cluster",
            cluster_identifier=self.identifier,
            cluster_type="multi-node",
            node_type=node_type,
            number_of_nodes=nodes,
            db_name=database_name,
            cluster_parameter_group_name=self.parameter_group.ref,
            tags=tags,
            # Where it is, and who gets in
            multi_az=availability is Availability.MULTI_AZ,
            availability_zone_relocation=relocated,
            cluster_subnet_group_name=self.subnet_group.ref,
            vpc_security_group_ids=[self.security_group.security_group_id],
            publicly_accessible=firehose_access,
            enhanced_vpc_routing=keeps(practices.ENHANCED_VPC_ROUTING),
            port=port,
            master_username=admin_username,
            manage_master_password=True,
            master_password_secret_kms_key_id=self.key.key_arn,
            namespace_resource_policy=inbound_policy(zero_etl_sources),
            # What it keeps, and for how long
            encrypted=True,
            kms_key_id=self.key.key_arn,
            automated_snapshot_retention_period=backup.days,
            **copied,
            # How it changes
            preferred_maintenance_window=maintenance,
            maintenance_track_name=track,
            allow_version_upgrade=keeps(practices.VERSION_UPGRADES),
            # What it tells
            logging_properties=logging if logged else None,
        )
        self._store = self.cluster
        for it in (self.cluster, self.subnet_group, self.parameter_group):  # Redshift deletes no group that is in use
            it.apply_removal_policy(lifecycle.removal_policy)
        if logged:
            folder = f"/aws/redshift/cluster/{self.identifier}"
            self.cluster.node.add_dependency(declare_logs(self, LOGS, folder=folder, key=self.key, lifecycle=lifecycle))
        name = self.cluster.ref
        self.arn = arn("redshift", f"cluster:{name}")
        self.endpoint = self.cluster.attr_endpoint_address
        self.admin_secret_arn = self.admin_secret_resource = self.cluster.attr_master_password_secret_arn
        self.data_api_arn = self.arn
        self.data_api_target = {"ClusterIdentifier": name}
        waivers.acknowledge(self.cluster, *_OF_CLUSTER)
        waivers.acknowledge(self.parameter_group, practices.ENCRYPTION_IN_TRANSIT, practices.AUDIT_LOGGING)
        if availability is Availability.RELOCATION:
            acknowledge(self.cluster, {practices.MULTI_AZ.id: RELOCATED if relocated else NOT_RELOCATED})
        if firehose:
            acknowledge(self.cluster, dict.fromkeys(practices.NOT_PUBLIC.rules, FIREHOSE_REASON))
            if not relocated and availability is Availability.RELOCATION:
                acknowledge(self.cluster, {practices.AVAILABILITY.id: NOT_RELOCATED})

        if pause:
            schedule_pauses(self, pause, identifier=self.identifier, cluster=name, arn=self.arn)
        limit_usage(self, usage_limits, name)
        self.backup: StoreBackup | None = None
        if keeps(practices.BACKUP_PLAN):
            self.backup = StoreBackup(
                self,
                "Backup",
                arn=self.arn,
                permissions=cluster_permissions(name, self.arn),
                policy=backup,
                key=self.key,
                lifecycle=lifecycle,
            )
        self.alarms: Alarms | None = None
        if keeps(practices.ALARMS):
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=cluster_alarms(pauses=pause is not None),
                namespace=NAMESPACE,
                dimensions={"ClusterIdentifier": name},
                topic=alarm_topic,
            )
        if keeps(practices.EVENT_SUBSCRIPTION):
            self._announce_events(alarm_topic, tags)

    def _announce_events(self, topic: sns.ITopic | None, tags: list[cdk.CfnTag]) -> None:
        """Subscribe the topic to what happens to the cluster.

        https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications.html
        """
        if topic is None:
            acknowledge(self.cluster, {practices.EVENT_SUBSCRIPTION.id: NO_TOPIC})
            return
        redshift.CfnEventSubscription(
            self,
            "Events",
            subscription_name=self.identifier,
            sns_topic_arn=topic.topic_arn,
            source_type="cluster",
            source_ids=[self.cluster.ref],
            event_categories=list(EVENTS),
            severity="INFO",
            enabled=True,
            tags=tags,
        )


_OF_CLUSTER: Final = (*(it for it in WAIVABLE if it not in OF_SQL), practices.RETAINED)
"""The practices of which the cluster speaks; of all others, it is the function that runs SQL."""
