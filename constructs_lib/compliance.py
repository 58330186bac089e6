"""The checks that run when an app is synthesized, and what is said to their findings."""

import aws_cdk as cdk

from constructs_lib.acknowledgements import acknowledge
from constructs_lib.errors import Checks
from constructs_lib.validation import RulesPlugin, register

__all__ = ["acknowledge", "enforce"]


def enforce(app: cdk.App) -> RulesPlugin:
    """Make ``app.synth()`` fail on any finding of six cdk-nag packs, of CloudFormation's own rules, and of ours.

    Create the app with ``cdk.App(builtin_cloud_formation_validation=False)``: the rules of CDK's built-in engine run
    here on its native twin, in a fraction of the time. What was found in a template is remembered in the user's cache
    folder, or in the one that ``CONSTRUCTS_LIB_CACHE`` names; where that is empty, every template is judged again.

    Returns:
        The plugin that judges the templates; register no second one.

    Raises:
        InvalidOptionsError: What is given is no app.
    """
    checks = Checks(lambda: "enforce")
    checks.require(
        isinstance(app, cdk.App), "app", app, allowed="a cdk.App", advice="Pass the app: it is checked whole."
    )
    checks.refuse()
    return register(app)
