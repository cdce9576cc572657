// Recipe text to a value. Words are read one by one; then the order of the steps is checked.
#include <array>
#include <cmath>

#include "base/text.h"
#include "data/recipe.h"

namespace dlas::data {
namespace {

constexpr std::size_t kMostWords = 64;
constexpr std::size_t kMostBytes = 4096;
constexpr int kLongestSide = 1 << 20;
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

// One word of the recipe with its arguments: "crop(224,floor)".
struct Word {
  std::string_view whole, name;
  std::vector<std::string_view> arguments;
  std::size_t number = 0;
  bool has_list = false;

  Error wrong(std::string_view expected, std::string_view found) const {
    return make_error(Code::usage, expected, found)
        .at_slot("recipe word " + std::to_string(number) + " '" + std::string(whole) + "'");
  }
  Error wrong_count(std::string_view form) const {
    const auto n = arguments.size();
    return wrong(form, std::to_string(n) + (n == 1 ? " argument" : " arguments"));
  }
};

// The rest of the text begins with a word; cuts it off.  Errors: a list that is not closed, or text behind it.
Result<Word> next_word(std::string_view& rest, std::size_t number) {
  std::size_t end = 0;
  while (end < rest.size() && !is_space(rest[end]) && rest[end] != '(') ++end;
  Word word{rest.substr(0, end), rest.substr(0, end), {}, number, false};
  if (end < rest.size() && rest[end] == '(') {
    const std::size_t close = rest.find(')', end);
    word.whole = rest.substr(0, close == std::string_view::npos ? close : close + 1);
    if (close == std::string_view::npos) return word.wrong("a closing ')'", "the end of the recipe");
    word.has_list = true;
    for (std::size_t begin = end + 1; begin <= close;) {
      const std::size_t stop = std::min(rest.find(',', begin), close);
      word.arguments.push_back(trim(rest.substr(begin, stop - begin)));
      begin = stop + 1;
    }
    end = close + 1;
    if (end < rest.size() && !is_space(rest[end])) return word.wrong("a space behind the word", rest.substr(end, 1));
  }
  rest = rest.substr(end);
  return word;
}

std::optional<int> side_of(std::string_view text) {
  const auto value = parse_int(text);
  if (!value || *value < 1 || *value > kLongestSide) return std::nullopt;
  return static_cast<int>(*value);
}

struct Sides {
  int width, height;
};

std::optional<Sides> box_of(std::string_view text) {
  const std::size_t cross = text.find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const auto width = side_of(text.substr(0, cross)), height = side_of(text.substr(cross + 1));
  if (!width || !height) return std::nullopt;
  return Sides{*width, *height};
}

std::optional<Sides> side_or_box(std::string_view text) {
  if (const auto side = side_of(text)) return Sides{*side, *side};
  return box_of(text);
}

std::optional<double> number_of(std::string_view text) {
  const auto value = parse_double(text);
  // Arithmetic is float32; what overflows there is refused here.
  if (!value || !std::isfinite(static_cast<float>(*value)) || std::abs(*value) > 1e30) return std::nullopt;
  return value == 0 ? 0.0 : value;  // -0 prints as 0 would, so it is 0
}

template <typename Enum, std::size_t N>
Result<Enum> one_of(const Word& word, std::string_view name, const std::array<Enum, N>& all, std::string_view what) {
  std::vector<std::string_view> names;
  for (const Enum value : all) {
    if (text(value) == name) return value;
    names.push_back(text(value));
  }
  return word.wrong(std::string(what) + nearest(name, names), name);
}

Result<Step> parse_resize(const Word& word) {
  if (word.arguments.size() != 3) return word.wrong_count("resize(N or WxH,METHOD,LIBRARY)");
  Resize out;
  if (const auto side = side_of(word.arguments[0])) out.width = *side;
  else if (const auto box = box_of(word.arguments[0])) out.width = box->width, out.height = box->height;
  else return word.wrong("a side N or a size WxH, each 1 to 1048576", word.arguments[0]);
  constexpr std::array kMethods = {Method::nearest, Method::box,     Method::bilinear, Method::hamming,
                                   Method::bicubic, Method::lanczos, Method::area};
  constexpr std::array kLibraries = {Library::pil, Library::pil12,     Library::opencv,
                                     Library::tf,  Library::tf_legacy, Library::tf_align};
  const std::string_view method = word.arguments[1];
  const std::string_view known = method == "linear" ? "bilinear" : method == "cubic" ? "bicubic" : method;
  DLAS_ASSIGN(out.method, one_of(word, known, kMethods, "a resize method"));
  DLAS_ASSIGN(out.library, one_of(word, word.arguments[2], kLibraries, "a resize library"));
  if (supports(out.library, out.method)) return Step(out);
  std::string has;
  for (const Method m : kMethods)
    if (supports(out.library, m)) has += (has.empty() ? "" : ", ") + std::string(text(m));
  return word.wrong("a method of " + std::string(text(out.library)) + " (" + has + ")", method);
}

Result<Step> parse_crop(const Word& word) {
  if (word.arguments.empty() || word.arguments.size() > 2)
    return word.wrong_count("crop(N or WxH or P%) or crop(N,floor)");
  Crop out;
  const std::string_view size = word.arguments[0];
  if (const auto sides = side_or_box(size)) out.width = sides->width, out.height = sides->height;
  else if (!size.empty() && size.back() == '%') out.percent = number_of(size.substr(0, size.size() - 1)).value_or(0);
  if (!out.width && !(out.percent > 0 && out.percent <= 100))
    return word.wrong("a side N, a size WxH, or a percentage above 0 % and up to 100 %", size);
  if (word.arguments.size() == 1) return Step(out);
  if (!out.width || word.arguments[1] != "floor") return word.wrong("floor behind a side or size", word.arguments[1]);
  out.floor = true;
  return Step(out);
}

Result<Step> parse_pad(const Word& word) {
  if (word.arguments.empty() || word.arguments.size() > 2)
    return word.wrong_count("pad(N or WxH or square) or pad(N,VALUE)");
  Pad out;
  if (const auto sides = side_or_box(word.arguments[0])) out.width = sides->width, out.height = sides->height;
  else if (word.arguments[0] != "square") return word.wrong("a side N, a size WxH, or square", word.arguments[0]);
  if (word.arguments.size() == 1) return Step(out);
  const auto value = number_of(word.arguments[1]);
  if (!value) return word.wrong("a number", word.arguments[1]);
  out.value = *value;
  return Step(out);
}

Result<Step> parse_scale(const Word& word) {
  if (word.arguments.size() != 1) return word.wrong_count("scale(f) or scale(a/b)");
  const std::string_view whole = word.arguments[0];
  const std::size_t slash = whole.find('/');
  const auto times = number_of(trim(whole.substr(0, slash)));
  const auto over = slash == std::string_view::npos ? std::optional(1.0) : number_of(trim(whole.substr(slash + 1)));
  if (!times || !over || static_cast<float>(*over) == 0)
    return word.wrong("a number or a fraction such as 1/255", whole);
  return Step(Scale{*times, *over});
}

Result<Step> parse_shift(const Word& word) {
  if (word.arguments.size() != 1) return word.wrong_count("shift(f)");
  const auto by = number_of(word.arguments[0]);
  if (!by) return word.wrong("a number", word.arguments[0]);
  return Step(Shift{*by});
}

Result<std::vector<double>> parse_channels(const Word& word) {
  const std::string name(word.name);
  if (word.arguments.size() != 1 && word.arguments.size() != 3)
    return word.wrong_count(name + "(a) or " + name + "(a,b,c)");
  std::vector<double> out;
  for (const std::string_view argument : word.arguments) {
    const auto value = number_of(argument);
    if (!value) return word.wrong("a number", argument);
    out.push_back(*value);
  }
  return out;
}

Result<Step> parse_mean(const Word& word) {
  DLAS_ASSIGN(auto values, parse_channels(word));
  return Step(Mean{std::move(values)});
}

Result<Step> parse_std(const Word& word) {
  DLAS_ASSIGN(auto values, parse_channels(word));
  for (const double value : values)
    if (static_cast<float>(value) == 0) return word.wrong("numbers other than 0", "0");
  return Step(Std{std::move(values)});
}

Result<Step> parse_norm(const Word& word) {
  if (word.arguments.size() != 1) return word.wrong_count("norm(imagenet)");
  if (word.arguments[0] != "imagenet") return word.wrong("imagenet", word.arguments[0]);
  return Step(Norm());
}

struct StepWord {
  std::string_view name;
  Result<Step> (*parse)(const Word&);
};
constexpr std::array<StepWord, 8> kSteps = {{{"crop", parse_crop},
                                             {"mean", parse_mean},
                                             {"norm", parse_norm},
                                             {"pad", parse_pad},
                                             {"resize", parse_resize},
                                             {"scale", parse_scale},
                                             {"shift", parse_shift},
                                             {"std", parse_std}}};
constexpr std::array<std::string_view, 3> kColors = {"gray", "rgb", "bgr"};
constexpr std::array<std::string_view, 4> kEndings = {"nhwc", "nchw", "labels", "raw"};

Error unknown(const Word& word) {
  std::vector<std::string_view> names(kColors.begin(), kColors.end());
  names.insert(names.end(), kEndings.begin(), kEndings.end());
  for (const StepWord& step : kSteps) names.push_back(step.name);
  return word.wrong("a recipe word" + nearest(word.name, names), word.name);
}

// What stands at the end and holds for the whole recipe.  Nothing: it is no such word.
Result<bool> parse_ending(const Word& word, Recipe& recipe) {
  if (word.name == "labels") {
    if (recipe.labels) return word.wrong("labels once", "a second time");
    if (word.arguments.size() != 1) return word.wrong_count("labels(1000), labels(1001) or labels(wnid)");
    constexpr std::array kKinds = {LabelKind::classes1000, LabelKind::classes1001, LabelKind::wnid};
    DLAS_ASSIGN(recipe.labels, one_of(word, word.arguments[0], kKinds, "1000, 1001 or wnid"));
    return true;
  }
  const bool layout = word.name == "nhwc" || word.name == "nchw";
  if (!layout && word.name != "raw") return false;
  if (word.has_list) return word.wrong(std::string(word.name) + " without a list", word.whole);
  if (layout ? recipe.layout.has_value() : recipe.raw) return word.wrong("one such word", "a second one");
  if (layout) recipe.layout = word.name == "nhwc" ? Layout::nhwc : Layout::nchw;
  else recipe.raw = true;
  return true;
}

Result<Step> parse_step(const Word& word) {
  for (std::size_t i = 0; i < kColors.size(); ++i) {
    if (word.name != kColors[i]) continue;
    if (word.has_list) return word.wrong(std::string(word.name) + " without a list", word.whole);
    return Step(static_cast<Color>(i));
  }
  for (const StepWord& step : kSteps)
    if (word.name == step.name) return step.parse(word);
  return unknown(word);
}

bool computes(const Step& step) {
  return std::holds_alternative<Scale>(step) || std::holds_alternative<Shift>(step) ||
         std::holds_alternative<Mean>(step) || std::holds_alternative<Std>(step) || std::holds_alternative<Norm>(step);
}

// What the steps before a word made of the picture.
class Order {
 public:
  Status check(const Word& word, const Step& step) {
    const auto* resize = std::get_if<Resize>(&step);
    const bool by_tf = resize && resize->library >= Library::tf;
    const bool gray = std::holds_alternative<Color>(step) && std::get<Color>(step) == Color::gray;
    if (real_ && ((resize && !by_tf) || gray))
      return word.wrong("this word before scale, shift, mean, std, norm and resize by tf", "it behind one of them");
    if (const auto* pad = std::get_if<Pad>(&step); pad && !real_ && !is_byte(pad->value))
      return word.wrong("a whole number from 0 to 255 while the picture is bytes", word.arguments[1]);
    if (std::holds_alternative<Color>(step)) gray_ = gray;
    if (gray_ && word.arguments.size() == 3 && (word.name == "mean" || word.name == "std"))
      return word.wrong("one value behind gray", "3 values");
    if (gray_ && std::holds_alternative<Norm>(step)) return word.wrong("three channels for norm", "gray");
    real_ = real_ || by_tf || computes(step);
    return {};
  }

