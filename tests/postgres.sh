# Sourced by tests/run and tests/with-postgres: a PostgreSQL of our own in a temporary folder.
#
# postgres_start   starts it with an unprivileged user's rights (also when we are root) on a free port of 127.0.0.1, with
#                  durable settings as they come, and exports TIEDOKSI_TEST_POSTGRES.
# postgres_stop    stops it by its process id and removes the folder; safe to call at any time, and more than once.

postgres_pid=""
postgres_dir=""

# The folder with initdb and postgres, newest version first; fails when there is none.
postgres_bin() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb 2>/dev/null | sort -rV | head -n 1) || true
  [ -n "$found" ] || found=$(command -v initdb) || return 1
  dirname "$(readlink -f "$found")"
}

postgres_start() {
  local bin port try waited
  local as=()
  bin=$(postgres_bin) || { echo "no PostgreSQL server here: install the package postgresql (tests/run does)" >&2; return 1; }
  postgres_dir=$(mktemp -d "${TMPDIR:-/tmp}/tiedoksi-pg.XXXXXX")
  if [ "$(id -u)" = 0 ]; then
    local user=postgres
    id -u "$user" >/dev/null 2>&1 || user=nobody
    as=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups env "HOME=$postgres_dir")
    chown "$user" "$postgres_dir"
  fi
  (cd "$postgres_dir" && "${as[@]}" "$bin/initdb" -D "$postgres_dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8)

  for try in 1 2 3; do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    (cd "$postgres_dir" && exec "${as[@]}" "$bin/postgres" -D "$postgres_dir/data" -p "$port" \
      -c listen_addresses=127.0.0.1 -c "unix_socket_directories=$postgres_dir" -c max_connections=300) \
      </dev/null >>"$postgres_dir/server.log" 2>&1 &
    postgres_pid=$!
    for waited in $(seq 150); do
      kill -0 "$postgres_pid" 2>/dev/null || break
      if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then
        export TIEDOKSI_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
        echo "PostgreSQL $("$bin/postgres" --version | awk '{print $3}') listens on 127.0.0.1:$port (process $postgres_pid)"
        return 0
      fi
      sleep 0.2
    done
    echo "PostgreSQL did not come up on port $port (try $try)" >&2
    tail -n 20 "$postgres_dir/server.log" >&2
    kill -QUIT "$postgres_pid" 2>/dev/null || true
    wait "$postgres_pid" 2>/dev/null || true
    postgres_pid=""
  done
  return 1
}

postgres_stop() {
  local waited
  if [ -n "$postgres_pid" ]; then
    kill -INT "$postgres_pid" 2>/dev/null || true # fast shutdown
    for waited in $(seq 100); do
      kill -0 "$postgres_pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -QUIT "$postgres_pid" 2>/dev/null || true # immediate shutdown, when ten seconds were not enough
    wait "$postgres_pid" 2>/dev/null || true
    postgres_pid=""
  fi
  if [ -n "$postgres_dir" ]; then
    rm -rf "$postgres_dir"
    postgres_dir=""
  fi
}
