// Partial sums go through the global buffer: each fold of a neuron waits for the result of the fold before, which comes back on the read port
// of the neuron's front multiplier and takes a slot from the inputs there.
//
// Time runs from result to result. Ports are brought up to date only when a neuron needs to know when its products are there; the slots that
// partial sums took are kept until then.
#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <map>

#include "hardware/accelerator/maeri/compute.h"

namespace dlas::accelerator::maeri {
namespace {

// A sum is on its way for no longer than the tree is deep.
constexpr std::size_t kHorizon = 128;

constexpr std::int64_t kUnknown = -1, kNever = std::numeric_limits<std::int64_t>::max();

// When the controller generates step 0, 1, ... of all blocks.
class Schedule {
 public:
  Schedule(const Plan& plan, std::int64_t blocks)
      : plan_(plan), blocks_(blocks), per_block_(plan.folds() * (1 + plan.windows())) {
    starts_.push_back(1);
  }

  std::int64_t per_block() const { return per_block_; }
  std::int64_t generated(std::int64_t step) const {
    const auto block = static_cast<std::size_t>(step / per_block_);
    return block < starts_.size() ? starts_[block] + step % per_block_ : kUnknown;
  }

  // After the results of cycle `now` have been counted.
  void open(std::int64_t now, std::int64_t counted) {
    while (static_cast<std::int64_t>(starts_.size()) < blocks_ &&
           plan_.gate(static_cast<std::int64_t>(starts_.size())) <= counted)
      starts_.push_back(std::max(starts_.back() + per_block_, now + 1));
  }

 private:
  const Plan& plan_;
  std::int64_t blocks_, per_block_;
  std::vector<std::int64_t> starts_;
};

enum Kind { kWeights, kFull, kLast };

// What a packet means to a neuron: the place of the packet, and the depth of its deepest multiplier there.
struct Mark {
  std::int32_t place, neuron, lane, depth;
  bool closes;  // the neuron's last one on this port for this step
};

struct PortRow {
  std::int64_t load = 0;
  std::vector<Mark> marks;  // by place
};

struct Port {
  std::array<PortRow, 3> rows;
  std::int64_t step = 0, place = 0, mark = 0;  // next packet
  std::int64_t time = 1;                       // first cycle that it may leave in
  std::deque<std::int64_t> slots;              // cycles that partial sums take
  std::deque<std::int32_t> psums;              // neurons whose partial sum waits
};

// Products of one step of a neuron, as far as they have arrived.
struct Ready {
  std::int64_t at = 0, missing = 0;    // finishing adder could fire; ports that have not sent all
  std::vector<std::int64_t> arrivals;  // per multiplier; kept for sliding windows only
};

struct Worker {
  std::int64_t step = 0;      // next input step, over all blocks
  std::int64_t front = 0;     // its front multiplier fired; kUnknown: waits for the partial sum
  std::int64_t finished = 0;  // last sum
  std::int64_t returned = 0;  // results counted in the current window
  std::vector<std::int32_t> ports;
  std::array<std::int64_t, 3> senders{};    // ports that send it something, by kind of step
  std::deque<Ready> ready;                  // of steps step, step + 1, ...
  std::vector<std::int64_t> fired, before;  // as in the pipeline, for sliding windows
};

struct Line {
  std::vector<std::deque<std::int32_t>> inputs;
  std::size_t next = 0;
};

// The array at the end of a window of neuron 0.
struct Moment {
  std::vector<std::int64_t> state;
  std::int64_t at = 0, step = 0;
};
constexpr std::size_t kMoments = 24;  // how far back a rhythm is looked for

class Loop {
 public:
  Loop(const Layout& layout, std::int64_t blocks)
      : layout_(layout),
        plan_(layout.plan),
        blocks_(blocks),
        schedule_(plan_, blocks),
        total_(blocks * plan_.results_per_block()),
        steps_(blocks * plan_.windows() * plan_.folds()) {
    make_ports();
    make_workers();
    const auto inputs =
        static_cast<std::size_t>(layout.configuration.multipliers / layout.configuration.write_ports + 1);
    lines_.resize(static_cast<std::size_t>(layout.configuration.write_ports));
    for (Line& line : lines_) line.inputs.resize(inputs);
  }

