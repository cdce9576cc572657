// Edits as lines of text. All values in them are written as the graph's text form writes attributes.
#include <fmt/format.h>

#include <cctype>
#include <type_traits>

#include "model/graph/text_form.h"
#include "study/repair/edit.h"

namespace dlas::study {
namespace {

constexpr std::size_t kLongestShown = 80;  // of one value in a summary

using Texts = std::vector<std::string>;
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;

// --- printing ---

class Line {
 public:
  explicit Line(bool cut) : cut_(cut) {}
  Line& word(std::string_view w) {
    out_ += (out_.empty() ? "" : " ") + std::string(w);
    return *this;
  }
  Line& value(const AttributeValue& v) {
    std::string s = to_text(v);
    if (cut_ && s.size() > kLongestShown) s = s.substr(0, kLongestShown - 3) + "...";
    return word(s);
  }
  template <typename T>
  Line& was(const std::optional<T>& before) {
    return before ? word("was").value(AttributeValue(*before)) : *this;
  }
  std::string text() const { return out_; }

 private:
  std::string out_;
  bool cut_;
};

void put(Line& out, const std::optional<Quantization>& q) {
  if (!q) out.word("plain");
  else out.value(std::int64_t{q->axis}).value(std::int64_t{q->bits}).value(q->scales).value(q->zero_points);
}

void put(Line& out, const AxesChange& c) {
  out.word("axes").value(c.perm);
  if (!c.from.empty()) out.word("from").value(c.from);
}
void put(Line& out, const OrderChange& c) { out.word("order").value(c.axis).value(c.order); }
void put(Line& out, const AffineChange& c) { out.word("affine").value(c.axis).value(c.scale).value(c.offset); }
void put(Line& out, const CopyChange& c) { out.word("copy").value(c.tensor); }

void put(Line& out, const SetAttribute& e) {
  out.word("set").value(e.node).value(e.name);
  if (e.after) out.value(*e.after);
  else out.word("absent");
  if (e.before) out.word("was").value(*e.before);
}
void put(Line& out, const SetTensor& e) {
  out.word("tensor").value(e.value);
  std::visit([&](const auto& c) { put(out, c); }, e.change);
  if (e.before) out.word("was").value(text(*e.before));
}
void put(Line& out, const SetQuantization& e) {
  out.word("quantization").value(e.value);
  put(out, e.after);
  if (!e.before) return;
  out.word("was");
  put(out, e.before);
}
void put(Line& out, const InsertNode& e) {
  std::string attributes = "{";
  for (const NamedAttribute& a : e.attributes)
    attributes += (attributes.size() > 1 ? ", " : "") + to_text(AttributeValue(a.name)) + "=" + to_text(a.value);
  out.word("insert").value(e.node).value(e.op).word(attributes + "}").value(e.inputs).word("->").value(e.outputs);
  if (!e.readers.empty()) out.word("for").value(e.readers);
}
void put(Line& out, const DeleteNode& e) { out.word("delete").value(e.node).value(e.slot); }
void put(Line& out, const Rewire& e) { out.word("rewire").value(e.node).value(e.slot).value(e.after).was(e.before); }
void put(Line& out, const ReplaceRegion& e) {
  out.word("replace").value(e.inputs).word("->").value(e.outputs).value(e.replacement);
}
void put(Line& out, const SetOutputs& e) { out.word("outputs").value(e.after).was(e.before); }
void put(Line& out, const SetContract& e) { out.word("contract").value(e.key).value(e.after).was(e.before); }

std::string line(const Edit& edit, bool cut) {
  Line out(cut);
  std::visit([&](const auto& e) { put(out, e); }, edit);
  return out.text();
}

// --- parsing ---

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<Edit> run() {
    const std::string_view verb = take_word();
    auto edit = one(verb);
    if (!edit.ok()) return edit;
    space();
    if (!rest_.empty()) return wrong("the end of the edit");
    return edit;
  }

