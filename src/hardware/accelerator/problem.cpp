#include "hardware/accelerator/problem.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/checked.h"
#include "base/text.h"

namespace dlas::accelerator {
namespace {

struct Size {
  std::string_view name;
  std::int64_t value;
};

// One error for all sizes that are not positive or absurd.
Status check_sizes(std::span<const Size> sizes) {
  std::string found;
  for (const Size& size : sizes)
    if (size.value < 1 || size.value > kLongestSide)
      found += (found.empty() ? "" : ", ") + std::string(size.name) + " " + std::to_string(size.value);
  if (found.empty()) return {};
  return make_error(Code::usage, "sizes from 1 to " + thousands(static_cast<std::uint64_t>(kLongestSide)), found);
}

Status check_products(std::span<const std::int64_t> factors) {
  const auto product = checked_product(factors);
  if (product && *product <= kMostProducts) return {};
  return make_error(Code::limit, "at most 2^50 multiplications in a layer",
                    product ? thousands(static_cast<std::uint64_t>(*product)) : "more than 2^63");
}

struct Field {
  std::string_view name;
  std::int64_t Convolution::* field;
};
constexpr std::array<Field, 9> kFields = {{{"R", &Convolution::r},
                                           {"S", &Convolution::s},
                                           {"C", &Convolution::c},
                                           {"K", &Convolution::k},
                                           {"G", &Convolution::g},
                                           {"N", &Convolution::n},
                                           {"X", &Convolution::x},
                                           {"Y", &Convolution::y},
                                           {"stride", &Convolution::stride}}};

Status set_field(Convolution& c, std::string_view item) {
  const std::size_t equal = item.find('=');
  const std::string_view key = item.substr(0, equal);
  const auto value = equal == std::string_view::npos ? std::nullopt : parse_int(item.substr(equal + 1));
  for (const Field& field : kFields)
    if (field.name == key && value) return c.*field.field = *value, Status();
  return make_error(Code::usage, "R, S, C, K, G, N, X, Y or stride = number", "'" + std::string(item) + "'");
}

}  // namespace

std::string Convolution::text() const {
  std::string out = "conv:";
  for (const Field& field : kFields)
    out += (field.field == &Convolution::r ? "" : ",") + std::string(field.name) + "=" +
           std::to_string(this->*field.field);
  return out;
}

std::string Product::text() const {
  return "gemm:M=" + std::to_string(m) + ",N=" + std::to_string(n) + ",K=" + std::to_string(k);
}

Convolution Product::as_convolution() const { return {.r = 1, .s = k, .c = 1, .k = n, .x = m, .y = k}; }

Status validate(const Convolution& c) {
  std::array<Size, kFields.size()> sizes;
  std::ranges::transform(kFields, sizes.begin(), [&](const Field& f) { return Size{f.name, c.*f.field}; });
  DLAS_TRY(check_sizes(sizes));
  if (c.c % c.g != 0 || c.k % c.g != 0)
    return make_error(Code::usage, "C and K multiples of G",
                      "C " + std::to_string(c.c) + ", K " + std::to_string(c.k) + ", G " + std::to_string(c.g));
  if (c.x < c.r || c.y < c.s)
    return make_error(Code::usage, "an input of at least the filter's size",
                      std::to_string(c.x) + "x" + std::to_string(c.y) + " for a filter of " + std::to_string(c.r) +
                          "x" + std::to_string(c.s));
  const std::array<std::int64_t, 7> factors = {c.n, c.k, c.out_x(), c.out_y(), c.r, c.s, c.c / c.g};
  return check_products(factors);
}

Status validate(const Product& p) {
  const std::array<Size, 3> sizes = {{{"M", p.m}, {"N", p.n}, {"K", p.k}}};
  DLAS_TRY(check_sizes(sizes));
  const std::array<std::int64_t, 3> factors = {p.m, p.n, p.k};
  return check_products(factors);
}

Result<Convolution> parse_convolution(std::string_view text) {
  if (!text.starts_with("conv:")) return make_error(Code::usage, "conv:R=..,S=..", "'" + std::string(text) + "'");
  text.remove_prefix(5);
  Convolution out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    DLAS_TRY(set_field(out, text.substr(0, comma)));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  DLAS_TRY(validate(out));
  return out;
}

Bitmap::Bitmap(std::int64_t rows, std::int64_t columns)
    : rows_(rows), columns_(columns), bits_(static_cast<std::size_t>(rows * columns)) {}

std::int64_t Bitmap::count() const { return std::accumulate(bits_.begin(), bits_.end(), std::int64_t{0}); }

std::int64_t Bitmap::count(std::int64_t row) const {
  const auto first = bits_.begin() + row * columns_;
  return std::accumulate(first, first + columns_, std::int64_t{0});
}

}  // namespace dlas::accelerator
