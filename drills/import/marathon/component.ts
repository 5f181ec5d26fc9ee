import type { Fields } from '../fields.ts';
import { dataOf } from './data.ts';
import { envOf } from './env.ts';
import { healthOf } from './health.ts';
import { nameFrom } from './names.ts';
import { portsOf } from './ports.ts';

const MIB = 2 ** 20;
const MOST_REPLICAS = 1000;

/** One app as a component of a workload file, at `to`. `needs` are names of components. */
export function componentOf(app: Fields, name: string, needs: readonly string[], images: Map<string, string>): Readonly<Record<string, unknown>> {
  const to = `components.${name}`;
  const ports = portsOf(app, to);
  const replicas = replicasOf(app, to);
  const { env, secrets } = envOf(app, ports.env, to);
  const health = healthOf(app, ports, to);
  const data = dataOf(app, replicas, to);
  const some = (value: object): boolean => Object.keys(value).length > 0;
  return {
    ...(needs.length > 0 && { needs }),
    image: imageOf(app, name, to, images),
    boot: bootOf(app, to),
    size: sizeOf(app, to),
    replicas,
    ...(ports.all.length > 0 && { ports: Object.fromEntries(ports.all.map(({ name: port, number }) => [port, number] as const)) }),
    ...(some(env) && { env }),
    ...(some(secrets) && { secrets }),
    ...(health && { health }),
    ...(some(data) && { data }),
  };
}

function replicasOf(app: Fields, to: string): number {
  const instances = app.number('instances') ?? 1;
  if (Number.isInteger(instances) && instances >= 1 && instances <= MOST_REPLICAS) {
    if (app.number('instances') !== undefined) app.carry('instances', `${to}.replicas`);
    return instances;
  }
  app.because('instances', instances === 0 ? 'it was suspended; replicas: 1 is made up' : 'replicas go from 1 to 1000; replicas: 1 is made up');
  return 1;
}

/** Marathon hands `cmd` to a shell; `args` go to the image's own entry point. */
function bootOf(app: Fields, to: string): readonly string[] {
  const [cmd, args] = [app.text('cmd'), app.texts('args')];
  if (cmd !== undefined) {
    app.carry('cmd', `${to}.boot`);
    if (args) app.because('args', 'it says cmd as well, and Marathon takes one of them only');
    return ['/bin/sh', '-c', cmd];
  }
  if (args) {
    app.carry('args', `${to}.boot`);
    if (app.within('container')) app.ledger.todo.push(`${to}.boot: put the image's entry point before it, if it has one`);
    return args;
  }
  app.ledger.todo.push(`${to}.boot: it says no command; write what the image starts`);
  return ['/entrypoint'];
}

function sizeOf(app: Fields, to: string): Readonly<Record<string, unknown>> {
  const [cpus, mem] = [app.number('cpus'), app.number('mem')];
  const [cpu, mib] = [cpus ?? 1, mem ?? 128];
  if (cpus !== undefined && cpus > 0) app.carry('cpus', `${to}.size.cpu`);
  if (mem !== undefined && mem > 0) app.carry('mem', `${to}.size.memory`);
  return { cpu: cpu > 0 ? cpu : 1, memory: Number.isInteger(mib) && mib > 0 ? `${mib}Mi` : Math.max(1, Math.ceil((mib > 0 ? mib : 128) * MIB)) };
}

/** An alias for each image; for programs of the agents themselves one of the component's own. */
function imageOf(app: Fields, name: string, to: string, images: Map<string, string>): string {
  const docker = app.within('container')?.within('docker');
  const reference = docker?.text('image');
  if (!docker || reference === undefined) {
    app.ledger.todo.push(`images.${name} of each site: Marathon ran it on its agents; name an image, or a host, that holds what it starts`);
    return name;
  }
  docker.carry('image', `${to}.image`);
  const known = [...images].find(([, each]) => each === reference)?.[0];
  if (known !== undefined) return known;
  const wanted = nameFrom(reference.replace(/^.*\//, '').replace(/[:@].*$/, ''), name);
  const alias = images.has(wanted) ? nameFrom(`${wanted}-${name}`, name) : wanted;
  images.set(alias, reference);
  app.ledger.todo.push(`images.${alias} of each site: ${reference}`);
  return alias;
}
