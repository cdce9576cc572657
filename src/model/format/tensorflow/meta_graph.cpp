#include "model/format/tensorflow/meta_graph.h"

namespace dlas::tensorflow {
namespace {

using protobuf::each_field;

Status set(std::string_view& out, const Field& field) {
  DLAS_ASSIGN(out, text_of(field));
  return {};
}

template <typename Read>
Status in_message(const Field& field, Read&& read) {
  DLAS_ASSIGN(const Message message, message_of(field));
  return each_field(message, read);
}

Status read_tensor_info(Message message, TensorInfo& out) {
  return each_field(message, [&](const Field& f) -> Status {
    if (f.number == 1) return set(out.name, f);
    if (f.number == 2) {
      DLAS_ASSIGN(out.dtype, integer_of(f));
    } else if (f.number == 3) {
      DLAS_ASSIGN(const Message shape, message_of(f));
      DLAS_ASSIGN(out.shape, parse_shape(shape));
    }
    return {};
  });
}

struct Entry {
  std::string_view key;
  Message value;
};

Result<Entry> entry_of(const Field& field) {
  DLAS_TRY(take(field, sizeof(Signature)));
  Entry out;
  const Status status = in_message(field, [&](const Field& f) -> Status {
    if (f.number == 1) return set(out.key, f);
    if (f.number == 2) {
      DLAS_ASSIGN(out.value, message_of(f));
    }
    return {};
  });
  if (!status.ok()) return status.error();
  return out;
}

Status add_tensor(const Field& field, std::map<std::string_view, TensorInfo>& out) {
  DLAS_ASSIGN(const Entry entry, entry_of(field));
  return read_tensor_info(entry.value, out[entry.key]);
}

Status add_signature(const Field& field, std::map<std::string_view, Signature>& out) {
  DLAS_ASSIGN(const Entry entry, entry_of(field));
  Signature& signature = out[entry.key];
  return each_field(entry.value, [&](const Field& f) -> Status {
    if (f.number == 1) return add_tensor(f, signature.inputs);
    return f.number == 2 ? add_tensor(f, signature.outputs) : Status();
  });
}

Status read_description(const Field& field, MetaGraph& out) {
  return in_message(field, [&](const Field& f) -> Status {
    if (f.number == 5) return set(out.version, f);
    if (f.number != 4) return {};
    DLAS_TRY(take(f, sizeof(std::string_view)));
    DLAS_ASSIGN(out.tags.emplace_back(), text_of(f));
    return {};
  });
}

Status read_meta_graph(const Field& field, MetaGraph& out) {
  return in_message(field, [&](const Field& f) -> Status {
    switch (f.number) {
      case 1: return read_description(f, out);
      case 2: {
        DLAS_ASSIGN(out.graph, message_of(f));
        return {};
      }
      case 3: return in_message(f, [&](const Field& g) { return g.number == 3 ? set(out.restore, g) : Status(); });
      case 5: return add_signature(f, out.signatures);
      default: return {};
    }
  });
}

}  // namespace

Result<std::vector<MetaGraph>> parse_saved_model(Message message) {
  std::vector<MetaGraph> out;
  const Status status = each_field(message, [&](const Field& f) -> Status {
    if (f.number != 2) return {};
    DLAS_TRY(take(f, sizeof(MetaGraph)));
    return read_meta_graph(f, out.emplace_back());
  });
  if (!status.ok()) return status.error();
  return out;
}

}  // namespace dlas::tensorflow
