"""How the records of a stream reach a function, and what becomes of those that it cannot process."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final

import aws_cdk as cdk

from constructs_lib.errors import Checks, show
from constructs_lib.options import options

MOST_RECORDS: Final = 10_000
LONGEST_WINDOW_SECONDS: Final = 300
MOST_PARALLEL: Final = 10
MOST_RETRIES: Final = 10_000
SHORTEST_AGE_SECONDS: Final = 60
LONGEST_AGE_SECONDS: Final = 7 * 24 * 3600
LONGEST_TUMBLING_SECONDS: Final = 900
MOST_FILTERS: Final = 10
"""Lambda allows five, and up to ten when asked to raise the quota."""
LONGEST_FILTER: Final = 4_096


@options
class Delivery:
    """Batches, retries and filters of an event source mapping. Retries are always bounded.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html

    Args:
        batch_size: The most records of one invocation: 1 to 10000.
        batching_window: How long to gather a batch: 0 to 300 seconds.
        parallelization_factor: Batches of one shard at a time, in order for each key: 1 to 10.
        retry_attempts: How often a failing batch is tried again: 0 to 10000.
        max_record_age: When records are given up, tried or not: 60 seconds to 7 days after they were written. None
            gives up nothing that the stream still keeps, as far as Lambda looks back.
        tumbling_window: The time over which the function aggregates state: up to 900 seconds; None keeps no state.
        filters: Event patterns, five without a raised quota and ten at most; a record that matches none is skipped.
            Empty takes all. Those of DynamoDB read the change, ``{"eventName": ["INSERT"]}``; those of Kinesis its data
            alone, ``{"data": {"status": ["paid"]}}``.

    Raises:
        InvalidOptionsError: A value is out of range.
    """

    batch_size: int = 100
    batching_window: cdk.Duration = cdk.Duration.seconds(1)
    parallelization_factor: int = 1
    retry_attempts: int = 5
    max_record_age: cdk.Duration | None = None
    tumbling_window: cdk.Duration | None = None
    filters: Sequence[Mapping[str, Any]] = ()
    window_seconds: int = field(init=False, repr=False, compare=False)
    max_age_seconds: int | None = field(init=False, repr=False, compare=False)
    tumbling_seconds: int | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        window = int(self.batching_window.to_seconds())
        age = int(self.max_record_age.to_seconds()) if self.max_record_age else None
        tumbling = int(self.tumbling_window.to_seconds()) if self.tumbling_window else None
        checks = Checks(lambda: "Delivery")
        for low, value, high, option, unit in (
            (1, self.batch_size, MOST_RECORDS, "batch_size", "records"),
            (0, window, LONGEST_WINDOW_SECONDS, "batching_window", "seconds"),
            (1, self.parallelization_factor, MOST_PARALLEL, "parallelization_factor", "batches"),
            (0, self.retry_attempts, MOST_RETRIES, "retry_attempts", "times"),
            (SHORTEST_AGE_SECONDS, age, LONGEST_AGE_SECONDS, "max_record_age", "seconds"),
            (1, tumbling, LONGEST_TUMBLING_SECONDS, "tumbling_window", "seconds"),
        ):
            checks.require_between(low, value, high, option, unit=unit, advice="Stay within what Lambda allows.")
        checks.require(
            len(self.filters) <= MOST_FILTERS,
            "filters",
            self.filters,
            given=f"{len(self.filters)} patterns",
            allowed=f"at most {MOST_FILTERS}",
            advice="Join patterns: a pattern can list several values.",
        )
        for pattern in self.filters:
            self._check_pattern(pattern, checks)
        repeated = any(pattern in self.filters[:place] for place, pattern in enumerate(self.filters))
        checks.require(
            not repeated, "filters", self.filters, allowed="patterns that differ", advice="Leave one of the same out."
        )
        checks.refuse()
        object.__setattr__(self, "window_seconds", window)
        object.__setattr__(self, "max_age_seconds", age)
        object.__setattr__(self, "tumbling_seconds", tumbling)

    def _check_pattern(self, pattern: Mapping[str, Any], checks: Checks) -> None:
        try:
            length = len(_json(pattern))
        except (TypeError, ValueError, RecursionError) as error:
            checks.problem("filters", show(pattern), allowed="what JSON can write", advice=f"{error}.")
        else:
            advice = 'Write {"eventName": ["INSERT"]}, with each value in a list.'
            checks.require(_is_pattern(pattern), "filters", pattern, allowed="an event pattern", advice=advice)
            allowed = f"at most {LONGEST_FILTER} characters of JSON"
            checks.require(length <= LONGEST_FILTER, "filters", pattern, allowed=allowed, advice="Shorten the pattern.")

    @property
    def patterns(self) -> list[str]:
        """The filters as JSON."""
        return [_json(pattern) for pattern in self.filters]


def _json(pattern: Mapping[str, Any]) -> str:
    return json.dumps(dict(pattern), separators=(",", ":"), allow_nan=False)


def _is_pattern(pattern: Any) -> bool:
    """Tell whether all values are lists, down to the leaves, as EventBridge's patterns want."""
    if isinstance(pattern, Mapping):
        return bool(pattern) and all(_is_pattern(value) for value in pattern.values())
    return isinstance(pattern, list | tuple) and bool(pattern)
