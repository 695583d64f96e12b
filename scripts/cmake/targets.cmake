# One folder, one target: `engine/core` is `engine_core`, and so on. Headers are included by their path from the top
# folder (`#include "engine/core/random.h"`), and a target finds those of its own folder and of what it links, no
# others: an include that the architecture forbids does not compile.

# traind_headers(<target> <PUBLIC|INTERFACE|PRIVATE> <folder>): lets a target, and what links it, find a folder's headers.
function(traind_headers name scope folder)
  set(root ${CMAKE_BINARY_DIR}/include/${name})
  cmake_path(GET folder PARENT_PATH parent)
  file(MAKE_DIRECTORY ${root}/${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${root}/${folder} SYMBOLIC)
  target_include_directories(${name} ${scope} ${root})
endfunction()

# traind_library(<name> SOURCES <.cc ...> [PUBLIC <target ...>] [PRIVATE <target ...>])
# Without sources it is a header-only library.
function(traind_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE folder)
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    traind_headers(${name} PUBLIC ${folder})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_PUBLIC})
    traind_headers(${name} INTERFACE ${folder})
  endif()
endfunction()

# traind_precompile_services(<target>): takes the headers of gRPC and of the wire contract precompiled; half the compile
# time of a file that includes them. The target's files still include what they use: clang-tidy reads them without.
function(traind_precompile_services name)
  target_precompile_headers(${name} REUSE_FROM proto_services)
endfunction()

# traind_test(<name> SOURCES <.cc ...> [LINK <target ...>])
function(traind_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest_main)
  traind_headers(${name} PRIVATE tests)
  target_compile_definitions(${name} PRIVATE TRAIND_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TRAIND_BINARY_DIR="${CMAKE_BINARY_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
# traind_benchmark(<name> SOURCES <.cc ...> [LINK <target ...>] [ARGUMENTS <...>]): a program of Google Benchmark,
# `benchmarks/<name>` in the build folder. So that it does not rot, a test runs all of it, each benchmark for a moment and
# with the arguments given; what comes out is no figure.
function(traind_benchmark name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;ARGUMENTS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} benchmark::benchmark benchmark::benchmark_main)
  traind_headers(${name} PRIVATE tests)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/benchmarks)
  add_test(NAME Benchmark.${name} COMMAND ${name} --benchmark_min_time=0.001 ${arg_ARGUMENTS})
  # Google Benchmark's programs end with 0 even if one of theirs has skipped with an error.
  set_tests_properties(Benchmark.${name} PROPERTIES TIMEOUT 300 FAIL_REGULAR_EXPRESSION "ERROR OCCURRED")
endfunction()
if(TRAIND_BUILD_TESTS)
  include(GoogleTest)
endif()
