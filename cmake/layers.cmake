# What every target is compiled with, and the two functions the folders call.

add_library(brineflow_options INTERFACE)
target_compile_options(brineflow_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
# g++ 12 takes `"text" + string` for overlapping memory (GCC bug 105651, mended in 13).
target_compile_options(brineflow_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_include_directories(brineflow_options INTERFACE
  ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
if(BRINEFLOW_SANITIZE)
  target_compile_options(brineflow_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(brineflow_options INTERFACE -fsanitize=address,undefined)
endif()

# brineflow_layer(NAME SOURCES file... LINKS target...): one static library a layer.
# A layer links the layers above it, so that the linker knows the order too.
function(brineflow_layer name)
  cmake_parse_arguments(LAYER "" "" "SOURCES;LINKS" ${ARGN})
  add_library(brineflow_${name} STATIC ${LAYER_SOURCES})
  target_link_libraries(brineflow_${name} PUBLIC ${LAYER_LINKS} brineflow_options)
endfunction()

# brineflow_test(NAME SOURCES file... LINKS target...): one Boost.Test program a layer.
function(brineflow_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(test_${name} ${TEST_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${TEST_LINKS} brineflow_test_main)
  add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()
