# Assignment expressions whose values are calls, among the elements of displays and arguments.
def f():
    def spam(a): return a
    return [[y := spam(x), x / y] for x in range(1, 5)]
print(f())
def g(spam):
    t = (a := spam(1), b := spam(a + 1), a, b)
    d = {(k := spam("k")): (v := spam(2)), v: k}
    return t, d, spam(c := spam(3)) + c, {a := spam(7), a, spam(a)}, [*(e := spam([1])), e]
print(g(lambda x: x))
x = 7
exec("""if 1:
 x = 8
 def f():
  x = 1
  def g():
   global x
   def h(): return x
   return h()
  return g()
 print(f())
""", globals(), {})
async def agen():
    yield 1
async def nested():
    return [x async for x in ([y async for y in agen()] for _ in range(2))]
try: nested().send(None)
except StopIteration as e: print(e.value)
for s in ("[i + 1 for i in (lambda: (j := range(5)))()]", "{i for i in [j := 1, 2]}", "f'{1 + # comment\n 2=}'"):
    try: print(eval(s))
    except SyntaxError as e: print(e.msg)
