import { describe, expect, it } from 'vitest';
import { violations } from './imports.ts';
import { sources } from './sources.ts';

const planted = (file: string, text: string): string[] => violations(new Map([[file, text]])).map(({ what }) => what);

describe('imports', () => {
  it('run one way in every file of the tree, and only worker/config.ts, cli, lab and test read the environment', () => {
    const files = sources();
    expect(files.size).toBeGreaterThan(50);
    expect(violations(files)).toEqual([]);
  });

  it.each([
    ['workflows/drill.ts', `import { readFileSync } from 'node:fs';`, 'node:fs'],
    ['workflows/drill.ts', `import type { Deps } from '../activities/deps.ts';`, '../activities/deps.ts'],
    ['workflows/phases/a.ts', `import { Provider } from '../../providers/provider.ts';`, '../../providers/provider.ts'],
    ['workflows/drill.ts', `import {\n  local,\n  other,\n} from '../providers/local/index.ts';`, '../providers/local/index.ts'],
    ['drills/plan.ts', `import path from 'node:path';`, 'node:path'],
    ['drills/load/read.ts', `import http from 'node:http';`, 'node:http'],
    ['drills/plan.ts', `export { Provider } from '../providers/provider.ts';`, '../providers/provider.ts'],
    ['drills/plan.ts', `import { start } from '../workflows/start.ts';`, '../workflows/start.ts'],
    ['providers/spec.ts', `import { createHash } from 'node:crypto';`, 'node:crypto'],
    ['providers/local/driver.ts', `import { site } from '../memory/site.ts';`, '../memory/site.ts'],
    ['providers/local/driver.ts', `import { registry } from '../registry.ts';`, '../registry.ts'],
    ['providers/local/driver.ts', `const units = await import('../../drills/units.ts');`, '../../drills/units.ts'],
    ['providers/registry.ts', `import { x } from '../activities/index.ts';`, '../activities/index.ts'],
    ['activities/resources.ts', `import { local } from '../providers/local/index.ts';`, '../providers/local/index.ts'],
    ['activities/resources.ts', `import { ship } from '../worker/ship.ts';`, '../worker/ship.ts'],
    ['activities/contract.ts', `import { x } from '../providers/provider.ts';`, '../providers/provider.ts'],
    ['worker/run.ts', `import { startLab } from '../lab/start.ts';`, '../lab/start.ts'],
    ['worker/run.ts', `import '../cli/main.ts';`, '../cli/main.ts'],
    ['drills/plan.ts', `type T = import('../test/helpers.ts').T;`, '../test/helpers.ts'],
    ['cli/demo.ts', `import { x } from '../test/helpers.ts';`, '../test/helpers.ts'],
  ])('a planted one is seen: %s with %s', (file, text, what) => {
    expect(planted(file, text)).toEqual([what]);
  });

  it.each([
    ['activities/probe.ts', 'const level = process.env.LEVEL;'],
    ['providers/local/boot.ts', `const { HOME } = process['env'];`],
    ['worker/create.ts', `import { env } from 'node:process';`],
  ])('a planted look into the environment is seen: %s with %s', (file, text) => {
    expect(planted(file, text)).toEqual(['process.env']);
  });

  it.each([
    [
      'workflows/drill.ts',
      `import type { Activities } from '../activities/contract.ts';\nimport { ADVICE } from '../providers/spec.ts';\nimport { plan } from '../drills/plan.ts';`,
    ],
    ['drills/load/read.ts', `import { readFileSync } from 'node:fs';`],
    ['drills/examples/orders/api.js', `import http from 'node:http';\nprocess.env.PORT;`],
    ['providers/local/deep/er.ts', `import { x } from '../driver.ts';\nimport { y } from '../../spec.ts';\nimport net from 'node:net';`],
    ['worker/config.ts', 'process.env.TEMPORAL_ADDRESS;'],
    ['drills/plan.ts', `// import { readFileSync } from 'node:fs';\n/* process.env */\nconst url = 'http://x'; /* import('node:fs') */`],
  ])('what the design allows is let pass: %s', (file, text) => {
    expect(planted(file, text)).toEqual([]);
  });
});
