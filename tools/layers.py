"""Checks that each layer includes only headers of the layers that it names in CMakeLists.txt, and that no two headers define
a type of one name: in one program, one's functions would be taken for the other's, and neither compiler nor linker sees it.

usage: layers.py [ROOT]
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)

NAMESPACE = re.compile(r"^namespace (?:\w+_EXPORT )?([\w:]+) \{")
TYPE = re.compile(r"^(?:class|struct) (\w+)(?: final)?(?: :.*)?\s*\{")


def declared(root):
    """{layer: layers it names}, in the order of CMakeLists.txt."""
    text = (root / "CMakeLists.txt").read_text()
    layers = {}
    for call in re.findall(r"^feast_layer\(([^)]*)\)", text, re.MULTILINE):
        words = call.split()
        named, key = [], None
        for word in words[1:]:
            if word.isupper():
                key = word
            elif key == "DEPENDS":
                named.append(word)
        layers[words[0]] = named
    return layers


def layer_of(path, layers):
    """The layer whose folder `path` (below src/) lies in, the innermost; None for none."""
    return max((name for name in layers if path.startswith(name + "/")), key=len, default=None)


def named_by_python(root):
    """The layers that the Python module names."""
    words = re.findall(r"^set\(FEAST_PYTHON_LAYERS ([^)]*)\)", (root / "CMakeLists.txt").read_text(), re.MULTILINE)
    return words[0].split() if words else []


def problems(root):
    layers = declared(root)
    order = list(layers)
    for name, named in layers.items():
        for other in named:
            if other not in layers or order.index(other) >= order.index(name):
                yield f"CMakeLists.txt: layer {name} names {other}, which is not a layer below it"
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in {".cc", ".h"}:
            continue
        mine = layer_of(path.relative_to(root / "src").as_posix(), layers)
        if mine is None:
            yield f"{path.relative_to(root)}: lies in no layer of CMakeLists.txt"
            continue
        for header in INCLUDE.findall(path.read_text()):
            other = layer_of(header, layers)
            if other in (None, mine) or other in layers[mine]:
                continue
            yield f"{path.relative_to(root)}: includes {header}, but the layer {mine} does not name {other}"
    shown = named_by_python(root)
    for path in sorted((root / "python" / "src").rglob("*")):
        for header in INCLUDE.findall(path.read_text()) if path.suffix in {".cc", ".h"} else []:
            other = layer_of(header, layers)
            if other not in (None, *shown):
                yield f"{path.relative_to(root)}: includes {header}, but FEAST_PYTHON_LAYERS does not name {other}"
    yield from types_of_one_name(root)


def types_of_one_name(root):
    defined = {}
    for path in sorted([*(root / "src").rglob("*.h"), *(root / "include").rglob("*.h")]):
        namespace = ""
        for line in path.read_text().splitlines():
            if found := NAMESPACE.match(line):
                namespace = found[1]
            elif found := TYPE.match(line):
                first = defined.setdefault((namespace, found[1]), path)
                if first != path:
                    yield (
                        f"{path.relative_to(root)}: defines {namespace}::{found[1]}, and so does "
                        f"{first.relative_to(root)}; give one another name"
                    )


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    print("\n".join(found))
    sys.exit(1 if found else 0)
