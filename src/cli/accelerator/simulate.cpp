// dlas simulate: a network on a simulated accelerator, or the rows of a file of simulator runs once more.
#include "cli/accelerator/simulate.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"

namespace dlas::cli {
namespace {

Result<int> simulate(const SimulateOptions& o) {
  if (!o.replay.empty() && !o.model.empty()) return make_error(Code::usage, "a model or --replay, not both", "both");
  if (!o.replay.empty() &&
      !(o.on.empty() && o.tiles.empty() && !o.mapped && o.mode == "stonne" && o.clock_mhz == 0 && !o.all))
    return make_error(Code::usage, "--replay with --bitmaps, --engine and --json only", "options for a model");
  if (!o.replay.empty()) return replay_rows(o);
  if (o.engine != "computed")
    return make_error(Code::usage, "--engine together with --replay", "--engine with a model");
  if (o.mapped && !o.tiles.empty()) return make_error(Code::usage, "--map or --tile, not both", "both");
  if (!o.bitmaps.empty()) return make_error(Code::usage, "--bitmaps together with --replay", "--bitmaps alone");
  if (o.model.empty()) return make_error(Code::usage, "a model, or --replay ROWS.csv", "neither");
  if (o.on.empty())
    return make_error(Code::usage, "--on with an accelerator", "none")
        .try_this("dlas simulate " + o.model + " --on maeri:ms=128,dn=64,rn=64");
  const bool memory = o.dram > 0 || o.dram_latency > 0 || o.sram_kib > 0 || o.single_buffer || o.element_bytes != 4;
  if (memory && o.mode != "physical")
    return make_error(Code::usage, "--mode physical with options of the memory", "--mode stonne");
  if (memory && o.dram <= 0) return make_error(Code::usage, "--dram with other options of the memory", "none");
  return simulate_model(o);
}

}  // namespace

void add_simulate(CLI::App& app, int& status) {
  CLI::App* command =
      app.add_subcommand("simulate", "cycles, counters and energy of a network on a simulated accelerator");
  auto o = std::make_shared<SimulateOptions>();
  command->add_option("FILE", o->model, "a model: any format that dlas reads")->type_name("");
  command
      ->add_option("--on", o->on,
                   "the accelerator: a STONNE .cfg file, or maeri:, sigma:, mesh: or magma: and its sizes")
      ->type_name("WHAT");
  const CLI::Option* map = command->add_option("--map", o->map, "tiles of a maeri: basic, bifrost, mrna or best")
                               ->type_name("RULE")
                               ->capture_default_str();
  command->add_option("--tile", o->tiles, "instead: STONNE mapping files, one for each different layer in order")
      ->type_name("FILE");
  command
      ->add_option("--mode", o->mode, "stonne: its own cycles; physical: with the corrections of docs/accelerators.md")
      ->check(CLI::IsMember({"stonne", "physical"}))
      ->type_name("MODE")
      ->capture_default_str();
  command->add_option("--dram", o->dram, "physical: bytes from DRAM per cycle; else no limit")
      ->check(CLI::Range(1e-6, 1e9))
      ->type_name("BYTES");
  command->add_option("--dram-latency", o->dram_latency, "physical: cycles before a layer's first byte")
      ->check(CLI::Range(0, 1 << 30))
      ->type_name("N");
  command->add_option("--sram", o->sram_kib, "physical: KiB of the global buffer; else all fits")
      ->check(CLI::Range(1, 1 << 30))
      ->type_name("KIB");
  command->add_option("--element", o->element_bytes, "physical: bytes of an element")
      ->check(CLI::Range(1, 16))
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--single-buffer", o->single_buffer, "physical: transfers do not hide behind computation");
  command->add_option("--clock", o->clock_mhz, "also seconds, at so many MHz")
      ->check(CLI::Range(0.001, 1e6))
      ->type_name("MHZ");
  command->add_flag("--all", o->all, "list the layers that stay on the host, too");
  command->add_option("--replay", o->replay, "run every row of a CSV of simulator runs and compare")->type_name("ROWS");
  command->add_option("--bitmaps", o->bitmaps, "stationary bitmaps of its sparse rows")->type_name("CSV");
  command->add_option("--engine", o->engine, "computed, or stepped: cycle by cycle, much slower")
      ->check(CLI::IsMember({"computed", "stepped"}))
      ->type_name("ENGINE")
      ->capture_default_str();
  command->add_flag("--json", o->json, "as JSON");
  command->footer(
      "Examples:\n"
      "  dlas simulate a.onnx --on maeri:ms=128,dn=64,rn=64 --map best\n"
      "  dlas simulate b.tflite --on mesh:rows=16,cols=16,dn=32,rn=16\n"
      "  dlas simulate --replay rows.csv");
  command->callback([o, map, &status] {
    o->mapped = map->count() > 0;
    status = conclude(simulate(*o), o->json);
  });
}

}  // namespace dlas::cli
