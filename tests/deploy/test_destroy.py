"""Destroying the stacks destroys no data."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .cloud import Cloud, Resource
from .reports import REPORTS, lost
from .warehouse import ask

STORES: dict[str, Callable[[Cloud, str], Any]] = {
    "AWS::DynamoDB::GlobalTable": lambda cloud, name: cloud.client("dynamodb").delete_table(TableName=name),
    "AWS::RDS::DBCluster": lambda cloud, name: cloud.client("rds").delete_db_cluster(
        DBClusterIdentifier=name, SkipFinalSnapshot=True
    ),
    "AWS::RDS::DBInstance": lambda cloud, name: cloud.client("rds").delete_db_instance(
        DBInstanceIdentifier=name, SkipFinalSnapshot=True
    ),
    "AWS::RDS::GlobalCluster": lambda cloud, name: cloud.client("rds").delete_global_cluster(
        GlobalClusterIdentifier=name
    ),
}
"""How one would delete a store that is protected, by type."""

RETAINED = {
    *STORES,
    "AWS::Backup::BackupVault",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
}
"""The types of what holds data, and of what it takes to read it."""


@pytest.fixture(scope="session")
def retained(cloud: Cloud) -> list[Resource]:
    """The resources that outlive their stacks, as they were before."""
    return [r for r in cloud.all_resources() if r.template.get("DeletionPolicy", "").startswith("Retain")]


@pytest.fixture(scope="session")
def destroyed(cloud: Cloud, retained: list[Resource]) -> Cloud:
    """The account after `cdk destroy`. `retained` must come before, so it is asked for here."""
    for stack in cloud.stacks():
        stack.cloud.client("cloudformation").update_termination_protection(
            StackName=stack.name, EnableTerminationProtection=False
        )
    cloud.cdk("destroy", "--all", "--force", "--concurrency", "4")
    return cloud


@pytest.mark.parametrize("resource_type", STORES)
def test_a_store_refuses_to_be_deleted(cloud: Cloud, resource_type: str) -> None:
    for resource in cloud.resources(resource_type):
        with pytest.raises(ClientError, match=r"(?i)protection"):
            STORES[resource_type](resource.cloud, resource.physical_id)


def test_no_stack_is_left(destroyed: Cloud) -> None:
    for stack in destroyed.stacks():
        left = stack.cloud.client("cloudformation").describe_stacks()["Stacks"]
        assert stack.name not in {it["StackName"] for it in left}


def test_stores_outlive_their_stacks(destroyed: Cloud, retained: list[Resource]) -> None:
    assert {resource.type for resource in retained} >= RETAINED
    for resource in retained:
        if resource.type in REPORTS:
            assert lost(resource) == {}, resource.path


def test_what_is_in_the_warehouse_outlives_the_stack(destroyed: Cloud, retained: list[Resource]) -> None:
    """But not the role, which holds no data."""
    [cluster] = [it.physical_id for it in retained if it.type == "AWS::Redshift::Cluster"]
    assert ask(destroyed, cluster, "SELECT count(*) FROM shop.pages") == [[0]]
    assert ask(destroyed, cluster, "SELECT count(*) >= 0 FROM shop.clicks") == [[True]]
    assert ask(destroyed, cluster, "SELECT count(*) FROM svv_roles WHERE role_name = 'analysts'") == [[0]]


def test_their_keys_stay_in_use(destroyed: Cloud, retained: list[Resource]) -> None:
    for resource in retained:
        if resource.type == "AWS::KMS::Key":
            key = resource.cloud.client("kms").describe_key(KeyId=resource.physical_id)["KeyMetadata"]
            assert key["KeyState"] == "Enabled"
