"""One documented opinion about a resource, as data."""

from dataclasses import dataclass

NAMESPACE = "constructs-lib"
"""Stands before a rule's id in an acknowledgement: ``constructs-lib::RDS_MULTI_AZ``."""
BUILT_IN_NAMESPACE = "CloudFormation-Validate"
"""Stands before CloudFormation's own rules where they are acknowledged for the engine that is built into CDK."""

AWS_SOLUTIONS = "AwsSolutions"
HIPAA = "HIPAA.Security"
NIST_R4 = "NIST.800.53.R4"
NIST_R5 = "NIST.800.53.R5"
PCI = "PCI.DSS.321"
SERVERLESS = "Serverless"
PACKS = (AWS_SOLUTIONS, HIPAA, NIST_R4, NIST_R5, PCI, SERVERLESS)
"""The rule packs of cdk-nag, as they name themselves."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A default that differs from AWS's own, with where it comes from and what it answers.

    The Guard rule of the same ``id``, in the ``.guard`` file beside the practice, proves it on any template.

    Args:
        id: Names the practice, its Guard rule, and its acknowledgement ``constructs-lib::ID``.
        claim: What holds when the practice is followed, in one line.
        source: The AWS page that recommends it.
        controls: The AWS Security Hub controls that it satisfies.
        answers: The cdk-nag rules that the practice satisfies; a waiver acknowledges exactly these.
        constant: How a caller names the practice to waive it, ``rds.MULTI_AZ``; None if no construct can leave it out.
    """

    id: str
    claim: str
    source: str
    controls: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    constant: str | None = None

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that speak where the practice is not followed: its own, and those that it answers."""
        return (self.id, *self.answers)


def nag(rule: str, *packs: str) -> tuple[str, ...]:
    """Spell one cdk-nag rule as each of the packs names it: ``HIPAA.Security-RDSMultiAZSupport``."""
    return tuple(f"{pack}-{rule}" for pack in packs)
