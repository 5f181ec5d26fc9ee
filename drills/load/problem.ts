import type { Position } from './tree.ts';

/** One mistake: where it stands, what is wrong and what would be right, in one line. */
export interface Problem {
  readonly file: string;
  /** From one. */
  readonly line: number;
  /** From one. */
  readonly column: number;
  readonly message: string;
}

/** A mistake in a file whose name the caller knows. */
export interface Mistake {
  readonly at: Position;
  readonly message: string;
}

export const sayProblem = ({ file, line, column, message }: Problem): string => `${file}:${line}:${column}: ${message}`;

const MOST_IN_A_FILE = 200;

/** By file and place, none twice. A file with hundreds of them says how many are left out. */
export function sorted(problems: readonly Problem[]): Problem[] {
  const single = [...new Map(problems.map((each) => [sayProblem(each), each])).values()];
  const files = Map.groupBy(single, ({ file }) => file);
  return [...files.keys()].toSorted().flatMap((file) => {
    const own = (files.get(file) ?? []).toSorted((one, other) => one.line - other.line || one.column - other.column || (one.message < other.message ? -1 : 1));
    const last = own[MOST_IN_A_FILE - 1];
    const more = own.length - MOST_IN_A_FILE;
    return last && more > 0 ? [...own.slice(0, MOST_IN_A_FILE), { ...last, message: `and ${more} more in this file` }] : own;
  });
}
