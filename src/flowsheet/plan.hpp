// How the Jacobian of one unit is computed and where it goes, for one wiring.
#pragma once

#include "flowsheet/layout.hpp"
#include "numerics/block_elimination.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace brineflow {

// The weights with which a variable and its derivative are differentiated: dF/dy * value + dF/dy' * rate.
// The integrator wants (1, cj); a consistent start wants (0, 1) for differential variables and (1, 0) for
// algebraic ones.
struct SeedWeights {
  double differential_value, differential_rate;
  double algebraic_value;
};

// One unit: which variables its rows depend on, in which colour each is differentiated, and where each
// derivative lands in the matrix of the whole. Local variables are the unit's own block, then the stream
// blocks that arrive.
struct UnitPlan {
  std::vector<std::size_t> arriving;  // first global index of every arriving stream block, in inlet order
  int colours = 0;

  // The equations run once on dual numbers for every sweep: its seeds say which local variable is differentiated in which
  // direction, its entries which direction of which row is which value of the whole matrix. Both go through memory
  // in order, which a large unit feels.
  struct Seed {
    std::uint32_t column;
    std::uint16_t direction;
    bool differential;
  };
  struct Entry {
    std::uint32_t slot;  // in the values of the whole matrix
    std::uint32_t row : 29;  // in the unit's block
    std::uint32_t direction : 3;
  };
  static_assert(dual_width == 8 && sizeof(Entry) == 8);
  struct Sweep {
    std::vector<Seed> seeds;      // by column
    std::vector<Entry> entries;  // by row
  };
  std::vector<Sweep> sweeps;
};

// The whole flowsheet in one mode.
struct ModePlan {
  std::vector<Wiring> wiring;
  std::vector<Connection> flowing;
  SparsePattern pattern;  // rows and columns are global indices
  std::shared_ptr<const BlockPlan> blocks;  // of it, by place along the units
  std::vector<UnitPlan> units;
  std::vector<std::size_t> order;  // unit numbers, each after those whose streams determine its own
  std::size_t going_round = 0;     // but for so many at its end
};

ModePlan make_plan(const Flowsheet& flowsheet, const StateLayout& layout, std::vector<Wiring> wiring,
                   const std::vector<Connection>& active, const std::vector<std::vector<double>>& parameters);

// A text that is equal for two modes exactly when their plans are.
std::string plan_key(const std::vector<Wiring>& wiring, const std::vector<Connection>& flowing);

}  // namespace brineflow
