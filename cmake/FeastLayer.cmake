# A layer is one folder of src/. feast_layer(NAME [DEPENDS layers...] [LIBRARIES targets...] [TEST_LIBRARIES targets...]
# [TEST_SOURCES files...]) makes the static library feast_NAME_layer from src/NAME/**.cc and, from its *_test.cc, the test
# program NAME_test. A folder inside that is a layer of its own (cloud/aws) is left to it; its target has "_" for "/".
# feast_library(TOP) makes libfeast from every layer below TOP.
#
# A layer includes headers of the layers that it names, and of no others: tools/layers.py reads the names from
# CMakeLists.txt and checks.
# Of values that may be uninitialized GCC 12 is often wrong where a std::variant is moved.
set(FEAST_WARNINGS -Wall -Wextra -Werror -Wno-maybe-uninitialized)
if(FEAST_FUZZ)
  # Warnings are GCC's matter; what clang thinks besides is not asked.
  set(FEAST_WARNINGS -w)
endif()
if(FEAST_SANITIZE)
  # What the sanitizers put between makes GCC see overflows that are none. The ordinary build has looked already.
  list(REMOVE_ITEM FEAST_WARNINGS -Werror)
endif()
set(FEAST_LAYERS "" CACHE INTERNAL "")
# `cmake --build build --target feast_tests` builds all test programs; nothing else does.
add_custom_target(feast_tests)

# Tests are optimized less than what they test, but for the builds with sanitizers, which say themselves. At
# -O1 GCC 12 warns of copies of short strings that are right.
set(FEAST_TEST_OPTIONS "")
if(NOT FEAST_SANITIZE)
  set(FEAST_TEST_OPTIONS -O1 -fno-tree-vectorize -Wno-array-bounds -Wno-stringop-overflow)
endif()

# The headers that most files include, compiled once: with Arrow and the standard library, and with protobuf besides.
# Tests have their own, for they are compiled as parts of programs. Generated code has none.
option(FEAST_PRECOMPILED_HEADERS "Precompile the headers that most files include" ON)
# Headers are most of the work of compiling a file, so a few files are compiled as one. Small groups, for touching a file
# compiles its whole group. What is in anonymous namespaces must therefore have names that are clear within the layer.
option(FEAST_UNITY "Compile a few files of a layer as one" ON)
set(FEAST_UNITY_FILES_MAX 5)
if(FEAST_PRECOMPILED_HEADERS)
  add_library(feast_precompiled STATIC ${CMAKE_CURRENT_SOURCE_DIR}/cmake/empty.cc)
  target_link_libraries(feast_precompiled PUBLIC feast_proto feast_arrow Threads::Threads)
  target_compile_options(feast_precompiled PRIVATE ${FEAST_WARNINGS})
  target_precompile_headers(feast_precompiled PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/cmake/precompiled.h)
  if(FEAST_BUILD_TESTS)
    add_executable(feast_precompiled_test EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/cmake/empty.cc)
    target_link_libraries(feast_precompiled_test PRIVATE feast_proto feast_arrow Threads::Threads GTest::gtest_main)
    target_compile_options(feast_precompiled_test PRIVATE ${FEAST_WARNINGS} ${FEAST_TEST_OPTIONS})
    target_precompile_headers(feast_precompiled_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/cmake/precompiled_test.h)
  endif()
endif()

function(feast_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;TEST_LIBRARIES;TEST_SOURCES" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cc)
  foreach(inner ${FEAST_INNER_LAYERS})
    if(inner MATCHES "^${name}/")
      list(FILTER sources EXCLUDE REGEX "/src/${inner}/")
    endif()
  endforeach()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(TRANSFORM ARG_DEPENDS REPLACE "/" "_")
  list(TRANSFORM ARG_DEPENDS REPLACE "(.+)" "feast_\\1_layer")
  string(REPLACE "/" "_" id ${name})

  set(target feast_${id}_layer)
  set(scope PUBLIC)
  if(sources)
    add_library(${target} STATIC ${sources})
    target_compile_options(${target} PRIVATE ${FEAST_WARNINGS})
    set(FEAST_LAYERS ${FEAST_LAYERS} ${target} CACHE INTERNAL "")
    if(FEAST_PRECOMPILED_HEADERS)
      target_precompile_headers(${target} REUSE_FROM feast_precompiled)
    endif()
    if(FEAST_UNITY)
      set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${FEAST_UNITY_FILES_MAX})
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_CURRENT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${target} ${scope} ${ARG_DEPENDS} ${ARG_LIBRARIES} feast_proto feast_arrow Threads::Threads)

  if(FEAST_BUILD_TESTS AND tests)
    add_executable(${id}_test EXCLUDE_FROM_ALL ${tests} ${ARG_TEST_SOURCES})
    target_compile_options(${id}_test PRIVATE ${FEAST_WARNINGS} ${FEAST_TEST_OPTIONS})
    target_link_libraries(${id}_test PRIVATE ${target} ${ARG_TEST_LIBRARIES} GTest::gtest_main)
    target_compile_definitions(${id}_test PRIVATE FEAST_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
    set_target_properties(${id}_test PROPERTIES BUILD_RPATH "${FEAST_PYARROW_DIR}"
                                                RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    if(FEAST_PRECOMPILED_HEADERS)
      target_precompile_headers(${id}_test REUSE_FROM feast_precompiled_test)
    endif()
    add_dependencies(feast_tests ${id}_test)
    add_test(NAME ${name} COMMAND ${id}_test)
  endif()
endfunction()

# libfeast is for C++ programs alone; the wheel's command and module do without.
function(feast_library top)
  add_library(libfeast SHARED ${CMAKE_CURRENT_SOURCE_DIR}/cmake/empty.cc)
  if(SKBUILD)
    set_target_properties(libfeast PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  # Nothing here refers to the layers, so they are taken whole; what no public function reaches is dropped again.
  set(whole ${FEAST_LAYERS})
  target_link_libraries(libfeast PRIVATE -Wl,--whole-archive ${whole} -Wl,--no-whole-archive feast_${top}_layer)
  target_include_directories(libfeast PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                             $<INSTALL_INTERFACE:include>)
  target_link_libraries(libfeast PUBLIC $<BUILD_INTERFACE:feast_arrow>)
  feast_exports(libfeast libfeast)
  if(NOT FEAST_SANITIZE)
    # What is declared and nowhere defined fails here, not when it is first called.
    target_link_options(libfeast PRIVATE -Wl,--no-undefined)
  endif()
  # Until 1.0, each minor version is an interface of its own.
  set_target_properties(
    libfeast PROPERTIES OUTPUT_NAME feast EXPORT_NAME feast BUILD_RPATH "${FEAST_PYARROW_DIR}"
                        VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endfunction()

# Hides what the compiler cannot: templates of the standard library, whose names are visible whatever they are made for.
function(feast_exports target symbols)
  set(map ${PROJECT_SOURCE_DIR}/cmake/${symbols}.map)
  target_link_options(${target} PRIVATE -Wl,--version-script=${map})
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${map})
endfunction()
