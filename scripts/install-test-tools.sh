#!/usr/bin/env bash
# install-test-tools.sh [chromium] [python] [shells]: what some tests need that npm does not bring (all, unless told): Chromium, Python with the clients of examples/instrument, zsh and fish.
# What cannot be installed is named; its tests are skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

chromium() {
  if [ -x /usr/bin/chromium ]; then
    echo "Chromium: there"
  elif [ "$(id -u)" = 0 ] && apt-get update -qq >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null 2>&1; then
    echo "Chromium: installed"
  else
    echo "Chromium: not installed (needs root and apt-get with a package chromium); browser tests are skipped"
  fi
}

python() {
  local python=.cache/python/bin/python modules=(boto3 langchain-aws litellm)
  if [ -x "$python" ] && "$python" -c "import boto3, langchain_aws, litellm" 2>/dev/null; then
    echo "Python clients: there"
  elif python3 -m venv .cache/python >/dev/null 2>&1 && "$python" -m pip install -q "${modules[@]}" >/dev/null 2>&1; then
    echo "Python clients: installed (500 MB in .cache/python)"
  else
    echo "Python clients: not installed (need python3 with venv, and pip with ${modules[*]}); their tests are skipped"
  fi
}

shells() {
  if command -v zsh >/dev/null && command -v fish >/dev/null; then
    echo "zsh and fish: there"
  elif [ "$(id -u)" = 0 ] && apt-get update -qq >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq zsh fish >/dev/null 2>&1; then
    echo "zsh and fish: installed"
  else
    echo "zsh and fish: not installed (need root and apt-get); tests of completion in them are skipped"
  fi
}

for tool in "${@:-chromium python shells}"; do
  for each in $tool; do
    case $each in
      chromium | python | shells) "$each" ;;
      *) echo "install-test-tools.sh: there is no tool $each; chromium, python and shells are known" >&2; exit 2 ;;
    esac
  done
done
