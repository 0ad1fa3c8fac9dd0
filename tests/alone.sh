#!/bin/sh
# Runs once more, one after the other, the tests that failed beside three other suites.
#
# Many tests wait for programs that others wrote, with the patience of a counter or of a door; on
# a machine that is busy with four suites one of them may lose patience. A failure that is not of
# that kind fails here as well. Those that pass are named: they are worth a look. Where many
# failed, something is broken, and nothing is run again.
set -eu
most=5

count() { # how many tests of a suite failed
    python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))))' "$1"
}

failed=0
for last in .pytest_cache/suites/*/v/cache/lastfailed; do
    [ -e "$last" ] || continue
    failed=$((failed + $(count "$last")))
done
if [ "$failed" -eq 0 ]; then exit 0; fi
if [ "$failed" -gt "$most" ]; then
    echo "$failed tests failed: see above." >&2
    exit 1
fi
echo "$failed failed beside the other suites; each is run once more, alone."
result=0
for last in .pytest_cache/suites/*/v/cache/lastfailed; do
    [ -e "$last" ] || continue
    "$RUN/coverage" run -m pytest -o "cache_dir=${last%/v/cache/lastfailed}" \
        --last-failed --last-failed-no-failures none -rfEp || result=1
done
exit "$result"
