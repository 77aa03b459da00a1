"""Checks an installed C++ library: its headers stand alone, and it shows what they declare and nothing else.

usage: public_api.py PREFIX [FOLDER WITH ARROW'S HEADERS]
"""

import pathlib
import re
import subprocess
import sys
import tempfile

COMPILER = "g++"
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
DEFINED = re.compile(r"\b(?:class|struct|enum class|enum)\s+(\w+)(?=[^;(){]*\{)")
# Types that are nested or one of a template's are private or the template's; those of a namespace are for everyone.
DECLARED = re.compile(r"\b(?:class|struct)\s+(\w+)\s*;")
FUNCTION = re.compile(r"(\w+)\s*\([^;{]*\)[^;{]*[;{]")
OF_A_TYPE = re.compile(r"^(?:vtable|typeinfo|typeinfo name|VTT) for ")


def at_namespace_scope(text):
    """The text of a header between the braces of its namespace, with deeper braces empty."""
    kept, depth = [], 0
    for part in re.split(r"([{}])", text):
        depth -= part == "}"
        if depth == 1:
            kept.append(part)
        depth += part == "{"
        if part == "{" and depth == 2:
            kept.append(part)
    return "".join(kept)


class Headers:
    """What the headers of a folder define and declare."""

    def __init__(self, folder):
        self.files = sorted(folder.glob("*.h"))
        self.types, self.functions, self.promised = set(), set(), {}
        for file in self.files:
            text = re.sub(r"^\s*#.*$", "", COMMENT_OR_TEXT.sub(" ", file.read_text()), flags=re.MULTILINE)
            self.types.update(DEFINED.findall(text))
            outer = at_namespace_scope(text)
            self.functions.update(FUNCTION.findall(outer))
            for name in DECLARED.findall(outer):
                self.promised.setdefault(name, file.name)


def compile_alone(headers, include, arrow):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "alone.cc"
        for file in headers.files:
            source.write_text(f'#include "feast/{file.name}"\n#include "feast/{file.name}"\n')
            command = [COMPILER, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{include}"]
            done = subprocess.run(
                [*command, *(["-isystem", arrow] if arrow else []), source], capture_output=True, text=True
            )
            if done.returncode:
                yield f"{file.name} does not compile by itself:\n{done.stderr}"


def belongs_to(symbol, headers):
    """Whether a demangled name is one that the headers declare, in types that they define."""
    of_a_type = OF_A_TYPE.match(symbol)
    name = OF_A_TYPE.sub("", symbol).split("(")[0].split("[abi:")[0].removeprefix("guard variable for ")
    first, *path = re.sub(r"<.*>", "", name).split("::")
    if first != "feast" or not path:
        return False
    scopes, last = (path, None) if of_a_type else (path[:-1], path[-1])
    if any(scope not in headers.types for scope in scopes):
        return False
    return bool(scopes) or last in headers.functions


def symbols_of(library):
    done = subprocess.run(["nm", "-D", "--defined-only", "-C", library], capture_output=True, text=True, check=True)
    return sorted({line.split(" ", 2)[2] for line in done.stdout.splitlines()})


def problems(prefix, arrow):
    headers = Headers(prefix / "include" / "feast")
    if not headers.files:
        yield f"There are no headers in {prefix / 'include' / 'feast'}"
    yield from compile_alone(headers, prefix / "include", arrow)
    for name, file in headers.promised.items():
        if name not in headers.types:
            yield f"{file} names {name}, which no public header defines"
    libraries = sorted(prefix.glob("lib*/**/libfeast.so"))
    if not libraries:
        yield f"There is no libfeast.so below {prefix}"
    for library in libraries:
        symbols = symbols_of(library)
        if not any(belongs_to(symbol, headers) for symbol in symbols):
            yield f"{library.name} shows nothing of what the headers declare"
        for symbol in symbols:
            if not belongs_to(symbol, headers):
                yield f"{library.name} shows {symbol}, which no public header declares"
        soname = subprocess.run(["readelf", "-d", library], capture_output=True, text=True, check=True).stdout
        if not re.search(r"SONAME.*\[libfeast\.so\.\d", soname):
            yield f"{library.name} has no version in its soname"


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
    print("\n".join(found) if found else "The headers stand alone, and the library shows what they declare.")
    sys.exit(1 if found else 0)
