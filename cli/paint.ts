import pc from 'picocolors';
import type { Paint } from '../drills/report/terminal.ts';

/** Colours for what is written there: a stream that is a file or a pipe gets none, whatever the other one is. NO_COLOR and FORCE_COLOR are honoured. */
function coloursOf({ isTTY }: { readonly isTTY?: boolean }) {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  return pc.createColors(!NO_COLOR && (Boolean(FORCE_COLOR) || (isTTY === true && TERM !== 'dumb')));
}

export const onStdout = coloursOf(process.stdout);
export const onStderr = coloursOf(process.stderr);

const { green, red, yellow, cyan, bold, dim } = onStderr;
const STYLES: Readonly<Record<Parameters<Paint>[0], (text: string) => string>> = { good: green, bad: red, warn: yellow, calm: cyan, strong: bold, dim };

/** Colours of the closing summary, which goes to stderr. */
export const paint: Paint = (style, text) => STYLES[style](text);
