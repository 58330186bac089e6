"""Acknowledgements of findings, and waivers of practices."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import aws_cdk as cdk
from constructs import Construct

from constructs_lib.errors import Checks, is_token, show
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from constructs_lib.practices.practice import BUILT_IN_NAMESPACE, NAMESPACE, Practice


def acknowledge(construct: Construct, reasons: Mapping[str, str]) -> None:
    """Acknowledge rules on a construct, so that the report lists each with its reason instead of failing.

    Args:
        construct: The narrowest construct on which the rules speak.
        reasons: The reason for each rule's id, as the rule's engine spells it or as a report spells it.

    Raises:
        InvalidOptionsError: A rule has no reason, or is no text, or there is no construct.
    """
    checks = Checks(lambda: "acknowledge")
    advice = 'Write acknowledge(stack.topic, {"RULE": "why"}).'
    one = isinstance(construct, Construct)
    checks.require(one, "construct", construct, allowed="a construct", advice=advice)
    if not isinstance(reasons, Mapping):
        checks.problem("reasons", show(reasons), allowed="a mapping of rules to reasons", advice=advice)
        checks.refuse()
    for rule, reason in reasons.items():
        named = isinstance(rule, str) and bool(rule.strip())
        checks.require(named, "reasons", rule, allowed="the ids of rules", advice="Write RDS_MULTI_AZ.")
        given = isinstance(reason, str) and bool(reason.strip()) and not is_token(reason)
        if not given:
            checks.problem("reasons", f"no reason for {rule}", allowed="a sentence", advice="Say why.")
    checks.refuse()
    if reasons:
        cdk.Validations.of(construct).acknowledge(
            *(
                cdk.Acknowledgment(id=qualified, reason=reason)
                for rule, reason in reasons.items()
                for qualified in _qualified(rule)
            )
        )


def _qualified(rule: str) -> Iterable[str]:
    """Put the engine's name before a rule's id; without it the finding would vanish from the report.

    A rule of CloudFormation's is acknowledged twice, for our engine and for the one that is built into CDK.
    """
    if "::" in rule.partition("[")[0]:
        return (rule,)
    pack, dash, _ = rule.partition("-")
    if dash:
        return (f"{pack}::{rule}",)
    if rule[1:].isdigit():
        return (f"{NAMESPACE}::{rule}", f"{BUILT_IN_NAMESPACE}::{rule}")
    return (f"{NAMESPACE}::{rule}",)


class Waivers:
    """The practices that the caller turned off, each with a reason.

    Args:
        waive: What the caller gave.
        known: The practices that the construct follows, and so can leave out.
        lifecycle: Whether the store outlives its stack.
        protections: The practices that protect the store and its copies, which a disposable one waives by itself.
        checks: Collects what is wrong with the waivers.
    """

    def __init__(
        self,
        waive: Mapping[Practice, str],
        *,
        known: Iterable[Practice],
        checks: Checks,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        protections: Sequence[Practice] = (),
    ) -> None:
        known = tuple(known)
        for practice, reason in waive.items():
            checks.require(
                practice in known,
                "waive",
                practice,
                given=practice.id,
                allowed=", ".join(sorted(it.constant or it.id for it in known)),
                advice="Waive only what this construct does.",
            )
            if is_token(reason) or not reason.strip():
                advice = "Say why: it goes into the report and the template."
                checks.problem("waive", f"no reason for {practice.id}", allowed="a sentence", advice=advice)
        self._reasons = dict(waive)
        if not lifecycle.protected:
            for practice in protections:
                self._reasons.setdefault(practice, DISPOSABLE_REASON)

    def __contains__(self, practice: Practice) -> bool:
        return practice in self._reasons

    def keeps(self, practice: Practice) -> bool:
        """Tell whether the construct follows a practice."""
        return practice not in self._reasons

    def acknowledge(self, construct: Construct, *practices: Practice) -> None:
        """Acknowledge what waived practices answer on the construct's resource, and say so in the template.

        Args:
            construct: A resource, or a construct with one of its own.
            practices: Those of which the resource speaks; none given means all.
        """
        reasons = {it: reason for it, reason in self._reasons.items() if it in practices or not practices}
        if reasons:
            acknowledge(construct, {rule: why for it, why in reasons.items() for rule in it.rules})
            resource = construct if isinstance(construct, cdk.CfnResource) else construct.node.default_child
            resource = cast("cdk.CfnResource", resource)
            resource.add_metadata(NAMESPACE, {"waived": {it.id: reason for it, reason in reasons.items()}})
