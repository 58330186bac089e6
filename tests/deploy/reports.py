"""How the services report the resources of the stacks, to be held against what the templates say."""

import json
from typing import Any

from . import clickstream_reports
from .cloud import Cloud, Resource
from .report import Report


def _alarm(cloud: Cloud, name: str) -> Any:
    return cloud.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]


def _cluster(cloud: Cloud, name: str) -> Any:
    return cloud.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


def _cluster_endpoint(cloud: Cloud, name: str) -> Any:
    found = cloud.client("rds").describe_db_cluster_endpoints(DBClusterEndpointIdentifier=name)
    return found["DBClusterEndpoints"][0]


def _cluster_parameter_group(cloud: Cloud, name: str) -> Any:
    rds = cloud.client("rds")
    group = rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=name)["DBClusterParameterGroups"][0]
    found = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=name, Source="user")["Parameters"]
    return group | {"Parameters": {p["ParameterName"]: p.get("ParameterValue") for p in found}}


def _endpoint(cloud: Cloud, endpoint_id: str) -> Any:
    endpoints = cloud.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
    return endpoints[0]


def _event_subscription(cloud: Cloud, name: str) -> Any:
    found = cloud.client("rds").describe_event_subscriptions(SubscriptionName=name)
    return found["EventSubscriptionsList"][0]


def _flow_log(cloud: Cloud, flow_log_id: str) -> Any:
    return cloud.client("ec2").describe_flow_logs(FlowLogIds=[flow_log_id])["FlowLogs"][0]


def _function(cloud: Cloud, name: str) -> Any:
    functions = cloud.client("lambda")
    concurrency = functions.get_function_concurrency(FunctionName=name)
    return functions.get_function_configuration(FunctionName=name) | concurrency


def _global_cluster(cloud: Cloud, name: str) -> Any:
    found = cloud.client("rds").describe_global_clusters(GlobalClusterIdentifier=name)["GlobalClusters"][0]
    [writer] = [member["DBClusterArn"] for member in found["GlobalClusterMembers"] if member["IsWriter"]]
    return found | {"SourceDBClusterIdentifier": writer}


def _instance(cloud: Cloud, name: str) -> Any:
    return cloud.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def _key(cloud: Cloud, key_id: str) -> Any:
    keys = cloud.client("kms")
    policy = json.loads(keys.get_key_policy(KeyId=key_id)["Policy"])
    rotation = keys.get_key_rotation_status(KeyId=key_id)
    return keys.describe_key(KeyId=key_id)["KeyMetadata"] | rotation | {"KeyPolicy": policy}


def _log_group(cloud: Cloud, name: str) -> Any:
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next(group for group in groups if group["logGroupName"] == name)


def _managed_policy(cloud: Cloud, arn: str) -> Any:
    iam = cloud.client("iam")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    holders = iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
    return policy | version | {"Roles": [holder["RoleName"] for holder in holders]}


def _mapping(cloud: Cloud, uuid: str) -> Any:
    return cloud.client("lambda").get_event_source_mapping(UUID=uuid)


def _parameter_group(cloud: Cloud, name: str) -> Any:
    rds = cloud.client("rds")
    group = rds.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"][0]
    pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=name, Source="user")
    values = {p["ParameterName"]: p.get("ParameterValue") for page in pages for p in page["Parameters"]}
    return group | {"Parameters": values}


def _plan(cloud: Cloud, plan_id: str) -> Any:
    plan = cloud.client("backup").get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]
    rules = [rule | {"TargetBackupVault": rule["TargetBackupVaultName"]} for rule in plan["Rules"]]
    return {"BackupPlan": plan | {"BackupPlanRule": rules}}


def _queue(cloud: Cloud, url: str) -> Any:
    attributes = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {name: json.loads(value) if value.startswith("{") else value for name, value in attributes.items()}


def _role(cloud: Cloud, name: str) -> Any:
    iam = cloud.client("iam")
    inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return iam.get_role(RoleName=name)["Role"] | {
        "ManagedPolicyArns": [policy["PolicyArn"] for policy in attached],
        "Policies": [iam.get_role_policy(RoleName=name, PolicyName=policy) for policy in inline],
    }


