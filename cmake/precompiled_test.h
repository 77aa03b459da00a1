// The same for tests.
#pragma once

#include <fstream>

#include "arrow/builder.h"
#include "gtest/gtest.h"
#include "precompiled.h"
