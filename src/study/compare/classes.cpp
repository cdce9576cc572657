#include "study/compare/classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"

namespace dlas::study {
namespace {

constexpr std::size_t kLongest = 60;  // of a name in a note

// Names by class; none when there are not more than come before class 0.
std::span<const std::string> by_class(const std::vector<std::string>& by_output, int offset) {
  return std::span(by_output).subspan(std::min(by_output.size(), static_cast<std::size_t>(offset)));
}

}  // namespace

data::ClassSet named_classes(data::ClassSet of_data, const DiffOptions& options, const Offsets& offsets,
                             std::vector<std::string>& notes) {
  const auto a = by_class(options.names_a, offsets.a), b = by_class(options.names_b, offsets.b);
  std::size_t conflicts = 0, first = 0;
  for (std::size_t i = std::min(a.size(), b.size()); i-- > 0;) {
    if (a[i] == b[i]) continue;
    ++conflicts;
    first = i;
  }
  if (conflicts > 0)
    notes.push_back(fmt::format(
        "the models name {} of {} classes differently: class {} is '{}' in A, '{}' in B; A's names are shown",
        conflicts, std::min(a.size(), b.size()), first, for_terminal(a[first], kLongest),
        for_terminal(b[first], kLongest)));
  const auto names = a.empty() ? b : a;
  if (names.empty()) return of_data;
  of_data.names.assign(names.begin(), names.end());
  of_data.count = static_cast<int>(names.size());
  return of_data;
}

}  // namespace dlas::study
