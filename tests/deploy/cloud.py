"""An emulated AWS account, and the CDK CLI that deploys into it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CDK_CLI = ROOT / "node_modules" / ".bin" / "cdk"
EMULATOR_PYTHON = os.environ.get("EMULATOR_PYTHON", str(ROOT / ".emulator" / "bin" / "python"))

ACCOUNT = "123456789012"
REGION = "eu-west-1"
"""Where stacks are deployed to that name no account or Region of their own."""
START_SECONDS = 60
"""Generous, for a cold disk; it takes one or two when warm."""
CLI_SECONDS = 300

TOOLS = ("node", "bin")
"""The folders of this environment with Node and Python, for the CLI and the app that it runs."""

PASSED_ON = ("HOME", "LANG", "LC_ALL", "XDG_CACHE_HOME")
"""All that a child process gets of this one's environment: no credentials, no proxies, no settings of AWS."""

Template = dict[str, Any]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Cloud:
    """An emulated account in a Region, with a folder for all that deploying leaves behind."""

    endpoint: str
    folder: Path
    account: str = ACCOUNT
    region: str = REGION

    def at(self, account: str, region: str) -> "Cloud":
        """The same cloud, seen from an account and a Region."""
        return replace(self, account=account, region=region)

    def home_of(self, arn: str) -> "Cloud":
        """The same cloud, seen from where a resource is."""
        _, _, _, region, account, _ = arn.split(":", 5)
        return self.at(account, region)

    @property
    def assembly(self) -> Path:
        """Where the app is synthesized to, once; every other call of the CLI reads this."""
        return self.folder / "cdk.out"

    def client(
        self, service: str, access_key: str = "", secret_key: str = "unused", session_token: str | None = None
    ) -> Any:
        """Connect as the owner of an access key, or as the root user, whose key is the account's number."""
        connect: Any = boto3.client  # Its stubs know every service by a literal name.
        return connect(
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=access_key or self.account,
            aws_secret_access_key=secret_key,
            aws_session_token=session_token,
            config=Config(proxies={}),
        )

    def client_of(self, role: str, service: str) -> Any:
        """Connect in a role."""
        arn = f"arn:aws:iam::{self.account}:role/{role}"
        keys = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="deploy-test")["Credentials"]
        return self.client(service, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def cdk(self, command: str, *arguments: str, app: str = "") -> str:
        """Run the CLI on the assembly, or on an app, and give what it prints."""
        log = self.folder / f"cdk-{command}.log"
        arguments = (command, *arguments, "--no-notices", "-a", app or str(self.assembly))
        # Not in the project's folder: the CLI keeps what it looks up in an account beside cdk.json.
        shutil.copy(ROOT / "cdk.json", self.folder)
        with _leashed(CDK_CLI, *arguments, cwd=self.folder, settings=self._settings(), log=log) as process:
            ended_with = process.wait(CLI_SECONDS)
        printed = log.read_text()
        assert ended_with == 0, f"cdk {' '.join(arguments)} ended with {ended_with}:\n{printed[-8000:]}"
        return printed

    def _settings(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_SECRET_ACCESS_KEY": "unused",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_HOME": str(self.folder / "cdk-home"),
            "CI": "true",
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.folder),
        }

    def stacks(self) -> list["Stack"]:
        """The synthesized stacks, in the order of the assembly."""
        artifacts = json.loads((self.assembly / "manifest.json").read_text())["artifacts"]
        return [self._stack(name, it) for name, it in artifacts.items() if it["type"] == "aws:cloudformation:stack"]

    def _stack(self, artifact: str, described: dict[str, Any]) -> "Stack":
        properties, home = described["properties"], self._home(described["environment"])
        template = json.loads((self.assembly / properties["templateFile"]).read_bytes())
        return Stack(properties.get("stackName", artifact), home, template)

    def _home(self, environment: str) -> "Cloud":
        """The same cloud, seen from a stack's environment; what that leaves open is this one's."""
        account, region = environment.removeprefix("aws://").split("/")
        return self.at(
            self.account if account == "unknown-account" else account,
            self.region if region == "unknown-region" else region,
        )

    def resources(self, resource_type: str) -> list["Resource"]:
        """The deployed resources of a type; a test about a type that no stack has would prove nothing."""
        found = [resource for resource in self.all_resources() if resource.type == resource_type]
        assert found, f"no stack has a resource of type {resource_type}"
        return found

    def all_resources(self) -> Iterator["Resource"]:
        """The deployed resources of every stack."""
        return (resource for stack in self.stacks() for resource in stack.resources())


