// Compares two models on pictures, through the public interface alone.
//
//   compare_models A B PICTURES RECIPE
//
// Exit status as `dlas diff`: 0 no difference beyond what is explained, 1 different, 2 the models could not be compared.
#include <cstdio>

#include <dlas/dlas.h>

namespace {

int refuse(const dlas::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: compare_models A B PICTURES RECIPE\n");
    return 2;
  }
  const auto a = dlas::load(argv[1]);
  if (!a.ok()) return refuse(a.error());
  const auto b = dlas::load(argv[2]);
  if (!b.ok()) return refuse(b.error());
  for (const auto* model : {&*a, &*b}) {
    const dlas::Outline outline = dlas::show(*model);
    std::printf("%s: %s, %llu parameters\n", model->path().c_str(), outline.format.c_str(),
                static_cast<unsigned long long>(outline.parameters));
  }
  dlas::Pictures pictures;
  pictures.data = argv[3];
  pictures.recipe_a = pictures.recipe_b = argv[4];
  const auto found = dlas::compare(*a, *b, pictures);
  if (!found.ok()) return refuse(found.error());
  std::printf("%s on %lld images\n", found->verdict.c_str(), static_cast<long long>(found->images));
  if (found->differ)
    std::printf("labels differ: %.2f %% (95 %%: %.2f to %.2f %%)\n", 100 * found->differ->value,
                100 * found->differ->low, 100 * found->differ->high);
  if (found->first_divergence) std::printf("first divergence: %s\n", found->first_divergence->value_a.c_str());
  return found->verdict == "different" ? 1 : 0;
}
