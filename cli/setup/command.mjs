import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { MUSTER, ROOT } from './folders.mjs';
import { say } from './say.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const REMIND_AFTER_MS = 15_000;

/**
 * Runs a program without a shell and without stdin; resolves with its exit code and output, which also goes to .muster/setup.log.
 * Rejects when it cannot be started. `claim` is told its pid, so that a later set-up can end it should this one be killed.
 * It is ended early when `isHopeless` says so of its output so far.
 */
export function command(file, args, { claim, env = {}, cwd = ROOT, doing, isHopeless = () => false } = {}) {
  return new Promise((resolve, reject) => {
    // Before the start: from then on a signal must find somebody who passes it on.
    const passOn = SIGNALS.map((signal) => {
      const end = () => {
        child.kill('SIGKILL');
        process.exit(128 + constants.signals[signal]);
      };
      process.once(signal, end);
      return () => process.off(signal, end);
    });
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      if (child.pid) claim?.cover(child.pid);
    } catch (error) {
      child.kill('SIGKILL');
      reject(error);
    }
    const began = Date.now();
    const reminder = doing && setInterval(() => say(`still ${doing} (${Math.round((Date.now() - began) / 1000)} s)`), REMIND_AFTER_MS);
    let output = '';
    const collect = (chunk) => {
      output += chunk;
      if (isHopeless(output)) child.kill('SIGKILL');
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    const done = () => {
      clearInterval(reminder);
      for (const off of passOn) off();
    };

    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('close', (code) => {
      done();
      log([file, ...args].join(' '), output);
      resolve({ ok: code === 0, code, output });
    });
  });
}

function log(title, output) {
  try {
    appendFileSync(join(MUSTER, 'setup.log'), `${new Date().toISOString()} ${title}\n${output}\n`);
  } catch {
    // A log that cannot be written (full disk) must not hide the fault itself.
  }
}
