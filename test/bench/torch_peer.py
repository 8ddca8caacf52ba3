"""PyTorch as a peer: reads one request a line on standard input, answers with the least time of many runs in milliseconds. One thread, float64."""

import ctypes
import json
import re
import sys
import time

import torch
from torch.nn.utils.stateless import functional_call

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def least(run, seconds):
    for _ in range(3):
        run()
    best = float("inf")
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        before = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - before)
    return 1e3 * best


def blas():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = sorted({line.split()[-1] for line in maps if re.search(r"blas|mkl_rt", line)})
    for path in paths:
        if "openblas" not in path:
            continue
        try:
            library = ctypes.CDLL(path)
            for name in ("openblas_get_corename", "openblas_get_corename64_"):
                if hasattr(library, name):
                    corename = getattr(library, name)
                    corename.restype = ctypes.c_char_p
                    return f"OpenBLAS {corename().decode()}"
        except OSError:
            pass
        return "OpenBLAS"
    return "reference BLAS" if paths else "its own kernels"


def lstm(request):
    n, batch, d, steps = (request[key] for key in ("n", "batch", "d", "T"))
    layer = torch.nn.LSTM(d, n)
    x = torch.randn(steps, batch, d)
    seed = torch.randn(steps, batch, n)

    def run():
        for parameter in layer.parameters():
            parameter.grad = None
        hidden, _ = layer(x)
        hidden.backward(seed)

    return least(run, request["seconds"])


def gru(request):
    n, batch, d, steps = (request[key] for key in ("n", "batch", "d", "T"))
    return of_module(torch.nn.GRU(d, n), lambda layer, x: layer(x)[0], torch.randn(steps, batch, d), torch.randn(steps, batch, n), request["seconds"])


def two_layers(request):
    n, batch, d, steps = (request[key] for key in ("n", "batch", "d", "T"))
    layers = torch.nn.ModuleList([torch.nn.RNN(d, n, num_layers=2), torch.nn.Linear(n, n)])
    return of_module(layers, lambda both, x: both[1](both[0](x)[0]), torch.randn(steps, batch, d), torch.randn(steps, batch, n), request["seconds"])


class Peephole(torch.nn.Module):
    """One product for all gates at all steps, one for the recurrent part of each step: what a careful PyTorch user writes."""

    def __init__(self, d, n):
        super().__init__()
        self.n = n
        self.input = torch.nn.Linear(d, 4 * n)
        self.recurrent = torch.nn.Parameter(0.1 * torch.randn(n, 4 * n))
        self.peep = torch.nn.Parameter(0.1 * torch.randn(3, n))

    def forward(self, x):
        steps, batch, _ = x.shape
        h = torch.zeros(batch, self.n)
        c = torch.zeros(batch, self.n)
        hidden = []
        for drive in self.input(x):
            f, i, g, o = (drive + h @ self.recurrent).split(self.n, dim=1)
            f = torch.sigmoid(f + self.peep[0] * c)
            i = torch.sigmoid(i + self.peep[1] * c)
            c = f * c + i * torch.tanh(g)
            o = torch.sigmoid(o + self.peep[2] * c)
            h = o * torch.tanh(c)
            hidden.append(h)
        return torch.stack(hidden)


def peephole(request):
    n, batch, d, steps = (request[key] for key in ("n", "batch", "d", "T"))
    return of_module(Peephole(d, n), lambda layer, x: layer(x), torch.randn(steps, batch, d), torch.randn(steps, batch, n), request["seconds"])


class Attention(torch.nn.Module):
    """An encoder, and a decoder that attends to its states by scaled dot products."""

    def __init__(self, d, n):
        super().__init__()
        self.n = n
        self.encoder = torch.nn.RNN(d, n, bias=False)
        self.state = torch.nn.Parameter(0.1 * torch.randn(n, n))
        self.context = torch.nn.Parameter(0.1 * torch.randn(n, n))

    def forward(self, x):
        h = self.encoder(x)[0].transpose(0, 1)
        s = torch.zeros(x.shape[1], self.n)
        states = []
        for _ in range(x.shape[0]):
            weights = torch.softmax(torch.bmm(h, s.unsqueeze(2)) / self.n**0.5, dim=1)
            context = torch.bmm(weights.transpose(1, 2), h).squeeze(1)
            s = torch.tanh(s @ self.state + context @ self.context)
            states.append(s)
        return torch.stack(states)


def attention(request):
    n, batch, d, steps = (request[key] for key in ("n", "batch", "d", "T"))
    return of_module(Attention(d, n), lambda layer, x: layer(x), torch.randn(steps, batch, d), torch.randn(steps, batch, n), request["seconds"])


def of_module(module, forward, x, seed, seconds):
    def run():
        for parameter in module.parameters():
            parameter.grad = None
        forward(module, x).backward(seed)

    return least(run, seconds)


def matrix(request):
    n = request["n"]
    a, b, c = torch.randn(n, n), torch.randn(n, n), torch.empty(n, n)
    return least(lambda: torch.mm(a, b, out=c), request["seconds"])


def gradcheck(request):
    n, d, steps = (request[key] for key in ("n", "d", "T"))
    layer = torch.nn.LSTM(d, n)
    names = [name for name, _ in layer.named_parameters()]
    values = tuple(parameter.detach().clone().requires_grad_() for _, parameter in layer.named_parameters())
    x = torch.randn(steps, 1, d)
    seed = torch.randn(steps, 1, n)

    def loss(*parameters):
        hidden, _ = functional_call(layer, dict(zip(names, parameters)), (x,))
        return (hidden * seed).sum()

    best = float("inf")
    start = time.perf_counter()
    while best == float("inf") or time.perf_counter() - start < request["seconds"]:
        before = time.perf_counter()
        torch.autograd.gradcheck(loss, values, fast_mode=request["fast"])
        best = min(best, time.perf_counter() - before)
    return 1e3 * best


WORKS = {
    "lstm": lstm,
    "gru": gru,
    "peephole": peephole,
    "two layers": two_layers,
    "attention": attention,
    "matrix": matrix,
    "gradcheck": gradcheck,
}
print(json.dumps({"torch": torch.__version__, "blas": blas()}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"ms": WORKS[asked["work"]](asked)}), flush=True)
