#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "arrow/status.h"
#include "definitions/primitive_types.h"
#include "feast/types.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

const PrimitiveType* FindPrimitive(ValueType value_type) {
  for (const PrimitiveType& primitive : kPrimitiveTypes) {
    if (primitive.value_type == value_type) return &primitive;
  }
  return nullptr;
}

// The text of a type, read from left to right.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text), rest_(text) {}

  arrow::Result<Type> Parse() {
    ARROW_ASSIGN_OR_RAISE(Type type, ParseType());
    SkipSpace();
    if (!rest_.empty()) return Error("unexpected '" + std::string(rest_) + "'");
    return type;
  }

 private:
  arrow::Result<Type> ParseType() {
    // Deeper than anyone nests types, and far from what the stack can hold.
    if (++depth_ > 64) return Error("types nested too deeply");
    ARROW_ASSIGN_OR_RAISE(Type type, ParseTypeHere());
    --depth_;
    return type;
  }

  arrow::Result<Type> ParseTypeHere() {
    const std::string word = Word();
    if (word == "Array" || word == "Set") {
      ARROW_RETURN_NOT_OK(Expect("("));
      ARROW_ASSIGN_OR_RAISE(Type element, ParseType());
      ARROW_RETURN_NOT_OK(Expect(")"));
      Type type = word == "Array" ? Type::Array(element) : Type::Set(element);
      if (!type.is_valid()) return Error("there is no " + type.ToString());
      return type;
    }
    if (word == "Struct") return ParseStruct();
    std::vector<std::string> names;
    for (const PrimitiveType& primitive : kPrimitiveTypes) {
      if (primitive.name == word) return Type::Of(primitive.value_type);
      names.emplace_back(primitive.name);
    }
    return Error("there is no type '" + word + "'." + DidYouMean(word, names));
  }

  arrow::Result<Type> ParseStruct() {
    ARROW_RETURN_NOT_OK(Expect("("));
    ARROW_RETURN_NOT_OK(Expect("{"));
    std::vector<std::pair<std::string, Type>> fields;
    do {
      SkipSpace();
      const size_t colon = rest_.find(':');
      if (colon == std::string_view::npos) return Error("a struct's fields are written 'name: type'");
      std::string name(rest_.substr(0, colon));
      name.erase(name.find_last_not_of(' ') + 1);
      rest_.remove_prefix(colon + 1);
      ARROW_ASSIGN_OR_RAISE(Type type, ParseType());
      fields.emplace_back(std::move(name), std::move(type));
    } while (Take(","));
    ARROW_RETURN_NOT_OK(Expect("}"));
    ARROW_RETURN_NOT_OK(Expect(")"));
    return Type::Struct(std::move(fields));
  }

  std::string Word() {
    SkipSpace();
    const size_t end = std::min(rest_.find_first_of(" (){},:"), rest_.size());
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }

  void SkipSpace() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }

  bool Take(std::string_view token) {
    SkipSpace();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  arrow::Status Expect(std::string_view token) {
    return Take(token) ? arrow::Status::OK() : Error("'" + std::string(token) + "' expected");
  }

  arrow::Status Error(const std::string& what) const {
    return arrow::Status::Invalid("Type '", text_, "' at character ", text_.size() - rest_.size() + 1, ": ", what);
  }

  std::string_view text_;
  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace

Type Type::Of(ValueType value_type) {
  if (const PrimitiveType* primitive = FindPrimitive(value_type)) {
    Type type;
    type.value_type_ = primitive->value_type;
    return type;
  }
  for (const PrimitiveType& primitive : kPrimitiveTypes) {
    if (primitive.list == value_type) return Array(Of(primitive.value_type));
    if (primitive.set == value_type) return Set(Of(primitive.value_type));
  }
  // The inner type of these is not in the enumeration; Feast takes the same stand-ins.
  switch (value_type) {
    case ValueType::kStruct:
      return Struct({{"_value", Of(ValueType::kString)}});
    case ValueType::kStructList:
      return Array(Of(ValueType::kStruct));
    case ValueType::kValueList:
      return Array(Of(ValueType::kStringList));
    case ValueType::kValueSet:
      return Set(Of(ValueType::kStringList));
    default:
      return Type();
  }
}

Type Type::Array(Type element) {
  Type type;
  type.kind_ = Kind::kArray;
  if (!element.is_valid()) {
    type.value_type_ = ValueType::kInvalid;
  } else if (element.kind_ == Kind::kStruct) {
    type.value_type_ = ValueType::kStructList;
  } else if (element.kind_ != Kind::kPrimitive) {
    type.value_type_ = ValueType::kValueList;
  } else {
    type.value_type_ = FindPrimitive(element.value_type_)->list;
  }
  type.element_ = std::make_shared<const Type>(std::move(element));
  return type;
}

Type Type::Set(Type element) {
  Type type;
  type.kind_ = Kind::kSet;
  if (!element.is_valid() || element.kind_ == Kind::kStruct) {
    type.value_type_ = ValueType::kInvalid;
  } else if (element.kind_ != Kind::kPrimitive) {
    type.value_type_ = ValueType::kValueSet;
  } else {
    type.value_type_ = FindPrimitive(element.value_type_)->set;
  }
  type.element_ = std::make_shared<const Type>(std::move(element));
  return type;
}

Type Type::Struct(std::vector<std::pair<std::string, Type>> fields) {
  Type type;
  type.kind_ = Kind::kStruct;
  type.value_type_ = ValueType::kStruct;
  type.fields_ = std::make_shared<const std::vector<std::pair<std::string, Type>>>(std::move(fields));
  return type;
}

const std::vector<std::pair<std::string, Type>>& Type::fields() const {
  static const std::vector<std::pair<std::string, Type>> kNone;
  return fields_ == nullptr ? kNone : *fields_;
}

std::string Type::ToString() const {
  switch (kind_) {
    case Kind::kArray:
      return "Array(" + element_->ToString() + ")";
    case Kind::kSet:
      return "Set(" + element_->ToString() + ")";
    case Kind::kStruct: {
      std::string text;
      for (const auto& [name, type] : fields()) {
        text += (text.empty() ? "" : ", ") + name + ": " + type.ToString();
      }
      return "Struct({" + text + "})";
    }
    case Kind::kPrimitive:
      break;
  }
  return std::string(FindPrimitive(value_type_)->name);
}

arrow::Result<Type> Type::Parse(std::string_view text) { return TypeParser(text).Parse(); }

bool Type::operator==(const Type& other) const {
  if (kind_ != other.kind_ || value_type_ != other.value_type_) return false;
  if (element_ != nullptr) return *element_ == *other.element_;
  // The order of a struct's fields does not matter, as in a Python dict.
  return fields().size() == other.fields().size() &&
         std::all_of(fields().begin(), fields().end(), [&](const std::pair<std::string, Type>& field) {
           return std::find(other.fields().begin(), other.fields().end(), field) != other.fields().end();
         });
}

}  // namespace feast
