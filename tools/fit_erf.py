#!/usr/bin/env python3
"""Fits erf(x) = x P(x^2) / Q(x^2) on |x| <= END, beyond which float32 rounds erf to 1, and prints the
coefficients that src/simd/activations.h holds. Needs numpy.

The largest absolute error is made small by Lawson's method: least squares whose weights grow where
the error is large; the division is made linear by the denominator of the step before.
"""

import math

import numpy as np

END = 3.92
DEGREE = 5  # of P and of Q, in x^2
STEPS = 200


def fit() -> tuple[np.ndarray, np.ndarray, float]:
    x = (np.cos(np.linspace(0, np.pi, 4001)) + 1) / 2 * END
    x = x[x > 1e-4]
    ratio = np.array([math.erf(v) / v for v in x])
    powers = np.vander((x / END) ** 2, DEGREE + 1, increasing=True)
    weight, denominator = np.ones_like(x), np.ones_like(x)
    best = (math.inf, None)
    for _ in range(STEPS):
        scale = np.sqrt(weight) * x / denominator
        system = np.hstack([powers, -ratio[:, None] * powers[:, 1:]]) * scale[:, None]
        solution = np.linalg.lstsq(system, ratio * scale, rcond=None)[0]
        p, q = solution[: DEGREE + 1], np.append(1.0, solution[DEGREE + 1:])
        denominator = powers @ q
        error = np.abs((powers @ p / denominator - ratio) * x)
        if error.max() < best[0]:
            best = (error.max(), (p, q))
        weight *= error + 1e-12
        weight /= weight.sum()
    unscale = END ** (2.0 * np.arange(DEGREE + 1))
    p, q = best[1]
    return p / unscale, q / unscale, best[0]


def main() -> None:
    numerator, denominator, error = fit()
    for name, values in (("kErfNumerator", numerator), ("kErfDenominator", denominator)):
        print(f"{name} = {{{', '.join(f'{np.float32(v):.9g}f' for v in values)}}}")
    print(f"largest error {error:.1e}, before rounding to float32")


if __name__ == "__main__":
    main()
