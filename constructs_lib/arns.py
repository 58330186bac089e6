"""ARNs of the stack's own partition, Region and account, written without asking CDK for each part of each."""

from typing import Final

import aws_cdk as cdk

PARTITION: Final = cdk.Aws.PARTITION
REGION: Final = cdk.Aws.REGION
ACCOUNT: Final = cdk.Aws.ACCOUNT_ID
URL_SUFFIX: Final = cdk.Aws.URL_SUFFIX

_PSEUDO_PARAMETERS: Final = {
    PARTITION: "<AWS::Partition>",
    REGION: "<AWS::Region>",
    ACCOUNT: "<AWS::AccountId>",
}


def arn(service: str, resource: str) -> str:
    """Return the ARN of a resource of the stack that it is written in."""
    return f"arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{resource}"


def spelled_out(text: str) -> str:
    """Return an ARN with its pseudo parameters in angle brackets, as cdk-nag names them in its findings."""
    for token, name in _PSEUDO_PARAMETERS.items():
        text = text.replace(token, name)
    return text
