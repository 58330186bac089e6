"""Aurora global databases as CloudFormation makes them. MiniStack has their calls; nothing is replicated here.

The first cluster that names a global cluster becomes its writer, those in other Regions its readers. What AWS refuses
in a member is refused before there is one, and a member leaves its global cluster before it is deleted.
"""

from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import get_region
from ministack.services import rds
from ministack.services.cloudformation import provisioners

from .provision import ApiType, Props, WatchedProps, add_type, client, complete_type
from .rds import element

CLUSTER = "AWS::RDS::DBCluster"

_OF_SOURCE = ("DatabaseName", "Engine", "EngineVersion", "StorageEncrypted")
"""What a global cluster takes over from the cluster that it is made of."""
_OF_WRITER = ("DatabaseName", "ManageMasterUserPassword", "MasterUsername", "MasterUserPassword")
"""What a secondary cluster takes over from the writer."""

_TYPE = ApiType(
    service="rds",
    create="create_global_cluster",
    named="GlobalClusterIdentifier",
    reference="GlobalCluster.GlobalClusterIdentifier",
    attributes={"GlobalEndpoint.Address": "GlobalCluster.Endpoint"},
    delete="delete_global_cluster",
    delete_with=lambda physical_id, props: {"GlobalClusterIdentifier": physical_id},
)


def install() -> None:
    """Add the type, and let clusters join and leave."""
    add_type("AWS::RDS::GlobalCluster", _TYPE.create_resource, _delete_global_cluster)
    complete_type(CLUSTER, _join, check=_check_member)
    provisioners._RESOURCE_HANDLERS[CLUSTER]["delete"] = _delete_cluster
    rds._global_cluster_xml = _with_endpoint(rds._global_cluster_xml)
    rds._ACTION_MAP["CreateGlobalCluster"] = _create_global_cluster


def _create_global_cluster(request: Props) -> Any:
    """Create it, and note what MiniStack leaves out."""
    source = rds._p(request, "SourceDBClusterIdentifier")
    if twice := [name for name in _OF_SOURCE if source and rds._p(request, name)]:
        message = f"{', '.join(twice)} can't be specified with SourceDBClusterIdentifier"
        return rds._error("InvalidParameterCombination", message, 400)
    answer = rds._create_global_cluster(request)
    if answer[0] == 200:
        record = rds._global_clusters[rds._p(request, "GlobalClusterIdentifier")]
        record["EngineLifecycleSupport"] = rds._p(request, "EngineLifecycleSupport")
        if source:
            record["StorageEncrypted"] = rds._global_cluster_writer_cluster(record)["StorageEncrypted"]
    return answer


def _with_endpoint(global_cluster_xml: Callable[[Props], str]) -> Callable[[Props], str]:
    def complete_xml(record: Props) -> str:
        unique = record["GlobalClusterResourceId"].removeprefix("cluster-")
        address = f"{record['GlobalClusterIdentifier']}.global-{unique}.global.rds.amazonaws.com"
        support = record.get("EngineLifecycleSupport") or "open-source-rds-extended-support"
        return global_cluster_xml(record) + element("Endpoint", address) + element("EngineLifecycleSupport", support)

    return complete_xml


def _delete_global_cluster(physical_id: str, props: Props) -> None:
    """Let the cluster go that it was made of; any other has to be gone."""
    if source := props.get("SourceDBClusterIdentifier"):
        _leave(physical_id, source)
    _TYPE.delete_resource(physical_id, props)


def _delete_cluster(physical_id: str, props: Props) -> None:
    cluster = rds._clusters[physical_id]
    if cluster["DeletionProtection"]:
        raise ValueError(f"Cannot delete protected Cluster {physical_id}, please disable deletion protection")
    if "GlobalClusterIdentifier" in props:
        _leave(props["GlobalClusterIdentifier"], cluster["DBClusterArn"])
    client("rds").delete_db_cluster(DBClusterIdentifier=physical_id, SkipFinalSnapshot=True)


def _leave(global_id: str, cluster: str) -> None:
    client("rds").remove_from_global_cluster(GlobalClusterIdentifier=global_id, DbClusterIdentifier=cluster)


def _check_member(props: WatchedProps) -> None:
    if "GlobalClusterIdentifier" in props and (refused := list(_problems(props))):
        raise ValueError(f"A member of global cluster {props['GlobalClusterIdentifier']} {'; '.join(refused)}")


def _problems(props: WatchedProps) -> Iterator[str]:
    """Say what is wrong with a member to be."""
    database = rds._global_clusters.get(props["GlobalClusterIdentifier"])
    if database is None:
        yield "needs one that exists"
        return
    if rds._global_cluster_member_in_request_region(database):
        yield f"has to be the only one in {get_region()}"
    for name in ("Engine", "EngineVersion"):
        if props.get(name, database[name]) != database[name]:
            yield f"has to have the {name} {database[name]}"
    if database["StorageEncrypted"] and not props.get("StorageEncrypted"):
        yield "has to be encrypted"
    if int(props.get("BacktrackWindow", 0)):
        yield "cannot backtrack"
    if props.get("ManageMasterUserPassword"):
        yield "cannot have its password managed by RDS"
    if writer := rds._global_cluster_writer_cluster(database):
        yield from _problems_of_secondary(props, writer)
    elif "SourceRegion" in props:
        yield "is the writer, and has no SourceRegion"


def _problems_of_secondary(props: WatchedProps, writer: Props) -> Iterator[str]:
    if own := [name for name in _OF_WRITER if name in props]:
        yield f"takes {', '.join(own)} from the writer"
    home = writer["DBClusterArn"].split(":")[3]
    if props.get("SourceRegion", home) != home:
        yield f"has its writer in {home}"
    key = props.get("KmsKeyId", "")
    if writer["StorageEncrypted"] and not key:
        yield "needs a KmsKeyId, for its writer is encrypted"
    if key.startswith("arn:") and key.split(":")[3] != get_region():
        yield f"needs a key in {get_region()}"


def _join(cluster_id: str, props: WatchedProps) -> dict[str, Any]:
    """Make the first member the writer; the others take after it."""
    if "GlobalClusterIdentifier" not in props:
        return {}
    cluster, database = rds._clusters[cluster_id], rds._global_clusters[props["GlobalClusterIdentifier"]]
    writer = rds._global_cluster_writer_cluster(database)
    rds._attach_cluster_to_global(database, cluster, is_writer=writer is None)
    forwards = bool(props.get("EnableGlobalWriteForwarding"))
    cluster["added"]["GlobalWriteForwardingRequested"] = forwards
    if writer:
        cluster |= {name: writer[name] for name in ("DatabaseName", "MasterUsername", "_MasterUserPassword")}
        _, member = rds._global_cluster_member_for_cluster(cluster)
        status = "enabled" if forwards else "disabled"
        cluster["GlobalWriteForwardingStatus"] = member["GlobalWriteForwardingStatus"] = status
    return {}
