"""tools/public_api.py: a library that shows what its headers declare passes; each way to fail is named.

The library as it is installed is checked by `tools/test example-cpp`.
"""

import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = """\
#pragma once
#include <string>
namespace [[gnu::visibility("default")]] feast {
class Store {
 public:
  struct Item { int rows() const; };
  struct Parts;
  virtual ~Store();
  std::string name() const;
 private:
  Parts* parts_ = nullptr;
};
std::string VersionOf(const Store& store);
}  // namespace feast
"""
SOURCE = """\
#include "feast/store.h"
namespace feast {
struct Store::Parts { int n; };
Store::~Store() = default;
std::string Store::name() const { return "a"; }
int Store::Item::rows() const { return 1; }
std::string VersionOf(const Store& store) { static const std::string kDot = "."; return store.name() + kDot; }
}  // namespace feast
"""

pytestmark = pytest.mark.skipif(not shutil.which("g++"), reason="needs g++")


@pytest.fixture
def prefix(tmp_path):
    (tmp_path / "include" / "feast").mkdir(parents=True)
    (tmp_path / "lib").mkdir()
    return tmp_path


def check(prefix, header=HEADER, source=SOURCE, soname="libfeast.so.0.1"):
    (prefix / "include/feast/store.h").write_text(header)
    (prefix / "store.cc").write_text(source)
    # Templates of the standard library would be visible; the real library hides them with the same list.
    command = ["g++", "-std=c++20", "-shared", "-fPIC", "-fvisibility=hidden", "-fvisibility-inlines-hidden"]
    command += ["-I", prefix / "include", prefix / "store.cc", "-o", prefix / "lib/libfeast.so", f"-Wl,-soname,{soname}"]
    subprocess.run([*command, f"-Wl,--version-script={ROOT}/cmake/libfeast.map"], check=True)
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "public_api.py", prefix], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_what_the_headers_declare_may_be_seen(prefix):
    code, said = check(prefix)
    assert (code, said) == (0, "The headers stand alone, and the library shows what they declare.\n")


@pytest.mark.parametrize(
    ("shown", "named"),
    [
        ("namespace core { void Entity() {} }", "feast::core::Entity()"),
        ("struct Registry { virtual ~Registry(); }; Registry::~Registry() {}", "vtable for feast::Registry"),
        ("void Forgotten() {}", "feast::Forgotten()"),
        ("struct Store::Parts { int n; void Grow(); }; void Store::Parts::Grow() {}", "feast::Store::Parts::Grow()"),
    ],
)
def test_what_they_do_not_declare_may_not(prefix, shown, named):
    source = SOURCE.replace("struct Store::Parts { int n; };", "") if "Store::Parts" in shown else SOURCE
    visible = f"namespace [[gnu::visibility(\"default\")]] feast {{ {shown} }}\n"
    code, said = check(prefix, source=source.replace("namespace feast {", visible + "namespace feast {", 1))
    assert code == 1
    assert f"libfeast.so shows {named}, which no public header declares" in said


def test_a_type_without_a_header_is_refused(prefix):
    header = HEADER.replace("class Store {", "class Registry;\nclass Store {")
    assert check(prefix, header)[1] == "store.h names Registry, which no public header defines\n"


def test_a_header_that_needs_another_that_is_not_installed_is_refused(prefix):
    assert check(prefix)[0] == 0
    (prefix / "include/feast/plan.h").write_text('#include "plan/planner.h"\n')
    said = subprocess.run(
        [sys.executable, ROOT / "tools/public_api.py", prefix], capture_output=True, text=True, check=False
    ).stdout
    assert said.startswith("plan.h does not compile by itself:\n")


def test_a_library_without_a_version_is_refused(prefix):
    assert check(prefix, soname="libfeast.so") == (1, "libfeast.so has no version in its soname\n")
