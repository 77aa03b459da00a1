// LoggingConfig as a Python object.
#pragma once

#include "feast/core/FeatureService.pb.h"

namespace feast::python {

struct LoggingConfigObject {
  core::LoggingConfig message;
};

}  // namespace feast::python
