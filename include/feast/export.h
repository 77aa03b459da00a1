// What a program that links libfeast can see: the namespaces opened with FEAST_EXPORT, which are those of the headers
// in this folder. Everything else is compiled with hidden names.
#pragma once

#define FEAST_EXPORT [[gnu::visibility("default")]]
