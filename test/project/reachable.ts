import { relative } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { ROOT } from './sources.ts';

/** What a file's bundle holds: our own files by path from the root, packages by name; each with one file that asks for it. */
export interface Reachable {
  readonly own: ReadonlyMap<string, string>;
  readonly packages: ReadonlyMap<string, string>;
  /** What the SDK's bundler says when a module cannot be in a workflow. */
  readonly refused?: string;
}

/** Bundles as the worker does, from the real sources, and reports what webpack found reachable. */
export async function reachableFrom(workflowsPath: string): Promise<Reachable> {
  const own = new Map<string, string>();
  const packages = new Map<string, string>();
  const said: string[] = [];
  const note = (path: string, by: string) => {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
    (name ? packages : own).set(name ?? relative(ROOT, path), relative(ROOT, by));
  };
  try {
    await bundleWorkflowCode({
      workflowsPath,
      logger: { ...SILENT, error: (message: string) => void said.push(message) },
      webpackConfigHook: (config) => ({
        ...config,
        plugins: [
          ...(config.plugins ?? []),
          (compiler) =>
            compiler.hooks.compilation.tap('reachable', (compilation) =>
              compilation.hooks.finishModules.tap('reachable', (modules) => {
                for (const module of modules)
                  note(module.nameForCondition() ?? module.identifier(), compilation.moduleGraph.getIssuer(module)?.nameForCondition() ?? '');
              }),
            ),
        ],
      }),
    });
    return { own, packages };
  } catch (error) {
    return { own, packages, refused: [String(error), ...said].join('\n') };
  }
}

const quiet = () => {};
const SILENT = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet };
