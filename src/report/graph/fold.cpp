#include "report/graph/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace dlas::report {
namespace {

constexpr std::size_t kShortestChain = 3;
constexpr std::size_t kLongestPeriod = 12;   // blocks, or boxes of a chain
constexpr std::size_t kMostTitleLines = 40;  // names under one pointer

// Boxes that become one: `group[i]` is the first member of box i's group; numbers of members rise with positions.
using Groups = std::vector<std::int32_t>;

struct Degrees {
  std::vector<std::int32_t> in, out, next;  // next: some reader
};

Degrees degrees(const Picture& picture) {
  const std::size_t n = picture.boxes.size();
  Degrees d{std::vector<std::int32_t>(n), std::vector<std::int32_t>(n), std::vector<std::int32_t>(n, -1)};
  for (const Arrow& arrow : picture.arrows) {
    ++d.out[static_cast<std::size_t>(arrow.from)];
    ++d.in[static_cast<std::size_t>(arrow.to)];
    d.next[static_cast<std::size_t>(arrow.from)] = arrow.to;
  }
  return d;
}

bool stays(const Box& box) { return box.keep || box.end; }

using Chain = std::vector<std::size_t>;  // positions of boxes, each read by the next one only

std::vector<Chain> chains(const Picture& picture) {
  const Degrees d = degrees(picture);
  std::vector<bool> done(picture.boxes.size());
  std::vector<Chain> out;
  for (std::size_t start = 0; start < done.size(); ++start) {
    if (done[start] || stays(picture.boxes[start])) continue;
    Chain chain = {start};
    while (d.out[chain.back()] == 1) {
      const auto next = static_cast<std::size_t>(d.next[chain.back()]);
      if (d.in[next] != 1 || stays(picture.boxes[next])) break;
      chain.push_back(next);
    }
    for (const std::size_t member : chain) done[member] = true;
    if (chain.size() >= kShortestChain) out.push_back(std::move(chain));
  }
  return out;
}

// Boxes that no arrow jumps over: every path passes them.
std::vector<std::size_t> passes(const Picture& picture) {
  const std::size_t n = picture.boxes.size();
  std::vector<std::int64_t> over(n + 1);  // as differences
  for (const Arrow& arrow : picture.arrows) {
    ++over[static_cast<std::size_t>(arrow.from) + 1];
    --over[static_cast<std::size_t>(arrow.to)];
  }
  std::vector<std::size_t> found;
  std::int64_t open = 0;
  for (std::size_t i = 0; i < n; ++i)
    if ((open += over[i]) == 0) found.push_back(i);
  return found;
}

// What makes two blocks equal; a text of its own for a block with a box that stays.
std::vector<std::string> signatures(const Picture& picture, const std::vector<std::size_t>& starts) {
  std::vector<std::string> out(starts.size());
  std::vector<std::size_t> block_of(picture.boxes.size());
  for (std::size_t block = 0; block < starts.size(); ++block) {
    const std::size_t end = block + 1 < starts.size() ? starts[block + 1] : picture.boxes.size();
    for (std::size_t i = starts[block]; i < end; ++i) {
      block_of[i] = block;
      const Box& box = picture.boxes[i];
      out[block] +=
          stays(box) ? fmt::format("{}!", i) : fmt::format("{}:{}*{};", box.label.size(), box.label, box.nodes);
    }
  }
  for (const Arrow& arrow : picture.arrows) {
    const auto from = static_cast<std::size_t>(arrow.from);
    const std::size_t start = starts[block_of[from]];
    out[block_of[from]] += fmt::format("{}>{};", from - start, static_cast<std::size_t>(arrow.to) - start);
  }
  return out;
}

struct Run {
  std::size_t period = 1, times = 1;
};

// The row of repetitions that starts at each place and covers most.
template <typename T>
std::vector<Run> runs(const std::vector<T>& row) {
  std::vector<Run> best(row.size());
  for (std::size_t period = 1; period <= std::min(kLongestPeriod, row.size()); ++period) {
    std::size_t equal = 0;  // how far row and row shifted by `period` agree from here on
    for (std::size_t i = row.size() - period; i-- > 0;) {
      equal = row[i] == row[i + period] ? equal + 1 : 0;
      const Run run{period, equal / period + 1};
      if (run.times >= 2 && run.period * run.times > best[i].period * best[i].times) best[i] = run;
    }
  }
  return best;
}

std::vector<std::string> labels_of(const Picture& picture, const Chain& chain) {
  std::vector<std::string> out;
  for (const std::size_t i : chain) out.push_back(picture.boxes[i].label);
  return out;
}

// How many labels a row repeats from its start to its end; 0 when it does not.
std::size_t period_of(const std::vector<std::string>& labels) {
  const std::vector<Run> best = runs(labels);
  return !best.empty() && best[0].times >= 2 && best[0].period * best[0].times == labels.size() ? best[0].period : 0;
}

// Pieces as short as `most` allows, and of whole periods.
Groups chain_groups(const Picture& picture, std::size_t most) {
  const std::vector<Chain> all = chains(picture);
  std::vector<std::size_t> periods;
  std::size_t others = picture.boxes.size(), longest = 0;
  for (const Chain& chain : all) {
    periods.push_back(std::max<std::size_t>(period_of(labels_of(picture, chain)), 1));
    others -= chain.size();
    longest = std::max(longest, chain.size());
  }
  const auto piece = [&](std::size_t i, std::size_t size) { return (size + periods[i] - 1) / periods[i] * periods[i]; };
  const auto boxes = [&](std::size_t size) {
    std::size_t sum = others;
    for (std::size_t i = 0; i < all.size(); ++i) sum += (all[i].size() + piece(i, size) - 1) / piece(i, size);
    return sum;
  };
  std::size_t size = kShortestChain;
  while (size < longest && boxes(size) > most) size += size / 2;
  Groups group(picture.boxes.size());
  for (std::size_t i = 0; i < group.size(); ++i) group[i] = static_cast<std::int32_t>(i);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < all[i].size(); ++k)
      group[all[i][k]] = static_cast<std::int32_t>(all[i][k - k % piece(i, size)]);
  return group;
}

