import type { Document } from '../document.ts';
import { MODES, type Mode } from '../../schema/names.ts';
import { find, type Path } from '../tree.ts';

/** Modes that the drill allows, each with its place; without `modes` the default ones, at the place where the key would be. */
export function modesOf({ root }: Document): { readonly mode: string; readonly path: Path }[] {
  const modes = find(root, ['modes']);
  if (!modes) return ['rehearse', 'isolated'].map((mode) => ({ mode, path: ['modes'] }));
  return (modes.items ?? []).flatMap(({ value }, index) => (typeof value === 'string' ? [{ mode: value, path: ['modes', index] }] : []));
}

export const isMode = (text: string | undefined): text is Mode => MODES.some((mode) => mode === text);
