"""Fits joined rows with statsmodels. Reads one JSON object a line, answers in one line each."""
import json
import sys
import warnings

import numpy as np
import statsmodels
import statsmodels.api as sm
from statsmodels.duration.hazard_regression import PHReg

warnings.simplefilter("ignore")


def sturdy(model, ask, size=None, **how):
    """Robust and clustered errors without factors for small samples."""
    if size is None:
        size = 1
    found = []
    for cov, kwds in (("HC0", None), ("cluster", {"groups": np.asarray(ask["strata"]), "use_correction": False})):
        errors = model.fit(cov_type=cov, cov_kwds=kwds, **how).bse
        found.append((errors.T / size).ravel())
    return found


def fit(ask):
    x = np.fromfile(ask["file"], dtype=float).reshape(-1, ask["columns"])
    y = np.asarray(ask["y"], dtype=float)
    kind = ask["kind"]
    if kind == "survival":
        model = PHReg(y, x, status=np.asarray(ask["events"]), strata=np.asarray(ask["strata"]), ties="efron")
        found = model.fit(method="newton", maxiter=100, disp=0, tol=1e-13)
        return found.params, found.bse, found.llf, ([], [])
    if kind == "regression":
        model, how = sm.OLS(y, x), {}
    elif kind == "binary":
        model, how = sm.GLM(y, x, family=sm.families.Binomial()), {"tol": 1e-14, "maxiter": 100}
    else:
        # Newton's method from 0 overflows where columns are far from 1.
        size = np.abs(x).max(axis=0)
        model, how = sm.MNLogit(y, x / size), {"method": "newton", "maxiter": 100, "disp": 0, "tol": 1e-13}
        found = model.fit(**how)
        robust = sturdy(model, ask, size, **how)
        return (found.params.T / size).ravel(), (found.bse.T / size).ravel(), found.llf, robust
    found = model.fit(**how)
    return found.params, found.bse, found.llf, sturdy(model, ask, **how)


for line in sys.stdin:
    try:
        ask = json.loads(line)
        if ask["kind"] == "version":
            print(json.dumps({"version": statsmodels.__version__}), flush=True)
            continue
        params, errors, value, (robust, clustered) = fit(ask)
        if not np.all(np.isfinite(params)) or not np.all(np.isfinite(errors)):
            print(json.dumps({"none": True}), flush=True)
            continue
        answer = {"coefficients": list(params), "errors": list(errors), "value": float(value)}
        answer |= {"robust": list(robust), "clustered": list(clustered)}
    except Exception as error:  # the bench tells it
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
