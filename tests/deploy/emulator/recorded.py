"""Services that MiniStack lacks, as control planes: they keep what they are told, show it, and do nothing.

What a service understands and shows is botocore's model of it: a parameter that the model does not know is refused, and
a member that the answer's shape lacks is not shown.
"""

import functools
import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.session
import jmespath
from botocore import xform_name
from botocore.model import OperationModel
from ministack import app
from ministack.core import concurrency, router
from ministack.core.responses import AccountRegionScopedDict, new_uuid

from .provision import Created, Props, WatchedProps, add_type, client, physical_name, without_system_tags

Answer = tuple[int, dict[str, str], bytes]
Operation = Callable[[Props], Props]


class ApiError(Exception):
    """An error in the service's own words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of resource: its operations, and its type in templates."""

    noun: str
    """What the operations and the type call it: ``Cluster``, of ``CreateCluster`` and ``AWS::Redshift::Cluster``."""
    identifier: str
    """The parameter that names a resource."""
    several: str = ""
    """The member of the answer that lists them, if it is not the noun's plural."""
    shown: Callable[[Props], Props] = dict
    """What the service shows of a resource, from what it was told."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What GetAtt gives, each a JMESPath in what is shown."""
    later: tuple[str, ...] = ()
    """Properties that the API takes by calls of their own."""
    at_deletion: tuple[str, ...] = ()
    """Properties that the API takes when the resource is deleted."""
    finish: Callable[[Props, Props], None] = lambda shown, later: None
    """Makes the later calls, from what is shown of the resource and those properties that are given."""

    known: AccountRegionScopedDict = field(default_factory=AccountRegionScopedDict, init=False)
    """The resources by their names."""

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names."""
        return {
            f"Create{self.noun}": self._create,
            f"Delete{self.noun}": self._delete,
            f"Describe{self.noun}s": self._describe,
            f"Get{self.noun}": lambda request: self._answer(self.find(request)),
        }

    def find(self, request: Props) -> Props:
        """The resource that a request names."""
        name = request[self.identifier]
        if name not in self.known:
            raise ApiError(f"{self.noun}NotFound", f"{name} not found.")
        found: Props = self.known[name]
        return found

    def create(self, service: "Recorded", logical_id: str, props: WatchedProps, stack_name: str) -> Created:
        """Create what a template declares, and do what takes calls of its own."""
        given = without_system_tags(props.take_all())
        given = {name: value for name, value in given.items() if name not in self.at_deletion}
        later = {name: given.pop(name) for name in self.later if name in given}
        request = service.written(given)
        if self.identifier in service.parameters_of(f"Create{self.noun}"):
            request.setdefault(self.identifier, physical_name(logical_id, stack_name))
        made = service.call(f"Create{self.noun}", request)
        name = (request | made)[self.identifier]
        shown = self.known[name]
        self.finish(shown, later)
        return name, {attribute: jmespath.search(path, shown) for attribute, path in self.attributes.items()}

    def _create(self, request: Props) -> Props:
        name = request.setdefault(self.identifier, new_uuid())
        if name in self.known:
            raise ApiError(f"{self.noun}AlreadyExists", f"{name} already exists.")
        self.known[name] = self.shown(request)
        return self._answer(self.known[name])

    def _describe(self, request: Props) -> Props:
        found = [self.find(request)] if self.identifier in request else list(self.known.values())
        return {self.several or f"{self.noun}s": found}

    def _delete(self, request: Props) -> Props:
        found = self.find(request)
        del self.known[request[self.identifier]]
        return self._answer(found)

    def _answer(self, found: Props) -> Props:
        """The resource, by itself or as the member that is called like it: the answer's shape has one of both."""
        return {**found, self.noun: found, _lower(self.noun): found}


