import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../lab/gcp/check.ts';
import { DOCUMENT } from '../../lab/gcp/document.ts';
import { filterOf } from '../../lab/gcp/filter.ts';
import { imageNamed, imagesOf } from '../../lab/gcp/images.ts';
import { METHODS } from '../../lab/gcp/methods.ts';

const recorded = (file: string): unknown => JSON.parse(readFileSync(new URL(`fixtures/gce/${file}`, import.meta.url), 'utf8'));
const answer = { kind: 'answer' } as const;
const insert = { kind: 'request', method: 'compute.instances.insert' } as const;
const firstOf = (name: string, value: unknown, side: typeof answer | typeof insert = insert): string | undefined => problemsOf(name, value, side)[0]?.message;

describe('the checker of answers', () => {
  it.each([
    ['zones_us-central1-a_instances_node-name.json', 'Instance'],
    ['zones_us-central1-a_instances.json', 'InstanceList'],
    ['aggregated_instances.json', 'InstanceAggregatedList'],
    ['zones_us-central1-a_disks_lcdisk.json', 'Disk'],
    ['zones_us-central1-a_instances_post.json', 'Operation'],
    ['operations_operation_zones_us-central1-a_instances_post.json', 'Operation'],
    ['operations_operation_zones_europe-west1-a_instances_post.json', 'Operation'],
    ['zones_us_central1_a_operations_operation_setMachineType_notstopped.json', 'Operation'],
    ['zones_us_central1_a_operations_operation_startnode.json', 'Operation'],
    ['zones_us-central1-a_machineTypes_n1-standard-1.json', 'MachineType'],
    ['zones_us-central1-a.json', 'Zone'],
    ['regions_us-central1.json', 'Region'],
    ['projects_coreos-cloud_global_images_family_coreos_stable.json', 'Image'],
    ['global_firewalls_lcfirewall-deny.json', 'Firewall'],
    ['global_networks_default.json', 'Network'],
    ['project.json', 'Project'],
  ])('accepts what Google once answered: %s is an %s', (file, schema) => {
    expect(problemsOf(schema, recorded(file), answer)).toEqual([]);
  });

  it('sees in an answer of 2013 the field that Google no longer has', () => {
    expect(problemsOf('ZoneList', recorded('zones.json'), answer).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('"maintenanceWindows"'),
    );
  });

  it('knows one recorded answer from another', () => {
    expect(problemsOf('Disk', recorded('zones_us-central1-a_instances_node-name.json'), answer)).not.toEqual([]);
  });

  it.each([
    ['a number where 64 bits go as text', 'Operation', { id: 12 }],
    ['a status that there is not', 'Operation', { status: 'FINISHED' }],
    ['text that is no number', 'Disk', { sizeGb: 'ten' }],
    ['a fraction where whole numbers go', 'MachineType', { guestCpus: 1.5 }],
    ['a number beyond 32 bits', 'MachineType', { memoryMb: 2 ** 31 }],
    ['a fingerprint that is not base64', 'Tags', { fingerprint: '!' }],
    ['a null', 'Instance', { name: null }],
    ['an object instead of a list', 'Tags', { items: {} }],
  ])('refuses %s', (_, schema, value) => {
    expect(problemsOf(schema, value, answer)).toHaveLength(1);
  });
});

