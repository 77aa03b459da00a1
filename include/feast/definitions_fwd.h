// The names of what definitions.h declares, for headers that only point to them.
#pragma once

#include "feast/export.h"

namespace FEAST_EXPORT feast {

class BaseFeatureView;
class DataSource;
class FeatureView;
class OnDemandFeatureView;
class StreamFeatureView;
struct Definitions;
struct Entity;
struct FeatureService;
struct FeatureViewProjection;
struct Project;
struct SavedDataset;

}  // namespace feast
