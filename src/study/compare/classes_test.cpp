#include "study/compare/classes.h"

#include <gmock/gmock.h>

namespace dlas::study {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

data::ClassSet dataset() { return {.count = 2, .names = {"cats", "dogs"}}; }

TEST(NamedClasses, AreThoseOfTheDatasetWhenNoModelNamesThem) {
  std::vector<std::string> notes;
  EXPECT_THAT(named_classes(dataset(), {}, {}, notes).names, ElementsAre("cats", "dogs"));
  EXPECT_THAT(notes, IsEmpty());
}

TEST(NamedClasses, AreThoseOfBWhenAHasNone) {
  DiffOptions options;
  options.names_b = {"background", "cat", "dog"};
  std::vector<std::string> notes;
  const data::ClassSet classes = named_classes(dataset(), options, {0, 1, {}}, notes);
  EXPECT_THAT(classes.names, ElementsAre("cat", "dog"));
  EXPECT_EQ(classes.count, 2);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(NamedClasses, OfModelsThatAgreeBehindTheBackgroundNeedNoNote) {
  DiffOptions options;
  options.names_a = {"background", "cat", "dog"};
  options.names_b = {"cat", "dog"};
  std::vector<std::string> notes;
  EXPECT_THAT(named_classes(dataset(), options, {1, 0, {}}, notes).names, ElementsAre("cat", "dog"));
  EXPECT_THAT(notes, IsEmpty());
}

TEST(NamedClasses, OfModelsThatDisagreeAreAsAndANoteTellsTheFirst) {
  DiffOptions options;
  options.names_a = {"cat", "dog", "owl"};
  options.names_b = {"cat", "owl", "dog"};
  std::vector<std::string> notes;
  EXPECT_THAT(named_classes(dataset(), options, {}, notes).names, ElementsAre("cat", "dog", "owl"));
  EXPECT_THAT(notes, ElementsAre("the models name 2 of 3 classes differently: class 1 is 'dog' in A, 'owl' in B; "
                                 "A's names are shown"));
}

}  // namespace
}  // namespace dlas::study
