import { DriverError } from './errors.ts';
import type { Shape, Size } from './spec.ts';

/** How many sizes are tried at most, each in every zone. */
export const MOST_SIZES = 2;

const bySize = (a: Shape, b: Shape): number => a.cpu - b.cpu || a.memoryBytes - b.memoryBytes || (a.name < b.name ? -1 : 1);

/** Name of the smallest of all that run such an image. Throws Capacity when there is none. */
export function smallestShape(shapes: readonly Shape[], imageArch: readonly string[]): string {
  const arch = imageArch.length > 0 ? imageArch : shapes.map((shape) => shape.arch);
  return nearestShape(shapes, { cpu: 0, memoryBytes: 0, arch }, imageArch);
}

/** Name of the smallest that fits. `imageArch` empty = not known. Throws Capacity when none does. */
export function nearestShape(shapes: readonly Shape[], size: Size, imageArch: readonly string[]): string {
  return nearestShapes(shapes, size, imageArch)[0];
}

/**
 * Names of the smallest that fits and of the next, for when there is no room for it; by name among equals, so that they are the same each time.
 * `imageArch` empty = not known. Throws Capacity when none fits.
 */
export function nearestShapes(shapes: readonly Shape[], { cpu, memoryBytes, arch }: Size, imageArch: readonly string[]): readonly [string, ...string[]] {
  const runs = arch.length === 0 ? imageArch : arch.filter((each) => imageArch.length === 0 || imageArch.includes(each));
  const fitting = shapes.filter((shape) => shape.cpu >= cpu && shape.memoryBytes >= memoryBytes && runs.includes(shape.arch));
  const [best, ...others] = [...new Set(fitting.toSorted(bySize).map(({ name }) => name))];
  if (best !== undefined) return [best, ...others.slice(0, MOST_SIZES - 1)];
  throw new DriverError(
    'Capacity',
    `no machine type has ${cpu} CPUs and ${memoryBytes} bytes for ${arch.join(' or ') || 'any machine'} and the image's ${imageArch.join()}: ask for less, or allow more`,
  );
}
