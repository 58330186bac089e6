"""Reads keyword options: unknown words, missing ones and wrong types are refused together."""

import inspect
import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache, wraps
from typing import (
    Any,
    Concatenate,
    Literal,
    ParamSpec,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)
from weakref import WeakKeyDictionary

from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.errors import Checks, InvalidOptionsError, Problem, faces, is_token, show

P = ParamSpec("P")
Self = TypeVar("Self", bound=Construct)
Value = TypeVar("Value")
Init = Callable[Concatenate[Self, Construct, str, P], None]

_PATHS: WeakKeyDictionary[Construct, str] = WeakKeyDictionary()
"""Those of scopes: several stores share one, and each question crosses to Node."""
INSIDE = (
    "vpc",
    "topic",
    "stream",
    "table",
    "instance",
    "cluster",
    "function",
    "bucket",
    "database",
    "workgroup",
    "secret",
    "key",
)
"""The nouns by which constructs of this library hand out what is inside."""
_EXPORTED_BY = {"object_lifecycle": "landing_bucket", "replication": "landing_bucket"}
"""The concern that users import from, where it is another than the one that says what is imported."""
_BY_ID = "Policies know keys by their ids: give the key itself, or kms.Key.from_key_arn with the ARN of the key."
LONGEST_MESSAGE = 300
"""What CDK says is cut there: it may carry whole objects."""


def checked(init: Init[Self, P]) -> Init[Self, P]:
    """Check the options of a construct's ``__init__`` against its signature before it runs.

    What an AWS construct inside refuses all the same reaches the caller as our error too, never as a trace of
    JavaScript.

    Raises:
        InvalidOptionsError: A keyword is unknown, a required one is missing, or a value has the wrong type.
    """
    names = list(inspect.signature(init).parameters)[3:]
    make: Callable[..., None] = init

    @wraps(init)
    def construct(self: Self, scope: Construct, id: str, *args: P.args, **kwargs: P.kwargs) -> None:
        check_place(scope, id, type(self).__name__)
        checks = checks_for(scope, id)
        for value in args:
            checks.problem("options", show(value), allowed="keywords", advice="Write name=value.")
        known = _read(init, names, kwargs, checks)
        with checks.carried_on(), refusals_of_cdk(lambda: path_of(scope, id)):
            make(self, scope, id, **known)
        if checks.failed:  # Where the construct checks nothing itself.
            scope.node.try_remove_child(id)
            checks.refuse()

    return cast("Init[Self, P]", construct)


def check_place(scope: Any, id: Any, name: str) -> None:
    """Refuse what is no scope or no id, of which nothing else could be said where it is.

    Args:
        scope: What was given as the scope.
        id: What was given as the id.
        name: What is to be made.

    Raises:
        InvalidOptionsError: The scope is no construct, or the id no literal string.
    """
    if not isinstance(scope, Construct) or not isinstance(id, str) or is_token(id):
        given = f"{show(scope)} and {show(id)}"
        problem = Problem("scope and id", given, "a construct and a literal string", "Pass self and a name.")
        raise InvalidOptionsError(name, [problem])


@dataclass_transform(frozen_default=True)
def options(cls: type[Value]) -> type[Value]:
    """Make a frozen dataclass of options that belong together, read like those of a construct.

    Raises:
        InvalidOptionsError: A word is unknown, a required one is missing, or a value has the wrong type.
    """
    made = dataclass(frozen=True, slots=True)(cls)
    init = made.__init__
    names = list(inspect.signature(init).parameters)[1:]

    @wraps(init)
    def read(self: Value, *args: Any, **kwargs: Any) -> None:
        checks = Checks(lambda: cls.__name__)
        for value in args[len(names) :]:
            checks.problem("options", show(value), allowed="keywords", advice="Write name=value.")
        for name in names[: len(args)]:
            if name in kwargs:
                checks.problem(name, "two values", allowed="one", advice="Give it in one place.")
        known = _read(init, names, {**dict(zip(names, args, strict=False)), **kwargs}, checks)
        with checks.carried_on(), refusals_of_cdk(lambda: cls.__name__):
            init(self, **known)
        checks.refuse()

    made.__init__ = read  # type: ignore[method-assign, assignment]
    return made


def _read(
    init: Callable[..., None], names: Sequence[str], given: Mapping[str, Any], checks: Checks
) -> Mapping[str, Any]:
    """Record every unknown word, and return the known ones; refuse missing ones, and values of the wrong type.

    Raises:
        InvalidOptionsError: What is known cannot be checked further.
    """
    hints, parameters = _signature(init)
    misfit = checks.failed
    for name in given.keys() - set(names):
        close = get_close_matches(name, names, n=1)
        advice = f"Did you mean {close[0]}?" if close else "Leave it out."
        checks.problem(name, "an unknown option", allowed=", ".join(names), advice=advice)
    for name in names:
        hint, required = hints[name], parameters[name].default is inspect.Parameter.empty
        if name not in given:
            if required:
                checks.problem(name, "nothing", allowed=describe(hint), advice="This option is required.")
            misfit |= required
        elif not fits(given[name], hint):
            what = "the alias of a key" if _is_alias(given[name]) else show(given[name])
            checks.problem(name, what, allowed=describe(hint), advice=_advice(given[name], hint))
            misfit = True
        elif _is_encrypted_by_alias(given[name], hint):
            checks.problem(name, "one encrypted by the alias of a key", allowed="one encrypted by a key", advice=_BY_ID)
            misfit = True
    if misfit:
        checks.refuse()
    return {name: value for name, value in given.items() if name in names}


