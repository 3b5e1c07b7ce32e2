# Sourced by tests/run and tests/with-s3: moto, a server of the S3 protocol that nobody here wrote, from the Python package index.
#
# s3_install    installs it as pinned into target/s3-venv, unless it is there, and exports TIEDOKSI_TEST_S3: the program that the test starts.

s3_install() {
  local root venv wanted
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  venv=${CARGO_TARGET_DIR:-$root/target}/s3-venv
  wanted=$(sha256sum "$root/tests/s3/requirements.txt" | cut -d ' ' -f 1)
  if [ "$(cat "$venv/.installed" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" || return 1
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$root/tests/s3/requirements.txt" || return 1
    echo "$wanted" >"$venv/.installed"
  fi
  TIEDOKSI_TEST_S3=$(realpath "$venv/bin")/moto_server
  export TIEDOKSI_TEST_S3
}
