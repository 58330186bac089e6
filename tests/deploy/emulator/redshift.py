"""Redshift, provisioned and serverless: control planes that keep what they are told."""

import json
import secrets

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, new_uuid

from .provision import Props, client
from .recorded import Kind, Recorded


def install() -> None:
    """Answer the services' calls, and add the types."""
    PROVISIONED.install()
    SERVERLESS.install()


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


def _shown_action(request: Props) -> Props:
    return {**request, "State": "ACTIVE" if request["Enable"] else "DISABLED"}


def _shown_namespace(request: Props) -> Props:
    name, made_up = request["namespaceName"], new_uuid()
    return {
        **request,
        "namespaceId": made_up,
        "namespaceArn": _arn("redshift-serverless", f"namespace/{made_up}"),
        "adminPasswordSecretArn": _password(name, request["adminUsername"], request["adminPasswordSecretKmsKeyId"]),
        "status": "AVAILABLE",
    }


def _shown_workgroup(request: Props) -> Props:
    name, made_up = request["workgroupName"], new_uuid()
    address = f"{name}.{get_account_id()}.{get_region()}.redshift-serverless.amazonaws.com"
    return {
        **request,
        "workgroupId": made_up,
        "workgroupArn": _arn("redshift-serverless", f"workgroup/{made_up}"),
        "endpoint": {"address": address, "port": request["port"]},
        "status": "AVAILABLE",
    }


def _password(name: str, username: str, key: str) -> str:
    """Make the secret that Redshift makes, and return its ARN."""
    user = {"username": username, "password": secrets.token_urlsafe()}
    made = client("secretsmanager").create_secret(
        Name=f"redshift!{name}-{username}", SecretString=json.dumps(user), KmsKeyId=key
    )
    return str(made["ARN"])


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


def _finish_cluster(shown: Props, later: Props) -> None:
    redshift, cluster = client("redshift"), {"ClusterIdentifier": shown["ClusterIdentifier"]}
    if "LoggingProperties" in later:
        redshift.enable_logging(**cluster, **later["LoggingProperties"])
    if "DestinationRegion" in later:
        redshift.enable_snapshot_copy(
            **cluster,
            DestinationRegion=later["DestinationRegion"],
            RetentionPeriod=int(later["SnapshotCopyRetentionPeriod"]),
            SnapshotCopyGrantName=later["SnapshotCopyGrantName"],
        )
    if "NamespaceResourcePolicy" in later:
        policy = json.dumps(later["NamespaceResourcePolicy"])
        redshift.put_resource_policy(ResourceArn=shown["ClusterNamespaceArn"], Policy=policy)


def _finish_parameters(shown: Props, later: Props) -> None:
    if later:
        client("redshift").modify_cluster_parameter_group(ParameterGroupName=shown["ParameterGroupName"], **later)


def _finish_namespace(shown: Props, later: Props) -> None:
    serverless = client("redshift-serverless")
    for copy in later.get("SnapshotCopyConfigurations", []):
        given = SERVERLESS.written(copy)
        given["snapshotRetentionPeriod"] = int(given["snapshotRetentionPeriod"])
        serverless.create_snapshot_copy_configuration(namespaceName=shown["namespaceName"], **given)
    if "NamespaceResourcePolicy" in later:
        policy = json.dumps(later["NamespaceResourcePolicy"])
        serverless.put_resource_policy(resourceArn=shown["namespaceArn"], policy=policy)