def _advice(value: Any, hint: Any) -> str:
    """Return how a value of the allowed type is written."""
    if kms.IKey in (hint, *get_args(hint)) and _is_alias(value):
        return _BY_ID
    for noun in INSIDE:
        if isinstance(value, Construct) and hasattr(value, noun) and fits(getattr(value, noun), hint):
            return f"Pass its .{noun}."
    allowed = describe(hint)
    for word, advice in (
        ("Practice", 'Give practices, not their names: waive={rds.MULTI_AZ: "why"}.'),
        ("Duration", "Write a cdk.Duration, such as cdk.Duration.minutes(5)."),
        ("Size", "Write a cdk.Size, such as cdk.Size.gibibytes(100)."),
        (r"\.I[A-Z]", "Pass the construct itself, or one imported with its class's from_... methods."),
    ):
        if re.search(word, allowed):
            return advice
    return "Pass a value of that type."


@lru_cache
def _signature(init: Callable[..., None]) -> tuple[Mapping[str, Any], Mapping[str, inspect.Parameter]]:
    return get_type_hints(init), inspect.signature(init).parameters


@contextmanager
def refusals_of_cdk(path: Callable[[], str]) -> Iterator[None]:
    """Turn what AWS CDK refuses into our error."""
    try:
        yield
    except RuntimeError as error:
        checks = Checks(path)
        checks.problem("options", "what AWS CDK refuses", allowed="what it accepts", advice=message_of(error))
        try:
            checks.refuse()
        except InvalidOptionsError as refusal:
            raise refusal from None


def message_of(error: RuntimeError) -> str:
    """Return what CDK says, without its error code and JavaScript's trace."""
    first = str(error).strip().splitlines()[0]
    return re.sub(r"^(Error: )?([A-Z]\w+: )?", "", first)[:LONGEST_MESSAGE]


def path_of(scope: Construct, id: str) -> str:
    """Return the path that the construct ``id`` has in ``scope``."""
    if scope not in _PATHS:
        _PATHS[scope] = scope.node.path
    return "/".join(part for part in (_PATHS[scope], id) if part)


def checks_for(scope: Construct, id: str) -> Checks:
    """Return empty checks that name the construct ``id`` in ``scope``."""
    return Checks(lambda: path_of(scope, id))


def direct(value: Value) -> Value:
    """Return what a proxy of jsii stands for, which asks Node for each attribute twice."""
    return cast("Value", faces(value)[0])


def fits(value: Any, hint: Any) -> bool:
    """Tell whether a value has the type of an annotation, CDK's interfaces included; tokens fit any plain type."""
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin in (Union, types.UnionType):
        return any(fits(value, member) for member in get_args(hint))
    if hint is None or hint is types.NoneType:
        return value is None
    if origin is Literal:
        return value in get_args(hint)
    if hint is str:
        return isinstance(value, str)
    if hint in (int, float):
        return not isinstance(value, bool) and (
            isinstance(value, int) or (isinstance(value, float) and (hint is float or is_token(value)))
        )
    if origin is not None and issubclass(origin, Mapping):
        key_hint, value_hint = get_args(hint)
        return isinstance(value, Mapping) and all(fits(k, key_hint) and fits(v, value_hint) for k, v in value.items())
    if origin is not None and issubclass(origin, Sequence):
        return isinstance(value, list | tuple) and all(fits(item, get_args(hint)[0]) for item in value)
    if getattr(hint, "_is_protocol", False):
        return _implements(value, hint) and not (hint is kms.IKey and _is_alias(value))
    return isinstance(value, hint)


def _implements(value: Any, interface: Any) -> bool:
    """Tell whether a value is of a CDK interface; jsii hands out proxies that no ``isinstance`` recognizes."""
    proxy = interface.__jsii_proxy_class__()
    return any(
        isinstance(candidate, proxy)
        or any(interface in known.__mro__ for known in getattr(type(candidate), "__jsii_ifaces__", ()))
        for candidate in faces(value)
    )


def _is_alias(value: Any) -> bool:
    """Tell whether a value is the alias of a key, which is one to CDK, but none in the resources of a policy.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    if isinstance(value, kms.Key) or not _implements(value, kms.IKey):
        return False
    return _implements(value, kms.IAlias) or ":alias/" in faces(value)[-1].key_arn


def _is_encrypted_by_alias(value: Any, hint: Any) -> bool:
    """Tell whether a bucket, a stream, a table or a secret is encrypted by what is an alias to CDK."""
    encrypted = any(hasattr(it, "encryption_key") for it in (hint, *get_args(hint)))
    return encrypted and _is_alias(getattr(value, "encryption_key", None))


def describe(hint: Any) -> str:
    """Write an annotation as its reader would: ``ec2.IVpc``, ``str or None``."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(describe(member) for member in get_args(hint))
    if hint is types.NoneType:
        return "None"
    if hint is Any:
        return "anything"
    if origin is Literal:
        return " or ".join(repr(value) for value in get_args(hint))
    if origin is not None:
        inner = [describe(argument) for argument in get_args(hint) if argument is not ...]
        return f"a mapping of {inner[0]} to {inner[1]}" if issubclass(origin, Mapping) else f"a list of {inner[0]}"
    package, *modules = hint.__module__.split(".")
    if package == __package__ and issubclass(hint, Construct):
        made = [it for it in hint.__subclasses__() if it.__module__.startswith(f"{package}.")]
        if made:  # What they have in common is never made by itself.
            return " or ".join(map(describe, made))
    innermost = 0 if package == __package__ else -1  # Ours are used from the service's package.
    module = (modules or [package])[innermost].removeprefix("aws_").rstrip("_")
    return hint.__name__ if module in ("builtins", "cdk") else f"{_EXPORTED_BY.get(module, module)}.{hint.__name__}"
