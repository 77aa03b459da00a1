# What is installed. Components: `python` (the extension) and `command` go into the wheel, `cpp` (libfeast, headers, CMake
# package, and outside of wheels the command) is for C++ programs: cmake --install build-cpp --component cpp --prefix DIR
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

if(SKBUILD)
  # Seen from bin/feast of an environment, the packages are in lib/pythonX.Y/site-packages.
  set(site "$ORIGIN/../lib/python${Python_VERSION_MAJOR}.${Python_VERSION_MINOR}/site-packages")
  set_target_properties(feast_cli PROPERTIES INSTALL_RPATH "${site}/pyarrow")
  install(TARGETS feast_cli RUNTIME DESTINATION ${SKBUILD_SCRIPTS_DIR} COMPONENT command)
else()
  set_target_properties(feast_cli PROPERTIES INSTALL_RPATH "${FEAST_PYARROW_DIR}")
  install(TARGETS feast_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT cpp)
endif()

set_target_properties(libfeast PROPERTIES INSTALL_RPATH "${FEAST_PYARROW_DIR}")
install(TARGETS libfeast EXPORT feastTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT cpp
                                                     NAMELINK_COMPONENT cpp)
install(DIRECTORY include/feast DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT cpp)
install(EXPORT feastTargets NAMESPACE feast:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/feast COMPONENT cpp)
configure_package_config_file(cmake/feastConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/feastConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/feast)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/feastConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/feastConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/feastConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/feast COMPONENT cpp)
