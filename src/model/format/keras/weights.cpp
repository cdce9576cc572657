#include "model/format/keras/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/limits.h"

namespace dlas::keras {
namespace {

const hdf5::Attribute* find(const std::vector<hdf5::Attribute>& attributes, std::string_view name) {
  for (const auto& a : attributes)
    if (a.name == name) return &a;
  return nullptr;
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> out;
  while (true) {
    const auto slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

Result<hdf5::Array> array_at(const hdf5::File& file, hdf5::Group group, std::string_view path) {
  const auto parts = parts_of(path);
  if (parts.size() > limits().subgraph_depth)
    return make_error(Code::limit, fmt::format("paths of at most {} parts", limits().subgraph_depth), "more");
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    DLAS_ASSIGN(const auto next, file.child(group, parts[i]));
    DLAS_ASSIGN(group, file.group(next));
  }
  DLAS_ASSIGN(const auto dataset, file.child(group, parts.back()));
  return file.array(dataset);
}

// One layer of the file, and how its weights are shared out among the layers of a nested model.
struct Saved {
  std::vector<std::string> names;
  hdf5::Group group;
};

std::string_view prefix_of(std::string_view name) {
  const auto slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

// True when `prefix` ends in the last `wanted` names of the place: "a/conv" fits the places conv and a, conv. Names may have
// slashes themselves.
bool fits(std::string_view prefix, const std::vector<std::string>& names, std::size_t wanted) {
  std::string end;
  for (std::size_t i = names.size() - wanted; i < names.size(); ++i) end += "/" + names[i];
  return prefix == std::string_view(end).substr(1) || prefix.ends_with(end);
}

class Legacy : public Weights {
 public:
  Legacy(const hdf5::File& file, hdf5::Group layers) : file_(file), layers_(std::move(layers)) {}

  Result<std::vector<Weight>> of(const Place& place) override {
    DLAS_ASSIGN(const Saved* saved, layer(place.names.front()));
    std::vector<Weight> out;
    if (saved == nullptr) return out;
    for (const std::string& name : place.names.size() == 1 ? saved->names : nested(*saved, place.names)) {
      Weight w;
      w.name = name;
      w.path = fmt::format("model_weights/{}/{}", place.names.front(), name);
      auto array = array_at(file_, saved->group, name);
      if (!array.ok()) return array.error().at_slot(fmt::format("weight '{}'", name));
      w.array = *std::move(array);
      out.push_back(std::move(w));
    }
    return out;
  }

 private:
  // Null when the file has no weights for that name.
  Result<const Saved*> layer(const std::string& name) {
    if (const auto known = saved_.find(name); known != saved_.end()) return &known->second;
    // "conv1/conv" is a group inside another one.
    const auto parts = parts_of(name);
    if (parts.size() > limits().subgraph_depth)
      return make_error(Code::limit, fmt::format("names of at most {} parts", limits().subgraph_depth), "more");
    const hdf5::Group* at = &layers_;
    hdf5::Group inside;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      if (!at->contains(parts[i])) return nullptr;
      DLAS_ASSIGN(const auto next, file_.child(*at, parts[i]));
      DLAS_ASSIGN(inside, file_.group(next));
      at = &inside;
    }
    if (!at->contains(parts.back())) return nullptr;
    DLAS_ASSIGN(const auto object, file_.child(*at, parts.back()));
    DLAS_ASSIGN(const auto attributes, file_.attributes(object));
    Saved saved;
    DLAS_ASSIGN(saved.names, string_list(file_, attributes, "weight_names"));
    DLAS_ASSIGN(saved.group, file_.group(object));
    return &saved_.emplace(name, std::move(saved)).first->second;
  }

  // Names in the group that belong to one layer of a nested model. TensorFlow's names begin at the layer or at the model.
  static std::vector<std::string> nested(const Saved& saved, const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (std::size_t wanted = names.size(); wanted > 0 && out.empty(); --wanted)
      for (const std::string& name : saved.names)
        if (fits(prefix_of(name), names, wanted)) out.push_back(name);
    return out;
  }

  const hdf5::File file_;
  hdf5::Group layers_;
  std::map<std::string, Saved> saved_;
};

class Numbered : public Weights {
 public:
  explicit Numbered(const hdf5::File& file) : file_(file) {}

  Result<std::vector<Weight>> of(const Place& place) override {
    std::vector<Weight> out;
    const std::string path = place.path + "/vars";
    DLAS_ASSIGN(const hdf5::Group* group, group_at(path));
    if (group == nullptr) return out;
    for (std::size_t i = 0; group->contains(std::to_string(i)); ++i) {
      Weight w;
      w.name = std::to_string(i);
      w.path = fmt::format("{}/{}", path, i);
      DLAS_ASSIGN(const auto dataset, file_.child(*group, w.name));
      auto array = file_.array(dataset);
      if (!array.ok()) return array.error().at_slot(fmt::format("weight '{}'", w.path));
      w.array = *std::move(array);
      out.push_back(std::move(w));
    }
    return out;
  }

 private:
  // Null when there is none. Groups are kept, since many layers have the same parents.
  Result<const hdf5::Group*> group_at(const std::string& path) {
    const hdf5::Group* at = nullptr;
    std::string so_far;
    for (const auto part : parts_of(path)) {
      if (at == nullptr) {
        DLAS_ASSIGN(at, keep("", [&] { return file_.root(); }));
      }
      if (!at->contains(part)) return nullptr;
      so_far += fmt::format("/{}", part);
      const hdf5::Group& parent = *at;
      DLAS_ASSIGN(at, keep(so_far, [&] { return file_.child(parent, part); }));
    }
    return at;
  }
  template <typename F>
  Result<const hdf5::Group*> keep(const std::string& path, F object) {
    if (const auto known = groups_.find(path); known != groups_.end()) return &known->second;
    DLAS_ASSIGN(const auto found, object());
    DLAS_ASSIGN(auto group, file_.group(found));
    return &groups_.emplace(path, std::move(group)).first->second;
  }

  const hdf5::File file_;
  std::map<std::string, hdf5::Group> groups_;
};

}  // namespace

Result<std::vector<std::string>> string_list(const hdf5::File& file, const std::vector<hdf5::Attribute>& attributes,
                                             std::string_view name) {
  if (const auto* whole = find(attributes, name)) return file.strings(*whole);
  std::vector<std::string> out;
  for (std::size_t i = 0;; ++i) {
    const auto* part = find(attributes, fmt::format("{}{}", name, i));
    if (part == nullptr) break;
    DLAS_ASSIGN(auto more, file.strings(*part));
    out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return out;
}

Result<std::unique_ptr<Weights>> legacy_weights(const hdf5::File& file, const hdf5::Object& root) {
  DLAS_ASSIGN(const auto top, file.group(root));
  DLAS_ASSIGN(const auto object, file.child(top, "model_weights"));
  DLAS_ASSIGN(auto layers, file.group(object));
  return std::unique_ptr<Weights>(std::make_unique<Legacy>(file, std::move(layers)));
}

Result<std::unique_ptr<Weights>> numbered_weights(const hdf5::File& file) {
  return std::unique_ptr<Weights>(std::make_unique<Numbered>(file));
}

// Two substitutions of Keras: (.)([A-Z][a-z]+) -> \1_\2, then ([a-z])([A-Z]) -> \1_\2.
std::string snake_case(std::string_view name) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string words;
  for (std::size_t i = 0; i < name.size();) {
    words += name[i];
    const bool word = i + 2 < name.size() && upper(name[i + 1]) && lower(name[i + 2]);
    ++i;
    if (!word) continue;
    words += '_';
    words += name[i++];
    while (i < name.size() && lower(name[i])) words += name[i++];
  }
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && lower(words[i - 1]) && upper(words[i])) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(words[i])));
  }
  return out;
}

}  // namespace dlas::keras
