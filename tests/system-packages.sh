#!/bin/sh
# The tests that drive a browser need Chromium; see to it that there is one.
set -eu

for browser in chromium chromium-browser google-chrome; do
    if command -v "$browser" >/dev/null 2>&1; then exit 0; fi
done
if [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; then exit 0; fi

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the tests that drive a browser."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium fonts-dejavu-core >/dev/null
    command -v chromium >/dev/null 2>&1 && exit 0
fi

echo "The tests that drive a browser need Chromium or Google Chrome, and none was found." >&2
echo "On Debian:  sudo apt-get install chromium" >&2
echo "On Ubuntu:  install Google Chrome (Ubuntu's chromium is a snap, which needs snapd)" >&2
echo "On macOS:   install Google Chrome" >&2
exit 1
