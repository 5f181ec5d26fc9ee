import { isJson } from '../fields.ts';
import { at, isEmpty, leavesOf } from '../paths.ts';

export interface NotCarried {
  readonly path: string;
  readonly value: unknown;
  readonly why: string;
}

export interface Rest {
  readonly notCarried: readonly NotCarried[];
  /** Paths of what is named and left open. */
  readonly empty: readonly string[];
}

/** What of a definition is not carried: as large pieces as have one reason and nothing carried in them. */
export function gather(definition: unknown, isCarried: (path: string) => boolean, reason: (path: string) => string): Rest {
  const notCarried: NotCarried[] = [];
  const empty: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (path !== '' && isCarried(path)) return;
    if (isEmpty(value)) return void (path !== '' && empty.push(path));
    const leaves = leavesOf(value, path);
    const reasons = new Set(leaves.map((leaf) => reason(leaf.path)));
    const [why] = reasons;
    if (path !== '' && why !== undefined && reasons.size === 1 && !leaves.some((leaf) => isCarried(leaf.path)))
      return void notCarried.push({ path, value, why });
    if (Array.isArray(value)) for (const [index, each] of value.entries()) visit(each, `${path}[${index}]`);
    else if (isJson(value)) for (const [key, each] of Object.entries(value)) visit(each, at(path, key));
  };
  visit(definition, '');
  return { notCarried, empty };
}
