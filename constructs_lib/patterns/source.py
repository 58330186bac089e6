"""The stream that a pattern reads."""

from typing import overload

import aws_cdk as cdk
from aws_cdk import aws_kinesis
from constructs import Construct

from constructs_lib import kinesis
from constructs_lib.errors import Checks, is_token


@overload
def read_source(
    scope: Construct, stream: kinesis.Stream | aws_kinesis.IStream, checks: Checks
) -> aws_kinesis.IStream: ...
@overload
def read_source(scope: Construct, stream: None, checks: Checks) -> None: ...
def read_source(
    scope: Construct, stream: kinesis.Stream | aws_kinesis.IStream | None, checks: Checks
) -> aws_kinesis.IStream | None:
    """Return the stream as CDK knows it, and record a problem with one of another Region.

    Args:
        scope: Where the pattern is.
        stream: What was given.
        checks: Collects the problem.
    """
    if stream is None:
        return None
    source = stream.stream if isinstance(stream, kinesis.Stream) else stream
    home, region = cdk.Stack.of(scope).region, source.env.region
    checks.require(
        region == home or is_token(region) or is_token(home),
        "stream",
        source,
        given=f"one of {region}",
        allowed=f"one of {home}",
        advice="Streams are read in their own Region: make the pattern in a stack there.",
    )
    return source
