// What the wire forms of all kinds of feature views share. Spec and Meta are the messages of one kind.
#pragma once

#include <string>

#include "definitions/wire_values.h"

namespace feast {

template <typename Spec, typename Meta>
void PutView(const BaseFeatureView& view, const std::string& project, Spec* spec, Meta* meta) {
  spec->set_name(view.name);
  spec->set_project(project);
  spec->set_description(view.description);
  PutMap(view.tags, spec->mutable_tags());
  spec->set_owner(view.owner);
  spec->set_org(view.org);
  spec->set_version(view.version);
  spec->set_disabled(!view.enabled);
  PutTimes(view, meta);
  meta->set_current_version_number(view.current_version_number);
  meta->set_version_id(view.version_id);
  meta->set_state(static_cast<core::FeatureViewState>(view.state));
}

template <typename Spec, typename Meta>
void TakeView(const Spec& spec, const Meta& meta, BaseFeatureView* view) {
  view->name = spec.name();
  view->features = TakeFields(spec.features());
  view->description = spec.description();
  view->tags = TakeMap(spec.tags());
  view->owner = spec.owner();
  view->org = spec.org();
  if (!spec.version().empty()) view->version = spec.version();
  view->enabled = !spec.disabled();
  TakeTimes(meta, view);
  view->current_version_number = meta.current_version_number();
  view->version_id = meta.version_id();
  view->state = static_cast<FeatureViewState>(meta.state());
}

/// What plain, batch and stream views have beyond that, but for their features.
template <typename Spec>
void PutSourcedView(const FeatureView& view, const std::string& project, Spec* spec, core::FeatureViewMeta* meta) {
  PutView(view, project, spec, meta);
  for (const std::string& entity : view.entities) spec->add_entities(entity);
  PutFields(view.entity_columns, spec->mutable_entity_columns());
  if (view.ttl) *spec->mutable_ttl() = ToWire(*view.ttl);
  if (view.batch_source != nullptr) *spec->mutable_batch_source() = EmbeddedSource(*view.batch_source);
  if (view.stream_source != nullptr) *spec->mutable_stream_source() = EmbeddedSource(*view.stream_source);
  spec->set_online(view.online);
  spec->set_enable_validation(view.enable_validation);
  spec->set_mode(view.mode);
  for (const auto& [start, end] : view.materialization_intervals) {
    core::MaterializationInterval* interval = meta->add_materialization_intervals();
    *interval->mutable_start_time() = ToWire(start);
    *interval->mutable_end_time() = ToWire(end);
  }
}

template <typename Spec>
arrow::Status TakeSourcedView(const Spec& spec, const core::FeatureViewMeta& meta, FeatureView* view) {
  TakeView(spec, meta, view);
  view->entities = TakeStrings(spec.entities());
  view->entity_columns = TakeFields(spec.entity_columns());
  if (spec.has_ttl()) view->ttl = FromWire(spec.ttl());
  ARROW_ASSIGN_OR_RAISE(view->batch_source, TakeSource(spec.has_batch_source(), spec.batch_source()));
  ARROW_ASSIGN_OR_RAISE(view->stream_source, TakeSource(spec.has_stream_source(), spec.stream_source()));
  view->online = spec.online();
  view->enable_validation = spec.enable_validation();
  view->mode = spec.mode();
  for (const core::MaterializationInterval& interval : meta.materialization_intervals()) {
    view->materialization_intervals.emplace_back(FromWire(interval.start_time()), FromWire(interval.end_time()));
  }
  return arrow::Status::OK();
}

}  // namespace feast
