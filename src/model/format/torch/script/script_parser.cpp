// Recursive descent over the words of a file. What python_print.cpp never writes (operators between words, decorators,
// comprehensions, lambda) is refused.
#include <fmt/format.h>

#include "model/format/torch/script/script_tokens.h"
#include "model/format/torch/script/script_tree.h"

namespace dlas::torch {
namespace {

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Tree> run() {
    while (now().kind != Token::Kind::end) {
      if (now().is("class")) {
        DLAS_TRY(class_definition());
      } else if (now().is("def")) {
        DLAS_ASSIGN(Function function, definition());
        tree_.functions.push_back(std::move(function));
      } else {
        return wrong("a class or function");
      }
    }
    return std::move(tree_);
  }

 private:
  const Token& now() const { return tokens_[at_]; }
  const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take() { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_[at_]; }

  Error wrong(std::string_view expected) const {
    const std::string found = now().text.empty() ? "the end of a line" : fmt::format("'{}'", now().text.substr(0, 80));
    return make_error(Code::format, expected, found).during(fmt::format("line {}", now().line));
  }

  Status expect(std::string_view mark) {
    if (!now().is(mark)) return wrong(fmt::format("'{}'", mark));
    take();
    return {};
  }
  Status expect(Token::Kind kind, std::string_view what) {
    if (now().kind != kind) return wrong(what);
    take();
    return {};
  }
  Result<std::string_view> name() {
    if (now().kind != Token::Kind::name) return wrong("a name");
    return take().text;
  }

  struct Deeper {
    int& depth;
    explicit Deeper(int& d) : depth(++d) {}
    ~Deeper() { --depth; }
  };
  Status check_depth() const {
    if (depth_ <= kDeepestSource) return {};
    return make_error(Code::limit, fmt::format("source of at most {} levels", kDeepestSource), "more")
        .during(fmt::format("line {}", now().line));
  }

  // --- classes and functions ---

  Status class_definition() {
    take();
    Class out;
    DLAS_ASSIGN(out.name, name());
    if (now().is("(")) {
      take();
      DLAS_ASSIGN(out.base, name());
      DLAS_TRY(expect(")"));
    }
    DLAS_TRY(expect(":"));
    DLAS_TRY(expect(Token::Kind::newline, "the end of the line"));
    DLAS_TRY(expect(Token::Kind::indent, "an indented line"));
    while (now().kind != Token::Kind::dedent && now().kind != Token::Kind::end) {
      if (now().is("def")) {
        DLAS_ASSIGN(Function method, definition());
        out.methods.push_back(std::move(method));
      } else {
        DLAS_TRY(field(out));
      }
    }
    take();
    tree_.classes.push_back(std::move(out));
    return {};
  }

  // `weight : Tensor`, `__parameters__ = [...]`, `__annotations__["0"] = ...`, `pass`: only the names of fields matter, and
  // those of named tuples only.
  Status field(Class& out) {
    if (now().kind == Token::Kind::name && next().is(":")) out.fields.push_back(now().text);
    while (now().kind != Token::Kind::newline) {
      if (now().kind == Token::Kind::end || now().kind == Token::Kind::indent) return wrong("a field");
      take();
    }
    take();
    return {};
  }

  Result<Function> definition() {
    Function out;
    out.line = take().line;
    DLAS_ASSIGN(out.name, name());
    DLAS_TRY(expect("("));
    while (!now().is(")")) {
      Parameter parameter;
      DLAS_ASSIGN(parameter.name, name());
      if (now().is(":")) {
        take();
        parameter.type = now().text;
        DLAS_TRY(type());
      }
      if (now().is("=")) {
        take();
        DLAS_ASSIGN(parameter.fallback, expression());
      }
      out.parameters.push_back(parameter);
      if (!now().is(",")) break;
      take();
    }
    DLAS_TRY(expect(")"));
    if (now().is("->")) {
      take();
      DLAS_TRY(type());
    }
    DLAS_ASSIGN(out.body, block());
    return out;
  }

  // A type is skipped: it is an expression of names and brackets.
  Status type() {
    const auto parsed = expression();
    return parsed.ok() ? Status() : Status(parsed.error());
  }

