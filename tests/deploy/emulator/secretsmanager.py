"""What MiniStack's Secrets Manager lacks: references that are ARNs, and rotation that rotates."""

import json
import logging
from typing import Any

from ministack.core import concurrency
from ministack.core.responses import json_response, new_uuid
from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from .provision import Created, Props, WatchedProps, add_type, client

SECRET = "AWS::SecretsManager::Secret"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")

log = logging.getLogger(__name__)


def install() -> None:
    """Mend the secret, and its rotation."""
    add_type(SECRET, _create, _delete)
    add_type("AWS::SecretsManager::RotationSchedule", _schedule, _unschedule)
    secretsmanager._rotate_secret = _rotate


def _create(logical_id: str, props: WatchedProps, stack_name: str) -> Created:
    """Refer to the secret by its ARN, as CloudFormation does."""
    _, attributes = provisioners._sm_secret_create(logical_id, props, stack_name)
    return attributes["Arn"], attributes


def _delete(arn: str, props: Props) -> None:
    client("secretsmanager").delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _schedule(logical_id: str, props: WatchedProps, stack_name: str) -> Created:
    """The API rotates at once, or it does not; it knows no updates."""
    request = props.take_all()
    at_once = request.pop("RotateImmediatelyOnUpdate", True)
    return client("secretsmanager").rotate_secret(**request, RotateImmediately=at_once)["ARN"], {}


def _unschedule(arn: str, props: Props) -> None:
    _, secret = secretsmanager._resolve(arn)
    if secret:
        secret["RotationEnabled"] = False


def _rotate(request: Props) -> Any:
    _, secret = secretsmanager._resolve(request["SecretId"])
    names = ("RotationLambdaARN", "RotationRules")
    secret |= {name: request[name] for name in names if name in request} | {"RotationEnabled": True}
    version = request.get("ClientRequestToken") or new_uuid()
    if request.get("RotateImmediately", True):
        concurrency.spawn_background(_run_steps, secret["ARN"], secret["RotationLambdaARN"], version)
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version})


def _run_steps(secret: str, function: str, version: str) -> None:
    """Ask the function for each step, in the order in which Secrets Manager does."""
    for step in STEPS:
        event = json.dumps({"Step": step, "SecretId": secret, "ClientRequestToken": version})
        answer = client("lambda").invoke(FunctionName=function, Payload=event)
        if "FunctionError" in answer:
            log.error("%s of %s: %s", step, secret, answer["Payload"].read())
            return
