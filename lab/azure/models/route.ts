import { type Described, describedOperations } from './description.ts';

export interface Found {
  readonly operation: Described;
  /** What stands in its path for the names in braces. */
  readonly params: Readonly<Record<string, string>>;
}

interface Route {
  readonly operation: Described;
  readonly segments: readonly string[];
}

/** Which operation a request means: names of resource types and the like in any case, as Azure Resource Manager takes them. */
export class Routes {
  readonly #routes = new Map<string, Route[]>();

  constructor() {
    for (const operation of describedOperations()) {
      const segments = segmentsOf(operation.path);
      const key = keyOf(operation.method, segments);
      this.#routes.set(key, [...(this.#routes.get(key) ?? []), { operation, segments }]);
    }
  }

  find(method: string, path: string): Found | undefined {
    const asked = segmentsOf(path);
    for (const { operation, segments } of this.#routes.get(keyOf(method, asked)) ?? []) {
      const params: Record<string, string> = {};
      const fits = segments.every((segment, index) => {
        const given = asked[index] ?? '';
        const name = /^\{(\w+)\}$/.exec(segment)?.[1];
        if (name === undefined) return segment.toLowerCase() === given.toLowerCase();
        params[name] = decodeURIComponent(given);
        return given !== '';
      });
      if (fits) return { operation, params };
    }
    return undefined;
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function keyOf(method: string, segments: readonly string[]): string {
  return `${method} ${segments.length}`;
}
