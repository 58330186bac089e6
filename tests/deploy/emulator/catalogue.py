"""The CloudFormation types that our stacks use and MiniStack lacks or loses properties of, as data.

A type that takes one API call is an entry of `API_TYPES`. `NOT_EMULATED` lists every property that a template may
set although nothing here acts on it; each says why, and a property that is on neither side fails the deployment.
"""

from typing import Any

from .provision import ApiType, Props


def _flow_log(props: Props) -> Props:
    """CloudFormation names one resource, the API a list; its tags belong to a specification."""
    shared = {name: value for name, value in props.items() if name not in {"ResourceId", "Tags"}}
    specification = [{"ResourceType": "vpc-flow-log", "Tags": props["Tags"]}] if "Tags" in props else []
    return {**shared, "ResourceIds": [props["ResourceId"]], "TagSpecifications": specification}


def _security_group_rule(props: Props) -> Props:
    """One rule as the API's list of permissions. Ports may come as text: `Endpoint.Port` of a GetAtt is text."""
    rule = dict(props)
    group_id = rule.pop("GroupId")
    described = {"Description": rule.pop("Description")} if "Description" in rule else {}
    permission: dict[str, Any] = {"IpProtocol": rule.pop("IpProtocol")}
    permission |= {port: int(rule.pop(port)) for port in ("FromPort", "ToPort") if port in rule}
    for prop, member, key in _PEERS:
        if prop in rule:
            permission[member] = [{key: rule.pop(prop), **described}]
    # What is left over is no property of a rule that we know: the API refuses it by name.
    return {"GroupId": group_id, "IpPermissions": [permission], **rule}


_PEERS = (
    ("CidrIp", "IpRanges", "CidrIp"),
    ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
    ("SourcePrefixListId", "PrefixListIds", "PrefixListId"),
    ("DestinationPrefixListId", "PrefixListIds", "PrefixListId"),
    ("SourceSecurityGroupId", "UserIdGroupPairs", "GroupId"),
    ("DestinationSecurityGroupId", "UserIdGroupPairs", "GroupId"),
)
"""How a rule's other end is called: in CloudFormation, then the API's list and the member of its entries."""


def _security_group_rule_type(direction: str) -> ApiType:
    return ApiType(
        service="ec2",
        create=f"authorize_security_group_{direction}",
        parameters=_security_group_rule,
        reference="SecurityGroupRules[0].SecurityGroupRuleId",
        delete=f"revoke_security_group_{direction}",
        delete_with=lambda physical_id, props: {
            "GroupId": props["GroupId"],
            "SecurityGroupRuleIds": [physical_id],
        },
    )


def _option_group(props: Props) -> Props:
    """An engine without options has an empty list, for which the API has no parameter; any option is refused."""
    return {name: value for name, value in props.items() if value or name != "OptionConfigurations"}


API_TYPES = {
    "AWS::CloudWatch::Alarm": ApiType(
        service="cloudwatch",
        create="put_metric_alarm",
        named="AlarmName",
        reference="AlarmName",
        delete="delete_alarms",
        delete_with=lambda physical_id, props: {"AlarmNames": [physical_id]},
    ),
    "AWS::EC2::FlowLog": ApiType(
        service="ec2",
        create="create_flow_logs",
        parameters=_flow_log,
        reference="FlowLogIds[0]",
        delete="delete_flow_logs",
        delete_with=lambda physical_id, props: {"FlowLogIds": [physical_id]},
    ),
    "AWS::EC2::SecurityGroupIngress": _security_group_rule_type("ingress"),
    "AWS::EC2::SecurityGroupEgress": _security_group_rule_type("egress"),
    "AWS::RDS::OptionGroup": ApiType(
        service="rds",
        create="create_option_group",
        parameters=_option_group,
        named="OptionGroupName",
        reference="OptionGroup.OptionGroupName",
        delete="delete_option_group",
        delete_with=lambda physical_id, props: {"OptionGroupName": physical_id},
    ),
    "AWS::RDS::EventSubscription": ApiType(
        service="rds",
        create="create_event_subscription",
        named="SubscriptionName",
        reference="EventSubscription.CustSubscriptionId",
        delete="delete_event_subscription",
        delete_with=lambda physical_id, props: {"SubscriptionName": physical_id},
    ),
    "AWS::Backup::BackupSelection": ApiType(
        service="backup",
        create="create_backup_selection",
        reference="SelectionId",
        delete="delete_backup_selection",
        delete_with=lambda physical_id, props: {
            "BackupPlanId": props["BackupPlanId"],
            "SelectionId": physical_id,
        },
    ),
}

NOT_EMULATED = {
    "AWS::CDK::Metadata": {"Analytics": "tells AWS which constructs were used; it configures nothing"},
    "AWS::RDS::DBInstance": {
        "DeleteAutomatedBackups": "takes effect when the instance is deleted; no call of the API shows it",
    },
}
"""Properties that nothing here acts on, by type, and why that hides no fault of a template."""
