import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedCall } from '../admin.ts';
import { Faults } from '../faults.ts';
import type { MachineHost } from '../machines/host.ts';
import { PERSON_AT_THE_LAB } from './account.ts';
import { Instances, type Troubles } from './instances.ts';
import { refusal } from './refusals.ts';
import { instancesNamed, LaunchTimes, refusedByState } from './states.ts';
import { ClientTokens } from './tokens.ts';
import { type Answer, ask } from './upstream.ts';
import { asUpstreamReads, refusedUserData } from './userData.ts';
import { errorXml, madeSubnet } from './xml.ts';

export interface RunningLayer {
  /** The endpoint for clients. */
  readonly url: string;
  readonly faults: Faults;
  /** In the order they came in; `fields` are the request's own, without user-data, and `accessKeyId`. */
  readonly calls: ReceivedCall[];
  stop(): Promise<void>;
}

/**
 * What EC2 does and the server behind does not: client tokens, refusals by state, states that take their time, launch times that move at
 * a start, a limit for user-data; machines that run, where there is a host for them; and faults on demand. Everything else goes through
 * as it came.
 */
export async function startLayer(upstream: string, { machines }: { readonly machines?: MachineHost } = {}): Promise<RunningLayer> {
  const faults = new Faults();
  const tokens = new ClientTokens();
  const launches = new LaunchTimes();
  const instances = new Instances(machines);
  const zones = new Map<string, string>();
  const calls: ReceivedCall[] = [];

  const received = (form: URLSearchParams, authorization = ''): ReceivedCall => {
    const { UserData: _, 'UserData.Value': __, ...fields } = Object.fromEntries(form);
    const zone = zones.get(form.get('SubnetId') ?? '') ?? instances.zoneOf(instancesNamed(form)[0] ?? '');
    return {
      at: Date.now(),
      call: form.get('Action') ?? '',
      fields: { ...fields, accessKeyId: /Credential=([^/]*)/.exec(authorization)?.[1] ?? '' },
      ...(zone !== undefined && { zone }),
    };
  };

  const happened: Readonly<Record<string, (form: URLSearchParams, body: string, troubles: Troubles) => void>> = {
    RunInstances: (form, body, troubles) => instances.ran(form, body, troubles),
    StartInstances(form, _, troubles) {
      launches.started(form);
      instances.started(instancesNamed(form), troubles);
    },
    // A forced stop asks the operating system too, and only then goes on without it; what does not ask it is SkipOsShutdown.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
    StopInstances: (form, _, troubles) => instances.stopped(instancesNamed(form), form.get('SkipOsShutdown') === 'true' ? 'power' : 'polite', troubles),
    RebootInstances: (form) => instances.rebooted(instancesNamed(form)),
    TerminateInstances: (form) => instances.terminated(instancesNamed(form)),
    ModifyInstanceAttribute(form) {
      const value = form.get('UserData.Value');
      if (value !== null) instances.changedUserData(form.get('InstanceId') ?? '', Buffer.from(value, 'base64'));
    },
    CreateSubnet(_, body) {
      const { id, zone } = madeSubnet(body);
      zones.set(id, zone);
    },
  };

  const answer = async (form: URLSearchParams, headers: IncomingMessage['headers'], troubles: Troubles): Promise<Answer> => {
    const on = async (next: URLSearchParams): Promise<Answer> => {
      const answered = await ask(upstream, asUpstreamReads(next), headers);
      return { ...answered, body: instances.apply(answered.body) };
    };
    const refused = refusedUserData(form) ?? (await refusedByState(form, on));
    if (refused) return refused;
    const action = form.get('Action') ?? '';
    // The server behind says at once that it is off: nobody may hear that from it.
    const undo = action === 'StopInstances' ? instances.announceStop(instancesNamed(form)) : undefined;
    const answered = action === 'RunInstances' ? await tokens.run(form, on) : await on(form);
    if (answered.status !== 200) undo?.();
    if (answered.status === 200 && Object.hasOwn(happened, action)) happened[action]?.(form, answered.body, troubles);
    return { ...answered, body: launches.apply(answered.body) };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    const call = received(form, request.headers.authorization);
    const counts = call.fields['accessKeyId'] !== PERSON_AT_THE_LAB;
    if (counts) calls.push(call);
    const how = counts ? faults.meet(call) : undefined;
    if (how?.kind === 'slow') await sleep(how.ms);
    if (how?.kind === 'cut') return void request.socket.destroy();
    const refused = how && refusal(how);
    if (refused) return reply(response, refused);
    const troubles = { failsToBoot: how?.kind === 'bootFailure', slowerMs: how?.kind === 'slowOperation' ? how.ms : 0 };
    const answered = await answer(form, request.headers, troubles);
    if (how?.kind === 'lostReply') return void request.socket.destroy();
    reply(response, answered);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) =>
      reply(response, { status: 503, body: errorXml('Unavailable', `the server behind is away: ${String(error)}`) }),
    );
  });
  // A connection that ends while a client takes it up again would be a fault that nobody asked for.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    faults,
    calls,
    async stop() {
      instances.end();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function reply(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', ...headers }).end(body);
}
