import type { Activities } from './contract.ts';
import type { Deps } from './deps.ts';
import { signal } from './wrap.ts';

export const examineActivities = (deps: Deps): Pick<Activities, 'examine'> => ({
  async examine() {
    const workerClock = new Date().toISOString();
    const look = async (what: string, ask: () => Promise<string>) => {
      try {
        return { what, ok: true, detail: await ask() };
      } catch (error) {
        signal().throwIfAborted();
        return { what, ok: false, detail: error instanceof Error ? error.message : String(error) };
      }
    };
    const reached = await Promise.all([
      ...deps.sites.map((site) =>
        look(`site ${site}`, async () => {
          const provider = await deps.site(site);
          const found = await provider.list({ installation: deps.installation }, signal());
          const may = (await provider.permitted(signal())) ? ', and its write credentials may change things' : '';
          return `${provider.name} answers; ${found.length} things of ours are there${may}`;
        }),
      ),
      ...deps.stores.map((store) =>
        look(`store ${store}`, async () => {
          for await (const _ of (await deps.store(store)).list('recovery/', signal())) break;
          return 'can be listed';
        }),
      ),
      ...deps.routes.map((route) =>
        look(`route ${route}`, async () => `points at ${(await (await deps.router(route)).readRoute(route, signal())).targets.length} targets`),
      ),
    ]);
    return { workerClock, reached };
  },
});
