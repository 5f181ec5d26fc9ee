import { randomUUID } from 'node:crypto';
import { jsonOf, listOf, numberOf } from './json.ts';
import type { Timers } from './timers.ts';
import type { Agent, App, Deployment, Task, World } from './world.ts';

/** Where Marathon's own range of dynamic host ports begins. */
const FIRST_PORT = 31_000;
const LAST_PORT = 32_000;

/** Why an offer did not fit, in the order in which Marathon looks. */
export type Reason = 'InsufficientCpus' | 'InsufficientMemory' | 'InsufficientPorts';

/** Starts and ends tasks until each app has as many as it should, and ends deployments when theirs have. */
export class Scheduler {
  readonly #world: World;
  readonly #timers: Timers;

  constructor(world: World, timers: Timers) {
    this.#world = world;
    this.#timers = timers;
  }

  /** To be called after every change. */
  run(): void {
    for (const app of this.#world.apps.values()) this.#launch(app);
    for (const task of this.#world.tasks.values()) if (this.#isSurplus(task)) this.#kill(task);
    for (const deployment of this.#world.deployments.values()) if (this.#isDone(deployment)) this.#world.deployments.delete(deployment.id);
  }

  tasksOf(appId: string): Task[] {
    return [...this.#world.tasks.values()].filter((task) => task.appId === appId);
  }

  lacking(app: App): number {
    const there = this.tasksOf(app.id).filter(({ state, version }) => state !== 'TASK_KILLING' && version === app.lastConfigChangeAt).length;
    return Math.max(0, numberOf(app.definition.instances, 1) - there);
  }

  /** Which agents do not fit, and why. Empty when one does. */
  declined(app: App): readonly Reason[] {
    if (app.noOffers) return this.#world.agents.map(() => 'InsufficientCpus' as const);
    const reasons = this.#world.agents.map((agent) => this.#reason(agent, app));
    return reasons.includes(undefined) ? [] : reasons.filter((reason) => reason !== undefined);
  }

  #launch(app: App): void {
    const now = Date.now();
    const lacking = this.lacking(app);
    if (lacking === 0) app.since = now;
    if (app.notBefore > now || app.noOffers) return;
    for (let made = 0; made < lacking; made++) {
      const agent = this.#world.agents.find((each) => this.#reason(each, app) === undefined);
      if (!agent) return;
      this.#stage(app, agent);
    }
  }

  #reason(agent: Agent, { definition }: App): Reason | undefined {
    const here = [...this.#world.tasks.values()].filter((task) => task.agent === agent);
    const used = (what: 'cpus' | 'mem'): number => here.reduce((sum, task) => sum + task[what], 0);
    if (used('cpus') + numberOf(definition.cpus, 1) > agent.cpus) return 'InsufficientCpus';
    if (used('mem') + numberOf(definition.mem, 128) > agent.mem) return 'InsufficientMemory';
    if (definition.requirePorts !== true) return undefined;
    const taken = new Set(here.flatMap(({ ports }) => ports));
    return listOf(definition.portDefinitions).some(({ port }) => taken.has(numberOf(port, 0))) ? 'InsufficientPorts' : undefined;
  }

  #stage(app: App, agent: Agent): void {
    const { definition } = app;
    const task: Task = {
      id: `${app.id.slice(1).replaceAll('/', '_')}.instance-${randomUUID()}`,
      appId: app.id,
      version: app.lastConfigChangeAt,
      agent,
      ports: this.#ports(agent, app),
      cpus: numberOf(definition.cpus, 1),
      mem: numberOf(definition.mem, 128),
      stagedAt: new Date().toISOString(),
      state: 'TASK_STAGING',
    };
    this.#world.tasks.set(task.id, task);
    this.#timers.after(this.#world.stageMs, () => this.#start(app, task));
  }

  #start(app: App, task: Task): void {
    if (!this.#world.tasks.has(task.id) || task.state !== 'TASK_STAGING') return;
    if (app.fails) return this.#fail(app, task);
    task.state = 'TASK_RUNNING';
    task.startedAt = new Date().toISOString();
    app.failures = 0;
    if (listOf(app.definition.healthChecks).length > 0) {
      this.#timers.after(this.#world.healthMs, () => {
        task.healthy = true;
        this.run();
      });
    }
    this.run();
  }

  /** Marathon waits longer after each failure: `backoffSeconds`, times `backoffFactor` each time. */
  #fail(app: App, task: Task): void {
    const { backoffSeconds, backoffFactor, maxLaunchDelaySeconds } = app.definition;
    const delay = numberOf(backoffSeconds, 1) * numberOf(backoffFactor, 1.15) ** app.failures;
    app.failures++;
    app.notBefore = Date.now() + Math.min(delay, numberOf(maxLaunchDelaySeconds, 300)) * 1000;
    app.lastFailure = {
      appId: app.id,
      host: task.agent.host,
      message: 'Command exited with status 1',
      state: 'TASK_FAILED',
      taskId: task.id,
      timestamp: new Date().toISOString(),
      version: task.version,
      slaveId: task.agent.host,
    };
    this.#world.tasks.delete(task.id);
    // A timer may come a little early.
    this.#timers.after(app.notBefore - Date.now() + 5, () => this.run());
  }

  #kill(task: Task): void {
    task.state = 'TASK_KILLING';
    this.#timers.after(this.#world.killMs, () => {
      this.#world.tasks.delete(task.id);
      this.run();
    });
  }

  /** Of an app that is gone, of an old configuration whose successors run, or one too many. */
  #isSurplus(task: Task): boolean {
    if (task.state === 'TASK_KILLING') return false;
    const app = this.#world.apps.get(task.appId);
    if (!app) return true;
    const wanted = numberOf(app.definition.instances, 1);
    if (wanted === 0) return true;
    const current = this.tasksOf(app.id).filter(({ state, version }) => state !== 'TASK_KILLING' && version === app.lastConfigChangeAt);
    if (task.version !== app.lastConfigChangeAt) return current.filter((each) => isReady(app, each)).length >= wanted;
    return current.length > wanted && current.at(-1) === task;
  }

  #isDone({ appId, notBefore, action }: Deployment): boolean {
    if (Date.now() < notBefore) return false;
    const app = this.#world.apps.get(appId);
    const tasks = this.tasksOf(appId);
    if (!app || action === 'StopApplication') return tasks.length === 0;
    return tasks.length === numberOf(app.definition.instances, 1) && tasks.every((task) => isReady(app, task));
  }

  #ports(agent: Agent, { definition }: App): number[] {
    const { requirePorts, portDefinitions, container } = definition;
    const mappings = listOf(jsonOf(container).portMappings);
    if (requirePorts === true) return listOf(portDefinitions).map(({ port }) => numberOf(port, 0));
    const taken = new Set([...this.#world.tasks.values()].filter((task) => task.agent === agent).flatMap(({ ports }) => ports));
    const ports: number[] = [];
    const wanted = mappings.length > 0 ? mappings.length : listOf(portDefinitions).length;
    for (let port = FIRST_PORT; port <= LAST_PORT && ports.length < wanted; port++) if (!taken.has(port)) ports.push(port);
    return ports;
  }
}

function isReady({ definition }: App, { state, healthy }: Task): boolean {
  return state === 'TASK_RUNNING' && (listOf(definition.healthChecks).length === 0 || healthy === true);
}
