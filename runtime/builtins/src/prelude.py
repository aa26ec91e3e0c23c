# Bodies of native functions for generators and keys in Python (see vm::hosted): what the native function does itself
# with any other iterable or key.
# Nobody sees these frames. Names are the classes and functions that vm::hosted puts in place, never the program's.


def sum(items):
    total = 0
    for x in items:
        kind = type(x)
        if kind is not int and kind is not bool:
            break
        total = total + x
    else:
        return total
    fits = -9223372036854775808 <= total <= 9223372036854775807
    total = total + x
    if type(total) is float and fits:
        error = 0.0
        for x in items:
            kind = type(x)
            if kind is float:
                t = total + x
                if (total if total >= 0.0 else -total) >= (x if x >= 0.0 else -x):
                    error += (total - t) + x
                else:
                    error += (x - t) + total
                total = t
            elif isinstance(x, int) and -9223372036854775808 <= x <= 9223372036854775807:
                total += x
            else:
                break
        else:
            return total + error if error and error - error == 0.0 else total
        total = (total + error if error and error - error == 0.0 else total) + x
    elif type(total) is complex:
        return sum_on(items, total)
    for x in items:
        total = total + x
    return total


def any(items):
    for x in items:
        if x:
            return True
    return False


def all(items):
    for x in items:
        if not x:
            return False
    return True


def min(items):
    for best in items:
        break
    else:
        raise ValueError("min() iterable argument is empty")
    for x in items:
        if x < best:
            best = x
    return best


def max(items):
    for best in items:
        break
    else:
        raise ValueError("max() iterable argument is empty")
    for x in items:
        if x > best:
            best = x
    return best


def list(items):
    return [x for x in items]


def tuple(items):
    return (*[x for x in items],)


def set(items):
    return {x for x in items}


def sorted(items):
    out = [x for x in items]
    out.sort()
    return out


def join(separator, items):
    return separator.join([x for x in items])


def sorted_by(items, /, *, key, reverse=False):
    out = [*items]
    sort_with(out, [key(x) for x in out], reverse)
    return out


def sort_by(items, /, *, key, reverse=False):
    taken = take_items(items)
    modified = False
    try:
        sort_with(taken, [key(x) for x in taken], reverse)
    finally:
        modified = put_items(items, taken)
    if modified:
        raise ValueError("list modified during sort")


def min_by(items, /, *, key):
    best = least = None
    some = False
    for x in items:
        k = key(x)
        if not some:
            some = True
        elif not k < least:
            continue
        best = x
        least = k
    if some:
        return best
    raise ValueError("min() iterable argument is empty")


def max_by(items, /, *, key):
    best = greatest = None
    some = False
    for x in items:
        k = key(x)
        if not some:
            some = True
        elif not k > greatest:
            continue
        best = x
        greatest = k
    if some:
        return best
    raise ValueError("max() iterable argument is empty")
