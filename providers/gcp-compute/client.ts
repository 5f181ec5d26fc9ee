import type { protos } from '@google-cloud/compute';
import { z } from 'zod';
import { orAborted } from '../kept.ts';
import type { Pace } from '../pace.ts';
import {
  imageAnswer,
  instancesAnswer,
  machineTypesAnswer,
  type Operation,
  operationAnswer,
  operationsAnswer,
  regionAnswer,
  subnetworkAnswer,
} from './answers.ts';
import type { GcpComputeConfig } from './config.ts';
import type { GcpCredentials } from './credentials.ts';
import { classify, GceError, UNREACHED } from './errors.ts';
import type { Sdk } from './sdk.ts';
import { callFailure, tokenFailure } from './sdkErrors.ts';

type V1 = typeof protos.google.cloud.compute.v1;
type Request<K extends keyof V1> = V1[K] extends new (properties?: infer P) => unknown ? Omit<NonNullable<P>, 'project' | 'toJSON'> : never;

interface Paged {
  readonly filter?: string;
  readonly maxResults: number;
  readonly pageToken?: string;
}

/** The calls that the driver makes, and no others. Each is sent once: trying again is for who called. */
export interface Gce {
  /** Of all zones of the project. */
  instances(page: Paged, signal: AbortSignal): Promise<z.infer<typeof instancesAnswer>>;
  operations(page: Paged & { readonly zone: string }, signal: AbortSignal): Promise<z.infer<typeof operationsAnswer>>;
  machineTypes(page: Paged & { readonly zone: string }, signal: AbortSignal): Promise<z.infer<typeof machineTypesAnswer>>;
  image(image: { readonly project: string; readonly name: string; readonly isFamily: boolean }, signal: AbortSignal): Promise<z.infer<typeof imageAnswer>>;
  region(name: string, signal: AbortSignal): Promise<z.infer<typeof regionAnswer>>;
  /** With what is free there. */
  subnetwork(at: SubnetworkPlace, signal: AbortSignal): Promise<z.infer<typeof subnetworkAnswer>>;
  bulkInsert(request: Request<'BulkInsertInstanceRequest'>, signal: AbortSignal): Promise<Operation>;
  delete(request: Request<'DeleteInstanceRequest'>, signal: AbortSignal): Promise<Operation>;
  start(request: Request<'StartInstanceRequest'>, signal: AbortSignal): Promise<Operation>;
  stop(request: Request<'StopInstanceRequest'>, signal: AbortSignal): Promise<Operation>;
  setTags(request: Request<'SetTagsInstanceRequest'>, signal: AbortSignal): Promise<Operation>;
  setMetadata(request: Request<'SetMetadataInstanceRequest'>, signal: AbortSignal): Promise<Operation>;
  /** Answers when the operation is done, or after at most two minutes as it is. */
  wait(request: Request<'WaitZoneOperationRequest'>, signal: AbortSignal): Promise<Operation>;
}

export interface SubnetworkPlace {
  readonly project: string;
  readonly region: string;
  readonly subnetwork: string;
}

/** One for reading, one for changing: each with its own credentials and its own pace. */
export interface Clients {
  readonly read: Pace;
  readonly write: Pace;
  credentials(which: 'read' | 'write'): Promise<GcpCredentials>;
}

/** Of one answer; the wait of an operation may take two minutes by itself. */
const PATIENCE_MS = 60_000;

