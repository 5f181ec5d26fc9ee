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
  /** How often the machines were looked at: first pages of the list that shows them. */
  readonly looks: number;
  /** Pages after the first, of all lists. */
  readonly morePages: number;
  readonly names: Readonly<Record<string, number>>;
}

/** Of several lists that a look may take, the one that shows machines. */
const MACHINES = ['DescribeInstances', 'compute.instances.aggregatedList', 'VirtualMachines_List'];
const NEXT_PAGE = ['NextToken', 'pageToken', '$skiptoken'];

/** Throws for a call that is of no kind: what is not counted would be hidden. */
export function tallyOf(calls: readonly Call[]): Tally {
  const by = { start: 0, list: 0, get: 0, remove: 0, catalogue: 0, token: 0 };
  const names: Record<string, number> = {};
  let looks = 0;
  let morePages = 0;
  for (const { call: name, fields } of calls) {
    // EC2 has one call for both.
    const kind = Object.hasOwn(fields, 'InstanceId.1') && name === 'DescribeInstances' ? 'get' : KIND[name];
    if (!kind) throw new RangeError(`${name} is a call of no known kind: say in tally.ts which it is`);
    by[kind]++;
    names[name] = (names[name] ?? 0) + 1;
    const isFirst = !NEXT_PAGE.some((key) => Object.hasOwn(fields, key));
    if (isFirst && kind === 'list' && MACHINES.includes(name)) looks++;
    if (!isFirst && kind === 'list') morePages++;
  }
  return { all: calls.length, by, looks, morePages, names };
}
