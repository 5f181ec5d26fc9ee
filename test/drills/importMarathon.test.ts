import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { importMarathon } from '../../drills/import/marathon/importMarathon.ts';
import { isEmpty, isWithin, leavesOf } from '../../drills/import/paths.ts';
import { loadFiles } from '../../drills/load/index.ts';
import { schemas } from '../../providers/registry.ts';
import { EXAMPLES, example } from '../lab/marathonExamples.ts';

/** Those that hold apps; the others are what Marathon tells of tasks, deployments and itself, and a pod. */
const OF_APPS = ['app', 'app-check-http-example', 'app_list', 'app_patch', 'apps_create', 'apps_patch', 'group'];

function imported(definition: unknown) {
  const found = importMarathon(definition);
  if (!found) throw new Error('nothing was imported');
  return { ...found, file: parse(found.text) };
}

/** What `muster validate` says of it beside a muster.yaml that has its route. */
function problemsOf(text: string): readonly unknown[] {
  const { route } = parse(text);
  const muster = `installation: test
runner: { location: here }
sites: { here: { provider: local }, there: { provider: local } }
stores: { neutral: { type: s3, endpoint: "http://127.0.0.1:9", bucket: dr } }
routes: { ${route}: { driver: forwarder, admin: "http://127.0.0.1:9", url: "http://127.0.0.1:9" } }
`;
  const sources = [
    { path: 'muster.yaml', text: muster },
    { path: 'workloads/imported.yaml', text },
  ];
  return loadFiles(sources, schemas).problems;
}

/** Where a name of a path leads in the file. */
function valueAt(file: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), file);
}

