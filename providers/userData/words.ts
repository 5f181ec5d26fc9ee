import { DriverError } from '../errors.ts';

/** The boot's own root directory, as a variable of every script that it writes. */
const ROOT = '"$root"';
/** Machines that share a host's network listen each at an address of its own. */
const LISTEN = '"${MUSTER_BOOT_LISTEN:-0.0.0.0}"';

/** What a boot script can know of itself. */
export interface SelfFacts {
  readonly site: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly replicas: number;
  readonly data: Readonly<Record<string, { readonly recovery: string }>>;
}

/** One shell word that means exactly this text, whatever is in it; `${self.…}` filled in. Throws Invalid for what no shell can hold. */
export function word(text: string, facts: SelfFacts): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(/\$\{self\.([^}]*)\}/g)) {
    result += quoted(text.slice(from, match.index)) + self(match[0], match[1] ?? '', facts);
    from = match.index + match[0].length;
  }
  return result + quoted(text.slice(from)) || "''";
}

/** Nothing is special between single quotes but the quote itself. */
export function quoted(text: string): string {
  if (text.includes('\0')) throw new DriverError('Invalid', 'a value holds a NUL: no environment can carry that');
  if (!text.isWellFormed()) throw new DriverError('Invalid', 'a value holds half a character: it cannot be written as UTF-8');
  return text === '' ? '' : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

export function dataDir(name: string): string {
  return `${ROOT}/data/${quoted(name)}`;
}

function self(whole: string, path: string, { site, ports, replicas, data }: SelfFacts): string {
  const [what = '', ...rest] = path.split('.');
  const name = rest.join('.');
  const port = Object.hasOwn(ports, name) ? ports[name] : undefined;
  const set = Object.hasOwn(data, name) ? data[name] : undefined;
  if (what === 'listen' && port !== undefined) return `${LISTEN}${quoted(`:${port}`)}`;
  if (what === 'port' && port !== undefined) return quoted(String(port));
  if (what === 'data' && set) return dataDir(name);
  if (what === 'recovery' && set) return quoted(set.recovery);
  if (path === 'site') return quoted(site);
  if (path === 'replica' && replicas === 1) return quoted('0');
  const replica = path === 'replica' ? ': its machines are started alike and do not know their number' : '';
  throw new DriverError(
    'Invalid',
    `${whole} is not known here${replica}: there is self.listen.<port>, self.port.<port>, self.data.<name>, self.recovery.<name> and self.site`,
  );
}
