"""Two emulated accounts with every stack in them: one allows everything, the other enforces IAM."""

import itertools
import operator
from collections.abc import Iterator

import pytest

from .cloud import HERE, REGION, ROOT, Cloud, emulated_cloud


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Every stack, deployed as the project deploys it."""
    with emulated_cloud(tmp_path_factory.mktemp("cloud")) as account:
        _deploy(account, f"python '{ROOT / 'app.py'}'")
        yield account


@pytest.fixture(scope="session")
def iam_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Every stack, in an account where a role may do what its policies say, and no more."""
    with emulated_cloud(tmp_path_factory.mktemp("iam-cloud"), enforce_iam=True) as account:
        _deploy(account, f"python '{HERE / 'iam_app.py'}'")
        yield account


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests that destroy the stacks come after those that look at them."""
    items.sort(key=lambda item: "destroyed" in getattr(item, "fixturenames", ()))


def _deploy(account: Cloud, app: str) -> None:
    """Synthesize once, and read the assembly ever after; bootstrap each account and Region that it names."""
    account.cdk("synth", "--quiet", "--output", str(account.assembly), app=app)
    homes = sorted({(stack.cloud.account, stack.cloud.region) for stack in account.stacks()})
    for owner, environments in itertools.groupby(homes, key=operator.itemgetter(0)):
        account.at(owner, REGION).cdk("bootstrap", *(f"aws://{owner}/{region}" for _, region in environments))
    account.cdk("deploy", "--all", "--require-approval", "never", "--concurrency", "4", "--progress", "events")
