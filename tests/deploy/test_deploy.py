"""Every stack deploys, completely and for good: a second look finds nothing left to do."""

from .cloud import Cloud


def test_every_resource_of_every_template_exists(cloud: Cloud) -> None:
    deployed = {(resource.stack, resource.logical_id) for resource in cloud.all_resources() if resource.physical_id}
    for stack, template in cloud.templates().items():
        assert {(stack, logical_id) for logical_id in template["Resources"]} <= deployed


def test_every_stack_is_complete(cloud: Cloud) -> None:
    states = {
        stack["StackName"]: stack["StackStatus"]
        for page in cloud.client("cloudformation").get_paginator("describe_stacks").paginate()
        for stack in page["Stacks"]
    }
    assert {name: states[name] for name in cloud.templates()} == dict.fromkeys(cloud.templates(), "CREATE_COMPLETE")


def test_a_diff_is_empty(cloud: Cloud) -> None:
    cloud.cdk("diff", "--all", "--fail")


def test_deploying_again_changes_nothing(cloud: Cloud) -> None:
    printed = cloud.cdk("deploy", "--all", "--require-approval", "never")
    assert printed.count("(no changes)") == len(cloud.templates())
