// A graph to be drawn: boxes and arrows, free of any model format, so that pages, commands and studies all use it.
//
// In this folder: picture.h (what is drawn), picture_of.h (a graph as a picture), fold.h (fewer boxes), layout.h (places),
// svg.h and dot.h (the two ways to write it), listing.h (the graph as lines of text).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dlas::report {

enum class Mark { none, agrees, differs, first };  // in rising order: a folded box has the highest of its members

using Lines = std::vector<std::string>;

struct Box {
  std::string label = {};   // the operator, or the name of an input or output; raw, escaped by the writers
  std::string detail = {};  // a second, smaller line; may be empty
  Lines title = {};         // what a pointer that rests on the box shows: the whole name, the type
  std::string id = {};      // of the element in a page, or empty
  std::string link = {};    // "#v12" inside a page, or empty
  Mark mark = Mark::none;
  bool end = false;        // an input or output of the graph
  bool keep = false;       // never folded
  std::int64_t nodes = 1;  // how many nodes it stands for
};

struct Arrow {
  std::int32_t from = 0, to = 0;  // positions in `boxes`, from < to
  Lines title = {};               // the value that flows
};

struct Picture {
  std::vector<Box> boxes;  // an order in which every box comes after what it reads
  std::vector<Arrow> arrows;
};

}  // namespace dlas::report
