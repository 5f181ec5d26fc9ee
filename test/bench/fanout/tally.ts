import { z } from 'zod';

/** As the lab's administration tells it. */
const call = z.object({ call: z.string(), fields: z.record(z.string(), z.string()) });
export const received = z.array(call);
export type Call = z.infer<typeof call>;

export type CallKind = 'start' | 'list' | 'get' | 'remove' | 'catalogue' | 'token';

const KIND: Readonly<Record<string, CallKind>> = {
  RunInstances: 'start',
  DescribeInstances: 'list',
  TerminateInstances: 'remove',
  DescribeImages: 'catalogue',
  DescribeInstanceTypes: 'catalogue',
  'compute.instances.bulkInsert': 'start',
  'compute.instances.insert': 'start',
  'compute.instances.aggregatedList': 'list',
  'compute.zoneOperations.list': 'list',
  'compute.instances.get': 'get',
  'compute.instances.delete': 'remove',
  'compute.images.get': 'catalogue',
  'compute.machineTypes.list': 'catalogue',
  VirtualMachines_CreateOrUpdate: 'start',
  VirtualMachines_List: 'list',
  VirtualMachines_ListAll: 'list',
  NetworkInterfaces_List: 'list',
  PublicIPAddresses_List: 'list',
  Disks_ListByResourceGroup: 'list',
  VirtualMachines_Get: 'get',
  VirtualMachines_Delete: 'remove',
  Images_Get: 'catalogue',
  ResourceSkus_List: 'catalogue',
  Token: 'token',
  'sts.token': 'token',
};

export interface Tally {
  readonly all: number;
  readonly by: Readonly<Record<CallKind, number>>;
  readonly names: Readonly<Record<string, number>>;
  /** How often each list was begun, by its name. */
  readonly lists: Readonly<Record<string, number>>;
  /** How often the machines were looked at: of several lists that a look may take, the one that shows them. */
  readonly looks: number;
  /** Pages after the first, of all lists. */
  readonly morePages: number;
}

const MACHINES = ['DescribeInstances', 'compute.instances.aggregatedList', 'VirtualMachines_List'];
const NEXT_PAGE = ['NextToken', 'pageToken', '$skiptoken'];

/** Throws for a call that is of no kind: what is not counted would be hidden. */
export function tallyOf(calls: readonly Call[]): Tally {
  const by = { start: 0, list: 0, get: 0, remove: 0, catalogue: 0, token: 0 };
  const names: Record<string, number> = {};
  const lists: Record<string, number> = {};
  for (const each of calls) {
    const kind = kindOf(each);
    by[kind]++;
    names[each.call] = (names[each.call] ?? 0) + 1;
    if (kind === 'list' && !NEXT_PAGE.some((key) => Object.hasOwn(each.fields, key))) lists[each.call] = (lists[each.call] ?? 0) + 1;
  }
  const sum = (names: readonly string[]): number => names.reduce((all, name) => all + (lists[name] ?? 0), 0);
  return { all: calls.length, by, names, lists, looks: sum(MACHINES), morePages: by.list - sum(Object.keys(lists)) };
}

function kindOf({ call: name, fields }: Call): CallKind {
  // EC2 has one call for both.
  if (name === 'DescribeInstances' && Object.hasOwn(fields, 'InstanceId.1')) return 'get';
  const kind = KIND[name];
  if (!kind) throw new RangeError(`${name} is a call of no known kind: say in tally.ts which it is`);
  return kind;
}
