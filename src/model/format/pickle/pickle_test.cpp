#include "model/format/pickle/pickle.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace dlas::pickle {
namespace {

bool data_only(std::string_view module, std::string_view name) {
  return (module == "collections" && name == "OrderedDict") || module == "ok";
}

Result<Pickle> read_text(const std::string& text) {
  return read(std::as_bytes(std::span(text.data(), text.size())), data_only);
}
std::string error_of(const std::string& text) {
  const auto out = read_text(text);
  return out.ok() ? "accepted" : out.error().message();
}

// {'a': 1, 'b': [True, None, 2.5]} as Python's pickle writes it under protocol 2.
const std::string kDict(
    "\x80\x02\x7d\x71\x00\x28\x58\x01\x00\x00\x00\x61\x71\x01\x4b\x01\x58\x01\x00\x00"
    "\x00\x62\x71\x02\x5d\x71\x03\x28\x88\x4e\x47\x40\x04\x00\x00\x00\x00\x00\x00\x65"
    "\x75\x2e",
    42);

TEST(Pickle, GivesAlternatingKeysAndValues) {
  const auto p = read_text(kDict);
  ASSERT_TRUE(p.ok()) << p.error().message();
  const Item& dict = (*p)[p->root];
  EXPECT_EQ(dict.kind, Kind::dict);
  EXPECT_EQ(p->find(dict, "a")->integer, 1);
  const Item* list = p->find(dict, "b");
  ASSERT_TRUE(list && list->parts.size() == 3);
  EXPECT_EQ((*p)[list->parts[0]].integer, 1);
  EXPECT_EQ((*p)[list->parts[1]].kind, Kind::none);
  EXPECT_EQ((*p)[list->parts[2]].real, 2.5);
  EXPECT_EQ(p->find(dict, "c"), nullptr);
  EXPECT_EQ(p->size, kDict.size());
}

TEST(Pickle, RefusesEveryBeginningOfAPickle) {
  for (std::size_t size = 0; size < kDict.size(); ++size) EXPECT_FALSE(read_text(kDict.substr(0, size)).ok()) << size;
}

TEST(Pickle, NamesTheGlobalThatItRefuses) {
  EXPECT_EQ(error_of("\x80\x02"
                     "cos\nsystem\n)R."),
            "byte 2: expected a pickle of tensors and plain data, found 'os.system'");
}

TEST(Pickle, NamesTheOpcodeThatItRefuses) {
  EXPECT_EQ(error_of("I1\n."), "byte 0: expected a pickle of plain data, found opcode INT");
  EXPECT_EQ(error_of("\x80\x02\xff."), "byte 2: expected a pickle of plain data, found opcode 0xff");
}

TEST(Pickle, KeepsACallAsDataInsteadOfMakingIt) {
  const std::string text =
      "\x80\x02"
      "cok\nmake\nK\x07\x85R.";  // the items point into it
  const auto p = read_text(text);
  ASSERT_TRUE(p.ok()) << p.error().message();
  const Item& made = (*p)[p->root];
  EXPECT_EQ(made.kind, Kind::made);
  EXPECT_TRUE(p->is_global(made.parts[0], "ok", "make"));
  EXPECT_EQ((*p)[(*p)[made.parts[1]].parts[0]].integer, 7);
}

TEST(Pickle, ReadsIntegersOfAnyWidthWithTheirSign) {
  const auto value = [](const std::string& text) {
    const auto p = read_text(text);
    return p.ok() ? (*p)[p->root].integer : -1000;
  };
  EXPECT_EQ(value(std::string("J\xfe\xff\xff\xff.", 6)), -2);
  EXPECT_EQ(value(std::string("M\xff\xff.", 4)), 65535);
  EXPECT_EQ(value(std::string("\x8a\x01\x80.", 4)), -128);
  EXPECT_EQ(value(std::string("\x8a\x00.", 3)), 0);
  EXPECT_EQ(error_of(std::string("\x8a\x09") + std::string(9, '\x01') + "."),
            "byte 0: expected integers of 64 bits, found one of 9 bytes");
}

TEST(Pickle, TakesAListThatHoldsItself) {
  const auto p =
      read_text(std::string("]q\x00h\x00"
                            "a.",
                            7));
  ASSERT_TRUE(p.ok()) << p.error().message();
  EXPECT_EQ((*p)[p->root].parts[0], p->root);
}

TEST(Pickle, RefusesItemsBeyondTheBudget) {
  const auto before = limits().parsed_bytes;
  limits().parsed_bytes = 1000;
  const std::string many = "(" + std::string(5000, ']') + "t.";
  EXPECT_NE(error_of(many).find("expected at most 1000 bytes of pickled items, found more"), std::string::npos);
  limits().parsed_bytes = before;
}

TEST(Pickle, RefusesMarksAndStacksThatDoNotFit) {
  for (const std::string text :
       {"t.", "0.", "1.", "a.", "K\x01s.", "(.", "NN.", "]K\x01u.", "h\x05.", "q\x01.", "R.", "b.", "N\x85R."})
    EXPECT_FALSE(read_text(text).ok()) << text;
}

}  // namespace
}  // namespace dlas::pickle
