"""What MiniStack's RDS lacks: a good part of an instance's settings, and event subscriptions."""

import json
import secrets
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import rds

from .provision import Props, WatchedProps, client, complete_type

_RECORDED = ("CACertificateIdentifier", "PerformanceInsightsRetentionPeriod")
"""Properties that MiniStack has a field of its record for, which it fills with a constant."""

_ADDED = {
    "DatabaseInsightsMode": "DatabaseInsightsMode",
    "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
    "EngineLifecycleSupport": "EngineLifecycleSupport",
    "PerformanceInsightsKMSKeyId": "PerformanceInsightsKMSKeyId",
}
"""Properties that MiniStack does not show, and the element that AWS shows them in."""

_subscriptions = AccountRegionScopedDict()
"""The event subscriptions as the XML that shows them, by name."""


def install() -> None:
    """Complete the instance, and answer the calls about event subscriptions."""
    complete_type("AWS::RDS::DBInstance", complete_instance)
    rds._instance_xml = with_added(rds._instance_xml)
    rds._ACTION_MAP |= {
        "CreateEventSubscription": _create_subscription,
        "DeleteEventSubscription": _delete_subscription,
        "DescribeEventSubscriptions": _describe_subscriptions,
    }


def complete_instance(physical_id: str, props: WatchedProps) -> dict[str, Any]:
    """Note on the instance's record what MiniStack leaves out, and make the secret that RDS makes."""
    record = rds._instances[physical_id]
    record |= {name: props[name] for name in _RECORDED if name in props}
    added = {shown: props[name] for name, shown in _ADDED.items() if name in props}
    if props.get("ManageMasterUserPassword"):
        added["MasterUserSecret"] = _master_secret(record, props.get("MasterUserSecret", {}))
    record["added"] = added
    return {f"MasterUserSecret.{name}": value for name, value in added.get("MasterUserSecret", {}).items()}


def _master_secret(instance: Props, key: Props) -> dict[str, str]:
    user = {"username": instance["MasterUsername"], "password": secrets.token_urlsafe()}
    made = client("secretsmanager").create_secret(
        Name=f"rds!{instance['DbiResourceId']}", SecretString=json.dumps(user), **key
    )
    return {"SecretArn": made["ARN"], "SecretStatus": "active", **key}


def with_added(instance_xml: Callable[[Props], str]) -> Callable[[Props], str]:
    def complete_xml(instance: Props) -> str:
        xml = instance_xml(instance)
        for name, value in instance.get("added", {}).items():
            xml = xml.replace(f"<{name}/>", "") + element(name, value)
        return xml

    return complete_xml


def element(name: str, value: Any, entry: str = "member") -> str:
    """Write a value in the query protocol's XML; `entry` is what the API calls the entries of a list."""
    if isinstance(value, dict):
        inner = "".join(element(key, member) for key, member in value.items())
    elif isinstance(value, list):
        inner = "".join(element(entry, member) for member in value)
    elif isinstance(value, bool):
        inner = str(value).lower()
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


def _create_subscription(request: Props) -> Any:
    name = rds._p(request, "SubscriptionName")
    members = [
        element("CustSubscriptionId", name),
        element("EventSubscriptionArn", f"arn:aws:rds:{get_region()}:{get_account_id()}:es:{name}"),
        element("SnsTopicArn", rds._p(request, "SnsTopicArn")),
        element("SourceType", rds._p(request, "SourceType")),
        element("SourceIdsList", rds._parse_member_list(request, "SourceIds"), "SourceId"),
        element("EventCategoriesList", rds._parse_member_list(request, "EventCategories"), "EventCategory"),
        element("Enabled", rds._p(request, "Enabled") or "true"),
        element("Status", "active"),
    ]
    _subscriptions[name] = f"<EventSubscription>{''.join(members)}</EventSubscription>"
    return answer("CreateEventSubscription", _subscriptions[name])


def _delete_subscription(request: Props) -> Any:
    return answer("DeleteEventSubscription", _subscriptions.pop(rds._p(request, "SubscriptionName")))


def _describe_subscriptions(request: Props) -> Any:
    wanted = rds._p(request, "SubscriptionName")
    found = "".join(xml for name, xml in _subscriptions.items() if wanted in ("", name))
    return answer("DescribeEventSubscriptions", f"<EventSubscriptionsList>{found}</EventSubscriptionsList>")


def answer(operation: str, inner: str) -> Any:
    return rds._xml(200, f"{operation}Response", f"<{operation}Result>{inner}</{operation}Result>")
