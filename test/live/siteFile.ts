import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { schemas } from '../../providers/registry.ts';
import { LIVE, type LiveCloud } from './clouds.ts';

const entry = z.looseObject({
  provider: z.string(),
  images: z.record(z.string(), z.string()).refine((images) => Object.keys(images).length > 0, { error: 'names at least one image' }),
  sizes: z.record(z.string(), z.string()).optional(),
  region: z.string().optional(),
  zones: z.array(z.string()).optional(),
  endpoint: z.string().optional(),
});
export type LiveSite = z.infer<typeof entry>;

/** The component that live tests make, as `sizes` of a site names it. */
export const COMPONENT = 'conformance/one';

/** One entry under `sites` of a muster.yaml, in a file of its own. Throws RangeError with every problem and no value. */
export async function readSite(file: string, cloud: LiveCloud): Promise<LiveSite> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new RangeError(`${file} cannot be read: give --site a file with one entry of sites in muster.yaml`);
  });
  const { provider } = LIVE[cloud];
  const found = entry.safeParse(parse(text));
  if (!found.success) throw new RangeError(`${file}: ${issues(found.error)}`);
  if (found.data.provider !== provider) throw new RangeError(`${file}: provider is ${found.data.provider}, and ${cloud} needs ${provider}`);
  const whole = schemas.sites[provider]?.safeParse(found.data);
  if (whole && !whole.success) throw new RangeError(`${file}: ${issues(whole.error)}`);
  return found.data;
}

export function typeOf(cloud: LiveCloud, { sizes }: LiveSite): string {
  return sizes?.[COMPONENT] ?? LIVE[cloud].type;
}

function issues(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; ');
}
