#include "view_arguments.h"

#include <algorithm>
#include <set>

#include "text/did_you_mean.h"
#include "transformation.h"

namespace feast::python {

ViewEntities TakeEntities(Arguments& arguments) {
  ViewEntities entities;
  std::set<std::string> join_keys;
  for (const nb::object& item : arguments.List("entities")) {
    std::string name;
    std::shared_ptr<Entity> entity;
    if (nb::try_cast(item, name)) {
      entities.names.push_back(name);
    } else if (nb::try_cast(item, entity) && entity) {
      entities.names.push_back(entity->name);
      entities.objects.push_back(entity);
      if (!join_keys.insert(entity->join_key).second) {
        ThrowValueError("Two entities of one feature view share the join key '" + entity->join_key +
                        "'. Give them join keys of their own, or keep one entity.");
      }
    } else {
      arguments.WrongType("entities", "list of Entity", item);
    }
  }
  if (entities.names.empty()) entities.names.emplace_back(kDummyEntityName);
  return entities;
}

std::vector<Field> TakeSchema(Arguments& arguments) {
  bool has_schema = arguments.Has("schema");
  std::vector<Field> schema = arguments.Fields("schema");
  if (arguments.Has("features")) {
    arguments.TakeOld("features", "schema");
    if (!has_schema) schema = arguments.Fields("features");
  } else {
    arguments.Take("features");
  }
  return schema;
}

void SplitSchema(const std::string& view, const ViewEntities& entities, std::vector<Field> schema,
                 std::vector<Field>* entity_columns, std::vector<Field>* features) {
  for (Field& field : schema) {
    auto entity = std::find_if(entities.objects.begin(), entities.objects.end(),
                               [&](const auto& candidate) { return candidate->join_key == field.name; });
    if (entity == entities.objects.end()) {
      features->push_back(std::move(field));
      continue;
    }
    ValueType declared = (*entity)->value_type;
    if (declared != ValueType::kInvalid && !(Type::Of(declared) == field.type)) {
      ThrowValueError("Feature view '" + view + "' gives its join key '" + field.name + "' the type " +
                      field.type.ToString() + ", but entity '" + (*entity)->name + "' says ValueType." +
                      std::string(ValueTypeName(declared)) + ". Make them the same.");
    }
    entity_columns->push_back(std::move(field));
  }
  auto vectors =
      std::count_if(features->begin(), features->end(), [](const Field& field) { return field.vector_index; });
  if (vectors > 1)
    ThrowValueError("Feature view '" + view + "' has several fields with vector_index=True; it may have one.");
}

void TakeViewDescription(Arguments& arguments, BaseFeatureView& view) {
  view.name = arguments.RequiredText("name");
  view.description = arguments.Text("description");
  view.tags = arguments.StringMap("tags");
  view.owner = arguments.Text("owner");
  view.org = arguments.Text("org");
  view.version = arguments.Text("version", "latest");
  view.enabled = arguments.Flag("enabled", true);
  view.origin = CallerOrigin();
}

void ResetProjection(BaseFeatureView& view) { view.projection = ProjectionOf(view); }

void RememberFunction(const BaseFeatureView& view) {
  const Transformation* transformation = nullptr;
  if (const auto* on_demand = dynamic_cast<const OnDemandFeatureView*>(&view)) {
    transformation = on_demand->transformation.get();
  } else if (const auto* feature_view = dynamic_cast<const FeatureView*>(&view)) {
    transformation = feature_view->transformation.get();
  }
  if (const auto* function = dynamic_cast<const PythonFunction*>(transformation)) {
    nb::module_::import_("feast._view_functions")
        .attr("remember")(view.name, function->source_text, function->function(), PathText(view.origin.file));
  }
}

void CheckProjection(const BaseFeatureView& view, const FeatureViewProjection& projection) {
  if (projection.name != view.name) {
    ThrowValueError("This projection is of feature view '" + projection.name + "', so it cannot be used with '" +
                    view.name + "'.");
  }
  for (const Field& field : projection.features) {
    if (std::find(view.features.begin(), view.features.end(), field) == view.features.end()) {
      ThrowValueError("The projection selects '" + field.name + "', which feature view '" + view.name +
                      "' does not have.");
    }
  }
}

FeatureViewProjection Select(const BaseFeatureView& view, nb::handle names) {
  std::vector<std::string> wanted;
  if (!PyList_Check(names.ptr()) || !nb::try_cast(names, wanted)) {
    ThrowTypeError("Features are selected with a list of names: " + view.name + "[[\"a\", \"b\"]], but got " +
                   nb::cast<std::string>(nb::repr(names)));
  }
  FeatureViewProjection projection = view.projection;
  projection.features.clear();
  std::vector<std::string> candidates;
  for (const Field& field : view.features) candidates.push_back(field.name);
  for (const std::string& name : wanted) {
    auto field =
        std::find_if(view.features.begin(), view.features.end(), [&](const Field& f) { return f.name == name; });
    if (field != view.features.end()) {
      projection.features.push_back(*field);
    } else if (view.features.empty()) {
      // A view without a schema: the type is filled in once the source has been looked at.
      projection.features.push_back(Field{name});
    } else {
      ThrowValueError("Feature '" + name + "' does not exist in feature view '" + view.name + "'." +
                      DidYouMean(name, candidates));
    }
  }
  return projection;
}

void CheckViewName(const std::string& name) {
  if (name.empty()) ThrowValueError("A feature view needs a name.");
  for (const char* letter : {"@", ":"}) {
    if (name.find(letter) != std::string::npos) {
      ThrowValueError("The feature view name '" + name + "' contains '" + letter +
                      "', which separates the parts of feature references. Use another character.");
    }
  }
}

}  // namespace feast::python
