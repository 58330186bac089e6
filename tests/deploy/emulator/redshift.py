"""Redshift, provisioned and serverless: control planes that keep what they are told. No query runs in them."""

import json
import secrets
from typing import Any

from ministack.core.responses import get_account_id, get_region, new_uuid

from .provision import ApiType, Props, WatchedProps, add_type, client, complete_type
from .recorded import Kind, Recorded

CLUSTER = "AWS::Redshift::Cluster"
NAMESPACE = "AWS::RedshiftServerless::Namespace"
PARAMETERS = "AWS::Redshift::ClusterParameterGroup"

_AFTERWARDS = (
    "DestinationRegion",
    "LoggingProperties",
    "NamespaceResourcePolicy",
    "SnapshotCopyGrantName",
    "SnapshotCopyRetentionPeriod",
)
"""What CloudFormation has as properties of a cluster, and the API as calls of their own."""


def _password(name: str, username: str, key: str) -> str:
    """Make the secret that Redshift makes, and return its ARN."""
    user = {"username": username, "password": secrets.token_urlsafe()}
    made = client("secretsmanager").create_secret(
        Name=f"redshift!{name}-{username}", SecretString=json.dumps(user), KmsKeyId=key
    )
    return str(made["ARN"])


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


def _shown_cluster(request: Props) -> Props:
    name = request["ClusterIdentifier"]
    address = f"{name}.{new_uuid()[:12]}.{get_region()}.redshift.amazonaws.com"
    return {
        **request,
        "ClusterStatus": "available",
        "ClusterAvailabilityStatus": "Available",
        "ClusterNamespaceArn": _arn("redshift", f"namespace:{new_uuid()}"),
        "Endpoint": {"Address": address, "Port": request["Port"]},
        "MasterPasswordSecretArn": _password(name, request["MasterUsername"], request["MasterPasswordSecretKmsKeyId"]),
        "VpcSecurityGroups": [
            {"VpcSecurityGroupId": it, "Status": "active"} for it in request.get("VpcSecurityGroupIds", [])
        ],
        "ClusterParameterGroups": [{"ParameterGroupName": request["ClusterParameterGroupName"]}],
        "IamRoles": [{"IamRoleArn": it, "ApplyStatus": "in-sync"} for it in request.get("IamRoles", [])],
        "AvailabilityZoneRelocationStatus": "enabled" if request.get("AvailabilityZoneRelocation") else "disabled",
        "MultiAZ": "Enabled" if request.get("MultiAZ") else "Disabled",
    }


def _shown_subnet_group(request: Props) -> Props:
    return {**request, "Subnets": [{"SubnetIdentifier": it} for it in request["SubnetIds"]]}


def _shown_subscription(request: Props) -> Props:
    return {
        **request,
        "CustSubscriptionId": request["SubscriptionName"],
        "SourceIdsList": request.get("SourceIds", []),
        "EventCategoriesList": request.get("EventCategories", []),
        "Status": "active",
    }


def _shown_namespace(request: Props) -> Props:
    name = request["namespaceName"]
    return {
        **request,
        "namespaceId": new_uuid(),
        "namespaceArn": _arn("redshift-serverless", f"namespace/{new_uuid()}"),
        "adminPasswordSecretArn": _password(name, request["adminUsername"], request["adminPasswordSecretKmsKeyId"]),
        "status": "AVAILABLE",
    }


def _shown_workgroup(request: Props) -> Props:
    name = request["workgroupName"]
    address = f"{name}.{get_account_id()}.{get_region()}.redshift-serverless.amazonaws.com"
    return {
        **request,
        "workgroupId": new_uuid(),
        "workgroupArn": _arn("redshift-serverless", f"workgroup/{new_uuid()}"),
        "endpoint": {"address": address, "port": request["port"]},
        "status": "AVAILABLE",
    }


_CLUSTERS = Kind(
    identifier="ClusterIdentifier",
    create="CreateCluster",
    describe="DescribeClusters",
    delete="DeleteCluster",
    one="Cluster",
    several="Clusters",
    shown=_shown_cluster,
)
_PARAMETER_GROUPS = Kind(
    identifier="ParameterGroupName",
    create="CreateClusterParameterGroup",
    describe="DescribeClusterParameterGroups",
    delete="DeleteClusterParameterGroup",
    one="ClusterParameterGroup",
    several="ParameterGroups",
)
_NAMESPACES = Kind(
    identifier="namespaceName",
    create="CreateNamespace",
    describe="GetNamespace",
    delete="DeleteNamespace",
    one="namespace",
    several="namespace",
    shown=_shown_namespace,
)


