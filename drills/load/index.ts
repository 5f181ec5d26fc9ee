export { checkMode } from './checkMode.ts';
export type { Schemas } from '../schema/providers.ts';
export { type Loaded, loadFiles, type Source } from './files.ts';
export { type Problem, sayProblem } from './problem.ts';
