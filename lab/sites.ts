import { join } from 'node:path';
import { type CloudName, CLOUDS, type RunningCloud, startCloud } from './clouds.ts';
import { type OrdersLab, type OrdersLabOptions, startOrdersLab } from './ordersLab.ts';

export interface LabSites {
  readonly lab: OrdersLab;
  readonly clouds: { readonly [name in CloudName]?: RunningCloud };
  /** For whoever calls the clouds: where its credentials are found. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The example's project with its store and routes, and each cloud that one of its drills goes from or to. */
export async function startSites(folder: string, options: Omit<OrdersLabOptions, 'sites'>): Promise<LabSites> {
  const named = new Set((options.pairs ?? []).flatMap(({ from, to }) => [from, to]));
  const clouds: Partial<Record<CloudName, RunningCloud>> = {};
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    for (const name of CLOUDS.filter((each) => named.has(each))) {
      const cloud = await startCloud(name, { folder: join(folder, name) });
      clouds[name] = cloud;
      ends.push(() => cloud.stop());
    }
    const all = Object.values(clouds);
    const lab = await startOrdersLab(folder, { ...options, sites: Object.fromEntries(all.map(({ name, site }) => [name, site])) });
    ends.push(() => lab.stop());
    return { lab, clouds, environment: Object.assign({}, ...all.map(({ environment }) => environment)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
