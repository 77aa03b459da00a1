#include "transform/native/row_program.h"

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/util.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "transform/native/python_value.h"

namespace feast {
namespace {

using arrow::Status;
using python_syntax::Node;
using python_syntax::Statement;
using Kind = Node::Kind;
using Values = std::vector<PythonValue>;

/// What an expression of one row sees: the loop's variables, or the row's.
using Slots = std::vector<PythonValue>;
using Expression = std::function<arrow::Result<PythonValue>(const Slots&)>;

template <typename ArrowType>
Values NumbersOf(const arrow::Array& array) {
  const auto& typed = static_cast<const arrow::NumericArray<ArrowType>&>(array);
  Values values(static_cast<size_t>(array.length()));
  for (int64_t i = 0; i < array.length(); ++i) {
    if (typed.IsNull(i)) continue;
    if constexpr (arrow::is_floating_type<ArrowType>::value) {
      values[static_cast<size_t>(i)] = PythonValue::Float(typed.Value(i));
    } else {
      values[static_cast<size_t>(i)] = PythonValue::Integer(typed.Value(i));
    }
  }
  return values;
}

arrow::Result<Values> LoadColumn(const arrow::RecordBatch& input, const std::string& name) {
  const auto column = input.GetColumnByName(name);
  if (!column) return Status::Invalid("KeyError: '", name, "' (it is not among the view's inputs)");
  switch (column->type_id()) {
    case arrow::Type::INT32:
      return NumbersOf<arrow::Int32Type>(*column);
    case arrow::Type::INT64:
      return NumbersOf<arrow::Int64Type>(*column);
    case arrow::Type::FLOAT:
      return NumbersOf<arrow::FloatType>(*column);
    case arrow::Type::DOUBLE:
      return NumbersOf<arrow::DoubleType>(*column);
    case arrow::Type::NA:
      return Values(static_cast<size_t>(column->length()));
    case arrow::Type::BOOL: {
      const auto& typed = static_cast<const arrow::BooleanArray&>(*column);
      Values values(static_cast<size_t>(column->length()));
      for (int64_t i = 0; i < column->length(); ++i) {
        if (typed.IsValid(i)) values[static_cast<size_t>(i)] = PythonValue::Bool(typed.Value(i));
      }
      return values;
    }
    default:
      return Status::NotImplemented("a column of type ", column->type()->ToString());
  }
}

template <typename Builder, typename Get>
arrow::Result<std::shared_ptr<arrow::Array>> Build(const Values& values, Get get) {
  Builder builder;
  for (const PythonValue& value : values) {
    ARROW_RETURN_NOT_OK(value.is_none() ? builder.AppendNull() : builder.Append(get(value)));
  }
  return builder.Finish();
}

/// The type pyarrow infers for a list of such values.
arrow::Result<std::shared_ptr<arrow::Array>> ToArrow(const Values& values) {
  bool has_bool = false, has_integer = false, has_float = false;
  for (const PythonValue& value : values) {
    has_bool |= value.kind == PythonValue::Kind::kBool;
    has_integer |= value.kind == PythonValue::Kind::kInteger;
    has_float |= value.is_float();
  }
  if (has_bool && (has_integer || has_float))
    return Status::Invalid("Its column cannot be stored, its values are of mixed types: booleans and numbers");
  if (has_float) return Build<arrow::DoubleBuilder>(values, [](const PythonValue& value) { return value.AsDouble(); });
  if (has_integer) return Build<arrow::Int64Builder>(values, [](const PythonValue& value) { return value.integer; });
  if (has_bool)
    return Build<arrow::BooleanBuilder>(values, [](const PythonValue& value) { return value.integer != 0; });
  return arrow::MakeArrayOfNull(arrow::null(), static_cast<int64_t>(values.size()));
}

double (*FindMathFunction(const std::string& name))(double) {
  static const auto* const kFunctions = new std::map<std::string, double (*)(double)>{
      {"sqrt", std::sqrt},   {"exp", std::exp},     {"log", std::log}, {"log2", std::log2}, {"log10", std::log10},
      {"log1p", std::log1p}, {"expm1", std::expm1}, {"sin", std::sin}, {"cos", std::cos},   {"tanh", std::tanh}};
  const auto found = kFunctions->find(name);
  return found == kFunctions->end() ? nullptr : found->second;
}

/// A function of the math module: what is not finite for finite input, it raises.
arrow::Result<PythonValue> CallMath(double (*function)(double), const PythonValue& value) {
  if (value.is_none()) return Status::Invalid("TypeError: must be real number, not NoneType");
  const double result = function(value.AsDouble());
  if (std::isnan(result) && !std::isnan(value.AsDouble())) return Status::Invalid("ValueError: math domain error");
  if (std::isinf(result) && std::isfinite(value.AsDouble())) {
    return Status::Invalid(result < 0 ? "ValueError: math domain error" : "OverflowError: math range error");
  }
  return PythonValue::Float(result);
}

arrow::Result<PythonValue> CallBuiltin(const std::string& name, const PythonValue& value) {
  if (name == "bool") return PythonValue::Bool(value.IsTrue());
  if (value.is_none()) return Status::Invalid("TypeError: ", name, "() argument must be a number, not None");
  if (name == "float") return PythonValue::Float(value.AsDouble());
  if (name == "abs") {
    if (value.is_float()) return PythonValue::Float(std::fabs(value.number));
    if (value.integer == INT64_MIN) return Status::NotImplemented("integers beyond 64 bits");
    return PythonValue::Integer(value.integer < 0 ? -value.integer : value.integer);
  }
  if (!value.is_float()) return PythonValue::Integer(value.integer);
  if (!std::isfinite(value.number))
    return Status::Invalid("ValueError: cannot convert float NaN or infinity to integer");
  if (std::fabs(value.number) >= 0x1p63) return Status::NotImplemented("integers beyond 64 bits");
  return PythonValue::Integer(static_cast<int64_t>(value.number));
}

/// min() and max(): the first of equals, as Python.
arrow::Result<PythonValue> Extreme(bool maximum, const Values& values) {
  PythonValue best = values[0];
  for (size_t i = 1; i < values.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const PythonValue better, PythonCompare(maximum ? ">" : "<", values[i], best));
    if (better.IsTrue()) best = values[i];
  }
  return best;
}

/// Compiles expressions of one row; `slots` says which name is where.
class ExpressionCompiler {
 public:
  using FindSlot = std::function<std::optional<size_t>(const Node&)>;
  explicit ExpressionCompiler(FindSlot find_slot) : find_slot_(std::move(find_slot)) {}

