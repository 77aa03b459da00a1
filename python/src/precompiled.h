// What most bindings include, compiled once.
#pragma once

#include "arrow/table.h"
#include "feast/definitions.h"
#include "nanobind/nanobind.h"
#include "nanobind/stl/optional.h"
#include "nanobind/stl/shared_ptr.h"
#include "nanobind/stl/string.h"
#include "nanobind/stl/vector.h"
