"""The types that our stacks use and MiniStack lacks, and the properties that nothing here acts on, as data."""

from .provision import ApiType, Props


def _flow_log(props: Props) -> Props:
    """CloudFormation names one resource, the API a list; and the API's tags say what they are for."""
    request = {name: value for name, value in props.items() if name not in {"ResourceId", "Tags"}}
    tags = [{"ResourceType": "vpc-flow-log", "Tags": props["Tags"]}] if "Tags" in props else []
    return request | {"ResourceIds": [props["ResourceId"]], "TagSpecifications": tags}


def _scaling_tags(props: Props) -> Props:
    """CloudFormation lists tags, this API maps them."""
    return props | {"Tags": {tag["Key"]: tag["Value"] for tag in props.get("Tags", [])}}


def _scalable_target(reference: str) -> Props:
    """What the API identifies a scalable target by, from what Ref gives."""
    return dict(zip(("ResourceId", "ScalableDimension", "ServiceNamespace"), reference.split("|"), strict=True))


def _scaling_policy(props: Props) -> Props:
    """CloudFormation takes the reference of a target, the API what is in it."""
    request = {name: value for name, value in props.items() if name != "ScalingTargetId"}
    return request | _scalable_target(props["ScalingTargetId"])


API_TYPES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": ApiType(
        service="application-autoscaling",
        create="register_scalable_target",
        parameters=_scaling_tags,
        reference="join('|', [ResourceId, ScalableDimension, ServiceNamespace])",
        delete="deregister_scalable_target",
        delete_with=lambda physical_id, props: _scalable_target(physical_id),
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ApiType(
        service="application-autoscaling",
        create="put_scaling_policy",
        parameters=_scaling_policy,
        reference="PolicyARN",
        delete="delete_scaling_policy",
        delete_with=lambda physical_id, props: {
            "PolicyName": props["PolicyName"],
            **_scalable_target(props["ScalingTargetId"]),
        },
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
    # MiniStack has this type without metric math.
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
    # MiniStack has this type, and copies the properties, so that nobody can tell which it knows.
    "AWS::KinesisFirehose::DeliveryStream": ApiType(
        service="firehose",
        create="create_delivery_stream",
        named="DeliveryStreamName",
        reference="DeliveryStreamName",
        attributes={"Arn": "DeliveryStreamARN"},
        delete="delete_delivery_stream",
        delete_with=lambda physical_id, props: {"DeliveryStreamName": physical_id},
    ),
    "AWS::RDS::EventSubscription": ApiType(
        service="rds",
        create="create_event_subscription",
        named="SubscriptionName",
        reference="EventSubscription.CustSubscriptionId",
        delete="delete_event_subscription",
        delete_with=lambda physical_id, props: {"SubscriptionName": physical_id},
    ),
}

NOT_EMULATED = {
    "AWS::Athena::WorkGroup": {"RecursiveDeleteOption": "takes effect when the workgroup is deleted; no call shows it"},
    "AWS::Backup::BackupVault": {"AccessPolicy": "MiniStack has no PutBackupVaultAccessPolicy"},
    "AWS::CDK::Metadata": {"Analytics": "tells AWS which constructs are used, and configures nothing"},
    "AWS::KMS::Key": {"PendingWindowInDays": "takes effect when the key is deleted; no call shows it"},
    "AWS::RDS::DBCluster": {
        "DeleteAutomatedBackups": "takes effect when the cluster is deleted; no call shows it",
        "MasterUserAuthenticationType": "nobody logs in here; no call shows it",
    },
    "AWS::RDS::DBInstance": {"DeleteAutomatedBackups": "takes effect when the instance is deleted; no call shows it"},
    "AWS::S3::Bucket": {"MetricsConfigurations": "MiniStack counts no requests"},
}
"""By type, the properties that are dropped knowingly, and why."""
