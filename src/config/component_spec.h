// What each type of store, engine, server and auth takes in feature_store.yaml: tables of names, kinds and defaults.
//
// Facts about Feast's YAML, one row per key. Adding a type means adding its table and its line in the list of its kind,
// no code.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace feast {

enum class OptionKind : uint8_t { kText, kSecret, kInt, kNumber, kBool, kTextMap, kMap, kTextList, kList };

/// The default of an option that must be given, told by its address (an inline variable has one in the whole program).
inline constexpr char kRequired[] = "";

struct OptionSpec {
  std::string_view name;
  OptionKind kind;
  /// As YAML would have it; nullptr for none, kRequired when it must be given.
  const char* default_text = nullptr;
  /// "a|b" when the text must be one of these.
  std::string_view choices = {};
  /// Another name for the same key.
  std::string_view alias = {};
};

/// Whether keys beside those of the table are errors or are kept as they are.
enum class UnknownKeys : uint8_t { kForbidden, kKept };

/// One type: its name in `type:` and its options, which it may share with other types.
struct ComponentSpec {
  std::string_view name;
  UnknownKeys unknown_keys;
  std::array<std::span<const OptionSpec>, 3> options;
};

/// A kind of component: the block it stands in, its types, and what a custom type's class name must end in.
struct ComponentKind {
  /// The key of the block in feature_store.yaml.
  const char* block;
  std::span<const ComponentSpec> types;
  /// "OfflineStore"; "" when custom types are not possible.
  std::string_view class_suffix;
  /// Feast's exception for a type that is neither.
  const char* error_class;
};

const ComponentKind& OfflineStoreKind();
const ComponentKind& OnlineStoreKind();
const ComponentKind& BatchEngineKind();
const ComponentKind& FeatureServerKind();
const ComponentKind& AuthKind();
const ComponentKind& RegistryKind();

/// Blocks without a type: `materialization`, `openlineage`, `data_quality_monitoring`, `embedding_model`.
std::span<const ComponentSpec> UntypedBlocks();

/// The login of everything that talks to Snowflake.
std::span<const OptionSpec> SnowflakeConnection();
/// The login of everything that talks to PostgreSQL.
std::span<const OptionSpec> PostgresConnection();

}  // namespace feast
