#include "transform/native/vector_program.h"

#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "transform/native/series.h"

namespace feast {
namespace {

using python_syntax::Node;
using python_syntax::Statement;
using Kind = Node::Kind;

/// A DataFrame the function makes: columns in order of first assignment.
struct Frame {
  std::vector<std::pair<std::string, Series>> columns;

  Series* Find(const std::string& name) {
    for (auto& [column, series] : columns) {
      if (column == name) return &series;
    }
    return nullptr;
  }
};

/// What exists while the function runs.
struct FrameState {
  const arrow::RecordBatch& input;
  std::map<std::string, Series> variables;
  Frame frame;
};

using SeriesExpression = std::function<arrow::Result<Series>(FrameState&)>;
using Step = std::function<arrow::Status(FrameState&)>;

const std::map<std::string, Series::Type>& TypeNames() {
  static const auto* const kNames = new std::map<std::string, Series::Type>{
      {"float", Series::Type::kFloat64},   {"float64", Series::Type::kFloat64}, {"double", Series::Type::kFloat64},
      {"float32", Series::Type::kFloat32}, {"int", Series::Type::kInt64},       {"int64", Series::Type::kInt64},
      {"int32", Series::Type::kInt32},     {"bool", Series::Type::kBool}};
  return *kNames;
}

/// numpy's functions of one number.
double (*FindFloatFunction(const std::string& name))(double) {
  static const auto* const kFunctions = new std::map<std::string, double (*)(double)>{
      {"log", std::log},     {"log1p", std::log1p}, {"log2", std::log2}, {"log10", std::log10}, {"exp", std::exp},
      {"expm1", std::expm1}, {"sqrt", std::sqrt},   {"sin", std::sin},   {"cos", std::cos},     {"tan", std::tan},
      {"floor", std::floor}, {"ceil", std::ceil},   {"tanh", std::tanh}};
  const auto found = kFunctions->find(name);
  return found == kFunctions->end() ? nullptr : found->second;
}

/// floor and ceil leave integers as they are.
bool KeepsIntegers(const std::string& name) { return name == "floor" || name == "ceil"; }

bool IsNumpy(const Node& node) { return node.IsName("np") || node.IsName("numpy"); }

/// A call's arguments if it has just `count` of them, and no keywords.
bool HasArguments(const Node& call, size_t count) { return call.keywords.empty() && call.children.size() == count + 1; }

std::optional<Series> Constant(const Node& node) {
  if (node.Is(Kind::kInteger)) return Series::Integer(node.integer);
  if (node.Is(Kind::kFloat)) return Series::Float(node.number);
  if (node.IsName("True") || node.IsName("False")) return Series::Bool(node.text == "True");
  if (node.Is(Kind::kUnary) && node.text == "-" && node.child(0).Is(Kind::kInteger))
    return Series::Integer(-node.child(0).integer);
  if (node.Is(Kind::kUnary) && node.text == "-" && node.child(0).Is(Kind::kFloat))
    return Series::Float(-node.child(0).number);
  if (node.Is(Kind::kAttribute) && node.text == "nan" && IsNumpy(node.child(0))) return Series::Float(std::nan(""));
  return std::nullopt;
}

class Compiler {
 public:
  explicit Compiler(const python_syntax::Function& function) : parameter_(function.parameter) {}

  NativeFunction Compile(const python_syntax::Function& function) {
    for (const Statement& statement : function.body) {
      Step step =
          statement.kind == Statement::Kind::kReturn ? CompileReturn(*statement.value) : CompileAssign(statement);
      if (!step) return {};
      steps_.push_back(std::move(step));
    }
    return [steps = std::move(steps_), copies = copies_input_](const arrow::RecordBatch& input) {
      return Run(steps, copies, input);
    };
  }

