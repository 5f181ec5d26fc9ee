// A lab of one machine in a process of its own, to be killed. Prints the machine's first process when its program runs.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Machines } from '../../lab/machines/machines.ts';

const [folder = '', root] = process.argv.slice(2);
const image = { environment: { MUSTER_TEST: process.env.MUSTER_TEST ?? '' } };
const machines = new Machines({ folder, bootSeconds: 0, image, ...(root === 'shared' && { root }) });
const script = `#!/bin/sh\nnohup setsid sh -c 'while :; do date +%s%N > ${folder}/ticks; sleep 0.1; done' > /dev/null 2>&1 &\n`;
machines.boot({ id: 'i-1', address: '127.77.9.1', userData: Buffer.from(script) });
while (!existsSync(`${folder}/ticks`)) await sleep(20);
console.log(JSON.stringify({ pid: machines.list()[0]?.pid }));
