#include "model/format/patch/tflite.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/format/patch/flat.h"
#include "model/format/patch/tflite_options.h"
#include "model/format/tflite/schema.h"

namespace dlas::patch {
namespace {

// Field numbers of the published schema, version 3.
constexpr int kModelSubgraphs = 2, kModelBuffers = 4, kModelSignatures = 7;
constexpr int kTensors = 0, kGraphOutputs = 2, kOperators = 3;
constexpr int kShape = 0, kTensorBuffer = 2, kTensorQuantization = 4, kSignature = 7;
constexpr int kMin = 0, kMax = 1, kScale = 2, kZeroPoint = 3, kDetails = 5, kAxis = 6;
constexpr int kInputs = 1, kOutputs = 2, kOptionsType = 3, kOptions = 4;
constexpr int kData = 0;
constexpr std::uint64_t kDataAlignment = 16;

std::string_view chars(const Tensor& t) { return {reinterpret_cast<const char*>(t.bytes().data()), t.bytes().size()}; }

template <typename To, typename From>
std::string packed(const std::vector<From>& values) {
  std::string out;
  for (const From v : values) {
    const To one = static_cast<To>(v);
    out.append(reinterpret_cast<const char*>(&one), sizeof one);
  }
  return out;
}

class Patcher {
 public:
  Patcher(const File& file, const Graph& before, const Graph& after)
      : before_(before),
        after_(after),
        changes_(changes(before, after)),
        flat_(std::string(file.chars())),
        parsed_(file.bytes()) {}

  Result<std::string> run() {
    DLAS_ASSIGN(tables_, tflite::read_tables(parsed_));
    if (tables_.subgraphs.empty()) return make_error(Code::format, "a subgraph", "none");
    name_tensors();
    DLAS_TRY(check_supported());
    for (const auto& [was, now] : changes_.tensors) DLAS_TRY(set_tensor(before_.value(was), after_.value(now)));
    for (const auto& [was, now] : changes_.quantization) DLAS_TRY(set_units(before_.value(was), after_.value(now)));
    for (const NodeChange& c : changes_.nodes) {
      DLAS_TRY(set_attributes(c));
      for (const std::size_t slot : c.slots) DLAS_TRY(rewire(c, slot));
    }
    if (!changes_.deleted.empty()) DLAS_TRY(delete_operators());
    if (changes_.outputs) DLAS_TRY(set_outputs());
    DLAS_TRY(flat_.status());
    return flat_.take();
  }

 private:
  const tflite::Subgraph& main() const { return tables_.subgraphs[0]; }
  std::uint64_t subgraph() {
    const std::uint64_t list = flat_.child(flat_.root(), kModelSubgraphs);
    return flat_.follow(list + 4);
  }
  std::uint64_t element(std::uint64_t table, int field, std::size_t i) {
    return flat_.follow(flat_.child(table, field) + 4 + 4 * i);
  }
  std::uint64_t tensor_table(std::size_t i) { return element(subgraph(), kTensors, i); }

  void name_tensors();
  Status check_supported() const;
  Result<std::size_t> tensor_of(const Value& value) const;
  Result<std::size_t> operator_of(const Node& node) const;
  std::string_view code_of(std::size_t op) const {
    const auto code = main().operators[op].code;
    return code < tables_.codes.size() ? tflite::operator_name(tables_.codes[code].builtin) : std::string_view();
  }
  Status set_tensor(const Value& was, const Value& now);
  Status set_list(const Value& was, const Value& now);
  Status set_shape(std::size_t tensor, const Shape& shape);
  Status set_units(const Value& was, const Value& now);
  Status append_units(std::size_t tensor, const Value& was, const dlas::Quantization& q);
  Status set_attributes(const NodeChange& change);
  void set_option(std::size_t op, const OptionValue& value);
  Status rewire(const NodeChange& change, std::size_t slot);
  Status delete_operators();
  Status set_outputs();

