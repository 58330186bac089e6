"""Names of schemas, tables, columns, roles and users, in the one spelling that Redshift never changes."""

import re
from typing import Final

from constructs_lib.errors import Checks, is_token

LONGEST_NAME: Final = 127
"""In bytes; Redshift cuts longer names off in silence."""

_NAME: Final = re.compile(rf"[a-z_][a-z0-9_$]{{0,{LONGEST_NAME - 1}}}")
_ALLOWED: Final = f"1 to {LONGEST_NAME} lower-case letters, digits, underscores and dollar signs, no digit first"


def check_name(option: str, value: str, checks: Checks) -> bool:
    """Record a problem with a name that Redshift would fold, cut off, or not take; tell whether there is none.

    Redshift folds names to lower case even in quotes, unless a session says otherwise.

    https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
    """
    if is_token(value):
        advice = "Write the name: statements and other names follow from it."
        checks.problem(option, "a value known only at deployment", allowed="a literal", advice=advice)
        return False
    advice = "Redshift folds names to lower case: write them so."
    return checks.require(_NAME.fullmatch(value) is not None, option, value, allowed=_ALLOWED, advice=advice)
