"""tools/layers.py: the house as it is keeps to its layers, and a layer that does not is named."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def check(root):
    done = subprocess.run([sys.executable, ROOT / "tools" / "layers.py", root], capture_output=True, text=True)
    return done.returncode, done.stdout


@pytest.fixture
def house(tmp_path):
    """Two layers, the upper of which names the lower."""
    (tmp_path / "CMakeLists.txt").write_text(
        "feast_layer(lower)\nfeast_layer(upper DEPENDS lower LIBRARIES yaml-cpp)\n"
    )
    for name in ("lower", "upper"):
        (tmp_path / "src" / name).mkdir(parents=True)
        (tmp_path / "src" / name / "it.h").write_text("#pragma once\n")
    return tmp_path


def test_the_house_as_it_is():
    assert check(ROOT) == (0, "\n")


def test_a_layer_that_names_another_may_include_it(house):
    (house / "src/upper/use.cc").write_text('#include "lower/it.h"\n')
    assert check(house)[0] == 0


def test_a_layer_that_includes_one_it_does_not_name_is_refused(house):
    (house / "src/lower/use.cc").write_text('#include "upper/it.h"\n')
    code, said = check(house)
    assert code == 1
    assert "src/lower/use.cc: includes upper/it.h, but the layer lower does not name upper" in said


def test_a_layer_sees_nothing_through_another(house):
    lists = (house / "CMakeLists.txt").read_text()
    (house / "src/shell").mkdir()
    (house / "src/shell/use.cc").write_text('#include "lower/it.h"\n#include "upper/it.h"\n')
    (house / "CMakeLists.txt").write_text(lists + "feast_layer(shell DEPENDS upper)\n")
    code, said = check(house)
    assert code == 1
    assert said == "src/shell/use.cc: includes lower/it.h, but the layer shell does not name lower\n"


def test_the_python_module_includes_what_it_names(house):
    lists = (house / "CMakeLists.txt").read_text()
    (house / "python/src").mkdir(parents=True)
    (house / "python/src/use.cc").write_text('#include "lower/it.h"\n#include "upper/it.h"\n#include "own.h"\n')
    (house / "CMakeLists.txt").write_text(lists + "set(FEAST_PYTHON_LAYERS upper)\n")
    code, said = check(house)
    assert code == 1
    assert said == "python/src/use.cc: includes lower/it.h, but FEAST_PYTHON_LAYERS does not name lower\n"


def test_an_arrow_upwards_is_refused(house):
    (house / "CMakeLists.txt").write_text("feast_layer(lower DEPENDS upper)\nfeast_layer(upper)\n")
    code, said = check(house)
    assert code == 1
    assert "layer lower names upper, which is not a layer below it" in said


def test_a_file_outside_all_layers_is_refused(house):
    (house / "src/elsewhere").mkdir()
    (house / "src/elsewhere/file.cc").write_text("")
    assert "src/elsewhere/file.cc: lies in no layer" in check(house)[1]


def test_two_types_of_one_name_are_refused(house):
    (house / "src/lower/it.h").write_text("namespace feast {\nstruct Request {\n};\n}\n")
    (house / "src/upper/it.h").write_text("namespace feast {\nclass Request final : public Base {\n};\n}\n")
    code, said = check(house)
    assert code == 1
    assert said == "src/upper/it.h: defines feast::Request, and so does src/lower/it.h; give one another name\n"
    (house / "src/upper/it.h").write_text("namespace feast::upper {\nclass Request {\n};\n}\n")
    assert check(house)[0] == 0
