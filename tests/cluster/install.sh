#!/bin/sh
# Installs Debian's redis-server, nats-server and iproute2, unless they are there; starts neither.
set -e
missing=""
command -v redis-server >/dev/null || missing="$missing redis-server"
command -v nats-server >/dev/null || missing="$missing nats-server"
command -v ip >/dev/null || missing="$missing iproute2"
[ -z "$missing" ] && exit 0
[ "$(id -u)" -eq 0 ] && as_root="" || as_root="sudo"
$as_root apt-get update -qq
# A package must not start a server of its own here: the tests start theirs.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
  $as_root chmod +x $policy
  trap '$as_root rm -f $policy' EXIT
fi
# shellcheck disable=SC2086 -- a list of packages
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
