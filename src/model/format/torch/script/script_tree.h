// The tree of one source file: classes, functions, statements and expressions, in arrays that refer to each other by number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dlas::torch {

using NodeIndex = std::uint32_t;
inline constexpr NodeIndex kNoNode = ~NodeIndex{0};

struct Expression {
  enum class Kind : std::uint8_t {
    name,
    none,
    boolean,
    integer,
    real,
    text,
    list,
    tuple,
    dict,
    member,
    item,
    call,
    minus
  };
  Kind kind = Kind::none;
  std::uint32_t line = 0;
  std::string_view text = {};                // of a name, member or number; of a text with its quotes
  NodeIndex of = kNoNode;                    // what a member, item, call or minus belongs to
  std::vector<NodeIndex> parts = {};         // elements; key, value, ...; arguments; the index of an item
  std::vector<std::string_view> names = {};  // of a call's arguments; empty for those by position
};

struct Statement {
  enum class Kind : std::uint8_t { pass, evaluate, assign, branch, loop_while, loop_for, give };
  Kind kind = Kind::pass;
  std::uint32_t line = 0;
  NodeIndex value = kNoNode;                 // expression, condition, what is assigned, iterated or returned
  std::vector<std::string_view> names = {};  // targets of an assignment or a loop
  bool unpacks = false;                      // `a, = x`: the targets take the value apart
  std::vector<NodeIndex> body = {}, otherwise = {};
};

struct Parameter {
  std::string_view name;
  std::string_view type;  // the first word of it: "Tensor", "Optional"
  NodeIndex fallback = kNoNode;
};

struct Function {
  std::string_view name;
  std::uint32_t line = 0;
  std::vector<Parameter> parameters;
  std::vector<NodeIndex> body;
};

struct Class {
  std::string_view name, base;  // "Module", "NamedTuple"
  std::vector<std::string_view> fields;
  std::vector<Function> methods;
};

struct Tree {
  std::vector<Expression> expressions;
  std::vector<Statement> statements;
  std::vector<Function> functions;
  std::vector<Class> classes;
};

// The tree points into `source`.
// Errors: format for what is no TorchScript, unsupported for statements that dlas does not follow, both with the line;
//         limit for deeper nesting than kDeepestSource.
// Cost:   linear.
inline constexpr int kDeepestSource = 100;
Result<Tree> parse_script(std::string_view source);

}  // namespace dlas::torch
