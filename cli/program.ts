import { Command, CommanderError } from 'commander';
import { ADDERS } from './commands.ts';
import { EXIT, FileProblems, UserError } from './errors.ts';

const program = new Command('muster')
  .description('Disaster-recovery drills: move a workload to another site, measure from outside, bring it back, keep the record')
  .option('--debug', 'show stack traces')
  .showSuggestionAfterError()
  .showHelpAfterError('(see muster help)')
  .configureOutput({ writeOut: (text) => process.stderr.write(text), writeErr: (text) => process.stderr.write(text) })
  .exitOverride();
for (const add of ADDERS) add(program);

// Whoever reads no further, as `head` does, has what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** One line for the reader; a stack trace only for who asked for it. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  const debug = program.opts<{ debug?: boolean }>().debug === true;
  const text = error instanceof Error ? (debug ? (error.stack ?? error.message) : error.message) : String(error);
  process.stderr.write(`${error instanceof FileProblems ? '' : 'muster: '}${text}\n`);
  return error instanceof UserError ? EXIT.usage : EXIT.broken;
}
