// Run inside a fence: says of each host and port given, in order, whether a connection to it can be opened.
import { answers } from './answers.ts';

const words = process.argv.slice(2);
const tries = [];
for (let at = 0; at < words.length; at += 2) tries.push(answers(words[at] ?? '', Number(words[at + 1]), 1000));
console.log(JSON.stringify(await Promise.all(tries)));
