// Ctrl-C and SIGTERM: the program ends within a second, with exit status 130 and no half-written file.
#pragma once

namespace dlas::cli {

// From now on the first signal asks the loops to end, so that a command can tell its end as it tells every other. What has not
// ended a second later, a long loop of one operator say, is ended where it stands; so does a second signal. A file that was being
// written vanishes. `json`: say it as JSON on standard output, too.
void heed_signals(bool json);

}  // namespace dlas::cli
