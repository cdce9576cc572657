// Keras files -> graph -> one run on zeros. Bytes that are neither HDF5 nor a zip archive are taken for a configuration, with
// weights that are never there: so that the fuzzer need not write archives to reach the layers.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "model/executor/zeros_testing.h"
#include "model/format/keras/network.h"
#include "model/format/keras/reader.h"

namespace {

class Ones : public dlas::keras::Weights {
 public:
  // As many weights of a moderate shape as most layers have; the shapes seldom fit, and then the types refuse them.
  dlas::Result<std::vector<dlas::keras::Weight>> of(const dlas::keras::Place& place) override {
    std::vector<dlas::keras::Weight> out(place.names.back().size() % 5);
    for (auto& w : out)
      w.array.tensor = dlas::Tensor::make(dlas::DType::f32,
                                          place.names.back().size() % 2 ? dlas::Shape{2} : dlas::Shape{1, 1, 2, 2});
    return out;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dlas::testing::small_budgets();
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  if (dlas::keras::is_keras(bytes)) {
    const auto graph = dlas::keras::read(bytes, nullptr, "fuzz.keras");
    if (graph.ok()) dlas::testing::run_on_zeros(*graph);
    return 0;
  }
  auto model = dlas::keras::parse_json({reinterpret_cast<const char*>(data), size});
  if (!model.ok()) return 0;
  dlas::keras::Container container;
  container.model = *std::move(model);
  container.weights = std::make_unique<Ones>();
  dlas::keras::Build build("fuzz.json");
  if (dlas::keras::build_model(container, build, 3).ok()) dlas::testing::run_on_zeros(build.graph());
  return 0;
}
