// A tile's time, in two ways.
//
// Computed: operand k of a lane arrives when its port has sent all packets up to it; ports queue whole steps without end, so a port with b
// packets a step sends step k in cycles 2 + k b onwards. An element fires for k when both operands are there, which come one element a cycle:
//   fire(i, j, k) = max( max over i' <= i of left(i', k) + i - i' + j,  max over j' <= j of top(j', k) + j - j' + i )
// Arrivals are at least a cycle apart for each lane, so the last product of an element depends on the last operands only.
#include <algorithm>
#include <vector>

#include "hardware/accelerator/fabric/collector.h"
#include "hardware/accelerator/mesh/mesh.h"

namespace dlas::accelerator::mesh {
namespace {

// Cycle in which the lane's operand of the last step can be used; lane by lane.
std::vector<std::int64_t> last_arrivals(const Configuration& c, const Tile& tile) {
  std::vector<std::int64_t> at(static_cast<std::size_t>(c.lanes()));
  const std::int64_t tree = c.lanes_per_port() > 1 ? 1 : 0;
  const Wave wave = wave_of(c, tile);
  for (const auto& port : wave.ports())
    for (std::size_t rank = 0; rank < port.size(); ++rank)
      for (const std::int32_t lane : port[rank].to)
        at[static_cast<std::size_t>(lane)] =
            2 + (tile.depth - 1) * static_cast<std::int64_t>(port.size()) + static_cast<std::int64_t>(rank) + tree;
  return at;
}

struct Element {
  std::int64_t left = 0, top = 0;  // operands waiting
};

// The mesh, element by element, cycle by cycle.
class Stepper {
 public:
  Stepper(const Configuration& c, const Tile& tile)
      : configuration_(c), tile_(tile), wave_(wave_of(c, tile)), collector_(c.write_ports, c.wide_write_back) {
    elements_.resize(static_cast<std::size_t>(c.rows * c.columns));
    fired_.resize(elements_.size());
    products_.resize(elements_.size());
    sent_.resize(wave_.ports().size());
  }

  std::int64_t run() {
    const std::int64_t all = tile_.rows * tile_.columns;
    for (std::int64_t cycle = 2, done = 0; done < all; ++cycle) {
      if (configuration_.lanes_per_port() == 1) deliver(cycle);
      done += fire(cycle);
      if (configuration_.lanes_per_port() > 1) deliver(cycle);
    }
    return collector_.count_to(all);
  }

 private:
  Element& at(std::int64_t i, std::int64_t j) {
    return elements_[static_cast<std::size_t>(i * configuration_.columns + j)];
  }

  // Each port sends one packet, of the steps queued until now: one a cycle from cycle 2.
  void deliver(std::int64_t cycle) {
    for (std::size_t p = 0; p < sent_.size(); ++p) {
      const auto& port = wave_.ports()[p];
      const std::int64_t queued = std::min(cycle - 1, tile_.depth) * static_cast<std::int64_t>(port.size());
      if (sent_[p] == queued) continue;
      const std::int32_t lane = port[static_cast<std::size_t>(sent_[p]++) % port.size()].to.front();
      if (lane < configuration_.columns) ++at(0, lane).top;
      else ++at(lane - configuration_.columns, 0).left;
    }
  }

  // Backwards, so that an operand moves by one element a cycle. Gives the number of elements that are done.
  std::int64_t fire(std::int64_t cycle) {
    std::int64_t done = 0;
    for (std::int64_t i = tile_.rows - 1; i >= 0; --i)
      for (std::int64_t j = tile_.columns - 1; j >= 0; --j) {
        Element& element = at(i, j);
        if (element.left == 0 || element.top == 0) continue;
        --element.left;
        --element.top;
        if (j + 1 < tile_.columns) ++at(i, j + 1).left;
        if (i + 1 < tile_.rows) ++at(i + 1, j).top;
        const std::int64_t index = i * configuration_.columns + j;
        if (++products_[static_cast<std::size_t>(index)] < tile_.depth) continue;
        collector_.add(cycle + 2, index % configuration_.write_ports);
        ++done;
      }
    return done;
  }

  const Configuration& configuration_;
  const Tile& tile_;
  Wave wave_;
  Collector collector_;
  std::vector<Element> elements_;
  std::vector<std::int64_t> fired_, products_, sent_;
};

}  // namespace

std::int64_t step(const Configuration& configuration, const Tile& tile) { return Stepper(configuration, tile).run(); }

std::int64_t compute(const Configuration& c, const Tile& tile) {
  const auto arrivals = last_arrivals(c, tile);
  Collector collector(c.write_ports, c.wide_write_back);
  std::vector<std::int64_t> top(static_cast<std::size_t>(tile.columns));  // longest way from above to (i, j)
  std::int64_t along = 0;
  for (std::int64_t j = 0; j < tile.columns; ++j)
    along = top[static_cast<std::size_t>(j)] = std::max(arrivals[static_cast<std::size_t>(j)], along + 1);
  std::int64_t left = 0;  // longest way from the left lanes to (i, 0)
  for (std::int64_t i = 0; i < tile.rows; ++i) {
    left = std::max(arrivals[static_cast<std::size_t>(c.columns + i)], left + 1);
    for (std::int64_t j = 0; j < tile.columns; ++j) {
      const std::int64_t fire = std::max(left + j, top[static_cast<std::size_t>(j)] + i);
      collector.add(fire + 2, (i * c.columns + j) % c.write_ports);
    }
  }
  return collector.count_to(tile.rows * tile.columns);
}

}  // namespace dlas::accelerator::mesh
