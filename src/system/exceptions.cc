#include "system/exceptions.h"

#include <cxxabi.h>

#include <exception>
#include <new>

namespace feast {

arrow::Status StatusOfException() {
  try {
    throw;
  } catch (const abi::__forced_unwind&) {
    // pthread_exit, as Python ends threads of others when it exits.
    throw;
  } catch (const std::bad_alloc&) {
    return arrow::Status::OutOfMemory(
        "Memory ran out. Ask for fewer rows or columns at a time, or give the process more memory.");
  } catch (const std::exception& error) {
    return arrow::Status::UnknownError("Something unexpected went wrong: ", error.what());
  } catch (...) {
    return arrow::Status::UnknownError("Something unexpected went wrong, of which nothing is known.");
  }
}

}  // namespace feast
