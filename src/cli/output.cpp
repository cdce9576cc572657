#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"

namespace dlas::cli {
namespace {

constexpr std::string_view kAlso = "also: ", kMore = " more problems";

int status_of(Code code) {
  if (code == Code::internal) return kBug;
  return code == Code::cancelled ? kStopped : kInput;
}

// A reader tells all problems of a file as contexts of the first. Takes these off and returns them.
std::vector<std::string> further_problems(Error& error) {
  std::vector<std::string> also, kept;
  for (const std::string& context : error.context) {
    if (context.starts_with(kAlso)) also.push_back(context.substr(kAlso.size()));
    else if (context.ends_with(kMore)) also.push_back(context);
    else kept.push_back(context);
  }
  error.context = std::move(kept);
  return also;
}

nlohmann::ordered_json fields(const Error& error, const std::vector<std::string>& also) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(valid_utf8(text));
  };
  nlohmann::ordered_json out = {{"code", text(error.code)},      {"message", valid_utf8(error.message())},
                                {"file", or_null(error.file)},   {"offset", nullptr},
                                {"node", or_null(error.node)},   {"operator", or_null(error.op)},
                                {"slot", or_null(error.slot)},   {"expected", or_null(error.expected)},
                                {"found", or_null(error.found)}, {"hint", or_null(error.remedy)}};
  if (error.offset) out["offset"] = *error.offset;
  out["also"] = nlohmann::ordered_json::array();
  for (const std::string& problem : also) out["also"].push_back(valid_utf8(problem));
  return out;
}

struct First {
  Error error;
  std::vector<std::string> also;
};

// The first problem as it is told, and the others.
First first_of(const Error& raised) {
  First out{raised, {}};
  out.also = further_problems(out.error);
  if (out.also.empty()) return out;
  out.error.during(out.also.size() == 1 ? "and another problem" : "and more problems");
  out.error.try_this("dlas show " + out.error.file + " lists all of them");
  return out;
}

std::string& typed_line() {
  static std::string line;
  return line;
}

// As it is where a shell leaves it alone, else between single quotes.
std::string quoted(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=-,:+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

}  // namespace

void remember(int argc, char** argv) {
  typed_line() = "dlas";
  for (int i = 1; i < argc; ++i) typed_line() += " " + quoted(argv[i]);
}

const std::string& typed() { return typed_line(); }

std::string error_json(const Error& raised) {
  const auto [error, also] = first_of(raised);
  return pretty({{"schema", "dlas.error/1"}, {"status", status_of(error.code)}, {"error", fields(error, also)}});
}

int fail(const Error& raised, bool json) {
  const Error error = first_of(raised).error;
  std::string text = "dlas: " + (error.code == Code::cancelled ? "stopped by the user" : error.message()) + "\n";
  if (!error.remedy.empty()) text += "      try: " + for_terminal(error.remedy, 2000) + "\n";
  std::fputs(text.c_str(), stderr);
  if (json) print(error_json(raised));
  return status_of(error.code);
}

std::vector<std::string> problems_of(const Error& raised) {
  Error error = raised;
  auto problems = further_problems(error);
  problems.insert(problems.begin(), error.message());
  return problems;
}

int conclude(const Result<int>& done, bool json) { return done.ok() ? *done : fail(done.error(), json); }

int conclude(const Status& done, bool json) { return done.ok() ? kAgree : fail(done.error(), json); }

void remark(std::string_view text) {
  const std::string line = "dlas: " + for_terminal(text, 1000) + "\n";
  std::fputs(line.c_str(), stderr);
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string pretty(const nlohmann::ordered_json& json) {
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Status flush_output() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return {};
  return make_error(Code::io, "a standard output that takes everything", errno ? std::strerror(errno) : "an error");
}

}  // namespace dlas::cli
