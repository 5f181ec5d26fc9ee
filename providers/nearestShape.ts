import { DriverError } from './errors.ts';
import type { Shape, Size } from './spec.ts';

/** Name of the smallest that fits; by name among equals, so that it is the same each time. `imageArch` empty = not known. Throws Capacity. */
export function nearestShape(shapes: readonly Shape[], { cpu, memoryBytes, arch }: Size, imageArch: readonly string[]): string {
  const runs = arch.length === 0 ? imageArch : arch.filter((each) => imageArch.length === 0 || imageArch.includes(each));
  const fitting = shapes.filter((shape) => shape.cpu >= cpu && shape.memoryBytes >= memoryBytes && runs.includes(shape.arch));
  const [best] = fitting.toSorted((a, b) => a.cpu - b.cpu || a.memoryBytes - b.memoryBytes || (a.name < b.name ? -1 : 1));
  if (best) return best.name;
  throw new DriverError(
    'Capacity',
    `no machine type has ${cpu} CPUs and ${memoryBytes} bytes for ${arch.join(' or ') || 'any machine'} and the image's ${imageArch.join()}: ask for less, or allow more`,
  );
}
