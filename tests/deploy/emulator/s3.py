"""What MiniStack leaves out of a bucket, and S3 sets by calls of their own."""

from collections.abc import Callable, Mapping
from typing import Any

from .provision import Props, WatchedProps, client, complete_type, without_system_tags


def install() -> None:
    """Complete the bucket."""
    complete_type("AWS::S3::Bucket", _bucket)


def _bucket(name: str, props: WatchedProps) -> dict[str, Any]:
    for prop, (operation, parameters) in _SETTINGS.items():
        if prop in props:
            getattr(client("s3"), operation)(Bucket=name, **parameters(props[prop]))
    if "Tags" in props:
        tags = without_system_tags({"Tags": props["Tags"]})["Tags"]
        client("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    return {}


def _encryption(given: Props) -> Props:
    """Where no key of KMS is named, S3 takes its own; MiniStack takes none."""
    rules = [
        _renamed(rule, {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"})
        for rule in given["ServerSideEncryptionConfiguration"]
    ]
    for rule in rules:
        default = rule["ApplyServerSideEncryptionByDefault"]
        if default["SSEAlgorithm"] == "aws:kms":
            rule["ApplyServerSideEncryptionByDefault"] = {"KMSMasterKeyID": "alias/aws/s3", **default}
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


def _lifecycle(given: Props) -> Props:
    return {"LifecycleConfiguration": {"Rules": [_lifecycle_rule(rule) for rule in given["Rules"]]}}


def _lifecycle_rule(rule: Props) -> Props:
    """The API nests what CloudFormation has side by side, and wants a filter, be it an empty one."""
    given = _renamed(rule, {"Id": "ID"})
    ends = {"Days": given.pop("ExpirationInDays", None), "ExpiredObjectDeleteMarker": given.pop(_MARKER, None)}
    if expiration := {name: value for name, value in ends.items() if value is not None}:
        given["Expiration"] = expiration
    if "Transitions" in given:
        given["Transitions"] = [_renamed(it, {"TransitionInDays": "Days"}) for it in given["Transitions"]]
    return {"Filter": {"Prefix": given.pop("Prefix", "")}, **given}


def _access_logs(given: Props) -> Props:
    enabled = _renamed(given, {"DestinationBucketName": "TargetBucket", "LogFilePrefix": "TargetPrefix"})
    return {"BucketLoggingStatus": {"LoggingEnabled": {"TargetPrefix": "", **enabled}}}


def _renamed(given: Props, names: Mapping[str, str]) -> Props:
    return {names.get(name, name): value for name, value in given.items()}


_MARKER = "ExpiredObjectDeleteMarker"
_SETTINGS: Mapping[str, tuple[str, Callable[[Props], Props]]] = {
    "BucketEncryption": ("put_bucket_encryption", _encryption),
    "LifecycleConfiguration": ("put_bucket_lifecycle_configuration", _lifecycle),
    "LoggingConfiguration": ("put_bucket_logging", _access_logs),
    "OwnershipControls": ("put_bucket_ownership_controls", lambda given: {"OwnershipControls": given}),
}
"""By property, the call that sets it, and its parameters."""