def _scalable_target(cloud: Cloud, reference: str) -> Any:
    resource_id, dimension, namespace = reference.split("|")
    found = cloud.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace=namespace, ResourceIds=[resource_id], ScalableDimension=dimension
    )
    return found["ScalableTargets"][0]


def _scaling_policy(cloud: Cloud, arn: str) -> Any:
    found = cloud.client("application-autoscaling").describe_scaling_policies(ServiceNamespace="rds")
    policy = next(policy for policy in found["ScalingPolicies"] if policy["PolicyARN"] == arn)
    target = (policy["ResourceId"], policy["ScalableDimension"], policy["ServiceNamespace"])
    return policy | {"ScalingTargetId": "|".join(target)}


def _security_group(cloud: Cloud, group_id: str) -> Any:
    return cloud.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]


def _subnet(cloud: Cloud, subnet_id: str) -> Any:
    return cloud.client("ec2").describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]


def _subnet_group(cloud: Cloud, name: str) -> Any:
    return cloud.client("rds").describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0]


def _table(cloud: Cloud, name: str) -> Any:
    """The reports on a table, with its replica's part where the template has it."""
    tables = cloud.client("dynamodb")
    table = tables.describe_table(TableName=name)["Table"]
    backups = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    expiry = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    insights = tables.describe_contributor_insights(TableName=name)
    recovery = backups["PointInTimeRecoveryDescription"]
    enabled = "ENABLED"
    replica = {
        "ContributorInsightsSpecification": {
            "Enabled": insights["ContributorInsightsStatus"] == enabled,
            "Mode": insights.get("ContributorInsightsMode"),
        },
        "DeletionProtectionEnabled": table["DeletionProtectionEnabled"],
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": recovery["PointInTimeRecoveryStatus"] == enabled,
            "RecoveryPeriodInDays": recovery.get("RecoveryPeriodInDays"),
        },
        "Region": table["TableArn"].split(":")[3],
        "SSESpecification": {"KMSMasterKeyId": table["SSEDescription"]["KMSMasterKeyArn"]},
        "Tags": tables.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"],
    }
    encryption = table["SSEDescription"]
    return table | {
        "BillingMode": table["BillingModeSummary"]["BillingMode"],
        "Replicas": [replica],
        "SSESpecification": encryption | {"SSEEnabled": encryption["Status"] == enabled},
        "TimeToLiveSpecification": expiry | {"Enabled": expiry["TimeToLiveStatus"] == enabled},
    }


def _topic(cloud: Cloud, arn: str) -> Any:
    return cloud.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]


def _vault(cloud: Cloud, name: str) -> Any:
    return cloud.client("backup").describe_backup_vault(BackupVaultName=name)


def _vpc(cloud: Cloud, vpc_id: str) -> Any:
    network = cloud.client("ec2")
    names = {"EnableDnsHostnames": "enableDnsHostnames", "EnableDnsSupport": "enableDnsSupport"}
    dns = {
        name: network.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)[name]["Value"]
        for name, attribute in names.items()
    }
    return network.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0] | dns


