#!/bin/sh
# Builds docs/how-to/deploy/Containerfile, runs what came of it, asks whether it is ready, makes a
# tenant, and stops it. Needs buildah; arguments go to "buildah build", e.g.
#   sh tests/container.sh --build-arg BASE=registry.example/python:3.13
# Not part of the suite, since it fetches an image and a hundred megabytes of packages.
set -eu
cd "$(dirname "$0")/.."
port=${PORT:-8759}
isolation=${ISOLATION:-chroot}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

buildah bud --format docker --isolation "$isolation" -f docs/how-to/deploy/Containerfile \
    -t thenar-tried "$@" .
container=$(buildah from --pull-never thenar-tried)
trap 'buildah rm "$container" >/dev/null; rm -rf "$scratch"' EXIT

cat >"$scratch/thenar.toml" <<END
[drivers]
signature = "blocks"
matcher = "numpy"

[cloud]
folder = "/var/lib/thenar"
host = "0.0.0.0"
port = $port
admin_key = "of this trial"
END
chmod 755 "$scratch"
inside() {
    buildah run --isolation "$isolation" -v "$scratch:/etc/thenar:ro" "$container" -- "$@"
}
thenar="/opt/thenar/bin/thenar --settings /etc/thenar/thenar.toml"
# shellcheck disable=SC2086
inside sh -c "echo \$\$ >/var/lib/thenar/pid; exec $thenar cloud serve" 2>"$scratch/log" &
tries=0
until curl -fsS "http://127.0.0.1:$port/v1/ready" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" = 60 ]; then cat "$scratch/log" && exit 1; fi
    sleep 1
done
# shellcheck disable=SC2086
inside $thenar cloud tenant shop
inside sh -c 'id -un; kill -TERM "$(cat /var/lib/thenar/pid)"'
wait || test $? = 143
echo "Built, ready, asked and stopped."
