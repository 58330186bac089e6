"""What MiniStack leaves out of a type, where one more call or note makes up for it."""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import cloudwatch

from .provision import Props, WatchedProps, client, complete_type


def install() -> None:
    """Complete the types, and the alarms' API."""
    complete_type("AWS::Glue::Database", _in_own_catalog)
    complete_type("AWS::Glue::Table", _in_own_catalog)
    complete_type("AWS::Lambda::EventSourceMapping", _event_source_mapping)
    complete_type("AWS::Lambda::Function", _function)
    complete_type("AWS::SNS::Topic", _topic)
    cloudwatch._put_metric_alarm = _keeping_formula(cloudwatch._put_metric_alarm)


def _in_own_catalog(name: str, props: WatchedProps) -> dict[str, Any]:
    """There is one catalog, the account's own."""
    if props["CatalogId"] != get_account_id():
        raise ValueError(f"{name} is of the catalog {props['CatalogId']}, and there is none but {get_account_id()}")
    return {}


def _event_source_mapping(uuid: str, props: WatchedProps) -> dict[str, Any]:
    functions = client("lambda")
    if "Tags" in props:
        tags = {tag["Key"]: tag["Value"] for tag in props["Tags"]}
        arn = functions.get_event_source_mapping(UUID=uuid)["EventSourceMappingArn"]
        functions.tag_resource(Resource=arn, Tags=tags)
    return {}


def _function(name: str, props: WatchedProps) -> dict[str, Any]:
    settings = {"DeadLetterConfig": "DeadLetterConfig", "KmsKeyArn": "KMSKeyArn", "VpcConfig": "VpcConfig"}
    given = {parameter: props[prop] for prop, parameter in settings.items() if prop in props}
    if given:
        client("lambda").update_function_configuration(FunctionName=name, **given)
    if "ReservedConcurrentExecutions" in props:
        reserved = props["ReservedConcurrentExecutions"]
        client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    return {}


def _topic(arn: str, props: WatchedProps) -> dict[str, Any]:
    if "KmsMasterKeyId" in props:
        client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=props["KmsMasterKeyId"]
        )
    return {}


def _keeping_formula(put_alarm: Callable[..., Any]) -> Callable[..., Any]:
    """MiniStack's alarms know one metric. The metrics of a formula are kept and shown, but never evaluated."""

    def put_alarm_with_formula(query: Props, document: Props, *protocol: bool) -> Any:
        answer = put_alarm(query, document, *protocol)
        if "Metrics" in document:
            cloudwatch._alarms[document["AlarmName"]]["Metrics"] = document["Metrics"]
        return answer

    return put_alarm_with_formula
