"""Destroying the stacks destroys no data."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .cloud import Cloud, Resource

Look = Callable[[Cloud, str], Any]

STILL_THERE: dict[str, Look] = {
    "AWS::Backup::BackupVault": lambda cloud, name: cloud.client("backup").describe_backup_vault(
        BackupVaultName=name
    ),
    "AWS::DynamoDB::GlobalTable": lambda cloud, name: cloud.client("dynamodb").describe_table(TableName=name),
    "AWS::KMS::Key": lambda cloud, key: cloud.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Enabled"],
    "AWS::Logs::LogGroup": lambda cloud, name: cloud.client("logs").describe_log_groups(
        logGroupNamePrefix=name
    )["logGroups"],
    "AWS::RDS::DBInstance": lambda cloud, name: cloud.client("rds").describe_db_instances(
        DBInstanceIdentifier=name
    ),
    "AWS::RDS::DBSubnetGroup": lambda cloud, name: cloud.client("rds").describe_db_subnet_groups(
        DBSubnetGroupName=name
    ),
}
"""How to see, by type, that a resource is there: raises or gives nothing if it is not."""

PROTECTED: dict[str, Look] = {
    "AWS::DynamoDB::GlobalTable": lambda cloud, name: cloud.client("dynamodb").delete_table(TableName=name),
    "AWS::RDS::DBInstance": lambda cloud, name: cloud.client("rds").delete_db_instance(
        DBInstanceIdentifier=name, SkipFinalSnapshot=True
    ),
}
"""How one would delete a protected store."""


@pytest.fixture(scope="session")
def retained(cloud: Cloud) -> list[Resource]:
    """The resources that their templates retain, as they were before the stacks were destroyed."""
    return [r for r in cloud.all_resources() if r.template.get("DeletionPolicy", "").startswith("Retain")]


@pytest.fixture(scope="session")
def destroyed(cloud: Cloud, retained: list[Resource]) -> Cloud:
    """The account after `cdk destroy` of every stack. `retained` comes first: it reads the stacks."""
    cloudformation = cloud.client("cloudformation")
    for stack in cloud.templates():
        cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    cloud.cdk("destroy", "--all", "--force")
    return cloud


@pytest.mark.parametrize("resource_type", PROTECTED)
def test_stores_refuse_to_be_deleted(cloud: Cloud, resource_type: str) -> None:
    for resource in cloud.resources(resource_type):
        with pytest.raises(ClientError, match="(?i)protection"):
            PROTECTED[resource_type](cloud, resource.physical_id)


def test_no_stack_is_left(destroyed: Cloud) -> None:
    stacks = destroyed.client("cloudformation").describe_stacks()["Stacks"]
    assert not {stack["StackName"] for stack in stacks} & set(destroyed.templates())


def test_what_is_retained_outlives_its_stack(retained: list[Resource], destroyed: Cloud) -> None:
    assert {"AWS::DynamoDB::GlobalTable", "AWS::KMS::Key", "AWS::RDS::DBInstance"} <= {
        r.type for r in retained
    }
    for resource in retained:
        assert STILL_THERE[resource.type](destroyed, resource.physical_id), resource
