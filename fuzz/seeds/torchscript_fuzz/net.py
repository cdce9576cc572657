class M(Module):
  __parameters__ = []
  n : int
  def forward(self: __torch__.m.M,
    x: Tensor) -> Tensor:
    _0 = __torch__.m.f
    n = self.n
    a, b, = torch.size(torch.reshape(x, [2, -1]))
    y = annotate(List[Tensor], [])
    for i in range(n):
      _1 = torch.append(y, torch.mul(x, torch.add(i, 1)))
    if torch.gt(n, 2):
      z = torch.cat(y, 0)
    else:
      z = x
    i0 = 0
    while torch.lt(i0, 2):
      z0 = torch.relu_(z)
      i0 = torch.add(i0, 1)
    return _0(z, k=[1, 2], )
def f(x: Tensor,
    k: List[int],
    s: str="a") -> Tensor:
  if torch.__isnot__(x, None):
    pass
  else:
    ops.prim.RaiseException("none", "builtins.ValueError")
  return torch.sum(x, [0], dtype=None)
