#include "model/format/hdf5/tree.h"

#include <fmt/format.h>

#include <bit>
#include <set>
#include <vector>

namespace dlas::hdf5 {
namespace {

// A tree has one node of a kind at an address; a second visit is a circle or a shared child.
class Visited {
 public:
  Status enter(std::uint64_t address) {
    if (seen_.insert(address).second) return {};
    return wrong(address, "a B-tree without circles", "a node twice");
  }

 private:
  std::set<std::uint64_t> seen_;
};

struct Pending {
  std::uint64_t address = 0, records = 0;  // records: version 2, of the node
  int level = 0;
};

}  // namespace

Status walk_tree_1(const Bytes& bytes, std::uint64_t root, unsigned node_type, std::size_t key_bytes,
                   const Child& child) {
  Visited visited;
  std::vector<Pending> todo{{root, 0, -1}};
  while (!todo.empty()) {
    const Pending at = todo.back();
    todo.pop_back();
    DLAS_TRY(visited.enter(at.address));
    Cursor c = bytes.at(at.address);
    if (!c.is("TREE")) return wrong(at.address, "a B-tree node 'TREE'", "something else");
    const auto type = c.number(1), level = c.number(1), entries = c.number(2);
    c.skip(2 * bytes.offsets);
    if (type != node_type)
      return wrong(at.address, fmt::format("a node of type {}", node_type), fmt::format("{}", type));
    if (at.level >= 0 && level != static_cast<std::uint64_t>(at.level))
      return wrong(at.address, fmt::format("a node of level {}", at.level), fmt::format("{}", level));
    DLAS_TRY(bytes.parsed(24 + entries * (key_bytes + bytes.offsets)));
    std::vector<Pending> below;
    for (std::uint64_t i = 0; i < entries; ++i) {
      const Cursor key = c;
      c.skip(key_bytes);
      const auto address = c.number(bytes.offsets);
      DLAS_TRY(c.status("a B-tree node"));
      if (level == 0) DLAS_TRY(child(key, address));
      else below.push_back({address, 0, static_cast<int>(level) - 1});
    }
    todo.insert(todo.end(), below.rbegin(), below.rend());
  }
  return {};
}

namespace {

std::size_t bytes_for(std::uint64_t largest) {
  return largest == 0 ? 1 : (static_cast<std::size_t>(std::bit_width(largest)) - 1) / 8 + 1;
}

constexpr std::uint64_t kNodeFrame = 10;  // signature, version, type, checksum
constexpr int kDeepest = 16;

struct Tree2 {
  std::uint64_t type = 0, node_size = 0, record_size = 0, depth = 0, root = 0, root_records = 0;
  std::size_t count_bytes = 0;           // of a number of records in a pointer
  std::vector<std::uint64_t> most;       // records of a node of each level
  std::vector<std::size_t> total_bytes;  // of the records below a child of a node of each level; 0 for level 1
};

Status size_levels(const Bytes& bytes, Tree2& t) {
  if (t.record_size == 0 || t.node_size < kNodeFrame + t.record_size)
    return make_error(Code::format, "a B-tree node that holds a record", fmt::format("{} bytes", t.node_size));
  t.most = {(t.node_size - kNodeFrame) / t.record_size};
  t.total_bytes = {0};
  t.count_bytes = bytes_for(t.most[0]);
  std::uint64_t cumulative = t.most[0];
  for (std::uint64_t level = 1; level <= t.depth; ++level) {
    const std::size_t total = level > 1 ? bytes_for(cumulative) : 0;
    const std::uint64_t pointer = bytes.offsets + t.count_bytes + total;
    if (t.node_size < kNodeFrame + pointer + t.record_size + pointer)
      return make_error(Code::format, "a B-tree node that holds a record", fmt::format("{} bytes", t.node_size));
    t.most.push_back((t.node_size - kNodeFrame - pointer) / (t.record_size + pointer));
    t.total_bytes.push_back(total);
    const auto more = checked_mul(t.most.back() + 1, cumulative);
    if (!more) return make_error(Code::format, "a B-tree of fewer levels", fmt::format("{}", t.depth));
    cumulative = *more + t.most.back();
  }
  return {};
}

Result<Tree2> open_tree(const Bytes& bytes, std::uint64_t address, unsigned type) {
  Cursor c = bytes.at(address);
  if (!c.is("BTHD")) return wrong(address, "a B-tree 'BTHD'", "something else");
  DLAS_TRY(check_version(c.number(1), 0, "a B-tree"));
  Tree2 t;
  t.type = c.number(1);
  t.node_size = c.number(4);
  t.record_size = c.number(2);
  t.depth = c.number(2);
  c.skip(2);
  t.root = c.number(bytes.offsets);
  t.root_records = c.number(2);
  DLAS_TRY(c.status("a B-tree"));
  if (t.type != type) return wrong(address, fmt::format("a B-tree of type {}", type), fmt::format("{}", t.type));
  if (t.depth > kDeepest) return wrong(address, fmt::format("at most {} levels", kDeepest), fmt::format("{}", t.depth));
  DLAS_TRY(size_levels(bytes, t));
  return t;
}

// Adds the children of an inner node to `todo`, in front of what is there.
Status children(const Bytes& bytes, const Tree2& t, const Pending& at, Cursor& c, std::vector<Pending>& todo) {
  std::vector<Pending> below;
  for (std::uint64_t i = 0; i <= at.records; ++i) {
    Pending child;
    child.level = at.level - 1;
    child.address = c.number(bytes.offsets);
    child.records = c.number(t.count_bytes);
    c.skip(t.total_bytes[static_cast<std::size_t>(at.level)]);
    below.push_back(child);
  }
  DLAS_TRY(c.status("a B-tree node"));
  todo.insert(todo.end(), below.rbegin(), below.rend());
  return {};
}

}  // namespace

Status walk_tree_2(const Bytes& bytes, std::uint64_t header, unsigned type, const Record& record) {
  DLAS_ASSIGN(const Tree2 t, open_tree(bytes, header, type));
  if (bytes.undefined(t.root)) return {};
  Visited visited;
  std::vector<Pending> todo{{t.root, t.root_records, static_cast<int>(t.depth)}};
  while (!todo.empty()) {
    const Pending at = todo.back();
    todo.pop_back();
    DLAS_TRY(visited.enter(at.address));
    Cursor c = bytes.at(at.address);
    if (!c.is(at.level == 0 ? "BTLF" : "BTIN")) return wrong(at.address, "a node of a B-tree", "something else");
    c.skip(2);
    if (at.records > t.most[static_cast<std::size_t>(at.level)])
      return wrong(at.address, "as many records as fit the node", fmt::format("{}", at.records));
    DLAS_TRY(bytes.parsed(t.node_size));
    for (std::uint64_t i = 0; i < at.records; ++i) {
      const Cursor one = c;
      c.skip(t.record_size);
      DLAS_TRY(c.status("a B-tree node"));
      DLAS_TRY(record(one, t.record_size));
    }
    if (at.level > 0) DLAS_TRY(children(bytes, t, at, c, todo));
  }
  return {};
}

}  // namespace dlas::hdf5
