# How every target is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror)

# Only what is used gets linked: fewer libraries to load, so a quicker start and less memory.
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-Wl,--as-needed -Wl,--gc-sections)

# Faults that slip through end the process rather than hand it over. None of this shows in a measurement.
add_compile_options($<$<CONFIG:Release>:-fstack-protector-strong>)
add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
add_link_options(-Wl,-z,relro -Wl,-z,now)

if(TRAIND_SANITIZERS)
  add_compile_options(-fsanitize=${TRAIND_SANITIZERS} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # GCC 12 takes what the instrumentation adds for uses of uninitialized memory, in std::regex for one.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  # Clang tells of loops that it does not vectorize for the instrumentation.
  add_compile_options($<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>)
  add_link_options(-fsanitize=${TRAIND_SANITIZERS})
  # Their instrumented resolvers would run before the sanitizer does.
  add_compile_definitions(TRAIND_NO_MULTIVERSIONING)
endif()

if(TRAIND_COVERAGE)
  add_compile_options(--coverage -O1 -fprofile-update=atomic)
  add_link_options(--coverage)
  # A line counts once, not once a clone.
  add_compile_definitions(TRAIND_NO_MULTIVERSIONING)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # A precompiled header holds the time of its making; ccache asks to be told that nothing here looks at it.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
