// What is begun is taken back when a program that handles no signals is told to end.
#pragma once

namespace feast::scan {

/// From now on SIGTERM and SIGHUP call RemoveTemporaryFilesForExit (temporary_file.h) before they end the program as
/// they always do. Signals that the program handles or ignores are left alone. Thread-safe; once is enough.
void WatchTermination();

}  // namespace feast::scan
