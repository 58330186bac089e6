"""What holds data keeps its logical id: another one would be another, empty store."""

from collections.abc import Mapping
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.synthesis import Template

STATEFUL = {
    "AWS::Athena::WorkGroup",
    "AWS::Backup::BackupVault",
    "AWS::DSQL::Cluster",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup",
    "AWS::Logs::LogStream",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::GlobalCluster",
    "AWS::Redshift::Cluster",
    "AWS::RedshiftServerless::Namespace",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "Custom::RedshiftSchema",
    "Custom::RedshiftStreamingIngestion",
    "Custom::RedshiftTable",
}
NOT_IN_STACKS = {
    "AWS::DSQL::Cluster",
    "AWS::DynamoDB::Table",
    "AWS::RedshiftServerless::Namespace",
    "AWS::SecretsManager::Secret",
}


BESIDE_STORES = {
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::Redshift::ClusterParameterGroup",
    "AWS::Redshift::ClusterSubnetGroup",
    "AWS::Redshift::SnapshotCopyGrant",
    "AWS::S3::BucketPolicy",
}
"""What stays with a store, which could not do without it, and holds no data."""


def _stateful(template: Template) -> dict[str, Any]:
    return {name: it for name, it in template.resources.items() if it["Type"] in STATEFUL}


def test_logical_ids_are_frozen(stack_templates: Mapping[str, Template], snapshot: SnapshotAssertion) -> None:
    frozen = {
        stack: {name: resource["Type"] for name, resource in _stateful(template).items()}
        for stack, template in stack_templates.items()
    }
    assert frozen == snapshot


def test_every_stateful_type_is_in_the_stacks(stack_templates: Mapping[str, Template]) -> None:
    present = {it["Type"] for template in stack_templates.values() for it in _stateful(template).values()}
    assert STATEFUL - present == NOT_IN_STACKS


def test_what_is_retained_is_a_store_or_stands_beside_one(stack_templates: Mapping[str, Template]) -> None:
    """Add a type that holds data to STATEFUL, and any other to BESIDE_STORES."""
    resources = [it for template in stack_templates.values() for it in template.resources.values()]
    retained = {it["Type"] for it in resources if it.get("DeletionPolicy") == "Retain"}
    assert retained - STATEFUL == BESIDE_STORES


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_what_holds_data_is_retained(stack_templates: Mapping[str, Template], policy: str) -> None:
    lost = {
        (stack, name)
        for stack, template in stack_templates.items()
        for name, resource in _stateful(template).items()
        if resource.get(policy) != "Retain"
    }
    assert lost == set()


NAMES = {
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
}


def test_stores_have_no_physical_name(stack_templates: Mapping[str, Template]) -> None:
    named = {
        name
        for template in stack_templates.values()
        for name, resource in template.resources.items()
        if NAMES.get(resource["Type"]) in resource.get("Properties", {})
    }
    assert named == set()
