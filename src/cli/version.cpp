// dlas version: what this build is, and which libraries it runs with.
#include <fmt/format.h>
#include <jpeglib.h>
#include <png.h>
#include <xxhash.h>
#include <zlib.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "dlas_version.h"

namespace dlas::cli {
namespace {

struct Library {
  std::string name, version, minimum;  // as found at run time where the library tells it, else as compiled
};

// "2010500" in steps of `base` -> "2.1.5".
std::string dotted(unsigned number, unsigned base) {
  return fmt::format("{}.{}.{}", number / base / base, number / base % base, number % base);
}

std::vector<Library> libraries() {
  return {
      {"CLI11", CLI11_VERSION, "2.1"},
      {"fmt", dotted(FMT_VERSION, 100), "9.0"},
      {"libjpeg-turbo", dotted(LIBJPEG_TURBO_VERSION_NUMBER, 1000), "2.1"},
      {"libpng", png_get_libpng_ver(nullptr), "1.6"},
      {"nlohmann-json",
       fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH),
       "3.11"},
      {"xxhash", dotted(XXH_versionNumber(), 100), "0.8"},
      {"zlib", zlibVersion(), "1.2.11"}};
}

void show_version(bool deps, bool as_json) {
  nlohmann::ordered_json json = {{"schema", "dlas.version/1"},
                                 {"dlas", kVersion},
                                 {"compiler", kCompiler},
                                 {"build", kBuildType},
                                 {"target", kTarget}};
  std::string lines = fmt::format("dlas {} ({}, {}, {})\n", kVersion, kCompiler, kBuildType, kTarget);
  for (const Library& library : deps ? libraries() : std::vector<Library>()) {
    json["libraries"].push_back({{"name", library.name}, {"version", library.version}, {"minimum", library.minimum}});
    lines += fmt::format("  {:<14} {:<9} (at least {})\n", library.name, library.version, library.minimum);
  }
  print(as_json ? pretty(json) : lines);
}

}  // namespace

void add_version(CLI::App& app, int&) {
  struct Options {
    bool deps = false, json = false;
  };
  CLI::App* command = app.add_subcommand("version", "version and build of dlas");
  auto o = std::make_shared<Options>();
  command->add_flag("--deps", o->deps, "also the libraries it runs with, and the least versions of these");
  command->add_flag("--json", o->json, "as JSON");
  command->footer("Examples:\n  dlas version\n  dlas version --deps --json");
  command->callback([o] { show_version(o->deps, o->json); });
}

}  // namespace dlas::cli
