"""The rest of the types that MiniStack makes in part, where one more call or note does it."""

from collections.abc import Callable
from typing import Any

from ministack.services import backup, cloudwatch

from .provision import Props, WatchedProps, client, complete


def install() -> None:
    """Complete each type, and make the alarms' API keep the metrics of a formula."""
    for name, finish in COMPLETIONS.items():
        complete(name, finish)
    cloudwatch._put_metric_alarm = _keeping_formula(cloudwatch._put_metric_alarm)


def _function(name: str, props: WatchedProps) -> dict[str, Any]:
    if "ReservedConcurrentExecutions" in props:
        client("lambda").put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=props["ReservedConcurrentExecutions"]
        )
    if "KmsKeyArn" in props:
        client("lambda").update_function_configuration(FunctionName=name, KMSKeyArn=props["KmsKeyArn"])
    return {}


def _topic(arn: str, props: WatchedProps) -> dict[str, Any]:
    if "KmsMasterKeyId" in props:
        client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=props["KmsMasterKeyId"]
        )
    return {}


def _vault(name: str, props: WatchedProps) -> dict[str, Any]:
    """MiniStack has no PutBackupVaultLockConfiguration, but shows what a vault's record says."""
    if lock := props.get("LockConfiguration"):
        backup._vaults[name] |= {
            "Locked": True,
            **{name: lock[name] for name in ("MinRetentionDays", "MaxRetentionDays") if name in lock},
        }
    return {}


def _vpc(vpc_id: str, props: WatchedProps) -> dict[str, Any]:
    return {"CidrBlock": props["CidrBlock"]}


def _keeping_formula(put_alarm: Callable[..., Any]) -> Callable[..., Any]:
    """MiniStack's alarms watch one metric; they keep no other. A kept one is shown, but never evaluated."""

    def put_alarm_with_formula(query: Props, document: Props, *protocol: bool) -> Any:
        answer = put_alarm(query, document, *protocol)
        kept = {name: document[name] for name in ("Metrics", "ThresholdMetricId") if name in document}
        cloudwatch._alarms[document["AlarmName"]] |= kept
        return answer

    return put_alarm_with_formula


COMPLETIONS: dict[str, Callable[[str, WatchedProps], dict[str, Any]]] = {
    "AWS::Backup::BackupVault": _vault,
    "AWS::EC2::VPC": _vpc,
    "AWS::Lambda::Function": _function,
    "AWS::SNS::Topic": _topic,
}
