#include "retrieval/on_demand_step.h"

#include <algorithm>

#include "arrow/array/array_base.h"
#include "arrow/array/util.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "transform/declared_type.h"
#include "transform/runner.h"

namespace feast {
namespace {

arrow::Result<std::shared_ptr<arrow::RecordBatch>> InputBatch(const OnDemandStep& step, const arrow::RecordBatch& rows,
                                                              const std::unordered_set<std::string>& feature_columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  std::unordered_set<std::string> names;
  // The inputs go first, so that they win over a column of the entity rows that happens to have their name.
  for (const OnDemandStep::Input& input : step.inputs) {
    const auto column = rows.GetColumnByName(input.column);
    if (!column) return arrow::Status::UnknownError("The query returned no column '", input.column, "'.");
    for (const std::string& name : input.names) {
      if (!names.insert(name).second) continue;
      fields.push_back(arrow::field(name, column->type()));
      columns.push_back(column);
    }
  }
  for (int i = 0; i < rows.num_columns(); ++i) {
    const auto& field = rows.schema()->field(i);
    if (feature_columns.contains(field->name()) || !names.insert(field->name()).second) continue;
    fields.push_back(field);
    columns.push_back(rows.column(i));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows.num_rows(), std::move(columns));
}

std::string ColumnNames(const arrow::RecordBatch& batch) {
  std::string names;
  for (const auto& field : batch.schema()->fields()) names += (names.empty() ? "" : ", ") + field->name();
  return names.empty() ? "none" : names;
}

arrow::Result<std::shared_ptr<arrow::Array>> PickOutput(const OnDemandStep& step, const OnDemandStep::Output& output,
                                                        const arrow::RecordBatch& returned) {
  auto column = returned.GetColumnByName(output.field.name);
  if (!column) column = returned.GetColumnByName(output.prefixed_name);
  if (!column) {
    return arrow::Status::Invalid("The function of on-demand feature view '", step.view->name, "' returned no column '",
                                  output.field.name, "' (it returned: ", ColumnNames(returned),
                                  "). Return it, or take it out of the view's schema.");
  }
  auto converted = ToDeclaredType(std::move(column), output.field.type);
  if (converted.ok()) return converted;
  return converted.status().WithMessage("Feature '", output.field.name, "' of on-demand feature view '",
                                        step.view->name, "' is ", converted.status().message(),
                                        ". Mend the function or the view's schema.");
}

}  // namespace

arrow::Result<arrow::FieldVector> OutputFields(const OnDemandStep& step) {
  arrow::FieldVector fields;
  for (const OnDemandStep::Output& output : step.outputs) {
    ARROW_ASSIGN_OR_RAISE(auto type, output.field.type.ToArrow());
    fields.push_back(arrow::field(output.output_name, std::move(type)));
  }
  return fields;
}

bool RowsDecideTypes(const OnDemandStep& step) {
  return std::ranges::any_of(step.outputs, [](const OnDemandStep::Output& output) {
    return output.field.type.kind() == Type::Kind::kPrimitive && output.field.type.value_type() == ValueType::kDecimal;
  });
}

arrow::Result<arrow::ArrayVector> RunStep(const OnDemandStep& step, const arrow::RecordBatch& rows,
                                          const std::unordered_set<std::string>& feature_columns) {
  arrow::ArrayVector outputs;
  if (rows.num_rows() == 0) {
    ARROW_ASSIGN_OR_RAISE(const arrow::FieldVector fields, OutputFields(step));
    for (const auto& field : fields) {
      ARROW_ASSIGN_OR_RAISE(auto empty, arrow::MakeEmptyArray(field->type()));
      outputs.push_back(std::move(empty));
    }
    return outputs;
  }
  ARROW_ASSIGN_OR_RAISE(const auto input, InputBatch(step, rows, feature_columns));
  auto applied = step.transformation->Apply(input);
  if (!applied.ok()) {
    const arrow::Status& status = applied.status();
    return status.WithMessage("On-demand feature view '", step.view->name, "' failed: ", status.message());
  }
  const std::shared_ptr<arrow::RecordBatch> returned = applied.MoveValueUnsafe();
  if (!returned || returned->num_rows() != rows.num_rows()) {
    return arrow::Status::Invalid("The function of on-demand feature view '", step.view->name, "' returned ",
                                  returned ? returned->num_rows() : 0, " rows for ", rows.num_rows(),
                                  ". Return one row for each row given.");
  }
  for (const OnDemandStep::Output& output : step.outputs) {
    ARROW_ASSIGN_OR_RAISE(auto column, PickOutput(step, output, *returned));
    outputs.push_back(std::move(column));
  }
  return outputs;
}

bool MayRunInBatches(const OnDemandStep& step, const arrow::Schema& rows) {
  // The columns of InputBatch(), by all their names.
  arrow::FieldVector fields;
  for (const OnDemandStep::Input& input : step.inputs) {
    const auto column = rows.GetFieldByName(input.column);
    for (const std::string& name : input.names) {
      if (column) fields.push_back(column->WithName(name));
    }
  }
  std::unordered_set<std::string> names;
  for (const auto& field : fields) names.insert(field->name());
  for (const auto& field : rows.fields()) {
    if (names.insert(field->name()).second) fields.push_back(field);
  }
  return IsRowByRow(*step.view, *arrow::schema(std::move(fields)));
}

}  // namespace feast
