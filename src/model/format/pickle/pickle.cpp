#include "model/format/pickle/pickle.h"

#include <fmt/format.h>

#include <bit>
#include <unordered_map>

#include "base/checked.h"
#include "base/limits.h"
#include "model/format/pickle/opcodes.h"

namespace dlas::pickle {
namespace {

constexpr std::size_t kMostDigits = 8;  // bytes of a LONG1 that fits 64 bits

class Machine {
 public:
  Machine(std::span<const std::byte> bytes, Allowed allowed) : bytes_(bytes), allowed_(allowed) {
    // The three values that a pickle may repeat a million times are one item each.
    for (int i = 0; i < 3; ++i) out_.items.emplace_back();
    out_.items[kTrue].kind = out_.items[kFalse].kind = Kind::boolean;
    out_.items[kTrue].integer = 1;
  }

  Result<Pickle> run() {
    while (!stopped_) {
      start_ = at_;
      DLAS_ASSIGN(const std::uint64_t code, number(1));
      if (auto status = step(static_cast<Opcode>(code)); !status.ok()) return status.error().at(start_);
      if (taken() > limits().parsed_bytes + 2 * bytes_.size())
        return make_error(Code::limit, fmt::format("at most {} bytes of pickled items", limits().parsed_bytes), "more")
            .at(start_);
    }
    out_.size = at_;
    return std::move(out_);
  }

 private:
  static constexpr Id kNone = 0, kTrue = 1, kFalse = 2;
  static constexpr std::uint64_t kMemoEntry = 48;  // of a node of the map, about

  std::uint64_t taken() const {
    return out_.items.size() * sizeof(Item) + (stack_.size() + parts_) * sizeof(Id) +
           marks_.size() * sizeof(std::size_t) + memo_.size() * kMemoEntry;
  }

  Error wrong(std::string_view expected, std::string_view found) const {
    return make_error(Code::format, expected, found);
  }

  Result<std::uint64_t> number(unsigned width) {
    if (!range_fits(at_, width, bytes_.size()))
      return make_error(Code::truncated, "a whole pickle", fmt::format("{} bytes", bytes_.size())).at(start_);
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width; ++i) value |= std::to_integer<std::uint64_t>(bytes_[at_ + i]) << (8 * i);
    at_ += width;
    return value;
  }

