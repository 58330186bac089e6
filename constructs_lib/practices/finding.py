"""What the engine says of a template."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that one place of a template breaks.

    Args:
        rule: The id of the rule, ``RDS_MULTI_AZ`` or ``E3012``.
        severity: ``error`` or ``warning``.
        message: What is wrong, and what to do.
        template: The path of the template.
        resource: The logical id of the resource, parameter or output, or None where the template itself is meant.
        resource_type: The CloudFormation type of a resource.
        location: The path of the property, ``Properties.MultiAZ``.
        line: The line in the template, counted from 1.
        fix: What the engine suggests.
        reference: The page that explains the rule.
        reason: Why it is acknowledged; None for an open finding.
        construct_path: The path of the construct that made the resource, where it is known.
    """

    rule: str
    severity: str
    message: str
    template: str
    resource: str | None = None
    resource_type: str | None = None
    location: str | None = None
    line: int | None = None
    fix: str | None = None
    reference: str | None = None
    reason: str | None = None
    construct_path: str | None = None
