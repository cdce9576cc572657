// What a kind of dataset has to answer, and how each kind is opened. Each has its own file here; one more kind
// is one more file, a line here and one in dataset.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "data/dataset.h"

namespace dlas::data {

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  virtual std::int64_t size() const = 0;
  virtual std::string name(std::int64_t i) const = 0;
  virtual std::optional<int> label(std::int64_t i) const = 0;
  virtual Result<Image> image(std::int64_t i) const = 0;
  virtual Result<Hash> content(std::int64_t i) const = 0;  // hash of the bytes before decoding

  ClassSet classes;
  std::string description;
  std::uint64_t left_out = 0;
};
using SourceResult = Result<std::shared_ptr<const Source>>;

// Files below one folder, each a picture.
struct FileEntry {
  std::string path;  // relative to the folder
  std::optional<int> label;
};
class FileSource : public Source {
 public:
  // `contained`: the paths came from a file, so they are opened strictly below the folder.
  FileSource(std::string folder, std::vector<FileEntry> entries, bool contained, Orientation orientation)
      : folder_(std::move(folder)), entries_(std::move(entries)), contained_(contained), orientation_(orientation) {}
  std::int64_t size() const override { return static_cast<std::int64_t>(entries_.size()); }
  std::string name(std::int64_t i) const override { return at(i).path; }
  std::optional<int> label(std::int64_t i) const override { return at(i).label; }
  Result<Image> image(std::int64_t i) const override;
  Result<Hash> content(std::int64_t i) const override;

 private:
  const FileEntry& at(std::int64_t i) const { return entries_[static_cast<std::size_t>(i)]; }
  Result<File> open(std::int64_t i) const;
  std::string folder_;
  std::vector<FileEntry> entries_;
  bool contained_;
  Orientation orientation_;
};

// By its name, or by the first bytes where the name says nothing.
bool looks_like_picture(std::string_view folder, std::string_view name);

// Labels by wnid for names that begin with one of ImageNet's; nothing for others.
std::optional<int> wnid_label(std::string_view name);

SourceResult open_folder(std::string_view path, const Listing& listing, Orientation orientation);
SourceResult open_picture(std::string_view path, Orientation orientation);
SourceResult open_list(std::string_view path, Orientation orientation);
SourceResult open_idx(std::string_view images_path);
SourceResult open_cifar(std::string_view path);

bool is_idx_images(std::span<const std::byte> bytes);  // also gzipped
bool is_cifar(std::string_view path, std::uint64_t size);

}  // namespace dlas::data
