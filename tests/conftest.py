"""A stack and a VPC to put constructs in, snapshots that read well, and one engine for all tests."""

import os
import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from hypothesis import settings
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

import stacks
from constructs_lib.practices.engine import Engine
from constructs_lib.practices.verdicts import FOLDER
from tests.synthesis import IRELAND, Template, new_app, new_stack, new_vpc

os.environ[FOLDER] = ""  # No test takes the word of an earlier run.

settings.register_profile("fast", deadline=None, max_examples=20, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

ASSET = re.compile(r"\b[0-9a-f]{64}\b")


class JsonSnapshot(JSONSnapshotExtension):
    """One file of JSON for each snapshot, in which the hash of an asset is a placeholder."""

    def serialize(self, data: Any, **options: Any) -> str:
        """Write the data, whose assets may be changed without a diff here."""
        return ASSET.sub("<asset>", str(super().serialize(data, **options)))


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compare with JSON; ``pytest --snapshot-update`` writes it anew."""
    return snapshot.use_extension(JsonSnapshot)


@pytest.fixture
def stack() -> cdk.Stack:
    """An empty stack for an account in Ireland."""
    return new_stack()


@pytest.fixture
def vpc(stack: cdk.Stack) -> ec2.IVpc:
    """Isolated subnets in two Availability Zones."""
    return new_vpc(stack)


@pytest.fixture(scope="session")
def rules() -> Engine:
    """The rules, compiled once."""
    return Engine()


@pytest.fixture(scope="session")
def stack_templates() -> dict[str, Template]:
    """The templates of the stacks of this project, by the names of the stacks."""
    app = new_app()
    stacks.build(app, IRELAND)
    return {stack.stack_name: Template(stack.template) for stack in app.synth().stacks}
