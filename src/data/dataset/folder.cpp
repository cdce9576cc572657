// Folders of pictures, folders of class folders, and a single picture.
#include <algorithm>
#include <array>

#include "base/limits.h"
#include "data/dataset/source.h"

namespace dlas::data {
namespace {

// Also kinds that image.h does not read: they are pictures of the user, so each becomes an error, not a gap.
constexpr std::array<std::string_view, 15> kExtensions = {".avif", ".bmp",  ".gif", ".heic", ".jp2",
                                                          ".jpe",  ".jpeg", ".jpg", ".pgm",  ".png",
                                                          ".pnm",  ".ppm",  ".tif", ".tiff", ".webp"};

struct Pictures {
  std::vector<std::string> names;
  std::uint64_t left_out = 0;
};

Pictures pictures_of(const std::string& folder, const Listing& listing) {
  Pictures out;
  out.left_out = listing.left_out;
  for (const std::string& name : listing.files)
    if (looks_like_picture(folder, name)) out.names.push_back(name);
    else ++out.left_out;
  return out;
}

// ImageNet's classes when every folder is named by one of its wnids, else the folders in their order.
bool all_wnids(const std::vector<std::string>& folders) {
  return std::ranges::all_of(folders, [](const std::string& f) { return wnid_label(f).has_value(); });
}

SourceResult flat(std::string_view path, const Pictures& pictures, Orientation orientation) {
  std::vector<FileEntry> entries;
  bool any = false;
  for (const std::string& name : pictures.names) {
    entries.push_back({name, wnid_label(name)});
    any = any || entries.back().label;
  }
  auto source = std::make_shared<FileSource>(std::string(path), std::move(entries), false, orientation);
  if (any) source->classes = {true, kImagenetClasses, {}};
  source->description =
      any ? "folder of pictures, labels from wnids in the names" : "folder of pictures without labels";
  source->left_out = pictures.left_out;
  return std::shared_ptr<const Source>(std::move(source));
}

// Folders without a picture are no classes (".git", "thumbnails of nothing"); they count as left out.
SourceResult by_class(std::string_view path, const Listing& listing, std::uint64_t left_out, Orientation orientation) {
  std::vector<FileEntry> entries;
  std::vector<std::string> classes;
  std::vector<std::size_t> ends;
  for (const std::string& name : listing.folders) {
    const std::string folder = std::string(path) + "/" + name;
    DLAS_ASSIGN(const Listing inside, list_folder(folder));
    const Pictures pictures = pictures_of(folder, inside);
    left_out += pictures.left_out + inside.folders.size() + (pictures.names.empty() ? 1 : 0);
    if (pictures.names.empty()) continue;
    for (const std::string& picture : pictures.names) entries.push_back({name + "/" + picture, std::nullopt});
    if (entries.size() > limits().dataset_files)
      return make_error(Code::limit, "at most " + std::to_string(limits().dataset_files) + " pictures", "more")
          .in(path);
    classes.push_back(name);
    ends.push_back(entries.size());
  }
  if (entries.empty()) return make_error(Code::usage, "pictures in the folder or in folders below it", "none").in(path);
  const bool imagenet = all_wnids(classes);
  std::size_t begin = 0;
  for (std::size_t c = 0; c < classes.size(); begin = ends[c], ++c)
    for (std::size_t i = begin; i < ends[c]; ++i)
      entries[i].label = imagenet ? wnid_label(classes[c]) : std::optional(static_cast<int>(c));
  auto source = std::make_shared<FileSource>(std::string(path), std::move(entries), false, orientation);
  source->description = imagenet ? "class folders named by wnid" : "class folders, numbered in byte order";
  if (imagenet) source->classes = {true, kImagenetClasses, {}};
  else source->classes = {false, static_cast<int>(classes.size()), classes};
  source->left_out = left_out;
  return std::shared_ptr<const Source>(std::move(source));
}

}  // namespace

bool looks_like_picture(std::string_view folder, std::string_view name) {
  if (std::ranges::binary_search(kExtensions, std::string_view(extension_of(name)))) return true;
  const auto file = open_file(std::string(folder) + "/" + std::string(name));
  return file.ok() && !picture_kind(file->bytes()).empty();
}

std::optional<int> wnid_label(std::string_view name) {
  const auto wnid = wnid_of(name);
  return wnid ? imagenet_class(*wnid) : std::nullopt;
}

Result<File> FileSource::open(std::int64_t i) const {
  const std::string path = folder_ + "/" + at(i).path;
  auto file = contained_ ? open_beneath(folder_, at(i).path) : open_file(path);
  if (!file.ok()) file.error().in(path);  // a path that is refused before anything is opened names no file yet
  return file;
}

Result<Image> FileSource::image(std::int64_t i) const {
  DLAS_ASSIGN(const File file, open(i));
  auto image = decode_image(file.bytes(), orientation_);
  if (!image.ok()) image.error().in(file.path());
  return image;
}

Result<Hash> FileSource::content(std::int64_t i) const {
  DLAS_ASSIGN(const File file, open(i));
  return hash_of(file.bytes());
}

SourceResult open_folder(std::string_view path, const Listing& listing, Orientation orientation) {
  const Pictures pictures = pictures_of(std::string(path), listing);
  if (pictures.names.empty()) return by_class(path, listing, pictures.left_out, orientation);
  Pictures all = pictures;
  all.left_out += listing.folders.size();
  return flat(path, all, orientation);
}

SourceResult open_picture(std::string_view path, Orientation orientation) {
  const std::string folder = folder_of(path);
  const std::size_t slash = path.rfind('/');
  const std::string name(slash == std::string_view::npos ? path : path.substr(slash + 1));
  DLAS_ASSIGN(auto source, flat(folder, {{name}, 0}, orientation));
  return source;
}

}  // namespace dlas::data