def _modify_parameters(request: Props) -> Props:
    group = _PARAMETER_GROUPS.find(request)
    group["parameters"] = request["Parameters"]
    return {"ParameterGroupName": request["ParameterGroupName"]}


def _describe_parameters(request: Props) -> Props:
    return {"Parameters": _PARAMETER_GROUPS.find(request).get("parameters", [])}


def _enable_logging(request: Props) -> Props:
    _CLUSTERS.find(request)["logging"] = {"LoggingEnabled": True, **request}
    return _describe_logging(request)


def _describe_logging(request: Props) -> Props:
    logging: Props = _CLUSTERS.find(request).get("logging", {"LoggingEnabled": False})
    return logging


def _enable_copy(request: Props) -> Props:
    cluster = _CLUSTERS.find(request)
    cluster["ClusterSnapshotCopyStatus"] = request
    return {"Cluster": cluster}


def _modify_roles(request: Props) -> Props:
    cluster = _CLUSTERS.find(request)
    cluster["IamRoles"] += [{"IamRoleArn": it, "ApplyStatus": "in-sync"} for it in request["AddIamRoles"]]
    return {"Cluster": cluster}


_PROVISIONED = Recorded(
    "redshift",
    _CLUSTERS,
    _PARAMETER_GROUPS,
    Kind(
        identifier="ClusterSubnetGroupName",
        create="CreateClusterSubnetGroup",
        describe="DescribeClusterSubnetGroups",
        delete="DeleteClusterSubnetGroup",
        one="ClusterSubnetGroup",
        several="ClusterSubnetGroups",
        shown=_shown_subnet_group,
    ),
    Kind(
        identifier="SubscriptionName",
        create="CreateEventSubscription",
        describe="DescribeEventSubscriptions",
        delete="DeleteEventSubscription",
        one="EventSubscription",
        several="EventSubscriptionsList",
        shown=_shown_subscription,
    ),
    Kind(
        identifier="ScheduledActionName",
        create="CreateScheduledAction",
        describe="DescribeScheduledActions",
        delete="DeleteScheduledAction",
        several="ScheduledActions",
    ),
    Kind(
        identifier="SnapshotCopyGrantName",
        create="CreateSnapshotCopyGrant",
        describe="DescribeSnapshotCopyGrants",
        delete="DeleteSnapshotCopyGrant",
        one="SnapshotCopyGrant",
        several="SnapshotCopyGrants",
    ),
    Kind(
        identifier="UsageLimitId",
        create="CreateUsageLimit",
        describe="DescribeUsageLimits",
        delete="DeleteUsageLimit",
        several="UsageLimits",
    ),
    ModifyClusterParameterGroup=_modify_parameters,
    DescribeClusterParameters=_describe_parameters,
    EnableLogging=_enable_logging,
    DescribeLoggingStatus=_describe_logging,
    EnableSnapshotCopy=_enable_copy,
    ModifyClusterIamRoles=_modify_roles,
)
_SERVERLESS = Recorded(
    "redshift-serverless",
    _NAMESPACES,
    Kind(
        identifier="workgroupName",
        create="CreateWorkgroup",
        describe="GetWorkgroup",
        delete="DeleteWorkgroup",
        one="workgroup",
        several="workgroup",
        shown=_shown_workgroup,
    ),
)


def _cluster_parameters(props: Props) -> Props:
    return {name: value for name, value in props.items() if name not in _AFTERWARDS}


def _finish_cluster(name: str, props: WatchedProps) -> Props:
    """Do what CloudFormation does in calls of their own."""
    redshift = client("redshift")
    if "LoggingProperties" in props:
        redshift.enable_logging(ClusterIdentifier=name, **props["LoggingProperties"])
    if "DestinationRegion" in props:
        redshift.enable_snapshot_copy(
            ClusterIdentifier=name,
            DestinationRegion=props["DestinationRegion"],
            RetentionPeriod=int(props["SnapshotCopyRetentionPeriod"]),
            SnapshotCopyGrantName=props["SnapshotCopyGrantName"],
        )
    return {}


