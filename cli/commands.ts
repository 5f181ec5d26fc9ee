import type { Command } from 'commander';
import { addDemo } from './demo.ts';
import { addDeploy } from './deploy.ts';
import { addDoctor } from './doctor.ts';
import { addGaps } from './gaps.ts';
import { addHistory } from './history.ts';
import { addImport } from './import.ts';
import { addLab } from './lab.ts';
import { addOperate } from './operate.ts';
import { addPlan } from './plan.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addSchedule } from './schedule.ts';
import { addStatus } from './status.ts';
import { addSweep } from './sweep.ts';
import { addUp } from './up.ts';
import { addValidate } from './validate.ts';
import { addWorker } from './worker.ts';

/** One file a command: each adds itself and imports what it needs when it runs. */
export const ADDERS: readonly ((program: Command) => void)[] = [
  addDemo,
  addUp,
  addWorker,
  addValidate,
  addImport,
  addPlan,
  addDeploy,
  addRun,
  addStatus,
  addOperate,
  addHistory,
  addReport,
  addGaps,
  addSchedule,
  addSweep,
  addDoctor,
  addLab,
];
