import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { DriverError } from '../errors.ts';
import type { IncusConfig } from './config.ts';

type Tls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'checkServerIdentity'>;

/** How to speak to an Incus far away: who we are, and who it must be. */
export async function tlsOf({ ca, credentials }: IncusConfig, which: 'read' | 'write', secret: (reference: string) => Promise<string>): Promise<Tls> {
  return { ...(await trusted(ca)), ...(await own(credentials?.[which], secret)) };
}

async function own(reference: string | undefined, secret: (reference: string) => Promise<string>): Promise<Tls> {
  if (reference === undefined) return {};
  const text = await secret(reference);
  const part = (what: string): string | undefined => new RegExp(`-----BEGIN ([A-Z ]*${what})-----[^-]*-----END \\1-----`).exec(text)?.[0];
  const [cert, key] = [part('CERTIFICATE'), part('PRIVATE KEY')];
  if (cert === undefined || key === undefined) throw new DriverError('Invalid', `${reference} must hold a certificate and its key, both in PEM`);
  return { cert: `${cert}\n`, key: `${key}\n` };
}

/** Incus signs its own certificate, which need not name the host: the very certificate that the operator gives is right by any name. */
async function trusted(file: string | undefined): Promise<Tls> {
  if (file === undefined) return {};
  const ca = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DriverError('Invalid', `${file} cannot be read: correct ca of the site`, { cause });
  });
  const given = certificateIn(ca, file);
  return { ca, checkServerIdentity: (host, shown) => (given.raw.equals(shown.raw) ? undefined : checkServerIdentity(host, shown)) };
}

function certificateIn(text: string, file: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch (cause) {
    throw new DriverError('Invalid', `${file} holds no certificate in PEM: correct ca of the site`, { cause });
  }
}
