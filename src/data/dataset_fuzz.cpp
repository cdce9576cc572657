// Any bytes as a dataset: a CSV list, an IDX file, a CIFAR file. An error, or items whose labels are below the number of classes
// and fit a model with as many outputs. The first byte chooses the kind; the list's pictures are not there, so that their
// containment is asked but nothing is decoded.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "base/limits.h"
#include "data/dataset/source.h"

namespace {

namespace dd = dlas::data;

void require(bool holds) {
  if (!holds) __builtin_trap();
}

void look_at(const dd::Source& source) {
  require(source.size() >= 1);
  const dd::ClassSet& classes = source.classes;
  require(classes.count >= 0);
  for (std::int64_t i = 0; i < source.size(); ++i) {
    const auto label = source.label(i);
    require(!label || (*label >= 0 && *label < classes.count && !classes.name(*label).empty()));
    static_cast<void>(source.name(i));
  }
  for (const std::int64_t i : {std::int64_t{0}, source.size() - 1}) {
    const auto image = source.image(i);
    if (!image.ok()) continue;
    require(image->pixels.size() == static_cast<std::size_t>(image->width) * static_cast<std::size_t>(image->height) *
                                        static_cast<std::size_t>(image->channels));
    static_cast<void>(source.content(i));
  }
  for (const auto kind : {dd::LabelKind::classes1000, dd::LabelKind::classes1001, dd::LabelKind::wnid})
    if (const auto map = dd::label_map(classes, classes.count, kind); map.ok())
      require(classes.count == 0 || map->output_of(classes.count - 1) < classes.count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::limits().inflated_bytes = 1 << 22;
  dlas::limits().image_pixels = 1 << 18;
  dlas::limits().dataset_files = 10'000;
  if (size == 0) return 0;
  const int memory = memfd_create("fuzz", MFD_CLOEXEC);  // a file that readers can open by a path
  if (memory < 0 || ::write(memory, data + 1, size - 1) != static_cast<ssize_t>(size - 1)) return 0;
  const std::string path = "/proc/self/fd/" + std::to_string(memory);
  const auto open = [&]() -> dd::SourceResult {
    switch (data[0] % 3) {
      case 0: return dd::open_list(path, dd::Orientation::upright);
      case 1: return dd::open_idx(path);
      default: return dd::open_cifar(path);
    }
  };
  if (const auto source = open(); source.ok()) look_at(**source);
  ::close(memory);
  return 0;
}
