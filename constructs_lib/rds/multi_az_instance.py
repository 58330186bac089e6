"""An encrypted Multi-AZ DB instance that is backed up and watched."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.alarms import Alarms
from constructs_lib.arns import arn
from constructs_lib.backup import DAILY_HOUR, BackupPolicy, StoreBackup
from constructs_lib.encryption import store_key
from constructs_lib.errors import is_token
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.logs import declare_logs
from constructs_lib.naming import as_description, unique_name
from constructs_lib.networking import closed_security_group, isolated_subnets
from constructs_lib.notifications import check_topic
from constructs_lib.options import checked, checks_for, path_of
from constructs_lib.practices import rds as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.rds.engines import engine_traits, has_since
from constructs_lib.rds.instance_alarms import instance_alarms
from constructs_lib.rds.instance_checks import (
    check_database_name,
    check_engine,
    check_storage,
    is_major_misjudged,
    log_rules,
)
from constructs_lib.rds.instance_class import instance_type_of
from constructs_lib.rds.monitoring import (
    INSTANCE_EVENTS,
    PARAMETER_EVENTS,
    EventSource,
    announce_events,
    make_first,
    monitoring_role,
)
from constructs_lib.rds.settings import (
    ADMIN_USERNAME,
    CA,
    IAM_LOG,
    INSIGHTS_RETENTION,
    MONITORING_INTERVAL,
    UNKNOWN_PORT,
    check_backup,
    check_port,
    check_support,
    lifecycle_support,
)
from constructs_lib.rds.snapshots import INSTANCE_SNAPSHOT, backup_permissions
from constructs_lib.rds.storage import Storage
from constructs_lib.regions import check_region
from constructs_lib.windows import Windows

NEWEST_MINOR: Final = "The version names a major one, of which RDS takes the newest minor; the rule knows minors only."
NO_SUCH_LOG: Final = "The edition has no such log."
NO_TOPIC: Final = "No topic was given: the instance's events are read in RDS."

WAIVABLE: Final[tuple[Practice, ...]] = (
    practices.MULTI_AZ,
    practices.IAM_AUTHENTICATION,
    practices.NON_DEFAULT_PORT,
    practices.ENCRYPTION_IN_TRANSIT,
    practices.BACKUP_RETENTION,
    practices.BACKUP_PLAN,
    practices.DELETION_PROTECTION,
    practices.STORAGE,
    practices.MINOR_UPGRADES,
    practices.EXTENDED_SUPPORT_OFF,
    practices.ENHANCED_MONITORING,
    practices.DATABASE_INSIGHTS,
    practices.LOG_EXPORTS,
    practices.EVENT_SUBSCRIPTION,
    practices.ALARMS,
)


@jsii.implements(ec2.IConnectable)
class MultiAzInstance(Construct):
    """A DB instance with a standby in a second Availability Zone.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html

    RDS keeps the master password in Secrets Manager and rotates it. The security group lets nobody in until
    ``orders.connections.allow_default_port_from(app)``; the rules cannot read the port in those of ``.instance``. What
    no option covers is reached through ``.instance``, ``.parameter_group`` and their L1s; the rules judge the result.

    Args:
        scope: The parent construct.
        id: The construct's id.
        engine: A versioned engine: PostgreSQL, MySQL, MariaDB, SQL Server or Oracle.
        vpc: A VPC with isolated subnets in at least two Availability Zones.
        subnets: Other private subnets of the VPC; None selects the isolated ones.
        instance_type: The class, without ``db.``; None is a large general purpose class, for SQL Server Express one
            that bursts. Some Regions lack that of Oracle and SQL Server, as some versions in Extended Support do: give
            one there.
        storage: How much storage there is, and how far it grows by itself.
        database_name: The first database; None creates none. SQL Server takes none.
        port: 1150 to 65535, not the engine's default; None is a port of this library's for each engine.
        windows: When RDS backs up and maintains the instance.
        backup: How long backups are kept, and in whose AWS Backup plan.
        key: Encrypts storage, backups, password, insights and logs; None makes a key for this instance alone.
        alarm_topic: Receives alarms and events; None leaves both to be read in the console.
        lifecycle: Whether the instance outlives its stack.
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
        engine: rds.IInstanceEngine,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection | None = None,
        instance_type: ec2.InstanceType | None = None,
        storage: Storage = Storage(),
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
        engine_type, traits, version = engine_traits(engine, checks)
        isolated = isolated_subnets(vpc, subnets, checks)
        port = traits.port if port is None else port
        instance_class = instance_type.to_string() if instance_type else traits.instance_class
        check_port(port, traits, practices.NON_DEFAULT_PORT, waivers, checks)
        check_support(traits, version, practices.EXTENDED_SUPPORT_OFF, waivers, checks)
        check_engine(engine_type, traits, version, instance_class, waivers, checks)
        check_storage(storage, engine_type, traits, waivers, checks)
        check_database_name(database_name, engine_type, traits, checks)
        check_topic(alarm_topic, "RDS", checks)
        check_backup(backup, practices.BACKUP_RETENTION, waivers, checks)
        check_region(scope, {"vpc": vpc, "key": key, "backup": backup.plan, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        keeps = waivers.keeps
        path = path_of(scope, id)
        self.identifier = unique_name(self)
        forced, logged = keeps(practices.ENCRYPTION_IN_TRANSIT), keeps(practices.LOG_EXPORTS)
        authenticates = has_since(version, traits.iam_authentication) and keeps(practices.IAM_AUTHENTICATION)
        exports = [log for log in traits.logs if logged and (authenticates or log != IAM_LOG)]
        self.key = store_key(self, key, lifecycle, logs=bool(exports))
        self.security_group = closed_security_group(self, vpc, f"Who reaches {path}.")
        self._port = port
        self.parameter_group = rds.ParameterGroup(
            self,
            "Parameters",
            engine=engine,
            description=as_description(f"The parameters of {path}."),
            parameters={
                **(traits.tls_parameters if forced else dict.fromkeys(traits.tls_parameters, "0")),
                **(traits.log_parameters if logged else {}),
            },
            removal_policy=lifecycle.removal_policy,
        )
        options = {**(traits.tls_options if forced else {}), **(traits.log_options if logged else {})}
        option_group = self._make_option_group(engine, options, lifecycle) if options else None
        logs = declare_logs(
            self, exports, folder=f"/aws/rds/instance/{self.identifier}", key=self.key, lifecycle=lifecycle
        )
        monitored, insights = keeps(practices.ENHANCED_MONITORING), keeps(practices.DATABASE_INSIGHTS)
        role, policy = monitoring_role(self, "Monitoring", f"db:{self.identifier}") if monitored else (None, None)

        self.instance = rds.DatabaseInstance(
            self,
            "Instance",
            instance_identifier=self.identifier,
            engine=engine,
            instance_type=instance_type or instance_type_of(instance_class),
            database_name=database_name,
            parameter_group=self.parameter_group,
            option_group=option_group,
            # Where it is, and who gets in
            multi_az=keeps(practices.MULTI_AZ),
            vpc=vpc,
            vpc_subnets=isolated,
            publicly_accessible=False,
            security_groups=[self.security_group],
            port=port,
            credentials=rds.Credentials.from_username(ADMIN_USERNAME, encryption_key=self.key),
            manage_master_user_password=True,
            iam_authentication=authenticates or None,
            ca_certificate=CA,
            # What it keeps, and for how long
            storage_encrypted=True,
            storage_encryption_key=self.key,
            storage_type=rds.StorageType.GP3,
            allocated_storage=storage.allocated_gib,
            max_allocated_storage=min(storage.maximum_gib, traits.most_growth_gib)
            if keeps(practices.STORAGE)
            else None,
            backup_retention=backup.retention,
            preferred_backup_window=windows.backup,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not keeps(practices.KEEP_BACKUPS),
            deletion_protection=keeps(practices.DELETION_PROTECTION),
            removal_policy=lifecycle.removal_policy,
            # How it changes
            preferred_maintenance_window=windows.maintenance,
            auto_minor_version_upgrade=keeps(practices.MINOR_UPGRADES),
            engine_lifecycle_support=lifecycle_support(keeps(practices.EXTENDED_SUPPORT_OFF))
            if traits.standard_support
            else None,
            # What it tells
            cloudwatch_logs_exports=exports or None,
            monitoring_interval=MONITORING_INTERVAL if monitored else None,
            monitoring_role=role,
            enable_performance_insights=insights,
            performance_insight_encryption_key=self.key if insights else None,
            performance_insight_retention=INSIGHTS_RETENTION if insights else None,
            database_insights_mode=rds.DatabaseInsightsMode.STANDARD if insights else None,
        )
        make_first(self.instance, logs, policy)
        waivers.acknowledge(self.instance)
        if is_token(port):
            acknowledge(self.instance, {"AwsSolutions-RDS11": UNKNOWN_PORT})
        for group in filter(None, (self.parameter_group, option_group)):
            waivers.acknowledge(group, practices.ENCRYPTION_IN_TRANSIT)

        if logged:
            acknowledge(self.instance, dict.fromkeys(log_rules(traits.missing_logs), NO_SUCH_LOG))
        if is_major_misjudged(engine, engine_type):
            acknowledge(self.instance, {"E9006": NEWEST_MINOR})
        reference = self.instance.instance_identifier
        self.backup: StoreBackup | None = None
        if keeps(practices.BACKUP_PLAN):
            store = arn("rds", f"db:{reference}")
            self.backup = StoreBackup(
                self,
                "Backup",
                arn=store,
                permissions=backup_permissions(store, INSTANCE_SNAPSHOT),
                policy=backup,
                key=self.key,
                lifecycle=lifecycle,
                hour=windows.free_hour(DAILY_HOUR),
            )
        self.alarms: Alarms | None = None
        if keeps(practices.ALARMS):
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=instance_alarms(
                    engine_type, traits, instance_class, storage.allocated_gib, grows=keeps(practices.STORAGE)
                ),
                namespace="AWS/RDS",
                dimensions={"DBInstanceIdentifier": reference},
                topic=alarm_topic,
            )
        if keeps(practices.EVENT_SUBSCRIPTION):
            if alarm_topic:
                parameters = self.parameter_group.bind_to_instance().parameter_group_name
                announce_events(
                    self,
                    alarm_topic,
                    EventSource("Events", "db-instance", [reference], INSTANCE_EVENTS),
                    EventSource("ParameterEvents", "db-parameter-group", [parameters], PARAMETER_EVENTS),
                )
            else:
                acknowledge(self.instance, {practices.EVENT_SUBSCRIPTION.id: NO_TOPIC})

    @property
    def connections(self) -> ec2.Connections:
        """Who may reach the instance, on its port."""
        return self._connections

    @cached_property
    def _connections(self) -> ec2.Connections:
        return ec2.Connections(security_groups=[self.security_group], default_port=ec2.Port.tcp(self._port))

    def _make_option_group(
        self, engine: rds.IInstanceEngine, options: Mapping[str, Mapping[str, str]], lifecycle: Lifecycle
    ) -> rds.OptionGroup:
        group = rds.OptionGroup(
            self,
            "Options",
            engine=engine,
            description="Encryption in transit and audit, where the engine has them as options.",
            configurations=[
                rds.OptionConfiguration(name=name, settings=settings) for name, settings in options.items()
            ],
        )
        group.apply_removal_policy(lifecycle.removal_policy)
        return group
