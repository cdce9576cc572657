// The table of operators and the folder say the same.
#include "model/op/list.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace dlas::op {
namespace {

TEST(List, IsSortedAndNamesEachOperatorOnce) {
  const auto ops = all_ops();
  for (std::size_t i = 1; i < ops.size(); ++i) EXPECT_LT(ops[i - 1]->name, ops[i]->name);
}

TEST(List, FindsEveryOperatorByItsName) {
  for (const Op* op : all_ops()) EXPECT_EQ(find_op(op->name), op);
  EXPECT_EQ(find_op("NoSuchOperator"), nullptr);
  EXPECT_EQ(find_op(""), nullptr);
}

TEST(List, GivesEveryOperatorARuleAndAKernel) {
  for (const Op* op : all_ops()) {
    EXPECT_NE(op->infer, nullptr) << op->name;
    EXPECT_NE(op->run, nullptr) << op->name;
    EXPECT_FALSE(op->outputs.empty()) << op->name;
  }
}

TEST(List, NamesEveryOperatorOfTheFolder) {
  const std::filesystem::path folder = std::filesystem::path(DLAS_SOURCE_DIR) / "src/model/op";
  const std::regex definition(R"re(const Op \w+\s*=[^;"]*"(\w+)")re");
  std::set<std::string> found, listed;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    const std::string source{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator it(source.begin(), source.end(), definition), end; it != end; ++it)
      found.insert((*it)[1]);
  }
  for (const Op* op : all_ops()) listed.emplace(op->name);
  EXPECT_EQ(found, listed);
}

}  // namespace
}  // namespace dlas::op
