# Installs headers, libraries, the command and the package that find_package(m2v) reads.
include(CMakePackageConfigHelpers)

set(m2v_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/m2v)

set_target_properties(m2v_c PROPERTIES INSTALL_RPATH "$ORIGIN")
install(TARGETS m2v m2v_c EXPORT m2v-targets FILE_SET HEADERS)
install(EXPORT m2v-targets NAMESPACE m2v:: DESTINATION ${m2v_package_dir})

# Export sets of their own: a consumer that only embeds need not link distillation or the hub.
foreach(part distill hub)
  if(TARGET m2v_${part})
    set_target_properties(m2v_${part} PROPERTIES INSTALL_RPATH "$ORIGIN")
    install(TARGETS m2v_${part} EXPORT m2v-${part}-targets FILE_SET HEADERS)
    install(EXPORT m2v-${part}-targets NAMESPACE m2v:: DESTINATION ${m2v_package_dir})
  endif()
endforeach()

if(TARGET m2v_cli)
  install(TARGETS m2v_cli)
endif()

# m2v.pc, for the C interface. It finds the rest from where it lies: a tree can be moved.
file(RELATIVE_PATH include_from_pkgconfig ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(${PROJECT_SOURCE_DIR}/cmake/m2v.pc.in ${PROJECT_BINARY_DIR}/m2v.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/m2v.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/m2v-config.cmake.in
  ${PROJECT_BINARY_DIR}/m2v-config.cmake INSTALL_DESTINATION ${m2v_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/m2v-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/m2v-config.cmake ${PROJECT_BINARY_DIR}/m2v-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindOniguruma.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindZstd.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindMd4c.cmake
        DESTINATION ${m2v_package_dir})
