import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Machine } from './machine.ts';

describe('set-up of the npm packages', () => {
  it('installs from the lockfile once, again when the lockfile has changed, and again after half an install', async () => {
    const machine = new Machine();
    machine.npm();
    expect((await machine.setUp('dependencies')).stderr).toMatch(
      /^muster set-up: installing the npm packages of the lockfile \(npm ci\)\nmuster set-up: ready/,
    );
    await machine.setUp('dependencies');
    expect(machine.calls('npm ci')).toBe(1);

    machine.write('package-lock.json', JSON.stringify({ packages: { ...machine.lock(), 'node_modules/zod': { version: '4.0.1', integrity: 'sha512-b' } } }));
    expect(await machine.setUp('dependencies')).toMatchObject({ code: 0 });
    expect(machine.calls('npm ci')).toBe(2);

    rmSync(join(machine.root, 'node_modules/.muster-setup'));
    rmSync(join(machine.root, 'node_modules/.package-lock.json'));
    expect(await machine.setUp('dependencies')).toMatchObject({ code: 0 });
    expect(machine.calls('npm ci')).toBe(3);
  });

  it('has npm run on the pinned Node 24, fetched first, where the machine has an older one', async () => {
    const machine = new Machine();
    machine.npm();
    expect(await machine.run('cli/setup/setup.mjs', ['dependencies'], { as: '20.0.0' })).toMatchObject({ code: 0, stdout: '' });
    expect(machine.calls('npm ci')).toBe(2);
    expect(machine.calls('/.muster/tmp-node-')).toBe(1);
    expect(machine.names('.muster').filter((name) => name.startsWith('tmp-'))).toEqual([]);
  });

  it('installs again where the native part of a tool for this platform is missing', async () => {
    const machine = new Machine();
    machine.npm();
    const part = { version: '1.0.0', integrity: 'sha512-p', optional: true, os: [process.platform], cpu: [process.arch] };
    const foreign = { ...part, os: ['sunos'] };
    const packages = {
      ...machine.lock(),
      'node_modules/native': { ...part, libc: ['glibc'] },
      'node_modules/foreign': foreign,
      'node_modules/musl': { ...part, libc: ['musl'] },
    };
    machine.write('package-lock.json', JSON.stringify({ packages }));
    await machine.setUp('dependencies');
    rmSync(join(machine.root, 'node_modules/.muster-setup'));
    machine.write('node_modules/.package-lock.json', JSON.stringify({ packages: { ...machine.lock(), 'node_modules/native': part } }));
    await machine.setUp('dependencies');
    expect(machine.calls('npm ci')).toBe(1);
    machine.write('node_modules/.package-lock.json', JSON.stringify({ packages: machine.lock() }));
    await machine.setUp('dependencies');
    expect(machine.calls('npm ci')).toBe(2);
  });

  it("takes a person's own complete install as it is, and runs no package's install script", async () => {
    const machine = new Machine();
    machine.npm();
    await machine.setUp('dependencies');
    expect(machine.calls('--ignore-scripts')).toBe(1);
    rmSync(join(machine.root, 'node_modules/.muster-setup'));
    rmSync(join(machine.root, 'node_modules/.bin'), { recursive: true });
    expect(await machine.setUp('dependencies')).toMatchObject({ code: 0, stdout: '' });
    expect(machine.has('node_modules/.bin/node')).toBe(true);
    expect(machine.calls('npm ci')).toBe(1);
  });
});