  // --- statements ---

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<std::vector<NodeIndex>> block() {
    const Deeper deeper(depth_);
    DLAS_TRY(check_depth());
    DLAS_TRY(expect(":"));
    DLAS_TRY(expect(Token::Kind::newline, "the end of the line"));
    DLAS_TRY(expect(Token::Kind::indent, "an indented line"));
    std::vector<NodeIndex> out;
    while (now().kind != Token::Kind::dedent && now().kind != Token::Kind::end) {
      DLAS_ASSIGN(const NodeIndex one, statement());
      out.push_back(one);
    }
    take();
    return out;
  }

  NodeIndex add(Statement s) {
    tree_.statements.push_back(std::move(s));
    return static_cast<NodeIndex>(tree_.statements.size() - 1);
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<NodeIndex> statement() {
    Statement s;
    s.line = now().line;
    if (now().is("if")) return branch(std::move(s));
    if (now().is("while")) return loop_while(std::move(s));
    if (now().is("for")) return loop_for(std::move(s));
    if (now().is("with") || now().is("try") || now().is("class") || now().is("def") || now().is("assert"))
      return make_error(Code::unsupported, "assignments, branches and loops", fmt::format("'{}'", now().text))
          .during(fmt::format("line {}", s.line));
    if (now().is("return")) {
      take();
      s.kind = Statement::Kind::give;
      if (now().kind != Token::Kind::newline) {
        DLAS_ASSIGN(s.value, expressions());
      }
    } else if (now().is("pass")) {
      take();
    } else {
      DLAS_TRY(assignment(s));
    }
    DLAS_TRY(expect(Token::Kind::newline, "the end of the line"));
    return add(std::move(s));
  }

  // `a = x`, `a, b, = x`, `a : T = x`, or an expression alone.
  Status assignment(Statement& s) {
    const std::size_t first = at_;
    while (now().kind == Token::Kind::name && (next().is(",") || next().is("=") || next().is(":"))) {
      s.names.push_back(take().text);
      if (now().is(":")) {
        take();
        DLAS_TRY(type());
      }
      if (!now().is(",")) break;
      take();
      s.unpacks = true;
    }
    if (!s.names.empty() && now().is("=")) {
      take();
      s.kind = Statement::Kind::assign;
      DLAS_ASSIGN(s.value, expressions());
      return {};
    }
    at_ = first;
    s.names.clear();
    s.kind = Statement::Kind::evaluate;
    DLAS_ASSIGN(s.value, expressions());
    if (now().is("="))
      return make_error(Code::unsupported, "assignments to names", "one to a part of an object")
          .during(fmt::format("line {}", s.line));
    return {};
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<NodeIndex> branch(Statement s) {
    take();
    s.kind = Statement::Kind::branch;
    DLAS_ASSIGN(s.value, expression());
    DLAS_ASSIGN(s.body, block());
    if (now().is("else")) {
      take();
      DLAS_ASSIGN(s.otherwise, block());
    }
    return add(std::move(s));
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<NodeIndex> loop_while(Statement s) {
    take();
    s.kind = Statement::Kind::loop_while;
    DLAS_ASSIGN(s.value, expression());
    DLAS_ASSIGN(s.body, block());
    return add(std::move(s));
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<NodeIndex> loop_for(Statement s) {
    take();
    s.kind = Statement::Kind::loop_for;
    DLAS_ASSIGN(const std::string_view target, name());
    s.names.push_back(target);
    DLAS_TRY(expect("in"));
    DLAS_ASSIGN(s.value, expression());
    DLAS_ASSIGN(s.body, block());
    return add(std::move(s));
  }

  // --- expressions ---

  NodeIndex add(Expression e) {
    tree_.expressions.push_back(std::move(e));
    return static_cast<NodeIndex>(tree_.expressions.size() - 1);
  }

  // `a, b` without brackets is a tuple.
  Result<NodeIndex> expressions() {
    const std::uint32_t line = now().line;
    DLAS_ASSIGN(const NodeIndex first, expression());
    if (!now().is(",")) return first;
    Expression e{Expression::Kind::tuple, line};
    e.parts.push_back(first);
    while (now().is(",")) {
      take();
      if (now().kind == Token::Kind::newline) break;
      DLAS_ASSIGN(const NodeIndex one, expression());
      e.parts.push_back(one);
    }
    return add(std::move(e));
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<NodeIndex> expression() {
    const Deeper deeper(depth_);
    DLAS_TRY(check_depth());
    DLAS_ASSIGN(NodeIndex e, atom());
    for (int links = 0; now().is(".") || now().is("[") || now().is("("); ++links) {
      if (links > kDeepestSource) return wrong("a shorter chain of members");
      const std::uint32_t line = now().line;
      if (now().is(".")) {
        take();
        DLAS_ASSIGN(const std::string_view member, name());
        e = add(Expression{Expression::Kind::member, line, member, e});
      } else if (now().is("[")) {
        Expression item{Expression::Kind::item, line, {}, e};
        DLAS_TRY(elements("]", item.parts));
        e = add(std::move(item));
      } else {
        Expression call{Expression::Kind::call, line, {}, e};
        DLAS_TRY(arguments(call));
        e = add(std::move(call));
      }
    }
    return e;
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Status elements(std::string_view close, std::vector<NodeIndex>& out, bool* comma = nullptr) {
    take();
    while (!now().is(close)) {
      DLAS_ASSIGN(const NodeIndex one, expression());
      out.push_back(one);
      if (!now().is(",")) break;
      if (comma) *comma = true;
      take();
    }
    return expect(close);
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Status arguments(Expression& call) {
    take();
    while (!now().is(")")) {
      std::string_view key;
      if (now().kind == Token::Kind::name && next().is("=")) {
        key = take().text;
        take();
      }
      DLAS_ASSIGN(const NodeIndex one, expression());
      call.parts.push_back(one);
      call.names.push_back(key);
      if (!now().is(",")) break;
      take();
    }
    return expect(")");
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<NodeIndex> dict(std::uint32_t line) {
    Expression e{Expression::Kind::dict, line};
    take();
    while (!now().is("}")) {
      DLAS_ASSIGN(const NodeIndex key, expression());
      DLAS_TRY(expect(":"));
      DLAS_ASSIGN(const NodeIndex value, expression());
      e.parts.push_back(key);
      e.parts.push_back(value);
      if (!now().is(",")) break;
      take();
    }
    DLAS_TRY(expect("}"));
    return add(std::move(e));
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<NodeIndex> atom() {
    const Token token = now();
    Expression e{Expression::Kind::name, token.line, token.text};
    switch (token.kind) {
      case Token::Kind::name:
        take();
        if (token.text == "None") e.kind = Expression::Kind::none;
        if (token.text == "True" || token.text == "False") e.kind = Expression::Kind::boolean;
        if (token.text == "lambda" || token.text == "not" || token.text == "yield") return wrong("an expression");
        return add(std::move(e));
      case Token::Kind::integer:
      case Token::Kind::real:
      case Token::Kind::text:
        take();
        e.kind = token.kind == Token::Kind::integer ? Expression::Kind::integer
                 : token.kind == Token::Kind::real  ? Expression::Kind::real
                                                    : Expression::Kind::text;
        return add(std::move(e));
      default: return bracketed(token);
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion): depth <= kDeepestSource
  Result<NodeIndex> bracketed(const Token& token) {
    if (token.is("-")) {
      take();
      DLAS_ASSIGN(const NodeIndex of, expression());
      return add(Expression{Expression::Kind::minus, token.line, {}, of});
    }
    if (token.is("{")) return dict(token.line);
    if (token.is("[")) {
      Expression e{Expression::Kind::list, token.line};
      DLAS_TRY(elements("]", e.parts));
      return add(std::move(e));
    }
    if (!token.is("(")) return wrong("an expression");
    Expression e{Expression::Kind::tuple, token.line};
    bool comma = false;
    DLAS_TRY(elements(")", e.parts, &comma));
    if (e.parts.size() == 1 && !comma) return e.parts[0];  // brackets alone
    return add(std::move(e));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Tree tree_;
};

}  // namespace

Result<Tree> parse_script(std::string_view source) {
  DLAS_ASSIGN(std::vector<Token> tokens, tokens_of(source));
  return Parser(std::move(tokens)).run();
}

}  // namespace dlas::torch
