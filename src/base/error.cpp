#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace dlas {

std::string_view text(Code code) {
  switch (code) {
    case Code::usage: return "usage";
    case Code::not_found: return "not_found";
    case Code::io: return "io";
    case Code::special_file: return "special_file";
    case Code::containment: return "containment";
    case Code::format: return "format";
    case Code::truncated: return "truncated";
    case Code::limit: return "limit";
    case Code::graph: return "graph";
    case Code::type: return "type";
    case Code::unsupported: return "unsupported";
    case Code::mismatch: return "mismatch";
    case Code::cancelled: return "cancelled";
    case Code::internal: return "internal";
  }
  return "internal";
}

Error make_error(Code code, std::string_view expected, std::string_view found) {
  Error e;
  e.code = code;
  e.expected = expected;
  e.found = found;
  return e;
}

std::string Error::message() const {
  std::string out;
  if (!file.empty()) out += for_terminal(file);
  if (offset) out += fmt::format("{}byte {}", out.empty() ? "" : ", ", *offset);
  std::string where;
  if (!node.empty())
    where = fmt::format("node '{}'{}", for_terminal(node), op.empty() ? "" : " (" + for_terminal(op) + ")");
  else if (!op.empty()) where = for_terminal(op);
  if (!slot.empty()) where += (where.empty() ? "" : ", ") + for_terminal(slot);
  const auto part = [&](const std::string& s) {
    if (!s.empty()) out += (out.empty() ? "" : ": ") + s;
  };
  part(where);
  std::string sentence;
  if (!expected.empty()) sentence = "expected " + for_terminal(expected, 400);
  if (!found.empty()) sentence += (sentence.empty() ? "found " : ", found ") + for_terminal(found, 400);
  part(sentence);
  for (const auto& c : context) out += " (" + for_terminal(c) + ")";
  return out;
}

Error& Error::in(std::string_view path) {
  if (file.empty()) file = path;
  return *this;
}
Error& Error::at(std::uint64_t byte) {
  if (!offset) offset = byte;
  return *this;
}
Error& Error::at_node(std::string_view name, std::string_view op_name) {
  if (node.empty()) node = name;
  if (op.empty()) op = op_name;
  return *this;
}
Error& Error::at_slot(std::string_view slot_text) {
  if (slot.empty()) slot = slot_text;
  return *this;
}
Error& Error::try_this(std::string_view command) {
  if (remedy.empty()) remedy = command;
  return *this;
}
Error& Error::during(std::string_view what) {
  context.emplace_back(what);
  return *this;
}

void panic(std::string_view what, const char* file, int line) {
  fmt::print(
      stderr,
      "dlas: internal error at {}:{}: broken promise: {}\n      please report this with the command and the file\n",
      file, line, what);
  std::fflush(stderr);
  std::_Exit(3);
}

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const bool same = (a[i - 1] | 32) == (b[j - 1] | 32);  // letters without case
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (same ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string_view>& candidates) {
  name = name.substr(0, 64);
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (auto c : candidates) ranked.emplace_back(edit_distance(name, c.substr(0, 64)), c);
  std::ranges::sort(ranked);
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, ranked.size()); ++i) {
    if (i) out += ", ";
    out += ranked[i].second;
  }
  return out.empty() ? out : " (nearest: " + out + ")";
}

}  // namespace dlas
