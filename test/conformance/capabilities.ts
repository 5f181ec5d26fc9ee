import { describe, expect, it } from 'vitest';
import { Provider } from '../../providers/provider.ts';
import { type Capabilities, KINDS, type PowerTarget, type ResourceId } from '../../providers/spec.ts';
import type { Bench } from './bench.ts';
import type { Declared } from './declared.ts';
import { expectPlain, rejection } from './expect.ts';
import { expectFacts } from './facts.ts';
import { SMALLEST } from './smallest.ts';
import { watched } from './watched.ts';

type Use = (provider: Provider, signal: AbortSignal) => Promise<unknown>;

const TARGETS: Readonly<Record<PowerTarget, true>> = { running: true, stopped: true, cut: true, isolated: true };
const ID: ResourceId = {
  owner: { installation: 'conformance', run: '0123456789abcdef', expires: '2999-01-01T00:00:00.000Z' },
  role: 'conformance/none',
  generation: 1,
};
const FILE = { url: 'http://127.0.0.1:9/none', sha256: '0'.repeat(64) };

export function testCapabilities({ capabilities: declared, timeout }: Declared, bench: () => Bench): void {
  describe('capabilities', { timeout }, () => {
    const driver = () => bench().harness.driver();

    it('are plain data, the same for each driver of the site', () => {
      expectPlain(driver().capabilities, bench().harness.secrets);
      expect(driver().capabilities).toEqual(declared);
    });

    it.each(KINDS)('has %s if and only if it is declared', (kind) => {
      expect(driver().owned[kind] !== undefined).toBe(declared.kinds.includes(kind));
    });

    it('has power if and only if a target is declared, and can start what it stops', () => {
      expect(driver().power !== undefined).toBe(declared.power.length > 0);
      expect(declared.power.includes('running')).toBe(declared.power.length > 0);
      expect(declared.restoresOnStart && declared.power.length === 0).toBe(false);
    });

    it('has traffic, and cuts, if and only if declared', () => {
      expect(driver().traffic !== undefined).toBe(declared.traffic !== undefined);
      expect(driver().traffic?.cut !== undefined).toBe(declared.traffic?.cuts ?? false);
    });

    it.for(Object.entries(undeclared(declared)))('refuses %s as Unsupported without a call', async ([, use], { signal }) => {
      const { driver: spied, calls } = watched(driver());
      expect(await rejection(use(new Provider(spied), signal))).toMatchObject({ code: 'Unsupported' });
      expect(calls()).toBe(0);
    });

    it('agree with what inspection finds, told in plain JSON', async ({ signal }) => {
      const facts = await bench().provider.inspect(signal);
      if (!facts) return;
      expect(facts).toMatchObject({ vendor: declared.vendor, emulated: declared.emulated });
      expectPlain(facts, bench().harness.secrets);
      expectFacts(facts);
    });
  });
}

/** Every use of what was not declared. */
function undeclared({ kinds, power, traffic, restoresOnStart }: Capabilities): Record<string, Use> {
  const uses: Record<string, Use> = {};
  for (const kind of KINDS) {
    if (kinds.includes(kind)) continue;
    uses[`ensure ${kind}`] = (provider, signal) => provider.ensure(kind, ID, SMALLEST[kind], SMALLEST[kind], signal);
    uses[`observe ${kind}`] = (provider, signal) => provider.observe(kind, ID, signal);
    uses[`remove ${kind}`] = (provider, signal) => provider.remove(kind, ID, signal);
  }
  for (const target of targets())
    if (!power.includes(target)) uses[`power ${target}`] = (provider, signal) => provider.writePower({ id: ID }, target, '', signal);
  if (power.length === 0) uses['reading power'] = (provider, signal) => provider.readPower({ id: ID }, signal);
  if (!restoresOnStart) uses['restoring on start'] = (provider, signal) => provider.writePower({ id: ID }, 'running', '', signal, { orders: FILE });
  if (!traffic) {
    uses['reading a route'] = (provider, signal) => provider.readRoute('none', signal);
    uses['switching a route'] = (provider, signal) => provider.writeRoute('none', { targets: [], ttlSeconds: 0 }, '', signal);
  }
  if (!traffic?.cuts) uses['cutting a route'] = (provider, signal) => provider.cutRoute('none', [], signal);
  return uses;
}

function targets(): PowerTarget[] {
  return Object.keys(TARGETS).filter((key): key is PowerTarget => key in TARGETS);
}
