#!/bin/sh
# Installs Debian's curl, nginx, openssl, Postgres, Redis and Chromium, unless they are there.
set -e
missing=""
command -v curl >/dev/null || missing="$missing curl"
[ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
command -v openssl >/dev/null || missing="$missing openssl"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v redis-server >/dev/null || missing="$missing redis-server"
if [ -n "$missing" ]; then
  [ "$(id -u)" -eq 0 ] && as_root="" || as_root="sudo"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086 # several words
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
fi
sh "$(dirname "$0")/../browser/install.sh"
