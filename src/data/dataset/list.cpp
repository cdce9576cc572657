// A CSV list: path,label. Fields may stand in double quotes (RFC 4180, but on one line); further columns are ignored.
#include <algorithm>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "data/dataset/source.h"

namespace dlas::data {
namespace {

constexpr int kMostClasses = 1'000'000;

struct Row {
  std::string path, label;
  bool has_label = false;
};

// One field from the front of a line, without its quotes; the line then begins behind the comma.
Result<std::string> next_field(std::string_view& line) {
  std::string out;
  if (!line.starts_with('"')) {
    const std::size_t end = std::min(line.find(','), line.size());
    out = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return out;
  }
  std::size_t i = 1;
  for (; i < line.size(); ++i) {
    if (line[i] != '"') out += line[i];
    else if (i + 1 < line.size() && line[i + 1] == '"') out += line[++i];
    else break;
  }
  if (i >= line.size()) return make_error(Code::format, "a closing quote on the line", "its end");
  line.remove_prefix(i + 1);
  if (!line.empty() && line[0] != ',')
    return make_error(Code::format, "a comma behind a quoted field", line.substr(0, 1));
  line.remove_prefix(line.empty() ? 0 : 1);
  return out;
}

Result<Row> parse_row(std::string_view line) {
  Row row;
  row.has_label = false;
  DLAS_ASSIGN(row.path, next_field(line));
  if (line.empty()) return row;
  DLAS_ASSIGN(row.label, next_field(line));
  row.has_label = !row.label.empty();
  return row;
}

bool is_header(const Row& row) {
  constexpr std::string_view kNames[] = {"path", "file", "filename", "image", "name"};
  return std::ranges::find(kNames, std::string_view(row.path)) != std::end(kNames);
}

Error in_line(Error error, std::string_view path, std::size_t number) {
  return error.in(path).at_slot("line " + std::to_string(number));
}

// Paths that could leave the folder are refused at once; open_beneath looks at each again when it is opened.
Status check_path(const std::string& path) {
  if (path.empty()) return make_error(Code::format, "a path", "nothing");
  if (path.size() > limits().name_bytes)
    return make_error(Code::limit, "a path of at most " + std::to_string(limits().name_bytes) + " bytes",
                      std::to_string(path.size()));
  const std::string framed = "/" + path + "/";
  if (path[0] == '/' || framed.find("/../") != std::string::npos)
    return make_error(Code::containment, "a path below the folder of the list", path);
  return {};
}

Result<std::vector<Row>> read_rows(const File& file) {
  std::vector<Row> rows;
  std::string_view rest = file.chars();
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);  // the mark that some spreadsheets write
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (line.size() > limits().text_bytes)
      return in_line(make_error(Code::limit, "lines of at most " + std::to_string(limits().text_bytes) + " bytes",
                                std::to_string(line.size())),
                     file.path(), number);
    auto row = parse_row(line);
    if (!row.ok()) return in_line(row.error(), file.path(), number);
    if (number == 1 && is_header(*row)) continue;
    if (auto safe = check_path(row->path); !safe.ok()) return in_line(safe.error(), file.path(), number);
    if (!rows.empty() && rows[0].has_label != row->has_label)
      return in_line(
          make_error(Code::format,
                     rows[0].has_label ? "a label, as on the lines before" : "no label, as on the lines before",
                     row->has_label ? row->label : "none"),
          file.path(), number);
    rows.push_back(std::move(*row));
    if (rows.size() > limits().dataset_files)
      return make_error(Code::limit, "at most " + std::to_string(limits().dataset_files) + " lines", "more")
          .in(file.path());
  }
  return rows;
}

std::optional<int> class_number(const std::string& label) {
  const auto value = parse_int(label);
  if (!value || *value < 0 || *value >= kMostClasses) return std::nullopt;
  return static_cast<int>(*value);
}

// All labels are numbers, or all are wnids of ImageNet, or all are names.
void set_labels(const std::vector<Row>& rows, std::vector<FileEntry>& entries, ClassSet& classes,
                std::string& description) {
  const auto all = [&](auto get) {
    return std::ranges::all_of(rows, [&](const Row& r) { return get(r.label).has_value(); });
  };
  if (all(class_number)) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      entries[i].label = class_number(rows[i].label);
      classes.count = std::max(classes.count, *entries[i].label + 1);
    }
    description = "CSV list with class numbers";
    return;
  }
  if (all(wnid_label)) {
    for (std::size_t i = 0; i < rows.size(); ++i) entries[i].label = wnid_label(rows[i].label);
    classes = {true, kImagenetClasses, {}};
    description = "CSV list with wnids";
    return;
  }
  std::set<std::string> names;
  for (const Row& row : rows) names.insert(row.label);
  classes = {false, static_cast<int>(names.size()), {names.begin(), names.end()}};
  for (std::size_t i = 0; i < rows.size(); ++i)
    entries[i].label = static_cast<int>(std::ranges::lower_bound(classes.names, rows[i].label) - classes.names.begin());
  description = "CSV list with class names";
}

}  // namespace

SourceResult open_list(std::string_view path, Orientation orientation) {
  DLAS_ASSIGN(const File file, open_file(path));
  DLAS_ASSIGN(const std::vector<Row> rows, read_rows(file));
  if (rows.empty()) return make_error(Code::usage, "lines of path,label", "none").in(path);
  std::vector<FileEntry> entries;
  for (const Row& row : rows) entries.push_back({row.path, std::nullopt});
  ClassSet classes;
  std::string description = "CSV list without labels";
  if (rows[0].has_label) set_labels(rows, entries, classes, description);
  auto source = std::make_shared<FileSource>(folder_of(path), std::move(entries), true, orientation);
  source->classes = std::move(classes);
  source->description = std::move(description);
  return std::shared_ptr<const Source>(std::move(source));
}

}  // namespace dlas::data
