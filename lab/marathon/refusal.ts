import type { Problem } from './fits.ts';

/** An answer that is none of the good ones. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: { readonly message: string } & Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** In the words of Marathon: its description, and where that says nothing its sources (MarathonExceptionMapper, Exception). */
export const refusals = {
  unauthenticated: () => new Refusal(401, { message: 'Invalid username or password.' }),
  unauthorized: () => new Refusal(403, { message: 'Not Authorized to perform this action!' }),
  noApp: (id: string) => new Refusal(404, { message: `App '${id}' does not exist` }),
  noVersion: (id: string, version: string) => new Refusal(404, { message: `App '${id}' does not exist in version ${version}` }),
  noDeployment: (id: string) => new Refusal(404, { message: `DeploymentPlan ${id} does not exist` }),
  noGroup: (id: string) => new Refusal(404, { message: `Group '${id}' does not exist` }),
  noRoute: () => new Refusal(500, { message: 'URI not found' }),
  exists: (id: string) => new Refusal(409, { message: `An app with id [${id}] already exists.` }),
  locked: (deployments: readonly string[]) =>
    new Refusal(409, {
      message: "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
      deployments: deployments.map((id) => ({ id })),
    }),
  tooManyDeployments: (most: number) =>
    new Refusal(403, {
      message: `Max number (${most}) of running deployments is achieved. Wait for existing deployments to complete or cancel one using force=true parameter. You can increase max deployment number by using --max_running_deployments parameter but be advised that this can have negative effects on the performance.`,
    }),
  noJson: (why: string) => new Refusal(400, { message: 'Invalid JSON', details: [{ message: why }] }),
  illegal: (message: string) => new Refusal(422, { message }),
  /** Marathon has no limit of its own; this is what a proxy before it says, such as the Admin Router of DC/OS. */
  throttled: (seconds = 1) => new Refusal(429, { message: 'Too Many Requests' }, { 'retry-after': String(seconds) }),
} as const;

/** Of a body that does not fit: 422 when only rules are broken, as `MarathonExceptionMapper` has it. */
export function unfit(problems: readonly Problem[]): Refusal {
  const details = problems.map(({ path, error }) => ({ path, errors: [error] }));
  return problems.every((each) => each.of === 'rule')
    ? new Refusal(422, { message: 'Object is not valid', details })
    : new Refusal(400, { message: 'Invalid JSON', details });
}
