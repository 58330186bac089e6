"""What MiniStack lacks of a VPC: an attribute, and the custom resource that empties its default security group."""

from collections.abc import Callable
from typing import Any

from ministack.services import ec2

from .provision import Created, Props, WatchedProps, add_type, client, complete_type
from .rds import element


def install() -> None:
    """Complete the VPC, and stand in for the custom resource.

    CDK's function for that is in JavaScript and takes the AWS SDK from Lambda's own runtime, which is not here.
    """
    complete_type("AWS::EC2::VPC", _vpc)
    add_type("Custom::VpcRestrictDefaultSG", empty_default_group, _leave_empty)
    ec2._vpce_fields_xml = _with_interface(ec2._vpce_fields_xml)


def empty_default_group(logical_id: str, props: WatchedProps, stack_name: str) -> Created:
    """Revoke the rules of a default security group."""
    group_id = props.take_all()["DefaultSecurityGroupId"]
    [group] = client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    for direction, rules in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
        if group[rules]:
            revoke = getattr(client("ec2"), f"revoke_security_group_{direction}")
            revoke(GroupId=group_id, IpPermissions=group[rules])
    return f"{stack_name}-{logical_id}", {}


def _leave_empty(physical_id: str, props: Props) -> None:
    """The VPC goes next, and its default group with it."""


def _vpc(vpc_id: str, props: WatchedProps) -> dict[str, Any]:
    return {"CidrBlock": props["CidrBlock"]}


def _with_interface(endpoint_xml: Callable[..., str]) -> Callable[..., str]:
    """MiniStack does not show who may use an endpoint, and by which name."""

    def complete_xml(endpoint: Props, **tag: str) -> str:
        before, _, end = endpoint_xml(endpoint, **tag).rpartition("</")
        groups = [{"groupId": group} for group in endpoint.get("SecurityGroupIds", [])]
        names = element("privateDnsEnabled", endpoint.get("PrivateDnsEnabled", False))
        return f"{before}{element('groupSet', groups, 'item')}{names}</{end}"

    return complete_xml