CLUSTERS = Kind(
    noun="Cluster",
    identifier="ClusterIdentifier",
    shown=_shown_cluster,
    attributes={
        "ClusterNamespaceArn": "ClusterNamespaceArn",
        "Endpoint.Address": "Endpoint.Address",
        "Endpoint.Port": "Endpoint.Port",
        "MasterPasswordSecretArn": "MasterPasswordSecretArn",
    },
    later=(
        "DestinationRegion",
        "LoggingProperties",
        "NamespaceResourcePolicy",
        "SnapshotCopyGrantName",
        "SnapshotCopyRetentionPeriod",
    ),
    finish=_finish_cluster,
)
_PARAMETER_GROUPS = Kind(
    noun="ClusterParameterGroup",
    identifier="ParameterGroupName",
    several="ParameterGroups",
    later=("Parameters",),
    finish=_finish_parameters,
)
NAMESPACES = Kind(
    noun="Namespace",
    identifier="namespaceName",
    shown=_shown_namespace,
    attributes={
        "Namespace.AdminPasswordSecretArn": "adminPasswordSecretArn",
        "Namespace.NamespaceArn": "namespaceArn",
        "Namespace.NamespaceId": "namespaceId",
    },
    later=("NamespaceResourcePolicy", "SnapshotCopyConfigurations"),
    at_deletion=("FinalSnapshotName", "FinalSnapshotRetentionPeriod"),
    finish=_finish_namespace,
)
WORKGROUPS = Kind(
    noun="Workgroup",
    identifier="workgroupName",
    shown=_shown_workgroup,
    attributes={
        "Workgroup.Endpoint.Address": "endpoint.address",
        "Workgroup.Endpoint.Port": "endpoint.port",
        "Workgroup.WorkgroupArn": "workgroupArn",
        "Workgroup.WorkgroupId": "workgroupId",
    },
)
_policies = AccountRegionScopedDict()
"""The resource policies, by the ARNs of what has one."""


def _modify_parameters(request: Props) -> Props:
    _PARAMETER_GROUPS.find(request)["parameters"] = [{**it, "Source": "user"} for it in request["Parameters"]]
    return {"ParameterGroupName": request["ParameterGroupName"]}


def _describe_parameters(request: Props) -> Props:
    return {"Parameters": _PARAMETER_GROUPS.find(request).get("parameters", [])}


def _enable_logging(request: Props) -> Props:
    CLUSTERS.find(request)["logging"] = {"LoggingEnabled": True, **request}
    return _describe_logging(request)


def _describe_logging(request: Props) -> Props:
    logging: Props = CLUSTERS.find(request).get("logging", {"LoggingEnabled": False})
    return logging


def _enable_copy(request: Props) -> Props:
    cluster = CLUSTERS.find(request)
    cluster["ClusterSnapshotCopyStatus"] = request
    return {"Cluster": cluster}


def _copy_snapshots(request: Props) -> Props:
    NAMESPACES.find(request).setdefault("copies", []).append(request)
    return {"snapshotCopyConfiguration": request}


def _list_copies(request: Props) -> Props:
    return {"snapshotCopyConfigurations": NAMESPACES.find(request).get("copies", [])}


def _put_policy(request: Props) -> Props:
    _policies[request["ResourceArn"]] = request["Policy"]
    return _get_policy(request)


def _get_policy(request: Props) -> Props:
    return {"ResourcePolicy": {"ResourceArn": request["ResourceArn"], "Policy": _policies[request["ResourceArn"]]}}


def _put_serverless_policy(request: Props) -> Props:
    _policies[request["resourceArn"]] = request["policy"]
    return _get_serverless_policy(request)


def _get_serverless_policy(request: Props) -> Props:
    return {"resourcePolicy": {**request, "policy": _policies[request["resourceArn"]]}}


PROVISIONED = Recorded(
    "redshift",
    CLUSTERS,
    _PARAMETER_GROUPS,
    Kind(noun="ClusterSubnetGroup", identifier="ClusterSubnetGroupName", shown=_shown_subnet_group),
    Kind(
        noun="EventSubscription",
        identifier="SubscriptionName",
        several="EventSubscriptionsList",
        shown=_shown_subscription,
    ),
    Kind(noun="ScheduledAction", identifier="ScheduledActionName", shown=_shown_action),
    Kind(noun="SnapshotCopyGrant", identifier="SnapshotCopyGrantName"),
    Kind(noun="UsageLimit", identifier="UsageLimitId"),
    types="AWS::Redshift",
    ModifyClusterParameterGroup=_modify_parameters,
    DescribeClusterParameters=_describe_parameters,
    EnableLogging=_enable_logging,
    DescribeLoggingStatus=_describe_logging,
    EnableSnapshotCopy=_enable_copy,
    PutResourcePolicy=_put_policy,
    GetResourcePolicy=_get_policy,
)
SERVERLESS = Recorded(
    "redshift-serverless",
    NAMESPACES,
    WORKGROUPS,
    types="AWS::RedshiftServerless",
    CreateSnapshotCopyConfiguration=_copy_snapshots,
    ListSnapshotCopyConfigurations=_list_copies,
    PutResourcePolicy=_put_serverless_policy,
    GetResourcePolicy=_get_serverless_policy,
)
