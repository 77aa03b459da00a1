"""Classes of transformations by the mode of their functions."""

from __future__ import annotations

from feast.importer import import_class

TRANSFORMATION_CLASS_FOR_TYPE = {
    mode: f"feast.transformation.{module}_transformation.{name}Transformation"
    for mode, module, name in (
        ("python", "python", "Python"),
        ("pandas", "pandas", "Pandas"),
        ("substrait", "substrait", "Substrait"),
        ("sql", "sql", "SQL"),
        ("spark_sql", "spark", "Spark"),
        ("spark", "spark", "Spark"),
        ("flink", "flink", "Flink"),
        ("ray", "ray", "Ray"),
    )
}


def get_transformation_class_from_type(transformation_type: str):
    """The class for a mode, or the one whose dotted name is given."""
    name = TRANSFORMATION_CLASS_FOR_TYPE.get(transformation_type, transformation_type)
    if not name.endswith("Transformation"):
        known = ", ".join(TRANSFORMATION_CLASS_FOR_TYPE)
        raise ValueError(f"Invalid transformation type: {transformation_type}. Use one of {known}.")
    module, _, class_name = name.rpartition(".")
    return import_class(module, class_name, class_name)
