// Pools over windows and over all places.
#include <fmt/format.h>

#include "model/format/keras/layer.h"

namespace dlas::keras {
namespace {

Outputs one(Result<ValueId> value) {
  if (!value.ok()) return std::move(value).error();
  return std::vector<ValueId>{*value};
}

Outputs pooling(Draft& draft, Build& build, std::string_view op) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const std::size_t axes = spatial_axes(draft.class_name);
  const auto kernel = s.integers("pool_size", axes);
  auto strides = s.integers("strides", axes);
  if (strides.empty()) strides = kernel;
  const std::string padding = s.word("padding", "valid"), layout = layout_of(s);
  if (padding != "same" && padding != "valid") s.refuse("padding", "the padding 'same' or 'valid'");
  DLAS_TRY(s.status());
  return one(build.add(draft, "", op,
                       {{"auto_pad", std::string(padding == "same" ? "SAME_UPPER" : "VALID")},
                        {"kernel_shape", kernel},
                        {"strides", strides},
                        {"layout", layout}},
                       {x}));
}

Outputs global(Draft& draft, Build& build, std::string_view pool, std::string_view reduce) {
  DLAS_ASSIGN(const ValueId x, one_input(draft));
  Settings& s = draft.settings;
  const bool keep = s.flag("keepdims", false), last = channels_last(s);
  DLAS_TRY(s.status());
  if (keep) return one(build.add(draft, "", pool, {{"layout", std::string(last ? "NHWC" : "NCHW")}}, {x}));
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < spatial_axes(draft.class_name); ++i)
    axes.push_back(static_cast<std::int64_t>(i) + (last ? 1 : 2));
  return one(build.add(draft, "", reduce, {{"keepdims", std::int64_t{0}}}, {x, build.list(draft, "axes", axes)}));
}

}  // namespace

Outputs max_pooling(Draft& draft, Build& build) { return pooling(draft, build, "MaxPool"); }
Outputs average_pooling(Draft& draft, Build& build) { return pooling(draft, build, "AveragePool"); }
Outputs global_average_pooling(Draft& draft, Build& build) {
  return global(draft, build, "GlobalAveragePool", "ReduceMean");
}
Outputs global_max_pooling(Draft& draft, Build& build) { return global(draft, build, "GlobalMaxPool", "ReduceMax"); }

}  // namespace dlas::keras