  Result<std::string_view> chars(std::uint64_t length) {
    if (!range_fits(at_, length, bytes_.size()))
      return make_error(Code::truncated, fmt::format("{} bytes of the pickle", length),
                        fmt::format("{}", bytes_.size() - at_));
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()) + at_, length);
    at_ += length;
    return text;
  }

  Result<std::string_view> line() {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + at_, bytes_.size() - at_);
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || end > limits().name_bytes) return wrong("a name that ends in a line", "none");
    at_ += end + 1;
    return rest.substr(0, end);
  }

  Id add(Item item) {
    out_.items.push_back(std::move(item));
    return static_cast<Id>(out_.items.size() - 1);
  }
  void push(Item item) { stack_.push_back(add(std::move(item))); }
  void push_integer(std::int64_t value) { push({.kind = Kind::integer, .integer = value}); }

  Result<Id> pop() {
    if (stack_.size() <= floor()) return wrong("an item on the pickle's stack", "none");
    const Id id = stack_.back();
    stack_.pop_back();
    return id;
  }
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  // Everything above the last mark, which goes.
  Result<std::vector<Id>> since_mark() {
    if (marks_.empty()) return wrong("a mark on the pickle's stack", "none");
    const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Id> ids(from, stack_.end());
    stack_.erase(from, stack_.end());
    marks_.pop_back();
    parts_ += ids.size();
    return ids;
  }

  Result<Item*> top(Kind kind, std::string_view what) {
    if (stack_.size() <= floor() || out_.items[stack_.back()].kind != kind) return wrong(what, "another item");
    return &out_.items[stack_.back()];
  }

  Status step(Opcode code) {
    switch (code) {
      case Opcode::proto: return protocol();
      case Opcode::frame: return skip(8);
      case Opcode::stop: return stop();
      case Opcode::mark: marks_.push_back(stack_.size()); return {};
      case Opcode::pop: return discard();
      case Opcode::pop_mark: return status_of(since_mark());
      case Opcode::dup: return duplicate();
      case Opcode::none: stack_.push_back(kNone); return {};
      case Opcode::newtrue: stack_.push_back(kTrue); return {};
      case Opcode::newfalse: stack_.push_back(kFalse); return {};
      case Opcode::binint:
      case Opcode::binint1:
      case Opcode::binint2:
      case Opcode::long1:
      case Opcode::binfloat: return numeric(code);
      case Opcode::binunicode: return text(4, Kind::text);
      case Opcode::short_binunicode: return text(1, Kind::text);
      case Opcode::binunicode8: return text(8, Kind::text);
      case Opcode::binstring: return text(4, Kind::text);
      case Opcode::short_binstring: return text(1, Kind::text);
      case Opcode::binbytes: return text(4, Kind::bytes);
      case Opcode::short_binbytes: return text(1, Kind::bytes);
      case Opcode::memoize: return remember(static_cast<std::uint32_t>(memo_.size()));
      case Opcode::binput: return put(1);
      case Opcode::long_binput: return put(4);
      case Opcode::binget: return get(1);
      case Opcode::long_binget: return get(4);
      default: return containers(code);
    }
  }

  Status containers(Opcode code) {
    switch (code) {
      case Opcode::empty_list: push({.kind = Kind::list}); return {};
      case Opcode::empty_tuple: push({.kind = Kind::tuple}); return {};
      case Opcode::empty_dict: push({.kind = Kind::dict}); return {};
      case Opcode::tuple: return marked(Kind::tuple);
      case Opcode::list: return marked(Kind::list);
      case Opcode::dict: return marked(Kind::dict);
      case Opcode::tuple1: return last(1);
      case Opcode::tuple2: return last(2);
      case Opcode::tuple3: return last(3);
      case Opcode::append: return extend(Kind::list, 1, "a list before the item");
      case Opcode::setitem: return extend(Kind::dict, 2, "a dict before the item");
      case Opcode::appends: return extend_marked(Kind::list, "a list before the items");
      case Opcode::setitems: return extend_marked(Kind::dict, "a dict before the items");
      case Opcode::global: return global();
      case Opcode::stack_global: return stack_global();
      case Opcode::reduce:
      case Opcode::newobj: return make();
      case Opcode::build: return build();
      case Opcode::binpersid: return persistent();
      default:
        return make_error(Code::unsupported, "a pickle of plain data",
                          opcode_text(std::to_integer<std::uint8_t>(bytes_[start_])));
    }
  }

  template <typename T>
  static Status status_of(const Result<T>& result) {
    return result.ok() ? Status() : Status(result.error());
  }

  Status protocol() {
    DLAS_ASSIGN(const std::uint64_t version, number(1));
    if (version < 2 || version > 5)
      return make_error(Code::unsupported, "pickle protocols 2 to 5", fmt::format("{}", version));
    return {};
  }
  Status skip(unsigned width) { return status_of(number(width)); }
  Status stop() {
    DLAS_ASSIGN(out_.root, pop());
    if (!stack_.empty() || !marks_.empty()) return wrong("one item at the pickle's end", "several");
    stopped_ = true;
    return {};
  }
  Status discard() {
    if (!marks_.empty() && marks_.back() == stack_.size()) {
      marks_.pop_back();
      return {};
    }
    return status_of(pop());
  }
  Status duplicate() {
    if (stack_.size() <= floor()) return wrong("an item on the pickle's stack", "none");
    stack_.push_back(stack_.back());
    return {};
  }

  Status numeric(Opcode code) {
    if (code == Opcode::binfloat) {
      DLAS_ASSIGN(const std::uint64_t bits, number(8));
      push({.kind = Kind::real, .real = std::bit_cast<double>(__builtin_bswap64(bits))});
      return {};
    }
    if (code == Opcode::long1) return integer_of_bytes();
    const unsigned width = code == Opcode::binint ? 4 : code == Opcode::binint2 ? 2 : 1;
    DLAS_ASSIGN(const std::uint64_t value, number(width));
    push_integer(width == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value))
                            : static_cast<std::int64_t>(value));
    return {};
  }

  Status integer_of_bytes() {
    DLAS_ASSIGN(const std::uint64_t length, number(1));
    if (length > kMostDigits)
      return make_error(Code::unsupported, "integers of 64 bits", fmt::format("one of {} bytes", length));
    DLAS_ASSIGN(std::uint64_t value, number(static_cast<unsigned>(length)));
    const auto unused = 64 - 8 * static_cast<unsigned>(length);  // sign extension
    push_integer(length == 0 ? 0 : static_cast<std::int64_t>(value << unused) >> unused);
    return {};
  }

  Status text(unsigned width, Kind kind) {
    DLAS_ASSIGN(const std::uint64_t length, number(width));
    Item item{.kind = kind};
    DLAS_ASSIGN(item.text, chars(length));
    push(std::move(item));
    return {};
  }

  Status put(unsigned width) {
    DLAS_ASSIGN(const std::uint64_t key, number(width));
    return remember(static_cast<std::uint32_t>(key));
  }
  Status remember(std::uint32_t key) {
    if (stack_.size() <= floor()) return wrong("an item on the pickle's stack", "none");
    memo_[key] = stack_.back();
    return {};
  }
  Status get(unsigned width) {
    DLAS_ASSIGN(const std::uint64_t key, number(width));
    const auto found = memo_.find(static_cast<std::uint32_t>(key));
    if (found == memo_.end()) return wrong("an item that the pickle has remembered", fmt::format("number {}", key));
    stack_.push_back(found->second);
    return {};
  }

  Status marked(Kind kind) {
    DLAS_ASSIGN(std::vector<Id> parts, since_mark());
    if (kind == Kind::dict && parts.size() % 2 != 0) return wrong("a value for each key", "a key alone");
    push({.kind = kind, .parts = std::move(parts)});
    return {};
  }
  Status last(std::size_t count) {
    if (stack_.size() - floor() < count) return wrong("items for a tuple", "fewer");
    const auto from = stack_.end() - static_cast<std::ptrdiff_t>(count);
    Item item{.kind = Kind::tuple, .parts = {from, stack_.end()}};
    stack_.erase(from, stack_.end());
    push(std::move(item));
    return {};
  }
  Status extend(Kind kind, std::size_t count, std::string_view what) {
    if (stack_.size() - floor() <= count) return wrong(what, "too few items");
    const auto from = stack_.end() - static_cast<std::ptrdiff_t>(count);
    const std::vector<Id> parts(from, stack_.end());
    stack_.erase(from, stack_.end());
    DLAS_ASSIGN(Item* const target, top(kind, what));
    target->parts.insert(target->parts.end(), parts.begin(), parts.end());
    parts_ += count;
    return {};
  }
  Status extend_marked(Kind kind, std::string_view what) {
    DLAS_ASSIGN(const std::vector<Id> parts, since_mark());
    if (kind == Kind::dict && parts.size() % 2 != 0) return wrong("a value for each key", "a key alone");
    DLAS_ASSIGN(Item* const target, top(kind, what));
    target->parts.insert(target->parts.end(), parts.begin(), parts.end());
    return {};
  }

  Status push_global(std::string_view module, std::string_view name) {
    if (!allowed_(module, name))
      return make_error(Code::unsupported, "a pickle of tensors and plain data", fmt::format("'{}.{}'", module, name))
          .try_this("save the tensors alone: torch.save(model.state_dict(), FILE)");
    push({.kind = Kind::global, .text = name, .module = module});
    return {};
  }
  Status global() {
    DLAS_ASSIGN(const std::string_view module, line());
    DLAS_ASSIGN(const std::string_view name, line());
    return push_global(module, name);
  }
  Status stack_global() {
    DLAS_ASSIGN(const Id name, pop());
    DLAS_ASSIGN(const Id module, pop());
    if (out_[name].kind != Kind::text || out_[module].kind != Kind::text)
      return wrong("module and name of a global", "something else");
    return push_global(out_[module].text, out_[name].text);
  }

  Status make() {
    DLAS_ASSIGN(const Id arguments, pop());
    DLAS_ASSIGN(const Id callee, pop());
    if (out_[callee].kind != Kind::global || out_[arguments].kind != Kind::tuple)
      return wrong("a global and a tuple of arguments", "something else");
    if (out_.is_global(callee, "collections", "OrderedDict") && out_[arguments].parts.empty())
      push({.kind = Kind::dict});
    else push({.kind = Kind::made, .parts = {callee, arguments}});
    return {};
  }
  // The state of an object. A dict has none that matters: torch.save keeps `_metadata` of a state_dict there.
  Status build() {
    DLAS_ASSIGN(const Id state, pop());
    if (stack_.size() > floor() && out_.items[stack_.back()].kind == Kind::dict) return {};
    DLAS_ASSIGN(Item* const object, top(Kind::made, "an object before its state"));
    if (object->parts.size() != 2) return wrong("one state of an object", "several");
    object->parts.push_back(state);
    return {};
  }
  Status persistent() {
    DLAS_ASSIGN(const Id key, pop());
    push({.kind = Kind::reference, .parts = {key}});
    return {};
  }

  std::span<const std::byte> bytes_;
  Allowed allowed_;
  std::size_t at_ = 0, start_ = 0;
  bool stopped_ = false;
  Pickle out_;
  std::vector<Id> stack_;
  std::vector<std::size_t> marks_;
  std::size_t parts_ = 0;
  std::unordered_map<std::uint32_t, Id> memo_;
};

}  // namespace

bool Pickle::is_global(Id id, std::string_view module, std::string_view name) const {
  const Item& item = items[id];
  return item.kind == Kind::global && item.module == module && item.text == name;
}

const Item* Pickle::find(const Item& dict, std::string_view key) const {
  if (dict.kind != Kind::dict) return nullptr;
  for (std::size_t i = 0; i + 1 < dict.parts.size(); i += 2)
    if (items[dict.parts[i]].kind == Kind::text && items[dict.parts[i]].text == key) return &items[dict.parts[i + 1]];
  return nullptr;
}

Result<Pickle> read(std::span<const std::byte> bytes, Allowed allowed) { return Machine(bytes, allowed).run(); }

}  // namespace dlas::pickle
