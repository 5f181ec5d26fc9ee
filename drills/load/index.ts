export { checkMode } from './checkMode.ts';
export type { Schemas } from '../schema/providers.ts';
export { type Loaded, loadFiles, type Source, type TextFile } from './files.ts';
export { type Problem, sayProblem } from './problem.ts';
