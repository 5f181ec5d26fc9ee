import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MachineSpec } from '../../lab/machines/host.ts';
import { Machines } from '../../lab/machines/machines.ts';
import { ownRoot } from '../../lab/machines/ownRoot.ts';

const KILLED = fileURLToPath(new URL('machinesKilled.ts', import.meta.url));
const ADDRESS = '127.77.9.1';
const HAS_OWN_ROOT = (await ownRoot()) !== undefined;

/** Counts boots, and installs a service as its machine starts services: a unit, or what the image sees to. */
const BOOT = `#!/bin/sh
set -eu
root=\${BOX:-/var/lib/box}
mkdir -p "$root"
echo boot >> "$root/boots"
cat > "$root/serve" <<'END'
echo up >> "$root/log"
trap 'echo polite >> "$root/log"; exit 0' TERM
while :; do date +%s%N > "$root/ticks"; sleep 0.1; done
END
if [ -z "\${BOX:-}" ]; then
  printf '[Service]\\nEnvironment=root=%s\\nExecStart=/bin/sh %s/serve\\nRestart=always\\nRestartSec=0.1\\n' "$root" "$root" > /etc/systemd/system/box.service
  systemctl daemon-reload
  systemctl enable --now box.service
else
  export root
  nohup setsid sh "$root/serve" > /dev/null 2>&1 &
fi
`;

describe.each([
  { form: 'of its own', root: undefined, runs: HAS_OWN_ROOT, at: 'disk/var/lib/box' },
  { form: 'that it shares with the host', root: 'shared' as const, runs: true, at: 'disk/box' },
])('a machine with a root $form', ({ root, runs, at }) => {
  let folder: string;
  let machines: Machines;
  const boot = (more: Partial<MachineSpec> = {}): void => machines.boot({ id: 'i-1', address: ADDRESS, userData: Buffer.from(BOOT), ...more });
  const read = (path: string): string | undefined => {
    const file = join(folder, 'i-1', at, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const console = (): string => readFileSync(join(folder, 'i-1', 'console.log'), 'utf8');
  const isStill = async (): Promise<boolean> => {
    const seen = read('ticks');
    await sleep(500);
    return read('ticks') === seen;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'machines-'));
    const environment = { MUSTER_TEST: process.env.MUSTER_TEST ?? '', LISTEN: '{address}' };
    const shared = { environment: { BOX: '{root}/box' }, laterBoots: 'root={root}/box; export root; setsid sh "$root/serve" &' };
    machines = new Machines({ folder, bootSeconds: 0.1, image: { environment, shared }, ...(root && { root }) });
  });
  afterEach(async () => {
    await machines.end();
    rmSync(folder, { recursive: true });
  });

  it.runIf(runs)('runs its boot script once, and after a stop what it has installed', async () => {
    boot();
    await expect.poll(() => read('log'), { timeout: 10_000 }).toBe('up\n');
    await machines.stop('i-1', 'polite');
    expect(await isStill()).toBe(true);
    expect(read('log')).toBe('up\npolite\n');
    machines.start('i-1');
    await expect.poll(() => read('log'), { timeout: 10_000 }).toBe('up\npolite\nup\n');
    expect(read('boots')).toBe('boot\n');
  });

  it.runIf(runs)('loses everything at once when its power is cut, and has its disk afterwards', async () => {
    boot();
    await expect.poll(() => read('ticks'), { timeout: 10_000 }).toBeDefined();
    await machines.stop('i-1', 'power');
    expect(await isStill()).toBe(true);
    expect(read('log')).toBe('up\n');
    machines.start('i-1');
    await expect.poll(() => read('log'), { timeout: 10_000 }).toBe('up\nup\n');
  });

  it.runIf(runs)('is up and runs nothing when it fails to boot, and its script is not tried again', async () => {
    boot({ failsToBoot: true });
    await expect.poll(() => machines.list()[0]?.pid, { timeout: 10_000 }).toBeDefined();
    await expect.poll(() => existsSync(join(folder, 'i-1', 'booted')), { timeout: 10_000 }).toBe(true);
    await machines.stop('i-1', 'polite');
    machines.start('i-1');
    await sleep(1000);
    expect(machines.list()[0]).toMatchObject({ on: true, pid: expect.any(Number) });
    expect(read('boots')).toBeUndefined();
  });

  it.runIf(runs)('does not begin when its power is cut before it has booted', async () => {
    boot();
    await machines.stop('i-1', 'power');
    await sleep(500);
    expect(machines.list()).toMatchObject([{ on: false, pid: undefined }]);
    expect(read('boots')).toBeUndefined();
  });

  it.runIf(runs)('has its own metadata service, its own address, and a console that says what its boot said', async () => {
    const asked: (string | undefined)[] = [];
    const handle: NonNullable<MachineSpec['metadata']>['handle'] = (request, response) => {
      asked.push(request.url);
      response.end('i-1');
    };
    const ask = `#!/bin/sh\necho "at $LISTEN in $PWD"\ncurl -sS "http://$METADATA/id" && echo " it is"\nexit 3\n`;
    boot({ userData: Buffer.from(ask), metadata: { variable: 'METADATA', form: 'host', handle } });
    await expect.poll(console, { timeout: 10_000 }).toContain('ended with 3');
    expect(console()).toContain(`at ${ADDRESS} in /\ni-1 it is\n`);
    expect(asked).toEqual(['/id']);
  });

  it.runIf(runs)('is gone with its disk when it is removed, and may be removed again', async () => {
    boot();
    await expect.poll(() => read('ticks'), { timeout: 10_000 }).toBeDefined();
    await machines.remove('i-1');
    await machines.remove('i-1');
    expect(machines.list()).toEqual([]);
    expect(existsSync(join(folder, 'i-1'))).toBe(false);
  });

  it.runIf(runs)('does not outlive a lab that is killed', async () => {
    const lab = spawn(process.execPath, [KILLED, folder, ...(root ? [root] : [])], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(lab.stdout, 'data')) as [Buffer];
    expect(JSON.parse(said.toString('utf8'))).toMatchObject({ pid: expect.any(Number) });
    lab.kill('SIGKILL');
    await once(lab, 'exit');
    const ticks = (): string => readFileSync(join(folder, 'ticks'), 'utf8');
    await sleep(500);
    const last = ticks();
    await sleep(500);
    expect(ticks()).toBe(last);
  });
});

it.runIf(HAS_OWN_ROOT)('a machine with a root of its own writes nothing into that of the host', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'machines-'));
  const machines = new Machines({ folder, bootSeconds: 0 });
  const name = `written-${process.pid}`;
  const paths = ['/etc', '/root', '/run', '/var/lib'].map((each) => join(each, name));
  machines.boot({
    id: 'a',
    address: ADDRESS,
    userData: Buffer.from(`#!/bin/sh\nset -e\nfor each in ${paths.join(' ')} /tmp/${name}; do echo x > "$each"; done\necho written\n`),
  });
  await expect
    .poll(() => existsSync(join(folder, 'a', 'console.log')) && readFileSync(join(folder, 'a', 'console.log'), 'utf8'), { timeout: 10_000 })
    .toContain('\nwritten\n');
  expect([...paths, `/tmp/${name}`].filter((each) => existsSync(each))).toEqual([]);
  await machines.end();
  rmSync(folder, { recursive: true });
});
