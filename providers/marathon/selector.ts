import { DriverError } from '../errors.ts';
import { isSame } from '../marks.ts';
import type { PowerRef } from '../spec.ts';
import type { App } from './answers.ts';
import { isLabelled, markedBy } from './labels.ts';
import { appIdOf, type Site } from './site.ts';

/** What a power reference means: `/path/of/app`, `label:key=value`, or what Muster has put there. In one order. */
export async function standing(site: Site, ref: PowerRef, signal: AbortSignal): Promise<App[]> {
  if ('selector' in ref) return (await selected(site, ref.selector, signal)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const app = await site.marathon.app(appIdOf(site, ref.id), signal);
  const mark = app && markedBy(app);
  return mark && isSame(mark.id, ref.id) ? [app] : [];
}

async function selected({ marathon }: Site, selector: string, signal: AbortSignal): Promise<App[]> {
  if (/^(\/[a-z0-9.-]+)+$/.test(selector)) {
    const app = await marathon.app(selector, signal);
    return app ? [app] : [];
  }
  const [, key, value] = /^label:([^=]+)=(.+)$/s.exec(selector) ?? [];
  if (key === undefined || value === undefined)
    throw new DriverError('Invalid', `${JSON.stringify(selector)} selects nothing: write the id of an app such as /prod/orders, or label:key=value`);
  return marathon.apps(isLabelled(key, value), signal);
}