 private:
  static arrow::Result<std::shared_ptr<arrow::RecordBatch>> Run(const std::vector<Step>& steps, bool copies_input,
                                                                const arrow::RecordBatch& input) {
    FrameState state{input, {}, {}};
    for (const Step& step : steps) ARROW_RETURN_NOT_OK(step(state));
    arrow::FieldVector fields;
    arrow::ArrayVector columns;
    for (const auto& [name, series] : state.frame.columns) {
      ARROW_ASSIGN_OR_RAISE(auto array, series.ToArrow());
      fields.push_back(arrow::field(name, array->type()));
      columns.push_back(std::move(array));
    }
    for (int i = 0; copies_input && i < input.num_columns(); ++i) {
      if (state.frame.Find(input.column_name(i))) continue;
      fields.push_back(input.schema()->field(i));
      columns.push_back(input.column(i));
    }
    return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), input.num_rows(), std::move(columns));
  }

  Step CompileAssign(const Statement& statement) {
    const Node& target = *statement.target;
    if (target.Is(Kind::kSubscript)) {
      if (frame_.empty() || !target.child(0).IsName(frame_) || !target.child(1).Is(Kind::kString)) return {};
      return SetColumn(target.child(1).text, *statement.value);
    }
    // The names that mean something here keep their meaning.
    const std::string& name = target.text;
    if (name == parameter_ || name == frame_ || name == "pd" || name == "np" || name == "numpy") return {};
    if (IsNewFrame(*statement.value) || IsCopyOfInput(*statement.value)) {
      if (!frame_.empty()) return {};
      frame_ = name;
      variables_.erase(name);
      copies_input_ = IsCopyOfInput(*statement.value);
      return [](FrameState&) { return arrow::Status::OK(); };
    }
    SeriesExpression value = Compile(*statement.value);
    if (!value) return {};
    variables_.insert(name);
    return [name, value](FrameState& state) -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(state.variables[name], value(state));
      return arrow::Status::OK();
    };
  }

  Step CompileReturn(const Node& value) {
    if (!frame_.empty() && value.IsName(frame_)) return [](FrameState&) { return arrow::Status::OK(); };
    // return pd.DataFrame({"x": …})
    if (!IsFrameCall(value) || !HasArguments(value, 1) || !value.child(1).Is(Kind::kDict)) return {};
    const Node& dict = value.child(1);
    std::vector<Step> columns;
    frame_.clear();
    copies_input_ = false;
    for (size_t i = 0; i < dict.children.size(); i += 2) {
      if (!dict.child(i).Is(Kind::kString)) return {};
      Step column = SetColumn(dict.child(i).text, dict.child(i + 1));
      if (!column) return {};
      columns.push_back(std::move(column));
    }
    return [columns = std::move(columns)](FrameState& state) -> arrow::Status {
      state.frame.columns.clear();
      for (const Step& column : columns) ARROW_RETURN_NOT_OK(column(state));
      return arrow::Status::OK();
    };
  }

  Step SetColumn(const std::string& name, const Node& node) {
    SeriesExpression value = Compile(node);
    if (!value) return {};
    columns_.insert(name);
    return [name, value](FrameState& state) -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(Series series, value(state));
      if (series.is_scalar) return arrow::Status::NotImplemented("one value for a whole column");
      if (Series* existing = state.frame.Find(name)) {
        *existing = std::move(series);
      } else {
        state.frame.columns.emplace_back(name, std::move(series));
      }
      return arrow::Status::OK();
    };
  }

  static bool IsFrameCall(const Node& node) {
    return node.Is(Kind::kCall) && node.child(0).Is(Kind::kAttribute) && node.child(0).text == "DataFrame" &&
           (node.child(0).child(0).IsName("pd") || node.child(0).child(0).IsName("pandas"));
  }

  /// pd.DataFrame() or pd.DataFrame(index=inputs.index)
  bool IsNewFrame(const Node& node) const {
    if (!IsFrameCall(node)) return false;
    if (node.children.size() == 1) return true;
    return node.children.size() == 2 && node.keywords.size() == 1 && node.keywords[0] == "index" &&
           node.child(1).Is(Kind::kAttribute) && node.child(1).text == "index" &&
           node.child(1).child(0).IsName(parameter_);
  }

  /// inputs.copy()
  bool IsCopyOfInput(const Node& node) const {
    return node.Is(Kind::kCall) && node.children.size() == 1 && node.child(0).Is(Kind::kAttribute) &&
           node.child(0).text == "copy" && node.child(0).child(0).IsName(parameter_);
  }

  SeriesExpression Compile(const Node& node) {
    if (const std::optional<Series> constant = Constant(node)) {
      return [constant](FrameState&) -> arrow::Result<Series> { return *constant; };
    }
    switch (node.kind) {
      case Kind::kName:
        if (!variables_.contains(node.text)) return {};
        return [name = node.text](FrameState& state) -> arrow::Result<Series> { return state.variables[name]; };
      case Kind::kSubscript:
        return CompileColumn(node);
      case Kind::kUnary: {
        SeriesExpression operand = Compile(node.child(0));
        if (!operand || node.text == "not") return {};
        return [op = node.text, operand](FrameState& state) -> arrow::Result<Series> {
          ARROW_ASSIGN_OR_RAISE(const Series value, operand(state));
          return Negate(op, value);
        };
      }
      case Kind::kBinary:
        if (node.text == "and" || node.text == "or") return {};
        return CompilePair(node.child(0), node.child(1), [op = node.text](const Series& left, const Series& right) {
          return Arithmetic(op, left, right);
        });
      case Kind::kCompare:
        if (node.text == "is" || node.text == "is not") return {};
        return CompilePair(node.child(0), node.child(1), [op = node.text](const Series& left, const Series& right) {
          return Compare(op, left, right);
        });
      case Kind::kCall:
        return CompileCall(node);
      default:
        return {};
    }
  }

  template <typename Function>
  SeriesExpression CompilePair(const Node& first, const Node& second, Function function) {
    SeriesExpression left = Compile(first), right = Compile(second);
    if (!left || !right) return {};
    return [left, right, function](FrameState& state) -> arrow::Result<Series> {
      ARROW_ASSIGN_OR_RAISE(const Series a, left(state));
      ARROW_ASSIGN_OR_RAISE(const Series b, right(state));
      return function(a, b);
    };
  }

  template <typename Function>
  SeriesExpression CompileMap(const Node& node, Function function) {
    SeriesExpression operand = Compile(node);
    if (!operand) return {};
    return [operand, function](FrameState& state) -> arrow::Result<Series> {
      ARROW_ASSIGN_OR_RAISE(const Series value, operand(state));
      return function(value);
    };
  }

  SeriesExpression CompileColumn(const Node& node) {
    if (!node.child(1).Is(Kind::kString)) return {};
    const std::string& name = node.child(1).text;
    const bool of_frame = !frame_.empty() && node.child(0).IsName(frame_);
    if (of_frame && columns_.contains(name)) {
      return [name](FrameState& state) -> arrow::Result<Series> { return *state.frame.Find(name); };
    }
    if (!(of_frame && copies_input_) && !node.child(0).IsName(parameter_)) return {};
    return [name](FrameState& state) -> arrow::Result<Series> {
      const auto column = state.input.GetColumnByName(name);
      if (!column) return arrow::Status::Invalid("KeyError: '", name, "' (it is not among the view's inputs)");
      return Series::FromArrow(*column);
    };
  }

  SeriesExpression CompileCall(const Node& node) {
    const Node& function = node.child(0);
    if (!function.Is(Kind::kAttribute)) return {};
    if (IsNumpy(function.child(0))) return CompileNumpy(node, function.text);
    if (function.child(0).IsName("pd") || function.child(0).IsName("pandas")) {
      if (!HasArguments(node, 1)) return {};
      return CompileIsMissing(node.child(1), function.text);
    }
    return CompileMethod(node, function.child(0), function.text);
  }

  SeriesExpression CompileIsMissing(const Node& operand, const std::string& name) {
    const bool missing = name == "isna" || name == "isnull";
    if (!missing && name != "notna" && name != "notnull") return {};
    return CompileMap(operand,
                      [missing](const Series& value) -> arrow::Result<Series> { return IsMissing(value, missing); });
  }

  SeriesExpression CompileNumpy(const Node& node, const std::string& name) {
    if (HasArguments(node, 3) && name == "where") {
      SeriesExpression condition = Compile(node.child(1)), left = Compile(node.child(2)),
                       right = Compile(node.child(3));
      if (!condition || !left || !right) return {};
      return [condition, left, right](FrameState& state) -> arrow::Result<Series> {
        ARROW_ASSIGN_OR_RAISE(const Series which, condition(state));
        ARROW_ASSIGN_OR_RAISE(const Series a, left(state));
        ARROW_ASSIGN_OR_RAISE(const Series b, right(state));
        return Where(which, a, b);
      };
    }
    if (HasArguments(node, 2) && (name == "maximum" || name == "minimum")) {
      return CompilePair(node.child(1), node.child(2),
                         [maximum = name == "maximum"](const Series& left, const Series& right) {
                           return Extreme(left, right, maximum);
                         });
    }
    if (!HasArguments(node, 1)) return {};
    if (name == "abs" || name == "absolute") return CompileMap(node.child(1), Absolute);
    if (name == "isnan") {
      return CompileMap(node.child(1),
                        [](const Series& value) -> arrow::Result<Series> { return IsMissing(value, true); });
    }
    double (*function)(double) = FindFloatFunction(name);
    if (!function) return {};
    return CompileMap(node.child(1),
                      [function, keeps = KeepsIntegers(name)](const Series& value) -> arrow::Result<Series> {
                        if (keeps && !value.is_float()) return value;
                        if (value.type == Series::Type::kBool)
                          return arrow::Status::NotImplemented("a function of booleans");
                        return MapFloats(value, function);
                      });
  }

  SeriesExpression CompileMethod(const Node& node, const Node& object, const std::string& name) {
    // Constants have no such methods.
    if (Constant(object)) return {};
    if (name == "isna" || name == "isnull" || name == "notna" || name == "notnull") {
      return HasArguments(node, 0) ? CompileIsMissing(object, name) : SeriesExpression();
    }
    if (name == "abs") return HasArguments(node, 0) ? CompileMap(object, Absolute) : SeriesExpression();
    if (name == "round") {
      if (!HasArguments(node, 0) && (!HasArguments(node, 1) || !node.child(1).Is(Kind::kInteger))) return {};
      const int64_t decimals = node.children.size() == 2 ? node.child(1).integer : 0;
      if (decimals > 15) return {};
      return CompileMap(object,
                        [decimals](const Series& value) -> arrow::Result<Series> { return Round(value, decimals); });
    }
    if (!HasArguments(node, 1)) return {};
    if (name == "fillna") {
      const std::optional<Series> filler = Constant(node.child(1));
      if (!filler || filler->type == Series::Type::kBool) return {};
      return CompileMap(object,
                        [filler](const Series& value) -> arrow::Result<Series> { return FillMissing(value, *filler); });
    }
    if (name != "astype") return {};
    const std::optional<Series::Type> type = TypeArgument(node.child(1));
    if (!type) return {};
    return CompileMap(object, [type](const Series& value) { return AsType(value, *type); });
  }

  /// "float64", float or np.float64.
  static std::optional<Series::Type> TypeArgument(const Node& node) {
    const bool plain = node.Is(Kind::kString) || node.IsName("float") || node.IsName("int") || node.IsName("bool");
    const bool numpy = node.Is(Kind::kAttribute) && IsNumpy(node.child(0)) &&
                       node.text.find_first_of("0123456789") != std::string::npos;
    if (!plain && !numpy) return std::nullopt;
    const auto found = TypeNames().find(node.text);
    return found == TypeNames().end() ? std::nullopt : std::optional(found->second);
  }

  const std::string parameter_;
  /// The DataFrame's variable, once there is one.
  std::string frame_;
  bool copies_input_ = false;
  /// What has been assigned so far.
  std::set<std::string> variables_, columns_;
  std::vector<Step> steps_;
};

}  // namespace

NativeFunction CompileVectorProgram(const python_syntax::Function& function) {
  return Compiler(function).Compile(function);
}

}  // namespace feast
