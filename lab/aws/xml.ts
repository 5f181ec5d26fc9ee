/** An error as the EC2 query protocol has it. */
export function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>lab</RequestID></Response>`;
}

export interface SeenInstance {
  readonly id: string;
  readonly state: string;
  readonly zone: string;
  readonly address: string;
}

/** From one instance's id to the next. */
const INSTANCE = /<instanceId>(i-[0-9a-f]+)<\/instanceId>(?:(?!<instanceId>).)*/gs;
const STATE = /(<instanceState>\s*<code>)\d+(<\/code>\s*<name>)[a-z-]+(?=<\/name>)/s;

/** The instances of an answer to RunInstances or DescribeInstances. */
export function seenInstances(xml: string): SeenInstance[] {
  return [...xml.matchAll(INSTANCE)].map(([text, id = '']) => ({
    id,
    state: /<instanceState>.*?<name>([a-z-]+)</s.exec(text)?.[1] ?? '',
    zone: textOf('availabilityZone', text),
    address: textOf('privateIpAddress', text),
  }));
}

const CODES = { pending: 0, 'shutting-down': 32, stopping: 64 } as const;

/** The same answer with other states of these instances. */
export function withStates(xml: string, states: ReadonlyMap<string, keyof typeof CODES>): string {
  return xml.replaceAll(INSTANCE, (text, id: string) => {
    const state = states.get(id);
    return state === undefined ? text : text.replace(STATE, `$1${CODES[state]}$2${state}`);
  });
}

/** Of an answer to CreateSubnet. */
export function madeSubnet(xml: string): { readonly id: string; readonly zone: string } {
  return { id: textOf('subnetId', xml), zone: textOf('availabilityZone', xml) };
}

export function instanceIds(xml: string): string[] {
  return seenInstances(xml).map(({ id }) => id);
}

/** The reservation of an answer to DescribeInstances, as RunInstances answers it. Undefined when there is none. */
export function asRunInstances(xml: string): string | undefined {
  const [, reservation] = /<reservationSet>\s*<item>(.*)<\/item>\s*<\/reservationSet>/s.exec(xml) ?? [];
  return reservation === undefined
    ? undefined
    : `<RunInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>lab</requestId>${reservation}</RunInstancesResponse>`;
}

function textOf(tag: string, xml: string): string {
  return new RegExp(`<${tag}>([^<]*)<`).exec(xml)?.[1] ?? '';
}
