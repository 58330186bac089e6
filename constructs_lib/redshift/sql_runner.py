"""The function that runs what stacks declare inside a database, one for each warehouse."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IDependable

from constructs_lib.acknowledgements import Waivers
from constructs_lib.arns import ACCOUNT, arn
from constructs_lib.dead_letters import DeadLetterQueue
from constructs_lib.functions import CodeFunction, FunctionCode
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checks_for
from constructs_lib.permissions import Permission, grant
from constructs_lib.redshift.declarations import record
from constructs_lib.redshift.warehouse import OF_SQL, Warehouse

HANDLERS: Final = Path(__file__).parent / "handlers"
TIMEOUT: Final = cdk.Duration.minutes(15)
"""The longest that Lambda allows; statements are given up before, so that there is time to say so."""
ANSWER_TIMEOUT: Final = cdk.Duration.minutes(16)
"""How long CloudFormation waits; without it, an hour."""
AT_A_TIME: Final = 10
"""Statements that disturb each other's changes of the catalog are tried again."""


class SqlRunner(Construct):
    """A function that makes schemas, tables, roles, users, grants and views through the Redshift Data API.

    It runs outside of the VPC, because the Data API is reached through AWS, not through the network of the warehouse.

    Args:
        scope: The warehouse.
        id: The construct's id.
    """

    def __init__(self, scope: Warehouse, id: str) -> None:
        super().__init__(scope, id)
        self.dead_letters = DeadLetterQueue(
            self,
            "DeadLetters",
            key=scope.key,
            why="SQL could not be run. Read the function's log, mend the cause, and deploy the stack again.",
            topic=scope.alarm_topic,
            lifecycle=scope.lifecycle,
        )
        self.function = CodeFunction(
            self,
            "Runner",
            code=FunctionCode(
                HANDLERS,
                handler="sql_resources.index.handler",
                timeout=TIMEOUT,
                reserved_concurrency=AT_A_TIME,
                environment={
                    **scope.data_api_target,
                    "DATABASE": scope.database_name,
                    "ADMIN_SECRET_ARN": scope.admin_secret_arn,
                },
            ),
            key=scope.key,
            dead_letters=self.dead_letters.queue,
            subnets=None,
            lifecycle=scope.lifecycle,
            waivers=Waivers(scope.waived_of_sql, known=OF_SQL, checks=checks_for(scope, id)),
        ).function
        self.role = cast("iam.IRole", self.function.role)
        self.policy = grant(self, "Policy", self.role, _permissions(scope))

    @cached_property
    def rotations(self) -> lambda_.CfnPermission:
        """Lets Secrets Manager of this account rotate secrets: once, since a function's policy has little room."""
        return lambda_.CfnPermission(
            self,
            "Rotations",
            action="lambda:InvokeFunction",
            function_name=self.function.function_arn,
            principal="secretsmanager.amazonaws.com",
            source_account=ACCOUNT,
        )


def declare(
    scope: Construct,
    kind: str,
    warehouse: Warehouse,
    declaration: Mapping[str, Any],
    *,
    lifecycle: Lifecycle,
    after: tuple[IDependable | None, ...] = (),
) -> cdk.CustomResource:
    """Declare something inside the database of a warehouse; the function that makes it is made on first use.

    Args:
        scope: Where the custom resource lives.
        kind: What it is: ``Table``.
        warehouse: Where it is made.
        declaration: What the function reads; values that CloudFormation turns into strings are strings already.
        lifecycle: A retained one is never deleted, so the function never hears of it.
        after: What has to be there before.
    """
    record(scope, kind, declaration, warehouse)
    runner = runner_of(warehouse)
    resource = cdk.CustomResource(
        scope,
        "Resource",
        service_token=runner.function.function_arn,
        resource_type=f"Custom::Redshift{kind}",
        service_timeout=ANSWER_TIMEOUT,
        removal_policy=lifecycle.removal_policy,
        properties={
            "Target": dict(warehouse.data_api_target),
            "Database": warehouse.database_name,
            **declaration,
        },
    )
    resource.node.add_dependency(runner.policy, *(it for it in after if it is not None))
    return resource


def runner_of(warehouse: Warehouse) -> SqlRunner:
    """Return the function of a warehouse, which is made once."""
    made = warehouse.node.try_find_child("Sql")
    return cast("SqlRunner", made) if made else SqlRunner(warehouse, "Sql")


def _permissions(warehouse: Warehouse) -> list[Permission]:
    return [
        Permission(actions=("redshift-data:ExecuteStatement",), resources=(warehouse.data_api_arn,)),
        Permission(
            actions=(
                "redshift-data:CancelStatement",
                "redshift-data:DescribeStatement",
                "redshift-data:GetStatementResult",
            ),
            resources=("*",),
            conditions={"StringEquals": {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}},
            wildcard="Statements are no resources; the condition leaves those that the function itself started.",
        ),
        Permission(actions=("secretsmanager:GetSecretValue",), resources=(warehouse.admin_secret_resource,)),
        Permission(
            actions=("cloudformation:DescribeStacks",),
            resources=(arn("cloudformation", "stack/*"),),
            wildcard="Any stack may declare something here; the function asks the one that does whether it is being "
            "rolled back.",
        ),
    ]
