"""The capacity of a table: on demand up to a ceiling, or provisioned and scaled with the traffic."""

from typing import Any, Final

from aws_cdk import aws_dynamodb as dynamodb

from constructs_lib.errors import Checks
from constructs_lib.options import options

TABLE_QUOTA_UNITS: Final = 40_000
"""What AWS lets one table consume each second, reads and writes apart, unless the quota was raised."""
LOWEST_TARGET_PERCENT: Final = 20
HIGHEST_TARGET_PERCENT: Final = 90


@options
class OnDemand:
    """Capacity that follows the traffic at once, paid by request.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html

    Args:
        max_read_units: A ceiling in read request units a second, against surprises; None is the account's quota.
        max_write_units: The same for write request units.

    Raises:
        InvalidOptionsError: A ceiling is below 1.
    """

    max_read_units: int | None = None
    max_write_units: int | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "OnDemand")
        for option, units in (("max_read_units", self.max_read_units), ("max_write_units", self.max_write_units)):
            checks.require_literal(option, units)
            advice = "Leave it out for no ceiling."
            checks.require(units is None or units >= 1, option, units, allowed="1 or more", advice=advice)
        checks.refuse()

    @property
    def billing(self) -> dynamodb.Billing:
        """The capacity as CDK wants it."""
        return dynamodb.Billing.on_demand(
            max_read_request_units=self.max_read_units, max_write_request_units=self.max_write_units
        )

    @property
    def replica_settings(self) -> dict[str, Any]:
        """The capacity to read, as one replica has it in CloudFormation."""
        if self.max_read_units is None:
            return {}
        return {"readOnDemandThroughputSettings": {"maxReadRequestUnits": self.max_read_units}}

    @property
    def read_limit(self) -> int:
        """The read units a second beyond which DynamoDB throttles."""
        return self.max_read_units or TABLE_QUOTA_UNITS

    @property
    def write_limit(self) -> int:
        """The write units a second beyond which DynamoDB throttles."""
        return self.max_write_units or TABLE_QUOTA_UNITS


@options
class Provisioned:
    """Capacity that is reserved, and scaled between bounds so that a share of it is used.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html

    Args:
        min_read_units: The fewest read units a second.
        max_read_units: The most read units a second.
        min_write_units: The fewest write units a second.
        max_write_units: The most write units a second.
        target_percent: The share of the capacity that should be used: 20 to 90.

    Raises:
        InvalidOptionsError: A bound is out of order, or the target out of range.
    """

    min_read_units: int
    max_read_units: int
    min_write_units: int
    max_write_units: int
    target_percent: int = 70

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Provisioned")
        for option in ("min_read_units", "max_read_units", "min_write_units", "max_write_units", "target_percent"):
            checks.require_literal(option, getattr(self, option))
        checks.refuse()
        for kind, low, high in (
            ("read", self.min_read_units, self.max_read_units),
            ("write", self.min_write_units, self.max_write_units),
        ):
            checks.require(
                low >= 1,
                f"min_{kind}_units",
                low,
                allowed="1 or more",
                advice="A table cannot sleep: use OnDemand.",
            )
            checks.require(
                high >= low,
                f"max_{kind}_units",
                high,
                allowed=f"{low} or more",
                advice="Give a maximum above the minimum.",
            )
        checks.require_between(
            LOWEST_TARGET_PERCENT,
            self.target_percent,
            HIGHEST_TARGET_PERCENT,
            "target_percent",
            unit="percent",
            advice="Leave it out for 70.",
        )
        checks.refuse()

    @property
    def billing(self) -> dynamodb.Billing:
        """The capacity as CDK wants it."""
        target = self.target_percent
        return dynamodb.Billing.provisioned(
            read_capacity=dynamodb.Capacity.autoscaled(
                min_capacity=self.min_read_units,
                max_capacity=self.max_read_units,
                target_utilization_percent=target,
            ),
            write_capacity=dynamodb.Capacity.autoscaled(
                min_capacity=self.min_write_units,
                max_capacity=self.max_write_units,
                target_utilization_percent=target,
            ),
        )

    @property
    def replica_settings(self) -> dict[str, Any]:
        """The capacity to read, as one replica has it in CloudFormation."""
        scaling = {
            "minCapacity": self.min_read_units,
            "maxCapacity": self.max_read_units,
            "targetTrackingScalingPolicyConfiguration": {"targetValue": self.target_percent},
        }
        return {"readProvisionedThroughputSettings": {"readCapacityAutoScalingSettings": scaling}}

    @property
    def read_limit(self) -> int:
        """The read units a second beyond which DynamoDB throttles."""
        return self.max_read_units

    @property
    def write_limit(self) -> int:
        """The write units a second beyond which DynamoDB throttles."""
        return self.max_write_units
