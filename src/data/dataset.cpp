#include "data/dataset.h"

#include <algorithm>
#include <array>

#include "data/dataset/source.h"

namespace dlas::data {
namespace {

constexpr std::string_view kKinds =
    "a folder of pictures or of class folders, IDX files, CIFAR .bin files, a .csv list, or a picture";

// Files that make their folder a dataset of another kind, the test half first.
constexpr std::array<std::string_view, 4> kIdxNames = {"t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz",
                                                       "train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"};
constexpr std::array<std::string_view, 4> kCifarNames = {"test_batch.bin", "test.bin", "data_batch_1.bin", "train.bin"};

template <std::size_t N>
std::string first_of(const Listing& listing, const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names)
    if (std::ranges::binary_search(listing.files, name)) return std::string(name);
  return {};
}

SourceResult open_from_folder(std::string_view path, Orientation orientation) {
  DLAS_ASSIGN(const Listing listing, list_folder(path));
  const std::string prefix = std::string(path) + "/";
  if (const std::string name = first_of(listing, kIdxNames); !name.empty()) return open_idx(prefix + name);
  const std::string cifar = first_of(listing, kCifarNames);
  if (!cifar.empty()) return open_cifar(prefix + cifar);
  return open_folder(path, listing, orientation);
}

SourceResult open_from_file(std::string_view path, Orientation orientation) {
  DLAS_ASSIGN(const File file, open_file(path));
  if (extension_of(path) == ".csv") return open_list(path, orientation);
  if (is_idx_images(file.bytes())) return open_idx(path);
  if (is_cifar(path, file.size())) return open_cifar(path);
  if (!picture_kind(file.bytes()).empty()) return open_picture(path, orientation);
  return make_error(Code::usage, kKinds, "another kind of file").in(path);
}

}  // namespace

std::int64_t Dataset::size() const { return source_->size(); }
std::string Dataset::name(std::int64_t i) const { return source_->name(i); }
std::optional<int> Dataset::label(std::int64_t i) const { return source_->label(i); }
const ClassSet& Dataset::classes() const { return source_->classes; }
std::string Dataset::description() const { return source_->description; }
std::uint64_t Dataset::left_out() const { return source_->left_out; }

bool Dataset::labelled() const {
  for (std::int64_t i = 0; i < size(); ++i)
    if (!label(i)) return false;
  return true;
}

Result<Item> Dataset::item(std::int64_t i) const {
  DLAS_ASSIGN(Image image, source_->image(i));
  return Item{std::move(image), label(i), name(i)};
}

Result<Hash> Dataset::hash(std::span<const std::int64_t> items) const {
  Hasher hasher;
  for (const std::int64_t i : items) {
    DLAS_ASSIGN(const Hash content, source_->content(i));
    const auto label = source_->label(i);
    hasher.add(source_->name(i)).add(label ? std::to_string(*label) : "").add(content);
  }
  return hasher.finish();
}

Result<Dataset> open_dataset(std::string_view path, Orientation orientation) {
  const bool folder = path_kind(path) == PathKind::folder;
  DLAS_ASSIGN(auto source, folder ? open_from_folder(path, orientation) : open_from_file(path, orientation));
  return Dataset(std::move(source));
}

}  // namespace dlas::data