/** Loads the SDK with the first call. */
export function gce({ project, endpoint }: GcpComputeConfig, { read, write, credentials }: Clients): Gce {
  const opened = new Map<'read' | 'write', Promise<Sdk>>();
  const paces = { read, write };

  const sdk = (which: 'read' | 'write'): Promise<Sdk> => {
    const known = opened.get(which);
    if (known) return known;
    const opening = credentials(which).then(async (found) => {
      const { openSdk } = await import('./sdk.ts');
      return openSdk(found, endpoint).catch((error: unknown) => {
        throw tokenFailure(error);
      });
    });
    opened.set(which, opening);
    opening.catch(() => opened.delete(which));
    return opening;
  };

  const send = async <S extends z.ZodType>(
    which: 'read' | 'write',
    answer: S,
    signal: AbortSignal,
    call: (sdk: Sdk, options: ReturnType<typeof optionsOf>) => Promise<unknown>,
  ): Promise<z.infer<S>> => {
    const pace = paces[which];
    await pace.turn(signal);
    const asked = async (): Promise<unknown> => {
      const client = await sdk(which);
      await client.auth.getAccessToken().catch((error: unknown) => {
        // Credentials may be renewed where they lie: they are read anew next time.
        opened.delete(which);
        throw tokenFailure(error);
      });
      signal.throwIfAborted();
      return call(client, optionsOf(signal)).catch((error: unknown) => {
        throw callFailure(error);
      });
    };
    return pace.watch(classify, async () => {
      const parsed = answer.safeParse(await orAborted(asked(), signal));
      if (!parsed.success) throw new GceError(`Google answered otherwise than it says it does: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    });
  };

  const changed = <T>(
    signal: AbortSignal,
    call: (sdk: Sdk, options: ReturnType<typeof optionsOf>) => Promise<[{ readonly latestResponse: T }, ...unknown[]]>,
  ): Promise<Operation> => send('write', operationAnswer, signal, async (client, options) => (await call(client, options))[0].latestResponse);

  return {
    async instances(page, signal) {
      const answer = await send('read', instancesAnswer, signal, async ({ instances }, options) => {
        await instances.initialize();
        // The SDK's own way gives them one by one, and hides where one page ends and the next call begins.
        const [, , whole] = z
          .tuple([z.unknown(), z.unknown(), z.unknown()])
          .parse(await instances.innerApiCalls.aggregatedList?.({ project, ...page }, options));
        return whole;
      });
      const unseen = [...answer.unreachables, ...Object.entries(answer.items).flatMap(([zone, { warning }]) => (warning?.code === 'UNREACHABLE' ? zone : []))];
      if (unseen.length > 0) throw new GceError(`${unseen.join(', ')} could not be seen`, { reasons: [UNREACHED] });
      return answer;
    },
    operations: (page, signal) =>
      send('read', operationsAnswer, signal, async ({ operations }, options) => (await operations.list({ project, ...page }, options))[2]),
    machineTypes: (page, signal) =>
      send('read', machineTypesAnswer, signal, async ({ machineTypes }, options) => (await machineTypes.list({ project, ...page }, options))[2]),
    image: ({ project: owner, name, isFamily }, signal) =>
      send('read', imageAnswer, signal, async ({ images }, options) =>
        isFamily ? (await images.getFromFamily({ project: owner, family: name }, options))[0] : (await images.get({ project: owner, image: name }, options))[0],
      ),
    region: (region, signal) => send('read', regionAnswer, signal, async ({ regions }, options) => (await regions.get({ project, region }, options))[0]),
    subnetwork: (at, signal) =>
      send('read', subnetworkAnswer, signal, async ({ subnetworks }, options) => (await subnetworks.get({ ...at, views: 'WITH_UTILIZATION' }, options))[0]),
    bulkInsert: (request, signal) => changed(signal, ({ instances }, options) => instances.bulkInsert({ project, ...request }, options)),
    delete: (request, signal) => changed(signal, ({ instances }, options) => instances.delete({ project, ...request }, options)),
    start: (request, signal) => changed(signal, ({ instances }, options) => instances.start({ project, ...request }, options)),
    stop: (request, signal) => changed(signal, ({ instances }, options) => instances.stop({ project, ...request }, options)),
    setTags: (request, signal) => changed(signal, ({ instances }, options) => instances.setTags({ project, ...request }, options)),
    setMetadata: (request, signal) => changed(signal, ({ instances }, options) => instances.setMetadata({ project, ...request }, options)),
    wait: (request, signal) =>
      send('read', operationAnswer, signal, async ({ operations }, options) => (await operations.wait({ project, ...request }, options))[0]),
  };
}

/** Retries are switched off: an answer lost is not asked for again behind our back. */
function optionsOf(signal: AbortSignal): { signal: AbortSignal; timeout: number; autoPaginate: false; retry: null } {
  return { signal, timeout: PATIENCE_MS, autoPaginate: false, retry: null };
}
