"""The formats in which the objects of a table are written."""

from enum import Enum
from typing import Any

_HIVE = "org.apache.hadoop.hive.ql.io"


class Format(Enum):
    """How rows are written. Columnar formats cost a fraction to query.

    https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
    """

    PARQUET = (
        f"{_HIVE}.parquet.MapredParquetInputFormat",
        f"{_HIVE}.parquet.MapredParquetOutputFormat",
        f"{_HIVE}.parquet.serde.ParquetHiveSerDe",
    )
    """Columnar, read by everything."""

    ORC = (f"{_HIVE}.orc.OrcInputFormat", f"{_HIVE}.orc.OrcOutputFormat", f"{_HIVE}.orc.OrcSerde")
    """Columnar."""

    JSON = (
        "org.apache.hadoop.mapred.TextInputFormat",
        f"{_HIVE}.HiveIgnoreKeyTextOutputFormat",
        "org.openx.data.jsonserde.JsonSerDe",
    )
    """One object in each line."""

    @property
    def classification(self) -> str:
        """What Glue calls the format."""
        return self.name.lower()

    @property
    def storage(self) -> dict[str, Any]:
        """The format as CloudFormation wants it."""
        reads, writes, serde = self.value
        return {
            "inputFormat": reads,
            "outputFormat": writes,
            "serdeInfo": {"serializationLibrary": serde, "parameters": {"serialization.format": "1"}},
        }
