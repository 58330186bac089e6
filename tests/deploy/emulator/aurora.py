"""What MiniStack's Aurora lacks: a good part of a cluster's settings, its custom endpoints, and who writes."""

import json
import secrets
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import rds

from .provision import Created, Props, WatchedProps, add_type, client, complete_type, physical_name
from .rds import answer, element, with_added

_ADDED = {
    "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "BacktrackWindow": "BacktrackWindow",
    "DatabaseInsightsMode": "DatabaseInsightsMode",
    "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
    "MonitoringInterval": "MonitoringInterval",
    "MonitoringRoleArn": "MonitoringRoleArn",
    "PerformanceInsightsEnabled": "PerformanceInsightsEnabled",
    "PerformanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "PerformanceInsightsRetentionPeriod": "PerformanceInsightsRetentionPeriod",
}
"""Properties that MiniStack does not show, and the element that AWS shows them in."""

_RECORDED = {
    "DBClusterParameterGroupName": "DBClusterParameterGroup",
    "EngineLifecycleSupport": "EngineLifecycleSupport",
    "KmsKeyId": "KmsKeyId",
    "Tags": "TagList",
}
"""Properties that MiniStack has a field of its record for, which CloudFormation's resource leaves empty."""

_endpoints = AccountRegionScopedDict()
"""The custom endpoints as the XML that shows them, by identifier, each with its cluster's."""


def install() -> None:
    """Complete the cluster and its members, and add custom endpoints."""
    complete_type("AWS::RDS::DBCluster", _complete_cluster)
    complete_type("AWS::RDS::DBInstance", _complete_member)
    add_type("AWS::RDS::DBClusterEndpoint", _create_endpoint, _delete_endpoint)
    rds._cluster_xml = with_added(rds._cluster_xml)
    rds._serverlessv2_xml = _capacity
    rds._ACTION_MAP["DescribeDBClusterEndpoints"] = _describe_endpoints


def _complete_cluster(cluster_id: str, props: WatchedProps) -> dict[str, Any]:
    record = rds._clusters[cluster_id]
    record |= {field: props[name] for name, field in _RECORDED.items() if name in props}
    record["added"] = {shown: props[name] for name, shown in _ADDED.items() if name in props}
    if props.get("ManageMasterUserPassword"):
        user = {"username": record["MasterUsername"], "password": secrets.token_urlsafe()}
        key = props.get("MasterUserSecret", {})
        made = client("secretsmanager").create_secret(
            Name=f"rds!{record['DbClusterResourceId']}", SecretString=json.dumps(user), **key
        )
        record["MasterUserSecret"] = {"SecretArn": made["ARN"], "SecretStatus": "active", **key}
    return {f"MasterUserSecret.{name}": value for name, value in record.get("MasterUserSecret", {}).items()}


def _complete_member(instance_id: str, props: WatchedProps) -> dict[str, Any]:
    """The first member of a cluster writes, unless another Region's does. All take after the cluster.

    MiniStack lets every member come back as a writer.
    """
    if "DBClusterIdentifier" not in props:
        return {}
    cluster = rds._clusters[props["DBClusterIdentifier"]]
    _, in_global = rds._global_cluster_member_for_cluster(cluster)
    for place, member in enumerate(cluster["DBClusterMembers"]):
        member["IsClusterWriter"] = place == 0 and (in_global is None or in_global["IsWriter"])
    instance = rds._instances[instance_id]
    names = ("DeletionProtection", "IAMDatabaseAuthenticationEnabled", "KmsKeyId", "Port", "StorageEncrypted")
    instance |= {name: cluster[name] for name in names if name in instance and name in cluster}
    return {}


def _capacity(cluster: Props) -> str:
    """Show the capacity as it was given: MiniStack leaves out when members pause."""
    given = cluster.get("ServerlessV2ScalingConfiguration")
    return element("ServerlessV2ScalingConfiguration", given) if given else ""


def _create_endpoint(logical_id: str, props: WatchedProps, stack_name: str) -> Created:
    name = props.get("DBClusterEndpointIdentifier") or physical_name(logical_id, stack_name)
    address = f"{name}.cluster-custom-{get_account_id()}.{get_region()}.rds.amazonaws.com"
    arn = f"arn:aws:rds:{get_region()}:{get_account_id()}:cluster-endpoint:{name}"
    cluster = props["DBClusterIdentifier"]
    members = {kind: props.get(kind, []) for kind in ("StaticMembers", "ExcludedMembers")}
    known = {member["DBInstanceIdentifier"] for member in rds._clusters[cluster]["DBClusterMembers"]}
    if not known >= {*members["StaticMembers"], *members["ExcludedMembers"]}:
        raise ValueError(f"{name} names members that {cluster} does not have")
    props.get("Tags")
    shown = {
        "DBClusterEndpointIdentifier": name,
        "DBClusterIdentifier": cluster,
        "DBClusterEndpointArn": arn,
        "Endpoint": address,
        "Status": "available",
        "EndpointType": "CUSTOM",
        "CustomEndpointType": props["CustomEndpointType"],
        **members,
    }
    _endpoints[name] = "".join(element(key, value) for key, value in shown.items())
    return name, {"Endpoint": address, "DBClusterEndpointArn": arn, "Status": "available"}


def _delete_endpoint(name: str, props: Props) -> None:
    _endpoints.pop(name, None)


def _describe_endpoints(request: Props) -> Any:
    wanted = rds._p(request, "DBClusterEndpointIdentifier")
    found = "".join(
        f"<DBClusterEndpointList>{xml}</DBClusterEndpointList>"
        for name, xml in _endpoints.items()
        if wanted in ("", name)
    )
    return answer("DescribeDBClusterEndpoints", f"<DBClusterEndpoints>{found}</DBClusterEndpoints>")
