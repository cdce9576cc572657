// Printing, hashing and small questions; parsing is recipe/parse.cpp, applying recipe/apply.cpp.
#include "data/recipe.h"

#include <fmt/format.h>

namespace dlas::data {
namespace {

std::string size_text(int width, int height) {
  return width == height ? std::to_string(width) : fmt::format("{}x{}", width, height);
}

std::string list_text(const std::vector<double>& values) { return fmt::format("{}", fmt::join(values, ",")); }

struct Printer {
  std::string operator()(const Resize& r) const {
    const std::string size = r.height ? fmt::format("{}x{}", r.width, r.height) : std::to_string(r.width);
    return fmt::format("resize({},{},{})", size, text(r.method), text(r.library));
  }
  std::string operator()(const Crop& c) const {
    const std::string size = c.width ? size_text(c.width, c.height) : fmt::format("{}%", c.percent);
    return fmt::format("crop({}{})", size, c.floor ? ",floor" : "");
  }
  std::string operator()(const Pad& p) const {
    const std::string size = p.width ? size_text(p.width, p.height) : "square";
    return p.value == 0 ? fmt::format("pad({})", size) : fmt::format("pad({},{})", size, p.value);
  }
  std::string operator()(Color c) const { return c == Color::gray ? "gray" : c == Color::rgb ? "rgb" : "bgr"; }
  std::string operator()(const Scale& s) const {
    return s.over == 1 ? fmt::format("scale({})", s.times) : fmt::format("scale({}/{})", s.times, s.over);
  }
  std::string operator()(const Shift& s) const { return fmt::format("shift({})", s.by); }
  std::string operator()(const Mean& m) const { return fmt::format("mean({})", list_text(m.values)); }
  std::string operator()(const Std& s) const { return fmt::format("std({})", list_text(s.values)); }
  std::string operator()(const Norm&) const { return "norm(imagenet)"; }
};

}  // namespace

std::string text(const Step& step) { return std::visit(Printer(), step); }

std::string_view text(Layout layout) { return layout == Layout::nhwc ? "nhwc" : "nchw"; }

std::string_view text(LabelKind labels) {
  switch (labels) {
    case LabelKind::classes1000: return "1000";
    case LabelKind::classes1001: return "1001";
    case LabelKind::wnid: return "wnid";
  }
  return "";
}

std::string text(const Recipe& recipe) {
  std::vector<std::string> words;
  for (const Step& step : recipe.steps) words.push_back(text(step));
  if (recipe.raw) words.emplace_back("raw");
  if (recipe.layout) words.emplace_back(text(*recipe.layout));
  if (recipe.labels) words.push_back(fmt::format("labels({})", text(*recipe.labels)));
  return fmt::format("{}", fmt::join(words, " "));
}

Hash hash_of(const Recipe& recipe) { return hash_of(std::string_view(text(recipe))); }

Recipe with_layout(Recipe recipe, Layout layout) {
  if (!recipe.layout) recipe.layout = layout;
  return recipe;
}

}  // namespace dlas::data
