"""The hours in which a cluster rests."""

import re
from typing import Final

from aws_cdk import aws_redshift as redshift
from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.options import options
from constructs_lib.permissions import Permission, service_role

_FIELD: Final = r"[0-9A-Z*,/?#L-]+"
_CRON: Final = re.compile(rf"cron\(([0-9]|[1-5][0-9]) {_FIELD} {_FIELD} {_FIELD} {_FIELD} {_FIELD}\)")


@options
class PauseSchedule:
    """When a cluster is paused and resumed. While it rests, storage alone is paid for, and nobody can log in.

    https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html

    Args:
        pause: ``cron(minutes hours day-of-month month day-of-week year)`` in UTC, at most once an hour:
            ``cron(0 20 ? * MON-FRI *)``.
        resume: The same: ``cron(0 6 ? * MON-FRI *)``.

    Raises:
        InvalidOptionsError: An expression has another form, or both are the same.
    """

    pause: str
    resume: str

    def __post_init__(self) -> None:
        checks = Checks(lambda: "PauseSchedule")
        for option, text in (("pause", self.pause), ("resume", self.resume)):
            fields = text[5:-1].split(" ")
            checks.require(
                _CRON.fullmatch(text) is not None and "?" in (fields[2], fields[4]),
                option,
                text,
                allowed="cron(minutes hours day-of-month month day-of-week year), with one minute, and ? for a day",
                advice="Write cron(0 20 ? * MON-FRI *).",
            )
        checks.require(
            self.pause != self.resume,
            "resume",
            self.resume,
            allowed="another time than pause",
            advice="Give the time at which work begins.",
        )
        checks.refuse()


def schedule_pauses(scope: Construct, schedule: PauseSchedule, *, identifier: str, cluster: str, arn: str) -> None:
    """Make the two actions, and the role that takes them.

    Args:
        scope: The cluster's construct.
        schedule: When.
        identifier: What the names of the actions begin with.
        cluster: The cluster, by reference.
        arn: Its ARN.
    """
    role = service_role(
        scope,
        "Scheduler",
        service="scheduler.redshift.amazonaws.com",
        permissions=[Permission(actions=("redshift:PauseCluster", "redshift:ResumeCluster"), resources=(arn,))],
    )
    types = redshift.CfnScheduledAction
    pause = types.PauseClusterMessageProperty(cluster_identifier=cluster)
    resume = types.ResumeClusterMessageProperty(cluster_identifier=cluster)
    for name, cron, action in (
        ("Pause", schedule.pause, types.ScheduledActionTypeProperty(pause_cluster=pause)),
        ("Resume", schedule.resume, types.ScheduledActionTypeProperty(resume_cluster=resume)),
    ):
        redshift.CfnScheduledAction(
            scope,
            name,
            scheduled_action_name=f"{identifier}-{name.lower()}",
            scheduled_action_description=f"{name}s the cluster.",
            schedule=cron,
            enable=True,
            iam_role=role.role_arn,
            target_action=action,
        )