  Expression Compile(const Node& node) const {
    if (const std::optional<size_t> slot = find_slot_(node)) {
      return [slot = *slot](const Slots& slots) -> arrow::Result<PythonValue> { return slots[slot]; };
    }
    switch (node.kind) {
      case Kind::kInteger:
        return Constant(PythonValue::Integer(node.integer));
      case Kind::kFloat:
        return Constant(PythonValue::Float(node.number));
      case Kind::kName:
        if (node.text == "None") return Constant({});
        if (node.text == "True" || node.text == "False") return Constant(PythonValue::Bool(node.text == "True"));
        return {};
      case Kind::kUnary:
        return CompileUnary(node);
      case Kind::kBinary:
        return node.text == "and" || node.text == "or" ? CompileLogic(node) : CompileArithmetic(node);
      case Kind::kCompare:
        return CompileCompare(node);
      case Kind::kConditional:
        return CompileConditional(node);
      case Kind::kCall:
        return CompileCall(node);
      default:
        return {};
    }
  }

 private:
  static Expression Constant(PythonValue value) {
    return [value](const Slots&) -> arrow::Result<PythonValue> { return value; };
  }

  Expression CompileUnary(const Node& node) const {
    Expression operand = Compile(node.child(0));
    if (!operand || node.text == "~") return {};
    return [op = node.text, operand](const Slots& slots) -> arrow::Result<PythonValue> {
      ARROW_ASSIGN_OR_RAISE(const PythonValue value, operand(slots));
      if (op == "not") return PythonValue::Bool(!value.IsTrue());
      // -x and +x also make an integer of a boolean; 0.0 - 0.0 would lose a sign that a product keeps.
      return PythonArithmetic("*", value, PythonValue::Integer(op == "-" ? -1 : 1));
    };
  }

  Expression CompileLogic(const Node& node) const {
    Expression left = Compile(node.child(0)), right = Compile(node.child(1));
    if (!left || !right) return {};
    return [is_and = node.text == "and", left, right](const Slots& slots) -> arrow::Result<PythonValue> {
      ARROW_ASSIGN_OR_RAISE(const PythonValue first, left(slots));
      return first.IsTrue() == is_and ? right(slots) : first;
    };
  }

  Expression CompileArithmetic(const Node& node) const {
    if (node.text == "&" || node.text == "|" || node.text == "^") return {};
    Expression left = Compile(node.child(0)), right = Compile(node.child(1));
    if (!left || !right) return {};
    return [op = node.text, left, right](const Slots& slots) -> arrow::Result<PythonValue> {
      ARROW_ASSIGN_OR_RAISE(const PythonValue a, left(slots));
      ARROW_ASSIGN_OR_RAISE(const PythonValue b, right(slots));
      return PythonArithmetic(op, a, b);
    };
  }

