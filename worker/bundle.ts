import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle } from '@temporalio/worker';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, '.muster', 'bundle');

/** The workflow bundle for the sources as they are: made once, then taken from the cache. Bundling costs seconds. */
export async function workflowBundle(): Promise<WorkflowBundle> {
  const path = join(CACHE, `${await digestOfSources()}.js`);
  if (existsSync(path)) return { code: await readFile(path, 'utf8') };
  const bundle = await bundleWorkflowCode({ workflowsPath: join(ROOT, 'workflows', 'index.ts'), logger: silent });
  await mkdir(CACHE, { recursive: true });
  const part = `${path}.${process.pid}`;
  await writeFile(part, bundle.code);
  await rename(part, path);
  return bundle;
}

/** Everything that a bundle can hold of ours, and the versions of what it holds of others. */
async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['workflows', 'drills', 'providers', 'activities']) {
    for (const name of (await readdir(join(ROOT, folder), { recursive: true })).filter((each) => each.endsWith('.ts')).toSorted()) {
      hash.update(name).update(await readFile(join(ROOT, folder, name)));
    }
  }
  return hash
    .update(await readFile(join(ROOT, 'package-lock.json')))
    .digest('hex')
    .slice(0, 32);
}

const quiet = () => undefined;
const silent = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: (message: string) => void process.stderr.write(`${message}\n`) };