class Recorded:
    """A service made of kinds of resources, and of a few operations of its own."""

    def __init__(self, service: str, *kinds: Kind, types: str = "", **others: Operation) -> None:
        """Know the service as botocore does.

        Args:
            service: What botocore calls it.
            kinds: What it keeps.
            types: What the names of its types in templates begin with: ``AWS::Redshift``.
            others: Operations that no kind has.
        """
        self.service = service
        self._kinds = kinds
        self._types = types
        self._model = botocore.session.get_session().get_service_model(service)
        self._operations: dict[str, Operation] = {**others}
        for kind in kinds:
            self._operations |= kind.operations

    def install(self) -> None:
        """Answer the service's calls, and add its types."""
        prefix = self._model.metadata.get("targetPrefix")
        router.SERVICE_PATTERNS[self.service] = {
            "credential_scope": self.service,
            **({"target_prefixes": [f"{prefix}."]} if prefix else {}),
        }
        app.SERVICE_HANDLERS[self.service] = self._handle
        for kind in self._kinds:
            create, delete = functools.partial(kind.create, self), functools.partial(self._delete, kind)
            add_type(f"{self._types}::{kind.noun}", create, delete)

    def call(self, operation: str, request: Props) -> Props:
        """Call the service as its users do, so that botocore refuses what the API does not know."""
        answer: Props = getattr(client(self.service), xform_name(operation))(**request)
        return answer

    def parameters_of(self, operation: str) -> Iterable[str]:
        """The names of an operation's parameters."""
        shape = self._model.operation_model(operation).input_shape
        return shape.members if shape else ()

    def written(self, value: Any) -> Any:
        """Write properties as the API spells them: this one begins its names with small letters, or it does not."""
        if self._model.protocol != "json":
            return value
        if isinstance(value, dict):
            return {_lower(name): self.written(it) for name, it in value.items()}
        return [self.written(it) for it in value] if isinstance(value, list) else value

    def _delete(self, kind: Kind, physical_id: str, props: Props) -> None:
        last = {name: props[name] for name in kind.at_deletion if name in props}
        self.call(f"Delete{kind.noun}", {kind.identifier: physical_id, **self.written(last)})

    async def _handle(self, method: str, path: str, headers: dict[str, str], body: bytes, query: Props) -> Answer:
        speak = _speak_json if self._model.protocol == "json" else _speak_query
        # On a thread of its own, because operations call the emulator that they run in.
        answer: Answer = await concurrency.run_reentrant(speak, self._model, headers, body, self._operations)
        return answer


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _speak_json(model: Any, headers: dict[str, str], body: bytes, operations: Mapping[str, Operation]) -> Answer:
    name = headers["x-amz-target"].rpartition(".")[2]
    operation: OperationModel = model.operation_model(name)
    try:
        status, answer = 200, _only(operation.output_shape, operations[name](json.loads(body)))
    except ApiError as error:
        status, answer = 400, {"__type": error.code, "message": str(error)}
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def _only(shape: Any, value: Any) -> Any:
    """What a shape has a place for."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        return {name: _only(it, value[name]) for name, it in shape.members.items() if value.get(name) is not None}
    if shape.type_name == "list":
        return [_only(shape.member, it) for it in value]
    return value


def _speak_query(model: Any, headers: dict[str, str], body: bytes, operations: Mapping[str, Operation]) -> Answer:
    given = dict(parse_qsl(body.decode(), keep_blank_values=True))
    name = given["Action"]
    operation: OperationModel = model.operation_model(name)
    try:
        found = operations[name](_read(operation.input_shape, given, ""))
        shape = operation.output_shape
        inner = _element(f"{name}Result", shape, found) if shape else ""
        status, xml = 200, f"<{name}Response>{inner}</{name}Response>"
    except ApiError as error:
        inner = f"<Code>{escape(error.code)}</Code><Message>{escape(str(error))}</Message>"
        status, xml = 400, f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error></ErrorResponse>"
    return status, {"Content-Type": "text/xml"}, xml.encode()


def _read(shape: Any, given: Mapping[str, str], prefix: str) -> Any:
    """Read a value out of the form in which the query protocol sends it."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        members = {
            name: (it, _joined(prefix, it.serialization.get("name", name))) for name, it in shape.members.items()
        }
        return {name: _read(it, given, place) for name, (it, place) in members.items() if _is_given(given, place)}
    if shape.type_name == "list":
        entry = _joined(prefix, shape.member.serialization.get("name", "member"))
        places = itertools.takewhile(
            lambda place: _is_given(given, place), (f"{entry}.{n}" for n in itertools.count(1))
        )
        return [_read(shape.member, given, place) for place in places]
    text = given[prefix]
    reads: dict[str, Callable[[str], Any]] = {"integer": int, "long": int, "boolean": lambda it: it == "true"}
    return reads.get(shape.type_name, str)(text)


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _is_given(given: Mapping[str, str], place: str) -> bool:
    return place in given or any(name.startswith(f"{place}.") for name in given)


def _element(name: str, shape: Any, value: Any) -> str:
    """Write a value in the query protocol's XML, as far as the shape has a place for it."""
    if shape.type_name == "structure":
        inner = "".join(
            _element(it.serialization.get("name", member), it, value[member])
            for member, it in shape.members.items()
            if value.get(member) is not None
        )
    elif shape.type_name == "list":
        inner = "".join(_element(shape.member.serialization.get("name", "member"), shape.member, it) for it in value)
    else:
        inner = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{inner}</{name}>"
