import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { type CrashOrder, crashOrder, reachedFile } from './order.ts';

/** Kills this process, as a power failure would, where the order in the file says. */
export function crashing(orderFile: string): ActivityInterceptorsFactory {
  const started = new Map<string, number>();

  function orderFor({ info }: Context): CrashOrder | undefined {
    const order = read(orderFile);
    if (!order || info.activityType !== order.activity || info.workflowType !== order.workflow || info.attempt > 1) return undefined;
    const nth = (started.get(order.id) ?? 0) + 1;
    started.set(order.id, nth);
    return nth === order.nth ? order : undefined;
  }

  function die(order: CrashOrder): void {
    try {
      writeFileSync(reachedFile(orderFile, order), new Date().toISOString(), { flag: 'wx' });
    } catch {
      // Carried out already.
      return;
    }
    process.kill(process.pid, 'SIGKILL');
  }

  return (context) => ({
    inbound: {
      async execute(input, next) {
        const order = orderFor(context);
        if (!order) return next(input);
        if (order.when === 'entry') die(order);
        const stop = order.when === 'heartbeat' ? afterFirstHeartbeat(context, order.afterMs, () => die(order)) : undefined;
        try {
          return await next(input);
        } finally {
          stop?.();
          // Also where it came to its end before its moment: what must not happen is that the reply gets out.
          die(order);
        }
      },
    },
  });
}

function read(orderFile: string): CrashOrder | undefined {
  if (!existsSync(orderFile)) return undefined;
  const order = crashOrder.parse(JSON.parse(readFileSync(orderFile, 'utf8')));
  return existsSync(reachedFile(orderFile, order)) ? undefined : order;
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