  Expression CompileCompare(const Node& node) const {
    // `is` compares identities; only None has one here.
    if ((node.text == "is" || node.text == "is not") && !node.child(1).IsName("None")) return {};
    Expression left = Compile(node.child(0)), right = Compile(node.child(1));
    if (!left || !right) return {};
    return [op = node.text, left, right](const Slots& slots) -> arrow::Result<PythonValue> {
      ARROW_ASSIGN_OR_RAISE(const PythonValue a, left(slots));
      ARROW_ASSIGN_OR_RAISE(const PythonValue b, right(slots));
      return PythonCompare(op, a, b);
    };
  }

  Expression CompileConditional(const Node& node) const {
    Expression condition = Compile(node.child(0)), yes = Compile(node.child(1)), no = Compile(node.child(2));
    if (!condition || !yes || !no) return {};
    return [condition, yes, no](const Slots& slots) -> arrow::Result<PythonValue> {
      ARROW_ASSIGN_OR_RAISE(const PythonValue chosen, condition(slots));
      return chosen.IsTrue() ? yes(slots) : no(slots);
    };
  }

  Expression CompileCall(const Node& node) const {
    const Node& function = node.child(0);
    if (!node.keywords.empty() || node.children.size() < 2) return {};
    std::vector<Expression> arguments;
    for (size_t i = 1; i < node.children.size(); ++i) {
      arguments.push_back(Compile(node.child(i)));
      if (!arguments.back()) return {};
    }
    // A variable of that name is not the builtin.
    if (find_slot_(function)) return {};
    if (function.Is(Kind::kName) && arguments.size() >= 2 && (function.text == "min" || function.text == "max")) {
      return [maximum = function.text == "max", arguments](const Slots& slots) -> arrow::Result<PythonValue> {
        Values values;
        for (const Expression& argument : arguments) {
          ARROW_ASSIGN_OR_RAISE(values.emplace_back(), argument(slots));
        }
        return Extreme(maximum, values);
      };
    }
    if (arguments.size() != 1) return {};
    if (function.IsName("abs") || function.IsName("float") || function.IsName("int") || function.IsName("bool")) {
      return [name = function.text, argument = arguments[0]](const Slots& slots) -> arrow::Result<PythonValue> {
        ARROW_ASSIGN_OR_RAISE(const PythonValue value, argument(slots));
        return CallBuiltin(name, value);
      };
    }
    double (*math)(double) =
        function.Is(Kind::kAttribute) && function.child(0).IsName("math") ? FindMathFunction(function.text) : nullptr;
    if (!math) return {};
    return [math, argument = arguments[0]](const Slots& slots) -> arrow::Result<PythonValue> {
      ARROW_ASSIGN_OR_RAISE(const PythonValue value, argument(slots));
      return CallMath(math, value);
    };
  }

  FindSlot find_slot_;
};

/// A column of the result, or of what leads to it: how to compute it from the input and the variables before it.
struct State {
  const arrow::RecordBatch& input;
  std::vector<Values> variables;
};
using Column = std::function<arrow::Result<Values>(State&)>;

class ProgramCompiler {
 public:
  ProgramCompiler(const python_syntax::Function& function, bool singleton)
      : parameter_(function.parameter), singleton_(singleton) {}

  NativeFunction Compile(const python_syntax::Function& function) {
    for (const Statement& statement : function.body) {
      const bool understood =
          statement.kind == Statement::Kind::kReturn ? CompileReturn(*statement.value) : CompileAssign(statement);
      if (!understood) return {};
    }
    return [columns = std::move(columns_), outputs = std::move(outputs_)](const arrow::RecordBatch& input) {
      return Run(columns, outputs, input);
    };
  }

