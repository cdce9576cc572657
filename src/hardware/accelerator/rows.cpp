#include "hardware/accelerator/rows.h"

#include <algorithm>
#include <cmath>

#include "base/checked.h"
#include "base/text.h"
#include "hardware/accelerator/energy.h"
#include "hardware/accelerator/sigma/operands.h"

namespace dlas::accelerator {
namespace {

// One line of a table by the names of its columns.
class Fields {
 public:
  Fields(const Table& table, const std::vector<std::string>& line) : table_(table), line_(line) {}

  std::string_view text(std::string_view column) const {
    const auto found = std::ranges::find(table_.columns, column);
    return found == table_.columns.end()
               ? std::string_view()
               : std::string_view(line_[static_cast<std::size_t>(found - table_.columns.begin())]);
  }
  // What is not said is `otherwise`.
  std::int64_t number(std::string_view column, std::int64_t otherwise) {
    const std::string_view field = text(column);
    if (field.empty()) return otherwise;
    const auto value = parse_int(field);
    if (value) return *value;
    if (problem_.ok())
      problem_ = make_error(Code::format, "a number for " + std::string(column), "'" + std::string(field) + "'");
    return otherwise;
  }
  std::int64_t number(std::string_view column) {
    if (text(column).empty() && problem_.ok())
      problem_ = make_error(Code::format, "a number for " + std::string(column), "nothing");
    return number(column, 1);
  }
  const Status& problem() const { return problem_; }

