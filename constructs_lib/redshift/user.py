"""A database user with a password, for services that log in with one."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct, IDependable

from constructs_lib.acknowledgements import Waivers
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for
from constructs_lib.practices import secretsmanager as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.redshift.declarations import check_first
from constructs_lib.redshift.handlers.sql_resources import passwords
from constructs_lib.redshift.role import Role, check_grantee
from constructs_lib.redshift.schema import check_warehouse
from constructs_lib.redshift.sql_names import check_name
from constructs_lib.redshift.sql_runner import declare, runner_of
from constructs_lib.redshift.warehouse import Warehouse
from constructs_lib.regions import check_home

ROTATION_DAYS: Final = 30

WAIVABLE: Final[tuple[Practice, ...]] = (practices.ROTATION,)

_ACTIONS: Final = ("secretsmanager:GetSecretValue",)
_ROTATION_ACTIONS: Final = (
    "secretsmanager:DescribeSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
)


class User(Construct):
    """A user whose password is made in Secrets Manager, encrypted with the warehouse's key.

    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_USER.html

    The secret holds ``username`` and ``password``, as Amazon Data Firehose and the Redshift Data API read it. The
    password reaches Redshift as a salted SHA-256 hash: it stands in no statement, no log and no template. People log in
    with IAM, and need no user of this kind.

    Secrets Manager changes the password every 30 days, first a month after the user was made. Whoever logs in has to
    read the secret again when the password is refused.

    Args:
        scope: The parent construct.
        id: The construct's id.
        warehouse: Where the user logs in.
        name: The user's name, in lower case.
        roles: The database roles that the user has.
        waive: Practices to leave out, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        warehouse: Warehouse,
        name: str,
        roles: Sequence[Role] = (),
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        check_home(scope, {"warehouse": warehouse}, checks)
        waivers = Waivers(waive, known=WAIVABLE, checks=checks)
        if check_name("name", name, checks):
            check_grantee(name, warehouse, checks)
            check_first("name", "User", {"Name": name}, warehouse, checks)
        for role in roles:
            check_warehouse("roles", role, role.warehouse, warehouse, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.warehouse = warehouse
        self.user_name = name
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description=f"The password of {name} in Amazon Redshift.",
            encryption_key=warehouse.key,
            removal_policy=Lifecycle.DISPOSABLE.removal_policy,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=f'{{"username": "{name}"}}',
                generate_string_key="password",
                password_length=passwords.LENGTH,
                exclude_characters=passwords.FORBIDDEN,
                require_each_included_type=True,
            ),
        )
        rotated = waivers.keeps(practices.ROTATION)
        actions = (*_ACTIONS, *(_ROTATION_ACTIONS if rotated else ()))
        policy = self._share(actions)
        self.resource = declare(
            self,
            "User",
            warehouse,
            {"Name": name, "SecretArn": self.secret.secret_arn, "Roles": [role.role_name for role in roles]},
            lifecycle=Lifecycle.DISPOSABLE,
            after=(policy, *roles),
        )
        waivers.acknowledge(self.secret)
        if rotated:
            self._rotate(policy)

    def _share(self, actions: Sequence[str]) -> IDependable:
        """Let the function use the secret, by the secret's own policy: a role takes only ten policies."""
        runner = runner_of(self.warehouse)
        statement = iam.PolicyStatement(
            actions=list(actions),
            resources=[self.secret.secret_arn],
            principals=[iam.ArnPrincipal(runner.role.role_arn)],
        )
        policy = self.secret.add_to_resource_policy(statement).policy_dependable
        return policy or self.secret

    def _rotate(self, policy: IDependable) -> None:
        """Let Secrets Manager change the password; the L2 would write an inline policy."""
        runner = runner_of(self.warehouse)
        schedule = secretsmanager.CfnRotationSchedule(
            self,
            "Rotation",
            secret_id=self.secret.secret_arn,
            rotation_lambda_arn=runner.function.function_arn,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                automatically_after_days=ROTATION_DAYS
            ),
            rotate_immediately_on_update=False,
        )
        schedule.node.add_dependency(runner.rotations, policy, self.resource)
