#include "plan/find_drift.h"

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "arrow/type.h"
#include "definitions/column_names.h"
#include "definitions/proto.h"
#include "feast/errors.h"
#include "offline/offline_store.h"
#include "offline/source_column.h"
#include "online/online_store.h"
#include "plan/resolve/resolve_source.h"
#include "plan/resolve/source_columns.h"
#include "plan/resolve/source_schemas.h"

namespace feast {

namespace {

constexpr const char* kMissing = "missing";

/// Types of one family are read as each other without loss of meaning; widths within it were chosen when the view was
/// declared.
int Family(ValueType type) {
  switch (type) {
    case ValueType::kBool:
    case ValueType::kInt32:
    case ValueType::kInt64:
      return 1;
    case ValueType::kFloat:
    case ValueType::kDouble:
      return 2;
    case ValueType::kBoolList:
    case ValueType::kInt32List:
    case ValueType::kInt64List:
      return 3;
    case ValueType::kFloatList:
    case ValueType::kDoubleList:
      return 4;
    default:
      return 100 + static_cast<int>(type);
  }
}

bool CanBeReadAs(const Type& declared, const Type& actual) {
  const int wanted = Family(declared.value_type()), there = Family(actual.value_type());
  // Whole numbers are numbers, and moments may be kept as counts of seconds.
  const bool widens = (wanted == 2 && there == 1) || (wanted == 4 && there == 3);
  return wanted == there || widens || (declared.value_type() == ValueType::kUnixTimestamp && there == 1);
}

class Search {
 public:
  Search(const std::string& project, OfflineStore& offline) : offline_(offline) { drift_.project = project; }

  void LookAtSources(const std::vector<std::shared_ptr<FeatureView>>& views) {
    std::vector<std::shared_ptr<DataSource>> sources;
    std::set<std::string> names;
    for (const auto& view : views) {
      if (view->batch_source && IsBatchSource(*view->batch_source) && names.insert(view->batch_source->name).second) {
        sources.push_back(view->batch_source);
      }
    }
    // Each source once, however many views it has.
    const SourceSchemas schemas = SourceSchemas::Read(sources, offline_);
    for (const auto& source : sources) LookAtSource(*source, schemas);
    for (const auto& view : views) {
      if (!view->batch_source) continue;
      const auto schema = schemas.Of(*view->batch_source);
      if (schema.ok() && *schema) LookAtColumns(*view, **schema);
    }
  }

  void LookAtTables(const std::vector<std::shared_ptr<FeatureView>>& views, OnlineStore& online) {
    if (views.empty()) return;
    const auto states = online.Inspect(views, CallContext::OfThread());
    if (!states.ok()) {
      drift_.not_looked_at.push_back(states.status().message());
      return;
    }
    for (size_t i = 0; i < views.size(); ++i) {
      const OnlineTableState& state = (*states)[i];
      ++drift_.looked_at;
      const std::string where = online.infra_type() + " " + state.name;
      if (!state.exists) Add(*views[i], where, "", "there", kMissing);
      for (const auto& column : state.missing_columns) Add(*views[i], where, column, "there", kMissing);
    }
  }

  Drift Take() {
    const auto key = [](const DriftItem& item) { return std::tie(item.kind, item.name, item.where, item.column); };
    std::sort(drift_.items.begin(), drift_.items.end(),
              [&](const DriftItem& a, const DriftItem& b) { return key(a) < key(b); });
    return std::move(drift_);
  }

 private:
  void Add(const FeatureView& view, const std::string& where, const std::string& column, const std::string& declared,
           const std::string& actual) {
    const auto kind =
        view.kind() == BaseFeatureView::Kind::kStream ? ObjectKind::kStreamFeatureView : ObjectKind::kFeatureView;
    drift_.items.push_back({kind, view.name, where, column, declared, actual});
  }

  void LookAtSource(const DataSource& source, const SourceSchemas& schemas) {
    const auto schema = schemas.Of(source);
    if (!schema.ok()) {
      ++drift_.looked_at;
      const std::string reason = WhyUnreadable(schema.status()).value_or(schema.status()).message();
      drift_.items.push_back({ObjectKind::kDataSource, source.name, "data source " + source.name, "", "readable",
                              "cannot be read: " + reason});
    } else if (*schema) {
      ++drift_.looked_at;
    } else {
      drift_.not_looked_at.push_back("This version cannot look into data source '" + source.name + "', a " +
                                     std::string(source.class_name()));
    }
  }

  void LookAtColumns(const FeatureView& view, const arrow::Schema& schema) {
    const DataSource& source = *view.batch_source;
    const std::string where = "data source " + source.name;
    for (const auto& time : {source.timestamp_field, source.created_timestamp_column}) {
      if (!time.empty() && schema.GetFieldIndex(ColumnInSource(source, time)) < 0) {
        Add(view, where, ColumnInSource(source, time), "a time", kMissing);
      }
    }
    const bool aggregates = view.kind() == BaseFeatureView::Kind::kStream &&
                            !static_cast<const StreamFeatureView&>(view).aggregations.empty();
    // What a transformation or another view makes is not among the source's columns.
    if (view.transformation || !view.source_views.empty() || aggregates) return;
    for (const auto& fields : {view.entity_columns, view.features}) {
      for (const auto& field : fields) LookAtColumn(view, where, field, schema);
    }
  }

  void LookAtColumn(const FeatureView& view, const std::string& where, const Field& field,
                    const arrow::Schema& schema) {
    if (field.name == kDummyEntityJoinKey) return;
    const std::string column = ColumnInSource(*view.batch_source, field.name);
    const int index = schema.GetFieldIndex(column);
    if (index < 0) return Add(view, where, column, field.type.ToString(), kMissing);
    const auto actual = Type::FromArrow(*schema.field(index)->type());
    if (!actual.ok()) return Add(view, where, column, field.type.ToString(), schema.field(index)->type()->ToString());
    const bool is_guessed = IsGuessed(*schema.field(index));
    const bool can_be_read =
        is_guessed ? !CellsCannotBe(field.type, *schema.field(index)) : CanBeReadAs(field.type, *actual);
    if (field.type.is_valid() && !can_be_read) {
      Add(view, where, column, field.type.ToString(), actual->ToString());
    }
  }

  OfflineStore& offline_;
  Drift drift_;
};

}  // namespace

arrow::Result<Drift> FindDrift(const Snapshot& snapshot, const std::string& project, OfflineStore& offline,
                               OnlineStore* online) {
  ARROW_ASSIGN_OR_RAISE(const Definitions registered, FromProto(snapshot.registry(), project));
  Search search(project, offline);
  search.LookAtSources(registered.feature_views);
  if (online != nullptr) search.LookAtTables(registered.feature_views, *online);
  return search.Take();
}

}  // namespace feast
