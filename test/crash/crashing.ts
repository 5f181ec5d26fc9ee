import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { type KillPoint, killPoint, reachedFile, wasReached } from './killPoint.ts';

/** Kills this process, as a power failure would, at the point that the file names. */
export function crashing(file: string): ActivityInterceptorsFactory {
  const started = new Map<string, number>();

  function pointOf({ info }: Context): KillPoint | undefined {
    const point = read(file);
    if (!point || info.activityType !== point.activity || info.workflowType !== point.workflow || info.attempt > 1) return undefined;
    const nth = (started.get(point.id) ?? 0) + 1;
    started.set(point.id, nth);
    return nth === point.nth ? point : undefined;
  }

  function die(point: KillPoint): void {
    try {
      writeFileSync(reachedFile(file, point), new Date().toISOString(), { flag: 'wx' });
    } catch {
      // Died here already.
      return;
    }
    process.kill(process.pid, 'SIGKILL');
  }

  return (context) => ({
    inbound: {
      async execute(input, next) {
        const point = pointOf(context);
        if (!point) return next(input);
        if (point.when === 'entry') die(point);
        const stop = point.when === 'heartbeat' ? afterFirstHeartbeat(context, point.afterMs, () => die(point)) : undefined;
        try {
          return await next(input);
        } finally {
          stop?.();
          // Also where it came to its end before its moment: what must not happen is that the reply gets out.
          die(point);
        }
      },
    },
  });
}

function read(file: string): KillPoint | undefined {
  if (!existsSync(file)) return undefined;
  const point = killPoint.parse(JSON.parse(readFileSync(file, 'utf8')));
  return wasReached(file, point) ? undefined : point;
}

function afterFirstHeartbeat(context: Context, ms: number, then: () => void): () => void {
  const { heartbeat } = context;
  let timer: NodeJS.Timeout | undefined;
  const value = (details?: unknown): void => {
    heartbeat(details);
    timer ??= setTimeout(then, ms);
  };
  Object.defineProperty(context, 'heartbeat', { value });
  return () => clearTimeout(timer);
}
