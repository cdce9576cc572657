#include "model/format/torch/script/script_tokens.h"

#include <fmt/format.h>

#include "base/limits.h"

namespace dlas::torch {
namespace {

constexpr std::size_t kMostIndents = 100;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> run() {
    const std::uint64_t most = limits().parsed_bytes / sizeof(Token);
    while (at_ < source_.size()) {
      if (out_.size() > most) return make_error(Code::limit, fmt::format("at most {} words of source", most), "more");
      if (beginning_) DLAS_TRY(indentation());
      if (at_ < source_.size()) DLAS_TRY(word());
    }
    if (!beginning_) push(Token::Kind::newline, 0);
    for (; !indents_.empty(); indents_.pop_back()) push(Token::Kind::dedent, 0);
    push(Token::Kind::end, 0);
    return std::move(out_);
  }

 private:
  void push(Token::Kind kind, std::size_t length) {
    out_.push_back({kind, line_, source_.substr(at_, length)});
    at_ += length;
  }

  Error wrong(std::string_view found) const {
    return make_error(Code::format, "TorchScript", found).during(fmt::format("line {}", line_));
  }

  // Spaces at the beginning of a line; a line without words counts for nothing.
  Status indentation() {
    std::size_t end = at_;
    while (end < source_.size() && source_[end] == ' ') ++end;
    if (end == source_.size() || source_[end] == '\n' || source_[end] == '#') {
      at_ = end;
      skip_comment();
      if (at_ < source_.size()) ++at_, ++line_;
      return {};
    }
    const std::size_t depth = end - at_;
    at_ = end;
    beginning_ = false;
    while (!indents_.empty() && depth < indents_.back()) {
      indents_.pop_back();
      push(Token::Kind::dedent, 0);
    }
    const std::size_t now = indents_.empty() ? 0 : indents_.back();
    if (depth == now) return {};
    if (depth < now) return wrong("a line between two indentations");
    if (indents_.size() >= kMostIndents) return wrong(fmt::format("more than {} indentations", kMostIndents));
    indents_.push_back(depth);
    push(Token::Kind::indent, 0);
    return {};
  }

  void skip_comment() {
    if (at_ < source_.size() && source_[at_] == '#')
      while (at_ < source_.size() && source_[at_] != '\n') ++at_;
  }

  Status word() {
    const char c = source_[at_];
    if (c == ' ') return skip(1);
    if (c == '#') return skip_comment(), Status();
    if (c == '\n') return line_end();
    if (is_letter(c)) return name();
    if (is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]))) return number();
    if (c == '"' || c == '\'') return text(c);
    return mark();
  }

  Status skip(std::size_t n) {
    at_ += n;
    return {};
  }

  Status line_end() {
    if (brackets_ == 0) {
      push(Token::Kind::newline, 0);
      beginning_ = true;
    }
    ++at_, ++line_;
    return {};
  }

  Status name() {
    std::size_t end = at_;
    while (end < source_.size() && (is_letter(source_[end]) || is_digit(source_[end]))) ++end;
    push(Token::Kind::name, end - at_);
    return {};
  }

  Status number() {
    std::size_t end = at_;
    bool real = false;
    for (; end < source_.size(); ++end) {
      const char c = source_[end];
      const bool exponent = c == 'e' || c == 'E';
      const bool sign = (c == '-' || c == '+') && (source_[end - 1] == 'e' || source_[end - 1] == 'E');
      if (!is_digit(c) && c != '.' && !exponent && !sign) break;
      real = real || !is_digit(c);
    }
    push(real ? Token::Kind::real : Token::Kind::integer, end - at_);
    return {};
  }

  Status text(char quote) {
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote && source_[end] != '\n') end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size() || source_[end] != quote) return wrong("a text without its end");
    push(Token::Kind::text, end + 1 - at_);
    return {};
  }

  Status mark() {
    constexpr std::string_view kMarks = "()[]{},:.=-";
    if (source_.substr(at_, 2) == "->") return push(Token::Kind::mark, 2), Status();
    const char c = source_[at_];
    if (kMarks.find(c) == std::string_view::npos) return wrong(fmt::format("'{}'", c));
    if (c == '(' || c == '[' || c == '{') ++brackets_;
    if ((c == ')' || c == ']' || c == '}') && brackets_ > 0) --brackets_;
    push(Token::Kind::mark, 1);
    return {};
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t brackets_ = 0;
  bool beginning_ = true;
  std::vector<std::size_t> indents_;
  std::vector<Token> out_;
};

}  // namespace

Result<std::vector<Token>> tokens_of(std::string_view source) { return Lexer(source).run(); }

std::string unquoted(std::string_view quoted) {
  std::string out;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    char c = quoted[i];
    if (c == '\\' && i + 2 < quoted.size()) {
      c = quoted[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
    }
    out += c;
  }
  return out;
}

}  // namespace dlas::torch
