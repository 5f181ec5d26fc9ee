import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../../drills/plan.ts';
import { type Load, startLoad } from '../../lab/load/load.ts';
import { newStandFolder, STAND_ENV } from '../../lab/stale.ts';
import { type Stand, startStand } from '../../lab/stand.ts';
import { deployed } from './deployed.ts';
import { KILL_POINT_ENV, type KillPoint } from './killPoint.ts';
import { OrderBook } from './orderBook.ts';
import { keepNewest, keysOf } from './storeListing.ts';
import { Watch } from './watch.ts';

const RESTART_MS = 1000;
const ORDERS_PER_SECOND = 5;
const RECOVERY_POINTS = 'recovery/orders/db/orders/';

/** A stand on which one drill after the other is disturbed: its worker dies where it is told to and is started again a second later. */
export class CrashStand {
  readonly stand: Stand;
  readonly plan: Plan;
  readonly orders: OrderBook;
  readonly watch: Watch;
  readonly pointFile: string;
  readonly #load: Load;
  #deaths: string[] = [];
  #stopping = false;
  #restart: Promise<void> = Promise.resolve();

  private constructor(stand: Stand, plan: Plan, pointFile: string) {
    const ledger = join(stand.folder, 'ledger.jsonl');
    this.stand = stand;
    this.plan = plan;
    this.pointFile = pointFile;
    this.watch = new Watch(stand.folder);
    this.#load = startLoad({ url: stand.lab.routeUrl, ratePerSecond: ORDERS_PER_SECOND, ledger });
    this.orders = new OrderBook(ledger, stand.lab.routeUrl);
    this.#keepWorker();
  }

  /** The example with a hold of one second and a recovery point each second. */
  static async start(parent: string): Promise<CrashStand> {
    const folder = await newStandFolder(parent);
    const pointFile = join(folder, 'kill-point.json');
    const stand = await startStand({
      folder,
      backupEvery: 1,
      objectives: { rto: '60s', rpo: '10s', hold: '1s' },
      workerScript: 'test/crash/worker.ts',
      workerEnv: { [KILL_POINT_ENV]: pointFile, [STAND_ENV]: folder },
    });
    try {
      return new CrashStand(stand, await deployed(stand), pointFile);
    } catch (error) {
      await stand.stop();
      throw error;
    }
  }

  /** Before a drill: where the worker is to die, if anywhere, and a store that does not grow with the row of drills. */
  async prepare(point?: KillPoint): Promise<void> {
    await this.workerUp();
    if (point) await this.dieAt(point);
    else await rm(this.pointFile, { force: true });
    await keepNewest(this.stand.lab.storeUrl, RECOVERY_POINTS, 2);
    for (let waited = 0; (await keysOf(this.stand.lab.storeUrl, RECOVERY_POINTS)).length === 0; waited += 100) {
      if (waited > 20_000) throw new Error('the source makes no recovery points');
      await sleep(100);
    }
  }

  async dieAt(point: KillPoint): Promise<void> {
    await writeFile(this.pointFile, JSON.stringify(point));
  }

  killWorker(): void {
    process.kill(this.stand.worker.pid, 'SIGKILL');
  }

  /** How workers have ended since the last time, such as `SIGKILL`. */
  takeDeaths(): string[] {
    const deaths = this.#deaths;
    this.#deaths = [];
    return deaths;
  }

  async workerUp(): Promise<void> {
    await this.#restart;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.watch.stop();
    await this.#load.stop();
    await this.#restart;
    await this.stand.stop();
  }

  #keepWorker(): void {
    this.stand.worker.child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      this.#deaths.push(signal ?? `exit ${code}`);
      this.#restart = this.#startAgain();
    });
  }

  async #startAgain(): Promise<void> {
    await sleep(RESTART_MS);
    if (this.#stopping) return;
    try {
      await this.stand.startWorker();
      this.#keepWorker();
    } catch (error) {
      this.#deaths.push(`not started: ${error instanceof Error ? error.message : String(error)}`);
      await this.#startAgain();
    }
  }
}
