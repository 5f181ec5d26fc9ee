import { createHash } from 'node:crypto';
import type { Endpoint, PowerState } from '../spec.ts';
import type { App } from './answers.ts';
import { endpointsOf, isAtRest, isWell } from './tasks.ts';

/** Of all of them as one. */
export function powerStateOf(all: readonly App[]): PowerState {
  if (all.length === 0) return { power: 'absent', version: '', endpoints: {} };
  const version = versionOf(all);
  const stopped = all.filter(({ instances }) => instances === 0);
  const moving = all.filter((app) => !isAtRest(app));
  if (moving.length > 0) return { power: 'changing', version, endpoints: {}, detail: moving.map(said).join(', ') };
  if (stopped.length === all.length) return { power: 'stopped', version, endpoints: {} };
  if (stopped.length > 0) return { power: 'changing', version, endpoints: {}, detail: `${stopped.length} of ${all.length} apps are suspended` };
  const endpoints: Record<string, Endpoint[]> = {};
  for (const app of all) for (const [name, at] of Object.entries(endpointsOf(app))) endpoints[name] = [...(endpoints[name] ?? []), ...at];
  return { power: 'running', version, endpoints };
}

/** Marathon gives an app another version with each change, also of its scale. */
function versionOf(all: readonly App[]): string {
  const seen = all.map(({ id, version, instances }) => [id, version, instances]);
  return createHash('sha256').update(JSON.stringify(seen)).digest('hex').slice(0, 16);
}

function said(app: App): string {
  const well = app.tasks.filter((task) => isWell(app, task)).length;
  return `${app.id} has ${well} of ${app.instances} instances${app.deployments.length > 0 ? ' and a deployment under way' : ''}`;
}
