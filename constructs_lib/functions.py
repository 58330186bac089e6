"""Lambda functions made of code: traced, logged, and allowed no more than they need."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Final, cast
from zipfile import BadZipFile, ZipFile

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib.acknowledgements import Waivers, acknowledge
from constructs_lib.encryption import allow_logs
from constructs_lib.errors import Checks, is_token
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.logs import log_group
from constructs_lib.naming import unique_name
from constructs_lib.networking import closed_security_group
from constructs_lib.options import options
from constructs_lib.permissions import Permission, grant
from constructs_lib.practices import lambda_ as practices

_HANDLER: Final = re.compile(r"\S{1,128}")
_VARIABLE: Final = re.compile("[a-zA-Z][a-zA-Z0-9_]+")
LONGEST_TIMEOUT_SECONDS: Final = 900
SMALLEST_MEMORY_MIB: Final = 128
LARGEST_MEMORY_MIB: Final = 10_240
LARGEST_ENVIRONMENT_BYTES: Final = 4_096
TRACING: Final = practices.TRACING
RESERVED_CONCURRENCY: Final = practices.RESERVED_CONCURRENCY
"""What any function that is made here can leave out; services export these two as well."""
CACHE: Final = "__pycache__"
BYTECODE: Final = [f"**/{CACHE}"]
"""What running the code on this machine leaves beside it; deployments would differ by it."""
NO_VPC: Final = "No VPC was given: what the function uses is reached without a private address."
SYNCHRONOUS: Final = (
    "The function is invoked synchronously: who invokes it waits for its answer, and keeps what it could not process. "
    "A dead-letter queue would receive asynchronous invocations alone."
)

TRACE: Final = Permission(
    actions=("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    resources=("*",),
    wildcard="AWS X-Ray knows no resources for these actions.",
)
ATTACH_NETWORK_INTERFACES: Final = Permission(
    actions=(
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    ),
    resources=("*",),
    wildcard="Lambda attaches network interfaces that do not exist yet, with actions that know no resources.",
)


@options
class FunctionCode:
    """A function to be made from code on this machine.

    https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html

    Args:
        path: A directory, or a zip file, with the code.
        handler: The file and function that is called, ``index.handler``; in Python and Node, a file of the code. What a
            layer brings is set on the function that was made, with the layer.
        runtime: The language and its version.
        environment: Environment variables, encrypted with the consumer's key: up to 4 KB of names and values. No
            secrets.
        memory: 128 MiB to 10 GiB; processor share grows with it.
        timeout: How long one invocation may take: up to 15 minutes.
        reserved_concurrency: The most invocations at a time, taken from those of the account.
        vpc: The VPC to run in; None runs outside, where the function reaches no private address. Inside, it reaches
            nothing until ``consumer.function.connections`` allows it, AWS's own endpoints included.

    Raises:
        InvalidOptionsError: The path does not exist, the code has no such handler, or a value is out of range.
    """

    path: str | Path
    handler: str = "index.handler"
    runtime: lambda_.Runtime = lambda_.Runtime.PYTHON_3_14
    environment: Mapping[str, str] = field(default_factory=dict)
    memory: cdk.Size = cdk.Size.mebibytes(256)
    timeout: cdk.Duration = cdk.Duration.seconds(30)
    reserved_concurrency: int = 10
    vpc: ec2.IVpc | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "FunctionCode")
        checks.require(
            bool(files := _files(self.path)),
            "path",
            str(self.path),
            allowed="a directory with files, or a zip file",
            advice="Start from Path(__file__).parent, so that it does not depend on where the app is run.",
        )
        for low, value, high, option, unit in (
            (SMALLEST_MEMORY_MIB, self.memory.to_mebibytes(), LARGEST_MEMORY_MIB, "memory", "MiB"),
            (1, self.timeout.to_seconds(), LONGEST_TIMEOUT_SECONDS, "timeout", "seconds"),
        ):
            checks.require_between(low, value, high, option, unit=unit, advice="Stay within what Lambda allows.")
        allowed, file = "a file and a function", _file_of(self.handler, self.runtime)
        named = _HANDLER.fullmatch(self.handler) is not None and file != ""
        if checks.require(named, "handler", self.handler, allowed=allowed, advice='Write "index.handler".'):
            advice = f"There is no {file} in {self.path}."
            there = not file or not files or _is_among(files, file)
            checks.require(there, "handler", self.handler, allowed=allowed, advice=advice)
        for name in self.environment:
            advice = "Start with a letter, and use two characters at least."
            checks.require(
                _VARIABLE.fullmatch(name) is not None,
                "environment",
                name,
                allowed="letters, digits and underscores",
                advice=advice,
            )
        literal = [it for pair in self.environment.items() for it in pair if not is_token(it)]
        length = sum(len(it.encode()) for it in literal)
        checks.require(
            length <= LARGEST_ENVIRONMENT_BYTES,
            "environment",
            self.environment,
            given=f"{length} bytes",
            allowed=f"at most {LARGEST_ENVIRONMENT_BYTES} in all",
            advice="Put more into AWS Systems Manager's parameters, and read it when the function starts.",
        )
        checks.require(
            self.reserved_concurrency >= 1,
            "reserved_concurrency",
            self.reserved_concurrency,
            allowed="1 or more",
            advice="0 would stop the function.",
        )
        checks.refuse()


def _files(path: str | Path) -> list[str]:
    """Return the files in a directory or a zip file, from its top on; none where Lambda finds no code."""
    try:
        if Path(path).is_file() and str(path).endswith(".zip"):
            with ZipFile(path) as packed:
                return [name for name in packed.namelist() if not name.endswith("/")]
        return [
            (Path(folder) / file).relative_to(path).as_posix()
            for folder, _, files in os.walk(path)
            for file in files
            if Path(folder).name != CACHE
        ]
    except (OSError, ValueError, BadZipFile):
        return []


def _file_of(handler: str, runtime: lambda_.Runtime) -> str | None:
    """Return the file that a handler names, ``index.py``; None in languages in which it names something inside.

    https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
    https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
    """
    match runtime.family:
        case lambda_.RuntimeFamily.PYTHON:
            module, ending = handler.rpartition(".")[0].replace(".", "/"), "py"
        case lambda_.RuntimeFamily.NODEJS:
            folder, slash, name = handler.rpartition("/")
            module, ending = folder + slash + name.partition(".")[0], "js"
        case _:
            return None
    return f"{module}.{ending}" if module else ""


def _is_among(files: Sequence[str], file: str) -> bool:
    """Tell whether a module is among the files, as a package or with any ending: there are ``.mjs`` and ``.so``."""
    module = file.rpartition(".")[0]
    return any(it.startswith((f"{module}.", f"{module}/__init__.")) for it in files)


class CodeFunction(Construct):
    """A function made from code, with a role, an encrypted log group, tracing and reserved concurrency of its own.

    Tracing and the dead-letter queue are set on the resource, because the L2 would write inline policies for them.

    Args:
        scope: The construct that the function works for.
        id: The construct's id.
        code: What it runs, and where.
        key: Encrypts its log and environment.
        dead_letters: Receives the events of asynchronous invocations that failed; None where there are none, because
            who invokes the function waits for its answer.
        subnets: The private subnets of the code's VPC.
        lifecycle: Whether the log outlives its stack.
        waivers: May leave out tracing and reserved concurrency.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        code: FunctionCode,
        key: kms.IKey,
        dead_letters: sqs.IQueue | None,
        subnets: ec2.SubnetSelection | None,
        lifecycle: Lifecycle,
        waivers: Waivers,
    ) -> None:
        super().__init__(scope, id)
        allow_logs(key)
        logs = log_group(self, "Logs", key=key, lifecycle=lifecycle, name=f"/aws/lambda/{unique_name(self)}")
        traced, reserved = waivers.keeps(TRACING), waivers.keeps(RESERVED_CONCURRENCY)
        group = closed_security_group(self, code.vpc, f"What {self.node.path} reaches.") if code.vpc else None
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        queue = dead_letters.queue_arn if dead_letters else None
        permissions = [
            Permission(actions=("logs:CreateLogStream", "logs:PutLogEvents"), resources=(logs.log_group_arn,)),
            Permission(actions=("kms:Decrypt", *(["kms:GenerateDataKey"] if queue else [])), resources=(key.key_arn,)),
            *([Permission(actions=("sqs:SendMessage",), resources=(queue,))] if queue else []),
            *([TRACE] if traced else []),
            *([ATTACH_NETWORK_INTERFACES] if group else []),
        ]
        self.function = lambda_.Function(
            self,
            "Function",
            code=lambda_.Code.from_asset(str(code.path), exclude=BYTECODE),
            handler=code.handler,
            runtime=code.runtime,
            architecture=lambda_.Architecture.ARM_64,
            role=role,
            environment=dict(code.environment) or None,
            memory_size=code.memory.to_mebibytes(),
            timeout=code.timeout,
            reserved_concurrent_executions=code.reserved_concurrency if reserved else None,
            vpc=code.vpc,
            vpc_subnets=subnets,
            security_groups=[group] if group else None,
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=logs,
        )
        resource = cast("lambda_.CfnFunction", self.function.node.default_child)
        resource.kms_key_arn = key.key_arn
        if traced:
            resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
        if queue:
            resource.dead_letter_config = lambda_.CfnFunction.DeadLetterConfigProperty(target_arn=queue)
        self.function.node.add_dependency(grant(self, "Policy", role, permissions))
        waivers.acknowledge(self.function)
        if not queue:
            acknowledge(self.function, dict.fromkeys(practices.WANT_DEAD_LETTERS, SYNCHRONOUS))
        if not code.vpc:
            acknowledge(self.function, dict.fromkeys(practices.IN_VPC.rules, NO_VPC))