describe('the checker of requests', () => {
  it.each([
    ['an unknown field', { name: 'a', nmae: 'a' }, `Invalid JSON payload received. Unknown name "nmae" at 'resource': Cannot find field.`],
    [
      'an unknown field deep inside',
      { name: 'a', disks: [{ bot: true }] },
      `Invalid JSON payload received. Unknown name "bot" at 'resource.disks[0]': Cannot find field.`,
    ],
    ['a wrong type', { name: 'a', canIpForward: 'yes' }, `Invalid value at 'resource.canIpForward' (TYPE_BOOLEAN), "yes"`],
    [
      'a value that is none of the enum',
      { name: 'a', disks: [{ mode: 'WRITE' }] },
      `Invalid value for field 'resource.disks[0].mode': 'WRITE'. Must be one of [READ_ONLY, READ_WRITE]`,
    ],
    ['what breaks a pattern', { name: 'A' }, `Invalid value for field 'resource.name': 'A'. Must be a match of regex '[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?'`],
    [
      'what breaks the pattern of a list',
      { name: 'a', tags: { items: ['ok', 'NO'] } },
      `Invalid value for field 'resource.tags.items[1]': 'NO'. Must be a match of regex '[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?'`,
    ],
    ['what this method requires and is not there', { labels: {} }, `Required field 'resource.name' not specified`],
    ['an empty one', { name: '' }, `Required field 'resource.name' not specified`],
    ['what is required deep inside', { name: 'a', metadata: { items: [{ key: 'k' }] } }, `Required field 'resource.metadata.items[0].value' not specified`],
  ])('refuses %s in Google’s words', (_, body, message) => {
    expect(firstOf('Instance', body)).toBe(message);
  });

  it('takes JSON as protocol buffers do: 64 bits as a number, 32 bits as text, null for nothing', () => {
    expect(problemsOf('AttachedDisk', { diskSizeGb: 20, index: '1', source: null }, insert)).toEqual([]);
  });

  it('asks for no name where another method requires it', () => {
    expect(problemsOf('Instance', {}, { kind: 'request', method: 'compute.instances.update' })).toEqual([]);
  });
});

describe('the document', () => {
  it('has each method that is answered, and says where it came from', () => {
    expect(Object.keys(DOCUMENT.methods).toSorted()).toEqual([...METHODS].toSorted());
    expect(DOCUMENT.header).toMatchObject({ revision: '20261106', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

describe('an image family', () => {
  const [old, newest] = imagesOf('p');
  if (!old || !newest) throw new Error('no images');
  const family = 'projects/p/global/images/family/base';

  it('is its newest image, and an older one when that is deprecated', () => {
    const fresh = { ...old, deprecated: undefined };
    expect(imageNamed([fresh, newest], family).name).toBe(newest.name);
    expect(imageNamed([fresh, { ...newest, deprecated: old.name }], family).name).toBe(old.name);
    expect(() => imageNamed([old], family)).toThrow(/was not found$/);
  });
});

describe('a list filter', () => {
  const item = { name: 'web-1', status: 'RUNNING', labels: { role: 'api', empty: '' }, scheduling: { preemptible: false } };
  it.each([
    ['', true],
    ['labels.role=api', true],
    ['labels.role = "api"', true],
    ['labels.role=db', false],
    ['labels.role!=db', true],
    ['labels.role:*', true],
    ['labels.empty:*', true],
    ['labels.none:*', false],
    ['name=web-1 status=RUNNING', true],
    ['(name=web-1) (status=TERMINATED)', false],
    ['name=web-1 AND status=RUNNING', true],
    ['name=a OR name=web-1', true],
    // OR binds tighter: (a or web-1) and TERMINATED.
    ['name=web-1 OR name=a AND status=TERMINATED', false],
    ['name=web-1 OR (name=a AND status=TERMINATED)', true],
    ['NOT name=a', true],
    ['scheduling.preemptible=false', true],
  ])('%s', (text, expected) => {
    expect(filterOf(text, 'Instance')(item)).toBe(expected);
  });

  it.each([
    'name eq web.*',
    'name=web*',
    'labels.role:api',
    'creationTimestamp>2026',
    'nosuch=1',
    'name=',
    '(name=a',
    'name=a)',
    'name',
    'disks.boot=true',
    '"name"=a',
  ])('refuses what is not carried out: %s', (text) => {
    expect(() => filterOf(text, 'Instance')).toThrow(/^Invalid value for field 'filter': .* Invalid list filter expression/s);
  });
});
