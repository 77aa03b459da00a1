"""The types of fields."""

from feast._feast import Array, ComplexFeastType, PrimitiveFeastType, Set, Struct, from_value_type
from feast.utils import _utc_now  # noqa: F401 (Feast's own tests import it from here)
from feast.value_type import ValueType

__all__ = [
    "Array",
    "Bool",
    "Bytes",
    "ComplexFeastType",
    "Decimal",
    "FeastType",
    "Float32",
    "Float64",
    "ImageBytes",
    "Int32",
    "Int64",
    "Invalid",
    "Json",
    "Map",
    "PdfBytes",
    "PrimitiveFeastType",
    "ScalarMap",
    "Set",
    "String",
    "Struct",
    "TimeUuid",
    "UnixTimestamp",
    "Uuid",
    "ValueType",
    "ZonedTimestamp",
    "from_feast_to_pyarrow_type",
    "from_feast_type",
    "from_value_type",
]

Invalid = PrimitiveFeastType.INVALID
Bytes = PrimitiveFeastType.BYTES
PdfBytes = PrimitiveFeastType.PDF_BYTES
ImageBytes = PrimitiveFeastType.IMAGE_BYTES
String = PrimitiveFeastType.STRING
Bool = PrimitiveFeastType.BOOL
Int32 = PrimitiveFeastType.INT32
Int64 = PrimitiveFeastType.INT64
Float32 = PrimitiveFeastType.FLOAT32
Float64 = PrimitiveFeastType.FLOAT64
UnixTimestamp = PrimitiveFeastType.UNIX_TIMESTAMP
Map = PrimitiveFeastType.MAP
Json = PrimitiveFeastType.JSON
Uuid = PrimitiveFeastType.UUID
TimeUuid = PrimitiveFeastType.TIME_UUID
Decimal = PrimitiveFeastType.DECIMAL
ScalarMap = PrimitiveFeastType.SCALAR_MAP
ZonedTimestamp = PrimitiveFeastType.ZONED_TIMESTAMP

FeastType = ComplexFeastType | PrimitiveFeastType


def from_feast_type(feast_type):
    """The ValueType of a type."""
    return feast_type.to_value_type()


def from_feast_to_pyarrow_type(feast_type):
    """The pyarrow type that values of this type have in results."""
    from feast._dataframes import pyarrow_type

    return pyarrow_type(feast_type)


def __getattr__(name):
    if name == "VALUE_TYPES_TO_FEAST_TYPES":
        known = {}
        for value_type in ValueType:
            try:
                known[value_type] = from_value_type(value_type)
            except ValueError:
                continue
        return known
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
