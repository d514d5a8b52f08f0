"""Problems A1 to C of docs/equations/adsorption_column.md, for the peer; ours are in cases/verification/.

A slip in a number here or there would show: both are compared with the same reference curve.
"""
from column_problem import Problem, Section

IONS = ["Li", "Na", "K", "Mg"]
FEED = [30.0, 400.0, 100.0, 300.0]
CAPACITY = [1500.0] * 4
CYCLE = [Section(6000.0, 1e-3, FEED), Section(600.0, 1e-3, [0.0, 5.0, 0.0, 0.0]), Section(3000.0, 2e-3, [0.0] * 4)]

PROBLEMS = {
    "A1": Problem("A1", "lumped", "linear", {"k_a": [0.2], "k_d": [0.02]}, ["A"], [Section(8000.0, 1e-3, [1.0])], 4.0),
    "A2": Problem("A2", "lumped", "langmuir", {"q_max": CAPACITY, "K": [0.2, 5e-4, 3e-4, 4e-4], "k": [5e-3, 2e-2, 2e-2, 2e-2]},
                  IONS, [Section(20000.0, 1e-3, FEED)], 5.0),
    "A3": Problem("A3", "lumped", "mass_action_langmuir",
                  {"q_max": CAPACITY, "k_a": [2e-4, 1e-5, 6e-6, 8e-6], "k_d": [1e-3, 2e-2, 2e-2, 2e-2]},
                  IONS, [Section(20000.0, 1e-3, FEED)], 5.0),
    "B": Problem("B", "general_rate", "mass_action_langmuir", {"q_max": CAPACITY, "k_a": [2e-3, 5e-6, 3e-6, 4e-6], "k_d": [1e-2] * 4},
                 IONS, [Section(40000.0, 1e-3, FEED)], 10.0, void_fraction=0.37, particle_porosity=0.4, particle_radius=2.5e-4,
                 film_coefficient=2e-5, pore_diffusion=5e-10),
    "C": Problem("C", "lumped", "mass_action_langmuir",
                 {"q_max": CAPACITY, "k_a": [1e-4, 1e-5, 6e-6, 8e-6], "k_d": [5e-3, 2e-2, 2e-2, 2e-2]}, IONS, CYCLE * 5, 10.0),
}
CASES = {"A1": "a1_linear_breakthrough", "A2": "a2_langmuir_breakthrough", "A3": "a3_mass_action_breakthrough",
         "B": "b_general_rate_breakthrough", "C": "c_five_cycles"}
