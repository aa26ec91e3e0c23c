async def f(a, b):
    async with a as x, b:
        return await x
    async for i in b:
        if i:
            break
    else:
        return [j async for j in i]


async def g(n):
    yield await n
    e = (k async for k in n if await k)
    return
