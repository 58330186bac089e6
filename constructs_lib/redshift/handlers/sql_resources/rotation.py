"""Changes the password of a database user, in the four steps in which Secrets Manager asks for it."""

import json
import os
from typing import Any, Final

import boto3

from . import passwords, users
from .warehouse import Warehouse

TARGETS: Final = ("ClusterIdentifier", "WorkgroupName")


def rotate(event: dict[str, Any], *, deadline: float) -> None:
    """Do one step; each may be asked for again.

    The step ``testSecret`` has nothing to do: the Redshift Data API logs in with current passwords alone.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html

    Args:
        event: The step, the secret and the version that is to become the current one.
        deadline: When to stop waiting, as ``time.monotonic()`` tells it.
    """
    client, secret, version = boto3.client("secretsmanager"), event["SecretId"], event["ClientRequestToken"]
    versions: dict[str, list[str]] = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    if "AWSCURRENT" in versions.get(version, ()):
        return
    current = next((it for it, stages in versions.items() if "AWSCURRENT" in stages), None)
    match event["Step"]:
        case "createSecret" if not _has_value(client, secret, version):
            value = json.loads(client.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"])
            client.put_secret_value(
                SecretId=secret,
                ClientRequestToken=version,
                SecretString=json.dumps({**value, "password": passwords.new()}),
                VersionStages=["AWSPENDING"],
            )
        case "setSecret":
            pending = client.get_secret_value(SecretId=secret, VersionId=version, VersionStage="AWSPENDING")
            value = json.loads(pending["SecretString"])
            users.set_password(_warehouse(deadline), value["username"], value["password"], made=False)
        case "finishSecret":
            client.update_secret_version_stage(
                SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=current
            )


def _has_value(client: Any, secret: str, version: str) -> bool:
    try:
        client.get_secret_value(SecretId=secret, VersionId=version, VersionStage="AWSPENDING")
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


def _warehouse(deadline: float) -> Warehouse:
    """Return the warehouse of this function, which Secrets Manager cannot name."""
    properties = {
        "Target": {it: os.environ[it] for it in TARGETS if it in os.environ},
        "Database": os.environ["DATABASE"],
    }
    return Warehouse(boto3.client("redshift-data"), properties, deadline=deadline, rolling_back=lambda: False)
