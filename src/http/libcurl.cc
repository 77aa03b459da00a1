#include "http/libcurl.h"

#include "system/shared_library.h"

namespace feast {

namespace {

arrow::Result<LibCurl> Load() {
  ARROW_ASSIGN_OR_RAISE(const SharedLibrary library, SharedLibrary::Open("libcurl.so.4", "libcurl4"));
  LibCurl curl{};
  ARROW_RETURN_NOT_OK(library.Find("curl_global_init", &curl.global_init));
  ARROW_RETURN_NOT_OK(library.Find("curl_easy_init", &curl.easy_init));
  ARROW_RETURN_NOT_OK(library.Find("curl_easy_setopt", &curl.easy_setopt));
  ARROW_RETURN_NOT_OK(library.Find("curl_easy_perform", &curl.easy_perform));
  ARROW_RETURN_NOT_OK(library.Find("curl_easy_getinfo", &curl.easy_getinfo));
  ARROW_RETURN_NOT_OK(library.Find("curl_easy_reset", &curl.easy_reset));
  ARROW_RETURN_NOT_OK(library.Find("curl_easy_cleanup", &curl.easy_cleanup));
  ARROW_RETURN_NOT_OK(library.Find("curl_easy_strerror", &curl.easy_strerror));
  ARROW_RETURN_NOT_OK(library.Find("curl_slist_append", &curl.slist_append));
  ARROW_RETURN_NOT_OK(library.Find("curl_slist_free_all", &curl.slist_free_all));
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return arrow::Status::IOError("libcurl did not start");
  return curl;
}

}  // namespace

arrow::Result<const LibCurl*> LoadLibCurl() {
  static const arrow::Result<LibCurl> kLoaded = Load();
  if (!kLoaded.ok()) return kLoaded.status();
  return &*kLoaded;
}

}  // namespace feast