 private:
  Result<Edit> one(std::string_view verb) {
    if (verb == "set") return set_attribute();
    if (verb == "tensor") return set_tensor();
    if (verb == "quantization") return set_quantization();
    if (verb == "insert") return insert_node();
    if (verb == "delete") return delete_node();
    if (verb == "rewire") return rewire();
    if (verb == "replace") return replace_region();
    if (verb == "outputs") return set_outputs();
    if (verb == "contract") return set_contract();
    return make_error(Code::format, "set, tensor, quantization, insert, delete, rewire, replace, outputs or contract",
                      "'" + std::string(verb) + "'");
  }

  void space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
  }
  std::string_view take_word() {
    space();
    std::size_t n = 0;
    while (n < rest_.size() && std::isalpha(static_cast<unsigned char>(rest_[n]))) ++n;
    const std::string_view out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }
  bool take(std::string_view token) {
    space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  Status expect(std::string_view token) {
    if (!take(token)) return wrong("'" + std::string(token) + "'");
    return {};
  }
  Error wrong(std::string_view expected) const {
    return make_error(Code::format, expected, rest_.empty() ? "the end" : "'" + std::string(rest_.substr(0, 24)) + "'");
  }

  Result<AttributeValue> any() { return parse_attribute_value(rest_); }
  template <typename T>
  Result<T> as(std::string_view what) {
    const std::string_view here = rest_;
    DLAS_ASSIGN(AttributeValue value, any());
    if (T* found = std::get_if<T>(&value)) return std::move(*found);
    rest_ = here;
    return wrong(what);
  }
  Result<std::string> string() { return as<std::string>("a quoted name"); }
  Result<std::int64_t> integer() { return as<std::int64_t>("an integer"); }
  Result<Integers> integers() { return as<Integers>("a list of integers"); }
  Result<Reals> reals() { return as<Reals>("a list of floats"); }
  Result<Texts> strings() { return as<Texts>("a list of names"); }
  template <typename T>
  Status was(std::optional<T>& out, Result<T> (Parser::*read)()) {
    if (!take("was")) return {};
    DLAS_ASSIGN(out, (this->*read)());
    return {};
  }

  Result<Edit> set_attribute() {
    SetAttribute e;
    DLAS_ASSIGN(e.node, string());
    DLAS_ASSIGN(e.name, string());
    if (!take("absent")) {
      DLAS_ASSIGN(e.after, any());
    }
    DLAS_TRY(was(e.before, &Parser::any));
    return Edit(std::move(e));
  }

  Result<TensorChange> change() {
    const std::string_view kind = take_word();
    if (kind == "axes") {
      AxesChange c;
      DLAS_ASSIGN(c.perm, integers());
      if (take("from")) {
        DLAS_ASSIGN(c.from, integers());
      }
      return TensorChange(std::move(c));
    }
    if (kind == "order") {
      OrderChange c;
      DLAS_ASSIGN(c.axis, integer());
      DLAS_ASSIGN(c.order, integers());
      return TensorChange(std::move(c));
    }
    if (kind == "affine") {
      AffineChange c;
      DLAS_ASSIGN(c.axis, integer());
      DLAS_ASSIGN(c.scale, reals());
      DLAS_ASSIGN(c.offset, reals());
      return TensorChange(std::move(c));
    }
    if (kind != "copy") return wrong("axes, order, affine or copy, before");
    DLAS_ASSIGN(Tensor tensor, as<Tensor>("a tensor"));
    return TensorChange(CopyChange{std::move(tensor)});
  }
  Result<Edit> set_tensor() {
    SetTensor e;
    DLAS_ASSIGN(e.value, string());
    DLAS_ASSIGN(e.change, change());
    if (take("was")) {
      DLAS_ASSIGN(const std::string hex, string());
      e.before = parse_hash(hex);
      if (!e.before) return wrong("a hash of 32 hex digits, before");
    }
    return Edit(std::move(e));
  }

  Result<std::optional<Quantization>> quantization() {
    if (take("plain")) return std::optional<Quantization>();
    Quantization q;
    DLAS_ASSIGN(const std::int64_t axis, integer());
    DLAS_ASSIGN(const std::int64_t bits, integer());
    if (axis < -1 || axis > 64 || bits < 1 || bits > 64) return wrong("an axis and bits in range, before");
    q.axis = static_cast<int>(axis);
    q.bits = static_cast<int>(bits);
    DLAS_ASSIGN(q.scales, reals());
    DLAS_ASSIGN(q.zero_points, integers());
    return std::optional<Quantization>(std::move(q));
  }
  Result<Edit> set_quantization() {
    SetQuantization e;
    DLAS_ASSIGN(e.value, string());
    DLAS_ASSIGN(e.after, quantization());
    if (take("was")) {
      DLAS_ASSIGN(e.before, quantization());
    }
    return Edit(std::move(e));
  }

  Result<AttributeList> attributes() {
    AttributeList out;
    DLAS_TRY(expect("{"));
    if (take("}")) return out;
    while (true) {
      NamedAttribute a;
      DLAS_ASSIGN(a.name, string());
      DLAS_TRY(expect("="));
      DLAS_ASSIGN(a.value, any());
      out.push_back(std::move(a));
      if (take("}")) return out;
      DLAS_TRY(expect(","));
    }
  }
  Result<Edit> insert_node() {
    InsertNode e;
    DLAS_ASSIGN(e.node, string());
    DLAS_ASSIGN(e.op, string());
    DLAS_ASSIGN(e.attributes, attributes());
    DLAS_ASSIGN(e.inputs, strings());
    DLAS_TRY(expect("->"));
    DLAS_ASSIGN(e.outputs, strings());
    if (take("for")) {
      DLAS_ASSIGN(e.readers, strings());
    }
    return Edit(std::move(e));
  }
  Result<Edit> delete_node() {
    DeleteNode e;
    DLAS_ASSIGN(e.node, string());
    DLAS_ASSIGN(e.slot, integer());
    return Edit(std::move(e));
  }
  Result<Edit> rewire() {
    Rewire e;
    DLAS_ASSIGN(e.node, string());
    DLAS_ASSIGN(e.slot, integer());
    DLAS_ASSIGN(e.after, string());
    DLAS_TRY(was(e.before, &Parser::string));
    return Edit(std::move(e));
  }
  Result<Edit> replace_region() {
    ReplaceRegion e;
    DLAS_ASSIGN(e.inputs, strings());
    DLAS_TRY(expect("->"));
    DLAS_ASSIGN(e.outputs, strings());
    DLAS_ASSIGN(e.replacement, string());
    return Edit(std::move(e));
  }
  Result<Edit> set_outputs() {
    SetOutputs e;
    DLAS_ASSIGN(e.after, strings());
    DLAS_TRY(was(e.before, &Parser::strings));
    return Edit(std::move(e));
  }
  Result<Edit> set_contract() {
    SetContract e;
    DLAS_ASSIGN(e.key, string());
    DLAS_ASSIGN(e.after, string());
    DLAS_TRY(was(e.before, &Parser::string));
    return Edit(std::move(e));
  }

  std::string_view rest_;
};

}  // namespace

std::optional<Hash> parse_hash(std::string_view hex) {
  if (hex.size() != 32) return std::nullopt;
  Hash out;
  for (std::size_t i = 0; i < 32; ++i) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(hex[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    std::uint64_t& half = i < 16 ? out.high : out.low;
    half = half << 4 | digit;
  }
  return out;
}

std::string to_text(const Edit& edit) { return line(edit, false); }
std::string summary(const Edit& edit) { return line(edit, true); }
Result<Edit> parse_edit(std::string_view text) { return Parser(text).run(); }
bool same(const Edit& a, const Edit& b) { return to_text(a) == to_text(b); }

}  // namespace dlas::study
