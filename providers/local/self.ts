import { DriverError } from '../errors.ts';
import { files } from './layout.ts';
import type { Plan, Ports } from './records.ts';

/** Fills in what only the boot knows. Anything else in `${…}` is the workload's own and stays as it is. */
export function resolveSelf(text: string, { spec, site, address }: Plan, replica: number, directory: string, ports: Ports): string {
  return text.replaceAll(/\$\{self\.([^}]*)\}/g, (whole, path: string) => {
    const [what, ...rest] = path.split('.');
    const name = rest.join('.');
    const port = ports[name];
    const host = address.includes(':') ? `[${address}]` : address;
    const known: Readonly<Record<string, string | undefined>> = {
      listen: port === undefined ? undefined : `${host}:${port}`,
      port: port === undefined ? undefined : String(port),
      data: Object.hasOwn(spec.data, name) ? files.data(directory, name) : undefined,
      recovery: spec.data[name]?.recovery,
      site: name === '' ? site : undefined,
      replica: name === '' ? String(replica) : undefined,
    };
    const value = Object.hasOwn(known, what ?? '') ? known[what ?? ''] : undefined;
    if (value === undefined)
      throw new DriverError(
        'Invalid',
        `${whole} is not known here: there is self.listen.<port>, self.port.<port>, self.data.<name>, self.recovery.<name>, self.site and self.replica`,
      );
    return value;
  });
}
