"""Classes by their dotted path."""

from __future__ import annotations

import importlib
from typing import Any

from feast.errors import FeastClassImportError, FeastInvalidBaseClass, FeastModuleImportError

__all__ = ["import_class"]


def import_class(module_name: str, class_name: str, class_type: str = "") -> Any:
    """The class `class_name` of a module; with `class_type`, one that derives from a class of that name."""
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # noqa: BLE001 (whatever the module does when it is imported)
        raise FeastModuleImportError.from_message(_why_not(module_name, class_name, error)) from error
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        import difflib

        classes = [name for name, value in vars(module).items() if isinstance(value, type)]
        near = difflib.get_close_matches(class_name, classes, 1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        place = getattr(module, "__file__", None) or "no file"
        raise FeastClassImportError.from_message(
            f"Could not import class '{class_name}' from module '{module_name}' ({place}), which has none of that "
            f"name.{hint} Correct the dotted path."
        )
    if class_type and all(base.__name__ != class_type for base in found.__mro__):
        raise FeastInvalidBaseClass.from_message(
            f"The class '{module_name}.{class_name}' does not derive from {class_type}, as what is named there must. "
            f"Derive it from Feast's {class_type}, or name another class."
        )
    return found


def _why_not(module_name: str, class_name: str, error: Exception) -> str:
    text = (
        f"Could not import module '{module_name}' while attempting to load class '{class_name}': "
        f"{error or type(error).__name__}."
    )
    missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
    if missing and (module_name + ".").startswith(missing + "."):
        return text + " Install it, put it into the feature repo, or add its folder to PYTHONPATH."
    import traceback

    return text + " Mend the module, or install what it needs.\n" + "".join(traceback.format_exception(error)).rstrip()
