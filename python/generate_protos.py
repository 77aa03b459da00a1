"""Writes feast/protos/feast/**/*_pb2.py from proto/feast/**/*.proto.

protoc names the modules after the files (`feast.core.Entity_pb2`); Feast's users import them from `feast.protos`, so the imports
between them are rewritten. What is on the wire, file names in descriptors included, stays the same.
"""

import argparse
import pathlib
import re
import subprocess


def generate(protoc: str, root: pathlib.Path, out: pathlib.Path) -> None:
    protos = sorted(str(path.relative_to(root)) for path in root.rglob("*.proto"))
    out.mkdir(parents=True, exist_ok=True)
    subprocess.run([protoc, f"--proto_path={root}", f"--python_out={out}", *protos], check=True)
    for path in out.rglob("*_pb2.py"):
        text = path.read_text()
        path.write_text(
            re.sub(
                r"^from feast\.(core|serving|types) import",
                r"from feast.protos.feast.\1 import",
                text,
                flags=re.MULTILINE,
            )
        )
    for folder in [out, *(path for path in out.rglob("*") if path.is_dir() and path.name != "__pycache__")]:
        (folder / "__init__.py").touch()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protoc", required=True)
    parser.add_argument("--root", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    generate(arguments.protoc, arguments.root, arguments.out)
