#include "databases/postgres_library.h"

#include <dlfcn.h>

namespace feast {

namespace {

template <typename Function>
arrow::Status Find(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  if (*function != nullptr) return arrow::Status::OK();
  return arrow::Status::IOError("PostgreSQL's client library lacks ", name,
                                ". Install libpq 10 or newer (apt: libpq5)");
}

arrow::Result<PostgresLibrary> Load() {
  void* library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return arrow::Status::IOError("PostgreSQL's client library, libpq, cannot be loaded (", dlerror(),
                                  "). Install it (apt: libpq5)");
  }
  PostgresLibrary functions;
  ARROW_RETURN_NOT_OK(Find(library, "PQconnectdbParams", &functions.connectdbParams));
  ARROW_RETURN_NOT_OK(Find(library, "PQstatus", &functions.status));
  ARROW_RETURN_NOT_OK(Find(library, "PQerrorMessage", &functions.errorMessage));
  ARROW_RETURN_NOT_OK(Find(library, "PQfinish", &functions.finish));
  ARROW_RETURN_NOT_OK(Find(library, "PQexecParams", &functions.execParams));
  ARROW_RETURN_NOT_OK(Find(library, "PQresultStatus", &functions.resultStatus));
  ARROW_RETURN_NOT_OK(Find(library, "PQresultErrorField", &functions.resultErrorField));
  ARROW_RETURN_NOT_OK(Find(library, "PQntuples", &functions.ntuples));
  ARROW_RETURN_NOT_OK(Find(library, "PQnfields", &functions.nfields));
  ARROW_RETURN_NOT_OK(Find(library, "PQgetisnull", &functions.getisnull));
  ARROW_RETURN_NOT_OK(Find(library, "PQgetvalue", &functions.getvalue));
  ARROW_RETURN_NOT_OK(Find(library, "PQgetlength", &functions.getlength));
  ARROW_RETURN_NOT_OK(Find(library, "PQclear", &functions.clear));
  return functions;
}

}  // namespace

arrow::Result<const PostgresLibrary*> LoadPostgresLibrary() {
  static const arrow::Result<PostgresLibrary> library = Load();
  ARROW_RETURN_NOT_OK(library);
  return &library.ValueUnsafe();
}

}  // namespace feast
