import { z } from 'zod';
import { Kept } from '../kept.ts';
import type { ImageFacts, Shape } from '../spec.ts';
import { type Incus, pathOf } from './client.ts';
import { IncusError } from './errors.ts';
import { DriverError } from '../errors.ts';

/** Incus's names for what everybody else calls otherwise. */
const ARCH: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', i686: '386', armv7l: 'arm' };
const archOf = (name: string): string => ARCH[name] ?? name;

const alias = z.object({ target: z.string(), type: z.string().default('container') });
const image = z.object({ fingerprint: z.string(), architecture: z.string(), type: z.string(), size: z.number(), created_at: z.string() });
const resources = z.object({ cpu: z.object({ total: z.number(), architecture: z.string() }), memory: z.object({ total: z.number() }) });

interface Image extends ImageFacts {
  readonly fingerprint: string;
}

/** What one Incus offers: its host, and the images it holds. An alias may be moved, so it is looked up each time. */
export class Catalogue {
  readonly #shapes = new Kept<Shape[]>();

  /** The host itself: containers share it. */
  shapes(incus: Incus, signal: AbortSignal): Promise<Shape[]> {
    return this.#shapes.get('', signal, async (asking) => {
      const { cpu, memory } = resources.parse((await incus.ask('GET', pathOf('resources'), asking)).metadata);
      return [{ name: 'host', cpu: cpu.total, memoryBytes: memory.total, arch: archOf(cpu.architecture), shared: true }];
    });
  }

  /** By alias or fingerprint. Throws NotFound. */
  async image(incus: Incus, ref: string, vendor: string, signal: AbortSignal): Promise<Image> {
    const found = await orMissing(incus.ask('GET', pathOf('images', 'aliases', ref), signal));
    const fingerprint = found ? alias.parse(found.metadata).target : ref;
    const shown = await orMissing(incus.ask('GET', pathOf('images', fingerprint), signal));
    if (!shown) throw new DriverError('NotFound', `there is no image ${ref} in this Incus: import it there, or correct images of the site`);
    const { fingerprint: whole, architecture, type, created_at: created } = image.parse(shown.metadata);
    if (type !== 'container') throw new DriverError('Invalid', `image ${ref} is for a ${type}: give one for containers`);
    return {
      ref,
      fingerprint: whole,
      format: 'native:incus',
      arch: [archOf(architecture)],
      copies: [vendor],
      ...(new Date(created).getTime() > 0 && { createdAt: new Date(created).toISOString() }),
    };
  }
}

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof IncusError && error.status === 404) return undefined;
    throw error;
  });
}
