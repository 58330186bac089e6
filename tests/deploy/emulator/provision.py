"""How a resource of a template becomes a resource of the emulator, with no property lost in silence.

MiniStack maps each CloudFormation type to a `create` and a `delete` function, and ignores the properties that
its `create` does not know. Here every `create` is wrapped: it is handed properties that remember which of them
were read, and the deployment fails when one was not. That holds for MiniStack's own types and for ours alike.
"""

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import jmespath
from botocore.config import Config
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners, stacks

Props = dict[str, Any]
Created = tuple[str, dict[str, Any]]
"""The physical id (what Ref gives) and the attributes (what GetAtt gives)."""
Create = Callable[[str, "WatchedProps", str], Created]
"""Makes a resource of a logical id, properties and a stack name."""

UNCHECKED_STACKS = frozenset({"CDKToolkit"})
"""The CDK CLI's own stack: its template is not ours, and nothing here promises anything about it."""


class LostProperty(Exception):
    """A template sets a property that nothing in the emulator reads."""


class WatchedProps(Props):
    """Properties that remember which of them were read by name.

    Copying reads none of them: what a function then does with its copy cannot be seen, so it counts as lost.
    Members of a structure are not watched: MiniStack looks into the documents that it stores as they are.
    """

    def __init__(self, props: Mapping[str, Any]) -> None:
        super().__init__(props)
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self._read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """As `dict.get`, remembered."""
        self._read.add(name)
        return super().get(name, default)

    def take_all(self) -> Props:
        """A plain copy for a caller that refuses what it does not know by itself."""
        self._read.update(self)
        return dict(self)

    @property
    def lost(self) -> set[str]:
        """The properties that nobody read."""
        return set(self) - self._read


@dataclass(frozen=True, kw_only=True)
class ApiType:
    """A type made by one call of the service's own API, whose model checks every property's name and type."""

    service: str
    create: str
    delete: str
    reference: str
    """What Ref gives: a JMESPath in the request and the answer of `create`. GetAtt gives nothing."""
    delete_with: Callable[[str, Props], Props]
    """The parameters of `delete`, from the physical id and the properties."""
    named: str = ""
    """The property that CloudFormation makes up a name for, when the template gives none."""
    parameters: Callable[[Props], Props] = dict
    """The parameters of `create`, from the properties, where the two differ."""

    def create_resource(self, logical_id: str, props: WatchedProps, stack_name: str) -> Created:
        """Call `create` with all properties; botocore refuses those that it does not know."""
        given = props.take_all()
        if self.named:
            given.setdefault(self.named, physical_name(logical_id, stack_name))
        request = self.parameters(_without_system_tags(given))
        known = request | getattr(client(self.service), self.create)(**request)
        return str(jmespath.search(self.reference, known)), {}

    def delete_resource(self, physical_id: str, props: Props) -> None:
        """Call `delete`."""
        getattr(client(self.service), self.delete)(**self.delete_with(physical_id, props))


@functools.cache
def client(service: str) -> Any:
    """A client of this same emulator, for its root user. Its models are those that check our properties."""
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        region_name=get_region(),
        aws_access_key_id=get_account_id(),
        aws_secret_access_key="unused",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
    )


def physical_name(logical_id: str, stack_name: str) -> str:
    """A name as CloudFormation makes it up, short enough for every service that we use."""
    name: str = provisioners._physical_name(stack_name, logical_id, lowercase=True, max_len=60)
    return name


def _without_system_tags(props: Props) -> Props:
    """Without the `aws:` tags that MiniStack adds as CloudFormation does: no API takes them from a caller."""
    if "Tags" not in props:
        return props
    return {**props, "Tags": [tag for tag in props["Tags"] if not tag["Key"].startswith("aws:")]}


def add_type(name: str, api: ApiType) -> None:
    """Teach MiniStack a type, or replace its own."""
    add_handler(name, api.create_resource, api.delete_resource)


def add_handler(name: str, create: Create, delete: Callable[[str, Props], None]) -> None:
    """Teach MiniStack a type that takes more than one call."""
    provisioners._RESOURCE_HANDLERS[name] = {"create": create, "delete": delete}
    _run_on_worker_thread(name)


def complete(name: str, finish: Callable[[str, WatchedProps], dict[str, Any]]) -> None:
    """Do the rest of a type that MiniStack makes in part: `finish` takes what it makes, and gives more attributes."""
    create: Create = provisioners._RESOURCE_HANDLERS[name]["create"]

    def create_completely(logical_id: str, props: WatchedProps, stack_name: str) -> Created:
        physical_id, attributes = create(logical_id, props, stack_name)
        return physical_id, attributes | finish(physical_id, props)

    provisioners._RESOURCE_HANDLERS[name]["create"] = create_completely
    _run_on_worker_thread(name)


def _run_on_worker_thread(name: str) -> None:
    """Our functions call the emulator that they run in, so they must leave its event loop free."""
    decide = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda other: other == name or decide(other)


def refuse_losses(not_emulated: Mapping[str, Mapping[str, str]]) -> None:
    """Make every type fail on a property that nothing reads and that `not_emulated` does not explain.

    An update fails altogether: what MiniStack's updates lose is not checked, and no test of ours updates a stack.
    """
    for name, handler in provisioners._RESOURCE_HANDLERS.items():
        handler["create"] = _checked(name, handler["create"], not_emulated.get(name, {}))
        if "update" in handler:
            handler["update"] = _refused(name, handler["update"])


def _checked(type_name: str, create: Create, not_emulated: Mapping[str, str]) -> Callable[..., Created]:
    def create_checked(logical_id: str, props: Props, stack_name: str) -> Created:
        watched = WatchedProps(props)
        created = create(logical_id, watched, stack_name)
        lost = sorted(watched.lost - set(not_emulated))
        if lost and stack_name not in UNCHECKED_STACKS:
            raise LostProperty(f"{type_name} {logical_id}: the emulator drops {', '.join(lost)}")
        return created

    return create_checked


def _refused(type_name: str, update: Callable[..., Created]) -> Callable[..., Created]:
    def update_refused(physical_id: str, old: Props, new: Props, stack_name: str, *rest: Any) -> Created:
        if stack_name not in UNCHECKED_STACKS:
            raise LostProperty(f"{type_name} {physical_id}: updates are not checked for lost properties")
        return update(physical_id, old, new, stack_name, *rest)

    return update_refused