describe('importing from Marathon', () => {
  it.for(EXAMPLES.filter((name) => OF_APPS.includes(name)))('loses no value of the official example %s', (name) => {
    const { carried, notCarried, empty, text, file } = imported(example(name));
    const comments = text.split('\n').filter((line) => line.startsWith('#'));
    for (const { path, value } of leavesOf(example(name))) {
      const [to] = carried.filter(({ from }) => from === path);
      const told = notCarried.find((each) => isWithin(path, each.path));
      const open = empty.includes(path);
      // In exactly one of the three, and seen in the file.
      expect([path, [to, told, open || undefined].filter((each) => each !== undefined).length]).toEqual([path, 1]);
      if (to) expect([path, to.to, valueAt(file, to.to) === undefined]).toEqual([path, to.to, false]);
      else if (told) expect(comments.filter((line) => line.includes(`${told.path}: ${JSON.stringify(told.value)}`))).not.toEqual([]);
      else expect([path, isEmpty(value), comments.some((line) => line.includes(path))]).toEqual([path, true, true]);
    }
  });

  it.for(EXAMPLES.filter((name) => !OF_APPS.includes(name)))('takes the official example %s for nothing that it is not', (name) => {
    expect(importMarathon(example(name))).toBeUndefined();
  });

  it.for(OF_APPS)('makes of the official example %s a file that is valid', (name) => {
    expect(problemsOf(imported(example(name)).text)).toEqual([]);
  });

  it('makes a file that would be found out if it were not valid', () => {
    const { text } = imported(example('group'));
    expect(problemsOf(text.replace(/ +public: .*\n/, ''))).toHaveLength(1);
    expect(problemsOf(text.replace('replicas: 2', 'replicas: 0'))).toHaveLength(1);
  });

  it('carries what a workload has words for', () => {
    const { file } = imported(example('app'));
    expect(file.components.foo).toEqual({
      image: 'latest',
      boot: ['/bin/sh', '-c', 'sleep 1000'],
      size: { cpu: 0.1, memory: '16Mi' },
      replicas: 2,
      ports: { http: 80 },
      env: { XPS1: 'Test', XPS2: 'Rest' },
      secrets: { PASSWORD: 'env:PASSWORD' },
      health: { http: '/', port: 'http', within: '5m' },
      public: 'http',
    });
  });

  it('tells a program that asks $PORT0 the port that the workload gives it', () => {
    const { file } = imported(example('app-check-http-example'));
    expect(file.components['http-index-test']).toMatchObject({
      boot: ['/bin/sh', '-c', 'python3 -m http.server $PORT0'],
      ports: { http: 8080 },
      env: { PORT0: '${self.port.http}' },
      health: { http: '/', port: 'http' },
    });
  });

  it('makes needs of dependencies, on apps and on whole groups, by absolute and relative paths', () => {
    const app = (id: string, dependencies: string[] = []) => ({ id, cmd: 'true', dependencies });
    const group = {
      id: '/shop',
      apps: [app('web', ['/shop/db', '../elsewhere']), app('job', ['web'])],
      groups: [{ id: 'db', apps: [app('sql'), app('cache')] }],
    };
    const { file, notCarried } = imported(group);
    expect(file.components.web.needs).toEqual(['db-sql', 'db-cache']);
    expect(file.components.job).toMatchObject({ needs: ['web'], public: 'default' });
    expect(notCarried).toMatchObject([{ path: 'apps[0].dependencies[1]', value: '../elsewhere' }]);
    expect(problemsOf(imported(group).text)).toEqual([]);
  });

  it.for([
    ['no instances', { instances: 0 }, 'instances'],
    ['a name that no variable has', { env: { 'a-b': 'x' } }, 'env'],
    ['a value that Muster would fill in', { env: { A: '${HOME}/x' } }, 'env'],
    ['a health check by command', { healthChecks: [{ protocol: 'COMMAND', command: { value: 'true' } }] }, 'healthChecks'],
    ['a health check by HTTPS', { healthChecks: [{ protocol: 'HTTPS', path: '/' }] }, 'healthChecks'],
    ['a port for UDP', { portDefinitions: [{ port: 53, protocol: 'udp' }] }, 'portDefinitions[0].protocol'],
    ['a word that Marathon itself does not know', { novelty: { deep: [1, 2] } }, 'novelty'],
  ] as const)('lists %s, and the file stays valid', ([, change, path]) => {
    const { notCarried, text } = imported({ id: '/odd', cmd: 'true', ...change });
    expect(notCarried.map((each) => each.path)).toEqual([path]);
    expect(problemsOf(text)).toEqual([]);
  });

  it('makes a data set of a persistent volume, and says what the program must do for it', () => {
    const volumes = [{ containerPath: 'pgdata', persistent: { size: 512 }, mode: 'RW' }];
    const { file, todo, notCarried, text } = imported({ id: '/db', cmd: 'postgres', instances: 2, container: { type: 'MESOS', volumes } });
    expect(file.components.db.data).toEqual({ pgdata: { size: '512Mi', writer: 'many' } });
    expect(todo).toContainEqual(expect.stringContaining('recovery points'));
    expect(notCarried.map(({ path }) => path)).toContain('container.volumes[0].containerPath');
    expect(problemsOf(text)).toEqual([]);
  });

  it('keeps text that looks like YAML, or like a comment, in its place', () => {
    const odd = { id: '/odd', cmd: 'echo "a: b" # c\nexit 0', env: { A: '- x: {y}' }, labels: { note: 'one\ntwo: three\n# four' } };
    const { file, text } = imported(odd);
    expect(file.components.odd).toMatchObject({ boot: ['/bin/sh', '-c', odd.cmd], env: { A: odd.env.A } });
    expect(text).toContain(`# - labels: ${JSON.stringify(odd.labels)}`);
    expect(problemsOf(text)).toEqual([]);
  });

  it('gives apps whose names look alike names of their own', () => {
    const { file } = imported([
      { id: '/a/b', cmd: 'true' },
      { id: '/a.b', cmd: 'true' },
      { id: `/${'x'.repeat(60)}`, cmd: 'true' },
      { id: `/y${'x'.repeat(60)}`, cmd: 'true' },
    ]);
    expect(Object.keys(file.components)).toEqual(['a-b', 'a-b-2', 'x'.repeat(40), `${'x'.repeat(38)}-2`]);
  });

  it.for([null, 7, 'app', [], {}, [{ id: '/a' }, 7], { apps: [] }])('finds no app in %j', (value) => {
    expect(importMarathon(value)).toBeUndefined();
  });
});
