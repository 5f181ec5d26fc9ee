import { ApplicationFailure } from '@temporalio/activity';
import { ProviderError } from '../providers/errors.ts';
import { type PowerState, READS_AS } from '../providers/spec.ts';
import type { Activities } from './contract.ts';
import type { Deps } from './deps.ts';
import { unhealthy } from './health.ts';
import { fetchable } from './resolve.ts';
import { until } from './waiting.ts';
import { signal } from './wrap.ts';

type Part = Pick<Activities, 'setPower' | 'readPower'>;

export const powerActivities = (deps: Deps): Part => ({
  async readPower({ site, ref }) {
    return (await deps.site(site)).readPower(ref, signal());
  },

  async setPower({ site, ref, to, withinSeconds, restore, health }) {
    const provider = await deps.site(site);
    const wanted = READS_AS[to];
    const name = 'id' in ref ? ref.id.role : ref.selector;
    const before = await provider.readPower(ref, signal());
    if (before.power === 'absent') throw fail('NotFound', `${name} at ${site} is not there; put it there with: muster deploy`);
    const issuedAt = new Date().toISOString();
    const files = restore
      ? Object.fromEntries(await Promise.all(Object.entries(restore).map(async ([data, file]) => [data, await fetchable(deps, file, issuedAt)] as const)))
      : undefined;
    await provider.writePower(ref, to, before.version, signal(), files);
    let last: PowerState = before;
    let why: string | undefined;
    const after = await until(
      async () => {
        last = await provider.readPower(ref, signal());
        // Asked again, a driver that shuts down politely goes on to killing; one that can only wait says that it is unavailable.
        if (last.power === 'changing' && to !== 'running') await provider.writePower(ref, to, last.version, signal()).catch(unlessBusy);
        if (last.power !== wanted) return undefined;
        why = health && to === 'running' ? await unhealthy(last.endpoints, health, signal()) : undefined;
        return why === undefined ? last : undefined;
      },
      withinSeconds,
      signal(),
    );
    if (!after)
      throw fail(
        'Unavailable',
        `${name} at ${site} was not ${wanted} within ${withinSeconds} s: it is ${last.power}${last.detail ? `, ${last.detail}` : ''}${why ? `, ${why}` : ''}`,
      );
    return { before, after, issuedAt };
  },
});

function unlessBusy(error: unknown): void {
  if (!(error instanceof ProviderError) || error.code !== 'Unavailable') throw error;
}

function fail(code: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message, nonRetryable: true });
}
