import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from '@aws-sdk/client-ec2';
import { awsEc2Capabilities } from '../../providers/aws-ec2/capabilities.ts';
import { awsEc2Config } from '../../providers/aws-ec2/config.ts';
import { classify } from '../../providers/aws-ec2/errors.ts';
import { sharesOf } from '../../providers/aws-ec2/launch.ts';
import { observationOf } from '../../providers/aws-ec2/observation.ts';
import { Pace } from '../../providers/pace.ts';
import { literally, type Marked, markedBy, tagsOf } from '../../providers/aws-ec2/tags.ts';

const entry = { provider: 'aws-ec2', region: 'eu-west-1', subnets: ['subnet-0a'] };
const mark: Marked = {
  id: { owner: { installation: 'acme', run: '0123456789abcdef', expires: 'never' }, role: 'orders/db', generation: 3 },
  digest: 'd',
  ports: { http: 80 },
  replicas: 1,
  share: 0,
};

describe('a mark in tags', () => {
  it('comes back as it was, whatever the role', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(), (role, generation) => {
        const wanted = { ...mark, id: { ...mark.id, role, generation } };
        expect(markedBy({ Tags: tagsOf(wanted) })).toEqual(wanted);
      }),
    );
  });

  it('is refused where a tag cannot hold it', () => {
    expect(() => tagsOf({ ...mark, id: { ...mark.id, role: 'a'.repeat(257) } })).toThrow('muster:role would have 257 characters');
  });

  it.each(['installation', 'run', 'role', 'generation', 'expires', 'replicas', 'share'])('is none without its %s', (part) => {
    expect(markedBy({ Tags: tagsOf(mark).filter(({ Key }) => Key !== `muster:${part}`) })).toBeUndefined();
  });

  it('is searched for without wildcards', () => {
    expect(literally(String.raw`a*b?c\d`)).toBe(String.raw`a\*b\?c\\d`);
  });
});

describe('what is seen of instances', () => {
  const at = Date.parse('2026-11-24T12:00:00Z');
  const seen = (instance: Instance) =>
    observationOf(
      [{ mark, instance: { InstanceId: 'i-1', LaunchTime: new Date(at), ...instance } }],
      { address: 'private', subnets: ['subnet-0a'] },
      at + 5000,
    );

  it('is a failure with its code when EC2 found no room after it had agreed', () => {
    const reason = (Code: string) => seen({ State: { Name: 'terminated' }, StateReason: { Code, Message: 'no room' } });
    expect(reason('Server.InsufficientInstanceCapacity')).toMatchObject({ phase: 'failed', code: 'Capacity', detail: 'i-1 could not be started: no room' });
    expect(reason('Client.VolumeLimitExceeded')).toMatchObject({ phase: 'failed', code: 'Quota' });
    expect(reason('Client.UserInitiatedShutdown')).toBeUndefined();
  });

  it('is no failure for ever: what could not be started is gone soon', () => {
    const instance = {
      InstanceId: 'i-1',
      LaunchTime: new Date(at),
      State: { Name: 'terminated' },
      StateReason: { Code: 'Server.InsufficientInstanceCapacity' },
    } as const;
    expect(observationOf([{ mark, instance }], { address: 'private', subnets: ['subnet-0a'] }, at + 50_000)).toBeUndefined();
  });

  it('is ready with an address of the kind that the site tells, and not before', () => {
    expect(seen({ State: { Name: 'running' }, PrivateIpAddress: '10.0.0.1' })).toMatchObject({
      phase: 'ready',
      status: { endpoints: { http: [{ host: '10.0.0.1', port: 80 }] } },
    });
    expect(seen({ State: { Name: 'running' }, PublicIpAddress: '192.0.2.1' })).toMatchObject({ phase: 'pending' });
    expect(seen({ State: { Name: 'pending' }, PrivateIpAddress: '10.0.0.1' })).toMatchObject({ phase: 'pending' });
    expect(seen({ State: { Name: 'stopped' }, PrivateIpAddress: '10.0.0.1' })).toMatchObject({ phase: 'pending', detail: 'i-1 is stopped' });
    expect(seen({ State: { Name: 'shutting-down' } })).toMatchObject({ phase: 'removing' });
  });
});

describe('the site', () => {
  it('is emulated when its endpoint is this machine, and only then', () => {
    const emulated = (endpoint?: string) => awsEc2Capabilities(awsEc2Config.parse({ ...entry, endpoint })).emulated;
    expect([emulated(), emulated('https://ec2.eu-west-1.amazonaws.com'), emulated('http://127.0.0.1:5000'), emulated('http://localhost:1')]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('can isolate when it has a fence', () => {
    expect(awsEc2Capabilities(awsEc2Config.parse(entry)).power).not.toContain('isolated');
    expect(awsEc2Capabilities(awsEc2Config.parse({ ...entry, fence: 'sg-0a' })).power).toContain('isolated');
  });

  it.each([{ images: { orders: 'orders:latest' } }, { credentials: { read: 'AKIA', write: 'AKIA' } }, { subnets: [] }, { zone: 'a' }])(
    'refuses %j',
    (change) => {
      expect(awsEc2Config.safeParse({ ...entry, ...change }).success).toBe(false);
    },
  );

  it('puts replicas into subnets as evenly as can be', () => {
    expect([sharesOf(5, 3), sharesOf(2, 3), sharesOf(200, 2)]).toEqual([
      [2, 2, 1],
      [1, 1],
      [100, 100],
    ]);
  });
});

describe('errors by name', () => {
  it.each([
    ['InvalidInstanceID.NotFound', 'NotFound'],
    ['InvalidAMIID.Malformed', 'Invalid'],
    ['InvalidSubnetID.NotFound', 'NotFound'],
    ['Unsupported', 'Capacity'],
    ['RequestExpired', 'Denied'],
    ['constructor', 'Unknown'],
  ])('%s is %s', (name, code) => {
    expect(classify(Object.assign(new Error('m'), { name }))).toEqual({ code });
  });
});

describe('the pace of an account', () => {
  it('is half as fast after a throttling, never stands still, and comes back', () => {
    const pace = new Pace(32);
    pace.throttled();
    expect(pace.perSecond).toBe(16);
    for (let times = 0; times < 20; times++) pace.throttled();
    expect(pace.perSecond).toBe(1);
    for (let times = 0; times < 100; times++) pace.fine();
    expect(pace.perSecond).toBe(32);
  });

  it('lets a burst through and then makes callers wait, or give up', async () => {
    const pace = new Pace(10);
    const { signal } = new AbortController();
    const before = performance.now();
    for (let call = 0; call < 53; call++) await pace.turn(signal);
    expect(performance.now() - before).toBeGreaterThan(150);
    await expect(pace.turn(AbortSignal.timeout(1))).rejects.toThrow();
  });
});
