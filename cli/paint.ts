import pc from 'picocolors';
import type { Paint } from '../drills/report/terminal.ts';

const STYLES: Readonly<Record<Parameters<Paint>[0], (text: string) => string>> = { good: pc.green, bad: pc.red, warn: pc.yellow, calm: pc.cyan, strong: pc.bold, dim: pc.dim };

/** Colours where the terminal has them (NO_COLOR is honoured). */
export const paint: Paint = (style, text) => STYLES[style](text);
