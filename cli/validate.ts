import type { Command } from 'commander';
import { findProject } from '../drills/load/read.ts';
import { complain, load } from './project.ts';
import { FileProblems } from './errors.ts';

export function addValidate(program: Command): void {
  program
    .command('validate <file...>')
    .description('say every problem of these files at once, as file:line:column; nothing is touched')
    .action(async (files: string[]) => {
      const projects = await Promise.all(files.map((file) => findProject(file)));
      const { loaded, problems } = await load([...projects.filter((folder) => folder !== undefined), ...files]);
      if (problems.length > 0) throw new FileProblems(complain(problems));
      const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
      process.stderr.write(`no problem found in ${count(loaded.workloads.size, 'workload')} and ${count(loaded.drills.size, 'drill')}\n`);
    });
}
