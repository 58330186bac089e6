"""How much of what is paid by use a cluster may use."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from aws_cdk import aws_redshift as redshift
from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.options import options

Feature = Literal[
    "concurrency-scaling", "cross-region-datasharing", "extra-compute-for-automatic-optimization", "spectrum"
]
TIME: Final = "time"
DATA: Final = "data-scanned"
LIMIT_TYPES: Final[Mapping[str, str]] = {
    "concurrency-scaling": TIME,
    "cross-region-datasharing": DATA,
    "extra-compute-for-automatic-optimization": TIME,
    "spectrum": DATA,
}
MOST_LIMITS: Final = 4
"""For one feature of a cluster."""


@options
class UsageLimit:
    """A limit of what a feature that is paid by use may cost.

    https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-usage-limits.html

    CloudFormation learns the type Region by Region: where it does not know it yet, its rule F3006 says so.

    Args:
        feature: What is limited.
        amount: Minutes of concurrency scaling and of extra compute, terabytes of Spectrum and data sharing; 1 or more.
        period: In which it may be used up; a week begins on Sunday.
        action: What happens then: a line in a system table, that and a metric, or the feature is off until the period
            ends.

    Raises:
        InvalidOptionsError: The amount is below 1.
    """

    feature: Feature
    amount: int
    period: Literal["daily", "weekly", "monthly"] = "monthly"
    action: Literal["log", "emit-metric", "disable"] = "emit-metric"

    def __post_init__(self) -> None:
        checks = Checks(lambda: "UsageLimit")
        advice = "Leave the limit out for none."
        checks.require(self.amount >= 1, "amount", self.amount, allowed="1 or more", advice=advice)
        checks.refuse()


def check_limits(limits: Sequence[UsageLimit], checks: Checks) -> None:
    """Refuse limits that are the same but for the amount, and too many."""
    for feature in LIMIT_TYPES:
        same = [(it.period, it.action) for it in limits if it.feature == feature]
        if len(same) > MOST_LIMITS:
            given, allowed = f"{len(same)} of {feature}", f"at most {MOST_LIMITS}"
            checks.problem("usage_limits", given, allowed=allowed, advice="Leave some out.")
        if len(set(same)) < len(same):
            given = f"two of {feature} with the same period and action"
            checks.problem("usage_limits", given, allowed="one", advice="Keep the lower one.")


def limit_usage(scope: Construct, limits: Sequence[UsageLimit], cluster: str) -> None:
    """Make the limits of a cluster, which is named by reference."""
    for limit in limits:
        redshift.CfnUsageLimit(
            scope,
            "-".join(("Limit", limit.feature, limit.period, limit.action)),
            cluster_identifier=cluster,
            feature_type=limit.feature,
            limit_type=LIMIT_TYPES[limit.feature],
            amount=limit.amount,
            period=limit.period,
            breach_action=limit.action,
        )
