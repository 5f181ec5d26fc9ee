import { RamlLibrary } from './ramlLibrary.ts';

const library = (name: string): RamlLibrary => new RamlLibrary(`v2/types/${name}.raml`);
const [app, group, queue, task, result, deployment, error, info, steps] = [
  library('app'),
  library('group'),
  library('queue'),
  library('task'),
  library('deploymentResult'),
  library('deploymentEventsInfo'),
  library('error'),
  library('info'),
  library('deploymentSteps'),
];

/** Of what goes over the wire, by Marathon's own description. */
export const TYPES = {
  app: app.type('App'),
  appInfo: app.type('AppInfo'),
  apps: app.type('AppList'),
  versions: app.type('VersionList'),
  tasks: task.type('TaskList'),
  task: task.type('TaskSingle'),
  queue: queue.type('Queue'),
  group: group.type('GroupInfo'),
  groupUpdate: group.type('GroupUpdate'),
  result: result.type('DeploymentResult'),
  deployments: deployment.type('DeploymentStepInfo[]'),
  error: error.type('Error'),
  steps: steps.type('DeploymentSteps'),
  info: info.type('MarathonInfo'),
} as const;
