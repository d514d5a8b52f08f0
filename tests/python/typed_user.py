"""How a user with a type checker meets the module: tools/test_wheel runs it, and mypy --strict accepts it. No test of the suite: that has no mypy."""

import sys

import brineflow


def recoveries(file: str, lengths: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for length in lengths:
        case = brineflow.load(file)
        case["units.column.length"] = length
        case["schedule.repeat.times"] = 1
        case.check()
        result = case.run()
        assert result.status == "complete", result.status
        found[length] = result.kpi["li_recovery"]
    return found


def findings_of(text: str) -> list[str]:
    try:
        brineflow.parse(text).check()
    except brineflow.InputError as error:
        return [finding.message for finding in error.findings]
    return []


if __name__ == "__main__":
    shorter, longer = recoveries(sys.argv[1], ["2 m", "4 m"]).values()
    print(f"{shorter:.4f} {longer:.4f}")
    assert 0.0 < shorter < longer < 1.0
    assert findings_of("units: {}")
