/** Something the person at the keyboard can put right. The message is one line: what is missing and how to get it. */
export class SetupFault extends Error {
  name = 'SetupFault';
}

/** Where to stop reading, for words that come from other programs. */
const MOST = 300;

export const DISK_FULL = 'the disk is full. Free some space (about 1 GB is needed) and run this again.';

/** One line for whatever was thrown. */
export function faultOf(error) {
  if (error instanceof SetupFault) return error.message;
  if (error?.code === 'ENOSPC' || error?.code === 'EDQUOT') return DISK_FULL;
  if (['EACCES', 'EPERM', 'EROFS'].includes(error?.code))
    return `may not write ${error.path ?? 'here'} (${error.code}). Give this user the folder, or clone again as this user.`;
  return oneLine(String(error?.message ?? error));
}

export function oneLine(text) {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MOST ? `${line.slice(0, MOST)}…` : line;
}
