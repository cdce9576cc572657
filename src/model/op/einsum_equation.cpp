#include "model/op/einsum_equation.h"

#include <algorithm>

namespace dlas::op {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A term with its ellipsis as the letter 0.
Result<std::vector<int>> letters(const Site& site, std::string_view term) {
  std::vector<int> out;
  for (std::size_t i = 0; i < term.size(); ++i) {
    if (is_letter(term[i])) {
      out.push_back(term[i]);
    } else if (term.substr(i, 3) == "..." && std::ranges::find(out, 0) == out.end()) {
      out.push_back(0);
      i += 2;
    } else {
      return site.wrong_attribute("equation", "letters and at most one ellipsis a term", term);
    }
  }
  return out;
}

// The ellipsis replaced by the letters of `axes` axes.
std::vector<int> spelled(const std::vector<int>& term, std::size_t axes) {
  std::vector<int> out;
  for (const int letter : term) {
    if (letter != 0) out.push_back(letter);
    for (std::size_t i = 0; letter == 0 && i < axes; ++i) out.push_back(kEllipsis + static_cast<int>(axes - 1 - i));
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool contains(const std::vector<int>& list, int letter) { return std::ranges::find(list, letter) != list.end(); }

std::vector<int> implicit_output(const std::vector<std::vector<int>>& inputs, std::size_t broadcast_axes) {
  std::map<int, int> times;
  for (const auto& term : inputs)
    for (const int letter : term) ++times[letter];
  std::vector<int> out = spelled({0}, broadcast_axes);
  for (const auto& [letter, n] : times)
    if (n == 1 && letter < kEllipsis) out.push_back(letter);
  return out;
}

Result<std::vector<int>> explicit_output(const Site& site, std::string_view term, const Equation& e,
                                         std::size_t broadcast_axes) {
  DLAS_ASSIGN(const std::vector<int> given, letters(site, term));
  if (broadcast_axes > 0 && !contains(given, 0))
    return site.wrong_attribute("equation", "an output with an ellipsis as the inputs have", term);
  std::vector<int> out = spelled(given, broadcast_axes);
  std::vector<int> sorted = out;
  std::ranges::sort(sorted);
  const bool twice = std::ranges::adjacent_find(sorted) != sorted.end();
  for (const int letter : out) {
    const bool read = std::ranges::any_of(e.inputs, [&](const auto& axes) { return contains(axes, letter); });
    if (!read || twice) return site.wrong_attribute("equation", "an output of letters of the inputs, each once", term);
  }
  return out;
}

}  // namespace

Result<Equation> parse_equation(const Site& site, std::string_view text, const Types& in) {
  std::string plain;
  std::ranges::copy_if(text, std::back_inserter(plain), [](char c) { return c != ' '; });
  const std::string_view whole = plain;
  const std::size_t arrow = whole.find("->");
  const auto terms = split(whole.substr(0, arrow));
  if (terms.size() != in.size())
    return site.wrong_attribute("equation", std::to_string(in.size()) + " terms", std::to_string(terms.size()));
  Equation e;
  std::size_t broadcast_axes = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    DLAS_ASSIGN(const std::vector<int> term, letters(site, terms[i]));
    const bool open = contains(term, 0);
    const std::size_t named = term.size() - (open ? 1 : 0);
    if (in[i].rank() < named || (in[i].rank() > named && !open))
      return site.wrong_input(i, "axes for '" + std::string(terms[i]) + "'", in[i]);
    broadcast_axes = std::max(broadcast_axes, in[i].rank() - named);
    e.inputs.push_back(spelled(term, in[i].rank() - named));
  }
  if (arrow == std::string_view::npos) {
    e.output = implicit_output(e.inputs, broadcast_axes);
  } else {
    DLAS_ASSIGN(e.output, explicit_output(site, whole.substr(arrow + 2), e, broadcast_axes));
  }
  for (const auto& term : e.inputs)
    for (const int letter : term)
      if (!contains(e.output, letter) && !contains(e.summed, letter)) e.summed.push_back(letter);
  return e;
}

Result<std::map<int, Dim>> letter_sizes(const Site& site, const Equation& e, const Types& in) {
  std::map<int, Dim> sizes;
  for (std::size_t i = 0; i < e.inputs.size(); ++i)
    for (std::size_t axis = 0; axis < e.inputs[i].size(); ++axis) {
      const int letter = e.inputs[i][axis];
      const Dim& size = in[i].dim(axis);
      const auto [it, first] = sizes.emplace(letter, size);
      if (first) continue;
      const bool ones = letter >= kEllipsis;
      const auto both = ones ? broadcast({it->second}, {size}) : std::nullopt;
      const auto same = ones ? std::nullopt : merged(it->second, size);
      if (!both && !same) return site.wrong_input(i, "a size of " + text(it->second) + " for each such letter", in[i]);
      it->second = both ? both->front() : *same;
    }
  return sizes;
}

}  // namespace dlas::op
