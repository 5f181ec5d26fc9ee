import type { Kind } from './kind.ts';
import { type Node, type Path, placeOf } from './tree.ts';
import type { Problem } from './problem.ts';

/** One YAML document of a known kind, whether its schema accepts it or not. */
export interface Document {
  readonly file: string;
  readonly kind: Kind;
  readonly root: Node;
}

/** All of them: what names may refer to. Of two with the same name, the first. */
export interface World {
  readonly muster: Document | undefined;
  readonly workloads: ReadonlyMap<string, Document>;
  readonly drills: ReadonlyMap<string, Document>;
  /** Something could not be read, or has no name: what is missing may be there. */
  readonly hidden: boolean;
}

/** Says what is wrong with a value of a document, or with a key. */
export type Report = (document: Document, path: Path, message: string, on?: 'key' | 'value') => void;

export function reporter(problems: Problem[]): Report {
  return ({ file, root }, path, message, on = 'value') => problems.push({ file, ...placeOf(root, path, on), message });
}