def _finish_parameters(name: str, props: WatchedProps) -> Props:
    if "Parameters" in props:
        client("redshift").modify_cluster_parameter_group(ParameterGroupName=name, Parameters=props["Parameters"])
    return {}


def _camel(value: Any) -> Any:
    """Write CloudFormation's names as the API of Redshift Serverless does."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _camel(it) for name, it in value.items()}
    return [_camel(it) for it in value] if isinstance(value, list) else value


_TYPES = {
    CLUSTER: ApiType(
        service="redshift",
        create="create_cluster",
        parameters=_cluster_parameters,
        reference="ClusterIdentifier",
        attributes={
            "ClusterNamespaceArn": "Cluster.ClusterNamespaceArn",
            "Endpoint.Address": "Cluster.Endpoint.Address",
            "Endpoint.Port": "Cluster.Endpoint.Port",
            "MasterPasswordSecretArn": "Cluster.MasterPasswordSecretArn",
        },
        delete="delete_cluster",
        delete_with=lambda physical_id, props: {"ClusterIdentifier": physical_id},
    ),
    PARAMETERS: ApiType(
        service="redshift",
        create="create_cluster_parameter_group",
        named="ParameterGroupName",
        parameters=lambda props: {name: it for name, it in props.items() if name != "Parameters"},
        reference="ParameterGroupName",
        delete="delete_cluster_parameter_group",
        delete_with=lambda physical_id, props: {"ParameterGroupName": physical_id},
    ),
    "AWS::Redshift::ClusterSubnetGroup": ApiType(
        service="redshift",
        create="create_cluster_subnet_group",
        named="ClusterSubnetGroupName",
        reference="ClusterSubnetGroupName",
        delete="delete_cluster_subnet_group",
        delete_with=lambda physical_id, props: {"ClusterSubnetGroupName": physical_id},
    ),
    "AWS::Redshift::EventSubscription": ApiType(
        service="redshift",
        create="create_event_subscription",
        reference="SubscriptionName",
        delete="delete_event_subscription",
        delete_with=lambda physical_id, props: {"SubscriptionName": physical_id},
    ),
    "AWS::Redshift::ScheduledAction": ApiType(
        service="redshift",
        create="create_scheduled_action",
        reference="ScheduledActionName",
        delete="delete_scheduled_action",
        delete_with=lambda physical_id, props: {"ScheduledActionName": physical_id},
    ),
    "AWS::Redshift::SnapshotCopyGrant": ApiType(
        service="redshift",
        create="create_snapshot_copy_grant",
        reference="SnapshotCopyGrantName",
        delete="delete_snapshot_copy_grant",
        delete_with=lambda physical_id, props: {"SnapshotCopyGrantName": physical_id},
    ),
    NAMESPACE: ApiType(
        service="redshift-serverless",
        create="create_namespace",
        parameters=_camel,
        reference="namespaceName",
        attributes={
            "Namespace.AdminPasswordSecretArn": "namespace.adminPasswordSecretArn",
            "Namespace.NamespaceArn": "namespace.namespaceArn",
            "Namespace.NamespaceId": "namespace.namespaceId",
        },
        delete="delete_namespace",
        delete_with=lambda physical_id, props: {"namespaceName": physical_id},
    ),
    "AWS::RedshiftServerless::Workgroup": ApiType(
        service="redshift-serverless",
        create="create_workgroup",
        parameters=_camel,
        reference="workgroupName",
        attributes={
            "Workgroup.Endpoint.Address": "workgroup.endpoint.address",
            "Workgroup.WorkgroupArn": "workgroup.workgroupArn",
            "Workgroup.WorkgroupId": "workgroup.workgroupId",
        },
        delete="delete_workgroup",
        delete_with=lambda physical_id, props: {"workgroupName": physical_id},
    ),
}


def install() -> None:
    """Answer the services' calls, and add the types."""
    _PROVISIONED.install()
    _SERVERLESS.install()
    for name, api in _TYPES.items():
        add_type(name, api.create_resource, api.delete_resource)
    complete_type(CLUSTER, _finish_cluster)
    complete_type(PARAMETERS, _finish_parameters)
