import type { MachineImage } from '../machines/image.ts';

/** By these whoever started a lab finds what it has left behind. */
const TELLTALES = ['MUSTER_STAND', 'MUSTER_TEST'];
const ROOT = '{root}/var/lib/muster';

/** The image of a machine that the example's boot script suits: machines of one host listen each at its own address. */
export function exampleImage(): MachineImage {
  const telltales = Object.fromEntries(TELLTALES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  return {
    environment: { ...telltales, MUSTER_BOOT_LISTEN: '{address}' },
    shared: { environment: { MUSTER_BOOT_ROOT: ROOT }, laterBoots: `root=${ROOT}; export root; while :; do sh "$root/serve"; sleep 1; done` },
  };
}
