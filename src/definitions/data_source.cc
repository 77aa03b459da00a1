#include "feast/data_source.h"
