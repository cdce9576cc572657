#include "report/wiring.h"

#include <fmt/format.h>

#include <map>

#include "report/sections.h"

namespace dlas::report {
namespace {

using Positions = std::map<std::string, std::size_t>;  // values[] by name

Positions positions(const Json& values, const char* side) {
  Positions out;
  for (std::size_t i = 0; i < values.size(); ++i) out.emplace(raw_text(values[i], side), i);
  return out;
}

void mark(Box& box, const Json& value, std::size_t at, bool first, const char* side) {
  const char* other = *side == 'a' ? "b" : "a";
  box.link = fmt::format("#v{}", at + 1);
  box.mark = first ? Mark::first : flag(value, "diverges") ? Mark::differs : Mark::agrees;
  box.title.push_back(
      fmt::format("relative error {}, explained {}", plain(number(value, "relative")), plain(number(value, "floor"))));
  box.title.push_back(fmt::format("in {}: {}", *other == 'a' ? "A" : "B", raw_text(value, other)));
  if (box.mark >= Mark::differs) box.detail = "error " + plain(number(value, "relative"));
  if (!first) return;
  box.detail = "first divergence, " + plain(number(value, "relative"));
  box.id = fmt::format("graph-{}-first", side);
  box.keep = true;
}

std::string made_title(const Json& made) { return raw_text(made, "name") + "  " + raw_text(made, "type"); }

void add_arrows(const Json& boxes, const Json& box, Picture& picture) {
  const std::size_t here = picture.boxes.size();
  for (const Json& read : list(box, "reads")) {
    if (!read.is_number_unsigned() || read.get<std::uint64_t>() >= here) continue;
    const std::size_t from = read.get<std::size_t>();
    const Json& makes = list(boxes[from], "makes");
    picture.arrows.push_back({static_cast<std::int32_t>(from), static_cast<std::int32_t>(here),
                              makes.empty() ? Lines() : Lines{made_title(makes[0])}});
  }
}

void add_outputs(const Json& graph, const std::map<std::string, std::size_t>& maker, Picture& picture) {
  for (const Json& output : list(graph, "outputs")) {
    Box box;
    box.label = output.is_string() ? output.get<std::string>() : "";
    box.title = {box.label};
    box.end = true;
    if (const auto found = maker.find(box.label); found != maker.end())
      picture.arrows.push_back(
          {static_cast<std::int32_t>(found->second), static_cast<std::int32_t>(picture.boxes.size()), {box.label}});
    picture.boxes.push_back(std::move(box));
  }
}

}  // namespace

Picture picture_of_side(const Json& diff, const char* side) {
  const Json& graph = field(field(diff, "graphs"), side);
  const Json &boxes = list(graph, "boxes"), &values = list(diff, "values");
  const auto first = first_divergence(diff);
  const Positions position = positions(values, side);
  std::map<std::string, std::size_t> maker;
  Picture picture;
  for (const Json& one : boxes) {
    Box box;
    const std::string op = raw_text(one, "op"), node = raw_text(one, "name");
    box.end = op.empty();
    box.label = box.end ? node : op;
    box.title = {node.empty() ? op : node};
    std::optional<std::size_t> at;
    for (const Json& made : list(one, "makes")) {
      box.title.push_back(made_title(made));
      maker.emplace(raw_text(made, "name"), picture.boxes.size());
      const auto found = position.find(raw_text(made, "name"));
      if (found != position.end() && (!at || first == found->second)) at = found->second;
    }
    if (at) mark(box, values[*at], *at, first == *at, side);
    add_arrows(boxes, one, picture);
    picture.boxes.push_back(std::move(box));
  }
  add_outputs(graph, maker, picture);
  return picture;
}

}  // namespace dlas::report
