// Pictures with labels, opened from a path and decoded one by one when asked.
//
//   folder of pictures      labels from wnids in the names (n01440764_tench.JPEG) where there are any
//   folder of class folders label = position of the folder's name in byte order; folders named by wnid: ImageNet's class
//   IDX                     the images file (plain or .gz), or its folder: then t10k, the test half, before train
//   CIFAR-10, CIFAR-100     a .bin file, or its folder: then the test file
//   list.csv                path,label with an optional header line; paths below the list's folder; labels are numbers,
//                           wnids, or names (numbered in byte order)
//   one picture             a dataset of one
// Files that are no pictures by name and first bytes (README, .txt) are left out and counted. Pictures that cannot be read
// stay in: item() gives their error, and the caller decides what one bad picture means.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "data/image.h"
#include "data/labels.h"

namespace dlas::data {

class Source;  // one kind of dataset: dataset/source.h

struct Item {
  Image image;
  std::optional<int> label;
  std::string name;  // relative path, or "7" in a file of many
};

class Dataset {
 public:
  explicit Dataset(std::shared_ptr<const Source> source) : source_(std::move(source)) {}

  std::int64_t size() const;               // at least 1
  std::string name(std::int64_t i) const;  // REQUIRES: 0 <= i < size()
  std::optional<int> label(std::int64_t i) const;
  bool labelled() const;  // all items have a label
  const ClassSet& classes() const;
  std::string description() const;  // "folder of pictures, labels from wnids in the names"
  std::uint64_t left_out() const;   // files beside the pictures

  // Threads: may be called from several threads.
  // Errors:  as read_image, naming the file; mismatch when the file changed since it was opened.
  Result<Item> item(std::int64_t i) const;

  // Of name, label and undecoded content of the items, for records: the same as long as the data are.
  // Errors:  as item, but only for files that cannot be opened.
  Result<Hash> hash(std::span<const std::int64_t> items) const;

 private:
  std::shared_ptr<const Source> source_;
};

// Errors: not_found, io, special_file; usage (nothing in the folder that is a dataset); format, truncated, mismatch
//         (a damaged file, labels that do not fit); containment (a list that names a path outside); limit.
Result<Dataset> open_dataset(std::string_view path, Orientation orientation = Orientation::upright);

}  // namespace dlas::data
