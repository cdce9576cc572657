#include "hardware/accelerator/fabric/fabric.h"

#include <algorithm>

namespace dlas::accelerator {

Fabric::Fabric(const Configuration& configuration, Counters& counters)
    : configuration_(configuration), counters_(counters) {
  const auto ports = static_cast<std::size_t>(configuration.read_ports);
  const auto count = static_cast<std::size_t>(configuration.multipliers);
  const auto lines = static_cast<std::size_t>(configuration.write_ports);
  queues_.resize(ports);
  queue_heads_.resize(ports);
  psums_.resize(ports);
  sent_.resize(ports);
  sent_psums_.resize(ports);
  multipliers_.resize(count);
  passing_.resize(count);
  passed_.resize(count);
  lines_.resize(lines);
  for (Line& line : lines_) line.inputs.assign(count / lines + 1, Queue(&counters));
  if (configuration.network != Network::temporalrn) tree_.emplace(configuration);
  const bool accumulators = configuration.network == Network::temporalrn ||
                            (configuration.network == Network::asnetwork && configuration.accumulation_buffer);
  if (configuration.network == Network::temporalrn) products_.resize(count);
  if (accumulators) {
    const std::size_t nodes = tree_ ? tree_->nodes().size() : count;
    accumulators_.assign(nodes, Accumulator{Queue(&counters), Queue(&counters), 0, {}});
  }
}

bool Fabric::set(const Setting& setting) {
  setting_ = setting;
  bool sound = true;
  if (tree_) {
    sound = tree_->configure(setting.neurons);
    adders_.emplace(*tree_, setting.accumulated, counters_);
  }
  for (Accumulator& accumulator : accumulators_) accumulator.summed = 0;
  for (Multiplier& multiplier : multipliers_) {
    counters_.fifo_pops += multiplier.weights;
    multiplier = {};
  }
  std::size_t at = 0;
  for (std::size_t v = 0; v < setting.neurons.size(); ++v)
    for (std::int64_t i = 0; i < setting.neurons[v].size; ++i, ++at) {
      multipliers_[at].neuron = static_cast<std::int32_t>(v);
      multipliers_[at].front = setting.neurons[v].front && i == 0;
      if (setting.passes_left.empty()) continue;
      multipliers_[at].passes_left = setting.passes_left[at] != 0;
      multipliers_[at].takes_right = setting.takes_right[at] != 0;
    }
  connect_outputs();
  return sound;
}

// Node n feeds input `input` of line `line`; of temporalrn accumulator i feeds line i mod L.
void Fabric::connect_outputs() {
  feeds_.clear();
  const std::size_t count = tree_ ? tree_->nodes().size() : accumulators_.size();
  for (std::size_t i = 0; i < count; ++i) {
    Link* link = accumulators_.empty() ? &adders_->outputs()[i] : &accumulators_[i].output;
    if (tree_) {
      const Adder& adder = tree_->nodes()[i];
      if (static_cast<std::size_t>(adder.input) < lines_[static_cast<std::size_t>(adder.line)].inputs.size())
        feeds_.push_back({link, static_cast<std::size_t>(adder.line), static_cast<std::size_t>(adder.input)});
    } else {
      feeds_.push_back({link, i % lines_.size(), i / lines_.size()});
    }
  }
}

void Fabric::enqueue(const Wave& wave, Cargo cargo) {
  for (std::size_t port = 0; port < queues_.size(); ++port)
    for (const Packet& packet : wave.ports()[port]) queues_[port].emplace_back(cargo, &packet);
}

void Fabric::enqueue_psum(std::int32_t lane) {
  Wave wave(configuration_.read_ports, configuration_.lanes_per_port());
  wave.add(std::span(&lane, 1));
  const auto port = static_cast<std::size_t>(lane / configuration_.lanes_per_port());
  psums_[port].push_back(wave.ports()[port].front());
}

const std::vector<std::int32_t>& Fabric::take_results() {
  for (Line& line : lines_) {
    if (line.out) results_.push(*line.out);
    line.out.reset();
  }
  counted_.clear();
  for (std::int64_t left = configuration_.wide_write_back ? results_.size() : (results_.size() + 1) / 2; left > 0;
       --left)
    counted_.push_back(results_.pop());
  return counted_;
}

void Fabric::send() {
  for (std::size_t port = 0; port < queues_.size(); ++port) {
    if (!psums_[port].empty()) {
      sent_psums_[port] = std::move(psums_[port].front());
      psums_[port].pop_front();
      sent_[port] = Sent{Cargo::psum, &sent_psums_[port]};
    } else if (queue_heads_[port] < queues_[port].size()) {
      const auto& [cargo, packet] = queues_[port][queue_heads_[port]++];
      sent_[port] = Sent{cargo, packet};
      if (queue_heads_[port] == queues_[port].size()) queues_[port].clear(), queue_heads_[port] = 0;
    }
  }
}

void Fabric::advance() {
  collect();
  accumulate();
  if (adders_) adders_->cycle();
  if (configuration_.lanes_per_port() == 1) distribute();  // no tree: the multiplier sits on the port itself
  multiply();
  if (configuration_.lanes_per_port() > 1) distribute();
}

void Fabric::collect() {
  for (const Feed& feed : feeds_) {
    if (!feed.link->pending) continue;
    feed.link->pending = false;
    ++counters_.cb_wire_writes;
    for (const std::int32_t value : feed.link->message) lines_[feed.line].inputs[feed.input].push(value);
  }
  for (Line& line : lines_) collect_line(line);
}

// One result a cycle, its inputs in turn.
void Fabric::collect_line(Line& line) {
  for (std::size_t tried = 0; tried < line.inputs.size(); ++tried) {
    Queue& input = line.inputs[line.next];
    line.next = (line.next + 1) % line.inputs.size();
    if (input.empty()) continue;
    line.out = input.pop();
    ++counters_.cb_wire_writes;
    return;
  }
}

void Fabric::accumulate() {
  for (std::size_t i = 0; i < accumulators_.size(); ++i) {
    Accumulator& accumulator = accumulators_[i];
    Link& in = adders_ ? adders_->outputs()[i] : products_[i];
    if (in.pending) {
      in.pending = false;
      ++counters_.rn_wire_writes;
      for (const std::int32_t value : in.message) accumulator.in.push(value);
    }
    if (accumulator.in.empty()) continue;
    const std::int32_t value = accumulator.in.pop();
    if (accumulator.summed > 0) ++counters_.accumulator_adds;
    if (++accumulator.summed < setting_.accumulated) continue;
    accumulator.summed = 0;
    accumulator.out.push(value);
    accumulator.output.send({accumulator.out.pop()});
  }
}

void Fabric::multiply() {
  passed_.swap(passing_);
  std::ranges::fill(passing_, std::uint8_t{0});
  for (std::size_t i = 0; i < multipliers_.size(); ++i) {
    if (multipliers_[i].neuron < 0) continue;
    if (multipliers_[i].front) run_front(i);
    else run_plain(i);
  }
}

void Fabric::run_front(std::size_t index) {
  Multiplier& multiplier = multipliers_[index];
  const bool zero = !setting_.front_always && multiplier.fold == 0;
  if (!zero && multiplier.inputs == 0) return;
  if (!zero) {
    --multiplier.inputs;
    ++counters_.fifo_pops;
  }
  emit(index);
  if (!setting_.front_always && ++multiplier.fold == setting_.folds) multiplier.fold = 0;
}

void Fabric::run_plain(std::size_t index) {
  Multiplier& multiplier = multipliers_[index];
  if (multiplier.takes_right && index + 1 < passed_.size() && passed_[index + 1]) {
    ++multiplier.from_right;
    ++counters_.fifo_pushes;
  }
  std::int64_t& source = multiplier.takes_right && multiplier.window > 0 ? multiplier.from_right : multiplier.inputs;
  if (source == 0 || multiplier.weights < setting_.folds) return;
  --source;
  counters_.fifo_pops += 2;  // the input, and the weight, which goes back to the end of its queue
  ++counters_.fifo_pushes;
  ++counters_.multiplications;
  emit(index);
  if (multiplier.passes_left && multiplier.window < setting_.windows - 1) {
    passing_[index] = 1;
    ++counters_.mn_wire_writes;
    ++counters_.fifo_pushes;
    ++counters_.fifo_pops;
  }
  advance_window(multiplier);
}

void Fabric::advance_window(Multiplier& multiplier) {
  if (++multiplier.fold < setting_.folds) return;
  multiplier.fold = 0;
  if (++multiplier.window == setting_.windows) multiplier.window = 0;
}

void Fabric::emit(std::size_t index) {
  ++counters_.fifo_pushes;
  ++counters_.fifo_pops;
  if (adders_) ++counters_.rn_wire_writes;  // on to an accumulator the wire is counted there
  product_link(index).send({multipliers_[index].neuron});
}

Link& Fabric::product_link(std::size_t index) {
  return adders_ ? adders_->leaves()[adders_->first_leaf() + index] : products_[index];
}

void Fabric::distribute() {
  for (std::optional<Sent>& sent : sent_) {
    if (sent) deliver(*sent);
    sent.reset();
  }
}

void Fabric::deliver(const Sent& sent) {
  counters_.dn_wire_writes += sent.packet->wires;
  counters_.dn_switch_unicast += sent.packet->unicast;
  counters_.dn_switch_broadcast += sent.packet->broadcast;
  for (const std::int32_t lane : sent.packet->to) {
    Multiplier& multiplier = multipliers_[static_cast<std::size_t>(lane)];
    if (sent.cargo == Cargo::weight) {
      receive_weight(multiplier);
      continue;
    }
    ++multiplier.inputs;
    ++counters_.fifo_pushes;
    if (sent.cargo == Cargo::psum) ++counters_.ms_psum_forwards;
  }
}

// The first weight of a new block clears those of the last.
void Fabric::receive_weight(Multiplier& multiplier) {
  if (multiplier.weights == setting_.folds) {
    counters_.fifo_pops += multiplier.weights;
    multiplier.weights = 0;
  }
  ++multiplier.weights;
  ++counters_.fifo_pushes;
}

}  // namespace dlas::accelerator
