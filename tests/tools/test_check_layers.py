import unittest

from checkout import CheckoutTest


class CheckLayers(CheckoutTest):
    tool = "check_layers"

    def test_a_right_checkout_has_no_findings(self):
        self.assert_clean()

    def test_including_a_later_layer(self):
        self.append("src/base/base.cpp", '#include "physics/physics.hpp"\n')
        self.assert_only("src/base/base.cpp:2", "physics comes after it")

    def test_a_layer_not_linked(self):
        self.write("src/input/CMakeLists.txt", "brineflow_layer(input SOURCES input.cpp LINKS brineflow_yaml)\n")
        self.write("src/numerics/numerics.cpp", "")
        self.write("src/numerics/CMakeLists.txt", "brineflow_layer(numerics SOURCES numerics.cpp LINKS brineflow_base)\n")
        self.assert_only("src/input/input.cpp:2", "does not link brineflow_base")

    def test_linking_a_later_layer(self):
        self.append("src/units/CMakeLists.txt", "target_link_libraries(brineflow_units PUBLIC brineflow_solve)\n")
        self.assert_only("src/units/CMakeLists.txt:4", "solve comes after it")

    def test_a_header_that_is_not_there(self):
        self.append("src/units/units.cpp", '#include "physics/brin.hpp"\n')
        self.assert_only("src/units/units.cpp:3", "no file src/physics/brin.hpp")

    def test_an_include_without_its_layer(self):
        self.append("src/units/units.cpp", '#include "units.hpp"\n')
        self.assert_only("src/units/units.cpp:3", 'write "units/units.hpp"')

    def test_our_header_in_angle_brackets(self):
        self.append("src/base/base.cpp", "#include <app/app.hpp>\n")
        self.assert_only("src/base/base.cpp:2", "is ours")

    def test_hdf5_outside_record(self):
        self.append("src/study/study.cpp", "#include <hdf5.h>\n")
        self.assert_only("src/study/study.cpp:3", "src/record only")

    def test_hdf5_in_two_files(self):
        self.append("src/record/record.cpp", "#include <hdf5.h>\n")
        self.assert_clean()
        self.append("src/record/record.hpp", "#include <H5Ppublic.h>\n")
        self.assert_only("src/record/record.hpp:3", "one file is to know HDF5")

    def test_mpi_outside_app(self):
        self.append("src/app/app.cpp", "#include <mpi.h>\n")
        self.assert_clean()
        self.append("src/study/study.cpp", "#include <mpi.h>\n")
        self.assert_only("src/study/study.cpp:3", "src/app only")

    def test_yaml_outside_input(self):
        self.append("src/app/app.cpp", "#include <yaml-cpp/yaml.h>\n")
        self.assert_only("src/app/app.cpp:3", "src/input only")

    def test_sundials_in_several_files_of_solve_and_nowhere_else(self):
        for name in ["src/solve/solve.cpp", "src/solve/solve.hpp"]:
            self.append(name, "#include <idas/idas.h>\n#include <sunlinsol/sunlinsol_klu.h>\n")
        self.assert_clean()
        self.append("src/flowsheet/flowsheet.cpp", "#  include <nvector/nvector_serial.h>\n")
        self.assert_only("src/flowsheet/flowsheet.cpp:3", "src/solve only")

    def test_python_and_app_stand_side_by_side(self):
        self.append("src/python/module.cpp", '#include "app/app.hpp"\n')
        self.assert_only("src/python/module.cpp:2", "app stands beside it")
        self.write("src/python/module.cpp", "")
        self.append("src/app/CMakeLists.txt", "target_link_libraries(brineflow_app PUBLIC brineflow_python)\n")
        self.assert_only("src/app/CMakeLists.txt:4", "python stands beside it")

    def test_pybind11_outside_python(self):
        self.append("src/python/module.cpp", "#include <pybind11/pybind11.h>\n")
        self.assert_clean()
        self.append("src/study/study.cpp", "#include <pybind11/numpy.h>\n")
        self.assert_only("src/study/study.cpp:3", "src/python only")

    def test_linking_a_library_of_another_layer(self):
        self.append("src/app/CMakeLists.txt", "target_link_libraries(brineflow brineflow_hdf5)\n")
        self.assert_only("src/app/CMakeLists.txt:4", "src/record only")

    def test_an_include_in_a_comment_is_none(self):
        self.append("src/base/base.cpp", '// #include "app/app.hpp"\n/*\n#include "app/app.hpp"\n*/\n')
        self.assert_clean()

    def test_a_source_nobody_compiles(self):
        self.write("src/base/forgotten.cpp", "")
        self.assert_only("src/base/forgotten.cpp:1", "not listed")

    def test_a_source_that_is_not_there(self):
        self.append("src/base/CMakeLists.txt", "target_sources(brineflow_base PRIVATE gone.cpp)  # other.cpp\n")
        self.assert_only("src/base/CMakeLists.txt:4", "gone.cpp is listed but")

    def test_a_public_header_that_needs_ours(self):
        self.append("include/brineflow/brineflow.hpp", '#include "base/base.hpp"\n')
        self.assert_only("include/brineflow/brineflow.hpp:2", "must not include")

    def test_a_public_header_that_needs_a_library(self):
        self.append("include/brineflow/brineflow.hpp", "#include <fmt/core.h>\n")
        self.assert_only("include/brineflow/brineflow.hpp:2", "another library")

    def test_the_order_in_the_root(self):
        self.write("CMakeLists.txt", "foreach(layer IN ITEMS input base)\n")
        self.assert_only("CMakeLists.txt:1", "another order")

    def test_a_folder_that_is_no_layer(self):
        self.write("src/helpers/x.hpp", "")
        self.assert_only("src/helpers:1", "no layer")


if __name__ == "__main__":
    unittest.main()