@dataclass(frozen=True)
class Stack:
    """A synthesized stack, and where it is deployed to."""

    name: str
    cloud: Cloud
    template: Template

    def resources(self) -> Iterator["Resource"]:
        """What is deployed of it."""
        pages = self.cloud.client("cloudformation").get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=self.name):
            for summary in page["StackResourceSummaries"]:
                logical_id = summary["LogicalResourceId"]
                made_from = self.template["Resources"][logical_id]
                physical_id = summary.get("PhysicalResourceId", "")
                yield Resource(self, logical_id, summary["ResourceType"], physical_id, made_from)


@dataclass(frozen=True)
class Resource:
    """A deployed resource, and what its template says about it."""

    stack: Stack
    logical_id: str
    type: str
    physical_id: str
    template: Template

    @property
    def cloud(self) -> Cloud:
        """The account and the Region that it is in."""
        return self.stack.cloud

    @property
    def path(self) -> str:
        """Where it is in the templates."""
        return f"{self.stack.name}/{self.logical_id}"

    @property
    def properties(self) -> dict[str, Any]:
        """The properties as in the template, with its intrinsic functions."""
        return dict(self.template.get("Properties", {}))


def by_home(resources: Iterable[Resource]) -> dict[Cloud, list[str]]:
    """The physical ids of resources, by the account and the Region that they are in."""
    ids: dict[Cloud, list[str]] = {}
    for resource in resources:
        ids.setdefault(resource.cloud, []).append(resource.physical_id)
    return ids


@contextmanager
def emulated_cloud(folder: Path, *, enforce_iam: bool = False) -> Iterator[Cloud]:
    """An account for as long as the context lasts."""
    port = _free_port()
    settings = {
        "AUTH": str(enforce_iam).lower(),
        "AWS_DEFAULT_REGION": REGION,
        # Without these two MiniStack listens on every interface of the machine.
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",
        "MINISTACK_REGION": REGION,
        "STATE_DIR": str(folder / "state"),
        "TMPDIR": str(folder),
    }
    log = folder / "emulator.log"
    with _leashed(EMULATOR_PYTHON, "-m", "tests.deploy.emulator", cwd=ROOT, settings=settings, log=log) as process:
        _wait_until_ready(f"http://127.0.0.1:{port}/_ministack/health", process, log)
        # The name and not the number: clients put a bucket's name in front of it.
        yield Cloud(f"http://localhost:{port}", folder)


def eventually(what: str, look: Callable[[], Found | None], seconds: float = 20) -> Found:
    """What `look` finds, as soon as it finds it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


@contextmanager
def _leashed(*command: str | Path, cwd: Path, settings: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the context, or with this process: see `leash.py`."""
    path = os.pathsep.join([*(str(Path(sys.prefix) / tools) for tools in TOOLS), os.environ["PATH"]])
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, HERE / "leash.py", *command],
            cwd=cwd,
            env=passed_on | {"PATH": path, "NO_PROXY": "localhost,127.0.0.1"} | settings,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    assert process.stdin
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ready() -> bool:
        assert process.poll() is None, f"the emulator ended with {process.returncode}:\n{log.read_text()[-4000:]}"
        try:
            with opener.open(url, timeout=1):
                return True
        except (urllib.error.URLError, TimeoutError):
            return False

    eventually(f"an answer of the emulator, whose log is {log}", ready, START_SECONDS)