  // Where each line goes on looking: all that a drained array remembers, and of no effect on lines with one neuron each.
  std::vector<std::size_t> turns() const {
    std::vector<std::size_t> out;
    if (!layout_.routes.shared_lines) return out;
    for (const Route& route : layout_.routes.routes) out.push_back(lines_[static_cast<std::size_t>(route.line)].next);
    return out;
  }
  void set_turns(const std::vector<std::size_t>& turns) {
    for (std::size_t v = 0; v < turns.size(); ++v)
      lines_[static_cast<std::size_t>(layout_.routes.routes[v].line)].next = turns[v];
  }

  // Cycles until all results are counted; nothing when new weights disturb products of the block before.
  std::optional<std::int64_t> run() {
    while (counted_ < total_ && sound_) {
      now_ = next_event();
      check(now_ < kNever, "a neuron waits for nothing");
      take_results();
      send_psums();
      deliver();
      for (std::size_t v = 0; v < workers_.size(); ++v) finish(v);
      if (window_over_) end_window();
    }
    return sound_ ? std::optional(now_) : std::nullopt;
  }

 private:
  Kind kind(std::int64_t step) const {
    const std::int64_t in_block = step % schedule_.per_block();
    if (in_block < plan_.folds()) return kWeights;
    const std::int64_t window = in_block / plan_.folds() - 1;
    return plan_.sliding && window % plan_.columns > 0 ? kLast : kFull;
  }
  // Step of the controller of a neuron's input step.
  std::int64_t controller_step(std::int64_t step) const {
    const std::int64_t inputs = schedule_.per_block() - plan_.folds();
    return step / inputs * schedule_.per_block() + plan_.folds() + step % inputs;
  }
  std::int64_t input_step(std::int64_t step) const {
    return step / schedule_.per_block() * (schedule_.per_block() - plan_.folds()) + step % schedule_.per_block() -
           plan_.folds();
  }

  void make_ports();
  void make_workers();
  void mark_port(PortRow& row, const std::vector<Packet>& packets) const;
  std::int64_t next_event();
  void take_results();
  void send_psums();
  void deliver();
  void finish(std::size_t v);
  std::vector<std::int64_t> state() const;
  std::int64_t unit() const;
  bool inputs_keep_up(std::int64_t period, std::int64_t in) const;
  void end_window();
  void skip(std::int64_t windows, std::int64_t shift);
  bool products_known(std::size_t v, std::int64_t until);
  void advance(Port& port, std::int64_t step, std::int64_t until);
  bool send_row(Port& port, std::int64_t until);
  void arrive(const Mark& mark, std::int64_t step, std::int64_t at);
  Ready& ready_of(Worker& worker, std::int64_t step);
  std::int64_t fire(std::size_t v, const Ready& ready);

