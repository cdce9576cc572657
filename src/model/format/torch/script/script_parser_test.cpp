#include <gtest/gtest.h>

#include <string>

#include "model/format/torch/script/script_tokens.h"
#include "model/format/torch/script/script_tree.h"

namespace dlas::torch {
namespace {

std::string error_of(const std::string& source) {
  const auto tree = parse_script(source);
  return tree.ok() ? "accepted" : tree.error().message();
}

TEST(ScriptParser, FindsClassesFunctionsAndTheirParts) {
  const std::string source =
      "class ReLU(Module):\n  __parameters__ = []\n  training : bool\n"
      "  def forward(self: __torch__.ReLU,\n    x: Optional[Tensor]=None) -> Tensor:\n"
      "    if torch.gt(x, 0.5):\n      y, = torch.relu(x, -1, alpha=[2, (3,), \"a\\\"b\"])\n    else:\n      pass\n"
      "    return (y).forward(x, )\n"
      "def f() -> int:\n  return 3\n";
  const auto tree = parse_script(source);
  ASSERT_TRUE(tree.ok()) << tree.error().message();
  ASSERT_EQ(tree->classes.size(), 1u);
  EXPECT_EQ(tree->classes[0].base, "Module");
  EXPECT_EQ(tree->classes[0].fields, std::vector<std::string_view>{"training"});
  const Function& forward = tree->classes[0].methods[0];
  ASSERT_EQ(forward.parameters.size(), 2u);
  EXPECT_EQ(forward.parameters[1].type, "Optional");
  EXPECT_NE(forward.parameters[1].fallback, kNoNode);
  EXPECT_EQ(tree->statements[forward.body[0]].kind, Statement::Kind::branch);
  EXPECT_EQ(tree->functions[0].name, "f");
}

TEST(ScriptParser, RefusesWhatTorchscriptNeverWrites) {
  EXPECT_EQ(error_of("import os\n"), "expected a class or function, found 'import' (line 1)");
  EXPECT_EQ(error_of("def f():\n  x = a + b\n"), "expected TorchScript, found '+' (line 2)");
  EXPECT_EQ(error_of("def f():\n  with a:\n    pass\n"),
            "expected assignments, branches and loops, found 'with' (line 2)");
  EXPECT_EQ(error_of("def f():\n  a.b = c\n"),
            "expected assignments to names, found one to a part of an object (line 2)");
  EXPECT_EQ(error_of("def f():\n  return lambda\n"), "expected an expression, found the end of a line (line 2)");
}

TEST(ScriptParser, BoundsBracketsBlocksAndChains) {
  EXPECT_EQ(error_of("def f():\n  return " + std::string(100000, '(') + "\n"),
            "expected source of at most 100 levels, found more (line 2)");
  EXPECT_EQ(error_of("def f():\n  return " + std::string(100000, '-') + "1\n"),
            "expected source of at most 100 levels, found more (line 2)");
  std::string chain = "def f():\n  return x";
  for (int i = 0; i < 1000; ++i) chain += ".y";
  EXPECT_EQ(error_of(chain + "\n"), "expected a shorter chain of members, found '.' (line 2)");
  std::string deep = "def f():\n";
  for (std::size_t i = 1; i < 200; ++i) deep += std::string(i, ' ') + "if x:\n";
  EXPECT_FALSE(parse_script(deep).ok());
}

TEST(ScriptParser, RefusesEveryBeginningOfAFunctionOrTakesIt) {
  const std::string source = "def f(x: int=2) -> int:\n  y = [x, {\"k\": 1.5e-3}]\n  return y[0]\n";
  for (std::size_t size = 0; size <= source.size(); ++size) {
    const auto tree = parse_script(source.substr(0, size));
    EXPECT_EQ(tree.ok(), tree.ok() || tree.error().message().empty()) << size;
  }
}

TEST(ScriptTokens, EndAllIndentationsAtTheEnd) {
  const auto tokens = tokens_of("a:\n  b:\n    c");
  ASSERT_TRUE(tokens.ok());
  int depth = 0;
  for (const Token& t : *tokens) depth += (t.kind == Token::Kind::indent) - (t.kind == Token::Kind::dedent);
  EXPECT_EQ(depth, 0);
}

}  // namespace
}  // namespace dlas::torch
