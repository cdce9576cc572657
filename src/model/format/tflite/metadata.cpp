#include "model/format/tflite/metadata.h"

#include <algorithm>

#include "base/archive/zip.h"
#include "model/format/tflite/flatbuffer.h"

namespace dlas::tflite {
namespace {

constexpr int kImageProperties = 2;               // union ContentProperties
constexpr int kRgb = 1, kGrayscale = 2;           // enum ColorSpaceType
constexpr int kNormalization = 1;                 // union ProcessUnitOptions
constexpr int kAxisLabels = 2, kValueLabels = 3;  // enum AssociatedFileType

void read_normalization(const Table& tensor, TensorMetadata& out) {
  const Tables units = tensor.tables(4, "metadata, process unit");
  for (std::size_t i = 0; i < units.size(); ++i) {
    const Table unit = units[i];
    if (unit.scalar<std::uint8_t>(0, 0) != kNormalization) continue;
    const Table options = unit.table(1, "metadata, normalization");
    out.mean = options.numbers<float>(0, "metadata, mean");
    out.std = options.numbers<float>(1, "metadata, std");
  }
}

TensorMetadata read_tensor(const Table& t) {
  TensorMetadata out;
  out.name = t.text(0, "metadata, tensor name");
  out.description = t.text(1, "metadata, tensor description");
  const Table content = t.table(3, "metadata, content");
  if (content.scalar<std::uint8_t>(0, 0) == kImageProperties) {
    const auto space = content.table(1, "metadata, image").scalar<std::int8_t>(0, 0);
    out.rgb = space == kRgb;
    out.grayscale = space == kGrayscale;
  }
  read_normalization(t, out);
  const Tables files = t.tables(6, "metadata, associated file");
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Table file = files[i];
    const auto type = file.scalar<std::int8_t>(2, 0);
    out.files.push_back({file.text(0, "metadata, file name"), type == kAxisLabels || type == kValueLabels});
  }
  return out;
}

std::vector<TensorMetadata> read_tensors(const Table& subgraph, int field, const FlatBuffer& buffer) {
  const Tables tensors = subgraph.tables(field, "metadata, tensor");
  std::vector<TensorMetadata> out;
  for (std::size_t i = 0; i < tensors.size() && buffer.ok(); ++i) out.push_back(read_tensor(tensors[i]));
  return out;
}

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

Status read_labels(Metadata& metadata, std::span<const std::byte> file) {
  for (const TensorMetadata& output : metadata.outputs)
    for (const AssociatedFile& named : output.files)
      if (named.labels && metadata.label_file.empty()) metadata.label_file = named.name;
  if (metadata.label_file.empty()) return {};
  auto archive = read_zip(file, Front::anything);
  if (!archive.ok()) return std::move(archive.error().at_slot("zip archive"));
  const std::vector<ZipMember>& members = *archive;
  const auto member = std::ranges::find(members, metadata.label_file, &ZipMember::name);
  if (member == members.end()) {
    Error error =
        make_error(Code::not_found, "label file '" + metadata.label_file + "' in the archive at the file's end",
                   std::to_string(members.size()) + " other members");
    return error.at_slot("metadata");
  }
  std::string room;
  auto text = unpack(*member, room);
  if (!text.ok()) return std::move(text.error().at_slot("zip archive"));
  metadata.labels = lines({reinterpret_cast<const char*>(text->data()), text->size()});
  return {};
}

}  // namespace

Result<Metadata> read_metadata(std::span<const std::byte> bytes, std::span<const std::byte> file) {
  FlatBuffer buffer(bytes);
  const Table model = buffer.root("M001");
  Metadata out;
  out.name = model.text(0, "metadata, name");
  out.description = model.text(1, "metadata, description");
  out.author = model.text(4, "metadata, author");
  out.license = model.text(5, "metadata, license");
  const Tables subgraphs = model.tables(3, "metadata, subgraph");
  if (subgraphs.size() != 0) {
    const Table subgraph = subgraphs[0];
    out.inputs = read_tensors(subgraph, 2, buffer);
    out.outputs = read_tensors(subgraph, 3, buffer);
  }
  if (!buffer.ok()) {
    Error error = *buffer.error();
    error.offset.reset();  // it counts from the start of the metadata, not of the file
    return error;
  }
  DLAS_TRY(read_labels(out, file));
  return out;
}

}  // namespace dlas::tflite
