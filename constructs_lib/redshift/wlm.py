"""Which queries wait for which: the queues of a cluster."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

import aws_cdk as cdk

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import options
from constructs_lib.redshift.query_rules import Priority, QueryRule

MOST_QUEUES: Final = 8
MOST_RULES: Final = 25
MOST_SLOTS: Final = 50
LONGEST_JSON: Final = 8_000
LONGEST_SHORT_SECONDS: Final = 20

_QUEUE_NAME: Final = re.compile("[a-zA-Z0-9_ -]{1,64}")


@options
class Queue:
    """A queue to which Redshift gives memory and slots by its priority.

    https://docs.aws.amazon.com/redshift/latest/dg/automatic-wlm.html

    Args:
        name: What it is called in system views.
        priority: How much it gets, in relation to the others; ``critical`` is for superusers' sessions alone.
        user_groups: The groups of users whose queries go there; ``*`` and ``?`` are wildcards.
        user_roles: The same for roles.
        query_groups: The labels of queries that go there: ``SET query_group TO 'reports'``.
        concurrency_scaling: Whether queries that would wait go to clusters that Redshift adds for a time, at a price.
        rules: What happens to queries that go too far.

    Raises:
        InvalidOptionsError: The name is none, or nothing leads to the queue.
    """

    name: str
    priority: Priority = "normal"
    user_groups: Sequence[str] = ()
    user_roles: Sequence[str] = ()
    query_groups: Sequence[str] = ()
    concurrency_scaling: bool = False
    rules: Sequence[QueryRule] = ()

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Queue")
        checks.require(
            self.priority != "critical",
            "priority",
            self.priority,
            allowed="lowest to highest",
            advice="Superusers give single queries this priority, with CHANGE_QUERY_PRIORITY.",
        )
        _check_queue(self, checks)
        checks.refuse()

    @property
    def json(self) -> dict[str, Any]:
        """The queue as Redshift reads it."""
        return {**_queue(self), "auto_wlm": True, "queue_type": "auto", "priority": self.priority}


@options
class ManualQueue:
    """A queue with slots and memory of its own.

    https://docs.aws.amazon.com/redshift/latest/dg/cm-c-defining-query-queues.html

    Args:
        name: What it is called in system views.
        concurrency: How many queries run at once, 1 to 50; 50 is the sum over all queues too.
        memory_percent: The share of the cluster's memory, 1 to 100.
        user_groups: The groups of users whose queries go there; ``*`` and ``?`` are wildcards.
        user_roles: The same for roles.
        query_groups: The labels of queries that go there: ``SET query_group TO 'reports'``.
        concurrency_scaling: Whether queries that would wait go to clusters that Redshift adds for a time, at a price.
        rules: What happens to queries that go too far.

    Raises:
        InvalidOptionsError: A number is out of range, the name is none, or nothing leads to the queue.
    """

    name: str
    concurrency: int
    memory_percent: int
    user_groups: Sequence[str] = ()
    user_roles: Sequence[str] = ()
    query_groups: Sequence[str] = ()
    concurrency_scaling: bool = False
    rules: Sequence[QueryRule] = ()

    def __post_init__(self) -> None:
        checks = Checks(lambda: "ManualQueue")
        _check_literals(checks, concurrency=self.concurrency, memory_percent=self.memory_percent)
        checks.require_between(
            1, self.concurrency, MOST_SLOTS, "concurrency", advice="More slots have less memory each."
        )
        checks.require_between(1, self.memory_percent, 100, "memory_percent", advice="Give a share of the whole.")
        _check_queue(self, checks)
        checks.refuse()

    @property
    def json(self) -> dict[str, Any]:
        """The queue as Redshift reads it."""
        slots = {"query_concurrency": self.concurrency, "memory_percent_to_use": self.memory_percent}
        return {**_queue(self), **slots, "queue_type": "manual"}


@options
class AutomaticWlm:
    """Redshift shares out memory and slots by itself, which is what AWS recommends.

    https://docs.aws.amazon.com/redshift/latest/dg/automatic-wlm.html

    Args:
        queues: Up to seven; what matches none of them goes to the default queue, which Redshift adds as the eighth.
        default_priority: The priority of the default queue.
        short_queries: The longest time of a query that overtakes others, 1 to 20 seconds; None lets Redshift find out.

    Raises:
        InvalidOptionsError: There are too many queues or rules, or two have a name in common.
    """

    queues: Sequence[Queue] = ()
    default_priority: Priority = "normal"
    short_queries: cdk.Duration | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "AutomaticWlm")
        _check_queues(self.queues, "hop", "Manual queues hop; here, change the priority or abort.", checks)
        checks.require(
            self.default_priority != "critical",
            "default_priority",
            self.default_priority,
            allowed="lowest to highest",
            advice="Superusers give single queries this priority.",
        )
        _check_short(self.short_queries, checks)
        _check_json(self, checks)
        checks.refuse()

    @property
    def json(self) -> str:
        """The queues as the parameter ``wlm_json_configuration`` wants them."""
        default = {"auto_wlm": True, "queue_type": "auto", "priority": self.default_priority, "name": "Default queue"}
        return json.dumps([*(it.json for it in self.queues), default, _short(self.short_queries)])


@options
class ManualWlm:
    """Slots and memory are shared out by hand, for loads that never change.

    https://docs.aws.amazon.com/redshift/latest/dg/cm-c-defining-query-queues.html

    Args:
        queues: One to seven; what matches none of them goes to the default queue.
        default_concurrency: How many queries the default queue runs at once.
        default_memory_percent: The share of the memory that the default queue has; None is what the others leave.
        short_queries: The longest time of a query that overtakes others, 1 to 20 seconds; None lets Redshift find out.

    Raises:
        InvalidOptionsError: There are too many queues or rules, two have a name in common, or slots or memory are
            shared out twice.
    """

    queues: Sequence[ManualQueue]
    default_concurrency: int = 5
    default_memory_percent: int | None = None
    short_queries: cdk.Duration | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "ManualWlm")
        _check_literals(
            checks, default_concurrency=self.default_concurrency, default_memory_percent=self.default_memory_percent
        )
        checks.refuse()
        if not self.queues:
            checks.problem("queues", "none", allowed="1 to 7 queues", advice="Use AutomaticWlm for one queue alone.")
        change = "change_query_priority"
        _check_queues(self.queues, change, "Manual queues have no priorities; here, hop or abort.", checks)
        slots = self.default_concurrency + sum(it.concurrency for it in self.queues)
        memory = self._default_memory + sum(it.memory_percent for it in self.queues)
        given = f"{slots} in all queues"
        checks.require_between(1, self.default_concurrency, MOST_SLOTS, "default_concurrency", advice="Give 5.")
        if slots > MOST_SLOTS:
            advice = "AWS recommends 15 or fewer."
            checks.problem("default_concurrency", given, allowed=f"at most {MOST_SLOTS}", advice=advice)
        if memory > 100 or self._default_memory < 1:
            checks.problem(
                "default_memory_percent",
                f"{self._default_memory} percent beside {memory - self._default_memory}",
                allowed="1 or more, and 100 percent in all",
                advice="Take memory from a queue.",
            )
        _check_short(self.short_queries, checks)
        _check_json(self, checks)
        checks.refuse()

    @property
    def _default_memory(self) -> int:
        if self.default_memory_percent is not None:
            return self.default_memory_percent
        return 100 - sum(it.memory_percent for it in self.queues)

    @property
    def json(self) -> str:
        """The queues as the parameter ``wlm_json_configuration`` wants them."""
        default = {
            "query_concurrency": self.default_concurrency,
            "memory_percent_to_use": self._default_memory,
            "queue_type": "manual",
            "name": "Default queue",
        }
        return json.dumps([*(it.json for it in self.queues), default, _short(self.short_queries)])


def _queue(queue: Queue | ManualQueue) -> dict[str, Any]:
    """Return what both kinds of queue say."""
    return {
        "name": queue.name,
        "user_group": list(queue.user_groups),
        "user_group_wild_card": int(_has_wildcards(queue.user_groups)),
        "user_role": list(queue.user_roles),
        "user_role_wild_card": int(_has_wildcards(queue.user_roles)),
        "query_group": list(queue.query_groups),
        "query_group_wild_card": int(_has_wildcards(queue.query_groups)),
        "concurrency_scaling": "auto" if queue.concurrency_scaling else "off",
        "rules": [rule.json for rule in queue.rules],
    }


def _has_wildcards(names: Sequence[str]) -> bool:
    return any("*" in name or "?" in name for name in names)


def _short(longest: cdk.Duration | None) -> dict[str, Any]:
    limit = {} if longest is None else {"max_execution_time": int(longest.to_milliseconds())}
    return {"short_query_queue": True, **limit}


def _check_literals(checks: Checks, **numbers: int | None) -> None:
    for option, number in numbers.items():
        checks.require_literal(option, number)
    checks.refuse()


def _check_queue(queue: Queue | ManualQueue, checks: Checks) -> None:
    checks.require(
        _QUEUE_NAME.fullmatch(queue.name) is not None,
        "name",
        queue.name,
        allowed="1 to 64 letters, digits, spaces, dashes and underscores",
        advice="Rename the queue.",
    )
    checks.require(
        bool(queue.user_groups or queue.user_roles or queue.query_groups),
        "user_groups",
        queue.user_groups,
        given="no groups and no roles",
        allowed="user_groups, user_roles or query_groups",
        advice="Say whose queries go to the queue; the default queue takes the rest.",
    )


def _check_queues(queues: Sequence[Queue | ManualQueue], not_here: str, advice: str, checks: Checks) -> None:
    """Refuse too many queues and rules, names that come twice, and an action that this kind of queue has not."""
    rules = [rule for queue in queues for rule in queue.rules]
    if len(queues) >= MOST_QUEUES:
        given = f"{len(queues)} queues"
        checks.problem("queues", given, allowed=f"at most {MOST_QUEUES - 1}", advice="The default queue is the eighth.")
    if len(rules) > MOST_RULES:
        given = f"{len(rules)} rules"
        checks.problem("queues", given, allowed=f"at most {MOST_RULES} in all queues", advice="Leave some out.")
    for noun, names in (("queues", [it.name for it in queues]), ("rules", [it.name for it in rules])):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            given = f"{noun} of the same name: {', '.join(twice)}"
            checks.problem("queues", given, allowed="names that differ", advice=f"Rename one of the {noun}.")
    wrong = sorted({rule.name for rule in rules if rule.action == not_here})
    if wrong:
        checks.problem("queues", f"{not_here} in {', '.join(wrong)}", allowed="other actions", advice=advice)


def _check_short(longest: cdk.Duration | None, checks: Checks) -> None:
    if longest is not None and checks.require_literal("short_queries", longest):
        seconds = longest.to_seconds(integral=False)
        advice = "Leave it out: Redshift learns which queries are short."
        checks.require_between(1, seconds, LONGEST_SHORT_SECONDS, "short_queries", unit="seconds", advice=advice)


def _check_json(wlm: AutomaticWlm | ManualWlm, checks: Checks) -> None:
    """Refuse more than the parameter holds, once all else is right."""
    if not checks.failed and not is_token(wlm.json):
        length = len(wlm.json)
        given = f"{length} characters of JSON"
        advice = "Use wildcards for groups, or fewer queues."
        checks.require(
            length <= LONGEST_JSON, "queues", length, given=given, allowed=f"at most {LONGEST_JSON}", advice=advice
        )
