# A layer is one folder of src/. feast_layer(NAME [DEPENDS layers...] [LIBRARIES targets...]) makes the static library
# feast_NAME_layer from src/NAME/*.cc and, from src/NAME/*_test.cc, the test program NAME_test.
# feast_library(TOP) makes libfeast from every layer below TOP.
set(FEAST_WARNINGS -Wall -Wextra -Werror)
set(FEAST_LAYERS "" CACHE INTERNAL "")

function(feast_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${dir}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(TRANSFORM ARG_DEPENDS REPLACE "(.+)" "feast_\\1_layer")

  set(target feast_${name}_layer)
  set(scope PUBLIC)
  if(sources)
    add_library(${target} STATIC ${sources})
    target_compile_options(${target} PRIVATE ${FEAST_WARNINGS})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_CURRENT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(${target} ${scope} ${ARG_DEPENDS} ${ARG_LIBRARIES} feast_arrow Threads::Threads)
  if(sources)
    set(FEAST_LAYERS ${FEAST_LAYERS} ${target} CACHE INTERNAL "")
  endif()

  if(FEAST_BUILD_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_compile_options(${name}_test PRIVATE ${FEAST_WARNINGS})
    target_link_libraries(${name}_test PRIVATE ${target} GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE FEAST_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
    set_target_properties(${name}_test PROPERTIES BUILD_RPATH "${FEAST_PYARROW_DIR}")
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()

function(feast_library top)
  add_library(feast SHARED ${CMAKE_CURRENT_SOURCE_DIR}/cmake/empty.cc)
  # Every layer whole, so that the shared library exports all of them; what they need besides, once.
  set(whole ${FEAST_LAYERS})
  target_link_libraries(feast PRIVATE -Wl,--whole-archive ${whole} feast_proto -Wl,--no-whole-archive feast_${top}_layer)
  target_include_directories(feast PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                          $<INSTALL_INTERFACE:include>)
  target_link_libraries(feast PUBLIC $<BUILD_INTERFACE:feast_arrow>)
  # Our calls of our own functions need no look-up by name, of which there are thousands whenever a process starts.
  target_link_options(feast PRIVATE -Wl,-Bsymbolic-functions)
  set_target_properties(feast PROPERTIES BUILD_RPATH "${FEAST_PYARROW_DIR}")
  # What our own shells need besides: internal headers and the wire format.
  add_library(feast_internal INTERFACE)
  target_include_directories(feast_internal INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_include_directories(feast_internal SYSTEM INTERFACE ${FEAST_PROTO_OUT})
  target_link_libraries(feast_internal INTERFACE feast protobuf::libprotobuf nlohmann_json::nlohmann_json)
endfunction()
