// libcurl, loaded on first use: linking it makes every command start several milliseconds later.
#pragma once

// The type checks are macros around the functions, which here are pointers.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "arrow/result.h"

namespace feast {

/// The functions used, under their names without "curl_".
struct LibCurl {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_perform) easy_perform;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_reset) easy_reset;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
};

/// Loaded once and kept. IOError when the library is not installed.
arrow::Result<const LibCurl*> LoadLibCurl();

}  // namespace feast
