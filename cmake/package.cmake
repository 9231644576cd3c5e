# What `cmake --install` installs: headers, libraries, the driver, and the files by which find_package and
# pkg-config find them.

include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/furrow)
get_property(furrow_installed GLOBAL PROPERTY furrow_libraries) # furrow first: others need it

install(DIRECTORY include/furrow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h
        PATTERN combinations EXCLUDE PATTERN digits EXCLUDE)
foreach(name IN LISTS furrow_installed)
    string(REPLACE "furrow-furrow" "furrow" target furrow-${name})
    if(NOT name STREQUAL "furrow")
        install(DIRECTORY include/furrow/${name} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/furrow)
    endif()
    foreach(kind static shared)
        install(TARGETS ${target}-${kind} EXPORT furrow-${name}-${kind})
        install(EXPORT furrow-${name}-${kind} NAMESPACE furrow:: DESTINATION ${package_folder})
    endforeach()
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

# For pkg-config. A program that links a static library must name the OpenMP runtime that the library
# was compiled for: -fopenmp of another compiler may choose another runtime.
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
file(RELATIVE_PATH prefix_from_pc
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" prefix_from_pc "${prefix_from_pc}")

# furrow_pc(NAME DESCRIPTION REQUIRES PRIVATE): NAME.pc, for a library that needs the packages REQUIRES,
# and also PRIVATE if it is static.
function(furrow_pc pc_name pc_description pc_requires pc_requires_private)
    configure_file(cmake/furrow.pc.in ${pc_name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${pc_name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

set(same_version "furrow = ${PROJECT_VERSION}")
furrow_pc(furrow "${PROJECT_DESCRIPTION}" "" zlib)
if(FURROW_COMBINATIONS)
    furrow_pc(furrow-combinations "k of n, counted, ranked and written" "${same_version}" "")
endif()
if(FURROW_DIGITS)
    set(needs "libpng zlib")
    if(furrow_libdeflate)
        string(APPEND needs " libdeflate")
    endif()
    furrow_pc(furrow-digits "Which digit is in a picture" "${same_version}" "${needs}")
endif()
