import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadFiles } from '../../drills/load/index.ts';
import { capabilitiesOf, openSite, openStore, schemas } from '../../providers/registry.ts';

const registry = fileURLToPath(new URL('../../providers/registry.ts', import.meta.url));

const MUSTER = `installation: here
runner: { location: elsewhere }
sites:
  one: { provider: local, memory: 4Gi, images: { orders: host }, standing: { orders/db: "by hand" } }
stores:
  neutral: { type: s3, bucket: dr-here, endpoint: "http://127.0.0.1:1/" }
routes:
  orders: { driver: forwarder, admin: "http://127.0.0.1:1", url: "http://127.0.0.1:2", ttl: 30s }
`;

describe('the registry of providers', () => {
  it('loads no SDK before the first site, route or store is opened', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve(name, context, next) { const found = next(name, context); seen.push(found.url); return found; } });
      await import(${JSON.stringify(registry)});
      console.log(JSON.stringify(seen));`;
    const seen = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })) as string[];
    expect(seen.some((url) => url.endsWith('/providers/registry.ts'))).toBe(true);
    expect(seen.filter((url) => /node_modules\/(?!zod\/)/.test(url))).toEqual([]);
  });

  it('takes entries as the files are loaded, common keys and defaults included', async () => {
    const { muster, problems } = loadFiles([{ path: 'muster.yaml', text: MUSTER }], schemas);
    expect(problems).toEqual([]);
    const { sites, stores } = muster!.value;
    expect(capabilitiesOf(sites['one']!)).toMatchObject({ vendor: 'self', emulated: true });
    const secret = () => Promise.reject(new Error('no secret is asked for'));
    const site = await openSite(sites['one']!, { site: 'one', root: join(tmpdir(), 'muster-registry'), installation: 'here', secret });
    expect(site.name).toBe('one');
    await site.close();
    const store = await openStore('neutral', stores['neutral']!, secret);
    expect(store.name).toBe('neutral');
    store.close();
  });

  it('names what there is where it is asked for something else', () => {
    expect(() => capabilitiesOf({ provider: 'constructor' })).toThrow('there is no provider constructor; there are local');
  });
});
