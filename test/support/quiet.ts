import { makeTelemetryFilterString, type RuntimeOptions } from '@temporalio/worker';

const nothing = () => undefined;

/** Runs are broken and terminated in tests, and the SDK would tell of each. */
export const quiet = {
  logger: { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing },
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} } },
} satisfies RuntimeOptions;
