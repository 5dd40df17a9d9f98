"""Fits joined rows with statsmodels. Reads one JSON object a line, answers in one line each."""
import json
import sys
import warnings

import numpy as np
import statsmodels
import statsmodels.api as sm
from statsmodels.duration.hazard_regression import PHReg

warnings.simplefilter("ignore")


def fit(ask):
    x = np.fromfile(ask["file"], dtype=float).reshape(-1, ask["columns"])
    y = np.asarray(ask["y"], dtype=float)
    kind = ask["kind"]
    if kind == "survival":
        model = PHReg(y, x, status=np.asarray(ask["events"]), strata=np.asarray(ask["strata"]), ties="efron")
        found = model.fit(method="newton", maxiter=100, disp=0, tol=1e-13)
        return found.params, found.bse, found.llf
    if kind == "regression":
        found = sm.OLS(y, x).fit()
    elif kind == "binary":
        found = sm.GLM(y, x, family=sm.families.Binomial()).fit(tol=1e-14, maxiter=100)
    else:
        # Newton's method from 0 overflows where columns are far from 1.
        size = np.abs(x).max(axis=0)
        found = sm.MNLogit(y, x / size).fit(method="newton", maxiter=100, disp=0, tol=1e-13)
        return (found.params.T / size).ravel(), (found.bse.T / size).ravel(), found.llf
    return found.params, found.bse, found.llf


for line in sys.stdin:
    try:
        ask = json.loads(line)
        if ask["kind"] == "version":
            print(json.dumps({"version": statsmodels.__version__}), flush=True)
            continue
        params, errors, value = fit(ask)
        if not np.all(np.isfinite(params)) or not np.all(np.isfinite(errors)):
            print(json.dumps({"none": True}), flush=True)
            continue
        answer = {"coefficients": list(params), "errors": list(errors), "value": float(value)}
    except Exception as error:  # the bench tells it
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
