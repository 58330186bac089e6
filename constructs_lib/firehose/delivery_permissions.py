"""What the role of a delivery stream may do, exactly."""

from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs_lib.arns import arn
from constructs_lib.firehose.formats import TableName
from constructs_lib.firehose.prefixes import head
from constructs_lib.permissions import Permission, through

OBJECTS = "Firehose names each object when it writes it."
_READ_KEY = ("kms:Decrypt",)
_WRITE_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


def _key(key: str, service: str, actions: tuple[str, ...], **context: tuple[str, ...]) -> Permission:
    """Return the use of a key through one service, for what its encryption context names."""
    named = {f"kms:EncryptionContext:{name.replace('_', ':')}": list(value) for name, value in context.items()}
    return Permission(
        actions=actions, resources=(key,), conditions={**through(service), **({"StringLike": named} if named else {})}
    )


def write_logs(group: str) -> Permission:
    """Return what writes errors to the log."""
    return Permission(actions=("logs:PutLogEvents",), resources=(group,))


def write_objects(
    bucket: str, key: str | None, prefix: str | None, error_prefix: str | None, *, replaces: bool = False
) -> list[Permission]:
    """Return what writes objects to folders of a bucket, encrypted.

    https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3

    Args:
        bucket: The bucket's ARN.
        key: The ARN of the key that encrypts the objects; None if it is not known.
        prefix: The prefix of the objects; None means the whole bucket.
        error_prefix: The prefix of what fails; None leaves it to Firehose, which may then write anywhere.
        replaces: Whether objects are deleted too.
    """
    heads = sorted({head(prefix), head(error_prefix)})
    folders = heads if all(heads) else [""]
    return [
        Permission(
            actions=("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"), resources=(bucket,)
        ),
        Permission(
            actions=(
                "s3:AbortMultipartUpload",
                *(("s3:DeleteObject",) if replaces else ()),
                "s3:GetObject",
                "s3:PutObject",
            ),
            resources=tuple(f"{bucket}/{folder}*" for folder in folders),
            wildcard=OBJECTS,
        ),
        *([_key(key, "s3", _WRITE_KEY, aws_s3_arn=(bucket, f"{bucket}/*"))] if key else []),
    ]


def read_stream(stream: kinesis.IStream) -> list[Permission]:
    """Return what reads a Kinesis stream, and decrypts it if its key is known."""
    stream_arn, key = stream.stream_arn, stream.encryption_key
    actions = ("kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards")
    permissions = [Permission(actions=actions, resources=(stream_arn,))]
    if key:
        permissions.append(_key(key.key_arn, "kinesis", _READ_KEY, aws_kinesis_arn=(stream_arn,)))
    return permissions


def invoke(function: lambda_.IFunction) -> Permission:
    """Return what invokes a function, version or alias."""
    actions = ("lambda:GetFunctionConfiguration", "lambda:InvokeFunction")
    return Permission(actions=actions, resources=(function.function_arn,))


def read_table(table: TableName) -> Permission:
    """Return what reads the columns of a table of Glue.

    https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-glue
    """
    actions = ("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions")
    return Permission(actions=actions, resources=_catalogued(table))


def write_table(table: TableName) -> Permission:
    """Return what commits to a table of Iceberg: Glue is told where its newest description is.

    https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-s3-tables
    """
    actions = ("glue:GetDatabase", "glue:GetTable", "glue:UpdateTable")
    return Permission(actions=actions, resources=_catalogued(table))


def _catalogued(table: TableName) -> tuple[str, ...]:
    """Return the ARNs of a table and of what it is in, all of which Glue asks for."""
    return (
        arn("glue", "catalog"),
        arn("glue", f"database/{table.database}"),
        arn("glue", f"table/{table.database}/{table.table}"),
    )


def read_secret(secret: secretsmanager.ISecret) -> list[Permission]:
    """Return what reads a secret, and decrypts it if its key is known."""
    secret_arn, key = secret.secret_arn, secret.encryption_key
    permissions = [Permission(actions=("secretsmanager:GetSecretValue",), resources=(secret_arn,))]
    if key:
        permissions.append(_key(key.key_arn, "secretsmanager", _READ_KEY, SecretARN=(secret_arn,)))
    return permissions
