"""Readers that Application Auto Scaling adds to an Aurora cluster and takes away."""

from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as appscaling
from aws_cdk import aws_rds as rds
from constructs import Construct

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import checked, checks_for
from constructs_lib.rds.aurora_members import MOST_READERS, WRITER, Member

DIMENSION: Final = "rds:cluster:ReadReplicaCount"
COOLDOWN: Final = cdk.Duration.minutes(5)


class ReaderScaling(Construct):
    """Adds readers of the writer's class while those there are have too much to do.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html

    ``AuroraCluster.scale_readers`` makes it. Readers that were added this way are not in the template; a custom
    endpoint leads to them only if it does not name its members.

    Args:
        scope: The parent construct.
        id: The construct's id.
        cluster: The cluster.
        members: Its members by their names, the writer first.
        instances: Their resources.
        follows: Whether the cluster is a secondary of a global database.
        maximum: How many readers there may be at most, 1 to 15 less those that always are.
        minimum: How many there are at least, 0 to the maximum.
        cpu_percent: The average CPU of the readers that is aimed at, 1 to 100.
        connections: The average number of their connections, in place of that.
        scale_in_cooldown: How long to wait after a reader was taken away.
        scale_out_cooldown: How long to wait after one was added.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: rds.DatabaseCluster,
        members: Mapping[str, Member],
        instances: Mapping[str, rds.CfnDBInstance],
        follows: bool = False,
        maximum: int,
        minimum: int = 1,
        cpu_percent: float | None = None,
        connections: float | None = None,
        scale_in_cooldown: cdk.Duration = COOLDOWN,
        scale_out_cooldown: cdk.Duration = COOLDOWN,
    ) -> None:
        checks = checks_for(scope, id)
        checks.require(
            scope.node.try_find_child(id) is None,
            "scale_readers",
            id,
            given="a second call",
            allowed="one",
            advice="A cluster scales its readers by one policy.",
        )
        checks.require(
            not follows,
            "scale_readers",
            id,
            given="a secondary of a global database",
            allowed="its primary, or a cluster of its own",
            advice="Aurora does not scale secondaries: give them the readers that they need.",
        )
        _check_members(members, checks)
        most = MOST_READERS - (len(members) - 1)
        advice = f"A cluster has {MOST_READERS} readers at most, and this one always has {len(members) - 1}."
        checks.require_between(1, maximum, max(most, 1), "maximum", advice=advice)
        if not is_token(maximum):
            checks.require_between(0, minimum, maximum, "minimum", advice="Write minimum=1.")
        checks.require(
            (cpu_percent is None) != (connections is None),
            "cpu_percent",
            cpu_percent,
            given="cpu_percent and connections" if connections is not None else "neither cpu_percent nor connections",
            allowed="one of the two",
            advice="Write cpu_percent=60.",
        )
        checks.require_between(1, cpu_percent, 100, "cpu_percent", unit="%", advice="Write cpu_percent=60.")
        checks.require(
            connections is None or connections >= 1, "connections", connections, allowed="1 or more", advice="Raise it."
        )
        checks.refuse()

        super().__init__(scope, id)
        self.target = appscaling.CfnScalableTarget(
            self,
            "Target",
            service_namespace="rds",
            scalable_dimension=DIMENSION,
            resource_id=f"cluster:{cluster.cluster_identifier}",
            min_capacity=minimum,
            max_capacity=maximum,
        )
        for instance in instances.values():
            self.target.add_resource_dependency(instance)
        metric = "RDSReaderAverageCPUUtilization" if connections is None else "RDSReaderAverageDatabaseConnections"
        self.policy = appscaling.CfnScalingPolicy(
            self,
            "Policy",
            policy_name=metric,
            policy_type="TargetTrackingScaling",
            scaling_target_id=self.target.ref,
            target_tracking_scaling_policy_configuration=(
                appscaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty(
                    target_value=cpu_percent if connections is None else connections,  # type: ignore[arg-type]
                    predefined_metric_specification=(
                        appscaling.CfnScalingPolicy.PredefinedMetricSpecificationProperty(predefined_metric_type=metric)
                    ),
                    scale_in_cooldown=scale_in_cooldown.to_seconds(),
                    scale_out_cooldown=scale_out_cooldown.to_seconds(),
                )
            ),
        )


def _check_members(members: Mapping[str, Member], checks: Checks) -> None:
    """Refuse a cluster whose readers cannot be measured, or that would be given serverless ones."""
    checks.require(
        len(members) > 1,
        "scale_readers",
        members,
        given="a cluster without readers",
        allowed="a cluster with at least one",
        advice="Their average is what it scales by.",
    )
    checks.require(
        WRITER not in members or not members[WRITER].serverless,
        "scale_readers",
        members,
        given="a serverless writer",
        allowed="a writer of a class",
        advice="Readers that are added take after the writer, and serverless ones scale by themselves: raise their "
        "ServerlessCapacity.",
    )
