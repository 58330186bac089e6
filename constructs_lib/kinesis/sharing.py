"""Other accounts that may write to a stream or read it."""

import re
from collections.abc import Sequence
from typing import Any, Final

from constructs_lib.arns import arn
from constructs_lib.errors import Checks
from constructs_lib.options import options

WRITES: Final = ("kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords")
READS: Final = (
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
)
ENCRYPTS: Final = "kms:GenerateDataKey"
DECRYPTS: Final = "kms:Decrypt"

_PRINCIPAL: Final = re.compile(r"[0-9]{12}|arn:aws(-[^:]+)?:iam::[0-9]{12}:(root|(role|user)/[\w+=,.@/-]+)")
_OF_A_STREAM: Final = {"ArnLike": {"kms:EncryptionContext:aws:kinesis:arn": arn("kinesis", "stream/*")}}


@options
class Sharing:
    """Principals of other accounts, each with an IAM policy of its own account that lets it as well.

    https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html

    They get the same from the stream's key; that of a key which was imported is its owner's to write.

    Args:
        writers: Who may put records: ARNs of roles or users, or the twelve digits of accounts, which decide themselves.
        readers: Who may read records, at the throughput that all consumers share.

    Raises:
        InvalidOptionsError: Nobody is named, or something that is no principal.
    """

    writers: Sequence[str] = ()
    readers: Sequence[str] = ()

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Sharing")
        named = {"writers": self.writers, "readers": self.readers}
        checks.require(
            any(named.values()), "writers", None, given="nobody", allowed="writers or readers", advice="Name one."
        )
        for option, principals in named.items():
            for principal in principals:
                checks.require(
                    _PRINCIPAL.fullmatch(principal) is not None,
                    option,
                    principal,
                    allowed="ARNs of IAM roles and users, and account ids of twelve digits",
                    advice="Name the role exactly: a stream is never open to everybody.",
                )
        checks.refuse()

    def stream_policy(self, stream: str) -> dict[str, Any]:
        """Return the policy of the stream.

        Args:
            stream: Its ARN.
        """
        return {
            "Version": "2012-10-17",
            "Statement": [
                {**_who(sid, principals), "Action": list(actions), "Resource": stream}
                for sid, principals, actions in (("Write", self.writers, WRITES), ("Read", self.readers, READS))
                if principals
            ],
        }

    @property
    def key_statements(self) -> list[dict[str, Any]]:
        """What the policy of the stream's key has to allow; the key is made first, so it cannot name the stream."""
        return [
            {**_who(sid, principals), "Action": action, "Resource": "*", "Condition": _OF_A_STREAM}
            for sid, principals, action in (
                ("KinesisWriters", self.writers, ENCRYPTS),
                ("KinesisReaders", self.readers, DECRYPTS),
            )
            if principals
        ]


def _who(sid: str, principals: Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": list(dict.fromkeys(principals))}}
