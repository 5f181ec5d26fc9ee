import { describe, expect, it } from 'vitest';
import { moreOf as ofAmi } from '../../providers/aws-ec2/catalogue.ts';
import { quotaOf } from '../../providers/azure-vm/inspect.ts';
import { imageAnswer } from '../../providers/gcp-compute/answers.ts';
import { moreOf as ofGoogle } from '../../providers/gcp-compute/catalogue.ts';
import { quotasFor } from '../../providers/gcp-compute/inspect.ts';

describe('what EC2 says of an image', () => {
  it.each([
    ['legacy-bios', 'amd64', ['bios']],
    ['uefi', 'amd64', ['uefi']],
    ['uefi-preferred', 'amd64', ['bios', 'uefi']],
    [undefined, 'amd64', ['bios']],
    [undefined, 'arm64', ['uefi']],
  ] as const)('boots, with boot mode %s for %s, by %j', (BootMode, arch, boot) => {
    expect(ofAmi({ ...(BootMode && { BootMode }) }, arch)).toEqual({ boot });
  });

  it('cannot be exported when it holds what others sell, or is encrypted, and names the key', () => {
    expect(ofAmi({ ProductCodes: [{ ProductCodeId: 'x' }] }, undefined)).toEqual({ exportable: false });
    expect(ofAmi({ Platform: 'Windows' }, undefined)).toEqual({ exportable: false });
    expect(ofAmi({ BlockDeviceMappings: [{ Ebs: { Encrypted: true, KmsKeyId: 'arn:aws:kms:k' } }, { Ebs: { Encrypted: true } }] }, undefined)).toEqual({
      exportable: false,
      keys: ['arn:aws:kms:k', 'a key of the account'],
    });
  });

  it('is of a time, when that is one', () => {
    expect(ofAmi({ CreationDate: '2026-01-15T12:00:00.000Z' }, undefined)).toEqual({ createdAt: '2026-01-15T12:00:00.000Z' });
    expect(ofAmi({ CreationDate: 'someday' }, undefined)).toEqual({});
  });
});

describe('what Google says', () => {
  const image = (change: object) => ofGoogle(imageAnswer.parse({ name: 'base', ...change }));

  it('of an image: how it boots, where it lies, of when it is, and under which key', () => {
    expect(
      image({
        guestOsFeatures: [{ type: 'GVNIC' }, { type: 'UEFI_COMPATIBLE' }],
        storageLocations: ['eu'],
        creationTimestamp: '2026-02-01T01:02:03.000-08:00',
        imageEncryptionKey: { kmsKeyName: 'projects/p/locations/eu/keyRings/r/cryptoKeys/k' },
      }),
    ).toEqual({
      boot: ['bios', 'uefi'],
      regions: ['eu'],
      createdAt: '2026-02-01T09:02:03.000Z',
      exportable: true,
      keys: ['projects/p/locations/eu/keyRings/r/cryptoKeys/k'],
    });
  });

  it('of an image under licence: that it cannot be exported where the licence is paid for', () => {
    const licensed = (project: string) => image({ licenses: [`https://www.googleapis.com/compute/v1/projects/${project}/global/licenses/some`] });
    expect(licensed('windows-cloud')).toEqual({ boot: ['bios'], exportable: false });
    expect(licensed('debian-cloud')).toEqual({ boot: ['bios'] });
  });

  it('of quotas: a family counts in its own where there is one, and else in CPUS', () => {
    const shape = (name: string) => ({ name, cpu: 2, memoryBytes: 1, arch: 'amd64' });
    const metrics = [
      { metric: 'CPUS', limit: 24, usage: 3 },
      { metric: 'N2_CPUS', limit: 8, usage: 0 },
      { metric: 'C3_CPUS', limit: 8, usage: 0 },
      { metric: 'INSTANCES', limit: 100, usage: 4 },
      { metric: 'SNAPSHOTS', limit: 1000, usage: 0 },
    ];
    expect(quotasFor([shape('e2-medium'), shape('n1-standard-1'), shape('n2-standard-2')], metrics)).toEqual([
      { name: 'CPUS', limit: 24, used: 3, unit: 'cpu', shapes: ['e2-medium', 'n1-standard-1'] },
      { name: 'N2_CPUS', limit: 8, used: 0, unit: 'cpu', shapes: ['n2-standard-2'] },
      { name: 'INSTANCES', limit: 100, used: 4, unit: 'machines' },
    ]);
  });
});

describe('what Azure says of usage', () => {
  const shapes = [{ name: 'Standard_B1s', cpu: 1, memoryBytes: 1, arch: 'amd64', boots: [], family: 'standardBSFamily' }];
  const usage = (value: string) => quotaOf({ name: { value }, limit: 10, currentValue: 4, unit: 'Count' }, shapes);

  it('is a quota of the region, of machines, or of a family that is offered', () => {
    expect(usage('cores')).toEqual([{ name: 'cores', limit: 10, used: 4, unit: 'cpu' }]);
    expect(usage('virtualMachines')).toEqual([{ name: 'virtualMachines', limit: 10, used: 4, unit: 'machines' }]);
    expect(usage('StandardBSFamily')).toEqual([{ name: 'StandardBSFamily', limit: 10, used: 4, unit: 'cpu', shapes: ['Standard_B1s'] }]);
    expect(usage('standardNCFamily')).toEqual([]);
    expect(usage('availabilitySets')).toEqual([]);
  });
});
