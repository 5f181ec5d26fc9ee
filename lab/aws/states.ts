import type { Answer } from './upstream.ts';
import { errorXml, seenInstances } from './xml.ts';

type Ask = (form: URLSearchParams) => Promise<Answer>;

/** States in which AWS refuses an action with IncorrectInstanceState. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html */
const REFUSED_IN: Readonly<Record<string, readonly string[]>> = {
  StartInstances: ['shutting-down', 'terminated', 'stopping'],
  StopInstances: ['shutting-down', 'terminated', 'pending'],
  RebootInstances: ['shutting-down', 'terminated', 'stopping', 'stopped'],
};

/** Attributes that change on a stopped instance only. */
const STOPPED_ONLY = ['InstanceType.Value', 'UserData.Value', 'Attribute'];

/** The refusal, or undefined when the action may go on. */
export async function refusedByState(form: URLSearchParams, ask: Ask): Promise<Answer | undefined> {
  const action = form.get('Action') ?? '';
  const modifies = action === 'ModifyInstanceAttribute' && STOPPED_ONLY.some((name) => form.has(name));
  const refused = modifies ? ['pending', 'running', 'stopping', 'shutting-down', 'terminated'] : REFUSED_IN[action];
  if (!refused) return undefined;
  const ids = instancesNamed(form);
  const question = new URLSearchParams({ Action: 'DescribeInstances', Version: form.get('Version') ?? '2016-11-15' });
  for (const [index, id] of ids.entries()) question.set(`InstanceId.${index + 1}`, id);
  const bad = seenInstances((await ask(question)).body).find(({ state }) => refused.includes(state));
  if (!bad) return undefined;
  return { status: 400, body: errorXml('IncorrectInstanceState', `This instance '${bad.id}' is not in a state from which ${action} is possible.`) };
}

/** The instances that a request is about. */
export function instancesNamed(form: URLSearchParams): string[] {
  return [...form].filter(([name]) => /^InstanceId(\.\d+)?$/.test(name)).map(([, id]) => id);
}

/** The launch time of an instance moves when it is started again. */
export class LaunchTimes {
  readonly #started = new Map<string, string>();

  started(form: URLSearchParams): void {
    for (const id of instancesNamed(form)) this.#started.set(id, new Date().toISOString());
  }

  apply(xml: string): string {
    if (this.#started.size === 0) return xml;
    return xml.replaceAll(/(<instanceId>(i-[0-9a-f]+)<\/instanceId>(?:(?!<instanceId>).)*?<launchTime>)[^<]*/gs, (whole, before: string, id: string) => {
      const at = this.#started.get(id);
      return at === undefined ? whole : before + at;
    });
  }
}