REPORTS = clickstream_reports.REPORTS | {
    "AWS::ApplicationAutoScaling::ScalableTarget": Report(_scalable_target),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Report(_scaling_policy),
    "AWS::Backup::BackupPlan": Report(_plan),
    "AWS::Backup::BackupVault": Report(
        _vault,
        silent={"AccessPolicy": "MiniStack keeps no policy of a vault"},
    ),
    "AWS::CloudWatch::Alarm": Report(_alarm),
    "AWS::DynamoDB::GlobalTable": Report(_table),
    "AWS::EC2::FlowLog": Report(
        _flow_log,
        silent={"DeliverLogsPermissionArn": "MiniStack forgets it", "ResourceType": "follows from the id"},
    ),
    "AWS::EC2::SecurityGroup": Report(
        _security_group,
        renamed={
            "GroupDescription": "Description",
            "SecurityGroupEgress": "IpPermissionsEgress[].merge(@, IpRanges[0])",
            "SecurityGroupIngress": "IpPermissions[].merge(@, IpRanges[0])",
        },
    ),
    "AWS::EC2::Subnet": Report(_subnet),
    "AWS::EC2::VPC": Report(_vpc),
    "AWS::EC2::VPCEndpoint": Report(_endpoint, renamed={"SecurityGroupIds": "Groups[].GroupId"}),
    "AWS::IAM::ManagedPolicy": Report(_managed_policy, renamed={"PolicyDocument": "Document"}),
    "AWS::IAM::Role": Report(_role),
    "AWS::KMS::Key": Report(
        _key,
        renamed={"EnableKeyRotation": "KeyRotationEnabled"},
        silent={"PendingWindowInDays": "takes effect when the key is deleted"},
    ),
    "AWS::Lambda::EventSourceMapping": Report(_mapping, renamed={"FunctionName": "FunctionArn"}),
    "AWS::Lambda::Function": Report(
        _function,
        renamed={"KmsKeyArn": "KMSKeyArn"},
        silent={"Code": "where the code came from; the data path shows that it runs"},
    ),
    "AWS::Logs::LogGroup": Report(
        _log_group,
        renamed={
            "KmsKeyId": "kmsKeyId",
            "LogGroupName": "logGroupName",
            "RetentionInDays": "retentionInDays",
        },
    ),
    "AWS::RDS::DBCluster": Report(
        _cluster,
        renamed={
            "DBClusterParameterGroupName": "DBClusterParameterGroup",
            "DBSubnetGroupName": "DBSubnetGroup",
            "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
            "EnableGlobalWriteForwarding": "GlobalWriteForwardingRequested",
            "EnableHttpEndpoint": "HttpEndpointEnabled",
            "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
            "ManageMasterUserPassword": "MasterUserSecret.SecretStatus == 'active'",
            "PerformanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
            "VpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
        },
        silent={
            "DeleteAutomatedBackups": "takes effect when the cluster is deleted",
            "MasterUserAuthenticationType": "no call shows how the master user logs in",
            "SourceRegion": "is where the writer of the global cluster is",
        },
    ),
    "AWS::RDS::DBClusterEndpoint": Report(_cluster_endpoint),
    "AWS::RDS::DBClusterParameterGroup": Report(_cluster_parameter_group, renamed={"Family": "DBParameterGroupFamily"}),
    "AWS::RDS::DBInstance": Report(
        _instance,
        renamed={
            "DBParameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
            "DBSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
            "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
            "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
            "EnablePerformanceInsights": "PerformanceInsightsEnabled",
            "ManageMasterUserPassword": "MasterUserSecret.SecretStatus == 'active'",
            "Port": "Endpoint.Port",
            "VPCSecurityGroups": "VpcSecurityGroups[].VpcSecurityGroupId",
        },
        silent={"DeleteAutomatedBackups": "takes effect when the instance is deleted"},
    ),
    "AWS::RDS::DBParameterGroup": Report(_parameter_group, renamed={"Family": "DBParameterGroupFamily"}),
    "AWS::RDS::DBSubnetGroup": Report(_subnet_group, renamed={"SubnetIds": "Subnets[].SubnetIdentifier"}),
    "AWS::RDS::EventSubscription": Report(
        _event_subscription,
        renamed={"EventCategories": "EventCategoriesList", "SourceIds": "SourceIdsList"},
    ),
    "AWS::RDS::GlobalCluster": Report(_global_cluster),
    "AWS::SNS::Topic": Report(_topic),
    "AWS::SQS::Queue": Report(_queue),
}

WITHOUT_REPORT = {
    "AWS::Backup::BackupSelection": "test_promises looks at what it selects",
    "AWS::CDK::Metadata": "configures nothing",
    "AWS::EC2::RouteTable": "has no setting of its own",
    "AWS::EC2::SubnetRouteTableAssociation": "has no setting of its own",
    "AWS::SNS::TopicPolicy": "is an attribute of its topic",
    "AWS::SQS::QueuePolicy": "is an attribute of its queue",
    "Custom::RedshiftGrant": "test_clickstream asks the database",
    "Custom::RedshiftRole": "test_clickstream asks the database",
    "Custom::RedshiftSchema": "test_clickstream asks the database",
    "Custom::RedshiftStreamingIngestion": "test_clickstream asks the database",
    "Custom::RedshiftTable": "test_clickstream asks the database",
    "Custom::VpcRestrictDefaultSG": "test_promises looks at what it does",
}
"""Types that are not read back, and why."""


def lost(resource: Resource) -> dict[str, Any]:
    """What of a resource its service does not report, and what it reports in its place."""
    return REPORTS[resource.type].lacks(resource)
