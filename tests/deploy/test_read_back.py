"""What the templates promise is what the services report: a template can say anything, and a service forget it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath
import pytest

from .cloud import Cloud


@dataclass(frozen=True)
class Report:
    """How a service reports a resource of one type."""

    describe: Callable[[Cloud, str], Any]
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Where a property is in the report, as a JMESPath, if not under its own name."""
    not_reported: Mapping[str, str] = field(default_factory=dict)
    """Properties that no call reports, and why."""


def _alarm(cloud: Cloud, name: str) -> Any:
    return cloud.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]


def _function(cloud: Cloud, name: str) -> Any:
    functions = cloud.client("lambda")
    return functions.get_function_configuration(FunctionName=name) | functions.get_function_concurrency(
        FunctionName=name
    )


def _instance(cloud: Cloud, name: str) -> Any:
    return cloud.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def _key(cloud: Cloud, key_id: str) -> Any:
    keys = cloud.client("kms")
    return keys.describe_key(KeyId=key_id)["KeyMetadata"] | keys.get_key_rotation_status(KeyId=key_id)


def _log_group(cloud: Cloud, name: str) -> Any:
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next(group for group in groups if group["logGroupName"] == name)


def _mapping(cloud: Cloud, uuid: str) -> Any:
    return cloud.client("lambda").get_event_source_mapping(UUID=uuid)


def _queue(cloud: Cloud, url: str) -> Any:
    attributes = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {name: json.loads(value) if value.startswith("{") else value for name, value in attributes.items()}


REPORTS = {
    "AWS::CloudWatch::Alarm": Report(_alarm),
    "AWS::KMS::Key": Report(_key, renamed={"EnableKeyRotation": "KeyRotationEnabled"}),
    "AWS::Lambda::EventSourceMapping": Report(_mapping),
    "AWS::Lambda::Function": Report(
        _function,
        not_reported={"Code": "where the code came from; the data path shows that it runs"},
    ),
    "AWS::Logs::LogGroup": Report(
        _log_group,
        renamed={"LogGroupName": "logGroupName", "RetentionInDays": "retentionInDays"},
    ),
    "AWS::RDS::DBInstance": Report(
        _instance,
        renamed={
            "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
            "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
            "EnablePerformanceInsights": "PerformanceInsightsEnabled",
            "ManageMasterUserPassword": "MasterUserSecret.SecretStatus == 'active'",
            "Port": "Endpoint.Port",
            "Tags": "TagList",
        },
        not_reported={"DeleteAutomatedBackups": "takes effect when the instance is deleted"},
    ),
    "AWS::SQS::Queue": Report(_queue),
}


def _is_literal(value: Any) -> bool:
    """Whether a value of a template is without intrinsic functions, of which one cannot know what they give."""
    if isinstance(value, dict):
        return all(
            not key.startswith("Fn::") and key != "Ref" and _is_literal(entry) for key, entry in value.items()
        )
    return all(map(_is_literal, value)) if isinstance(value, list) else True


def _comparable(value: Any) -> Any:
    """Numbers are text in some templates and reports, and the order of a list means nothing in either."""
    if isinstance(value, list):
        return sorted((_comparable(entry) for entry in value), key=str)
    if isinstance(value, dict):
        return {key: _comparable(entry) for key, entry in value.items()}
    return str(float(value)) if str(value).replace(".", "", 1).isdigit() else str(value)


@pytest.mark.parametrize("resource_type", REPORTS)
def test_every_literal_property_is_reported(cloud: Cloud, resource_type: str) -> None:
    report = REPORTS[resource_type]
    for resource in cloud.resources(resource_type):
        literals = {
            name: _comparable(value)
            for name, value in resource.properties.items()
            if _is_literal(value) and name not in report.not_reported
        }
        described = report.describe(cloud, resource.physical_id)
        reported = {
            name: _comparable(jmespath.search(report.renamed.get(name, name), described)) for name in literals
        }
        assert reported == literals, resource
