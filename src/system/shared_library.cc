#include "system/shared_library.h"

#include <dlfcn.h>

namespace feast {

arrow::Result<SharedLibrary> SharedLibrary::Open(const char* name, const char* package) {
  void* const handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return arrow::Status::IOError("This needs the system library ", name, ", which could not be loaded (", dlerror(),
                                  "). Install it, e.g. apt-get install ", package);
  }
  return SharedLibrary(handle, name);
}

arrow::Result<void*> SharedLibrary::Address(const char* symbol) const {
  void* const address = dlsym(handle_, symbol);
  if (address == nullptr) {
    return arrow::Status::IOError("The system library ", name_, " is too old: it has no ", symbol,
                                  ". Install a newer one");
  }
  return address;
}

}  // namespace feast
