"""Two emulated accounts with every stack deployed: one that allows everything, and one that enforces IAM."""

from collections.abc import Iterator

import pytest

from .cloud import ACCOUNT, REGION, Cloud, emulated_cloud

PROJECT_APP = "python app.py"
IAM_APP = "python -m tests.deploy.iam_app"
"""The project's stacks again, published with the caller's own credentials: see that module."""


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Every stack, deployed as the project's users do it."""
    with emulated_cloud(tmp_path_factory.mktemp("cloud")) as account:
        _deploy(account, PROJECT_APP)
        yield account


@pytest.fixture(scope="session")
def iam_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Every stack, in an account where each role may do only what its policies say."""
    with emulated_cloud(tmp_path_factory.mktemp("iam-cloud"), enforce_iam=True) as account:
        _deploy(account, IAM_APP)
        yield account


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever looks at the stacks must come before what destroys them."""
    items.sort(key=lambda item: "destroyed" in getattr(item, "fixturenames", ()))


def _deploy(account: Cloud, app: str) -> None:
    """Synthesize once; all else reads the assembly."""
    account.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", app=app)
    account.cdk("synth", "--quiet", "--output", str(account.assembly), app=app)
    account.cdk(
        "deploy", "--all", "--require-approval", "never", "--concurrency", "4", "--progress", "events"
    )
