#include "retrieval/resolve_request.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "definitions/column_names.h"
#include "feast/errors.h"
#include "retrieval/entity_rows.h"
#include "retrieval/requested_views.h"
#include "retrieval/view_request_builder.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

std::string Quoted(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

class Resolver {
 public:
  Resolver(const HistoricalRequest& request, const Snapshot& snapshot, const std::string& project, EntityInput input)
      : request_(request), snapshot_(snapshot), project_(project), input_(std::move(input)) {}

  arrow::Result<ResolvedRetrieval> Run() {
    ARROW_ASSIGN_OR_RAISE(const std::vector<RequestedView> requested,
                          FindRequestedViews(request_, snapshot_, project_));
    ARROW_RETURN_NOT_OK(CheckCollisions(requested));
    for (const RequestedView& view : requested) {
      if (view.view->kind() != BaseFeatureView::Kind::kOnDemand) ARROW_RETURN_NOT_OK(AddView(view));
    }
    TakeEntityColumns();
    for (const RequestedView& view : requested) NameFeatures(view);
    for (const RequestedView& view : requested) {
      if (view.view->kind() == BaseFeatureView::Kind::kOnDemand) ARROW_RETURN_NOT_OK(AddOnDemandView(view));
    }
    ARROW_RETURN_NOT_OK(CheckJoinKeys());
    return Finish();
  }

 private:
  /// A view of the request while it is being put together. Two projections of one view that read the same rows under
  /// the same name share one.
  struct Slot {
    std::string view_name;
    std::map<std::string, std::string> join_key_map;
    ViewRequest request;
  };

  std::string ResultName(const std::string& view, const std::string& feature) const {
    return request_.full_feature_names ? FullFeatureName(view, feature) : feature;
  }

  arrow::Status CheckCollisions(const std::vector<RequestedView>& requested) const {
    // What distinguishes two features of one name: reference, view and join keys.
    using Origin = std::tuple<std::string, std::string, std::map<std::string, std::string>>;
    std::map<std::string, std::set<Origin>> origins;
    for (const RequestedView& view : requested) {
      const FeatureViewProjection& projection = view.projection;
      const std::string& name = projection.name_to_use();
      for (const Field& field : projection.features) {
        origins[ResultName(name, field.name)].insert(
            {name + ":" + field.name, projection.name, projection.join_key_map});
      }
    }
    std::set<std::string> names, collided;
    for (const auto& [name, of_name] : origins) {
      if (of_name.size() < 2) continue;
      names.insert(name);
      for (const Origin& origin : of_name) collided.insert(std::get<0>(origin));
    }
    if (names.empty()) return arrow::Status::OK();
    return NamedError(
        "FeatureNameCollisionError",
        "Duplicate features named " + Quoted(names) + " found (" + Quoted(collided) + "). " +
            (request_.full_feature_names ? "Give one of the views another name with with_name()."
                                         : "Ask with full_feature_names=True, or rename one with with_name()."));
  }

  Slot* FindSlot(const FeatureViewProjection& projection) {
    for (Slot& slot : slots_) {
      if (slot.view_name == projection.name && slot.request.name == projection.name_to_use() &&
          slot.join_key_map == projection.join_key_map) {
        return &slot;
      }
    }
    return nullptr;
  }

  /// A slot whose rows are those an on-demand view's input asks for, under whatever name.
  Slot* FindSlotForInput(const FeatureViewProjection& projection) {
    for (Slot& slot : slots_) {
      if (slot.view_name == projection.name && slot.join_key_map == projection.join_key_map) return &slot;
    }
    return nullptr;
  }

  arrow::Result<Slot*> AddSlot(const std::shared_ptr<const BaseFeatureView>& view,
                               const FeatureViewProjection& projection) {
    const auto feature_view = std::dynamic_pointer_cast<const FeatureView>(view);
    if (!feature_view) {
      return arrow::Status::NotImplemented("An on-demand feature view cannot be the input of another: '", view->name,
                                           "'");
    }
    ARROW_ASSIGN_OR_RAISE(ViewRequest request, StartViewRequest(feature_view, projection, snapshot_, project_));
    slots_.push_back({view->name, projection.join_key_map, std::move(request)});
    return &slots_.back();
  }

  /// Adds a requested view; its features are named once every view's join keys are known.
  arrow::Status AddView(const RequestedView& requested) {
    const Slot* slot = FindSlot(requested.projection);
    return slot ? arrow::Status::OK() : AddSlot(requested.view, requested.projection).status();
  }

  void TakeEntityColumns() {
    taken_.insert(input_.columns.begin(), input_.columns.end());
    if (!input_.is_range()) return;
    taken_.insert(input_.timestamp_column);
    for (const Slot& slot : slots_) {
      for (const JoinKeyColumn& key : slot.request.join_keys) taken_.insert(key.entity_column);
    }
  }

  /// `name`, with "__" after it until no other column has it.
  std::string Take(std::string name) {
    while (!taken_.insert(name).second) name += "__";
    return name;
  }

  const FeatureColumn* FindColumn(const Slot& slot, const std::string& feature) const {
    const std::string source_column = ColumnInSource(*slot.request.source, feature);
    for (const FeatureColumn& column : slot.request.features) {
      if (column.source_column == source_column) return &column;
    }
    return nullptr;
  }

  std::string AddColumn(Slot* slot, const Field& field, std::string output_name) {
    slot->request.features.push_back(
        {ColumnInSource(*slot->request.source, field.name), output_name, field.type, field.name});
    result_.feature_columns.insert(output_name);
    return output_name;
  }

  void NameFeatures(const RequestedView& requested) {
    const std::string& name = requested.projection.name_to_use();
    for (const Field& field : requested.projection.features) AddReference(name + ":" + field.name);
    if (requested.view->kind() == BaseFeatureView::Kind::kOnDemand) return;
    Slot* slot = FindSlot(requested.projection);
    for (const Field& field : requested.projection.features) {
      if (!FindColumn(*slot, field.name)) AddColumn(slot, field, Take(ResultName(name, field.name)));
    }
  }

  void AddReference(std::string reference) {
    std::vector<std::string>& references = result_.metadata.features;
    if (std::find(references.begin(), references.end(), reference) == references.end()) {
      references.push_back(std::move(reference));
    }
  }

  arrow::Status AddOnDemandView(const RequestedView& requested) {
    const auto& view = static_cast<const OnDemandFeatureView&>(*requested.view);
    OnDemandStep step;
    step.view = std::make_shared<OnDemandFeatureView>(view);
    step.view->projection = requested.projection;
    for (const auto& [source_name, source] : view.sources) {
      if (const auto* projection = std::get_if<FeatureViewProjection>(&source)) {
        ARROW_RETURN_NOT_OK(AddInputs(view, *projection, &step));
      } else {
        ARROW_RETURN_NOT_OK(CheckRequestData(view, *std::get<std::shared_ptr<RequestSource>>(source)));
      }
    }
    const std::string& name = requested.projection.name_to_use();
    for (const Field& field : requested.projection.features) {
      step.outputs.push_back({field, FullFeatureName(name, field.name), Take(ResultName(name, field.name))});
    }
    result_.on_demand.push_back(std::move(step));
    return arrow::Status::OK();
  }

  arrow::Status AddInputs(const OnDemandFeatureView& view, FeatureViewProjection projection, OnDemandStep* step) {
    ARROW_ASSIGN_OR_RAISE(const auto input_view, FindAnyView(snapshot_, project_, projection.name));
    ARROW_ASSIGN_OR_RAISE(projection, CompleteProjection(*input_view, std::move(projection),
                                                         "On-demand feature view '" + view.name + "'"));
    Slot* slot = FindSlotForInput(projection);
    if (!slot) {
      ARROW_ASSIGN_OR_RAISE(slot, AddSlot(input_view, projection));
    }
    for (const Field& field : projection.features) {
      const FeatureColumn* column = FindColumn(*slot, field.name);
      std::string column_name;
      if (column) {
        column_name = column->output_name;
      } else {
        column_name = AddColumn(slot, field, Take("__input__" + FullFeatureName(projection.name_to_use(), field.name)));
        result_.hidden_columns.insert(column_name);
      }
      OnDemandStep::Input input{std::move(column_name), {field.name, FullFeatureName(projection.name, field.name)}};
      if (!projection.name_alias.empty()) input.names.push_back(FullFeatureName(projection.name_alias, field.name));
      step->inputs.push_back(std::move(input));
    }
    return arrow::Status::OK();
  }

  arrow::Status CheckRequestData(const OnDemandFeatureView& view, const RequestSource& source) const {
    for (const Field& field : source.schema) {
      if (input_.has_column(field.name)) continue;
      const std::string advice = input_.is_range()
                                     ? "A date range has no such column; give entity rows with it."
                                     : "Add that column to them." + DidYouMean(field.name, input_.columns);
      return NamedError("RequestDataNotFoundInEntityDfException",
                        "Feature " + field.name +
                            " not found in the entity rows, but required by on demand "
                            "feature view " +
                            view.name + ". " + advice);
    }
    return arrow::Status::OK();
  }

  arrow::Status CheckJoinKeys() const {
    if (input_.is_range()) return arrow::Status::OK();
    for (const Slot& slot : slots_) {
      for (const JoinKeyColumn& key : slot.request.join_keys) {
        if (input_.has_column(key.entity_column)) continue;
        return arrow::Status::KeyError("The entity rows lack the join key column '", key.entity_column,
                                       "' of feature view '", slot.request.name, "'. Add it to them.",
                                       DidYouMean(key.entity_column, input_.columns));
      }
    }
    return arrow::Status::OK();
  }

  std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    for (const std::string& column : input_.columns) {
      if (column != input_.timestamp_column) keys.push_back(column);
    }
    if (!input_.is_range()) return keys;
    for (const Slot& slot : slots_) {
      for (const JoinKeyColumn& key : slot.request.join_keys) {
        if (std::find(keys.begin(), keys.end(), key.entity_column) == keys.end()) keys.push_back(key.entity_column);
      }
    }
    return keys;
  }

  arrow::Result<ResolvedRetrieval> Finish() {
    result_.metadata.keys = Keys();
    for (Slot& slot : slots_) result_.request.views.push_back(std::move(slot.request));
    ARROW_RETURN_NOT_OK(CompleteRange(result_.request.views, &input_));
    result_.request.entity_rows = std::move(input_.rows);
    result_.request.timestamp_column = input_.timestamp_column;
    result_.request.filter_by_created_timestamp = request_.filter_by_created_timestamp;
    result_.metadata.min_event_timestamp = input_.min_timestamp;
    result_.metadata.max_event_timestamp = input_.max_timestamp;
    return std::move(result_);
  }

  const HistoricalRequest& request_;
  const Snapshot& snapshot_;
  const std::string& project_;
  EntityInput input_;
  /// Pointers into it stay valid while it grows.
  std::deque<Slot> slots_;
  /// Column names of the result so far.
  std::set<std::string> taken_;
  ResolvedRetrieval result_;
};

}  // namespace

arrow::Result<ResolvedRetrieval> ResolveOnlineRequest(const HistoricalRequest& request,
                                                      std::vector<std::string> columns, const Snapshot& snapshot,
                                                      const std::string& project) {
  EntityInput input;
  input.rows = std::shared_ptr<arrow::Table>();
  input.columns = std::move(columns);
  return Resolver(request, snapshot, project, std::move(input)).Run();
}

arrow::Result<ResolvedRetrieval> ResolveRequest(const HistoricalRequest& request, const Snapshot& snapshot,
                                                const std::string& project, OfflineStore& offline,
                                                const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(EntityInput input, DescribeEntityRows(request, offline, context));
  return Resolver(request, snapshot, project, std::move(input)).Run();
}

}  // namespace feast
