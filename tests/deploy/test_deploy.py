"""Every stack deploys, completely and for good: a second look finds nothing left to do."""

from .cloud import Cloud


def test_every_resource_of_every_template_exists(cloud: Cloud) -> None:
    for stack in cloud.stacks():
        deployed = {resource.logical_id for resource in stack.resources() if resource.physical_id}
        assert stack.template["Resources"].keys() <= deployed, stack.name


def test_every_stack_is_complete(cloud: Cloud) -> None:
    for stack in cloud.stacks():
        [found] = stack.cloud.client("cloudformation").describe_stacks(StackName=stack.name)["Stacks"]
        assert found["StackStatus"] == "CREATE_COMPLETE", stack.name


def test_a_diff_is_empty(cloud: Cloud) -> None:
    cloud.cdk("diff", "--all", "--fail")


def test_deploying_again_changes_nothing(cloud: Cloud) -> None:
    printed = cloud.cdk("deploy", "--all", "--require-approval", "never")
    assert printed.count("(no changes)") == len(cloud.stacks())
