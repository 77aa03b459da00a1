"""The configuration classes that Feast has for each store: one class for each type of feature_store.yaml, with the options, defaults
and checks of the engine's own tables."""

from __future__ import annotations

from feast import _feast

_made: dict[tuple[str, str], type] = {}


def _init(self, **options):
    options.pop("type", None)
    made = _feast.read_component(self._block, self._type, options)
    _feast.ComponentConfig.__init__(self, self._type, **made.options)


def _model_copy(self, *, update: dict | None = None, deep: bool = False):
    return type(self)(**{**self.options, **(update or {})})


def config_class(module: str, name: str, block: str, kind: str) -> type:
    """The class `name` of `module`: the options of type `kind` in `block`, as keyword arguments."""
    found = _made.get((block, kind))
    if found is not None:
        return found
    doc = f"`{block}:` of type `{kind}` in feature_store.yaml; keyword arguments are its options."
    made = type(
        name,
        (_feast.ComponentConfig,),
        {
            "__module__": module,
            "__doc__": doc,
            "_block": block,
            "_type": kind,
            "__init__": _init,
            "model_copy": _model_copy,
            "copy": _model_copy,
        },
    )
    _made[block, kind] = made
    return made


def of_type(component: _feast.ComponentConfig, block: str) -> _feast.ComponentConfig:
    """The same block as an object of its type's class, where Feast has one."""
    import importlib

    from feast._modules import CONFIG_CLASSES

    own = {
        ("offline_store", "file"): ("feast.infra.offline_stores.file", "FileOfflineStoreConfig"),
        ("offline_store", "dask"): ("feast.infra.offline_stores.dask", "DaskOfflineStoreConfig"),
        ("offline_store", "duckdb"): ("feast.infra.offline_stores.duckdb", "DuckDBOfflineStoreConfig"),
        ("online_store", "sqlite"): ("feast.infra.online_stores.sqlite", "SqliteOnlineStoreConfig"),
    }
    wanted = block, component.type
    if wanted in own:
        module, name = own[wanted]
        made = getattr(importlib.import_module(module), name)
    else:
        places = [(m, n) for m, classes in CONFIG_CLASSES.items() for n, place in classes.items() if place == wanted]
        if not places:
            return component
        made = config_class(*places[0], *wanted)
    result = made.__new__(made)
    _feast.ComponentConfig.__init__(result, component.type, **component.options)
    return result
