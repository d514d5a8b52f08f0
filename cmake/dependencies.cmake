# Third-party libraries, each as one imported target. All are Debian 12 packages (tools/packages).

find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS unit_test_framework)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)  # SHA-256 only

# The Python module alone, which is built where this is found and nothing else is said. Debian's interpreter, because numpy and scipy are its
# packages; who builds a wheel says which.
if(NOT DEFINED Python_EXECUTABLE AND NOT DEFINED Python_ROOT_DIR AND EXISTS /usr/bin/python3)
  set(Python_EXECUTABLE /usr/bin/python3)
endif()
set(PYBIND11_FINDPYTHON ON)
find_package(pybind11 2.10 CONFIG QUIET)
if(BRINEFLOW_PYTHON AND NOT pybind11_FOUND)
  message(FATAL_ERROR "The Python module needs pybind11 (Debian: pybind11-dev, python3-dev); -DBRINEFLOW_PYTHON=OFF builds without it.")
endif()

# For sweeps through mpirun, where it is asked for. C: the bindings for C++ are gone from MPI.
if(BRINEFLOW_MPI)
  find_package(MPI REQUIRED COMPONENTS C)
endif()

# Everywhere but in fits only the header ceres/jet.h is used. The library is found by its name: its package file wants the
# development files of all that it is made of.
find_library(CERES_LIBRARY ceres REQUIRED)
find_path(CERES_INCLUDE_DIR ceres/jet.h REQUIRED)
add_library(brineflow_jet INTERFACE)
target_include_directories(brineflow_jet SYSTEM INTERFACE ${CERES_INCLUDE_DIR})
target_link_libraries(brineflow_jet INTERFACE Eigen3::Eigen)
add_library(brineflow_ceres INTERFACE)
target_link_libraries(brineflow_ceres INTERFACE brineflow_jet ${CERES_LIBRARY})

find_path(NLOPT_INCLUDE_DIR nlopt.hpp REQUIRED)
find_library(NLOPT_LIBRARY NAMES nlopt_cxx nlopt REQUIRED)
add_library(brineflow_nlopt INTERFACE)
target_include_directories(brineflow_nlopt SYSTEM INTERFACE ${NLOPT_INCLUDE_DIR})
target_link_libraries(brineflow_nlopt INTERFACE ${NLOPT_LIBRARY})

# Found by its name: its package file wants the development files of Ipopt, which nothing here uses. What its headers do for serialisation is in Boost's library.
find_path(PAGMO_INCLUDE_DIR pagmo/algorithms/nsga2.hpp REQUIRED)
find_library(PAGMO_LIBRARY pagmo REQUIRED)
find_library(BOOST_SERIALIZATION_LIBRARY boost_serialization REQUIRED)
add_library(brineflow_pagmo INTERFACE)
target_include_directories(brineflow_pagmo SYSTEM INTERFACE ${PAGMO_INCLUDE_DIR})
target_link_libraries(brineflow_pagmo INTERFACE ${PAGMO_LIBRARY} ${BOOST_SERIALIZATION_LIBRARY})

add_library(brineflow_yaml INTERFACE)
target_include_directories(brineflow_yaml SYSTEM INTERFACE ${YAML_CPP_INCLUDE_DIR})
target_link_libraries(brineflow_yaml INTERFACE yaml-cpp)

add_library(brineflow_hdf5 INTERFACE)
target_include_directories(brineflow_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(brineflow_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
target_compile_definitions(brineflow_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})

# SUNDIALS: the static KLU wrapper, because the shared one drags PETSc and Open MPI into every program.
find_path(SUNDIALS_INCLUDE_DIR idas/idas.h REQUIRED)
find_library(SUNDIALS_IDAS sundials_idas REQUIRED)
find_library(SUNDIALS_NVECSERIAL sundials_nvecserial REQUIRED)
find_library(SUNDIALS_SUNLINSOLKLU libsundials_sunlinsolklu.a REQUIRED)
find_library(SUNDIALS_SUNMATRIXSPARSE sundials_sunmatrixsparse REQUIRED)
find_library(KLU_LIBRARY klu REQUIRED)
find_path(KLU_INCLUDE_DIR klu.h PATH_SUFFIXES suitesparse REQUIRED)
foreach(part amd colamd btf suitesparseconfig)
  find_library(SUITESPARSE_${part} ${part} REQUIRED)
  list(APPEND SUITESPARSE_PARTS ${SUITESPARSE_${part}})
endforeach()
add_library(brineflow_sundials INTERFACE)
target_include_directories(brineflow_sundials SYSTEM INTERFACE ${SUNDIALS_INCLUDE_DIR} ${KLU_INCLUDE_DIR})
target_link_libraries(brineflow_sundials INTERFACE
  ${SUNDIALS_IDAS} ${SUNDIALS_SUNLINSOLKLU} ${SUNDIALS_SUNMATRIXSPARSE} ${SUNDIALS_NVECSERIAL}
  ${KLU_LIBRARY} ${SUITESPARSE_PARTS})
