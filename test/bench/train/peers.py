"""Peers of the bench "train": reads requests as lines of JSON, answers milliseconds per training step as lines of JSON."""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
versions = {"python": sys.version.split()[0]}
try:
    import torch

    versions["torch"] = torch.__version__
    if torch.cuda.is_available():
        versions["cuda"] = f"{torch.version.cuda} on {torch.cuda.get_device_name(0)}"
except ImportError:
    torch = None
try:
    import numpy
    import sklearn
    from sklearn.neural_network import MLPClassifier

    versions["scikit-learn"] = sklearn.__version__
except ImportError:
    sklearn = None

ROWS = 4096
kept = {}


def torch_steps(request):
    """Steps in PyTorch: on a graphics card where `device` says "cuda", with its short floats where `short`; `compiled` or eager."""
    device = request["device"]
    if request["threads"]:
        torch.set_num_threads(request["threads"])
    torch.backends.cuda.matmul.allow_tf32 = request["short"]
    generator = torch.Generator().manual_seed(5)
    x = (torch.rand(ROWS, request["inputs"], generator=generator) * 2 - 1).to(device)
    y = (torch.rand(ROWS, 1, generator=generator) < 0.3).float().to(device)
    sizes = [request["inputs"], *request["hidden"], 1]
    parts = []
    for before, units in zip(sizes, sizes[1:]):
        parts += [torch.nn.Linear(before, units), torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts[:-1]).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=request["rate"])
    judge = torch.nn.BCEWithLogitsLoss()

    def forward(xb, yb):
        return judge(model(xb), yb)

    run = torch.compile(forward) if request["compiled"] else forward

    def steps(count):
        for _ in range(count):
            rows = torch.randint(ROWS, (request["batch"],), device=device)
            loss = run(x[rows], y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if device == "cuda":
            torch.cuda.synchronize()

    return steps


def sklearn_steps(request):
    inputs, batch = request["inputs"], request["batch"]
    generator = numpy.random.default_rng(5)
    x = generator.uniform(-1, 1, (ROWS, inputs)).astype(numpy.float32)
    y = (generator.uniform(size=ROWS) < 0.3).astype(int)
    model = MLPClassifier(
        tuple(request["hidden"]),
        solver="sgd",
        alpha=0,
        batch_size=batch,
        learning_rate_init=request["rate"],
        momentum=0,
    )
    model.partial_fit(x[:batch], y[:batch], classes=[0, 1])

    def steps(count):
        for _ in range(count):
            rows = generator.integers(ROWS, size=batch)
            model.partial_fit(x[rows], y[rows])

    return steps


def threads():
    known = [f"PyTorch: {torch.get_num_threads()}"] if torch else []
    if sklearn:
        from threadpoolctl import threadpool_info

        known.append("scikit-learn: " + str(max([one["num_threads"] for one in threadpool_info()], default=1)))
    return "; ".join(known)


def answer(request):
    if request["do"] == "versions":
        return {**versions, "threads": threads()}
    key = json.dumps([request[name] for name in ("inputs", "hidden", "batch")])
    if key not in kept:
        kept[key] = sklearn_steps(request) if request["peer"] == "scikit-learn" else torch_steps(request)
    started = time.perf_counter()
    kept[key](request["steps"])
    return {"ms": (time.perf_counter() - started) * 1000 / request["steps"]}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # told to the bench, which goes on without this peer
        reply = {"error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(reply), flush=True)
