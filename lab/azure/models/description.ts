import { ComputeManagementClient } from 'azure-compute-models';
import { NetworkManagementClient } from 'azure-network-models';

type Spec = Parameters<ComputeManagementClient['sendOperationRequest']>[1];
/** Microsoft's description of one value: its type, what it must have, what only the service writes. */
export type Mapper = NonNullable<Spec['responses'][string]['bodyMapper']> & object;
/** Descriptions by the name of the model. */
export type Models = Readonly<Record<string, Mapper>>;

/** One operation of Azure Resource Manager as Microsoft describes it. */
export interface Described {
  /** As in Microsoft's OpenAPI, such as `VirtualMachines_CreateOrUpdate`. */
  readonly id: string;
  readonly provider: 'Microsoft.Compute' | 'Microsoft.Network';
  readonly method: string;
  /** With names in braces. */
  readonly path: string;
  readonly requestBody?: Mapper;
  /** By status; nothing where the answer has no body. */
  readonly answers: Readonly<Record<string, Mapper | undefined>>;
  /** The version that is described here. */
  readonly apiVersion: string;
  readonly models: Models;
}

/**
 * Every operation that the two packages describe. The descriptions stand inside their modules, so each method of a client that sends
 * nothing is called once, and what it would have sent is kept.
 */
export function describedOperations(): Described[] {
  const credential = { getToken: () => Promise.resolve(null) };
  return [
    ...told(new ComputeManagementClient(credential, 'none'), 'Microsoft.Compute'),
    ...told(new NetworkManagementClient(credential, 'none'), 'Microsoft.Network'),
  ];
}

function told(client: ComputeManagementClient | NetworkManagementClient, provider: Described['provider']): Described[] {
  const all = new Map<string, Described>();
  let id = '';
  client.sendOperationRequest = (_, spec) => {
    all.set(id, described(id, provider, spec));
    return Promise.reject(new Error('it is only described'));
  };
  for (const [group, operations] of Object.entries(client)) {
    if (typeof operations !== 'object' || operations === null || !operations.constructor.name.endsWith('Impl')) continue;
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(operations))) {
      // What waits, pages or follows a page sends the same operations again.
      if (name === 'constructor' || /AndWait$|Next$|Paging/.test(name)) continue;
      const method: unknown = Reflect.get(operations, name);
      if (typeof method !== 'function') continue;
      id = `${upper(group.replace(/Operations$/, ''))}_${upper(name.replace(/^_|^begin(?=[A-Z])/, '').replace(/Method$/, ''))}`;
      const sent: unknown = Reflect.apply(
        method,
        operations,
        Array.from({ length: 8 }, () => ({})),
      );
      if (sent instanceof Promise) sent.catch(() => undefined);
    }
  }
  return [...all.values()];
}

function described(id: string, provider: Described['provider'], spec: Spec): Described {
  return {
    id,
    provider,
    method: spec.httpMethod,
    path: spec.path ?? '',
    ...(spec.requestBody && { requestBody: spec.requestBody.mapper }),
    answers: Object.fromEntries(
      Object.entries(spec.responses).map(([status, { bodyMapper }]) => [status, typeof bodyMapper === 'object' ? bodyMapper : undefined]),
    ),
    apiVersion: String(spec.queryParameters?.find(({ mapper }) => mapper.serializedName === 'api-version')?.mapper.defaultValue ?? ''),
    models: spec.serializer.modelMappers,
  };
}

function upper(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
