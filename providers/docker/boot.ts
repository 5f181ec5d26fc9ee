/** Where the boot script lies in a container, with what it is told at each start. */
export const FOLDER = 'muster';
export const ROOT = '/var/lib/muster';
/** Empty from before a start until the program runs. */
export const READY = `/${FOLDER}/ready`;

export const TELLS_READY = `echo ready > ${READY}\n`;
export const RESTORE_ORDERS = `cat /${FOLDER}/orders\n`;

/** What must be put there before each start. */
export function startFiles(orders: readonly string[] = []): Record<string, string> {
  return { orders: orders.map((each) => `${each}\n`).join(''), ready: '' };
}