 private:
  const Table& table_;
  const std::vector<std::string>& line_;
  Status problem_;
};

Result<Configuration> configuration_of(Fields& f) {
  Configuration c;
  constexpr std::pair<std::string_view, Design> kDesigns[] = {
      {"maeri", Design::maeri}, {"sigma", Design::sigma}, {"tpu", Design::mesh}, {"magma", Design::magma}};
  constexpr std::pair<std::string_view, Network> kNetworks[] = {
      {"ASNETWORK", Network::asnetwork}, {"FENETWORK", Network::fenetwork}, {"TEMPORALRN", Network::temporalrn}};
  const auto design = std::ranges::find(kDesigns, f.text("design"), &std::pair<std::string_view, Design>::first);
  const auto network = std::ranges::find(kNetworks, f.text("rn_type"), &std::pair<std::string_view, Network>::first);
  if (design == std::end(kDesigns))
    return make_error(Code::format, "design maeri, sigma, tpu or magma", "'" + std::string(f.text("design")) + "'");
  if (network == std::end(kNetworks))
    return make_error(Code::format, "rn_type ASNETWORK, FENETWORK or TEMPORALRN",
                      "'" + std::string(f.text("rn_type")) + "'");
  c.design = design->second;
  c.network = network->second;
  c.multipliers = f.number("ms_size");
  if (c.design == Design::mesh) c.rows = f.number("ms_rows"), c.columns = f.number("ms_cols");
  c.read_ports = f.number("dn_bw");
  c.write_ports = f.number("rn_bw");
  c.accumulation_buffer = f.number("accumulation_buffer", 0) != 0;
  DLAS_TRY(f.problem());
  DLAS_TRY(validate(c));
  return c;
}

Product product_of(Fields& f) { return {f.number("gemm_M"), f.number("gemm_N"), f.number("gemm_K")}; }

DenseJob dense_job(Fields& f) {
  if (f.text("op") != "conv")
    return {product_of(f).as_convolution(),
            product_tile(f.number("gemm_T_M"), f.number("gemm_T_N"), f.number("gemm_T_K"))};
  return {{f.number("R"), f.number("S"), f.number("C"), f.number("K"), f.number("G", 1), f.number("N", 1),
           f.number("X"), f.number("Y"), f.number("stride", 1)},
          {f.number("T_R"), f.number("T_S"), f.number("T_C"), f.number("T_K"), f.number("T_G", 1), f.number("T_N", 1),
           f.number("T_X_"), f.number("T_Y_")}};
}

Status check_operands(const Product& p) {
  DLAS_TRY(validate(p));
  const std::int64_t elements[] = {p.m + p.n, p.k};
  const auto total = checked_product(elements);
  if (total && *total <= (std::int64_t{1} << 28)) return {};
  return make_error(Code::limit, "operands of at most 2^28 elements", p.text());
}

Status check_bitmap(const Bitmap& bitmap, std::int64_t rows, std::int64_t columns) {
  if (bitmap.rows() == rows && bitmap.columns() == columns) return {};
  return make_error(Code::mismatch, "a bitmap of " + std::to_string(rows) + " x " + std::to_string(columns),
                    std::to_string(bitmap.rows()) + " x " + std::to_string(bitmap.columns()));
}

Result<Job> sparse_job(Fields& f, const Configuration& c, const Bitmap* bitmap) {
  const Product p = product_of(f);
  DLAS_TRY(f.problem());
  DLAS_TRY(check_operands(p));
  const std::int64_t zeros_a = f.number("MK_sparsity_pct", 0), zeros_b = f.number("KN_sparsity_pct", 0);
  if (c.design == Design::magma) {
    Bitmap a = bitmap ? *bitmap : sigma::random_bits(p.m, p.k, zeros_a);
    DLAS_TRY(check_bitmap(a, p.m, p.k));
    return Job(magma::Job{std::move(a), p.n, f.number("gemm_T_N"), f.number("gemm_T_K")});
  }
  const bool rows_stay = f.text("dataflow") != "MK_STR_KN_STA";
  auto operands = sigma::random_operands(p, zeros_a, zeros_b,
                                         rows_stay ? sigma::Stationary::rows_of_a : sigma::Stationary::columns_of_b);
  if (bitmap) {
    DLAS_TRY(check_bitmap(*bitmap, operands.stationary.rows(), p.k));
    operands.stationary = *bitmap;
  } else if (f.number("optimize", 0) != 0) {
    operands.stationary = sigma::reordered(operands.stationary, c.multipliers);
  }
  return Job(std::move(operands));
}

Result<Job> job_of(Fields& f, const Configuration& c, const Bitmap* bitmap) {
  if (c.design == Design::maeri) {
    const DenseJob job = dense_job(f);
    DLAS_TRY(f.problem());
    DLAS_TRY(validate(job.layer));
    DLAS_TRY(validate(c, job.layer, job.tile));
    return Job(job);
  }
  if (c.design == Design::mesh) return Job(mesh::Job{product_of(f), f.number("gemm_T_M"), f.number("gemm_T_N")});
  return sparse_job(f, c, bitmap);
}

Result<Row> read_row(const Table& table, const std::vector<std::string>& line, const Bitmaps& bitmaps) {
  Fields fields(table, line);
  Row row;
  row.id = fields.text("run_id");
  DLAS_ASSIGN(row.configuration, configuration_of(fields));
  const auto bitmap = bitmaps.find(row.id);
  DLAS_ASSIGN(row.job, job_of(fields, row.configuration, bitmap == bitmaps.end() ? nullptr : &bitmap->second));
  DLAS_TRY(fields.problem());
  for (const auto& [column, found] : columns_of(row, {})) {
    if (fields.text(column).empty()) continue;
    const auto value = parse_double(fields.text(column));
    if (!value) return make_error(Code::format, "a number for " + column, "'" + std::string(fields.text(column)) + "'");
    row.expected.emplace(column, *value);
  }
  return row;
}

std::int64_t percent_of_zeros(const Bitmap& bits) {
  const std::int64_t all = bits.rows() * bits.columns();
  return all == 0 ? 0 : 100 * (all - bits.count()) / all;
}

}  // namespace

Result<Row> row_of(const Table& table, std::size_t index, const Bitmaps& bitmaps) {
  Result<Row> row = read_row(table, table.lines[index], bitmaps);
  if (!row.ok()) return row.error().during("row " + std::to_string(index + 1) + " of the table");
  return row;
}

Result<std::vector<Row>> rows_of(const Table& table, const Bitmaps& bitmaps) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < table.lines.size(); ++i) {
    DLAS_ASSIGN(Row row, row_of(table, i, bitmaps));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::map<std::string, double, std::less<>> columns_of(const Row& row, const Outcome& outcome) {
  std::map<std::string, double, std::less<>> out;
  const auto put = [&](std::string_view name, std::int64_t value) { out.emplace(name, static_cast<double>(value)); };
  put("cycles", outcome.cycles);
  for (const CounterEntry& entry : counter_table()) put(entry.name, outcome.counters.*entry.field);
  put("sram_reads", outcome.counters.sram_reads());
  put("sram_writes", outcome.counters.sram_psum_writes);
  if (const auto* job = std::get_if<DenseJob>(&row.job)) put("n_fold", folds(job->layer, job->tile));
  if (const auto* job = std::get_if<SparseProduct>(&row.job)) {
    put("sta_sparsity_measured", percent_of_zeros(job->stationary));
    put("str_sparsity_measured", percent_of_zeros(job->streamed));
  }
  const Energy e = energy(row.configuration, outcome);
  out.emplace("energy_dynamic_table", e.dynamic);
  out.emplace("energy_static_table", e.leakage);
  out.emplace("area_table", e.area);
  return out;
}

std::vector<Difference> differences(const Row& row, const Outcome& outcome) {
  std::vector<Difference> out;
  for (const auto& [column, found] : columns_of(row, outcome)) {
    const auto expected = row.expected.find(column);
    if (expected == row.expected.end()) continue;
    const double digits = column == "area_table"       ? 5.1e-3
                          : column.ends_with("_table") ? 5.1e-5
                                                       : 0;  // half of the last one
    const double slack = digits > 0 ? digits + 1e-12 * std::fabs(expected->second) : 0;
    if (std::fabs(found - expected->second) > slack) out.push_back({column, expected->second, found});
  }
  return out;
}

}  // namespace dlas::accelerator
