# Arrow C++ comes from the pyarrow wheel of the Python that builds us (headers and shared libraries in site-packages), or, with
# -DFEAST_SYSTEM_ARROW=ON, from an ordinary installation. Gives the target feast_arrow.
option(FEAST_SYSTEM_ARROW "Use an installed Arrow C++ instead of the pyarrow wheel's" OFF)
add_library(feast_arrow INTERFACE)

if(FEAST_SYSTEM_ARROW)
  find_package(Arrow REQUIRED)
  find_package(ArrowCompute REQUIRED)
  find_package(Parquet REQUIRED)
  target_link_libraries(feast_arrow INTERFACE Arrow::arrow_shared ArrowCompute::arrow_compute_shared Parquet::parquet_shared)
else()
  if(NOT DEFINED Python_EXECUTABLE AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/.venv/bin/python)
    set(Python_EXECUTABLE ${CMAKE_CURRENT_SOURCE_DIR}/.venv/bin/python)
  endif()
  find_package(Python 3.10 REQUIRED COMPONENTS Interpreter OPTIONAL_COMPONENTS Development.Module)
  execute_process(
    COMMAND ${Python_EXECUTABLE} -c
            "import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec('pyarrow').origin).parent)"
    OUTPUT_VARIABLE FEAST_PYARROW_DIR
    OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
  target_include_directories(feast_arrow SYSTEM INTERFACE ${FEAST_PYARROW_DIR}/include)
  foreach(name arrow arrow_compute parquet)
    file(GLOB library ${FEAST_PYARROW_DIR}/lib${name}.so.*00)
    if(NOT library)
      message(FATAL_ERROR "No lib${name}.so in ${FEAST_PYARROW_DIR}. Install the pyarrow wheel: pip install pyarrow")
    endif()
    target_link_libraries(feast_arrow INTERFACE ${library})
  endforeach()
  # The libraries name each other by soname and find each other by their own run path.
  target_link_options(feast_arrow INTERFACE -Wl,-rpath-link,${FEAST_PYARROW_DIR})
endif()
