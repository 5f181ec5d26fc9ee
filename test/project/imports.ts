import { posix } from 'node:path';

/** A line of the tree that breaks a rule of `docs/design.md`, "Folders". */
export interface Violation {
  readonly file: string;
  readonly what: string;
  readonly why: string;
}

/** What every provider may use: each a file, or a folder of that name once it has grown. */
const SHARED =
  /^providers\/(driver|spec|errors|names|reason|processes|leases|store|userData|marks|pace|kept|nearestShape|unlessDenied|passedOver|hidden|loopback)(\.ts$|\/)/;
const PRODUCT = /^(workflows|activities|providers|drills|worker)\//;

interface Rule {
  readonly from: RegExp;
  /** Which of the project's own files it may import; everything when absent. */
  readonly own?: (target: string, from: string) => boolean;
  /** Which Node builtins. */
  readonly builtin?: (name: string) => boolean;
  readonly why: string;
}

const none = () => false;

/** The first rule whose `from` fits is the file's. What no rule knows is free: cli, lab, test, docs. */
const RULES: readonly Rule[] = [
  {
    from: /^workflows\//,
    own: (to) => /^(workflows|drills)\//.test(to) || to === 'providers/spec.ts' || to === 'activities/contract.ts',
    builtin: none,
    why: 'workflows see drills, providers/spec.ts and activities/contract.ts',
  },
  { from: /^drills\/examples\//, own: (to) => to.startsWith('drills/examples/'), why: 'an example sees itself only' },
  {
    from: /^drills\/load\/read\.ts$/,
    own: (to) => to.startsWith('drills/') || to === 'providers/spec.ts',
    builtin: (name) => /^node:(fs|path)\b/.test(name),
    why: 'drills/load/read.ts may read files, no more',
  },
  {
    from: /^drills\//,
    own: (to) => to.startsWith('drills/') || to === 'providers/spec.ts',
    builtin: none,
    why: 'drills are pure and see of the providers spec.ts only',
  },
  { from: /^providers\/spec\.ts$/, own: none, builtin: none, why: 'providers/spec.ts imports nothing: it is safe in the workflow sandbox' },
  { from: /^providers\/[^/]+\.ts$/, own: (to) => to.startsWith('providers/'), why: 'what providers share sees providers only' },
  {
    from: /^providers\//,
    own: (to, from) => SHARED.test(to) || folderOf(to) === folderOf(from),
    why: 'a provider sees itself, and of the others driver, spec, errors, names, reason, processes, leases, store, userData, marks, pace, kept, nearestShape, unlessDenied, passedOver, hidden and loopback',
  },
  {
    from: /^activities\/contract\.ts$/,
    own: (to) => /^(activities|drills)\//.test(to) || to === 'providers/spec.ts',
    builtin: none,
    why: 'activities/contract.ts is types of drills and providers/spec.ts',
  },
  {
    from: /^activities\//,
    own: (to) => /^(activities|drills)\//.test(to) || /^providers\/[^/]+\.ts$/.test(to) || SHARED.test(to),
    why: 'activities are generic: drills, and of the providers what they share',
  },
  { from: /^worker\//, own: (to) => PRODUCT.test(to), why: 'product code imports neither lab, test nor cli' },
  { from: /^(cli|lab)\//, own: (to) => !to.startsWith('test/'), why: 'only tests import tests' },
];

const READS_ENVIRONMENT = /^(worker\/config\.ts$|(cli|lab|test)\/|drills\/examples\/|vitest\.config\.ts$)/;

/** Every breach in these files (path from the root → text). Type-only and dynamic imports count as any other. */
export function violations(files: ReadonlyMap<string, string>): Violation[] {
  return [...files].flatMap(([file, text]) => {
    const code = withoutComments(text);
    const rule = RULES.find(({ from }) => from.test(file));
    const wrong: Violation[] = [];
    for (const specifier of rule ? specifiersOf(code) : []) {
      if (rule && !isAllowed(specifier, file, rule)) wrong.push({ file, what: specifier, why: rule.why });
    }
    if (!READS_ENVIRONMENT.test(file) && readsEnvironment(code))
      wrong.push({ file, what: 'process.env', why: 'only worker/config.ts, cli, lab and test read the environment' });
    return wrong;
  });
}

function isAllowed(specifier: string, file: string, { own, builtin }: Rule): boolean {
  if (specifier.startsWith('node:')) return builtin?.(specifier) ?? true;
  if (!specifier.startsWith('.')) return true;
  return own?.(posix.join(posix.dirname(file), specifier), file) ?? true;
}

function folderOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/** What follows `from`, a bare `import`, `import(` or `require(`. Statements start a line: the formatter sees to that. */
function specifiersOf(code: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\s[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\b(?:import|require|import\.meta\.resolve)\s*\(\s*['"`]([^'"`]+)['"`]/g,
  ];
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].flatMap(([, specifier]) => specifier ?? []));
}

function readsEnvironment(code: string): boolean {
  return /\bprocess\s*(\.\s*env\b|\[\s*['"]env['"])/.test(code) || /import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['"]node:process['"]/.test(code);
}

/** Comments become blanks; strings stay, so that `//` in an URL does not hide the rest of its line. */
function withoutComments(text: string): string {
  return text.replaceAll(/('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_, quoted?: string) => quoted ?? ' ');
}
