import { DISK_FULL, oneLine, SetupFault } from './fault.mjs';

/** npm would try each of some hundred packages three times: half a minute to say what is known after one second. */
export function isOffline(output) {
  return !/ GET 2\d\d /.test(output) && failures(output).length > 20;
}

function failures(output) {
  return [...output.matchAll(/attempt \d+ failed with (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)/g)].map(([, code]) => code);
}

/** What npm's output means for the person who waits for it. */
export function npmFault(output) {
  if (/ENOSPC|EDQUOT|no space left/i.test(output)) return new SetupFault(DISK_FULL);
  const lines = output
    .split('\n')
    .filter((each) => /^npm (error|ERR!)/.test(each))
    .map((each) => each.replace(/^npm (error|ERR!)\s*/, ''));
  const code = lines.find((each) => each.startsWith('code '))?.slice(5) ?? failures(output)[0];
  const said = oneLine(lines.find((each) => each && !/^(code|errno|syscall|path) /.test(each)) ?? output);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'ETIMEDOUT':
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'ERR_SOCKET_TIMEOUT':
      return new SetupFault(
        `no network: the npm registry cannot be reached (${code}). Connect, or set npm's mirror or proxy (npm config set registry, HTTPS_PROXY), and run this again.`,
      );
    case 'EUSAGE':
      return new SetupFault('package.json and package-lock.json do not agree. Run npm install, look at what changed, and run this again.');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SetupFault(`npm may not write here (${code}: ${said}). Give this user the folder, or clone again as this user.`);
    default:
      return new SetupFault(`npm ci failed: ${code ? `${code}: ` : ''}${said} (everything it said: .muster/setup.log)`);
  }
}
