"""The hours in which a cluster rests."""

import re
from typing import Final

from aws_cdk import aws_redshift as redshift
from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.options import options
from constructs_lib.permissions import Permission, service_role


def _any_of(value: str) -> str:
    """Return the pattern of a list of values, ranges and steps."""
    item = rf"(?:\*|{value}(?:-{value})?)(?:/[0-9]{{1,2}})?"
    return f"{item}(?:,{item})*"


_DAY: Final = "(?:0?[1-9]|[12][0-9]|3[01])"
_WEEKDAY: Final = "(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)"
_MONTH: Final = "(?:0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_FIELDS: Final = (
    "[0-5]?[0-9]",
    _any_of("(?:[01]?[0-9]|2[0-3])"),
    rf"\?|L|{_DAY}W|{_any_of(_DAY)}",
    _any_of(_MONTH),
    rf"\?|L|{_WEEKDAY}L|{_WEEKDAY}#[1-5]|{_any_of(_WEEKDAY)}",
    _any_of("(?:19[7-9][0-9]|2[01][0-9][0-9])"),
)
"""https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"""
_CRON: Final = re.compile(rf"cron\({' '.join(f'(?:{it})' for it in _FIELDS)}\)")


@options
class PauseSchedule:
    """When a cluster is paused and resumed. While it rests, storage alone is paid for, and nobody can log in.

    https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html

    Nor can deployments: tables, users and whatever else is declared inside the cluster are made, changed and dropped
    while it runs alone, and passwords are rotated only then. What is deployed while it rests fails, and is rolled back.

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
                _CRON.fullmatch(text) is not None and (fields[2] == "?") != (fields[4] == "?"),
                option,
                text,
                allowed="cron(minutes hours day-of-month month day-of-week year), with one minute, and ? for one day",
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
    role, _ = service_role(
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