  const Layout& layout_;
  const Plan& plan_;
  std::int64_t blocks_;
  Schedule schedule_;
  std::int64_t total_, steps_, now_ = 0, counted_ = 0, queued_psums_ = 0, waiting_ = 0;
  bool sound_ = true, polling_ = true;
  std::vector<Port> ports_;
  std::vector<Worker> workers_;
  std::vector<Line> lines_;
  std::vector<std::int32_t> used_lines_;
  std::deque<std::int32_t> results_;                        // at the buffer
  std::vector<std::int32_t> delivered_;                     // in the last cycle
  std::array<std::vector<std::int32_t>, kHorizon> coming_;  // results on their way to a line, by cycle modulo kHorizon
  std::int64_t coming_count_ = 0;
  std::deque<Moment> moments_;  // the last ones first
  std::size_t rhythm_ = 0;      // windows after which the state was the same, 0: it was not
  std::int64_t calm_ = 0;       // windows in this rhythm
  bool window_over_ = false, late_products_ = false, loop_bound_ = false;
};

void Loop::make_ports() {
  ports_.resize(layout_.full.ports().size());
  const Wave* const waves[] = {&layout_.weights, &layout_.full, &layout_.last};
  for (std::size_t p = 0; p < ports_.size(); ++p)
    for (int k : {kWeights, kFull, kLast}) {
      PortRow& row = ports_[p].rows[static_cast<std::size_t>(k)];
      row.load = static_cast<std::int64_t>(waves[k]->ports()[p].size());
      if (k != kWeights) mark_port(row, waves[k]->ports()[p]);
    }
}

// For sliding windows every arrival matters; else of a neuron's packets only those that no later one makes irrelevant.
void Loop::mark_port(PortRow& row, const std::vector<Packet>& packets) const {
  std::map<std::int32_t, std::int64_t> latest;  // per neuron: highest place + depth from here on
  for (std::size_t rank = packets.size(); rank-- > 0;)
    for (const std::int32_t lane : packets[rank].to) {
      const auto neuron = static_cast<std::int32_t>(lane / plan_.span());
      const auto depth = static_cast<std::int32_t>(layout_.routes.depth[static_cast<std::size_t>(lane)]);
      const auto found = latest.find(neuron);
      const std::int64_t reach = static_cast<std::int64_t>(rank) + depth;
      if (!plan_.sliding && found != latest.end() && found->second >= reach) continue;
      row.marks.push_back({static_cast<std::int32_t>(rank), neuron, static_cast<std::int32_t>(lane % plan_.span()),
                           depth, found == latest.end()});
      latest[neuron] = found == latest.end() ? reach : std::max(found->second, reach);
    }
  std::ranges::reverse(row.marks);
}

void Loop::make_workers() {
  workers_.resize(layout_.routes.routes.size());
  const std::int64_t per_port = layout_.configuration.lanes_per_port();
  for (std::size_t v = 0; v < workers_.size(); ++v) {
    Worker& worker = workers_[v];
    const std::int64_t first = static_cast<std::int64_t>(v) * plan_.span();
    for (std::int64_t p = (first + 1) / per_port; p <= (first + plan_.span() - 1) / per_port; ++p)
      worker.ports.push_back(static_cast<std::int32_t>(p));
    for (const Port& port : ports_)
      for (const Kind kind : {kFull, kLast})
        for (const Mark& mark : port.rows[static_cast<std::size_t>(kind)].marks)
          worker.senders[static_cast<std::size_t>(kind)] += mark.closes && mark.neuron == static_cast<std::int32_t>(v);
    if (!plan_.sliding) continue;
    worker.fired.resize(static_cast<std::size_t>(plan_.span()));
    worker.before.resize(static_cast<std::size_t>(plan_.span() * plan_.folds()));
  }
}

// The next cycle in which something happens; the very next while a neuron waits for inputs whose time is not known.
std::int64_t Loop::next_event() {
  if (!results_.empty() || !delivered_.empty() || queued_psums_ > 0 || waiting_ > 0) return now_ + 1;
  if (polling_) return now_ + 1;
  if (coming_count_ == 0) return kNever;
  std::int64_t next = now_ + 1;
  while (coming_[static_cast<std::size_t>(next) % kHorizon].empty()) ++next;
  return next;
}

void Loop::take_results() {
  results_.insert(results_.end(), delivered_.begin(), delivered_.end());
  delivered_.clear();
  for (std::size_t left = layout_.configuration.wide_write_back ? results_.size() : (results_.size() + 1) / 2; left > 0;
       --left) {
    const std::int32_t v = results_.front();
    results_.pop_front();
    ++counted_;
    Worker& worker = workers_[static_cast<std::size_t>(v)];
    if (++worker.returned == plan_.folds()) {
      worker.returned = 0;
      window_over_ |= v == 0;
      continue;
    }
    ports_[static_cast<std::size_t>(v * plan_.span() / layout_.configuration.lanes_per_port())].psums.push_back(v);
    ++queued_psums_;
  }
  schedule_.open(now_, counted_);
}

void Loop::send_psums() {
  if (queued_psums_ == 0) return;
  for (Port& port : ports_) {
    if (port.psums.empty()) continue;
    workers_[static_cast<std::size_t>(port.psums.front())].front = now_ + layout_.tree;
    port.psums.pop_front();
    port.slots.push_back(now_);
    --queued_psums_;
  }
}

void Loop::deliver() {
  auto& arriving = coming_[static_cast<std::size_t>(now_) % kHorizon];
  coming_count_ -= static_cast<std::int64_t>(arriving.size());
  for (const std::int32_t v : arriving) {
    const Route& route = layout_.routes.routes[static_cast<std::size_t>(v)];
    lines_[static_cast<std::size_t>(route.line)].inputs[static_cast<std::size_t>(route.input)].push_back(v);
    if (std::ranges::count(used_lines_, static_cast<std::int32_t>(route.line)) == 0)
      used_lines_.push_back(static_cast<std::int32_t>(route.line));
    ++waiting_;
  }
  arriving.clear();
  if (waiting_ == 0) return;
  std::ranges::sort(used_lines_);
  for (const std::int32_t index : used_lines_) {
    Line& line = lines_[static_cast<std::size_t>(index)];
    for (std::size_t tried = 0; tried < line.inputs.size(); ++tried) {
      auto& input = line.inputs[line.next];
      line.next = (line.next + 1) % line.inputs.size();
      if (input.empty()) continue;
      delivered_.push_back(input.front());
      input.pop_front();
      --waiting_;
      break;
    }
  }
  if (waiting_ == 0) used_lines_.clear();
}

// Sums of a neuron whose operands are all known: each starts its way to a line.
void Loop::finish(std::size_t v) {
  Worker& worker = workers_[v];
  if (v == 0) polling_ = false;
  while (worker.step < steps_ && worker.front != kUnknown) {
    std::int64_t products = 0;
    if (!loop_bound_) {
      if (!products_known(v, now_)) {
        polling_ = true;
        return;
      }
      products = plan_.sliding ? fire(v, worker.ready.front()) : worker.ready.front().at;
      worker.ready.pop_front();
    }
    const std::int64_t front = worker.front + layout_.routes.depth[v * static_cast<std::size_t>(plan_.span())];
    const std::int64_t free = std::max(front, worker.finished + 1);
    late_products_ |= products > free;
    worker.finished = std::max(products, free);
    coming_[static_cast<std::size_t>(worker.finished + 1) % kHorizon].push_back(static_cast<std::int32_t>(v));
    ++coming_count_;
    // A new window starts with a zero, a cycle after the last partial sum.
    worker.front = ++worker.step % plan_.folds() == 0 ? worker.front + 1 : kUnknown;
  }
}

// All that the next windows depend on besides the inputs, relative to now.
std::vector<std::int64_t> Loop::state() const {
  std::vector<std::int64_t> out;
  for (const Worker& worker : workers_) {
    const std::int64_t front = worker.front == kUnknown ? kNever : worker.front - now_;
    out.insert(out.end(), {worker.step - workers_.front().step, front, worker.finished - now_, worker.returned});
  }
  for (std::size_t v = 0; v < workers_.size(); ++v) {
    const Route& route = layout_.routes.routes[v];
    const Line& line = lines_[static_cast<std::size_t>(route.line)];
    const auto queued = line.inputs[static_cast<std::size_t>(route.input)].size();
    out.insert(out.end(), {layout_.routes.shared_lines ? static_cast<std::int64_t>(line.next) : 0,
                           static_cast<std::int64_t>(queued)});
  }
  const auto put = [&](const auto& list) {
    out.push_back(-1);
    out.insert(out.end(), list.begin(), list.end());
  };
  put(results_);
  put(delivered_);
  for (const Port& port : ports_) put(port.psums);
  for (std::size_t ahead = 1; ahead < kHorizon; ++ahead)
    put(coming_[(static_cast<std::size_t>(now_) + ahead) % kHorizon]);
  return out;
}

// Windows after which inputs repeat: one, a row of sliding ones, or all of a block when blocks follow each other without a pause.
std::int64_t Loop::unit() const { return blocks_ > 1 ? plan_.windows() : plan_.sliding ? plan_.columns : 1; }

// Whether inputs that are in time now stay so: in the time of a unit of windows, of which `in` take `period` cycles, each port can send
// what a unit needs and all partial sums.
bool Loop::inputs_keep_up(std::int64_t period, std::int64_t in) const {
  const std::int64_t folds = plan_.folds(), windows = unit(), weights = blocks_ > 1 ? 1 : 0;
  if (windows * period < folds * (windows + weights) * in) return false;
  const std::int64_t full = plan_.sliding ? windows / plan_.columns : windows;
  std::vector<std::int64_t> fronts(ports_.size());
  for (std::int64_t v = 0; v < static_cast<std::int64_t>(workers_.size()); ++v)
    ++fronts[static_cast<std::size_t>(v * plan_.span() / layout_.configuration.lanes_per_port())];
  for (std::size_t p = 0; p < ports_.size(); ++p) {
    const auto& rows = ports_[p].rows;
    const std::int64_t load =
        full * rows[kFull].load + (windows - full) * rows[kLast].load + weights * rows[kWeights].load;
    if ((folds * load + windows * fronts[p] * (folds - 1)) * in > windows * period) return false;
  }
  return true;
}

// A window of neuron 0 is over. Where the state comes back after some windows, again and again, set by partial sums alone for as long as inputs need to
// repeat, all further windows do: if a packet left in cycle t, the one a period of inputs later can
// leave by t + period, because slots for partial sums repeat, and gates of blocks that overlap open ever earlier. All but the last windows
// are skipped.
void Loop::end_window() {
  window_over_ = false;
  if (loop_bound_) return;
  Moment now{state(), now_, workers_.front().step};
  std::size_t rhythm = 0;
  for (std::size_t k = 1; k <= moments_.size() && rhythm == 0 && !late_products_; ++k)
    if (moments_[k - 1].step + static_cast<std::int64_t>(k) * plan_.folds() == now.step &&
        moments_[k - 1].state == now.state)
      rhythm = k;
  calm_ = rhythm != 0 && rhythm == rhythm_ ? calm_ + 1 : 0;
  rhythm_ = rhythm;
  if (late_products_) moments_.clear();
  late_products_ = false;
  const auto windows = static_cast<std::int64_t>(rhythm);
  const std::int64_t period = rhythm == 0 ? 0 : now_ - moments_[rhythm - 1].at;
  moments_.push_front(std::move(now));
  if (moments_.size() > kMoments) moments_.pop_back();
  if (rhythm == 0 || calm_ < unit() * windows || !inputs_keep_up(period, windows)) return;
  std::int64_t furthest = 0;
  for (const Worker& worker : workers_) furthest = std::max(furthest, worker.step);
  const std::int64_t skipped = ((steps_ - furthest) / plan_.folds() - 2) / windows * windows;
  if (skipped > 0) skip(skipped, skipped / windows * period);
}

void Loop::skip(std::int64_t windows, std::int64_t shift) {
  auto coming = std::move(coming_);
  for (std::size_t i = 0; i < kHorizon; ++i)
    coming_[(i + static_cast<std::size_t>(shift)) % kHorizon] = std::move(coming[i]);
  for (Worker& worker : workers_) {
    worker.step += windows * plan_.folds();
    worker.finished += shift;
    if (worker.front != kUnknown) worker.front += shift;
    worker.ready.clear();
  }
  now_ += shift;
  counted_ += windows * plan_.folds() * static_cast<std::int64_t>(workers_.size());
  loop_bound_ = true;
}

bool Loop::products_known(std::size_t v, std::int64_t until) {
  const std::int64_t step = controller_step(workers_[v].step);
  Worker& worker = workers_[v];
  for (const std::int32_t p : worker.ports) advance(ports_[static_cast<std::size_t>(p)], step, until);
  return !worker.ready.empty() && worker.ready.front().missing == 0;
}

void Loop::advance(Port& port, std::int64_t step, std::int64_t until) {
  while (port.step <= step) {
    const std::int64_t generated = schedule_.generated(port.step);
    if (generated == kUnknown) return;
    if (port.place == 0 && port.rows[static_cast<std::size_t>(kind(port.step))].load > 0)
      port.time = std::max(port.time, generated);
    if (!send_row(port, until)) return;
    ++port.step;
    port.place = port.mark = 0;
  }
}

// Sends the rest of the port's row in the slots that are left, as far as cycle `until`.
bool Loop::send_row(Port& port, std::int64_t until) {
  const Kind kind = this->kind(port.step);
  const PortRow& row = port.rows[static_cast<std::size_t>(kind)];
  const auto marks = static_cast<std::int64_t>(row.marks.size());
  for (; port.place < row.load; ++port.place, ++port.time) {
    while (!port.slots.empty() && port.slots.front() <= port.time) {
      if (port.slots.front() == port.time) ++port.time;
      port.slots.pop_front();
    }
    if (port.time > until) return false;
    for (; port.mark < marks && row.marks[static_cast<std::size_t>(port.mark)].place == port.place; ++port.mark)
      arrive(row.marks[static_cast<std::size_t>(port.mark)], port.step, port.time + layout_.tree);
  }
  return true;
}

void Loop::arrive(const Mark& mark, std::int64_t step, std::int64_t at) {
  Worker& worker = workers_[static_cast<std::size_t>(mark.neuron)];
  Ready& ready = ready_of(worker, input_step(step));
  if (plan_.sliding) ready.arrivals[static_cast<std::size_t>(mark.lane)] = at;
  else ready.at = std::max(ready.at, at + mark.depth);
  if (mark.closes) --ready.missing;
}

Ready& Loop::ready_of(Worker& worker, std::int64_t step) {
  const auto index = static_cast<std::size_t>(step - worker.step);
  while (worker.ready.size() <= index) {
    worker.ready.emplace_back();
    const Kind kind = this->kind(controller_step(worker.step + static_cast<std::int64_t>(worker.ready.size()) - 1));
    worker.ready.back().missing = worker.senders[static_cast<std::size_t>(kind)];
    if (plan_.sliding) worker.ready.back().arrivals.resize(static_cast<std::size_t>(plan_.span()));
  }
  return worker.ready[index];
}

// The products of a step of sliding windows; gives when the finishing adder has them all.
std::int64_t Loop::fire(std::size_t v, const Ready& ready) {
  Worker& worker = workers_[v];
  const std::int64_t step = controller_step(worker.step);
  const auto fold = static_cast<std::size_t>(worker.step % plan_.folds()),
             folds = static_cast<std::size_t>(plan_.folds());
  const bool last = kind(step) == kLast;
  const std::size_t first = v * static_cast<std::size_t>(plan_.span());
  std::int64_t at = 0;
  for (std::size_t m = 1; m < worker.fired.size(); ++m) {
    const bool passed = last && layout_.setting.takes_right[first + m];
    const std::int64_t source = passed ? worker.before[(m + 1) * folds + fold] + 1 : ready.arrivals[m];
    worker.fired[m] = std::max(source, worker.fired[m] + 1);
    worker.before[m * folds + fold] = worker.fired[m];
    at = std::max(at, worker.fired[m] + layout_.routes.depth[first + m]);
  }
  return at;
}

}  // namespace

std::optional<std::int64_t> loop_cycles(const Layout& layout) {
  const Plan& plan = layout.plan;
  if (!drains_between_blocks(plan)) {
    if (plan.sliding) return std::nullopt;  // weights could arrive while inputs still move along: the stepper knows
    return Loop(layout, plan.blocks()).run();
  }
  // A block depends on the last only by where the lines go on looking; soon that repeats.
  std::map<std::vector<std::size_t>, std::pair<std::int64_t, std::vector<std::size_t>>> known;
  std::vector<std::size_t> turns = Loop(layout, 1).turns();
  std::int64_t cycles = 0;
  for (std::int64_t block = 0; block < plan.blocks(); ++block) {
    auto found = known.find(turns);
    if (found == known.end()) {
      Loop loop(layout, 1);
      loop.set_turns(turns);
      const auto time = loop.run();
      if (!time) return std::nullopt;
      found = known.emplace(turns, std::pair(*time, loop.turns())).first;
    }
    cycles += found->second.first;
    turns = found->second.second;
  }
  return cycles;
}

}  // namespace dlas::accelerator::maeri
