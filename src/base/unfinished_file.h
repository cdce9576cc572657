// The file that write_file() (file.h) is just writing, for whoever ends the program.
#pragma once

namespace dlas {

// Removes the temporary name of a write_file() that is under way in this process. It calls nothing that a signal handler must
// not call. Of files that are written at the same time it knows the first.
void remove_unfinished_file();

}  // namespace dlas
