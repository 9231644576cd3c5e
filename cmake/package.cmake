# What `cmake --install` lays down: headers, both libraries, the driver, and what find_package and
# pkg-config need to find them.

include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/furrow)

install(DIRECTORY include/furrow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
foreach(kind static shared)
    install(TARGETS furrow-${kind} EXPORT furrow-${kind})
    install(EXPORT furrow-${kind} NAMESPACE furrow:: DESTINATION ${package_folder})
endforeach()
if(TARGET furrow-driver)
    install(TARGETS furrow-driver)
endif()

# For find_package.
configure_package_config_file(cmake/furrow-config.cmake.in furrow-config.cmake
    INSTALL_DESTINATION ${package_folder}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(furrow-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/furrow-config.cmake
              ${PROJECT_BINARY_DIR}/furrow-config-version.cmake
        DESTINATION ${package_folder})

# For pkg-config. A program that links the static library needs the OpenMP runtime that the library
# was compiled for, by name: its own compiler's -fopenmp may mean another one.
set(private_libraries "")
foreach(name IN LISTS OpenMP_C_LIB_NAMES)
    if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT name STREQUAL "pthread")
        get_filename_component(folder "${OpenMP_${name}_LIBRARY}" DIRECTORY)
        list(APPEND private_libraries -L${folder})
    endif()
    list(APPEND private_libraries -l${name})
endforeach()
list(APPEND private_libraries ${CMAKE_THREAD_LIBS_INIT} -lm)
list(JOIN private_libraries " " private_libraries)
set(libdeflate_from_pc "")
if(furrow_libdeflate)
    set(libdeflate_from_pc " libdeflate")
endif()
file(RELATIVE_PATH prefix_from_pc
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" prefix_from_pc "${prefix_from_pc}")
configure_file(cmake/furrow.pc.in furrow.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/furrow.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
