// What reading some fragments of a source takes, from metadata alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "feast/retrieval_job.h"
#include "files/fragment.h"
#include "offline/file/time_filter.h"

namespace feast {

/// Indices of the fragments whose statistics leave room for rows within the window.
std::vector<int32_t> FragmentsWithin(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                     const std::string& timestamp_column, const TimeWindow& window);

/// The plan of reading `columns` of the fragments at indices `wanted`.
ReadPlan::View PlanView(std::string name, std::vector<std::string> columns,
                        const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                        const std::vector<int32_t>& wanted);

}  // namespace feast
