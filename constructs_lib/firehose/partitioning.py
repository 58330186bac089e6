"""Folders by what records say."""

import base64
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Final

import aws_cdk as cdk

from constructs_lib.errors import Checks, is_token
from constructs_lib.firehose.prefixes import BY_DAY
from constructs_lib.firehose.retries import check_retry
from constructs_lib.options import options

MOST_KEYS: Final = 50
LONGEST_QUERY: Final = 5120
_KEY: Final = re.compile("[a-zA-Z_][a-zA-Z0-9_]*")


@options
class Deaggregation:
    """Several records in one, which are taken apart before each goes to its folder.

    https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html

    Args:
        delimiter: What stands between the records; None takes JSON objects, one after the other or in a list.

    Raises:
        InvalidOptionsError: The delimiter is empty.
    """

    delimiter: str | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Deaggregation")
        allowed = "at least one character, or None for JSON"
        checks.require(self.delimiter != "", "delimiter", self.delimiter, allowed=allowed, advice="Write a delimiter.")
        checks.refuse()

    @property
    def parameters(self) -> dict[str, str]:
        """What Firehose is told."""
        if self.delimiter is None:
            return {"SubRecordType": "JSON"}
        return {"SubRecordType": "DELIMITED", "Delimiter": base64.b64encode(self.delimiter.encode()).decode()}


@options
class DynamicPartitioning:
    """Records go to folders by what they say. It can be turned on only when the delivery stream is made.

    Every key has to be in the prefix; without a prefix, one is made: ``customer=.../2026/11/21/``. Firehose writes 500
    folders at a time, until AWS raises the quota, and what is beyond goes to the error prefix.

    https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html

    Args:
        keys: The JQ query of each key: ``{"customer": ".customer_id"}``. Empty if a function returns the keys, which
            the prefix names as ``!{partitionKeyFromLambda:customer}``.
        retry: How long Firehose tries to write a folder, up to 2 hours, before records go to the error prefix.
        deaggregation: How several records in one are taken apart; None takes each as one.

    Raises:
        InvalidOptionsError: A key, a query or the time cannot be accepted.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    retry: cdk.Duration = cdk.Duration.minutes(5)
    deaggregation: Deaggregation | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "DynamicPartitioning")
        for key, query in self.keys.items():
            allowed = "letters, digits and underscores, beginning with no digit"
            checks.require(_KEY.fullmatch(key) is not None, "keys", key, allowed=allowed, advice="Rename the key.")
            checks.require(
                is_token(query) or "." in query,
                "keys",
                query,
                allowed="a JQ query",
                advice=f'Name a field of the record with a dot before it: "{key}": ".{query.strip() or key}".',
            )
        checks.require(
            len(self.keys) <= MOST_KEYS,
            "keys",
            self.keys,
            given=f"{len(self.keys)} keys",
            allowed=f"at most {MOST_KEYS}",
            advice="Partition by what queries filter by.",
        )
        checks.require(
            len(self.query) <= LONGEST_QUERY,
            "keys",
            self.keys,
            given=f"queries of {len(self.query)} characters",
            allowed=f"at most {LONGEST_QUERY} together",
            advice="Shorten the queries.",
        )
        check_retry(self.retry, checks)
        checks.refuse()

    @property
    def query(self) -> str:
        """All queries in one JQ object."""
        return "{" + ",".join(f'"{key}":{query}' for key, query in self.keys.items()) + "}"

    @property
    def prefix(self) -> str | None:
        """The folders in the manner of Hive, by the keys and by the day; None without keys."""
        folders = "".join(f"{key}=!{{partitionKeyFromQuery:{key}}}/" for key in self.keys)
        return folders + BY_DAY if folders else None
