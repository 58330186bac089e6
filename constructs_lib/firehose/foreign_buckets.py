"""Acknowledgements of wildcards in the ARN of a bucket of another stack, which is spelled out late."""

import json
from collections.abc import Sequence

import aws_cdk as cdk
import jsii
from constructs import Construct, IValidation

from constructs_lib.compliance import acknowledge


@jsii.implements(IValidation)
class ForeignBuckets:
    """Acknowledges the wildcards of a policy once it is known how its stack refers to those of the buckets.

    Args:
        policy: The policy with the wildcards.
        objects: ARNs of objects, each ending in a wildcard.
        reason: Why there is a wildcard.
    """

    def __init__(self, policy: Construct, objects: Sequence[str], reason: str) -> None:
        self._policy = policy
        self._objects = list(objects)
        self._reason = reason

    def validate(self) -> list[str]:
        """Acknowledge, and find nothing wrong."""
        resolve = cdk.Stack.of(self._policy).resolve
        spelled = {f"AwsSolutions-IAM5[Resource::{_spelled(resolve(it))}]" for it in self._objects}
        acknowledge(self._policy, dict.fromkeys(sorted(spelled), self._reason))
        return []


def _spelled(value: object) -> str:
    """Write a resolved ARN in one line as cdk-nag does."""
    match value:
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(_spelled(part) for part in parts)
        case {"Fn::ImportValue": str(name)}:
            return name
        case str():
            return value
    return json.dumps(value, separators=(",", ":"))
