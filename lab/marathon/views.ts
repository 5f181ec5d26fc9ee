import type { Json } from './json.ts';
import type { Reason, Scheduler } from './scheduler.ts';
import type { App, Deployment, Task, World } from './world.ts';

const REASONS: readonly Reason[] = ['InsufficientCpus', 'InsufficientMemory', 'InsufficientPorts'];

/** What the API shows of what is there. */
export class Views {
  readonly #world: World;
  readonly #scheduler: Scheduler;

  constructor(world: World, scheduler: Scheduler) {
    this.#world = world;
    this.#scheduler = scheduler;
  }

  app(app: App, { tasks: withTasks = false, lastTaskFailure = false } = {}): Json {
    const tasks = this.#scheduler.tasksOf(app.id);
    const count = (fits: (task: Task) => boolean): number => tasks.filter(fits).length;
    return {
      ...this.definition(app),
      tasksStaged: count(({ state }) => state === 'TASK_STAGING'),
      tasksRunning: count(({ state }) => state === 'TASK_RUNNING'),
      tasksHealthy: count(({ healthy }) => healthy === true),
      tasksUnhealthy: count(({ healthy }) => healthy === false),
      deployments: [...this.#world.deployments.values()].filter(({ appId }) => appId === app.id).map(({ id }) => ({ id })),
      ...(withTasks && { tasks: tasks.map((task) => this.task(task)) }),
      ...(lastTaskFailure && app.lastFailure && { lastTaskFailure: app.lastFailure }),
    };
  }

  definition({ definition, version, lastScalingAt, lastConfigChangeAt }: App): Json {
    return { ...definition, version, versionInfo: { lastScalingAt, lastConfigChangeAt } };
  }

  task({ id, appId, agent, ports, stagedAt, startedAt, state, version, healthy }: Task): Json {
    return {
      id,
      appId,
      host: agent.host,
      ports,
      slaveId: agent.host,
      stagedAt,
      ...(startedAt !== undefined && { startedAt }),
      state,
      version,
      role: '*',
      ...(healthy !== undefined && { healthCheckResults: [{ alive: healthy, consecutiveFailures: 0, firstSuccess: startedAt, instanceId: id }] }),
    };
  }

  deployment({ id, version, appId, action }: Deployment): Json {
    return {
      id,
      version,
      affectedApps: [appId],
      affectedPods: [],
      steps: [{ actions: [{ action, app: appId }] }],
      currentActions: [{ action, app: appId, readinessCheckResults: [] }],
      currentStep: 1,
      totalSteps: 1,
    };
  }

  queue(): Json {
    const waiting = [...this.#world.apps.values()].filter((app) => this.#scheduler.lacking(app) > 0);
    return { queue: waiting.map((app) => this.#waiting(app)) };
  }

  #waiting(app: App): Json {
    const declined = this.#scheduler.declined(app);
    const summary = REASONS.map((reason) => ({
      reason,
      declined: declined.filter((each) => each === reason).length,
      processed: this.#world.agents.length,
    }));
    const left = Math.max(0, Math.ceil((app.notBefore - Date.now()) / 1000));
    return {
      app: this.definition(app),
      count: this.#scheduler.lacking(app),
      role: '*',
      delay: { timeLeftSeconds: left, overdue: left === 0 },
      since: new Date(app.since).toISOString(),
      processedOffersSummary: {
        processedOffersCount: this.#world.agents.length,
        unusedOffersCount: declined.length,
        rejectSummaryLastOffers: summary,
        rejectSummaryLaunchAttempt: summary,
      },
    };
  }
}
