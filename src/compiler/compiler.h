// Layer 5 of the stack, systems software: how a graph becomes a fast program.
//
// In this folder: pass/ (one graph-to-graph change a file), pipeline.h (which passes, as a value), runner.h (the one door through
// which all passes go), wiring.h and rebuild.h (what passes read and write graphs with), attributes.h (attributes by name).
// One more pass: add pass/name.cpp, declare it in pass/list.h, name it in the table of pass/list.cpp and give it its places in
// the order of pipeline.cpp. A test compares table and folder. docs/compiler.md has the picture.
// May include algorithm, model and base.
#pragma once

#include "compiler/pipeline.h"
#include "compiler/runner.h"
