"""How long Firehose tries again."""

from typing import Final

import aws_cdk as cdk

from constructs_lib.errors import Checks

LONGEST_RETRY_SECONDS: Final = 7200


def check_retry(retry: cdk.Duration, checks: Checks) -> None:
    """Record a time for which Firehose does not try again."""
    if checks.require_literal("retry", retry):
        advice = "Firehose tries for two hours at most."
        checks.require_between(0, retry.to_seconds(), LONGEST_RETRY_SECONDS, "retry", unit="seconds", advice=advice)
