"""What a waiver has to do, for any construct."""

from constructs_lib.practices import Practice
from tests.synthesis import Verdict

REASON = "A sandbox, rebuilt every night."


def answered(practice: Practice) -> set[str]:
    """Return the acknowledgements that a waiver of the practice makes: its own rule, and those of the packs."""
    return {f"constructs-lib::{practice.id}", *(f"{answer.partition('-')[0]}::{answer}" for answer in practice.answers)}


def acknowledged_for(verdict: Verdict, reason: str) -> set[str]:
    """Return the acknowledgements that give this reason."""
    return {rule for (_, rule), given in verdict.acknowledgements.items() if given == reason}


def listed_for(verdict: Verdict, reason: str) -> set[str]:
    """Return the acknowledged rules that the report lists with this reason."""
    return {rule for _, rule, given in verdict.acknowledged if given == reason}
