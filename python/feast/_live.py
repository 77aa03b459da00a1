"""Lists and dicts that are attributes of C++ objects. Changing one in place changes the object, as it would in Feast."""

from __future__ import annotations


def _writing_back(method):
    def changed(self, *args, **kwargs):
        result = method(self, *args, **kwargs)
        setattr(self._owner, self._attribute, self._plain())
        return self if result is self else result

    changed.__name__ = method.__name__
    return changed


class LiveList(list):
    def __init__(self, owner, attribute: str, items):
        super().__init__(items)
        self._owner = owner
        self._attribute = attribute

    def _plain(self) -> list:
        return list(self)

    def __reduce__(self):
        return (list, (list(self),))

    for _name in [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "clear",
        "sort",
        "reverse",
        "__setitem__",
        "__delitem__",
        "__iadd__",
        "__imul__",
    ]:
        locals()[_name] = _writing_back(getattr(list, _name))


class LiveDict(dict):
    def __init__(self, owner, attribute: str, items):
        super().__init__(items)
        self._owner = owner
        self._attribute = attribute

    def _plain(self) -> dict:
        return dict(self)

    def __reduce__(self):
        return (dict, (dict(self),))

    for _name in ["update", "pop", "popitem", "clear", "setdefault", "__setitem__", "__delitem__", "__ior__"]:
        locals()[_name] = _writing_back(getattr(dict, _name))
