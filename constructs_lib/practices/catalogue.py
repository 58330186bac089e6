"""All practices by id, and the Guard rules that prove them."""

from importlib.resources import files
from types import ModuleType

from constructs_lib.practices import (
    athena,
    aurora,
    backup,
    cloudwatch,
    dsql,
    dynamodb,
    firehose,
    glue,
    kinesis,
    kms,
    lambda_,
    logs,
    messaging,
    rds,
    redshift,
    redshift_serverless,
    s3,
    secretsmanager,
)
from constructs_lib.practices.practice import Practice

MODULES: tuple[ModuleType, ...] = (
    rds,
    aurora,
    dsql,
    dynamodb,
    kinesis,
    s3,
    glue,
    athena,
    redshift,
    redshift_serverless,
    firehose,
    lambda_,
    messaging,
    kms,
    logs,
    cloudwatch,
    backup,
    secretsmanager,
)


def _practices() -> dict[str, Practice]:
    return {value.id: value for module in MODULES for value in vars(module).values() if isinstance(value, Practice)}


CATALOGUE: dict[str, Practice] = _practices()


def guard_rules() -> str:
    """Return all rules in one text, ready for any engine that speaks CloudFormation Guard."""
    names = ["resources", *(module.__name__.rsplit(".", 1)[-1] for module in MODULES)]
    return "\n".join(files(__package__).joinpath(f"{name}.guard").read_text(encoding="utf-8") for name in names)
