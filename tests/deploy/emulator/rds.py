"""What MiniStack's RDS leaves out: a good part of an instance's settings, and event subscriptions."""

import json
import secrets
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import rds

from .provision import Props, WatchedProps, client, complete

RECORDED = ("CACertificateIdentifier", "PerformanceInsightsRetentionPeriod", "StorageThroughput")
"""Properties that MiniStack shows a constant for, from a field of the same name."""

ADDED = {
    "DatabaseInsightsMode": "DatabaseInsightsMode",
    "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
    "EngineLifecycleSupport": "EngineLifecycleSupport",
    "PerformanceInsightsKMSKeyId": "PerformanceInsightsKMSKeyId",
}
"""Properties that MiniStack shows nothing for, and the element of the answer that AWS shows them in."""

_subscriptions = AccountRegionScopedDict()


def install() -> None:
    """Complete the instance, and answer the calls about event subscriptions."""
    complete("AWS::RDS::DBInstance", complete_instance)
    rds._instance_xml = _with_added(rds._instance_xml)
    rds._ACTION_MAP |= {
        "CreateEventSubscription": _create_subscription,
        "DescribeEventSubscriptions": _describe_subscriptions,
        "DeleteEventSubscription": _delete_subscription,
    }


def complete_instance(physical_id: str, props: WatchedProps) -> dict[str, str]:
    """Note on the instance's record what MiniStack has left out."""
    record = rds._instances[physical_id]
    record |= {name: props[name] for name in RECORDED if name in props}
    record["added"] = {element: props[name] for name, element in ADDED.items() if name in props}
    if name := props.get("OptionGroupName"):
        record["OptionGroupMemberships"] = [{"OptionGroupName": name, "Status": "in-sync"}]
    if not props.get("ManageMasterUserPassword"):
        return {}
    secret = _master_secret(record, props.get("MasterUserSecret", {}))
    record["added"]["MasterUserSecret"] = secret
    return {"MasterUserSecret.SecretArn": secret["SecretArn"]}


def _master_secret(instance: Props, settings: Props) -> dict[str, str]:
    """The secret that RDS makes and keeps for the instance's master user."""
    key = {"KmsKeyId": settings["KmsKeyId"]} if "KmsKeyId" in settings else {}
    password = {"username": instance["MasterUsername"], "password": secrets.token_urlsafe()}
    made = client("secretsmanager").create_secret(
        Name=f"rds!{instance['DbiResourceId']}", SecretString=json.dumps(password), **key
    )
    return {"SecretArn": made["ARN"], "SecretStatus": "active", **key}


def _with_added(instance_xml: Callable[[Props], str]) -> Callable[[Props], str]:
    def complete_xml(instance: Props) -> str:
        xml = instance_xml(instance)
        for element, value in instance.get("added", {}).items():
            xml = xml.replace(f"<{element}/>", "") + _element(element, value)
        return xml

    return complete_xml


def _element(name: str, value: Any, member: str = "member") -> str:
    """A value in the XML of the query protocol; the entries of a list are called `member`, or as the API says."""
    if isinstance(value, dict):
        inner = "".join(_element(key, entry) for key, entry in value.items())
    elif isinstance(value, list):
        inner = "".join(_element(member, entry) for entry in value)
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


def _create_subscription(request: Props) -> Any:
    name = rds._p(request, "SubscriptionName")
    arn = f"arn:aws:rds:{get_region()}:{get_account_id()}:es:{name}"
    members = [
        _element("CustSubscriptionId", name),
        _element("EventSubscriptionArn", arn),
        _element("SnsTopicArn", rds._p(request, "SnsTopicArn")),
        _element("SourceType", rds._p(request, "SourceType")),
        _element("SourceIdsList", rds._parse_member_list(request, "SourceIds"), "SourceId"),
        _element("EventCategoriesList", rds._parse_member_list(request, "EventCategories"), "EventCategory"),
        _element("Enabled", rds._p(request, "Enabled") or "true"),
        _element("Status", "active"),
    ]
    _subscriptions[name] = f"<EventSubscription>{''.join(members)}</EventSubscription>"
    return _answer("CreateEventSubscription", _subscriptions[name])


def _describe_subscriptions(request: Props) -> Any:
    wanted = rds._p(request, "SubscriptionName")
    found = "".join(xml for name, xml in _subscriptions.items() if wanted in ("", name))
    return _answer("DescribeEventSubscriptions", f"<EventSubscriptionsList>{found}</EventSubscriptionsList>")


def _delete_subscription(request: Props) -> Any:
    return _answer("DeleteEventSubscription", _subscriptions.pop(rds._p(request, "SubscriptionName")))


def _answer(operation: str, inner: str) -> Any:
    return rds._xml(200, f"{operation}Response", f"<{operation}Result>{inner}</{operation}Result>")
