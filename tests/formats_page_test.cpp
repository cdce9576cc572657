// docs/formats.md: what is read, from the readers' own tables.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/dtype.h"
#include "model/format/keras/activation.h"
#include "model/format/keras/layer.h"
#include "model/format/keras/operation.h"
#include "model/format/onnx/adapt.h"
#include "model/format/onnx/operators.h"
#include "model/format/onnx/tensor.h"
#include "model/format/tensorflow/convert.h"
#include "model/format/tflite/convert.h"
#include "model/format/tflite/schema.h"
#include "model/op/list.h"
#include "support/page.h"

namespace dlas {
namespace {

constexpr std::int64_t kMostCodes = 512;  // more than any schema has

constexpr std::string_view kHead = R"(# Which files are read?

This page is written by `scripts/generate-docs` from the readers' tables; a test keeps it current. A format is told by the content of a
file, not by its name.

## Models

| format | versions | what is read |
|---|---|---|
| ONNX | opset 6 to {} | external data below the model's folder; model-local functions, inlined; `If` with a constant condition; initialisers of all types below |
| TensorFlow Lite | schema 3 | the first subgraph; float, float16 weights, dynamic range, int8 a channel, uint8 a tensor, int16 activations, packed 4 bits; metadata with normalisation and label file |
| Keras | 2 and 3, `.h5` and `.keras` | functional and sequential models, models inside models, shared layers; HDF5 with gzip, shuffle and fletcher32; `Lambda` and classes that dlas does not know are shown, never run ([keras](keras.md)) |
| TensorFlow | SavedModel of TensorFlow 1 and 2, frozen GraphDef | a signature with its functions inlined and its variables; control flow with a known condition; loops and operators that dlas does not know are shown, never run ([tensorflow](tensorflow.md)) |
| PyTorch | exported programs of torch 2.5 and later, TorchScript, state dicts, safetensors | the graph of an exported program or a traced or scripted module; tensors alone are shown, or given to another model by `--weights-from` ([pytorch](pytorch.md)) |

What is not read: sparse tensors as initialisers, sequences, maps and strings; `Loop`, `Scan` and `If` whose condition depends on data;
training graphs; several subgraphs. A file with operators that dlas does not know can be shown, and `dlas run` names all of them.

## Pictures and labels

| data | how `--data` names it | labels |
|---|---|---|
| folder of pictures | the folder | wnids at the front of the names, where there are any |
| folder of class folders | the folder | position of the class folder in byte order; wnids: ImageNet's classes |
| IDX, plain or `.gz` | the images file, or its folder | the labels file beside it |
| CIFAR-10, CIFAR-100 binary | the `.bin` file, or its folder | in the file |
| list | `list.csv`: path, label | numbers, wnids or names |
| one picture | the file | from a wnid in its name |

Pictures are JPEG (grey, colour, CMYK, EXIF orientation), PNG (grey, palette, 16 bit, alpha), BMP, PGM and PPM, decoded to Pillow's pixels.
Tensors for `--inputs` are NumPy's `.npy` and `.npz`.

## Element types

| type | ONNX | TensorFlow Lite |
|---|---|---|
)";

// The number and name of the type in a file's schema; "-" when it has none.
std::string onnx_types(DType dtype) {
  std::string out;
  for (std::int64_t number = 1; number < kMostCodes; ++number) {
    const auto found = onnx::dtype_of_proto(number);
    if (found.ok() && *found == dtype) out += fmt::format("{}{}", out.empty() ? "" : ", ", number);
  }
  return out.empty() ? "-" : out;
}

std::string tflite_types(DType dtype) {
  std::string out;
  for (std::int64_t number = 0; number < kMostCodes; ++number)
    if (!tflite::type_name(number).empty() && tflite::dtype_of_type(number) == dtype)
      out += fmt::format("{}{}", out.empty() ? "" : ", ", tflite::type_name(number));
  return out.empty() ? "-" : out;
}

std::string element_types() {
  std::string out;
  for (int i = 1; i < kDTypes; ++i) {
    const auto dtype = static_cast<DType>(i);
    out += fmt::format("| {} | {} | {} |\n", text(dtype), onnx_types(dtype), tflite_types(dtype));
  }
  return out;
}

std::string tflite_operators(tflite::Support wanted, std::size_t& count) {
  std::vector<std::string_view> names;
  for (std::int64_t code = 0; code < kMostCodes; ++code)
    if (const auto name = tflite::operator_name(code); !name.empty() && tflite::support(name) == wanted)
      names.push_back(name);
  std::ranges::sort(names);
  count = names.size();
  std::string out;
  for (const auto name : names) out += (out.empty() ? "`" : ", `") + std::string(name) + "`";
  return out;
}

std::string code_list(const std::vector<std::string_view>& names) {
  std::string out;
  for (const auto name : names) out += (out.empty() ? "`" : ", `") + std::string(name) + "`";
  return out;
}

std::string keras_layers() {
  const auto classes = keras::layer_classes();
  std::string out = "\n## Layers of Keras\n\n";
  out += fmt::format("{} classes, and models inside models:\n{}.\n\n", classes.size(), code_list(classes));
  out += fmt::format("Activations: {}.\n\n", code_list(keras::activation_names()));
  out += "Functions of `keras.ops`, and of TensorFlow in layers `TFOpLambda`, without underlines and capitals:\n";
  return out + fmt::format("{}.\n", code_list(keras::operation_names()));
}

std::string page() {
  std::size_t quantized = 0, real = 0, none = 0;
  const std::string with = tflite_operators(tflite::Support::quantized, quantized);
  const std::string without = tflite_operators(tflite::Support::real, real);
  const std::string unknown = tflite_operators(tflite::Support::none, none);
  std::string out = fmt::format(kHead, onnx::kNewestOpset) + element_types();
  out += "\nThe column ONNX holds the number of `TensorProto.DataType`.\n\n## Operators of ONNX\n\n";
  out +=
      fmt::format("{} operators of the standard domain, and {} that the reader resolves: [the list](operators.md).\n",
                  op::all_ops().size(), onnx::reader_operators().size());
  out += "\nOf ONNX Runtime's own domain, as its quantiser and optimiser write them:\n";
  std::string own;
  for (const auto name : onnx::contrib_operators())
    own += (own.empty() ? "`" : ", `") + std::string(name.substr(name.rfind('.') + 1)) + "`";
  out += own + ".\n";
  out += "\n## Operators of TensorFlow Lite\n\n";
  out += fmt::format("{} with quantised tensors, too:\n{}.\n\n", quantized, with);
  out += fmt::format("{} with float and plain integer tensors only:\n{}.\n\n", real, without);
  std::string custom;
  for (const auto name : tflite::custom_operators()) custom += (custom.empty() ? "`" : ", `") + std::string(name) + "`";
  out += "Custom operators: " + custom + ".\n\n";
  out += fmt::format("{} of the schema are not read: they show, but do not run:\n{}.\n", none, unknown);
  const auto tensorflow = tensorflow::converted_operators();
  out += fmt::format("\n## Operators of TensorFlow\n\n{}, besides those of calls, variables and control flow:\n{}.\n",
                     tensorflow.size(), code_list(tensorflow));
  return out + keras_layers();
}

TEST(FormatsPage, IsUpToDate) { testing::expect_page("formats.md", page()); }

}  // namespace
}  // namespace dlas