 private:
  static arrow::Result<std::shared_ptr<arrow::RecordBatch>> Run(
      const std::vector<Column>& columns, const std::vector<std::pair<std::string, size_t>>& outputs,
      const arrow::RecordBatch& input) {
    State state{input, {}};
    for (const Column& column : columns) {
      ARROW_ASSIGN_OR_RAISE(Values values, column(state));
      state.variables.push_back(std::move(values));
    }
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const auto& [name, variable] : outputs) {
      ARROW_ASSIGN_OR_RAISE(auto array, ToArrow(state.variables[variable]));
      fields.push_back(arrow::field(name, array->type()));
      arrays.push_back(std::move(array));
    }
    return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), input.num_rows(), std::move(arrays));
  }

  bool CompileAssign(const Statement& statement) {
    const Node& target = *statement.target;
    if (target.Is(Kind::kSubscript)) {
      return !dict_.empty() && target.child(0).IsName(dict_) && AddOutput(target.child(1), *statement.value);
    }
    if (target.text == parameter_ || target.text == dict_ || target.text == "math") return false;
    if (statement.value->Is(Kind::kDict)) {
      if (!dict_.empty() || variables_.contains(target.text)) return false;
      dict_ = target.text;
      return AddOutputs(*statement.value);
    }
    const std::optional<size_t> column = AddColumn(*statement.value);
    if (column) variables_[target.text] = *column;
    return column.has_value();
  }

  bool CompileReturn(const Node& value) {
    if (!dict_.empty()) return value.IsName(dict_);
    return value.Is(Kind::kDict) && AddOutputs(value);
  }

  bool AddOutputs(const Node& dict) {
    for (size_t i = 0; i < dict.children.size(); i += 2) {
      if (!AddOutput(dict.child(i), dict.child(i + 1))) return false;
    }
    return true;
  }

  bool AddOutput(const Node& key, const Node& value) {
    if (!key.Is(Kind::kString)) return false;
    const std::optional<size_t> column = AddColumn(value);
    if (!column) return false;
    std::erase_if(outputs_, [&](const auto& output) { return output.first == key.text; });
    outputs_.emplace_back(key.text, *column);
    return true;
  }

  /// Compiles a list (or, in singleton mode, a value) and gives the number it has when the program runs.
  std::optional<size_t> AddColumn(const Node& node) {
    if (const std::optional<size_t> known = FindColumn(node)) return known;
    Column column = singleton_ ? CompileRowValue(node) : CompileComprehension(node);
    if (!column) return std::nullopt;
    columns_.push_back(std::move(column));
    return columns_.size() - 1;
  }

  /// inputs["a"], loaded once, or a variable.
  std::optional<size_t> FindColumn(const Node& node) {
    if (node.Is(Kind::kName)) {
      const auto found = variables_.find(node.text);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    }
    if (!node.Is(Kind::kSubscript) || !node.child(0).IsName(parameter_) || !node.child(1).Is(Kind::kString))
      return std::nullopt;
    const std::string& name = node.child(1).text;
    const auto [found, is_new] = inputs_.emplace(name, columns_.size());
    if (is_new) columns_.push_back([name](State& state) { return LoadColumn(state.input, name); });
    return found->second;
  }

  static Column MapRows(std::vector<size_t> sources, Expression expression) {
    return [sources = std::move(sources), expression = std::move(expression)](State& state) -> arrow::Result<Values> {
      const auto rows = static_cast<size_t>(state.input.num_rows());
      Slots slots(sources.size());
      Values values(rows);
      for (size_t row = 0; row < rows; ++row) {
        for (size_t i = 0; i < sources.size(); ++i) slots[i] = state.variables[sources[i]][row];
        ARROW_ASSIGN_OR_RAISE(values[row], expression(slots));
      }
      return values;
    };
  }

  Column CompileRowValue(const Node& node) {
    std::vector<size_t> sources;
    const ExpressionCompiler compiler([&](const Node& part) -> std::optional<size_t> {
      const std::optional<size_t> column = FindColumn(part);
      if (!column) return std::nullopt;
      sources.push_back(*column);
      return sources.size() - 1;
    });
    Expression expression = compiler.Compile(node);
    return expression ? MapRows(std::move(sources), std::move(expression)) : Column();
  }

  /// [element for a, b in zip(x, y)]
  Column CompileComprehension(const Node& node) {
    if (!node.Is(Kind::kComprehension)) return {};
    const Node& iterable = node.child(1);
    std::vector<size_t> sources;
    const bool is_zip = iterable.Is(Kind::kCall) && iterable.child(0).IsName("zip") && iterable.keywords.empty();
    if (is_zip ? iterable.children.size() - 1 != node.keywords.size() : node.keywords.size() != 1) return {};
    // zip() of one list gives tuples.
    if (is_zip && node.keywords.size() == 1) return {};
    for (size_t i = 0; i < node.keywords.size(); ++i) {
      const std::optional<size_t> source = AddColumn(is_zip ? iterable.child(i + 1) : iterable);
      if (!source) return {};
      sources.push_back(*source);
    }
    const ExpressionCompiler compiler([&](const Node& part) -> std::optional<size_t> {
      if (!part.Is(Kind::kName)) return std::nullopt;
      // Of two loop variables of one name the last one counts.
      for (size_t i = node.keywords.size(); i-- > 0;) {
        if (node.keywords[i] == part.text) return i;
      }
      return std::nullopt;
    });
    Expression expression = compiler.Compile(node.child(0));
    return expression ? MapRows(std::move(sources), std::move(expression)) : Column();
  }

  const std::string parameter_;
  const bool singleton_;
  /// The dict's variable, once there is one.
  std::string dict_;
  std::map<std::string, size_t> variables_, inputs_;
  std::vector<Column> columns_;
  std::vector<std::pair<std::string, size_t>> outputs_;
};

}  // namespace

NativeFunction CompileRowProgram(const python_syntax::Function& function, bool singleton) {
  return ProgramCompiler(function, singleton).Compile(function);
}

}  // namespace feast
