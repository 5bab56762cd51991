#!/bin/sh
# Installs Debian's curl and Chromium, unless they are there.
set -e
if ! command -v curl >/dev/null; then
  [ "$(id -u)" -eq 0 ] && as_root="" || as_root="sudo"
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends curl
fi
sh "$(dirname "$0")/../browser/install.sh"
