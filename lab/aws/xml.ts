/** An error as the EC2 query protocol has it. */
export function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>lab</RequestID></Response>`;
}

/** Instance id to state, of an answer to DescribeInstances. */
export function statesOf(xml: string): ReadonlyMap<string, string> {
  const found = xml.matchAll(/<instanceId>(i-[0-9a-f]+)<\/instanceId>(?:(?!<instanceId>).)*?<instanceState>.*?<name>([a-z-]+)<\/name>/gs);
  return new Map([...found].map(([, id = '', state = '']) => [id, state]));
}

export function instanceIds(xml: string): string[] {
  return [...xml.matchAll(/<instanceId>(i-[0-9a-f]+)<\/instanceId>/g)].map(([, id = '']) => id);
}

/** The reservation of an answer to DescribeInstances, as RunInstances answers it. Undefined when there is none. */
export function asRunInstances(xml: string): string | undefined {
  const [, reservation] = /<reservationSet>\s*<item>(.*)<\/item>\s*<\/reservationSet>/s.exec(xml) ?? [];
  return reservation === undefined
    ? undefined
    : `<RunInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>lab</requestId>${reservation}</RunInstancesResponse>`;
}
