import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type IncusSites, startIncusSites } from '../../lab/incus/sites.ts';

const run = promisify(execFile);

export interface IncusLab extends IncusSites {
  readonly folder: string;
  /** References of certificates with their keys: `known` is one that site A trusts. */
  readonly secrets: Readonly<Record<'known' | 'stranger', string>>;
}

/** Two sites of one test file's own, and a client of A's that comes by https. */
export async function startIncusLab(
  images: Readonly<Record<string, Readonly<Record<string, string>>>> = { small: { curl: '/usr/bin/curl' } },
): Promise<IncusLab> {
  const folder = mkdtempSync(join(tmpdir(), 'incus-'));
  await chmod(folder, 0o711);
  const sites = await startIncusSites({ folder, images });
  const [known, stranger] = await Promise.all([certificateIn(folder, 'known'), certificateIn(folder, 'stranger')]);
  const certificate = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(known)?.[1]?.replaceAll('\n', '');
  await sites.a.ask('POST', '/1.0/certificates', { type: 'client', name: 'muster', certificate });
  return {
    ...sites,
    folder,
    secrets: { known, stranger },
    async stop() {
      await sites.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The certificate and its key, as a secret holds them. */
async function certificateIn(folder: string, name: string, days = '30'): Promise<string> {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const how = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', days, '-subj', `/CN=${name}`];
  await run('openssl', ['req', ...how, '-out', cert, '-keyout', key]);
  return readFileSync(cert, 'utf8') + readFileSync(key, 'utf8');
}
