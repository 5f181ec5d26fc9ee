import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { importMarathon } from '../drills/import/marathon/importMarathon.ts';
import { UserError } from './errors.ts';

export function addImport(program: Command): void {
  program
    .command('import')
    .description('turn what another system runs into a workload file')
    .command('marathon <file>')
    .description('an app, a list of apps or a group of Marathon, as JSON; the workload file comes on stdout, with what was not carried as comments')
    .action(async (file: string) => {
      const imported = importMarathon(await definitionIn(file));
      if (!imported) throw new UserError(`${file} holds no app and no group of Marathon: give it what /v2/apps/<id> or /v2/groups/<id> answers`);
      process.stdout.write(imported.text);
      const { carried, notCarried, todo } = imported;
      process.stderr.write(
        `carried ${carried.length} values; ${notCarried.length} are not, and ${todo.length} things are to do: comments of the file say which\n`,
      );
    });
}

async function definitionIn(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
