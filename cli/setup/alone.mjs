import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from './processStart.mjs';

/**
 * Runs `work` while no other set-up of this folder runs; waits for its turn.
 *
 * Everyone announces itself by a file of its own and then looks for others: of two at once at least one sees the other,
 * and steps back. As no name is ever used twice, a dead claim can be removed by anybody, without a race; kill -9 at any
 * moment leaves nothing that has to be removed by hand.
 */
export async function alone(folder, work, onWait = () => {}) {
  mkdirSync(folder, { recursive: true });
  let told = false;
  for (;;) {
    if (liveOthers(folder).length === 0) {
      const claim = announce(folder);
      try {
        if (liveOthers(folder, claim.name).length === 0) return await work(claim);
      } finally {
        claim.withdraw();
      }
    }
    const [holder] = liveOthers(folder);
    if (holder && !told) {
      told = true;
      onWait(holder);
    }
    await sleep(100 + Math.random() * 200);
  }
}

function announce(folder) {
  const name = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const covered = [identity(process.pid)];
  const write = () => {
    // Readers must never see half a claim.
    writeFileSync(join(folder, `.${name}`), JSON.stringify(covered));
    renameSync(join(folder, `.${name}`), join(folder, name));
  };
  write();
  return {
    name,
    /** A child that would go on writing if this process were killed. */
    cover(pid) {
      covered.splice(1, covered.length, identity(pid));
      write();
    },
    withdraw: () => rmSync(join(folder, name), { force: true }),
  };
}

/** Pids of live claims but `mine`. Dead claims are removed, their orphans ended: nobody waits for what those would still do. */
function liveOthers(folder, mine) {
  const live = [];
  for (const name of readdirSync(folder)) {
    if (name === mine || name.startsWith('.')) continue;
    const [owner, ...children] = read(join(folder, name));
    if (owner && isAlive(owner)) {
      live.push(owner.pid);
      continue;
    }
    for (const child of children) if (isAlive(child)) process.kill(child.pid, 'SIGKILL');
    rmSync(join(folder, name), { force: true });
  }
  return live;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

/** A pid alone is used again some day; with its start time it is not. */
function identity(pid) {
  return { pid, start: processStart(pid) };
}

function isAlive({ pid, start }) {
  return start !== undefined && processStart(pid) === start;
}
