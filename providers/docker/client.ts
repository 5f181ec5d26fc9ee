import { readFile } from 'node:fs/promises';
import Docker from 'dockerode';
import type { DockerConfig } from './config.ts';

/** Longer than any stop: Docker says nothing until it is done. */
const SILENT_MS = 120_000;

/** Reads the files of TLS at the first call. */
export function opener({ host, tls }: DockerConfig): () => Promise<Docker> {
  let open: Promise<Docker> | undefined;
  return () =>
    (open ??= connect(host, tls).catch((error: unknown) => {
      open = undefined;
      throw error;
    }));
}

async function connect(host: string, tls: DockerConfig['tls']): Promise<Docker> {
  if (host.startsWith('unix://')) return new Docker({ socketPath: host.slice('unix://'.length), timeout: SILENT_MS });
  const { hostname, port } = new URL(host.replace('tcp:', 'http:'));
  const at = { host: hostname, port: Number(port), timeout: SILENT_MS };
  if (!tls) return new Docker({ ...at, protocol: 'http' });
  const [ca, cert, key] = await Promise.all([tls.ca, tls.cert, tls.key].map((file) => readFile(file, 'utf8')));
  return new Docker({ ...at, protocol: 'https', ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) });
}
