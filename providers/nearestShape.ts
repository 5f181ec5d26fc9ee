import { DriverError } from './errors.ts';
import type { Shape, Size } from './spec.ts';

const bySize = (a: Shape, b: Shape): number => a.cpu - b.cpu || a.memoryBytes - b.memoryBytes || (a.name < b.name ? -1 : 1);

/** Name of the smallest of all that run such an image. Throws Capacity when there is none. */
export function smallestShape(shapes: readonly Shape[], imageArch: readonly string[]): string {
  return nearestShape(shapes, { cpu: 0, memoryBytes: 0, arch: imageArch.length > 0 ? imageArch : shapes.map(({ arch }) => arch) }, imageArch);
}

/** Name of the smallest that fits; by name among equals, so that it is the same each time. `imageArch` empty = not known. Throws Capacity. */
export function nearestShape(shapes: readonly Shape[], { cpu, memoryBytes, arch }: Size, imageArch: readonly string[]): string {
  const runs = arch.length === 0 ? imageArch : arch.filter((each) => imageArch.length === 0 || imageArch.includes(each));
  const fitting = shapes.filter((shape) => shape.cpu >= cpu && shape.memoryBytes >= memoryBytes && runs.includes(shape.arch));
  const [best] = fitting.toSorted(bySize);
  if (best) return best.name;
  throw new DriverError(
    'Capacity',
    `no machine type has ${cpu} CPUs and ${memoryBytes} bytes for ${arch.join(' or ') || 'any machine'} and the image's ${imageArch.join()}: ask for less, or allow more`,
  );
}
