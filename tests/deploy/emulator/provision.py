"""How a resource of a template becomes a resource of the emulator, with no property lost in silence.

MiniStack has a `create` function for each CloudFormation type, and most ignore the properties that they do not
know. Here each is handed properties that remember which of them were read, and the deployment fails if one was
not. That holds for MiniStack's own types and for those that this package adds.
"""

import functools
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
"""Makes a resource, from its logical id, its properties and the name of its stack."""
Delete = Callable[[str, Props], None]
"""Deletes a resource, by its physical id and its properties."""

_connecting = threading.Lock()
"""boto3 makes one client at a time; stacks are deployed several at a time."""

UNCHECKED_STACKS = frozenset({"CDKToolkit"})
"""The CLI's own stack: its template is not ours, and we promise nothing about it."""


class LostPropertyError(Exception):
    """A template sets a property that nothing in the emulator reads."""


class WatchedProps(Props):
    """Properties that remember which of them were read by name.

    Copying reads none of them: what becomes of a copy cannot be seen. The members of a structure are not watched,
    for MiniStack looks into documents that it then stores as they are.
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
        """Give a plain copy to a caller that refuses by itself what it does not know."""
        self._read.update(self)
        return dict(self)

    @property
    def lost(self) -> set[str]:
        """The properties that nobody read."""
        return set(self) - self._read


@dataclass(frozen=True, kw_only=True)
class ApiType:
    """A type made by one call of its service's API, where botocore refuses whatever the API does not know."""

    service: str
    create: str
    delete: str
    delete_with: Callable[[str, Props], Props]
    """The parameters of `delete`, from the physical id and the properties."""
    reference: str
    """What Ref gives: a JMESPath in the request and the answer of `create`."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What GetAtt gives, each a JMESPath in the same."""
    named: str = ""
    """The property that CloudFormation makes a name up for, where the template gives none."""
    parameters: Callable[[Props], Props] = dict
    """The parameters of `create`, from the properties, where the two differ."""

    def create_resource(self, logical_id: str, props: WatchedProps, stack_name: str) -> Created:
        """Call `create`."""
        given = without_system_tags(props.take_all())
        if self.named:
            given.setdefault(self.named, physical_name(logical_id, stack_name))
        request = self.parameters(given)
        known = request | getattr(client(self.service), self.create)(**request)
        attributes = {name: jmespath.search(path, known) for name, path in self.attributes.items()}
        return str(jmespath.search(self.reference, known)), attributes

    def delete_resource(self, physical_id: str, props: Props) -> None:
        """Call `delete`."""
        getattr(client(self.service), self.delete)(**self.delete_with(physical_id, props))


def client(service: str) -> Any:
    """Connect to the emulator that this runs in, as the root user of the request's account, in its Region."""
    with _connecting:
        return _client(service, get_account_id(), get_region())


@functools.cache
def _client(service: str, account: str, region: str) -> Any:
    connect: Any = boto3.client  # Its stubs know every service by a literal name.
    return connect(
        service,
        endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="unused",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
    )


def physical_name(logical_id: str, stack_name: str) -> str:
    """Make up a name as CloudFormation does, short enough for every service here."""
    name: str = provisioners._physical_name(stack_name, logical_id, lowercase=True, max_len=60)
    return name


def add_type(name: str, create: Create, delete: Delete) -> None:
    """Teach MiniStack a type, or replace its own."""
    provisioners._RESOURCE_HANDLERS[name] = {"create": create, "delete": delete}
    _leave_event_loop_free(name)


def complete_type(
    name: str,
    finish: Callable[[str, WatchedProps], dict[str, Any]],
    check: Callable[[WatchedProps], None] = lambda props: None,
) -> None:
    """Let `finish` do what MiniStack leaves out of a type; it gets the physical id and gives more attributes.

    What `check` raises over the properties keeps the resource from being made.
    """
    create: Create = provisioners._RESOURCE_HANDLERS[name]["create"]

    def create_completely(logical_id: str, props: WatchedProps, stack_name: str) -> Created:
        check(props)
        physical_id, attributes = create(logical_id, props, stack_name)
        return physical_id, attributes | finish(physical_id, props)

    provisioners._RESOURCE_HANDLERS[name]["create"] = create_completely
    _leave_event_loop_free(name)


def refuse_losses(not_emulated: Mapping[str, Mapping[str, str]]) -> None:
    """Let every type fail over a property that nothing reads and that `not_emulated` does not explain.

    Updates fail altogether: what they lose is not watched, and no test of ours updates a stack.
    """
    for name, handler in provisioners._RESOURCE_HANDLERS.items():
        handler["create"] = _watched(name, handler["create"], not_emulated.get(name, {}))
        if "update" in handler:
            handler["update"] = _refused(name, handler["update"])


def _watched(type_name: str, create: Create, not_emulated: Mapping[str, str]) -> Callable[..., Created]:
    def create_watched(logical_id: str, props: Props, stack_name: str) -> Created:
        watched = WatchedProps(props)
        created = create(logical_id, watched, stack_name)
        lost = sorted(watched.lost - set(not_emulated))
        if lost and stack_name not in UNCHECKED_STACKS:
            raise LostPropertyError(f"{type_name} {logical_id}: the emulator drops {', '.join(lost)}")
        return created

    return create_watched


def _refused(type_name: str, update: Callable[..., Created]) -> Callable[..., Created]:
    def update_refused(physical_id: str, old: Props, new: Props, stack_name: str, *rest: Any) -> Created:
        if stack_name not in UNCHECKED_STACKS:
            raise LostPropertyError(f"{type_name} {physical_id}: updates are not watched for lost properties")
        return update(physical_id, old, new, stack_name, *rest)

    return update_refused


def _leave_event_loop_free(name: str) -> None:
    """Run a type's functions on a thread of their own: they call the emulator that they run in."""
    decide = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda other: other == name or decide(other)


def without_system_tags(props: Props) -> Props:
    """Leave out the `aws:` tags, which MiniStack adds as CloudFormation does: no API takes them from a caller."""
    if "Tags" not in props:
        return props
    return {**props, "Tags": [tag for tag in props["Tags"] if not tag["Key"].startswith("aws:")]}
