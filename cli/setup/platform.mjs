import { SetupFault } from './fault.mjs';

/** What the wheels are built for. Node 24 and Temporal's native module need the same or less. */
const WHEELS = {
  'linux x64': 'manylinux2014_x86_64',
  'linux arm64': 'manylinux2014_aarch64',
  'darwin x64': 'macosx_10_9_x86_64',
  'darwin arm64': 'macosx_11_0_arm64',
};

const WHERE = 'Muster runs on Linux with glibc and on macOS, each on x86-64 or arm64';

/** The wheel platform of this machine. Throws a SetupFault where Muster cannot run. */
export function wheelPlatform(machine = thisMachine()) {
  const { platform, arch, libc } = machine;
  if (platform === 'win32') throw new SetupFault(`there is no build for Windows itself. ${WHERE}: use WSL (wsl --install) and clone there.`);
  const wheel = WHEELS[`${platform} ${arch}`];
  if (!wheel) throw new SetupFault(`there is no build for ${platform} on ${arch}. ${WHERE}.`);
  if (platform === 'linux' && libc === 'musl') {
    throw new SetupFault(`this Linux uses musl (Alpine?), and Temporal's worker needs glibc. ${WHERE}: use Debian, Ubuntu, Fedora or a node:24-slim image.`);
  }
  return wheel;
}

function thisMachine() {
  return { platform: process.platform, arch: process.arch, libc: process.platform === 'linux' ? libc() : undefined };
}

function libc() {
  // Without this the report looks up the names of open connections.
  if (process.report) process.report.excludeNetwork = true;
  return process.report?.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}
