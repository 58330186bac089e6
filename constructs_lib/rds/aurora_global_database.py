"""An Aurora database in several Regions, of which one is written to and each can take over."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.backup import BackupPolicy
from constructs_lib.errors import Checks, is_token
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.naming import path_name
from constructs_lib.options import checked, checks_for, options
from constructs_lib.practices import aurora as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.rds.aurora_cluster import INSTANCE_TYPE, WAIVABLE, AuroraCluster
from constructs_lib.rds.aurora_features import AuroraFeatures
from constructs_lib.rds.aurora_members import Member, ServerlessCapacity
from constructs_lib.rds.aurora_origin import GlobalPrimary, GlobalSecondary
from constructs_lib.regions import check_region, partition_of
from constructs_lib.windows import Windows

MOST_SECONDARIES: Final = 10
LONGEST_IDENTIFIER: Final = 63
POSTGRES: Final = "aurora-postgresql"
EXTENDED_SUPPORT: Final = {True: "open-source-rds-extended-support-disabled", False: "open-source-rds-extended-support"}
"""Whether a version past its standard support is refused, or paid for; a global database of PostgreSQL alone tells."""

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@options
class GlobalRegion:
    """A Region that follows the primary of a global database, and can take over from it.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-attaching.html

    Args:
        scope: Where its cluster lives: a stack of that Region, or a construct in it.
        vpc: A VPC of the Region with isolated subnets in at least two Availability Zones.
        subnets: Other private subnets of the VPC; None selects the isolated ones.
        readers: Its members beside the one that would be the writer; None is those of the primary.
        headless: Whether it has storage alone, and no members: cheaper, but it has to be given some to take over.
        write_forwarding: Whether its members pass writes on to the primary.
        key: Encrypts the cluster of the Region; None makes a key there.
        alarm_topic: A topic of the Region that receives its alarms and events.

    Raises:
        InvalidOptionsError: A headless Region has readers, or forwards writes; or something is of another Region.
    """

    scope: Construct
    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection | None = None
    readers: Mapping[str, Member] | None = None
    headless: bool = False
    write_forwarding: bool = False
    key: kms.IKey | None = None
    alarm_topic: sns.ITopic | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "GlobalRegion")
        for option, given in (("readers", bool(self.readers)), ("write_forwarding", self.write_forwarding)):
            checks.require(
                not given or not self.headless,
                option,
                given,
                given="a headless Region with it",
                allowed="none in a headless Region",
                advice="Leave one of the two out.",
            )
        check_region(self.scope, {"vpc": self.vpc, "key": self.key, "alarm_topic": self.alarm_topic}, checks)
        checks.refuse()


class AuroraGlobalDatabase(Construct):
    """An Aurora cluster that is written to, and up to ten in other Regions that follow it within a second.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html

    Every cluster keeps all practices of :class:`AuroraCluster`, with a key, backups and alarms in its own Region. RDS
    manages no password here, so the master user logs in with IAM tokens. Which Region is the primary changes in a
    switchover or failover, with the API. The address that follows it is no attribute in CloudFormation: ``aws rds
    describe-global-clusters`` tells it. A stack that is deployed after a switchover still calls the first Region the
    primary: do not change that.

    The stack of the primary is deployed first, and destroyed last: a global database cannot go before its Regions.

    Args:
        scope: A stack of the primary's Region, or a construct in it.
        id: The construct's id, which the clusters of the other Regions have too.
        engine: Aurora MySQL or Aurora PostgreSQL, with a version.
        vpc: A VPC with isolated subnets in at least two Availability Zones.
        secondaries: The other Regions, 1 to 10.
        identifier: The name of the global database, in lower-case letters, digits and single dashes; None makes one of
            the construct's path.
        subnets: Other private subnets of the VPC; None selects the isolated ones.
        writer: The member that writes, of a memory optimized class.
        readers: Up to 15 members that read, less one for each other Region; None is one like the writer.
        serverless: The capacity of serverless members, at least 8 ACUs.
        features: What the clusters can do besides. There is no backtracking; local write forwarding is the primary's.
        database_name: The first database; None creates none.
        port: 1150 to 65535, not the engine's default; None is a port of this library's for each engine.
        windows: When RDS backs up and maintains the clusters, in UTC.
        backup: How long backups are kept. A plan is the primary's: the other Regions have their own.
        key: Encrypts the primary; None makes a key for it alone.
        alarm_topic: Receives alarms and events of the primary; None leaves both to be read in the console.
        lifecycle: Whether the clusters outlive their stacks.
        waive: Practices to leave out in all Regions, each with a reason.

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
        secondaries: Sequence[GlobalRegion],
        identifier: str | None = None,
        subnets: ec2.SubnetSelection | None = None,
        writer: Member = Member(instance_type=INSTANCE_TYPE),
        readers: Mapping[str, Member] | None = None,
        serverless: ServerlessCapacity | None = None,
        features: AuroraFeatures = AuroraFeatures(),
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
            protections=[practices.DELETION_PROTECTION],
        )
        stack = cdk.Stack.of(scope)
        stacks = [cdk.Stack.of(region.scope) for region in secondaries]
        _check_regions(stack.region, [it.region for it in stacks], checks)
        _check_places([stack, *stacks], checks)
        check_region(scope, {"vpc": vpc, "key": key, "backup": backup.plan, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        for region in secondaries:
            check_lasts({"secondaries": region.key}, lifecycle, checks)
        _check_identifier(identifier, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.identifier = identifier or path_name(self, longest=LONGEST_IDENTIFIER)
        self.primary = AuroraCluster(
            self,
            "Primary",
            engine=engine,
            vpc=vpc,
            subnets=subnets,
            writer=writer,
            readers=readers,
            serverless=serverless,
            features=features,
            origin=GlobalPrimary(secondaries=len(secondaries)),
            database_name=database_name,
            port=port,
            windows=windows,
            backup=backup,
            key=key,
            alarm_topic=alarm_topic,
            lifecycle=lifecycle,
            waive=waive,
        )
        self.global_cluster = rds.CfnGlobalCluster(
            self,
            "GlobalCluster",
            global_cluster_identifier=self.identifier,
            source_db_cluster_identifier=self.primary.cluster.cluster_arn,
            deletion_protection=waivers.keeps(practices.DELETION_PROTECTION),
            engine_lifecycle_support=EXTENDED_SUPPORT[waivers.keeps(practices.EXTENDED_SUPPORT_OFF)]
            if engine.engine_type == POSTGRES
            else None,
        )
        self.global_cluster.apply_removal_policy(lifecycle.removal_policy)
        for instance in self.primary.instances.values():
            self.global_cluster.add_resource_dependency(instance)
        waivers.acknowledge(self.global_cluster, practices.DELETION_PROTECTION)
        self.secondaries: Mapping[str, AuroraCluster] = {
            it.region: AuroraCluster(
                region.scope,
                id,
                engine=engine,
                vpc=region.vpc,
                subnets=region.subnets,
                writer=writer,
                readers=_readers(readers, region),
                serverless=serverless if _scales(writer, _readers(readers, region), region) else None,
                features=replace(features, local_write_forwarding=False),
                origin=GlobalSecondary(
                    identifier=self.identifier,
                    primary_region=stack.region,
                    headless=region.headless,
                    write_forwarding=region.write_forwarding,
                ),
                port=port,
                windows=windows,
                backup=BackupPolicy(retention=backup.retention),
                key=region.key,
                alarm_topic=region.alarm_topic,
                lifecycle=lifecycle,
                waive=waive,
            )
            for it, region in zip(stacks, secondaries, strict=True)
        }
        """The clusters of the other Regions, by the Region."""
        for it in stacks:
            it.add_stack_dependency(stack)


def _readers(primary: Mapping[str, Member] | None, region: GlobalRegion) -> Mapping[str, Member] | None:
    return primary if region.readers is None else region.readers


def _scales(writer: Member, readers: Mapping[str, Member] | None, region: GlobalRegion) -> bool:
    """Tell whether a Region has serverless members; readers that are not named are like the writer."""
    members = (writer, *(readers or {}).values())
    return not region.headless and any(member.serverless for member in members)


def _check_regions(primary: str, others: Sequence[str], checks: Checks) -> None:
    """Refuse too many Regions, one that comes twice, and stacks that do not say where they are."""
    advice = "Give each stack env=cdk.Environment(account=..., region=...)."
    if not 1 <= len(others) <= MOST_SECONDARIES:
        checks.problem(
            "secondaries",
            f"{len(others)} Regions",
            allowed=f"1 to {MOST_SECONDARIES} Regions",
            advice="Use AuroraCluster for one Region alone.",
        )
    unknown = sum(is_token(region) for region in (primary, *others))
    if unknown:
        checks.problem(
            "secondaries", f"{unknown} stack(s) without a Region", allowed="stacks with a Region", advice=advice
        )
    known = [region for region in (primary, *others) if not is_token(region)]
    twice = sorted({region for region in known if known.count(region) > 1})
    if twice:
        checks.problem(
            "secondaries",
            f"{', '.join(twice)} more than once",
            allowed="each Region once, the primary's included",
            advice=advice,
        )


def _check_places(stacks: Sequence[cdk.Stack], checks: Checks) -> None:
    """Refuse Regions of other accounts and partitions, which a global database cannot span."""
    accounts = {it.account for it in stacks if not is_token(it.account)}
    partitions = {partition_of(it.region) for it in stacks if not is_token(it.region)}
    for places, noun in ((accounts, "account"), (partitions, "partition")):
        if len(places) > 1:
            checks.problem(
                "secondaries",
                f"stacks in {', '.join(sorted(places))}",
                allowed=f"stacks of one {noun}",
                advice="Give the stacks env=cdk.Environment(account=..., region=...) alike.",
            )


def _check_identifier(identifier: str | None, checks: Checks) -> None:
    checks.require(
        identifier is None
        or is_token(identifier)
        or (_IDENTIFIER.fullmatch(identifier) is not None and len(identifier) <= LONGEST_IDENTIFIER),
        "identifier",
        identifier,
        allowed=f"1 to {LONGEST_IDENTIFIER} lower-case letters, digits and single dashes, a letter first",
        advice="Leave it out for one that is made of the construct's path.",
    )