 private:
  static bool is_byte(double value) { return value >= 0 && value <= 255 && value == std::floor(value); }
  bool real_ = false, gray_ = false;
};

}  // namespace

Result<Recipe> parse_recipe(std::string_view source) {
  if (source.size() > kMostBytes)
    return make_error(Code::limit, "at most " + std::to_string(kMostBytes) + " bytes", std::to_string(source.size()))
        .at_slot("recipe");
  Recipe recipe;
  Order order;
  std::string_view rest = trim(source);
  for (std::size_t number = 1; !rest.empty(); ++number, rest = trim(rest)) {
    DLAS_ASSIGN(const Word word, next_word(rest, number));
    if (number > kMostWords) return word.wrong("at most " + std::to_string(kMostWords) + " words", "more");
    const bool ended = recipe.layout || recipe.raw || recipe.labels;
    DLAS_ASSIGN(const bool ending, parse_ending(word, recipe));
    if (ending) continue;
    DLAS_ASSIGN(Step step, parse_step(word));
    if (ended) return word.wrong("this word before nhwc, nchw, raw and labels", "it behind them");
    DLAS_TRY(order.check(word, step));
    recipe.steps.push_back(std::move(step));
  }
  if (recipe.steps.empty() && !recipe.layout && !recipe.raw && !recipe.labels)
    return make_error(Code::usage, "words such as 'resize(256,bilinear,pil) crop(224) rgb scale(1/255) nchw'", "none")
        .at_slot("recipe");
  return recipe;
}

}  // namespace dlas::data
