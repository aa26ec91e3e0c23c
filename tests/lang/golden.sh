#!/bin/sh
# Rewrites the golden files here with a CPython: golden.sh PYTHON
# See README.md for what they hold.
python=${1:?usage: golden.sh PYTHON}
cd "$(dirname "$0")/../.." || exit 1
root=$(pwd)
export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
bad=0
errors=$(mktemp)
for file in tests/lang/*.py; do
    base=${file%.py}
    case $file in
    */err_*)
        "$python" "$file" >"$base.out" 2>"$errors"
        code=$?
        sed "s|$root/||g" "$errors" >"$base.err"
        want=1
        ;;
    *)
        "$python" "$file" >"$base.out" 2>"$errors"
        code=$?
        want=0
        ;;
    esac
    if [ "$code" != "$want" ]; then
        echo "$file: exit code $code, not $want" >&2
        tail -5 "$errors" >&2
        bad=1
    fi
done
rm -f "$errors"
exit $bad
