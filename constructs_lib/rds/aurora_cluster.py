"""An encrypted Aurora cluster whose readers take over, that is backed up and watched."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.alarms import Alarms
from constructs_lib.backup import DAILY_HOUR, BackupPolicy, StoreBackup
from constructs_lib.encryption import store_key
from constructs_lib.errors import is_token
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.logs import declare_logs
from constructs_lib.naming import as_description, unique_name
from constructs_lib.networking import closed_security_group, isolated_subnets
from constructs_lib.notifications import check_topic
from constructs_lib.options import checked, checks_for, path_of
from constructs_lib.practices import aurora as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.rds.aurora_acknowledgements import acknowledge_cluster, acknowledge_members, acknowledge_warnings
from constructs_lib.rds.aurora_alarms import cluster_alarms
from constructs_lib.rds.aurora_engines import aurora_traits, has_long_term_support
from constructs_lib.rds.aurora_features import (
    AuroraFeatures,
    backtrack_window,
    check_backtrack,
    check_features,
    lacks_backtrack,
)
from constructs_lib.rds.aurora_members import (
    READER,
    WRITER,
    Member,
    ServerlessCapacity,
    check_insights,
    check_members,
    check_serverless,
    describe_member,
    member_groups,
    member_memory,
    with_tiers,
)
from constructs_lib.rds.aurora_origin import (
    GlobalSecondary,
    Origin,
    apply_origin,
    check_membership,
    check_origin,
    is_global,
    is_headless,
)
from constructs_lib.rds.custom_endpoint import CustomEndpoint, EndpointType
from constructs_lib.rds.instance_checks import check_database_name
from constructs_lib.rds.monitoring import (
    CLUSTER_EVENTS,
    INSTANCE_EVENTS,
    EventSource,
    announce_events,
    make_first,
    monitoring_role,
)
from constructs_lib.rds.reader_scaling import COOLDOWN, ReaderScaling
from constructs_lib.rds.settings import (
    ADMIN_USERNAME,
    IAM_LOG,
    INSIGHTS_RETENTION,
    MONITORING_INTERVAL,
    UNKNOWN_PORT,
    check_backup,
    check_port,
    check_support,
    lifecycle_support,
)
from constructs_lib.rds.snapshots import CLUSTER_SNAPSHOT, backup_permissions
from constructs_lib.rds.zero_etl import ZeroEtlIntegration, check_zero_etl
from constructs_lib.regions import check_region
from constructs_lib.windows import Windows

INSTANCE_TYPE: Final = ec2.InstanceType("r7g.large")
NO_TOPIC: Final = "No topic was given: the cluster's events are read in RDS."

WAIVABLE: Final[tuple[Practice, ...]] = (
    practices.READER,
    practices.IAM_AUTHENTICATION,
    practices.NON_DEFAULT_PORT,
    practices.ENCRYPTION_IN_TRANSIT,
    practices.BACKTRACK,
    practices.BACKUP_RETENTION,
    practices.BACKUP_PLAN,
    practices.DELETION_PROTECTION,
    practices.MINOR_UPGRADES,
    practices.EXTENDED_SUPPORT_OFF,
    practices.ENHANCED_MONITORING,
    practices.DATABASE_INSIGHTS,
    practices.LOG_EXPORTS,
    practices.EVENT_SUBSCRIPTION,
    practices.ALARMS,
)


@jsii.implements(ec2.IConnectable)
class AuroraCluster(Construct):
    """An Aurora MySQL or PostgreSQL cluster: a writer, and readers on the same storage that take over.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html

    RDS keeps the master password in Secrets Manager and rotates it. The security group lets nobody in until
    ``catalog.connections.allow_default_port_from(app)``; the rules cannot read the port in those of ``.cluster``. What
    no option covers is reached through ``.cluster``, ``.parameter_group``, ``.instances`` and their L1s; the rules
    judge the result.

    A minor version with long-term support is not upgraded by itself, which would end that support.

    Aurora MySQL audits by itself. Aurora PostgreSQL audits definitions, roles and grants once ``CREATE EXTENSION
    pgaudit`` has run in each database; after ``CREATE ROLE rds_pgaudit`` also the use of what that role is granted.
    Database Activity Streams are not in CloudFormation: ``aws rds start-activity-stream --mode async`` starts one, with
    the ARN of ``.key``. They want members of classes that do not burst, with Aurora MySQL also a way to KMS through
    ``.connections`` and a VPC endpoint, and do not exist in China.

    Args:
        scope: The parent construct.
        id: The construct's id.
        engine: Aurora MySQL or Aurora PostgreSQL, with a version.
        vpc: A VPC with isolated subnets in at least two Availability Zones.
        subnets: Other private subnets of the VPC; None selects the isolated ones.
        writer: The member that writes.
        readers: Up to 15 members that read, by the ids of their constructs; None is one like the writer. One of
            promotion tier 0 or 1, which takes over, has to be as large as the writer.
        serverless: The capacity of serverless members; None is 2 to 32 ACUs, where there are such members.
        features: What the cluster can do besides.
        origin: Where its data come from: ``rds.Clone`` or ``rds.PointInTimeRestore``; None is an empty cluster.
        database_name: The first database; None creates none.
        port: 1150 to 65535, not the engine's default; None is a port of this library's for each engine.
        windows: When RDS backs up and maintains the cluster.
        backup: How long backups are kept, and in whose AWS Backup plan.
        key: Encrypts storage, backups, password, insights and logs; None makes a key for this cluster alone.
        alarm_topic: Receives alarms and events; None leaves both to be read in the console.
        lifecycle: Whether the cluster outlives its stack.
        waive: Practices to leave out, each with a reason. Without AURORA_BACKTRACK, a cluster can never go back.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        engine: rds.IClusterEngine,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection | None = None,
        writer: Member = Member(instance_type=INSTANCE_TYPE),
        readers: Mapping[str, Member] | None = None,
        serverless: ServerlessCapacity | None = None,
        features: AuroraFeatures = AuroraFeatures(),
        origin: Origin | None = None,
        database_name: str | None = None,
        port: int | None = None,
        windows: Windows = Windows(),
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
            protections=[practices.DELETION_PROTECTION, practices.KEEP_BACKUPS],
        )
        traits, version = aurora_traits(engine, checks)
        isolated = isolated_subnets(vpc, subnets, checks)
        port = traits.port if port is None else port
        readers = {READER: Member(instance_type=writer.instance_type)} if readers is None else readers
        members = {} if is_headless(origin) else with_tiers(writer, readers)
        capacity = serverless or ServerlessCapacity()
        region = cdk.Stack.of(scope).region
        check_support(traits, version, practices.EXTENDED_SUPPORT_OFF, waivers, checks)
        if members:
            check_members(writer, readers, capacity, waivers, checks)
        check_insights(members, engine.engine_type, traits, waivers, checks)
        check_origin(origin, engine.engine_type, database_name, region, checks)
        check_membership(origin, features, members, capacity, waivers, checks)
        check_serverless(members, serverless, traits, version, checks)
        check_features(features, traits, version, members, checks)
        check_backtrack(features, traits, region, waivers, checks)
        check_zero_etl(features, traits, version, serverless, region, origin, waivers, checks)
        check_database_name(database_name, engine.engine_type, traits, checks)
        check_port(port, traits, practices.NON_DEFAULT_PORT, waivers, checks)
        check_topic(alarm_topic, "RDS", checks)
        check_backup(backup, practices.BACKUP_RETENTION, waivers, checks)
        check_region(scope, {"vpc": vpc, "key": key, "backup": backup.plan, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        keeps = waivers.keeps
        path = path_of(scope, id)
        self.identifier = unique_name(self)
        self.members: Mapping[str, Member] = members
        """The writer and the readers by their names, with their promotion tiers."""
        logged, authenticates = keeps(practices.LOG_EXPORTS), keeps(practices.IAM_AUTHENTICATION)
        exports = [log for log in traits.logs if logged and (authenticates or log != IAM_LOG)]
        self.key = store_key(self, key, lifecycle, logs=bool(exports))
        self.security_group = closed_security_group(self, vpc, f"Who reaches {path}.")
        self._port = port
        self._traits, self._features, self._origin = traits, features, origin
        self.parameter_group = rds.ParameterGroup(
            self,
            "Parameters",
            engine=engine,
            description=as_description(f"The parameters of {path}."),
            parameters={
                **(traits.tls_parameters if keeps(practices.ENCRYPTION_IN_TRANSIT) else {}),
                **(traits.log_parameters if logged else {}),
                **(traits.parallel_query if features.parallel_query else {}),
                **(traits.zero_etl_parameters if features.zero_etl else {}),
            },
            removal_policy=lifecycle.removal_policy,
        )
        logs = declare_logs(
            self, exports, folder=f"/aws/rds/cluster/{self.identifier}", key=self.key, lifecycle=lifecycle
        )
        monitored, insights = keeps(practices.ENHANCED_MONITORING), keeps(practices.DATABASE_INSIGHTS)
        role, policy = (
            monitoring_role(self, "Monitoring", f"cluster:{self.identifier}", "db:*") if monitored else (None, None)
        )
        scales = any(member.serverless for member in members.values())
        window = None if is_global(origin) else backtrack_window(features, traits, region, waivers)
        long_term = has_long_term_support(traits, version)
        upgrades = keeps(practices.MINOR_UPGRADES) and not long_term
        insight_key = self.key if insights else None
        written, *read = (
            describe_member(
                it, member, upgrades=upgrades, window=windows.maintenance, insights=insights, key=insight_key
            )
            for it, member in (members or {WRITER: Member(instance_type=INSTANCE_TYPE)}).items()
        )

        self.cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            cluster_identifier=self.identifier,
            engine=engine,
            writer=written,
            readers=read,
            serverless_v2_min_capacity=capacity.minimum if scales else None,
            serverless_v2_max_capacity=capacity.maximum if scales else None,
            serverless_v2_auto_pause_duration=capacity.auto_pause if scales else None,
            default_database_name=database_name,
            parameter_group=self.parameter_group,
            storage_type=rds.DBClusterStorageType.AURORA_IOPT1 if features.io_optimized else None,
            enable_data_api=features.data_api or None,
            enable_local_write_forwarding=features.local_write_forwarding or None,
            # Where it is, and who gets in
            vpc=vpc,
            vpc_subnets=isolated,
            security_groups=[self.security_group],
            port=port,
            credentials=rds.Credentials.from_username(ADMIN_USERNAME, encryption_key=self.key),
            manage_master_user_password=True,
            iam_authentication=authenticates,
            # What it keeps, and for how long
            storage_encrypted=True,
            storage_encryption_key=self.key,
            backtrack_window=window,
            backup=rds.BackupProps(retention=backup.retention, preferred_window=windows.backup),
            copy_tags_to_snapshot=True,
            delete_automated_backups=not keeps(practices.KEEP_BACKUPS),
            deletion_protection=keeps(practices.DELETION_PROTECTION),
            removal_policy=lifecycle.removal_policy,
            # How it changes
            preferred_maintenance_window=windows.maintenance,
            auto_minor_version_upgrade=upgrades,
            engine_lifecycle_support=lifecycle_support(keeps(practices.EXTENDED_SUPPORT_OFF)),
            # What it tells
            cloudwatch_logs_exports=exports or None,
            monitoring_interval=MONITORING_INTERVAL if monitored else None,
            monitoring_role=role,
            enable_cluster_level_enhanced_monitoring=monitored or None,
            enable_performance_insights=insights,
            performance_insight_encryption_key=insight_key,
            performance_insight_retention=INSIGHTS_RETENTION if insights else None,
            database_insights_mode=rds.DatabaseInsightsMode.STANDARD if insights else None,
        )
        if not members:
            self.cluster.node.try_remove_child(WRITER)  # the L2 knows no cluster without members
        if origin is not None:
            apply_origin(origin, self.cluster)
        make_first(self.cluster, logs, policy)
        self.instances = {name: self._resource_of(name, member) for name, member in self.members.items()}
        """The L1 of each member by its name."""
        self._endpoints = Construct(self, "Endpoints")
        self._integrations: list[ZeroEtlIntegration] = []
        waivers.acknowledge(self.cluster)
        waivers.acknowledge(self.parameter_group, practices.ENCRYPTION_IN_TRANSIT, practices.LOG_EXPORTS)
        cannot = traits.backtracks and (is_global(origin) or lacks_backtrack(region))
        acknowledge_cluster(self.cluster, waivers, origin=origin, cannot_backtrack=cannot, long_term=long_term)
        acknowledge_members(self.cluster, members, waivers, long_term=long_term)
        acknowledge_warnings(self.cluster, members, waive.get(practices.READER))
        if is_token(port):
            acknowledge(self.cluster, {"AwsSolutions-RDS11": UNKNOWN_PORT})

        self.backup: StoreBackup | None = None
        if keeps(practices.BACKUP_PLAN):
            store = self.cluster.cluster_arn
            self.backup = StoreBackup(
                self,
                "Backup",
                arn=store,
                permissions=backup_permissions(store, CLUSTER_SNAPSHOT),
                policy=backup,
                key=self.key,
                lifecycle=lifecycle,
                hour=windows.free_hour(DAILY_HOUR),
            )
        self.alarms: Alarms | None = None
        if keeps(practices.ALARMS):
            memories = [member_memory(member, capacity) for member in self.members.values()]
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=cluster_alarms(
                    traits,
                    min(filter(None, memories), default=None),
                    serverless=scales,
                    backtracks=window is not None,
                    origin=origin,
                ),
                namespace="AWS/RDS",
                dimensions={"DBClusterIdentifier": self.cluster.cluster_identifier},
                topic=alarm_topic,
            )
        if keeps(practices.EVENT_SUBSCRIPTION):
            if alarm_topic:
                identifiers = [instance.ref for instance in self.instances.values()]
                announce_events(
                    self,
                    alarm_topic,
                    EventSource("Events", "db-cluster", [self.cluster.cluster_identifier], CLUSTER_EVENTS),
                    *([EventSource("MemberEvents", "db-instance", identifiers, INSTANCE_EVENTS)] if members else []),
                )
            else:
                acknowledge(self.cluster, {practices.EVENT_SUBSCRIPTION.id: NO_TOPIC})

    def add_endpoint(
        self,
        name: str,
        *,
        members: Sequence[str] | None = None,
        excluded: Sequence[str] | None = None,
        type: EndpointType = "READER",
    ) -> CustomEndpoint:
        """Make an address that leads to some members: ``cluster.add_endpoint("reporting", members=["Analytics"])``.

        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Custom.html

        Args:
            name: Lower-case letters, digits and single dashes; it becomes part of the address. Five a cluster.
            members: Those that it leads to, by their names or by their groups; the writer is ``Writer``.
            excluded: In place of that, those that it does not lead to; readers that are added later are included.
            type: ``READER`` leads to readers alone, ``ANY`` to the writer as well.

        Raises:
            InvalidOptionsError: Some options cannot be accepted; it names all of them.
        """
        return CustomEndpoint(
            self._endpoints,
            name,
            cluster=self.cluster,
            instances=self.instances,
            groups=member_groups(self.members),
            members=members,
            excluded=excluded,
            type=type,
        )

    def add_zero_etl_integration(
        self,
        name: str,
        *,
        target_arn: str,
        data_filter: str | None = None,
        key: kms.IKey | None = None,
        encryption_context: Mapping[str, str] | None = None,
    ) -> ZeroEtlIntegration:
        """Replicate the cluster into Amazon Redshift; ``AuroraFeatures(zero_etl=True)`` makes it ready for that.

        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/zero-etl.html

        ``ZeroEtlIntegration`` says what Redshift needs before this is deployed.

        Args:
            name: Letters, digits and single dashes; it becomes part of the integration's name. Five a cluster.
            target_arn: The namespace of the warehouse, of Redshift Serverless or of a cluster, in the same Region:
                ``arn:...:redshift-serverless:eu-west-1:111122223333:namespace/...``.
            data_filter: What is replicated, from the broadest to the narrowest: ``include: shop.*, exclude:
                shop.cards``, for Aurora PostgreSQL ``include: shop.public.*``. None is everything, with Aurora MySQL
                alone.
            key: Encrypts the data on their way; None is the cluster's.
            encryption_context: One to six pairs that the use of the key is bound to; None is the name of the cluster.

        Raises:
            InvalidOptionsError: Some options cannot be accepted; it names all of them.
        """
        integration = ZeroEtlIntegration(
            self._zero_etl,
            name,
            cluster=self.cluster,
            identifier=self.identifier,
            instances=self.instances,
            traits=self._traits,
            prepared=self._features.zero_etl,
            earlier=self._integrations,
            key=key or self.key,
            target_arn=target_arn,
            data_filter=data_filter,
            encryption_context=encryption_context,
        )
        self._integrations.append(integration)
        return integration

    def scale_readers(
        self,
        *,
        maximum: int,
        minimum: int = 1,
        cpu_percent: float | None = None,
        connections: float | None = None,
        scale_in_cooldown: cdk.Duration = COOLDOWN,
        scale_out_cooldown: cdk.Duration = COOLDOWN,
    ) -> ReaderScaling:
        """Add readers of the writer's class while the readers have too much to do.

        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html

        They are not in the template: remove them before the cluster is deleted.

        Args:
            maximum: How many readers there may be at most, 1 to 15 less those that always are.
            minimum: How many there are at least, 0 to the maximum.
            cpu_percent: The average CPU of the readers that is aimed at, 1 to 100.
            connections: The average number of their connections, in place of that.
            scale_in_cooldown: How long to wait after a reader was taken away.
            scale_out_cooldown: How long to wait after one was added.

        Raises:
            InvalidOptionsError: Some options cannot be accepted, or the cluster has no reader to scale by.
        """
        return ReaderScaling(
            self,
            "ReaderScaling",
            cluster=self.cluster,
            members=self.members,
            instances=self.instances,
            follows=isinstance(self._origin, GlobalSecondary),
            maximum=maximum,
            minimum=minimum,
            cpu_percent=cpu_percent,
            connections=connections,
            scale_in_cooldown=scale_in_cooldown,
            scale_out_cooldown=scale_out_cooldown,
        )

    @cached_property
    def _zero_etl(self) -> Construct:
        """The parent of the integrations, for clusters that have some."""
        return Construct(self, "ZeroEtl")

    @property
    def connections(self) -> ec2.Connections:
        """Who may reach the cluster, on its port."""
        return self._connections

    @cached_property
    def _connections(self) -> ec2.Connections:
        return ec2.Connections(security_groups=[self.security_group], default_port=ec2.Port.tcp(self._port))

    def _resource_of(self, name: str, member: Member) -> rds.CfnDBInstance:
        """Return the L1 of a member, with a promotion tier that the L2 cannot give to a serverless one."""
        resource = cast("rds.CfnDBInstance", self.cluster.node.find_child(name).node.default_child)
        if member.serverless:
            resource.promotion_tier = member.promotion_tier
        return resource
