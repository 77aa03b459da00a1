// A function in python mode, translated: list comprehensions over columns, or with `singleton` expressions over one
// row's values.
#pragma once

#include "transform/native/python_syntax.h"
#include "transform/native/vector_program.h"

namespace feast {

/// Empty when the function uses anything that is not on the list: subscripts of its parameter, arithmetic, comparisons,
/// and/or/not, conditional expressions, None, abs, float, int, bool, min, max, the math functions named in
/// row_program.cc, and a dict it returns.
NativeFunction CompileRowProgram(const python_syntax::Function& function, bool singleton);

}  // namespace feast
