// Any text as a recipe: an error, or a recipe that prints to an equal one and applies to a picture without harm.
#include <cstdint>

#include "base/limits.h"
#include "data/recipe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace dd = dlas::data;
  dlas::limits().image_pixels = 1 << 14;
  const auto recipe = dd::parse_recipe({reinterpret_cast<const char*>(data), size});
  if (!recipe.ok()) return recipe.error().message().empty() ? __builtin_trap(), 0 : 0;
  const auto again = dd::parse_recipe(dd::text(*recipe));
  if (!again.ok() || *again != *recipe) __builtin_trap();
  dd::Image image{7, 5, 3, std::vector<std::uint8_t>(7 * 5 * 3, 200)};
  const auto tensor = dd::apply(dd::with_layout(*recipe, dd::Layout::nhwc), image);
  if (tensor.ok() && tensor->rank() != 4) __builtin_trap();
  return 0;
}