  const Graph &before_, &after_;
  Changes changes_;
  Flat flat_;
  tflite::FlatBuffer parsed_;
  tflite::ModelTables tables_;
  std::map<std::string, std::size_t, std::less<>> tensors_;  // name of the value -> tensor
};

// The reader adds one value a tensor, in order, before all others: the same names come out again.
void Patcher::name_tensors() {
  Graph names;
  for (std::size_t i = 0; i < main().tensors.size(); ++i) {
    Value value;
    value.name = main().tensors[i].name.empty() ? fmt::format("tensor_{}", i) : main().tensors[i].name;
    const ValueId id = names.add_value(std::move(value));
    tensors_.emplace(names.value(id).name, i);
  }
}

Status Patcher::check_supported() const {
  for (const NodeId n : changes_.added)
    return refused(after_.node(n), "a change of what the file has: TFLite keeps its tables in one piece",
                   "a new operator");
  for (const ValueId v : changes_.added_constants)
    return refused(after_.value(v), "a tensor that the file has", "a new one");
  for (const std::string& key : changes_.metadata)
    return make_error(Code::unsupported, "a change of the network, for TFLite has no field for it",
                      "text '" + key + "'");
  if (changes_.inputs) return make_error(Code::unsupported, "the inputs that the file has", "others");
  return {};
}

Result<std::size_t> Patcher::tensor_of(const Value& value) const {
  const auto it = tensors_.find(value.name);
  if (it == tensors_.end()) return refused(value, "a tensor of the file", "one that the reader made");
  return it->second;
}

Result<std::size_t> Patcher::operator_of(const Node& node) const {
  for (std::size_t i = 0; i < main().operators.size(); ++i)
    if (node.origin.offset == main().operators[i].offset) return i;
  return refused(node, "an operator of the file", "one that the reader made");
}

// A list of 32-bit integers that the reader gives as one of 64 bits, such as a shape.
Status Patcher::set_list(const Value& was, const Value& now) {
  const auto count = static_cast<std::uint64_t>(now.constant.count());
  if (!was.origin.offset || now.constant.dtype() != DType::i64 || was.origin.bytes != 4 * count ||
      was.constant.shape() != now.constant.shape())
    return refused(was, "a tensor of the file", "one that the reader made");
  std::size_t users = 0;
  for (const auto& [name, tensor] : tensors_)
    users += main().tensors[tensor].buffer < tables_.buffers.size() &&
             tables_.buffers[main().tensors[tensor].buffer].offset == *was.origin.offset;
  if (users > 1) return refused(was, "contents of its own", "a buffer that several tensors share");
  flat_.set_bytes(*was.origin.offset, packed<std::int32_t>(now.constant.integers()));
  return {};
}

Status Patcher::set_shape(std::size_t tensor, const Shape& shape) {
  const std::uint64_t table = tensor_table(tensor);
  for (const int number : {kShape, kSignature}) {
    const std::uint64_t at = flat_.field(table, number);
    if (at == 0) continue;
    const std::uint64_t old = flat_.follow(at);
    if (flat_.count(old) == shape.size()) flat_.set_bytes(old + 4, packed<std::int32_t>(shape));
    else flat_.point(at, flat_.append_vector(shape.size(), packed<std::int32_t>(shape), 4));
  }
  return flat_.status();
}

Status Patcher::set_tensor(const Value& was, const Value& now) {
  if (!tensors_.contains(was.name)) return set_list(was, now);
  DLAS_ASSIGN(const std::size_t tensor, tensor_of(was));
  if (was.constant.dtype() != now.constant.dtype())
    return refused(was, std::string(text(was.constant.dtype())), std::string(text(now.constant.dtype())));
  const std::uint32_t buffer = main().tensors[tensor].buffer;
  for (std::size_t i = 0; i < main().tensors.size(); ++i)
    if (i != tensor && main().tensors[i].buffer == buffer)
      return refused(was, "contents of its own", fmt::format("a buffer that '{}' shares", main().tensors[i].name));
  const tflite::Bytes place = tables_.buffers[buffer];
  if (was.constant.shape() != now.constant.shape()) DLAS_TRY(set_shape(tensor, now.constant.shape()));
  if (place.size == now.constant.bytes().size()) {
    flat_.set_bytes(place.offset, chars(now.constant));
    return flat_.status();
  }
  const std::uint64_t at = flat_.field(element(flat_.root(), kModelBuffers, buffer), kData);
  if (at == 0) return refused(was, "contents inside the flatbuffer", "contents behind it");
  flat_.point(at, flat_.append_vector(now.constant.bytes().size(), chars(now.constant), kDataAlignment));
  return flat_.status();
}

Status Patcher::set_units(const Value& was, const Value& now) {
  if (!now.type.quantized() || !was.type.quantized())
    return refused(was, "other units for a tensor that has some", now.type.quantized() ? "units" : "no units");
  DLAS_ASSIGN(const std::size_t tensor, tensor_of(was));
  const dlas::Quantization& q = *now.type.quantization;
  const tflite::Quantization& old = main().tensors[tensor].quantization;
  const std::uint64_t table = flat_.child(tensor_table(tensor), kTensorQuantization);
  const std::uint64_t axis = flat_.field(table, kAxis);
  const bool axis_fits = !q.per_axis() || q.axis == old.axis || axis != 0;
  if (old.scales.size() != q.scales.size() || old.zero_points.size() != q.zero_points.size() || !axis_fits)
    return append_units(tensor, was, q);
  flat_.set_bytes(flat_.child(table, kScale) + 4, packed<float>(q.scales));
  flat_.set_bytes(flat_.child(table, kZeroPoint) + 4, packed<std::int64_t>(q.zero_points));
  if (q.per_axis() && q.axis != old.axis) flat_.set<std::int32_t>(axis, q.axis);
  return flat_.status();
}

Status Patcher::append_units(std::size_t tensor, const Value& was, const dlas::Quantization& q) {
  const std::uint64_t at = flat_.field(tensor_table(tensor), kTensorQuantization);
  const std::uint64_t old = flat_.follow(at);
  if (flat_.field(old, kDetails) != 0) return refused(was, "affine units", "details of another kind");
  const std::uint64_t ranges[] = {flat_.child(old, kMin), flat_.child(old, kMax)};
  std::vector<Flat::Slot> slots(7);
  for (const int number : {kMin, kMax}) slots[static_cast<std::size_t>(number)].offset = ranges[number] != 0;
  slots[kScale].offset = slots[kZeroPoint].offset = true;
  if (q.per_axis() && q.axis != 0) slots[kAxis].scalar = packed<std::int32_t>(std::vector<int>{q.axis});
  std::vector<float> kept[2];
  for (const int number : {kMin, kMax})
    for (std::uint64_t i = 0; i < flat_.count(ranges[number]); ++i)
      kept[number].push_back(flat_.get<float>(ranges[number] + 4 + 4 * i));
  const std::uint64_t table = flat_.append_table(slots);
  for (const int number : {kMin, kMax})
    if (ranges[number] != 0)
      flat_.point(flat_.field(table, number), flat_.append_vector(kept[number].size(), packed<float>(kept[number]), 4));
  flat_.point(flat_.field(table, kScale), flat_.append_vector(q.scales.size(), packed<float>(q.scales), 4));
  flat_.point(flat_.field(table, kZeroPoint),
              flat_.append_vector(q.zero_points.size(), packed<std::int64_t>(q.zero_points), 8));
  flat_.point(at, table);
  return flat_.status();
}

void Patcher::set_option(std::size_t op, const OptionValue& value) {
  const std::uint64_t at = flat_.field(main().operators[op].offset, kOptions);
  const std::uint64_t table = flat_.follow(at);
  if (const std::uint64_t place = flat_.field(table, value.field); place != 0)
    return flat_.set_bytes(place, value.bytes);
  // Not stored, since it had its default: the table with one field more.
  const std::string_view widths = option_widths(code_of(op));
  std::vector<Flat::Slot> slots(widths.size());
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::uint64_t old = flat_.field(table, static_cast<int>(i));
    for (int b = 0; old != 0 && b < widths[i] - '0'; ++b)
      slots[i].scalar += static_cast<char>(flat_.get<std::uint8_t>(old + static_cast<std::uint64_t>(b)));
    if (static_cast<int>(i) == value.field) slots[i].scalar = value.bytes;
  }
  flat_.point(at, flat_.append_table(slots));
}

Status Patcher::set_attributes(const NodeChange& change) {
  if (change.attributes.empty() && change.removed.empty()) return {};
  const Node &was = before_.node(change.before), &now = after_.node(change.after);
  DLAS_ASSIGN(const std::size_t op, operator_of(was));
  const std::string_view code = code_of(op);
  if (!change.removed.empty()) return refused(was, "attributes that TFLite has", "none of '" + change.removed[0] + "'");
  if (flat_.field(main().operators[op].offset, kOptions) == 0 || option_widths(code).empty())
    return refused(was, "an operator with options that can be set", fmt::format("{} without", code));
  for (const NamedAttribute& a : change.attributes) {
    const auto values = option_values(code, a, now.attributes.list());
    if (!values) return refused(was, fmt::format("what the options of {} can say", code), "another '" + a.name + "'");
    for (const OptionValue& v : *values) set_option(op, v);
  }
  return flat_.status();
}

Status Patcher::rewire(const NodeChange& change, std::size_t slot) {
  const Node &was = before_.node(change.before), &now = after_.node(change.after);
  DLAS_ASSIGN(const std::size_t op, operator_of(was));
  if (slot >= was.inputs.size() || slot >= now.inputs.size() || was.inputs[slot] == kNone || now.inputs[slot] == kNone)
    return refused(was, "as many inputs as the operator has", fmt::format("input {} more or less", slot));
  DLAS_ASSIGN(const std::size_t from, tensor_of(before_.value(was.inputs[slot])));
  const ValueId named = before_.find(after_.value(now.inputs[slot]).name);
  if (named == kNone) return refused(was, "inputs that the file has", "a new one");
  DLAS_ASSIGN(const std::size_t to, tensor_of(before_.value(named)));
  for (std::size_t i = op; i < main().operators.size(); ++i)
    if (std::ranges::find(main().operators[i].outputs, static_cast<std::int32_t>(to)) !=
        main().operators[i].outputs.end())
      return refused(was, "a value that stands before the operator in the file", "'" + before_.value(named).name + "'");
  const auto& inputs = main().operators[op].inputs;
  // The operator's own slot where it agrees, else the only one that has the tensor.
  std::size_t place = slot;
  if (place >= inputs.size() || inputs[place] != static_cast<std::int32_t>(from))
    place = static_cast<std::size_t>(std::ranges::find(inputs, static_cast<std::int32_t>(from)) - inputs.begin());
  if (place >= inputs.size()) return refused(was, "an input that the file has", "one that the reader made");
  flat_.set<std::int32_t>(flat_.child(main().operators[op].offset, kInputs) + 4 + 4 * place,
                          static_cast<std::int32_t>(to));
  return flat_.status();
}

Status Patcher::delete_operators() {
  std::set<std::size_t> gone;
  for (const NodeId n : changes_.deleted) {
    DLAS_ASSIGN(const std::size_t op, operator_of(before_.node(n)));
    gone.insert(op);
  }
  for (const Node& node : after_.nodes())
    if (const auto op = operator_of(node); op.ok() && gone.contains(*op))
      return refused(node, "an operator that goes as a whole", "a part of it that stays");
  const std::uint64_t list = flat_.child(subgraph(), kOperators);
  std::vector<std::uint64_t> kept;
  for (std::size_t i = 0; i < main().operators.size(); ++i)
    if (!gone.contains(i)) kept.push_back(main().operators[i].offset);
  for (std::size_t i = 0; i < kept.size(); ++i) flat_.point(list + 4 + 4 * i, kept[i]);
  flat_.set<std::uint32_t>(list, static_cast<std::uint32_t>(kept.size()));
  return flat_.status();
}

Status Patcher::set_outputs() {
  std::vector<std::int32_t> fresh;
  for (const ValueId v : after_.outputs) {
    DLAS_ASSIGN(const std::size_t tensor, tensor_of(after_.value(v)));
    fresh.push_back(static_cast<std::int32_t>(tensor));
  }
  const std::vector<std::int32_t>& old = main().outputs;
  if (fresh.size() > old.size() || (fresh.size() < old.size() && flat_.child(flat_.root(), kModelSignatures) != 0))
    return make_error(Code::unsupported, fmt::format("{} outputs as the file has", old.size()),
                      fmt::format("{}", fresh.size()));
  const std::uint64_t list = flat_.child(subgraph(), kGraphOutputs);
  flat_.set_bytes(list + 4, packed<std::int32_t>(fresh));
  flat_.set<std::uint32_t>(list, static_cast<std::uint32_t>(fresh.size()));
  // Signatures name tensors as well: field 1 has the outputs, whose field 1 is the tensor.
  const std::uint64_t signatures = flat_.child(flat_.root(), kModelSignatures);
  for (std::uint64_t s = 0; s < flat_.count(signatures) && flat_.ok(); ++s) {
    const std::uint64_t outputs = flat_.child(flat_.follow(signatures + 4 + 4 * s), 1);
    for (std::uint64_t i = 0; i < flat_.count(outputs) && flat_.ok(); ++i) {
      const std::uint64_t at = flat_.field(flat_.follow(outputs + 4 + 4 * i), 1);
      const auto it = std::ranges::find(old, at == 0 ? 0 : flat_.get<std::int32_t>(at));
      if (it == old.end()) continue;
      const auto k = static_cast<std::size_t>(it - old.begin());
      if (k >= fresh.size() || fresh[k] == old[k]) continue;
      if (at == 0) return make_error(Code::unsupported, "a signature that stores its tensors", "one at its default");
      flat_.set<std::uint32_t>(at, static_cast<std::uint32_t>(fresh[k]));
    }
  }
  return flat_.status();
}

}  // namespace

Result<std::string> patch_tflite(const File& file, const Graph& before, const Graph& after) {
  return Patcher(file, before, after).run();
}

}  // namespace dlas::patch
