# Compiles proto/feast/**/*.proto to C++ (target feast_proto).
find_package(Protobuf REQUIRED)
set(FEAST_PROTO_ROOT ${CMAKE_CURRENT_SOURCE_DIR}/proto)
file(GLOB_RECURSE FEAST_PROTO_FILES CONFIGURE_DEPENDS RELATIVE ${FEAST_PROTO_ROOT} ${FEAST_PROTO_ROOT}/*.proto)
set(FEAST_PROTO_OUT ${CMAKE_CURRENT_BINARY_DIR}/proto)
file(MAKE_DIRECTORY ${FEAST_PROTO_OUT})

set(proto_sources)
foreach(proto ${FEAST_PROTO_FILES})
  string(REGEX REPLACE "\\.proto$" "" stem ${proto})
  add_custom_command(
    OUTPUT ${FEAST_PROTO_OUT}/${stem}.pb.cc ${FEAST_PROTO_OUT}/${stem}.pb.h
    COMMAND protobuf::protoc --proto_path=${FEAST_PROTO_ROOT} --cpp_out=${FEAST_PROTO_OUT} ${proto}
    DEPENDS ${FEAST_PROTO_ROOT}/${proto}
    COMMENT "protoc ${proto}")
  list(APPEND proto_sources ${FEAST_PROTO_OUT}/${stem}.pb.cc)
endforeach()

add_library(feast_proto STATIC ${proto_sources})
target_include_directories(feast_proto SYSTEM PUBLIC ${FEAST_PROTO_OUT})
target_link_libraries(feast_proto PUBLIC protobuf::libprotobuf)
