// Every kind of dataset from files made here, what they refuse, and Debian's Fashion-MNIST where it is installed.
#include "data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>

#include "data/fixture_testing.h"

namespace dlas::data {
namespace {

using testing::ElementsAre;

const std::string kPicture = "P5 2 1 255\nab";

std::string error_of(const std::string& path) { return message_of(open_dataset(path)); }

std::vector<std::string> names(const Dataset& d) {
  std::vector<std::string> out;
  for (std::int64_t i = 0; i < d.size(); ++i) out.push_back(d.name(i));
  return out;
}

std::vector<int> labels(const Dataset& d) {
  std::vector<int> out;
  for (std::int64_t i = 0; i < d.size(); ++i) out.push_back(d.label(i).value_or(-1));
  return out;
}

std::string bytes_of(std::initializer_list<int> values) {
  std::string out;
  for (const int v : values) out += static_cast<char>(v);
  return out;
}

std::string gzip(std::string_view bytes) {
  z_stream z = {};
  EXPECT_EQ(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(bytes.size() + 100, '\0');
  z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

TEST(Dataset, TakesAFolderOfPictures) {
  const TemporaryFolder folder;
  folder.write("b.pgm", kPicture);
  folder.write("a.JPG", "not a picture");
  folder.write("without_extension", kPicture);
  folder.write("README.md", "text");
  folder.write("more/ignored.pgm", kPicture);
  const auto d = open_dataset(folder.path());
  ASSERT_TRUE(d.ok()) << message_of(d);
  EXPECT_THAT(names(*d), ElementsAre("a.JPG", "b.pgm", "without_extension"));
  EXPECT_EQ(d->left_out(), 2U);
  EXPECT_FALSE(d->labelled());
  EXPECT_EQ(d->description(), "folder of pictures without labels");
  EXPECT_EQ(d->item(1)->image.pixels, (std::vector<std::uint8_t>{'a', 'b'}));
  EXPECT_EQ(
      message_of(d->item(0)),
      folder.path("a.JPG") + ": expected a JPEG, PNG, BMP, PGM or PPM picture, found bytes 6e 6f 74 20 61 20 70 69");
}

TEST(Dataset, ReadsWnidsInNames) {
  const TemporaryFolder folder;
  folder.write("n01440764_tench.JPEG", kPicture);
  folder.write("n15075141_1.JPEG", kPicture);
  folder.write("n00000001_none.JPEG", kPicture);
  const auto d = open_dataset(folder.path());
  EXPECT_THAT(labels(*d), ElementsAre(-1, 0, 999));
  EXPECT_TRUE(d->classes().imagenet);
  EXPECT_FALSE(d->labelled());
  EXPECT_EQ(d->classes().name(0), "tench");
}

TEST(Dataset, NumbersClassFoldersInByteOrder) {
  const TemporaryFolder folder;
  folder.write("cat/1.pgm", kPicture);
  folder.write("Zebra/1.pgm", kPicture);
  folder.write("cat/2.pgm", kPicture);
  folder.write("empty/notes.txt", "x");
  const auto d = open_dataset(folder.path());
  ASSERT_TRUE(d.ok()) << message_of(d);
  EXPECT_THAT(names(*d), ElementsAre("Zebra/1.pgm", "cat/1.pgm", "cat/2.pgm"));
  EXPECT_THAT(labels(*d), ElementsAre(0, 1, 1));
  EXPECT_THAT(d->classes().names, ElementsAre("Zebra", "cat"));
  EXPECT_EQ(d->left_out(), 2U);  // the text and its folder
}

TEST(Dataset, TakesClassFoldersNamedByWnidAsImagenet) {
  const TemporaryFolder folder;
  folder.write("n01443537/1.pgm", kPicture);
  folder.write("n15075141/1.pgm", kPicture);
  EXPECT_THAT(labels(*open_dataset(folder.path())), ElementsAre(1, 999));
}

TEST(Dataset, RefusesWhatIsNone) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of(folder.path()),
            folder.path() + ": expected pictures in the folder or in folders below it, found none");
  EXPECT_EQ(error_of(folder.path("nothing")), folder.path("nothing") + ": expected a file, found nothing there");
  folder.write("x.txt", "text");
  EXPECT_EQ(error_of(folder.path("x.txt")),
            folder.path("x.txt") +
                ": expected a folder of pictures or of class folders, IDX files, CIFAR .bin files, a .csv "
                "list, or a picture, found another kind of file");
  ASSERT_EQ(mkfifo(folder.path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(error_of(folder.path("fifo")), folder.path("fifo") + ": expected a regular file, found a FIFO");
}

TEST(Dataset, TakesOnePicture) {
  const TemporaryFolder folder;
  folder.write("n01440764_x.pgm", kPicture);
  const auto d = open_dataset(folder.path("n01440764_x.pgm"));
  EXPECT_THAT(names(*d), ElementsAre("n01440764_x.pgm"));
  EXPECT_THAT(labels(*d), ElementsAre(0));
}

const std::string kIdxImages = bytes_of({0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3}) + "abcdef";
const std::string kIdxLabels = bytes_of({0, 0, 8, 1, 0, 0, 0, 2, 7, 3});

TEST(Dataset, ReadsIdxPlainAndGzipped) {
  for (const bool zipped : {false, true}) {
    const TemporaryFolder folder;
    const std::string end = zipped ? ".gz" : "";
    folder.write("t10k-images-idx3-ubyte" + end, zipped ? gzip(kIdxImages) : kIdxImages);
    folder.write("t10k-labels-idx1-ubyte" + end, zipped ? gzip(kIdxLabels) : kIdxLabels);
    const auto d = open_dataset(folder.path());
    ASSERT_TRUE(d.ok()) << message_of(d);
    EXPECT_THAT(labels(*d), ElementsAre(7, 3));
    const Image second = d->item(1)->image;
    EXPECT_EQ(second, (Image{3, 1, 1, {'d', 'e', 'f'}}));
    EXPECT_EQ(d->classes().count, 8);
    EXPECT_EQ(open_dataset(folder.path("t10k-images-idx3-ubyte" + end))->size(), 2);
  }
}

TEST(Dataset, RefusesDamagedIdx) {
  const TemporaryFolder folder;
  const std::string images = folder.path("t10k-images-idx3-ubyte"), labels = folder.path("t10k-labels-idx1-ubyte");
  for (std::size_t length = 0; length < kIdxImages.size(); ++length) {
    folder.write("t10k-images-idx3-ubyte", kIdxImages.substr(0, length));
    EXPECT_FALSE(open_dataset(folder.path()).ok()) << length;
  }
  folder.write("t10k-images-idx3-ubyte", kIdxImages.substr(0, 20));
  EXPECT_EQ(error_of(folder.path()), images + ": expected 6 bytes behind the header, found 4");
  folder.write("t10k-images-idx3-ubyte", kIdxImages + "x");
  EXPECT_EQ(error_of(folder.path()), images + ": expected 6 bytes behind the header, found 7");
  folder.write("t10k-images-idx3-ubyte",
               bytes_of({0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}));
  EXPECT_EQ(error_of(folder.path()), images + ", byte 8: expected sizes whose product fits 64 bits, found more");
  folder.write("t10k-images-idx3-ubyte", kIdxImages);
  folder.write("t10k-labels-idx1-ubyte", bytes_of({0, 0, 8, 1, 0, 0, 0, 1, 7}));
  EXPECT_EQ(error_of(folder.path()), labels + ": expected 2 labels, one an image, found 1");
  const std::string packed = gzip(kIdxImages);
  std::filesystem::remove(images);
  folder.write("t10k-images-idx3-ubyte.gz", packed.substr(0, packed.size() - 9));
  EXPECT_EQ(error_of(folder.path()), images + ".gz: expected a whole compressed stream, found its end is missing");
}

TEST(Dataset, ReadsCifarBinaries) {
  const TemporaryFolder folder;
  std::string record = bytes_of({4});
  for (const char plane : {'r', 'g', 'b'}) record += std::string(1024, plane);
  folder.write("test_batch.bin", record + record);
  const auto d = open_dataset(folder.path());
  ASSERT_TRUE(d.ok()) << message_of(d);
  EXPECT_THAT(labels(*d), ElementsAre(4, 4));
  const Image image = d->item(1)->image;
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(std::string(image.pixels.begin(), image.pixels.begin() + 6), "rgbrgb");
  folder.write("test_batch.bin", bytes_of({10}) + record.substr(1));
  EXPECT_EQ(error_of(folder.path()), folder.path("test_batch.bin") + ", byte 0: expected labels below 10, found 10");
  folder.write("test_batch.bin", record.substr(1));
  EXPECT_EQ(error_of(folder.path()),
            folder.path("test_batch.bin") + ": expected whole CIFAR records of 3073 or 3074 bytes, found 3072 bytes");
}

TEST(Dataset, TakesTheFineLabelOfCifar100) {
  const TemporaryFolder folder;
  folder.write("test.bin", bytes_of({19, 77}) + std::string(3072, 'x'));
  const auto d = open_dataset(folder.path());
  EXPECT_THAT(labels(*d), ElementsAre(77));
  EXPECT_EQ(d->classes().count, 100);
}

TEST(Dataset, ReadsLists) {
  const TemporaryFolder folder;
  folder.write("sub/a,b.pgm", kPicture);
  folder.write("c.pgm", kPicture);
  folder.write("numbers.csv", "path,label\r\n\"sub/a,b.pgm\",7\r\nc.pgm,0\r\n");
  folder.write("names.csv", "c.pgm,zebra\n\nc.pgm,\"a \"\"cat\"\"\"\n");
  folder.write("wnids.csv", "c.pgm,n01443537,extra\n");
  folder.write("bare.csv", "filename\nc.pgm\n");
  const auto numbers = open_dataset(folder.path("numbers.csv"));
  ASSERT_TRUE(numbers.ok()) << message_of(numbers);
  EXPECT_THAT(names(*numbers), ElementsAre("sub/a,b.pgm", "c.pgm"));
  EXPECT_THAT(labels(*numbers), ElementsAre(7, 0));
  EXPECT_TRUE(numbers->item(0).ok());
  const auto named = open_dataset(folder.path("names.csv"));
  EXPECT_THAT(labels(*named), ElementsAre(1, 0));
  EXPECT_EQ(named->classes().name(0), "a \"cat\"");
  EXPECT_THAT(labels(*open_dataset(folder.path("wnids.csv"))), ElementsAre(1));
  EXPECT_FALSE(open_dataset(folder.path("bare.csv"))->labelled());
}

TEST(Dataset, ContainsTheFilesOfAList) {
  const TemporaryFolder folder;
  const std::string csv = folder.path("in/l.csv");
  folder.write("out.pgm", kPicture);
  folder.write("in/l.csv", "../out.pgm,1\n");
  EXPECT_EQ(error_of(csv), csv + ": line 1: expected a path below the folder of the list, found ../out.pgm");
  folder.write("in/l.csv", "a/../../out.pgm,1\n");
  EXPECT_EQ(error_of(csv), csv + ": line 1: expected a path below the folder of the list, found a/../../out.pgm");
  folder.write("in/l.csv", "/etc/hostname,1\n");
  EXPECT_EQ(error_of(csv), csv + ": line 1: expected a path below the folder of the list, found /etc/hostname");
  folder.write("in/l.csv", "link.pgm,1\n");
  ASSERT_EQ(symlink("../out.pgm", folder.path("in/link.pgm").c_str()), 0);
  EXPECT_EQ(open_dataset(csv)->item(0).error().code, Code::containment);
}

TEST(Dataset, RefusesDamagedLists) {
  const TemporaryFolder folder;
  const auto error = [&](std::string_view text) {
    folder.write("l.csv", text);
    const std::string message = error_of(folder.path("l.csv"));
    return message.substr(message.find("l.csv"));
  };
  EXPECT_EQ(error(""), "l.csv: expected lines of path,label, found none");
  EXPECT_EQ(error("path,label\n"), "l.csv: expected lines of path,label, found none");
  EXPECT_EQ(error("a,1\nb\n"), "l.csv: line 2: expected a label, as on the lines before, found none");
  EXPECT_EQ(error("a\nb,1\n"), "l.csv: line 2: expected no label, as on the lines before, found 1");
  EXPECT_EQ(error("\"a,1\n"), "l.csv: line 1: expected a closing quote on the line, found its end");
  EXPECT_EQ(error("\"a\"b,1\n"), "l.csv: line 1: expected a comma behind a quoted field, found b");
  EXPECT_EQ(error(",1\n"), "l.csv: line 1: expected a path, found nothing");
}

TEST(Dataset, HashesNamesLabelsAndContent) {
  const TemporaryFolder folder;
  folder.write("a.pgm", kPicture);
  folder.write("b.pgm", "P5 2 1 255\nxy");
  const auto d = *open_dataset(folder.path());
  const std::vector<std::int64_t> both = {0, 1}, one = {0};
  const Hash before = *d.hash(both);
  EXPECT_EQ(*open_dataset(folder.path())->hash(both), before);
  EXPECT_NE(*d.hash(one), before);
  folder.write("b.pgm", "P5 2 1 255\nxz");
  EXPECT_NE(*open_dataset(folder.path())->hash(both), before);
}

TEST(Dataset, ReadsDebiansFashionMnist) {
  const char* path = "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "package dataset-fashion-mnist is not installed";
  const auto d = open_dataset(path);
  ASSERT_TRUE(d.ok()) << message_of(d);
  EXPECT_EQ(d->size(), 10'000);
  std::vector<int> counts(10);
  for (const int label : labels(*d)) ++counts[static_cast<std::size_t>(label)];
  EXPECT_THAT(counts, testing::Each(1000));
  EXPECT_EQ(d->item(0)->label, 9);  // an ankle boot, as the package's own page shows
  EXPECT_EQ(open_dataset(std::string(path) + "/train-images-idx3-ubyte.gz")->size(), 60'000);
}

TEST(Dataset, ReadsTheSharedFolders) {
  const auto photos = shared_data("photos/imagenet-sample"), cifar = shared_data("cifar10"),
             coral = shared_data("photos/coral");
  if (!photos || !cifar || !coral) GTEST_SKIP() << "no shared data (set DLAS_SHARED)";
  EXPECT_EQ(open_dataset(*photos)->size(), 200);
  EXPECT_TRUE(open_dataset(*photos)->labelled());
  EXPECT_EQ(open_dataset(*cifar)->size(), 1000);
  EXPECT_EQ(open_dataset(*cifar)->classes().names[9], "truck");
  EXPECT_EQ(open_dataset(*coral)->size(), 8);
  EXPECT_EQ(open_dataset(*coral)->left_out(), 1U);
}

}  // namespace
}  // namespace dlas::data
