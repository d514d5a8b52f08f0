"""Least squares of a few positive parameters by Levenberg and Marquardt, with confidence from the Jacobian."""
import dataclasses

import numpy

STEP = 2e-3  # of the logarithm of a parameter, central: well above the noise that time steps leave (1e-6 of the feed)


@dataclasses.dataclass
class Fit:
    values: numpy.ndarray      # the parameters
    deviation: numpy.ndarray   # relative standard deviation of each, from s^2 (J'J)^-1 in their logarithms
    rmse: float


def fit(residual, start, across=map, largest_step=1.0, iterations=30):
    """Minimises the sum of squares of residual(values). Logarithms are varied, so that every value stays positive.

    `across` maps over the columns of the Jacobian; that of a pool of threads runs them side by side. Marquardt (1963),
    J. Soc. Indust. Appl. Math. 11, 431.
    """
    x = numpy.log(numpy.array(start, float))

    def at(logarithms):
        return residual(numpy.exp(logarithms))

    def slope(direction):
        return (at(x + STEP * direction) - at(x - STEP * direction)) / (2 * STEP)

    r, damping = at(x), 1e-3
    for _ in range(iterations):
        jacobian = numpy.array(list(across(slope, numpy.eye(len(x))))).T
        normal = jacobian.T @ jacobian
        for _ in range(8):
            step = numpy.linalg.solve(normal + damping * numpy.diag(numpy.diag(normal)), -jacobian.T @ r)
            trial = x + numpy.clip(step, -largest_step, largest_step)
            r_trial = at(trial)
            if r_trial @ r_trial < r @ r:
                damping /= 5
                break
            damping *= 5
        else:
            break
        gain = 1 - (r_trial @ r_trial) / (r @ r)
        x, r = trial, r_trial
        if gain < 1e-6:
            break
    free = max(1, len(r) - len(x))
    covariance = numpy.linalg.inv(normal) * (r @ r) / free
    return Fit(numpy.exp(x), numpy.sqrt(numpy.diag(covariance)), float(numpy.sqrt(r @ r / len(r))))
