import type { z } from 'zod';
import { type Drill, drill } from '../schema/drill.ts';
import { type Muster, muster } from '../schema/muster.ts';
import { type Workload, workload } from '../schema/workload.ts';
import { type Document, reporter, type World } from './document.ts';
import type { Schemas } from '../schema/providers.ts';
import { checkEntries } from './entries.ts';
import { sayOfKey, sayOfValue } from './fixedSteps.ts';
import { mistakesOf } from './issues.ts';
import { type Kind, kindOf, NAME_KEY, sayUnknownKind } from './kind.ts';
import { parse } from './parse.ts';
import { type Problem, sorted } from './problem.ts';
import { checkDrill } from './refs/drill.ts';
import { checkMuster } from './refs/muster.ts';
import { checkWorkload } from './refs/workload.ts';
import { quoted } from './say.ts';
import { type Path, placeOf, type Position, textAt } from './tree.ts';
import { UNSAID } from './wording.ts';

export interface TextFile {
  /** As problems shall name it. */
  readonly path: string;
  readonly text: string;
}

/** What one YAML document says, defaults filled in. */
export interface Source<T> {
  readonly file: string;
  readonly value: T;
  /** Where a key or a value stands; of what is not there, the nearest mapping around it. */
  placeOf(path: Path, on: 'key' | 'value'): Position;
}

/** Of a file that its schema refuses there are problems only. */
export interface Loaded {
  readonly muster: Source<Muster> | undefined;
  readonly workloads: ReadonlyMap<string, Source<Workload>>;
  readonly drills: ReadonlyMap<string, Source<Drill>>;
  /** Every mistake of all files, by file and place, none twice. Without any, everything that is named exists. */
  readonly problems: readonly Problem[];
}

/** Reads all files of a project together. Never throws for what they hold. */
export function loadFiles(files: readonly TextFile[], schemas: Schemas): Loaded {
  const problems: Problem[] = [];
  const documents = files.flatMap((file) => documentsOf(file, problems));
  const hidden = problems.length > 0 || documents.some((each) => nameOf(each) === undefined);
  const report = reporter(problems);
  const of = (kind: Kind) => documents.filter((each) => each.kind === kind);
  const world: World = { muster: of('muster')[0], workloads: byName(of('workload')), drills: byName(of('drill')), hidden };
  sayTwice(documents, report);
  const accepted = {
    muster: of('muster').flatMap((each) => accept(each, muster, problems)),
    workloads: of('workload').flatMap((each) => accept(each, workload, problems)),
    drills: of('drill').flatMap((each) => accept(each, drill, problems)),
  };
  if (world.muster) {
    problems.push(...checkEntries(world.muster, schemas, report));
    checkMuster(world.muster, report);
  } else if (documents.length > 0 && !hidden) {
    for (const each of documents.slice(0, 1)) report(each, [], 'no file says what the sites are; add a muster.yaml that begins with installation: <name>');
  }
  for (const each of of('workload')) checkWorkload(each, world, report);
  for (const each of of('drill')) checkDrill(each, world, report);
  return {
    muster: accepted.muster[0],
    workloads: firstByName(accepted.workloads, ({ workload }) => workload),
    drills: firstByName(accepted.drills, ({ drill }) => drill),
    problems: sorted(problems),
  };
}

function documentsOf({ path, text }: TextFile, problems: Problem[]): Document[] {
  const { documents, mistakes } = parse(text);
  problems.push(...mistakes.map(({ at, message }) => ({ file: path, ...at, message })));
  return documents.flatMap((root) => {
    const kind = kindOf(root);
    if (kind) return [{ file: path, kind, root }];
    problems.push({ file: path, ...root.at, message: sayUnknownKind(root) });
    return [];
  });
}

function accept<T>(document: Document, schema: z.ZodType<T>, problems: Problem[]): Source<T>[] {
  const { file, kind, root } = document;
  const result = schema.safeParse(root.value, { error: () => UNSAID });
  if (result.success) return [{ file, value: result.data, placeOf: (path, on) => placeOf(root, path, on) }];
  const own = kind === 'drill' ? { ofUnknownKey: sayOfKey, ofValue: sayOfValue } : {};
  for (const { at, message } of mistakesOf(result.error.issues, { schema, root, base: [], ...own })) problems.push({ file, ...at, message });
  return [];
}

const nameOf = ({ kind, root }: Document) => textAt(root, NAME_KEY[kind]);

const byName = (documents: readonly Document[]): Map<string, Document> =>
  new Map(
    documents
      .flatMap((each): [string, Document][] => [[nameOf(each) ?? '', each]])
      .filter(([name]) => name !== '')
      .toReversed(),
  );

const firstByName = <T>(sources: readonly Source<T>[], name: (value: T) => string) =>
  new Map(sources.map((each) => [name(each.value), each] as const).toReversed());

function sayTwice(documents: readonly Document[], report: ReturnType<typeof reporter>): void {
  const seen = new Map<string, Document>();
  for (const each of documents) {
    const name = nameOf(each);
    if (name === undefined) continue;
    const key = each.kind === 'muster' ? 'muster' : `${each.kind} ${name}`;
    const first = seen.get(key);
    if (!first) seen.set(key, each);
    else {
      const { line } = placeOf(first.root, [NAME_KEY[first.kind]], 'key');
      const there = `${first.file}:${line}`;
      report(
        each,
        [NAME_KEY[each.kind]],
        each.kind === 'muster'
          ? `${there} says already what the installation is; keep one`
          : `the ${each.kind} ${quoted(name)} stands in ${there} already; give each its own name`,
      );
    }
  }
}
