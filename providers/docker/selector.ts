import type { PowerRef } from '../spec.ts';
import { DriverError } from '../errors.ts';
import { ask } from './ask.ts';
import { type ContainerInfo } from 'dockerode';
import { nameOf, seenAs } from './containers.ts';
import type { Site } from './site.ts';

/** What a power reference means: `label:key=value`, `name:NAME`, or what Muster has put there. In one order. */
export async function standing(site: Site, ref: PowerRef, signal: AbortSignal): Promise<ContainerInfo[]> {
  if ('id' in ref) return (await seenAs(site, ref.id, signal)).ours.map(({ it }) => it);
  const [, how, what = ''] = /^(label|name):(.+)$/s.exec(ref.selector) ?? [];
  if (how === undefined) throw new DriverError('Invalid', `${JSON.stringify(ref.selector)} selects nothing: write label:KEY=VALUE or name:NAME`);
  const docker = await site.docker();
  const filters = how === 'label' ? { label: [what] } : { name: [escaped(what)] };
  const found = await ask(signal, () => docker.listContainers({ all: true, filters }));
  return found.filter((each) => how === 'label' || nameOf(each) === what).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Names are looked for by pattern. */
function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
