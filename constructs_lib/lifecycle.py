"""What becomes of a store when its stack goes."""

from enum import Enum

import aws_cdk as cdk

DISPOSABLE_REASON = "Lifecycle.DISPOSABLE: nothing in this store has to outlive its stack."


class Lifecycle(Enum):
    """One choice drives removal policy, deletion protection and final snapshot together, so that they never disagree.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """

    RETAINED = "retained"
    """The store is protected from deletion, and stays when the stack is deleted or the resource replaced."""

    DISPOSABLE = "disposable"
    """The store goes with its stack, without a final snapshot. For sandboxes."""

    @property
    def protected(self) -> bool:
        """Whether the service itself refuses to delete the store."""
        return self is Lifecycle.RETAINED

    @property
    def removal_policy(self) -> cdk.RemovalPolicy:
        """What CloudFormation does with the resource."""
        return cdk.RemovalPolicy.RETAIN if self.protected else cdk.RemovalPolicy.DESTROY

    def outlives(self, other: "Lifecycle") -> bool:
        """Whether what lives so is there when the other is gone: it cannot be encrypted with the other's key."""
        return self.protected and not other.protected
