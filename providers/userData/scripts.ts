/** Gets a file whole and checked, or ends the boot. The store may be away for a minute. With curl no command line shows the URL, which may be signed. */
export const FETCH = `fail() { echo "muster: boot failed: $1" >&2; exit 1; }
get() { if command -v curl > /dev/null; then printf 'url = "%s"\\n' "$1" | curl -K - -fsS --connect-timeout 10 -o "$2"; else wget -q -O "$2" "$1"; fi; }
sum() { if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1; }
fetch() {
  tries=0
  until get "$1" "$3"; do tries=$(( tries + 1 )); [ $tries -lt 30 ] || fail "$4 could not be fetched"; sleep 2; done
  [ "$(sum "$3")" = "$2" ] || { rm -f "$3"; fail "$4 has another sha256 than announced"; }
}
`;

/** Runs the program for as long as its leases hold, and again when it ends. Before that: `first`, shell that may use `child`, `renew` and `lost`. */
export const serveScript = (first: string): string => SERVE.replace('@FIRST@', () => first);

const SERVE = `child=
own() { if command -v setsid > /dev/null; then exec setsid "$@"; else exec "$@"; fi; }
begin() { own env root="$root" sh "$root/run" & child=$!; }
end() { [ -n "$child" ] || return 0; kill "-$1" "-$child" 2> /dev/null || kill "-$1" "$child" 2> /dev/null || :; }
finish() {
  trap '' TERM INT HUP
  end TERM
  waited=0; while [ -n "$child" ] && kill -0 "$child" 2> /dev/null && [ $waited -lt 20 ] && ! lost; do sleep 1; renew; waited=$(( waited + 1 )); done
  end KILL; wait "$child" 2> /dev/null
  release
  exit 0
}
take
trap finish TERM INT HUP
@FIRST@begin
while :; do
  sleep 1
  renew
  if lost; then end KILL; wait "$child" 2> /dev/null; child=; echo 'muster: the lease is lost, the program was ended' >&2; take again; begin; fi
  kill -0 "$child" 2> /dev/null || { wait "$child" 2> /dev/null; end KILL; begin; }
done
`;

/** A unit where systemd runs the machine: boot scripts run once, a restart needs it. Else a process that starts it again and again. */
export const INSTALL = `if [ -z "\${MUSTER_BOOT_ROOT:-}" ] && [ -d /run/systemd/system ]; then
  umask 022
  cat > /etc/systemd/system/muster.service <<'END'
[Unit]
Description=A workload moved by Muster
Wants=network-online.target
After=network-online.target
[Service]
Environment=root=/var/lib/muster
ExecStart=/bin/sh /var/lib/muster/serve
Restart=always
RestartSec=1
KillMode=mixed
TimeoutStopSec=30
[Install]
WantedBy=multi-user.target
END
  systemctl daemon-reload
  systemctl enable --now muster.service
else
  export root
  nohup sh -c 'stop() { kill "$at" 2> /dev/null; wait "$at"; exit 0; }; trap stop TERM; while :; do sh "$root/serve" & at=$!; wait "$at"; sleep 1; done' > "$root/log" 2>&1 < /dev/null &
  echo $! > "$root/pid"
fi
`;

/** The service in the place of the boot script. */
export const FOREGROUND = `export root
sh "$root/serve" & at=$!
trap 'kill "$at" 2> /dev/null || :' TERM INT HUP
status=0
while kill -0 "$at" 2> /dev/null; do wait "$at" && status=0 || status=$?; done
exit "$status"
`;
