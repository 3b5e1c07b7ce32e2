# Sourced by tests/run and tests/with-strangers: libraries that nobody here wrote, from the Python package index, which check what the hub hands out.
#
# strangers_install   installs them as pinned into target/strangers-venv, unless they are there, and exports TIEDOKSI_TEST_STRANGERS: the
#                     Python that has them.

strangers_install() {
  local root venv wanted
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  venv=${CARGO_TARGET_DIR:-$root/target}/strangers-venv
  wanted=$(sha256sum "$root/tests/strangers/requirements.txt" | cut -d ' ' -f 1)
  if [ "$(cat "$venv/.installed" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" || return 1
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$root/tests/strangers/requirements.txt" || return 1
    echo "$wanted" >"$venv/.installed"
  fi
  TIEDOKSI_TEST_STRANGERS=$(realpath "$venv/bin")/python
  export TIEDOKSI_TEST_STRANGERS
}