Groups blocks(const Picture& picture) {
  const std::size_t n = picture.boxes.size();
  Groups group(n);
  for (std::size_t i = 0; i < n; ++i) group[i] = static_cast<std::int32_t>(i);
  std::vector<std::size_t> starts = passes(picture);
  if (starts.empty() || starts[0] != 0) starts.insert(starts.begin(), 0);
  const std::vector<Run> best = runs(signatures(picture, starts));
  for (std::size_t block = 0; block < starts.size();) {
    const std::size_t past = block + best[block].period * best[block].times;
    const std::size_t end = past < starts.size() ? starts[past] : n;
    if (best[block].times >= 2)
      for (std::size_t i = starts[block]; i < end; ++i) group[i] = static_cast<std::int32_t>(starts[block]);
    block = past;
  }
  return group;
}

Box merged(const Picture& picture, const std::vector<std::size_t>& members) {
  if (members.size() == 1) return picture.boxes[members[0]];
  Box out;
  out.nodes = 0;
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Box& box = picture.boxes[members[i]];
    labels.push_back(box.label);
    out.nodes += box.nodes;
    if (box.mark > out.mark || (box.mark == out.mark && out.link.empty())) out.link = box.link;
    out.mark = std::max(out.mark, box.mark);
    if (i < kMostTitleLines && !box.title.empty()) out.title.push_back(box.title[0]);
  }
  if (members.size() > kMostTitleLines) out.title.push_back("...");
  out.label = summary(labels);
  out.detail = fmt::format("{} nodes", out.nodes);
  return out;
}

Picture grouped(const Picture& picture, const Groups& group) {
  std::vector<std::vector<std::size_t>> members(picture.boxes.size());
  for (std::size_t i = 0; i < group.size(); ++i) members[static_cast<std::size_t>(group[i])].push_back(i);
  Picture out;
  std::vector<std::int32_t> at(group.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].empty()) continue;
    at[i] = static_cast<std::int32_t>(out.boxes.size());
    out.boxes.push_back(merged(picture, members[i]));
  }
  std::set<std::pair<std::int32_t, std::int32_t>> seen;
  for (const Arrow& arrow : picture.arrows) {
    const std::int32_t from = at[static_cast<std::size_t>(group[static_cast<std::size_t>(arrow.from)])];
    const std::int32_t to = at[static_cast<std::size_t>(group[static_cast<std::size_t>(arrow.to)])];
    if (from != to && seen.emplace(from, to).second) out.arrows.push_back({from, to, arrow.title});
  }
  return out;
}

}  // namespace

std::string summary(const std::vector<std::string>& labels) {
  std::vector<std::string> shown = labels;
  if (const std::size_t period = period_of(labels); period > 0) shown.resize(period);
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(shown.size(), 4); ++i) out += (i > 0 ? ", " : "") + shown[i];
  return shown.size() > 4 ? out + ", ..." : out;
}

Picture folded(Picture picture, std::size_t most) {
  if (picture.boxes.size() > most) picture = grouped(picture, chain_groups(picture, most));
  if (picture.boxes.size() > most) picture = grouped(picture, blocks(picture));
  return picture;
}

}  // namespace dlas::report
