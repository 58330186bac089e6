"""Apps as users have them, with the feature flags of cdk.json, and what becomes of them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib import compliance

ROOT = Path(__file__).parent.parent
FEATURE_FLAGS: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
ACCOUNT = "123456789012"
IRELAND = cdk.Environment(account=ACCOUNT, region="eu-west-1")
CHINA = cdk.Environment(account=ACCOUNT, region="cn-north-1")
ENVIRONMENTS = {"ireland": IRELAND, "china": CHINA, "agnostic": None}


class Template:
    """What CloudFormation would be given for one stack."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.resources: Mapping[str, Any] = content.get("Resources", {})

    def of_type(self, type: str) -> dict[str, Any]:
        """The resources of a type by their logical ids."""
        return {name: resource for name, resource in self.resources.items() if resource["Type"] == type}

    def only(self, type: str) -> Any:
        """The one resource of a type."""
        [resource] = self.of_type(type).values()
        return resource

    def properties(self, type: str) -> Any:
        """The properties of the one resource of a type."""
        return self.only(type)["Properties"]

    def statements(self, policy: str = "") -> list[Any]:
        """What the managed policies say whose logical ids begin so, once they are deployed."""
        policies = [it for name, it in self.of_type("AWS::IAM::ManagedPolicy").items() if name.startswith(policy)]
        assert policies, f"no policy {policy}"
        return [it for made in policies for it in deployed(made)["Properties"]["PolicyDocument"]["Statement"]]

    def allowed(self, policy: str = "", *, service: str = "") -> dict[str, set[str]]:
        """The resources on which these policies allow each action of a service, or of all."""
        allowed: dict[str, set[str]] = {}
        for statement in self.statements(policy):
            for action in _listed(statement["Action"]):
                if action.startswith(service):
                    allowed.setdefault(action, set()).update(_listed(statement["Resource"]))
        return allowed

    def type_of(self, reference: Any) -> str | None:
        """The type of the resource that a ``Ref`` or ``Fn::GetAtt`` names; None for anything else."""
        match reference:
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), str()]}:
                return str(self.resources[name]["Type"]) if name in self.resources else None
        return None

    def __str__(self) -> str:
        return json.dumps(self.content)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


PSEUDO_PARAMETERS = {
    region: {
        "AWS::AccountId": ACCOUNT,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackId": f"arn:{partition}:cloudformation:{region}:{ACCOUNT}:stack/Stack/0a1b2c3d-0000-0000-0000-0000",
        "AWS::URLSuffix": suffix,
    }
    for region, partition, suffix in (
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
    )
}


def deployed(value: Any, region: str = "eu-west-1") -> Any:
    """Return a value as it is once it is deployed: intrinsic functions are computed, resources are ``<LogicalId>``."""
    match value:
        case {"Ref": str(name)}:
            return PSEUDO_PARAMETERS[region].get(name, f"<{name}>")
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(deployed(part, region) for part in parts)
        case {"Fn::Split": [delimiter, text]}:
            return deployed(text, region).split(delimiter)
        case {"Fn::Select": [index, parts]}:
            return deployed(parts, region)[int(index)]
        case dict():
            return {name: deployed(item, region) for name, item in value.items()}
        case list():
            return [deployed(item, region) for item in value]
    return value


class Finding(tuple[str, str]):
    """A rule and the path of a construct, shown with the rule's message where a test fails."""

    message: str

    def __new__(cls, rule: str, path: str, message: str) -> Self:
        """Keep the message aside: findings are compared without it."""
        made = super().__new__(cls, (rule, path))
        made.message = message
        return made

    def __repr__(self) -> str:
        return f"{super().__repr__()}: {self.message}"


@dataclass(frozen=True)
class Verdict:
    """What six nag packs, CloudFormation's own rules and ours say of an app."""

    folder: Path
    report: Mapping[str, Any]

    @property
    def findings(self) -> list[Finding]:
        """What is open: the rule, and the path of the construct."""
        return sorted(
            Finding(violation["ruleName"], path["constructPath"], violation["description"])
            for _, violation in self.listed("violations")
            for path in violation["violatingConstructs"]
        )

    @property
    def acknowledged(self) -> list[tuple[str, str, str]]:
        """What is acknowledged: the path of the construct, the id of the acknowledgement, and the reason."""
        return sorted(
            {
                (path["constructPath"], violation["acknowledgedId"], violation["reason"])
                for _, violation in self.listed("suppressedViolations")
                for path in violation["violatingConstructs"]
            }
        )

    @property
    def acknowledgements(self) -> dict[tuple[str, str], str]:
        """What the constructs acknowledge, whether or not a rule speaks: the reason by path and id."""
        return {
            (path.removeprefix("/"), rule): reason
            for file in sorted(self.folder.glob("*.metadata.json"))
            for path, entries in json.loads(file.read_text(encoding="utf-8")).items()
            for entry in entries
            if entry["type"] == "aws:cdk:acknowledged-rules"
            for rule, reason in entry["data"].items()
        }

    def listed(self, kind: str) -> Iterator[tuple[str, Any]]:
        """The entries of one kind, each with the plugin that made it."""
        for plugin in self.report.get("pluginReports", []):
            for violation in plugin.get(kind, []):
                yield plugin["pluginName"], violation

    def template(self, stack: str = "Stack") -> Template:
        """What was judged."""
        return Template(json.loads((self.folder / f"{stack}.template.json").read_text(encoding="utf-8")))


def new_app(**context: Any) -> cdk.App:
    """Make an app that runs no rules by itself, so that a template costs milliseconds."""
    return cdk.App(
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,
        context={**FEATURE_FLAGS, **context},
        default_stack_synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )


def new_stack(env: cdk.Environment | None = IRELAND, *, app: cdk.App | None = None, id: str = "Stack") -> cdk.Stack:
    """Make a stack; in an app of its own, unless one is given."""
    return cdk.Stack(app or new_app(), id, env=env)


def new_vpc(scope: Construct, zones: int = 2) -> ec2.IVpc:
    """Make a VPC of isolated subnets that exists already, so that the template holds what is tested alone."""
    names = [f"{kind}-0123456789abcdef{index}" for kind in ("subnet", "rtb") for index in range(zones)]
    return ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=[f"eu-west-1{letter}" for letter in "abc"[:zones]],
        isolated_subnet_ids=names[:zones],
        isolated_subnet_route_table_ids=names[zones:],
    )


def template(stack: cdk.Stack) -> Template:
    """Return the template of a stack; rules judge nothing."""
    return Template(_app(stack).synth().get_stack_by_name(stack.stack_name).template)


def judge(scope: Construct) -> Verdict:
    """Synthesize the whole app as ``cdk synth`` does, with every check on."""
    app = _app(scope)
    compliance.enforce(app)
    try:
        folder = app.synth().directory
    except RuntimeError as error:
        report = re.search(r"found in: (.*)/validation-report\.json", str(error))
        if report is None:
            raise
        folder = report[1]
    path = Path(folder) / "validation-report.json"
    return Verdict(Path(folder), json.loads(path.read_text(encoding="utf-8")) if path.exists() else {})


def _app(scope: Construct) -> cdk.App:
    app = scope.node.root
    assert isinstance(app, cdk.App)
    return app
